#include "wire/mtconnect/devices.h"

#include <fmt/core.h>

#include <charconv>

#include "wire/mtconnect/document.h"
#include "wire/text.h"

namespace heed::wire::mtconnect {
namespace {

/// What an open element is to us, by its parent's place and its own name.
enum class Place : std::uint8_t {
  kOther,
  kDevices,
  kComponent,
  kComponents,
  kDescription,
  kDataItems,
  kDataItem,
  kSource,
  kConstraints,
  kValue,
  kMinimum,
  kMaximum,
};

double real_number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Category category_of(std::string_view word) {
  if (word == "SAMPLE") return Category::kSample;
  if (word == "CONDITION") return Category::kCondition;
  return Category::kEvent;
}

Representation representation_of(std::string_view word) {
  if (word == "DISCRETE") return Representation::kDiscrete;
  if (word == "TIME_SERIES") return Representation::kTimeSeries;
  if (word == "DATA_SET") return Representation::kDataSet;
  if (word == "TABLE") return Representation::kTable;
  return Representation::kValue;
}

Place place_of(Place parent, std::string_view name) {
  switch (parent) {
    case Place::kDevices:
    case Place::kComponents: return Place::kComponent;
    case Place::kComponent:
      if (name == "DataItems") return Place::kDataItems;
      if (name == "Components") return Place::kComponents;
      if (name == "Description") return Place::kDescription;
      return Place::kOther;
    case Place::kDataItems: return name == "DataItem" ? Place::kDataItem : Place::kOther;
    case Place::kDataItem:
      if (name == "Source") return Place::kSource;
      return name == "Constraints" ? Place::kConstraints : Place::kOther;
    case Place::kConstraints:
      if (name == "Value") return Place::kValue;
      if (name == "Minimum") return Place::kMinimum;
      return name == "Maximum" ? Place::kMaximum : Place::kOther;
    default: return Place::kOther;
  }
}

class DevicesDocument final : public Document {
 public:
  explicit DevicesDocument(Random& random) : Document("MTConnectDevices", random, "Devices") {}
  std::vector<Device> take() { return std::move(devices_); }

 private:
  void start_body(std::string_view name, const XmlAttributes& attributes) override {
    const Place parent = places_.empty() ? Place::kOther : places_.back();
    const Place place =
        depth() == 2 && name == "Devices" ? Place::kDevices : place_of(parent, name);
    places_.push_back(place);
    switch (place) {
      case Place::kComponent: return start_component(name, attributes);
      case Place::kDataItem: return start_data_item(attributes);
      case Place::kDescription: return start_description(attributes);
      case Place::kSource:
        item().source_data_item_id = attributes.text("dataItemId");
        item().source_component_id = attributes.text("componentId");
        return text_.clear();
      default: text_.clear();
    }
  }

  void end_body(std::string_view) override {
    const Place place = places_.back();
    places_.pop_back();
    const std::string_view text = trim(text_);
    switch (place) {
      case Place::kComponent: component_ = devices_.back().components[component_].parent; break;
      case Place::kDescription:
        if (component_ == 0) devices_.back().description = text;
        break;
      case Place::kSource: item().source = text; break;
      case Place::kValue: item().allowed_values.emplace_back(text); break;
      case Place::kMinimum: item().minimum = real_number(text); break;
      case Place::kMaximum: item().maximum = real_number(text); break;
      case Place::kConstraints: end_constraints(); break;
      default: break;
    }
  }

  void text_body(std::string_view piece) override {
    if (places_.back() != Place::kOther) append(text_, piece);
  }

  DataItem& item() { return devices_.back().data_items.back(); }

  void start_component(std::string_view type, const XmlAttributes& attributes) {
    Component made;
    made.type = type;
    made.id = attributes.text("id");
    made.name = attributes.text("name");
    made.uuid = attributes.text("uuid");
    if (places_.size() == 2) {
      start_device(attributes);
      made.path = type;
    } else {
      made.parent = component_;
      made.path = fmt::format("{}/{}", devices_.back().components[component_].path, type);
      if (!made.name.empty()) made.path += fmt::format("[{}]", made.name);
    }
    auto& components = devices_.back().components;
    if (++component_count_ > kMaxDataItems) {
      return refuse({ErrorKind::kExhausted, "more components than data items may be", {}});
    }
    component_ = components.size();
    components.push_back(std::move(made));
  }

  void start_device(const XmlAttributes& attributes) {
    if (devices_.size() == kMaxDevices) {
      refuse({ErrorKind::kExhausted, fmt::format("more than {} devices", kMaxDevices), {}});
    }
    Device device;
    device.id = attributes.text("id");
    device.name = attributes.text("name");
    device.uuid = attributes.text("uuid");
    // 1.0 had these two here, before they moved to <Description>.
    device.manufacturer = attributes.text("manufacturer");
    device.serial_number = attributes.text("serialNumber");
    devices_.push_back(std::move(device));
  }

  void start_description(const XmlAttributes& attributes) {
    text_.clear();
    if (component_ != 0) return;
    Device& device = devices_.back();
    device.model = attributes.text("model");
    if (const auto name = attributes.find("manufacturer")) device.manufacturer = *name;
    if (const auto number = attributes.find("serialNumber")) device.serial_number = *number;
  }

  void start_data_item(const XmlAttributes& attributes) {
    if (++item_count_ > kMaxDataItems) {
      refuse({ErrorKind::kExhausted, fmt::format("more than {} data items", kMaxDataItems), {}});
    }
    DataItem made;
    made.id = attributes.text("id");
    made.name = attributes.text("name");
    made.type = attributes.text("type");
    made.sub_type = attributes.text("subType");
    made.category = category_of(attributes.text("category"));
    made.representation = representation_of(attributes.text("representation"));
    // 1.5 renamed representation="DISCRETE" to discrete="true", which a set may be too.
    if (made.representation == Representation::kValue && attributes.text("discrete") == "true") {
      made.representation = Representation::kDiscrete;
    }
    made.units = attributes.text("units");
    made.native_units = attributes.text("nativeUnits");
    made.statistic = attributes.text("statistic");
    made.sample_rate = real_number(attributes.text("sampleRate"));
    made.component = component_;
    devices_.back().data_items.push_back(std::move(made));
  }

  void end_constraints() {
    auto& values = item().allowed_values;
    if (values.size() != 1) return;
    item().constant_value = std::move(values.front());
    values.clear();
  }

  std::vector<Device> devices_;
  std::vector<Place> places_;
  std::string text_;
  std::size_t component_ = 0;
  std::size_t component_count_ = 0;
  std::size_t item_count_ = 0;
};

}  // namespace

std::string_view category_name(Category category) {
  switch (category) {
    case Category::kSample: return "SAMPLE";
    case Category::kEvent: return "EVENT";
    case Category::kCondition: return "CONDITION";
  }
  return {};
}

const DataItem* Device::find_data_item(std::string_view id_or_name) const {
  const DataItem* named = nullptr;
  for (const DataItem& item : data_items) {
    if (item.id == id_or_name) return &item;
    if (named == nullptr && item.name == id_or_name) named = &item;
  }
  return named;
}

struct DevicesReader::State {
  explicit State(Random& random) : document(random) {}
  DevicesDocument document;
};

DevicesReader::DevicesReader(Random& random) : state_(std::make_unique<State>(random)) {}
DevicesReader::~DevicesReader() = default;

Result<void> DevicesReader::feed(BytesView piece) {
  return state_->document.feed(piece);
}

Result<DeviceModel> DevicesReader::finish() {
  DevicesDocument& document = state_->document;
  if (const auto finished = document.finish(); !finished) {
    return std::unexpected(finished.error());
  }
  return DeviceModel{document.header(), document.take(), document.errors()};
}

Result<DeviceModel> read_devices(BytesView document, Random& random) {
  DevicesReader reader(random);
  return read_whole(reader, document);
}

}  // namespace heed::wire::mtconnect

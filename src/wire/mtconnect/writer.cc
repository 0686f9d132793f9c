#include "wire/mtconnect/writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "wire/mtconnect/vocabulary.h"
#include "wire/text.h"

namespace heed::wire::mtconnect {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The length of the UTF-8 sequence at the front (Unicode 15, table 3-7); 0 if there is none, or if
/// XML 1.0 §2.2 has no place for it.
std::size_t character_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x20) return first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    if (!follows(1, low, high) || !follows(2)) return 0;
    const bool none = first == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE;  // U+FFFE, U+FFFF
    return none ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

bool stands_as_it_is(char c) {
  return c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '&' && c != '"';
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = std::ranges::find_if_not(text, stands_as_it_is);
    out.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) return;
    const std::size_t size = character_at(text);
    if (size == 0) {
      out += kReplacement;
    } else if (size > 1) {
      out += text.substr(0, size);
    } else {
      switch (const char c = text.front()) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        case '"': out += "&quot;"; break;
        // A parser would make blanks of these in an attribute, and of a CR in any text.
        case '\t': out += "&#9;"; break;
        case '\n': out += "&#10;"; break;
        case '\r': out += "&#13;"; break;
        default: out += c;
      }
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
}

/// ` name="value"`, unless the value is empty.
void attribute(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out.append(" ").append(name).append("=\"");
  append_escaped(out, value);
  out += '"';
}
void attribute(std::string& out, std::string_view name, std::uint64_t value) {
  out += fmt::format(" {}=\"{}\"", name, value);
}
/// In Hz; none if it is not known.
void add_sample_rate(std::string& out, double rate) {
  if (rate > 0) out += fmt::format(" sampleRate=\"{}\"", rate);
}

/// `kind` is Devices, Streams, Assets or Error.
std::string begin_document(std::string_view kind) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<MTConnect{0} xmlns=\"urn:mtconnect.org:MTConnect{0}:{1}\" xmlns:x=\"{2}\">\n",
      kind, kVersion, kExtensionNamespace);
}

void begin_header(std::string& out, const Header& header) {
  out += "<Header";
  attribute(out, "version", kVersion);
  attribute(out, "creationTime", format_time(header.creation_time.value_or(Time())));
  attribute(out, "instanceId", std::max<std::uint64_t>(header.instance_id, 1));
  attribute(out, "sender", header.sender.empty() ? "heed" : header.sender);
}

/// What the header of every document but an error's has.
void add_model_change(std::string& out, const Header& header) {
  const std::string& change = header.device_model_change_time;
  attribute(out, "deviceModelChangeTime", change.empty() ? format_time(Time()) : change);
}

void add_buffer_size(std::string& out, const Header& header) {
  attribute(out, "bufferSize", std::max<std::uint64_t>(header.buffer_size, 1));
}

void add_asset_sizes(std::string& out) {
  attribute(out, "assetBufferSize", 1);  // the schema's least
  attribute(out, "assetCount", 0);
}

/// Empty for what no document says.
std::string_view representation_name(Representation representation) {
  switch (representation) {
    case Representation::kTimeSeries: return "TIME_SERIES";
    case Representation::kDataSet: return "DATA_SET";
    case Representation::kTable: return "TABLE";
    case Representation::kValue:
    case Representation::kDiscrete: break;
  }
  return {};
}

class DeviceWriter {
 public:
  DeviceWriter(std::string& out, const Device& device) : out_(out), device_(device) {}
  void write() { component(0); }

 private:
  void component(std::size_t index);
  void data_items(std::size_t component);
  void data_item(const DataItem& item);

  std::string& out_;
  const Device& device_;
};

void DeviceWriter::component(std::size_t index) {
  const Component& one = device_.components.at(index);
  const bool whole = index == 0;
  out_.append("<").append(one.type);
  attribute(out_, "id", one.id);
  attribute(out_, "name", one.name);
  attribute(out_, "uuid", one.uuid);
  out_ += ">\n";
  if (whole && !device_.description.empty()) {
    out_ += "<Description>";
    append_escaped(out_, device_.description);
    out_ += "</Description>\n";
  }
  data_items(index);
  bool any = false;
  for (std::size_t i = index + 1; i < device_.components.size(); ++i) {
    if (device_.components[i].parent != index) continue;
    if (!std::exchange(any, true)) out_ += "<Components>\n";
    component(i);
  }
  if (any) out_ += "</Components>\n";
  out_.append("</").append(one.type).append(">\n");
}

void DeviceWriter::data_items(std::size_t component) {
  bool any = false;
  for (const DataItem& item : device_.data_items) {
    if (item.component != component) continue;
    if (!std::exchange(any, true)) out_ += "<DataItems>\n";
    data_item(item);
  }
  if (any) out_ += "</DataItems>\n";
}

void DeviceWriter::data_item(const DataItem& item) {
  out_ += "<DataItem";
  attribute(out_, "category", category_name(item.category));
  attribute(out_, "id", item.id);
  attribute(out_, "name", item.name);
  attribute(out_, "type", item.type);
  attribute(out_, "subType", item.sub_type);
  attribute(out_, "units", item.units);
  attribute(out_, "statistic", item.statistic);
  add_sample_rate(out_, item.sample_rate);
  if (item.representation == Representation::kDiscrete) {
    attribute(out_, "discrete", "true");
  } else {
    attribute(out_, "representation", representation_name(item.representation));
  }
  if (item.source.empty()) {
    out_ += "/>\n";
    return;
  }
  out_ += "><Source>";
  append_escaped(out_, item.source);
  out_ += "</Source></DataItem>\n";
}

std::string_view element_of(Level level) {
  switch (level) {
    case Level::kNormal: return "Normal";
    case Level::kWarning: return "Warning";
    case Level::kFault: return "Fault";
    case Level::kUnavailable: return "Unavailable";
  }
  return {};
}

std::string_view section_of(Category category) {
  switch (category) {
    case Category::kSample: return "Samples";
    case Category::kEvent: return "Events";
    case Category::kCondition: return "Condition";
  }
  return {};
}

/// The schemas have a key as a name without a blank; whatever else comes is .XX.
std::string key_of(std::string_view text) {
  std::string key;
  for (const char c : text) {
    const bool stands = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == ':';
    key += stands ? std::string(1, c) : fmt::format(".{:02X}", static_cast<unsigned char>(c));
  }
  return key.empty() ? "." : key;
}

void entry(std::string& out, const Entry& entry) {
  out += "<Entry";
  attribute(out, "key", key_of(entry.key));
  if (entry.removed) attribute(out, "removed", "true");
  out += '>';
  for (const Cell& cell : entry.cells) {
    out += "<Cell";
    attribute(out, "key", key_of(cell.key));
    out += '>';
    append_escaped(out, cell.value);
    out += "</Cell>";
  }
  append_escaped(out, entry.value);
  out += "</Entry>";
}

/// As far as a duration can be one.
void add_duration(std::string& out, double seconds) {
  if (std::isfinite(seconds) && seconds > 0) attribute(out, "duration", fmt::format("{}", seconds));
}

std::size_t words_in(std::string_view text) {
  std::size_t count = 0;
  for (text = trim(text); !text.empty(); ++count) take_word(text);
  return count;
}

void condition_attributes(std::string& out, const DataItem& item, const Told& told) {
  attribute(out, "type", item.type);
  attribute(out, "nativeCode", told.native_code);
  // The schema wants one of whatever is active, and has none for the rest; where a source has none,
  // what tells two of them apart is the code.
  if (told.level == Level::kFault || told.level == Level::kWarning) {
    out += " conditionId=\"";
    append_escaped(out, told.condition_id.empty() ? told.native_code : told.condition_id);
    out += '"';
  }
  attribute(out, "nativeSeverity", told.native_severity);
  if (told.qualifier == "HIGH" || told.qualifier == "LOW") {
    attribute(out, "qualifier", told.qualifier);
  }
}

/// The representation whose element tells it. The schemas have no UNAVAILABLE series: of the plain
/// element of the type there is one, and readers know the item by its id.
Representation told_as(const DataItem& item, const Told& told) {
  const bool series = item.representation == Representation::kTimeSeries;
  return series && !told.value ? Representation::kValue : item.representation;
}

void observation(std::string& out, const DataItem& item, const Told& told) {
  const bool condition = item.category == Category::kCondition;
  const Representation form = told_as(item, told);
  const bool set = form == Representation::kDataSet || form == Representation::kTable;
  const std::string element =
      condition ? std::string(element_of(told.level)) : element_name(item.type, form);
  out.append("<").append(element);
  attribute(out, "dataItemId", item.id);
  attribute(out, "name", item.name);
  attribute(out, "sequence", told.sequence);
  attribute(out, "timestamp", format_time(told.timestamp));
  attribute(out, "subType", item.sub_type);
  if (item.category != Category::kEvent) attribute(out, "statistic", item.statistic);
  if (condition) condition_attributes(out, item, told);
  if (form == Representation::kTimeSeries && !condition) {
    attribute(out, "sampleCount", words_in(*told.value));
    add_sample_rate(out, told.sample_rate);
  }
  if (set) {
    attribute(out, "count", told.value ? told.entries.size() : 0);
  }
  if (!condition && told.value) attribute(out, "resetTriggered", told.reset_triggered);
  if (item.category == Category::kSample && told.value) add_duration(out, told.duration_seconds);
  if (condition && (!told.value || told.value->empty())) {
    out += "/>\n";
    return;
  }
  out += '>';
  if (set && told.value) {
    for (const Entry& one : told.entries) entry(out, one);
  } else {
    append_escaped(out, told.value ? std::string_view(*told.value) : "UNAVAILABLE");
  }
  out.append("</").append(element).append(">\n");
}

/// The schema's type for an element of our own, and the elements that it can stand for. The sets of
/// any type would do: all are alike but for their names.
std::pair<std::string_view, std::string_view> own_element(Category category, Representation form) {
  switch (form) {
    case Representation::kTimeSeries: return {"PositionTimeSeriesType", "TimeSeries"};
    case Representation::kDataSet: return {"VariableDataSetType", "Event"};
    case Representation::kTable: return {"VariableTableType", "Event"};
    case Representation::kValue:
    case Representation::kDiscrete: break;
  }
  if (category == Category::kSample) return {"CommonSampleType", "CommonSample"};
  return {"StringEventType", "StringEvent"};
}

}  // namespace

std::string write_devices(const Header& header, std::span<const Device> devices) {
  std::string out = begin_document("Devices");
  begin_header(out, header);
  add_model_change(out, header);
  add_buffer_size(out, header);
  add_asset_sizes(out);
  out += "/>\n<Devices>\n";
  for (const Device& device : devices) DeviceWriter(out, device).write();
  return out += "</Devices>\n</MTConnectDevices>\n";
}

std::string write_streams(const Header& header, std::span<const Device> devices,
                          std::vector<Told> told) {
  std::string out = begin_document("Streams");
  begin_header(out, header);
  add_model_change(out, header);
  add_buffer_size(out, header);
  attribute(out, "nextSequence", header.next_sequence);
  attribute(out, "firstSequence", header.first_sequence);
  // The schema has no sequence 0, by which an agent would say that it has none yet.
  attribute(out, "lastSequence", std::max<std::uint64_t>(header.last_sequence, 1));
  out += "/>\n<Streams>\n";
  const auto item_of = [&](const Told& one) -> const DataItem& {
    return devices[one.device].data_items[one.item];
  };
  const auto place = [&](const Told& one) {
    const DataItem& item = item_of(one);
    return std::tuple(one.device, item.component, item.category, one.sequence, one.item);
  };
  std::ranges::sort(told, {}, place);
  for (std::size_t i = 0; i < told.size(); ++i) {
    const std::size_t device = told[i].device;
    const std::size_t component = item_of(told[i]).component;
    const Category category = item_of(told[i]).category;
    const bool new_device = i == 0 || told[i - 1].device != device;
    const bool new_component = new_device || item_of(told[i - 1]).component != component;
    const bool new_section = new_component || item_of(told[i - 1]).category != category;
    if (new_device) {
      out += "<DeviceStream";
      attribute(out, "name", devices[device].name);
      attribute(out, "uuid", devices[device].uuid);
      out += ">\n";
    }
    if (new_component) {
      const Component& one = devices[device].components.at(component);
      out += "<ComponentStream";
      attribute(out, "component", one.type);
      attribute(out, "componentId", one.id);
      attribute(out, "name", one.name);
      out += ">\n";
    }
    if (new_section) out += fmt::format("<{}>\n", section_of(category));
    observation(out, item_of(told[i]), told[i]);
    const bool last = i + 1 == told.size();
    const bool ends_device = last || told[i + 1].device != device;
    const bool ends_component = ends_device || item_of(told[i + 1]).component != component;
    const bool ends_section = ends_component || item_of(told[i + 1]).category != category;
    if (ends_section) out += fmt::format("</{}>\n", section_of(category));
    if (ends_component) out += "</ComponentStream>\n";
    if (ends_device) out += "</DeviceStream>\n";
  }
  return out += "</Streams>\n</MTConnectStreams>\n";
}

std::string write_assets(const Header& header) {
  std::string out = begin_document("Assets");
  begin_header(out, header);
  add_model_change(out, header);
  add_asset_sizes(out);
  return out += "/>\n<Assets/>\n</MTConnectAssets>\n";
}

std::string write_errors(const Header& header, std::span<const AgentError> errors) {
  std::string out = begin_document("Error");
  begin_header(out, header);
  add_buffer_size(out, header);
  out += "/>\n<Errors>\n";
  for (const AgentError& error : errors) {
    out += "<Error";
    attribute(out, "errorCode", error.code);
    out += '>';
    append_escaped(out, error.text);
    out += "</Error>\n";
  }
  return out += "</Errors>\n</MTConnectError>\n";
}

std::string write_extension_schema(std::span<const Device> devices) {
  using enum Representation;
  std::set<std::tuple<Category, Representation, std::string>> elements;
  for (const Device& device : devices) {
    for (const DataItem& item : device.data_items) {
      if (!item.type.starts_with("x:") || item.category == Category::kCondition) continue;
      const auto form = item.representation == kDiscrete ? kValue : item.representation;
      elements.emplace(item.category, form, element_name(item.type, form).substr(2));
      // Of a series, what tells that it is not known.
      if (form == kTimeSeries) {
        elements.emplace(item.category, kValue, element_name(item.type).substr(2));
      }
    }
  }
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:mt=\"{0}\""
      " targetNamespace=\"{1}\" elementFormDefault=\"qualified\">\n"
      "<xs:import namespace=\"{0}\"/>\n",
      fmt::format("urn:mtconnect.org:MTConnectStreams:{}", kVersion), kExtensionNamespace);
  for (const auto& [category, form, name] : elements) {
    const auto [type, group] = own_element(category, form);
    out += fmt::format(
        "<xs:element name=\"{}\" type=\"mt:{}\""
        " substitutionGroup=\"mt:{}\"/>\n",
        name, type, group);
  }
  return out += "</xs:schema>\n";
}

std::string write_part(std::string_view boundary, std::string_view document) {
  return fmt::format("--{}\r\nContent-type: text/xml\r\nContent-length: {}\r\n\r\n{}\r\n", boundary,
                     document.size(), document);
}

std::string write_last_boundary(std::string_view boundary) {
  return fmt::format("--{}--\r\n", boundary);
}

}  // namespace heed::wire::mtconnect

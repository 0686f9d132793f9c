#include "wire/mtconnect/streams.h"

#include <fmt/core.h>

#include <charconv>
#include <cmath>

#include "wire/mtconnect/document.h"
#include "wire/text.h"

namespace heed::wire::mtconnect {
namespace {

// MTConnectStreams / Streams / DeviceStream / ComponentStream / Samples / the observation.
constexpr std::size_t kDeviceDepth = 3;
constexpr std::size_t kComponentDepth = 4;
constexpr std::size_t kSectionDepth = 5;
constexpr std::size_t kObservationDepth = 6;
constexpr std::size_t kEntryDepth = 7;
constexpr std::size_t kCellDepth = 8;

std::optional<double> real_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return {};
  return value;
}

Level level_of(std::string_view element) {
  if (equals_ignoring_case(element, "FAULT")) return Level::kFault;
  if (equals_ignoring_case(element, "WARNING")) return Level::kWarning;
  if (equals_ignoring_case(element, "NORMAL")) return Level::kNormal;
  return Level::kUnavailable;
}

/// `PositionTimeSeries` is a Position: takes the suffix off and says what it meant.
Representation take_representation(std::string_view& element) {
  static constexpr std::pair<std::string_view, Representation> kSuffixes[] = {
      {"TimeSeries", Representation::kTimeSeries},
      {"DataSet", Representation::kDataSet},
      {"Table", Representation::kTable},
      {"Discrete", Representation::kDiscrete},
  };
  for (const auto& [suffix, representation] : kSuffixes) {
    if (element.size() <= suffix.size() || !element.ends_with(suffix)) continue;
    element.remove_suffix(suffix.size());
    return representation;
  }
  return Representation::kValue;
}

/// Makes the observation as new but keeps the memory of its texts, and what its place gave it.
void reset(Observation& o) {
  for (std::string* text :
       {&o.data_item_id, &o.name, &o.sub_type, &o.type, &o.value, &o.reset_triggered, &o.statistic,
        &o.native_code, &o.native_severity, &o.qualifier, &o.condition_id, &o.asset_type}) {
    text->clear();
  }
  o.sequence = 0;
  o.timestamp.reset();
  o.unavailable = false;
  o.representation = Representation::kValue;
  o.entries.clear();
  o.samples.clear();
  o.sample_rate = o.duration_seconds = 0;
  o.declared_count = 0;
  o.level = Level::kNormal;
}

/// One pass over the attributes: they are few, and looking each one up would cost their square.
void take_attribute(Observation& o, std::string_view name, std::string_view value) {
  if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos) {
    name.remove_prefix(colon + 1);
  }
  if (name == "dataItemId")
    o.data_item_id = value;
  else if (name == "sequence")
    o.sequence = whole_number(value).value_or(0);
  else if (name == "timestamp")
    o.timestamp = parse_time(value);
  else if (name == "name")
    o.name = value;
  else if (name == "subType")
    o.sub_type = value;
  else if (name == "type")
    o.type = value;
  else if (name == "nativeCode")
    o.native_code = value;
  else if (name == "nativeSeverity")
    o.native_severity = value;
  else if (name == "qualifier")
    o.qualifier = value;
  else if (name == "conditionId")
    o.condition_id = value;
  else if (name == "statistic")
    o.statistic = value;
  else if (name == "duration")
    o.duration_seconds = real_number(value).value_or(0);
  else if (name == "resetTriggered")
    o.reset_triggered = value;
  else if (name == "sampleRate")
    o.sample_rate = real_number(value).value_or(0);
  else if (name == "sampleCount" || name == "count")
    o.declared_count = whole_number(value).value_or(0);
  else if (name == "assetType")
    o.asset_type = value;
}

/// The numbers of a TIME_SERIES. What is no number stays in its place as NaN.
std::vector<double> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  text = trim(text);
  while (!text.empty()) {
    numbers.push_back(real_number(take_word(text)).value_or(std::nan("")));
  }
  return numbers;
}

class StreamsBody final : public Document {
 public:
  StreamsBody(StreamsReader::Callbacks callbacks, Random& random)
      : Document("MTConnectStreams", random), callbacks_(std::move(callbacks)) {}
  std::size_t skipped() const { return skipped_; }

 private:
  void header_read() override {
    if (callbacks_.header) callbacks_.header(header());
  }

  void start_body(std::string_view name, const XmlAttributes& attributes) override {
    switch (depth()) {
      case kDeviceDepth:
        o_.device_name = attributes.text("name");
        o_.device_uuid = attributes.text("uuid");
        break;
      case kComponentDepth: o_.component_id = attributes.text("componentId"); break;
      case kSectionDepth: start_section(name); break;
      case kObservationDepth:
        if (in_section_) start_observation(name, attributes);
        break;
      case kEntryDepth:
        if (in_section_) start_entry(attributes);
        break;
      case kCellDepth:
        if (in_section_ && in_entry_) start_cell(attributes);
        break;
      default: break;
    }
  }

  void end_body(std::string_view) override {
    switch (depth()) {
      case kSectionDepth: in_section_ = false; break;
      case kObservationDepth:
        if (in_section_) end_observation();
        break;
      case kEntryDepth:
        if (in_entry_) trim_text(o_.entries.back().value);
        in_entry_ = false;
        break;
      case kCellDepth:
        if (in_cell_) trim_text(o_.entries.back().cells.back().value);
        in_cell_ = false;
        break;
      default: break;
    }
  }

  void text_body(std::string_view piece) override {
    if (!in_section_) return;
    if (depth() == kObservationDepth)
      append(o_.value, piece);
    else if (depth() == kEntryDepth && in_entry_)
      append(o_.entries.back().value, piece);
    else if (depth() == kCellDepth && in_cell_)
      append(o_.entries.back().cells.back().value, piece);
  }

  void start_section(std::string_view name) {
    in_section_ = true;
    if (name == "Samples")
      o_.category = Category::kSample;
    else if (name == "Events")
      o_.category = Category::kEvent;
    // 1.0 wrote <Conditions>; both occur.
    else if (name == "Condition" || name == "Conditions")
      o_.category = Category::kCondition;
    else
      in_section_ = false;
  }

  void start_observation(std::string_view element, const XmlAttributes& attributes) {
    reset(o_);
    entry_count_ = 0;
    for (std::size_t i = 0, n = attributes.size(); i < n; ++i) {
      take_attribute(o_, attributes.name_at(i), attributes.value_at(i));
    }
    if (o_.category == Category::kCondition) {
      o_.level = level_of(element);
    } else {
      o_.representation = take_representation(element);
      o_.type = element;
    }
    parser().mark();
  }

  void end_observation() {
    const BytesView raw = parser().marked();
    if (o_.data_item_id.empty()) {
      ++skipped_;
      return;
    }
    trim_text(o_.value);
    o_.unavailable = o_.category == Category::kCondition
                         ? o_.level == Level::kUnavailable
                         : equals_ignoring_case(o_.value, "UNAVAILABLE");
    if (o_.unavailable) {
      o_.value.clear();
      o_.entries.clear();
    } else if (o_.representation == Representation::kTimeSeries) {
      o_.samples = numbers_of(o_.value);
    }
    if (callbacks_.observation) callbacks_.observation(o_, raw);
  }

  void start_entry(const XmlAttributes& attributes) {
    const auto key = attributes.find("key");
    in_entry_ = key.has_value() && count_entry();
    if (!in_entry_) return;
    Entry& entry = o_.entries.emplace_back();
    entry.key = *key;
    entry.removed = attributes.text("removed") == "true";
  }

  void start_cell(const XmlAttributes& attributes) {
    const auto key = attributes.find("key");
    in_cell_ = key.has_value() && count_entry();
    if (in_cell_) o_.entries.back().cells.emplace_back().key = *key;
  }

  bool count_entry() {
    if (++entry_count_ <= kMaxEntries) return true;
    refuse({ErrorKind::kExhausted,
            fmt::format("a data set has more than {} entries and cells", kMaxEntries),
            {}});
    return false;
  }

  StreamsReader::Callbacks callbacks_;
  Observation o_;
  std::size_t entry_count_ = 0;
  std::size_t skipped_ = 0;
  bool in_section_ = false;
  bool in_entry_ = false;
  bool in_cell_ = false;
};

}  // namespace

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kNormal: return "NORMAL";
    case Level::kWarning: return "WARNING";
    case Level::kFault: return "FAULT";
    case Level::kUnavailable: return "UNAVAILABLE";
  }
  return {};
}

std::optional<double> number_of(const Observation& observation) {
  const auto number = real_number(observation.value);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

struct StreamsReader::State {
  State(Callbacks callbacks, Random& random) : document(std::move(callbacks), random) {}
  StreamsBody document;
};

StreamsReader::StreamsReader(Callbacks callbacks, Random& random)
    : state_(std::make_unique<State>(std::move(callbacks), random)) {}
StreamsReader::~StreamsReader() = default;

Result<void> StreamsReader::feed(BytesView piece) {
  return state_->document.feed(piece);
}
Result<void> StreamsReader::finish() {
  return state_->document.finish();
}
void StreamsReader::refuse(Error error) {
  state_->document.refuse(std::move(error));
}
const Header& StreamsReader::header() const {
  return state_->document.header();
}
const std::vector<AgentError>& StreamsReader::errors() const {
  return state_->document.errors();
}
std::size_t StreamsReader::skipped() const {
  return state_->document.skipped();
}

Result<StreamsDocument> read_streams(BytesView document, Random& random) {
  StreamsDocument read;
  StreamsReader reader({.header = {},
                        .observation =
                            [&](const Observation& observation, BytesView raw) {
                              read.observations.push_back(observation);
                              read.raw.emplace_back(raw);
                            }},
                       random);
  if (const auto whole = read_whole(reader, document); !whole) {
    return std::unexpected(whole.error());
  }
  read.header = reader.header();
  read.errors = reader.errors();
  return read;
}

}  // namespace heed::wire::mtconnect

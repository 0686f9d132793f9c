#include "wire/fanuc/status.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "wire/text.h"

namespace heed::wire::fanuc {
namespace {

using Category = SaidItem::Category;

/// Bits of the alarm word (the ODBALM of FOCAS2's public reference).
struct AlarmKind {
  unsigned bit;
  std::string_view code;
  std::string_view text;
};
constexpr std::array kAlarms = {
    AlarmKind{0, "SW", "parameter switch is on"},
    AlarmKind{1, "PW", "power must be switched off"},
    AlarmKind{2, "IO", "input or output"},
    AlarmKind{3, "PS", "program or operation"},
    AlarmKind{4, "OT", "overtravel or external data"},
    AlarmKind{5, "OH", "overheat"},
    AlarmKind{6, "SV", "servo"},
    AlarmKind{7, "SR", "data input or output"},
    AlarmKind{8, "MC", "macro"},
    AlarmKind{9, "SP", "spindle"},
    AlarmKind{10, "DS", "other (DS)"},
    AlarmKind{11, "IE", "malfunction prevention"},
    AlarmKind{12, "BG", "background editing"},
    AlarmKind{13, "SN", "synchronization"},
    AlarmKind{15, "EX", "the builder's own"},
    AlarmKind{19, "PC", "PMC"},
};

struct FixedItem {
  std::string_view key, name, type, sub_type, units, component;
  Category category;
  bool whole = false;  ///< Of the control, not of a path.
};
constexpr std::array kFixed = {
    FixedItem{"avail", "Availability", "AVAILABILITY", "", "", "", Category::kEvent, true},
    FixedItem{"estop", "Emergency stop", "EMERGENCY_STOP", "", "", "Controller", Category::kEvent,
              true},
    FixedItem{"mode", "Mode", "CONTROLLER_MODE", "", "", "Controller", Category::kEvent},
    FixedItem{"execution", "Execution", "EXECUTION", "", "", "Path", Category::kEvent},
    FixedItem{"program", "Program", "PROGRAM", "MAIN", "", "Path", Category::kEvent},
    FixedItem{"subprogram", "Running program", "PROGRAM", "ACTIVE", "", "Path", Category::kEvent},
    FixedItem{"line", "Sequence number", "LINE_LABEL", "", "", "Path", Category::kEvent},
    FixedItem{"tool", "Tool", "TOOL_NUMBER", "", "", "Path", Category::kEvent},
    FixedItem{"feed", "Feed", "PATH_FEEDRATE", "ACTUAL", "", "Path", Category::kSample},
    FixedItem{"feed_override", "Feed override", "PATH_FEEDRATE_OVERRIDE", "PROGRAMMED", "PERCENT",
              "Path", Category::kEvent},
    FixedItem{"spindle_speed", "Spindle speed", "ROTARY_VELOCITY", "ACTUAL", "REVOLUTION/MINUTE",
              "Rotary", Category::kSample},
    FixedItem{"parts", "Parts", "PART_COUNT", "ALL", "", "Path", Category::kEvent},
    FixedItem{"total_parts", "Parts in all", "PART_COUNT", "LIFETIME", "", "Path",
              Category::kEvent},
    FixedItem{"working_time", "Automatic operation", "EQUIPMENT_TIMER", "WORKING", "SECOND",
              "Controller", Category::kSample, true},
    FixedItem{"cutting_time", "Cutting", "EQUIPMENT_TIMER", "LOADED", "SECOND", "Controller",
              Category::kSample, true},
    FixedItem{"alarm", "Alarm", "SYSTEM", "", "", "Controller", Category::kCondition},
};

struct Status {
  std::uint16_t automatic, run, motion, mstb, emergency, alarm, edit;
};

std::optional<Status> read_status(std::optional<BytesView> value) {
  ByteReader in(value.value_or(BytesView()));
  const Status status{in.u16(), in.u16(), in.u16(), in.u16(), in.u16(), in.u16(), in.u16()};
  return in.finished() ? std::optional(status) : std::nullopt;
}

std::string_view mode_word(std::uint16_t automatic) {
  switch (automatic) {
    case 0: return "MANUAL_DATA_INPUT";
    case 1:   // MEM
    case 10:  // RMT: a program comes from outside
      return "AUTOMATIC";
    case 3: return "EDIT";
    default: return "MANUAL";  // HND, JOG, INC, REF and teaching
  }
}

std::string_view execution_word(std::uint16_t run, std::optional<double> m) {
  const bool ended = m == 2.0 || m == 30.0;
  switch (run) {
    case 3:  // STRT
    case 4:  // MSTR: manual numerical command
      return "ACTIVE";
    case 2: return "FEED_HOLD";
    case 1:
      return ended      ? "PROGRAM_COMPLETED"
             : m == 0.0 ? "PROGRAM_STOPPED"
             : m == 1.0 ? "OPTIONAL_STOP"
                        : "INTERRUPTED";
    default: return ended ? "PROGRAM_COMPLETED" : "READY";
  }
}

/// Of the first value that a parameter has: number u32 | axis i16 | type u16 | value,
/// right-aligned.
std::optional<std::int64_t> read_parameter(std::optional<BytesView> value) {
  ByteReader in(value.value_or(BytesView()));
  in.u32();
  in.u16();
  const std::uint16_t type = in.u16();
  const auto whole = static_cast<std::int32_t>(in.u32());
  if (!in.ok()) return {};
  switch (type) {
    case 2: return static_cast<std::int16_t>(whole & 0xffff);
    case 3: return whole;
    default: return {};
  }
}

std::optional<double> read_macro(std::optional<BytesView> value) {
  return value ? read_number(value->substr(0, 8)) : std::nullopt;
}

/// As many digits as the control has, and no more.
std::string number_text(double number) {
  return fmt::format("{:.10g}", number + 0.0);
}

std::optional<std::string> text_of(std::optional<double> number) {
  return number ? std::optional(number_text(*number)) : std::nullopt;
}

/// Without what is no ASCII: texts come in one of a dozen encodings, and do not say in which.
std::string plain(BytesView bytes) {
  std::string text(bytes.substr(0, bytes.find('\0')));
  std::erase_if(text, [](char c) { return c < 0x20 || c == 0x7f || c == '|'; });
  return std::string(trim(text));
}

/// Number i32 | kind i32 | axis i32 (0: none) | length i32 | 64 bytes of text.
constexpr std::size_t kAlarmRecord = 16 + static_cast<std::size_t>(Request::kAlarmText);
struct AlarmRecord {
  std::uint32_t number = 0, kind = 0, axis = 0;
  std::string text;
};

AlarmRecord read_alarm(BytesView record) {
  ByteReader in(record);
  AlarmRecord alarm{.number = in.u32(), .kind = in.u32(), .axis = in.u32(), .text = {}};
  const std::uint32_t length = in.u32();
  alarm.text = plain(in.rest().substr(0, length));
  return alarm;
}

std::optional<std::string> seconds_of(std::optional<BytesView> minutes,
                                      std::optional<BytesView> rest) {
  const auto m = read_parameter(minutes);
  const auto ms = read_parameter(rest);
  if (!m || !ms || *m < 0 || *ms < 0) return {};
  return fmt::format("{:.3f}", static_cast<double>(*m) * 60 + static_cast<double>(*ms) / 1'000);
}

}  // namespace

namespace {

Request request_of(Ask ask) {
  switch (ask) {
    case Ask::kStatus: return Request::status();
    case Ask::kAlarms: return Request::alarms();
    case Ask::kPrograms: return Request::program_numbers();
    case Ask::kSequence: return Request::sequence_number();
    case Ask::kFeed: return Request::feed();
    case Ask::kSpindle: return Request::spindle_speed();
    case Ask::kPosition: return Request::absolute_position();
    case Ask::kServoLoad: return Request::servo_load();
    case Ask::kProgramName: return Request::program_name();
    case Ask::kFeedOverride: return Request::feed_override(1);
    case Ask::kParts: return *Request::parameter(6711);
    case Ask::kTotalParts: return *Request::parameter(6712);
    case Ask::kWorkingRest: return *Request::parameter(6751);
    case Ask::kWorking: return *Request::parameter(6752);
    case Ask::kCuttingRest: return *Request::parameter(6753);
    case Ask::kCutting: return *Request::parameter(6754);
    case Ask::kModalM: return Request::macro(*MacroNumber::of(4113));
    case Ask::kModalT: return Request::macro(*MacroNumber::of(4120));
    case Ask::kAlarmTexts: return Request::alarm_texts();
  }
  return Request::status();
}

}  // namespace

Request request_of(Ask ask, std::uint16_t path) {
  if (ask == Ask::kFeedOverride) return Request::feed_override(path);
  return request_of(ask).of_path(path);
}

std::string_view words_of(Ask ask) {
  constexpr std::array<std::string_view, kAsks> kWords = {
      "its status",          "its alarms",      "program numbers",
      "the sequence number", "the feed",        "the spindle's speed",
      "positions",           "the axes' load",  "the program's name",
      "the feed override",   "the part count",  "the total of parts",
      "operating time",      "operating time",  "cutting time",
      "cutting time",        "the last M code", "the tool",
      "alarms' texts"};
  return kWords.at(static_cast<std::size_t>(ask));
}

std::string identity_of(BytesView identity) {
  ByteReader in(identity);
  in.raw(4);
  const std::string type = plain(in.raw(2));
  const std::string machine = plain(in.raw(2));
  const std::string series = plain(in.raw(4));
  const std::string version = plain(in.raw(4));
  if (!in.ok()) return {};
  return fmt::format("FANUC {}i-{}, series {}, version {}", type, machine, series, version);
}

// FOCAS2's public reference, ODBSYS: MM is M with two paths, TT is T with two or three.
bool tells_of_paths(BytesView identity) {
  ByteReader in(identity);
  in.raw(6);
  const std::string machine = plain(in.raw(2));
  return machine == "MM" || machine == "TT";
}

Tracker::Tracker(std::vector<Macro> macros, std::size_t path)
    : macros_(std::move(macros)),
      counts_by_macro_(std::ranges::any_of(
          macros_, [](const Macro& macro) { return macro.item.key == "part_count"; })),
      path_(path),
      suffix_(path == 1 ? "" : fmt::format("_path{}", path)) {}

void Tracker::learn_axes(BytesView axis_names) {
  axes_.clear();
  while (axis_names.size() >= 4 && axes_.size() < kMostAxes) {
    const std::string name = plain(axis_names.substr(0, 4));
    axis_names.remove_prefix(4);
    if (name.empty() || std::ranges::find(axes_, name) != axes_.end()) break;
    axes_.push_back(name);
  }
}

std::vector<SaidItem> Tracker::items() const {
  std::vector<SaidItem> items;
  const bool first = path_ == 1;
  const std::string named = first ? "" : fmt::format(" of path {}", path_);
  const std::string place = first ? "" : fmt::format("[{}]", path_);
  for (const FixedItem& item : kFixed) {
    if (counts_by_macro_ && item.key == "parts") continue;
    if (!first && item.whole) continue;
    const std::string component = first ? std::string(item.component) : "Path" + place;
    items.push_back({key_of(item.key), std::string(item.name) + named, std::string(item.type),
                     std::string(item.sub_type), std::string(item.units), component,
                     item.category});
  }
  for (const std::string& axis : axes_) {
    const std::string component = "Axes" + place + "/" + axis;
    items.push_back({key_of(axis + "_abs"), axis + " position" + named, "POSITION", "ACTUAL", "",
                     component, Category::kSample});
    items.push_back({key_of(axis + "_load"), axis + " load" + named, "LOAD", "", "PERCENT",
                     component, Category::kSample});
  }
  for (const Macro& macro : macros_) items.push_back(macro.item);
  return items;
}

std::vector<Said> Tracker::take(const Round& round) {
  if (path_ == 1) say("avail", "AVAILABLE");
  take_status(round);
  take_programs(round);
  take_numbers(round);
  take_axes(round);
  take_alarms(round);
  return std::exchange(changes_, {});
}

void Tracker::say(std::string_view of_path, std::optional<std::string> value) {
  const std::string key = key_of(of_path);
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  if (last == last_.end() && !value) return;  // it never told
  changes_.push_back({key, value, false});
  last_.insert_or_assign(key, std::move(value));
}

void Tracker::take_status(const Round& round) {
  const auto status = read_status(round.of[static_cast<std::size_t>(Ask::kStatus)]);
  if (!status) {
    if (path_ == 1) say("estop", {});
    for (const char* key : {"mode", "execution"}) say(key, {});
    return;
  }
  const auto m = read_macro(round.of[static_cast<std::size_t>(Ask::kModalM)]);
  if (path_ == 1) say("estop", status->emergency == 1 ? "TRIGGERED" : "ARMED");
  say("mode", std::string(mode_word(status->automatic)));
  say("execution", std::string(execution_word(status->run, m)));
}

void Tracker::take_programs(const Round& round) {
  const auto numbers = round.of[static_cast<std::size_t>(Ask::kPrograms)];
  ByteReader in(numbers.value_or(BytesView()));
  const std::uint32_t running = in.u32();
  const std::uint32_t main = in.u32();
  const bool told = numbers && in.ok();
  std::string name = plain(round.of[static_cast<std::size_t>(Ask::kProgramName)].value_or(""));
  name.erase(0, name.rfind('/') + 1);
  if (name.empty() && told) name = fmt::format("O{:04}", main);
  say("program", name.empty() ? std::nullopt : std::optional(name));
  say("subprogram", told ? std::optional(fmt::format("O{:04}", running)) : std::nullopt);
}

void Tracker::take_numbers(const Round& round) {
  const auto of = [&](Ask ask) { return round.of[static_cast<std::size_t>(ask)]; };
  const auto whole = [](std::optional<std::int64_t> number) {
    return number ? std::optional(fmt::format("{}", *number)) : std::nullopt;
  };
  ByteReader line(of(Ask::kSequence).value_or(BytesView()));
  const std::uint32_t sequence = line.u32();
  say("line", line.ok() ? std::optional(fmt::format("{}", sequence)) : std::nullopt);
  say("tool", text_of(read_macro(of(Ask::kModalT))));
  say("feed", text_of(read_macro(of(Ask::kFeed))));
  say("spindle_speed", text_of(read_macro(of(Ask::kSpindle))));
  ByteReader override_signals(of(Ask::kFeedOverride).value_or(BytesView()));
  const unsigned percent = 255U - override_signals.u8();
  say("feed_override",
      override_signals.ok() ? std::optional(fmt::format("{}", percent)) : std::nullopt);
  if (!counts_by_macro_) say("parts", whole(read_parameter(of(Ask::kParts))));
  say("total_parts", whole(read_parameter(of(Ask::kTotalParts))));
  if (path_ != 1) return;
  say("working_time", seconds_of(of(Ask::kWorking), of(Ask::kWorkingRest)));
  say("cutting_time", seconds_of(of(Ask::kCutting), of(Ask::kCuttingRest)));
  for (std::size_t i = 0; i < macros_.size(); ++i) {
    say(macros_[i].item.key, text_of(read_macro(round.macros.at(i))));
  }
}

void Tracker::take_axes(const Round& round) {
  const auto numbers = [&](Ask ask, std::string_view end) {
    BytesView values = round.of[static_cast<std::size_t>(ask)].value_or(BytesView());
    for (const std::string& axis : axes_) {
      say(axis + std::string(end), text_of(read_number(values.substr(0, 8))));
      values.remove_prefix(std::min<std::size_t>(8, values.size()));
    }
  };
  numbers(Ask::kPosition, "_abs");
  numbers(Ask::kServoLoad, "_load");
}

/// Those of the control's list, and the kinds that are on of which it names none: it names ten. A
/// control that is too busy for the list has its last one.
Tracker::Alarms Tracker::told_alarms(const Round& round, std::uint32_t kinds) const {
  Alarms alarms;
  std::uint32_t named = 0;
  const auto told = round.of[static_cast<std::size_t>(Ask::kAlarmTexts)];
  for (const auto& [code, text] : told ? Alarms() : last_alarms_.value_or(Alarms())) {
    const auto* const kind = std::ranges::find(kAlarms, code.substr(0, 2), &AlarmKind::code);
    if (kind == kAlarms.end() || (kinds >> kind->bit & 1) == 0) continue;
    named |= 1U << kind->bit;
    alarms.emplace(code, text);
  }
  BytesView list = told.value_or(BytesView());
  for (; list.size() >= kAlarmRecord; list.remove_prefix(kAlarmRecord)) {
    const AlarmRecord alarm = read_alarm(list.substr(0, kAlarmRecord));
    const auto* const kind = std::ranges::find(kAlarms, alarm.kind, &AlarmKind::bit);
    if (kind == kAlarms.end()) continue;
    named |= 1U << kind->bit;
    std::string code = fmt::format("{}{:04}", kind->code, alarm.number);
    if (alarm.axis >= 1 && alarm.axis <= axes_.size()) {
      code += fmt::format("({})", axes_[alarm.axis - 1]);
    }
    alarms.emplace(std::move(code),
                   alarm.text.empty() ? fmt::format("{} alarm", kind->text) : alarm.text);
  }
  for (const AlarmKind& kind : kAlarms) {
    if ((kinds & ~named) >> kind.bit & 1) {
      alarms.emplace(kind.code, fmt::format("{} alarm", kind.text));
    }
  }
  return alarms;
}

void Tracker::take_alarms(const Round& round) {
  ByteReader in(round.of[static_cast<std::size_t>(Ask::kAlarms)].value_or(BytesView()));
  const std::uint32_t kinds = in.u32();
  if (!in.ok()) return;
  Alarms alarms = told_alarms(round, kinds);
  const std::string key = key_of("alarm");
  if (!last_alarms_) changes_.push_back({key, "NORMAL||||", true});
  const Alarms before = last_alarms_.value_or(Alarms());
  for (const auto& [code, text] : before) {
    if (!alarms.contains(code)) changes_.push_back({key, fmt::format("NORMAL|{}|||", code), true});
  }
  for (const auto& [code, text] : alarms) {
    const auto known = before.find(code);
    if (known != before.end() && known->second == text) continue;
    changes_.push_back({key, fmt::format("FAULT|{}|||{}", code, text), true});
  }
  last_alarms_ = std::move(alarms);
}

Result<Settings> settings_of(const Json& json) {
  const auto owns = [](std::string_view key) {
    if (const std::size_t path = key.rfind("_path"); path != std::string_view::npos) {
      key = key.substr(0, path);
    }
    return std::ranges::find(kFixed, key, &FixedItem::key) != kFixed.end() ||
           key.ends_with("_abs") || key.ends_with("_load");
  };
  Settings settings;
  Json::Object macros = *json.object();
  const auto paths = std::ranges::find(macros, "paths", &Json::Object::value_type::first);
  if (paths != macros.end()) {
    const auto count = paths->second.integer().value_or(0);
    if (count < 1 || count > static_cast<std::int64_t>(kMostPaths)) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("settings: paths: a control has 1 to {} of them", kMostPaths),
                  "Write how many paths the control has: {\"paths\":2}.");
    }
    settings.paths = static_cast<std::size_t>(count);
    macros.erase(paths);
  }
  ASSIGN_OR_RETURN(
      settings.macros,
      wire::macros_of(Json(std::move(macros)), {.control = "a FANUC", .usual = {}, .owns = owns}));
  return settings;
}

}  // namespace heed::wire::fanuc

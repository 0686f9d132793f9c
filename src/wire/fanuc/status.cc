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
};
constexpr std::array kFixed = {
    FixedItem{"avail", "Availability", "AVAILABILITY", "", "", "", Category::kEvent},
    FixedItem{"estop", "Emergency stop", "EMERGENCY_STOP", "", "", "Controller", Category::kEvent},
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
              "Controller", Category::kSample},
    FixedItem{"cutting_time", "Cutting", "EQUIPMENT_TIMER", "LOADED", "SECOND", "Controller",
              Category::kSample},
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

std::string plain(BytesView bytes) {
  std::string text(bytes.substr(0, bytes.find('\0')));
  std::erase_if(text, [](char c) { return c < 0x20 || c == 0x7f || c == '|'; });
  return std::string(trim(text));
}

std::optional<std::string> seconds_of(std::optional<BytesView> minutes,
                                      std::optional<BytesView> rest) {
  const auto m = read_parameter(minutes);
  const auto ms = read_parameter(rest);
  if (!m || !ms || *m < 0 || *ms < 0) return {};
  return fmt::format("{:.3f}", static_cast<double>(*m) * 60 + static_cast<double>(*ms) / 1'000);
}

}  // namespace

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
    case Ask::kFeedOverride: return Request::feed_override();
    case Ask::kParts: return *Request::parameter(6711);
    case Ask::kTotalParts: return *Request::parameter(6712);
    case Ask::kWorkingRest: return *Request::parameter(6751);
    case Ask::kWorking: return *Request::parameter(6752);
    case Ask::kCuttingRest: return *Request::parameter(6753);
    case Ask::kCutting: return *Request::parameter(6754);
    case Ask::kModalM: return Request::macro(*MacroNumber::of(4113));
    case Ask::kModalT: return Request::macro(*MacroNumber::of(4120));
  }
  return Request::status();
}

std::string_view words_of(Ask ask) {
  constexpr std::array<std::string_view, kAsks> kWords = {
      "its status",          "its alarms",      "program numbers",
      "the sequence number", "the feed",        "the spindle's speed",
      "positions",           "the axes' load",  "the program's name",
      "the feed override",   "the part count",  "the total of parts",
      "operating time",      "operating time",  "cutting time",
      "cutting time",        "the last M code", "the tool"};
  return kWords.at(static_cast<std::size_t>(ask));
}

Tracker::Tracker(std::vector<Macro> macros)
    : macros_(std::move(macros)),
      counts_by_macro_(std::ranges::any_of(
          macros_, [](const Macro& macro) { return macro.item.key == "part_count"; })) {}

void Tracker::learn(BytesView identity, BytesView axis_names) {
  ByteReader in(identity);
  in.raw(4);
  const std::string type = plain(in.raw(2));
  const std::string machine = plain(in.raw(2));
  const std::string series = plain(in.raw(4));
  const std::string version = plain(in.raw(4));
  if (in.ok()) {
    identity_ = fmt::format("FANUC {}i-{}, series {}, version {}", type, machine, series, version);
  }
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
  for (const FixedItem& item : kFixed) {
    if (counts_by_macro_ && item.key == "parts") continue;
    items.push_back({std::string(item.key), std::string(item.name), std::string(item.type),
                     std::string(item.sub_type), std::string(item.units),
                     std::string(item.component), item.category});
  }
  for (const std::string& axis : axes_) {
    items.push_back({axis + "_abs", axis + " position", "POSITION", "ACTUAL", "", "Axes/" + axis,
                     Category::kSample});
    items.push_back(
        {axis + "_load", axis + " load", "LOAD", "", "PERCENT", "Axes/" + axis, Category::kSample});
  }
  for (const Macro& macro : macros_) items.push_back(macro.item);
  return items;
}

std::vector<Said> Tracker::take(const Round& round) {
  say("avail", "AVAILABLE");
  take_status(round);
  take_programs(round);
  take_numbers(round);
  take_axes(round);
  take_alarms(round);
  return std::exchange(changes_, {});
}

void Tracker::say(std::string_view key, std::optional<std::string> value) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  if (last == last_.end() && !value) return;  // it never told
  changes_.push_back({std::string(key), value, false});
  last_.insert_or_assign(std::string(key), std::move(value));
}

void Tracker::take_status(const Round& round) {
  const auto status = read_status(round.of[static_cast<std::size_t>(Ask::kStatus)]);
  if (!status) {
    for (const char* key : {"estop", "mode", "execution"}) say(key, {});
    return;
  }
  const auto m = read_macro(round.of[static_cast<std::size_t>(Ask::kModalM)]);
  say("estop", status->emergency == 1 ? "TRIGGERED" : "ARMED");
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

void Tracker::take_alarms(const Round& round) {
  ByteReader in(round.of[static_cast<std::size_t>(Ask::kAlarms)].value_or(BytesView()));
  const std::uint32_t alarms = in.u32();
  if (!in.ok()) return;
  if (!last_alarms_) changes_.push_back({"alarm", "NORMAL||||", true});
  const std::uint32_t changed = alarms ^ last_alarms_.value_or(0);
  for (const AlarmKind& kind : kAlarms) {
    if ((changed >> kind.bit & 1) == 0) continue;
    const bool on = (alarms >> kind.bit & 1) != 0;
    changes_.push_back({"alarm",
                        on ? fmt::format("FAULT|{}|||{} alarm", kind.code, kind.text)
                           : fmt::format("NORMAL|{}|||", kind.code),
                        true});
  }
  last_alarms_ = alarms;
}

Result<std::vector<Macro>> macros_of(const Json& settings) {
  const auto owns = [](std::string_view key) {
    return std::ranges::find(kFixed, key, &FixedItem::key) != kFixed.end() ||
           key.ends_with("_abs") || key.ends_with("_load");
  };
  return wire::macros_of(settings, {.control = "a FANUC", .usual = {}, .owns = owns});
}

}  // namespace heed::wire::fanuc

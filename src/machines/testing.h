// For tests of this room and those above: machines in a real silo, and reports as a box makes
// them. Never included by the program.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "machines/machines.h"
#include "machines/said_words.h"
#include "machines/views.h"
#include "silo/testing.h"

namespace heed::machines {

inline std::vector<std::string> split_text(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

inline bool is_condition_line(const std::vector<std::string>& fields) {
  constexpr std::array<std::string_view, 4> kLevels = {"NORMAL", "WARNING", "FAULT", "UNAVAILABLE"};
  return fields.size() == 7 && std::ranges::any_of(kLevels, [&](std::string_view level) {
           return same_word(trimmed(fields[2]), level);
         });
}

/// Observations of one SHDR line go into the report, with the line itself; what is no observation
/// (docs/STATES.md §0) only leaves its line. Enough of SHDR for tests; wire/shdr is the reader.
inline void add_line(Report& report, const std::string& line) {
  const auto index = static_cast<std::uint32_t>(report.raw.size());
  report.raw.push_back(line);
  const std::vector<std::string> fields = split_text(line, '|');
  const auto device = parse_time(fields[0]);
  if (fields.size() < 2 || (!fields[0].empty() && !device)) return;
  if (fields[1].starts_with('@') || fields[1].starts_with('*')) return;
  if (is_condition_line(fields)) {
    std::string value = fields[2];
    std::ranges::transform(value, value.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    for (std::size_t i = 3; i < fields.size(); ++i) value += "|" + fields[i];
    report.observations.push_back({fields[1], device, value, true, index});
    return;
  }
  for (std::size_t i = 1; i + 1 < fields.size(); i += 2) {
    if (fields[i].empty()) continue;
    Observation seen{fields[i], device, fields[i + 1], false, index};
    if (says_unavailable(fields[i + 1])) seen.value.reset();
    report.observations.push_back(std::move(seen));
  }
}

/// Numbers the reports of one machine.
class ReportMaker {
 public:
  explicit ReportMaker(MachineId machine, bool recording = false)
      : machine_(machine), recording_(recording) {}

  Report empty(Time arrival) {
    return {.machine = machine_, .number = next_++, .arrival = arrival, .recording = recording_};
  }
  Report report(const std::vector<std::string>& lines, Time arrival) {
    Report report = empty(arrival);
    for (const std::string& line : lines) add_line(report, line);
    return report;
  }
  Report link(bool up, Time arrival) {
    Report report = empty(arrival);
    report.link = Link{up, up ? "connected" : "connection reset by peer"};
    return report;
  }

 private:
  const MachineId machine_;
  const bool recording_;
  std::uint64_t next_ = 1;
};

/// A store with one organization, and its machines.
class TestShop {
 public:
  TestShop() { open(); }
  explicit TestShop(std::shared_ptr<const policy::Policy> policy) : store(std::move(policy)) {
    open();
  }
  /// Forgets what the room holds in memory.
  void open() {
    auto opened = Machines::open(store.shared_silo(), store.access("operation", "engine"),
                                 store.clock(), store.random());
    require(opened.has_value(), opened ? "" : opened.error().message());
    machines = *std::move(opened);
  }
  /// As after a restart of the program.
  void restart() {
    machines.reset();
    store.reopen();
    open();
  }
  MachineId add(std::string name, bool recording = false) {
    auto added = machines->add(access(), {.name = std::move(name),
                                          .location = "Hall 1",
                                          .address = "10.0.0.7:7878",
                                          .recording = recording});
    require(added.has_value(), added ? "" : added.error().message());
    return added->id;
  }
  Recorded record(const Report& report) {
    auto recorded = machines->record(access(), report);
    require(recorded.has_value(), recorded ? "" : recorded.error().message());
    return *recorded;
  }
  Access access() const { return store.access(); }

  silo::TemporaryStore store;
  std::unique_ptr<Machines> machines;
};

/// "10:00:00 10:05:00 IN_CYCLE production in_cycle executing device"
inline std::string write_activity(const Activity& activity) {
  const auto clock = [](Time time) {
    const std::string text = format_time(time, 0);
    return text.substr(11, text.size() - 12);
  };
  std::string text = clock(activity.range.from) + " " + clock(activity.range.to) + " ";
  text += std::string(word(activity.standing.state)) + " ";
  text += std::string(word(activity.standing.bucket));
  if (activity.standing.in_cycle) text += " in_cycle";
  if (activity.standing.executing) text += " executing";
  return text + " " + std::string(word(activity.placed));
}

inline std::vector<std::string> write_activities(const Timeline& timeline) {
  std::vector<std::string> lines;
  for (const Activity& activity : timeline.activities) lines.push_back(write_activity(activity));
  return lines;
}

}  // namespace heed::machines

#include <algorithm>
#include <array>
#include <map>

#include "machines/cycle.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 8> kEnds = {
    "program_completed", "ready",   "stopped",     "lost",
    "started_anew",      "counted", "tools_again", "between_tools"};

/// The one at place ⌈percent·n/100⌉ of sorted durations.
Duration percentile(const std::vector<Duration>& sorted, std::size_t percent) {
  const std::size_t place = (sorted.size() * percent + 99) / 100;
  return sorted.at(place - 1);
}

DurationSpread spread_of(std::vector<Duration> durations) {
  if (durations.empty()) return {};
  std::ranges::sort(durations);
  DurationSpread spread{
      percentile(durations, 50), percentile(durations, 10), percentile(durations, 90), {}};
  for (Duration& duration : durations) duration = (duration - spread.median).magnitude();
  std::ranges::sort(durations);
  spread.deviation = percentile(durations, 50);
  return spread;
}

struct Gathered {
  ProgramStatistics told;
  std::vector<Duration> in_cycle, executing;
  Duration all;
};

}  // namespace

std::string_view word(CycleEnd end) {
  return kEnds.at(static_cast<std::size_t>(end));
}

std::vector<ProgramStatistics> cycle_statistics(const std::vector<Cycle>& cycles) {
  std::map<std::string, Gathered> by_program;
  for (const Cycle& cycle : cycles) {
    Gathered& program = by_program[cycle.program];
    program.all += cycle.in_cycle;
    program.told.counted += cycle.counted;
    if (!cycle.complete) {
      ++program.told.tries;
      program.told.in_tries += cycle.in_cycle;
      continue;
    }
    ++program.told.complete;
    program.in_cycle.push_back(cycle.in_cycle);
    program.executing.push_back(cycle.executing);
  }
  std::vector<std::pair<Duration, ProgramStatistics>> ordered;
  for (auto& [name, program] : by_program) {
    program.told.program = name;
    program.told.in_cycle = spread_of(std::move(program.in_cycle));
    program.told.executing = spread_of(std::move(program.executing));
    ordered.emplace_back(program.all, std::move(program.told));
  }
  std::ranges::sort(ordered, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second.program < b.second.program;
  });
  std::vector<ProgramStatistics> told;
  for (auto& [all, statistics] : ordered) told.push_back(std::move(statistics));
  return told;
}

}  // namespace heed::machines

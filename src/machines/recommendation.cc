#include "machines/recommendation.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/crypto.h"
#include "machines/advice_parts.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 7> kWords = {"",      "override", "waiting", "warm_up",
                                                    "drift", "load",     "holds"};

/// What stands first is what loses the most.
std::pair<double, std::string_view> rank(const Recommendation& recommendation) {
  return {recommendation.lost ? recommendation.lost->usual : 0, recommendation.id};
}

void finish(Recommendation& recommendation) {
  recommendation.id = advice_id(recommendation);
  auto& evidence = recommendation.evidence;
  std::ranges::sort(evidence, std::greater<>(), [](const auto& one) { return one.range.from; });
  if (evidence.size() > Recommendation::kMostEvidence) {
    evidence.resize(Recommendation::kMostEvidence);
  }
}

}  // namespace

std::string_view word(Advice about) {
  return kWords.at(static_cast<std::size_t>(about));
}

std::vector<Recommendation> recommend(const MachineWork& work, const signals::AlarmBudget& budget,
                                      Random& random) {
  Found found;
  find_override(work, found);
  find_waiting(work, found);
  find_warm_up(work, found);
  find_drift(work, random, found);
  find_load(work, found);
  find_holds(work, found);
  const double level = budget.level(found.tests);
  std::erase_if(found.candidates, [&](const auto& one) { return one.by_chance > level; });
  for (Recommendation& one : found.candidates) finish(one);
  std::ranges::sort(found.candidates, std::greater<>(), rank);
  return std::move(found.candidates);
}

void weigh_days(const MachineWork& work, const DayLosses& days, Recommendation recommendation,
                Found& found) {
  if (days.size() < kFewestDays) return;
  ++found.tests;
  std::vector<double> lost;
  std::uint64_t above = 0;
  for (const auto& [day, loss] : days) {
    lost.push_back(loss.hours);
    if (loss.hours > loss.enough) ++above;
  }
  const auto interval = signals::quantile_interval(lost, 0.5, Recommendation::kCertainty);
  if (!interval || recommendation.evidence.empty()) return;
  const double a_week = static_cast<double>(days.size()) / weeks(work);
  recommendation.lost =
      WeeklyLoss{interval->low * a_week, interval->value * a_week, interval->high * a_week};
  recommendation.by_chance = signals::binomial_tail(above, days.size(), 0.5);
  const double usual = signals::deviation(lost);
  recommendation.effect = usual > 0 ? interval->value / usual : 0;
  recommendation.seen = above;
  recommendation.of = days.size();
  found.candidates.push_back(std::move(recommendation));
}

std::string advice_id(const Recommendation& recommendation) {
  const std::string about =
      fmt::format("{}\n{}\n{}\n{}", static_cast<unsigned>(recommendation.about),
                  recommendation.program, recommendation.tool, recommendation.line) +
      (recommendation.use > 0 ? fmt::format("\n{}", recommendation.use) : "");
  std::string id;
  for (const char byte : sha256(about).substr(0, 8)) {
    id += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return id;
}

std::map<std::string, std::vector<std::size_t>> by_program(const MachineWork& work) {
  std::map<std::string, std::vector<std::size_t>> programs;
  for (std::size_t i = 0; i < work.cycles.size(); ++i) {
    const Cycle& cycle = work.cycles[i];
    if (cycle.complete && !cycle.program.empty()) programs[cycle.program].push_back(i);
  }
  return programs;
}

double hours(Duration duration) {
  return duration.in_seconds() / 3'600;
}

double weeks(const MachineWork& work) {
  return work.range.length().in_seconds() / (7 * 86'400.0);
}

std::string program_words(std::string_view program) {
  return program.empty() ? "the program" : std::string(program);
}

std::string duration_words(Duration duration) {
  const auto seconds = static_cast<std::int64_t>(duration.in_seconds() + 0.5);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3'600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3'600, seconds / 60 % 60);
}

}  // namespace heed::machines

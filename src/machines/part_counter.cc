#include "machines/part_counter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 6> kWords = {"none",      "made",    "reset",
                                                    "corrected", "wrapped", "set"};

/// The highest numbers that counters show: so many digits, so many bits.
constexpr std::array<double, 10> kEnds = {999,        9'999,       99'999, 999'999, 9'999'999,
                                          99'999'999, 999'999'999, 65'535, 32'767,  2'147'483'647};

/// What was made if the counter went over its end.
std::optional<double> over_the_end(double before, double after) {
  if (after >= PartCounter::kNearEnd) return {};
  for (const double end : kEnds) {
    if (before <= end && end - before < PartCounter::kNearEnd) return end - before + 1 + after;
  }
  return {};
}

PartCounter::Told told_of(const CounterValue& before, Time at, double after) {
  const double rise = after - *before.value;
  const auto tell = [&](CounterChange change, double parts) {
    return PartCounter::Told{change, *before.value, parts};
  };
  if (std::abs(rise) < 1) return tell(CounterChange::kNone, 0);
  if (rise > 0) {
    const bool set = rise > PartCounter::kMostAtOnce && rise > (at - before.at).in_seconds();
    return set ? tell(CounterChange::kSet, 0) : tell(CounterChange::kMade, std::floor(rise));
  }
  if (const auto made = over_the_end(*before.value, after)) {
    return tell(CounterChange::kWrapped, std::floor(*made));
  }
  const bool few = -rise <= PartCounter::kFew && -rise <= after;
  return few ? tell(CounterChange::kCorrected, -std::floor(-rise)) : tell(CounterChange::kReset, 0);
}

}  // namespace

std::string_view word(CounterChange change) {
  return kWords.at(static_cast<std::size_t>(change));
}

std::optional<CounterChange> parse_counter_change(std::string_view text) {
  const auto found = std::ranges::find(kWords, text);
  if (found == kWords.end()) return {};
  return static_cast<CounterChange>(found - kWords.begin());
}

PartCounter::Told PartCounter::take(const CounterValue& said) {
  if (!said.value || !(*said.value >= 0 && *said.value <= kMost)) return {};
  const auto before = memory_.last;
  memory_.last = said;
  memory_.counts = memory_.counts || *said.value > 0;
  if (!before) return {};
  const Told told = told_of(*before, said.at, *said.value);
  // What was taken back may have been made before anybody listened.
  memory_.made = std::max(0.0, memory_.made + told.parts);
  return told;
}

std::optional<std::vector<PartStep>> steps_of(const std::vector<CounterValue>& values) {
  std::vector<PartStep> steps;
  PartCounter counter;
  for (const CounterValue& said : values) {
    const PartCounter::Told told = counter.take(said);
    const auto count = static_cast<std::uint64_t>(std::abs(told.parts));
    if (told.parts > 0) steps.push_back({said.at, count});
    if (told.parts < 0) take_back(steps, count);
  }
  if (!counter.memory().counts) return {};
  std::erase_if(steps, [](const PartStep& step) { return step.count == 0; });
  return steps;
}

void take_back(std::vector<PartStep>& steps, std::uint64_t count) {
  for (auto step = steps.rbegin(); step != steps.rend() && count > 0; ++step) {
    const std::uint64_t taken = std::min(step->count, count);
    step->count -= taken;
    count -= taken;
  }
}

}  // namespace heed::machines

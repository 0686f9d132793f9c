#include "machines/parts_reading.h"

#include <algorithm>

#include "machines/cycle_reading.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);
/// A counter that did not rise while the machine produced for so long is not believed,
constexpr Duration kLongWithoutPart = Duration::minutes(30);
/// if so many cycles came to an end meanwhile.
constexpr std::size_t kFewestCycles = 3;
/// Of row 1 of docs/CYCLES.md §5: the counter rose at the end of a program.
constexpr double kCounterConfidence = 0.98;
/// A cycle that ends in a range began at most so long before it.
constexpr Duration kLongestCycle = Duration::days(1);

const Directory::Entry* counter_of(const Reading& reading) {
  return reading.now.directory->find(reading.now.tracker.item_of(Role::kPartCount));
}

Governed<std::optional<std::vector<PartStep>>> load_counted(const Reading& reading,
                                                            TimeRange range) {
  const Directory::Entry* entry = counter_of(reading);
  if (entry == nullptr) return std::nullopt;
  ASSIGN_OR_RETURN(const auto values, load_counter(reading, *entry, range));
  return steps_of(values);
}

/// The complete cycles that ended in the range, as parts.
struct CyclesMade {
  std::vector<PartStep> steps;
  std::uint64_t counted = 0;
  double unseen_parts = 0;
  double confidence = 0;
  bool by_tools = false;  ///< Most of them are told by their tools alone.
};

Governed<CyclesMade> load_made(const Reading& reading, TimeRange range) {
  CyclesMade made;
  ASSIGN_OR_RETURN(const CycleList list,
                   load_cycles(reading, {range.from - kLongestCycle, range.to}));
  double confidence = 0;
  std::size_t by_tools = 0;
  for (const Cycle& cycle : list.cycles) {
    if (!cycle.complete || cycle.range.to <= range.from || cycle.range.to > range.to) continue;
    made.steps.push_back({cycle.range.to, 1, cycle.range.from});
    made.counted += cycle.counted > 0 ? 1 : 0;
    confidence += cycle.confidence;
    by_tools += cycle.evidence.program_end || cycle.evidence.counter ? 0 : 1;
  }
  if (!made.steps.empty()) confidence /= static_cast<double>(made.steps.size());
  made.confidence = confidence;
  made.by_tools = 2 * by_tools > made.steps.size();
  made.unseen_parts = list.unseen_parts;
  return made;
}

/// Whether the counter may be right, as far as it tells itself.
bool believed(const std::optional<std::vector<PartStep>>& counted, Duration production) {
  return counted && (!counted->empty() || production < kLongWithoutPart);
}

bool cycles_win(const std::optional<std::vector<PartStep>>& counted, const CyclesMade& made,
                Duration production) {
  if (believed(counted, production)) return false;
  return made.steps.size() >= (counted ? kFewestCycles : 1);
}

PartsSource source_of(const CyclesMade& made) {
  return made.by_tools ? PartsSource::kTools : PartsSource::kProgramEnd;
}

PartsMade by_counter(std::optional<std::vector<PartStep>> counted) {
  if (!counted) return {};
  return {std::move(counted), PartsSource::kCounter, kCounterConfidence};
}

}  // namespace

Governed<PartsMade> load_parts(const Reading& reading, TimeRange range, Duration production) {
  ASSIGN_OR_RETURN(auto counted, load_counted(reading, range));
  if (believed(counted, production) || production == Duration()) {
    return by_counter(std::move(counted));
  }
  auto made = load_made(reading, range);
  // More cycles than can be told are no reason to tell no figure.
  const bool too_many = !made && made.error().error() != nullptr &&
                        made.error().error()->kind == ErrorKind::kExhausted;
  if (too_many) return by_counter(std::move(counted));
  if (!made) return std::unexpected(made.error());
  if (!cycles_win(counted, *made, production)) return by_counter(std::move(counted));
  return PartsMade{std::move(made->steps), source_of(*made), made->confidence};
}

Governed<PartsAgreement> load_parts_agreement(const Reading& reading, TimeRange range,
                                              Duration production) {
  ASSIGN_OR_RETURN(const auto counted, load_counted(reading, range));
  ASSIGN_OR_RETURN(const CyclesMade made, load_made(reading, range));
  PartsAgreement agreement{.cycles = made.steps.size(),
                           .counted_cycles = made.counted,
                           .unseen_parts = made.unseen_parts,
                           .confidence = made.confidence};
  if (counted) {
    agreement.counter = 0;
    for (const PartStep& step : *counted) {
      if (range.from < step.at && step.at <= range.to) *agreement.counter += step.count;
    }
    agreement.source = PartsSource::kCounter;
  }
  if (cycles_win(counted, made, production)) agreement.source = source_of(made);
  return agreement;
}

Governed<std::vector<CounterValue>> load_counter(const Reading& reading,
                                                 const Directory::Entry& entry, TimeRange range) {
  std::vector<CounterValue> values;
  ASSIGN_OR_RETURN(const auto before,
                   reading.silo.last_at(reading.access, entry.series, range.from - kInstant));
  const Time from = before ? before->at : range.from;
  const auto keep = [&](const silo::SampleView& view) {
    values.push_back({view.at, view.gap ? std::nullopt : view.number});
    return true;
  };
  if (auto read =
          reading.silo.read(reading.access, entry.series, {from, range.to + kInstant}, keep);
      !read) {
    return std::unexpected(read.error());
  }
  return values;
}

}  // namespace heed::machines

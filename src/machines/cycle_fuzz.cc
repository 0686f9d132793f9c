#include <array>

#include "base/result.h"
#include "machines/cycle_judge.h"
#include "machines/cycle_split.h"
#include "machines/cycle_tracker.h"

namespace heed::machines {
namespace {

/// One observation from two bytes: what is said, and how much later than the one before.
void tell(CycleTracker& tracker, std::uint8_t what, std::uint8_t later, Time& now) {
  static constexpr std::array<std::string_view, 10> kExecution = {
      "ACTIVE",  "READY", "PROGRAM_COMPLETED", "FEED_HOLD", "INTERRUPTED", "PROGRAM_STOPPED",
      "STOPPED", "WAIT",  "OPTIONAL_STOP",     "?"};
  static constexpr std::array<std::string_view, 8> kNumbers = {"0", "1",   "2",  "3",
                                                               "4", "5.0", "-1", "1e99"};
  static constexpr std::array<std::string_view, 3> kModes = {"AUTOMATIC", "MANUAL", "EDIT"};
  const Duration step = Duration::milliseconds(std::int64_t{later} * later * later);
  now = later == 255 ? now - Duration::seconds(30) : now + step;
  const auto item = static_cast<CycleItem>(what % 6);
  const std::size_t which = what / 6;
  std::optional<std::string_view> text;
  switch (item) {
    case CycleItem::kOffline: text = which % 2 == 0 ? "0" : "1"; break;
    case CycleItem::kMode: text = kModes.at(which % kModes.size()); break;
    case CycleItem::kExecution: text = kExecution.at(which % kExecution.size()); break;
    case CycleItem::kProgram:
    case CycleItem::kTool:
    case CycleItem::kPartCount: text = kNumbers.at(which % kNumbers.size()); break;
  }
  if (which == 42) text.reset();
  tracker.observe(item, text, now);
}

void check(const MachineRun& run, const std::vector<Cycle>& cycles) {
  Time last = run.range.from;
  Duration executing, of_pieces;
  for (const Cycle& cycle : cycles) {
    require(last <= cycle.range.from && cycle.range.from <= cycle.range.to, "no two overlap");
    require(cycle.executing <= cycle.in_cycle, "who executes is in cycle");
    require(cycle.in_cycle + cycle.unseen <= cycle.range.length(), "sums are within the range");
    last = cycle.range.to;
    executing += cycle.executing;
  }
  require(!cycles.empty() && last <= run.range.to, "cycles are within their run");
  for (const RunPiece& piece : run.pieces) of_pieces += piece.executing;
  require(executing == of_pieces, "no executing time is lost or counted twice");
}

}  // namespace
}  // namespace heed::machines

// Whatever is said in whatever order: no crash, cycles do not overlap, sums are consistent.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::machines;  // NOLINT(google-build-using-namespace)
  CycleTracker tracker;
  heed::Time now = heed::Time::from_seconds(1'700'000'000);
  for (std::size_t i = 0; i + 1 < size; i += 2) tell(tracker, data[i], data[i + 1], now);
  tracker.finish();
  std::vector<Cycle> all;
  for (const MachineRun& run : tracker.take_runs()) {
    const std::vector<Cycle> cycles = split_run(run);
    check(run, cycles);
    all.insert(all.end(), cycles.begin(), cycles.end());
  }
  judge_cycles(all);
  for (const Cycle& cycle : all) {
    heed::require(!words_of_cycle_rule(cycle.rule).empty(), "every cycle has its row");
  }
  return 0;
}

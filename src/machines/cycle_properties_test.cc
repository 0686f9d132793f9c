// What must hold of cycles for any stream of observations, in any order, tried on many: seeds are
// printed and can be replayed.
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "base/random.h"
#include "machines/cycle_judge.h"
#include "machines/cycle_split.h"

namespace heed::machines {
namespace {

constexpr std::uint64_t kSeeds = 60;
constexpr Time kStart = Time::from_seconds(1'700'000'000);

struct Told {
  CycleItem item;
  std::optional<std::string> text;
  Time at;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_.u64() % static_cast<std::uint64_t>(bound));
  }
  template <std::size_t kCount>
  std::string pick(const std::array<const char*, kCount>& from) {
    return from.at(static_cast<std::size_t>(below(kCount)));
  }

 private:
  SeededRandom random_;
};

std::string any_text(Dice& dice, CycleItem item) {
  static constexpr std::array kExecution = {
      "ACTIVE", "ACTIVE",  "ACTIVE",          "READY",       "PROGRAM_COMPLETED", "FEED_HOLD",
      "WAIT",   "STOPPED", "PROGRAM_STOPPED", "INTERRUPTED", "active ",           "odd"};
  static constexpr std::array kMode = {"AUTOMATIC", "AUTOMATIC", "AUTOMATIC", "MANUAL", "EDIT"};
  static constexpr std::array kProgram = {"O1", "O1", "O2", "SUB", "", " "};
  static constexpr std::array kTool = {"1", "2", "3", "4.0", "0", "T5", ""};
  static constexpr std::array kParts = {"0", "1", "2", "3", "7", "-1", "1e300", "x"};
  switch (item) {
    case CycleItem::kOffline: return dice.below(4) == 0 ? "1" : "0";
    case CycleItem::kMode: return dice.pick(kMode);
    case CycleItem::kProgram: return dice.pick(kProgram);
    case CycleItem::kTool: return dice.pick(kTool);
    case CycleItem::kPartCount: return dice.pick(kParts);
    case CycleItem::kExecution: return dice.pick(kExecution);
  }
  return {};
}

/// Time mostly goes on, sometimes stands, sometimes goes back, sometimes leaps.
std::vector<Told> any_life(std::uint64_t seed, std::size_t length = 600) {
  Dice dice(seed);
  Time now = kStart;
  std::vector<Told> life;
  for (std::size_t i = 0; i < length; ++i) {
    constexpr std::array kItems = {
        CycleItem::kExecution, CycleItem::kExecution, CycleItem::kTool, CycleItem::kTool,
        CycleItem::kPartCount, CycleItem::kProgram,   CycleItem::kMode, CycleItem::kOffline};
    const CycleItem item = kItems.at(static_cast<std::size_t>(dice.below(kItems.size())));
    std::optional<std::string> text = any_text(dice, item);
    if (dice.below(20) == 0) text.reset();
    switch (dice.below(12)) {
      case 0: break;
      case 1: now = now - Duration::seconds(dice.below(100)); break;
      case 2: now += Duration::minutes(dice.below(30)); break;
      default: now += Duration::milliseconds(dice.below(40'000)); break;
    }
    life.push_back({item, text, now});
  }
  return life;
}

std::vector<MachineRun> runs_of(const std::vector<Told>& life) {
  CycleTracker tracker;
  for (const Told& told : life) tracker.observe(told.item, told.text, told.at);
  tracker.finish();
  return tracker.take_runs();
}

std::vector<Cycle> cycles_of(const std::vector<MachineRun>& runs) {
  std::vector<Cycle> cycles;
  for (const MachineRun& run : runs) std::ranges::move(split_run(run), std::back_inserter(cycles));
  judge_cycles(cycles);
  return cycles;
}

template <class Items, class Of>
Duration sum(const Items& items, Of of) {
  Duration total;
  for (const auto& item : items) total += item.*of;
  return total;
}

TEST(CycleProperties, the_pieces_of_a_run_have_no_holes_and_runs_do_not_overlap) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Time last = Time::min();
    for (const MachineRun& run : runs_of(any_life(seed))) {
      ASSERT_LE(last, run.range.from) << "seed " << seed;
      last = run.range.to;
      ASSERT_FALSE(run.pieces.empty()) << "seed " << seed;
      Time end = run.range.from;
      for (const RunPiece& piece : run.pieces) {
        ASSERT_EQ(piece.range.from, end) << "seed " << seed;
        ASSERT_LE(piece.executing, piece.in_cycle) << "seed " << seed;
        ASSERT_LE(piece.in_cycle + piece.unseen, piece.range.length()) << "seed " << seed;
        end = piece.range.to;
      }
      ASSERT_EQ(end, run.range.to) << "seed " << seed;
    }
  }
}

TEST(CycleProperties, cycles_do_not_overlap_and_their_sums_are_those_of_their_runs) {
  std::size_t complete = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const std::vector<MachineRun> runs = runs_of(any_life(seed));
    Time last = Time::min();
    for (const MachineRun& run : runs) {
      const std::vector<Cycle> cycles = split_run(run);
      ASSERT_FALSE(cycles.empty()) << "seed " << seed;
      for (const Cycle& cycle : cycles) {
        ASSERT_LE(last, cycle.range.from) << "seed " << seed;
        ASSERT_LE(cycle.range.from, cycle.range.to) << "seed " << seed;
        last = cycle.range.to;
        ASSERT_LE(cycle.executing, cycle.in_cycle) << "seed " << seed;
        ASSERT_LE(cycle.in_cycle + cycle.unseen, cycle.range.length()) << "seed " << seed;
        ASSERT_LE(sum(cycle.tools, &ToolUse::executing), cycle.executing) << "seed " << seed;
      }
      ASSERT_GE(cycles.front().range.from, run.range.from) << "seed " << seed;
      ASSERT_LE(last, run.range.to) << "seed " << seed;
      // What waits between two cycles belongs to neither; nobody executes there.
      ASSERT_EQ(sum(cycles, &Cycle::executing), sum(run.pieces, &RunPiece::executing))
          << "seed " << seed;
      ASSERT_LE(sum(cycles, &Cycle::in_cycle), sum(run.pieces, &RunPiece::in_cycle))
          << "seed " << seed;
      double counted = 0;
      for (const Cycle& cycle : cycles) counted += cycle.counted;
      double steps = 0;
      for (const RunPiece& piece : run.pieces) steps += piece.step;
      ASSERT_EQ(counted, steps) << "seed " << seed;
    }
    for (const Cycle& cycle : cycles_of(runs)) {
      ASSERT_FALSE(words_of_cycle_rule(cycle.rule).empty()) << "seed " << seed;
      ASSERT_GT(cycle.confidence, 0) << "seed " << seed;
      ASSERT_LT(cycle.confidence, 1) << "seed " << seed;
      ASSERT_TRUE(cycle.complete || cycle.counted == 0) << "seed " << seed;
      complete += cycle.complete ? 1 : 0;
    }
  }
  EXPECT_GT(complete, kSeeds);
}

TEST(CycleProperties, statistics_count_every_cycle_once) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<Cycle> cycles = cycles_of(runs_of(any_life(seed)));
    std::uint64_t counted = 0;
    for (const ProgramStatistics& program : cycle_statistics(cycles)) {
      counted += program.complete + program.tries;
      EXPECT_LE(program.in_cycle.p10, program.in_cycle.median) << "seed " << seed;
      EXPECT_LE(program.in_cycle.median, program.in_cycle.p90) << "seed " << seed;
      EXPECT_LE(program.executing.median, program.in_cycle.p90) << "seed " << seed;
    }
    EXPECT_EQ(counted, cycles.size()) << "seed " << seed;
  }
}

TEST(CycleProperties, runs_are_the_same_however_often_they_are_asked_for) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const std::vector<Told> life = any_life(seed);
    CycleTracker tracker;
    std::vector<MachineRun> one_by_one;
    for (const Told& told : life) {
      tracker.observe(told.item, told.text, told.at);
      std::ranges::move(tracker.take_runs(), std::back_inserter(one_by_one));
    }
    tracker.finish();
    std::ranges::move(tracker.take_runs(), std::back_inserter(one_by_one));
    const std::vector<Cycle> once = cycles_of(runs_of(life));
    const std::vector<Cycle> often = cycles_of(one_by_one);
    ASSERT_EQ(once.size(), often.size()) << "seed " << seed;
    for (std::size_t i = 0; i < once.size(); ++i) {
      ASSERT_EQ(once[i].range, often[i].range) << "seed " << seed;
      ASSERT_EQ(once[i].rule, often[i].rule) << "seed " << seed;
      ASSERT_EQ(once[i].counted, often[i].counted) << "seed " << seed;
      ASSERT_EQ(once[i].tools, often[i].tools) << "seed " << seed;
    }
  }
}

TEST(CycleProperties, items_of_one_instant_may_be_told_in_any_order) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    std::vector<Told> life = any_life(seed);
    Time last = Time::min();
    for (Told& told : life) {
      // Whole half minutes, so that many are told at once; and none goes back.
      told.at = std::max(last, Time::from_seconds(told.at.seconds() / 30 * 30));
      last = told.at;
    }
    std::vector<Told> other = life;
    std::vector<std::size_t> order(other.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) {
      return std::tuple(life[i].at, -static_cast<int>(life[i].item), i);
    });
    for (std::size_t i = 0; i < order.size(); ++i) other[i] = life[order[i]];
    const std::vector<Cycle> a = cycles_of(runs_of(life));
    const std::vector<Cycle> b = cycles_of(runs_of(other));
    ASSERT_EQ(a.size(), b.size()) << "seed " << seed;
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_EQ(a[i].range, b[i].range) << "seed " << seed;
      ASSERT_EQ(a[i].rule, b[i].rule) << "seed " << seed;
      ASSERT_EQ(a[i].program, b[i].program) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace heed::machines

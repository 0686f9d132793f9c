// Each recommendation against machines that have the fault and machines that have none.
#include "machines/recommendation.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "machines/simulated_shop.h"

namespace heed::machines {
namespace {

std::vector<Recommendation> advise(const MachineWork& work) {
  SeededRandom random(7);
  return recommend(work, signals::AlarmBudget(), random);
}

constexpr int kMachines = 6;

/// Of so many simulated machines, how many are told that.
int told(const SimulatedFaults& faults, Advice about, int machines) {
  SeededRandom random(100 + static_cast<std::uint64_t>(about));
  int count = 0;
  for (int machine = 0; machine < machines; ++machine) {
    const SimulatedShop shop(faults, 28, random);
    for (const Recommendation& one : advise(shop.all())) count += one.about == about ? 1 : 0;
  }
  return count;
}

/// The first one of its sort that a machine with the fault is told.
Recommendation first_of(const SimulatedFaults& faults, Advice about) {
  SeededRandom random(3);
  const SimulatedShop shop(faults, 28, random);
  for (Recommendation& one : advise(shop.all())) {
    if (one.about == about) return std::move(one);
  }
  ADD_FAILURE() << "nothing was told of " << word(about);
  return {};
}

TEST(RecommendationOfOverrides, is_told_with_the_hours_that_were_lost) {
  const SimulatedFaults faults{.override_percent = 70};
  EXPECT_EQ(told(faults, Advice::kOverride, kMachines), kMachines);

  const Recommendation one = first_of(faults, Advice::kOverride);
  // About 164 cycles a day of 100 s at 70 %: 1.4 h on each of five days.
  ASSERT_TRUE(one.lost);
  EXPECT_NEAR(one.lost->usual, 6.8, 0.5);
  EXPECT_LE(one.lost->low, one.lost->usual);
  EXPECT_LE(one.lost->usual, one.lost->high);
  EXPECT_EQ(one.seen, 20U);
  EXPECT_EQ(one.of, 20U);
  EXPECT_EQ(one.evidence.size(), Recommendation::kMostEvidence);
  EXPECT_TRUE(one.sentence.contains("below 100 %")) << one.sentence;
}

TEST(RecommendationOfOverrides, is_not_told_for_a_touch_of_the_knob) {
  EXPECT_EQ(told({.override_percent = 99.5}, Advice::kOverride, kMachines), 0);
}

TEST(RecommendationOfWaiting, is_told_where_stops_are_longer_than_the_best_quarter) {
  EXPECT_EQ(told({.wait_spread = 1.2, .wait_median = 120}, Advice::kWaiting, kMachines), kMachines);
  EXPECT_EQ(told({}, Advice::kWaiting, kMachines), 0);
}

TEST(RecommendationOfWaiting, counts_what_was_beyond_the_best_quarter_alone) {
  const Recommendation one = first_of({.wait_spread = 1.2, .wait_median = 120}, Advice::kWaiting);
  // Median 120 s, best quarter 53 s, mean beyond it about 195 s; some 105 stops a day.
  EXPECT_NEAR(one.lost->usual, 28, 5);
}

TEST(RecommendationOfWarmUp, is_told_where_most_mornings_begin_late) {
  EXPECT_EQ(told({.late_mornings = 40}, Advice::kWarmUp, kMachines), kMachines);
  EXPECT_EQ(told({}, Advice::kWarmUp, kMachines), 0);
}

TEST(RecommendationOfDrift, is_told_of_a_step_and_of_a_creep) {
  EXPECT_GE(told({.slower_after = 0.04}, Advice::kDrift, kMachines), kMachines);
  EXPECT_GE(told({.slower_a_day = 0.002}, Advice::kDrift, kMachines), kMachines - 1);
  EXPECT_EQ(told({}, Advice::kDrift, kMachines), 0);
}

TEST(RecommendationOfDrift, says_by_how_much_and_since_when) {
  const Recommendation one = first_of({.slower_after = 0.10}, Advice::kDrift);
  EXPECT_EQ(one.program, "O1");
  // 30 s more in each of some 150 cycles on five days.
  EXPECT_NEAR(one.lost->usual, 6.3, 1);
  const Time middle = SimulatedShop::kStart + Duration::days(14);
  EXPECT_NEAR((one.since - middle).in_seconds(), 0, 86'400);
  EXPECT_LE(one.by_chance, 0.001);
}

TEST(RecommendationOfDrift, is_not_told_of_a_cycle_that_became_faster) {
  EXPECT_EQ(told({.slower_after = -0.10}, Advice::kDrift, 10), 0);
}

TEST(RecommendationOfLoad, names_the_tool_and_claims_no_hours) {
  EXPECT_EQ(told({.load_rise = 0.2}, Advice::kLoad, kMachines), kMachines);
  EXPECT_EQ(told({}, Advice::kLoad, kMachines), 0);

  const Recommendation one = first_of({.load_rise = 0.2}, Advice::kLoad);
  EXPECT_EQ(one.tool, "2");
  EXPECT_EQ(one.use, 0U);
  EXPECT_FALSE(one.lost);
  EXPECT_TRUE(one.caution.contains("no force")) << one.caution;
}

TEST(RecommendationOfLoad, names_the_section_where_a_program_uses_the_tool_again) {
  SeededRandom random(3);
  MachineWork work = SimulatedShop({.load_rise = 0.2}, 28, random).all();
  for (const ToolLoad& load : std::vector(work.loads)) {
    if (load.tool != "2") continue;
    ToolLoad finishing = load;
    finishing.use = 2;
    finishing.mean = 25 + signals::normal(random);
    work.loads.push_back(finishing);
  }
  std::vector<Recommendation> told = advise(work);
  std::erase_if(told, [](const Recommendation& one) { return one.about != Advice::kLoad; });
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().use, 1U);
  EXPECT_TRUE(told.front().sentence.contains("tool 2 in O1, the 1st time, rose"))
      << told.front().sentence;
}

TEST(RecommendationOfHolds, names_the_line_at_which_a_program_is_held) {
  EXPECT_EQ(told({.holds_at_line = 0.3}, Advice::kHolds, kMachines), kMachines);
  // As many holds, anywhere.
  EXPECT_EQ(told({.holds = 0.32}, Advice::kHolds, kMachines), 0);
  EXPECT_EQ(first_of({.holds_at_line = 0.3}, Advice::kHolds).line, "40");
}

TEST(Recommendations, come_with_the_greatest_loss_first_and_keep_their_ids) {
  SeededRandom random(3);
  const SimulatedShop shop(
      {.override_percent = 70, .wait_spread = 1.2, .wait_median = 120, .load_rise = 0.2}, 28,
      random);
  const auto once = advise(shop.all());
  const auto twice = advise(shop.all());

  ASSERT_EQ(once.size(), 3U);
  EXPECT_EQ(once[0].about, Advice::kWaiting);
  EXPECT_EQ(once[1].about, Advice::kOverride);
  EXPECT_EQ(once[2].about, Advice::kLoad);
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_EQ(once[i].id, twice[i].id);
}

TEST(Recommendations, of_a_machine_of_which_little_is_known_are_none) {
  EXPECT_TRUE(advise({.range = {SimulatedShop::kStart, SimulatedShop::kStart}}).empty());
  SeededRandom random(3);
  const SimulatedShop shop({.override_percent = 50, .wait_spread = 1.5}, 8, random);
  EXPECT_TRUE(advise(shop.all()).empty());
}

/// Over a quarter of weekly looks, how many different ones a machine without a fault is told.
std::size_t false_alarms(std::uint64_t seed, const SimulatedFaults& faults) {
  SeededRandom random(seed);
  const SimulatedShop shop(faults, 28 + 12 * 7, random);
  std::set<std::string> ids;
  for (int look = 0; look < 13; ++look) {
    for (const Recommendation& one : advise(shop.until(28 + 7 * look))) ids.insert(one.id);
  }
  return ids.size();
}

TEST(FalseRecommendations, stay_within_the_budget_of_a_machine_and_quarter) {
  constexpr int kMany = 4;
  std::size_t alarms = 0;
  for (int machine = 0; machine < kMany; ++machine) {
    alarms += false_alarms(1'000 + static_cast<std::uint64_t>(machine), {});
  }
  EXPECT_LE(static_cast<double>(alarms), signals::AlarmBudget().in_a_quarter * kMany);
}

// Half a minute in a build for speed; the figures of docs/RECOMMENDATIONS.md.
TEST(FalseRecommendations, DISABLED_are_measured_over_many_machines) {
  constexpr int kMany = 60;
  const std::map<std::string, SimulatedFaults> shops = {
      {"plain", {}},
      {"days differ by 3 %", {.day_spread = 0.03}},
      {"waits near the limit", {.wait_spread = 0.75, .wait_median = 60}},
      {"many holds", {.holds = 0.3}}};
  for (const auto& [name, faults] : shops) {
    std::size_t alarms = 0;
    for (int machine = 0; machine < kMany; ++machine) {
      alarms += false_alarms(5'000 + static_cast<std::uint64_t>(machine), faults);
    }
    std::printf("%s: %zu false recommendations of %d machines in a quarter\n", name.c_str(), alarms,
                kMany);
  }
}

}  // namespace
}  // namespace heed::machines

// What must hold for any stream, tried on many: seeds are printed and can be replayed.
#include <gtest/gtest.h>

#include "machines/course.h"
#include "machines/past.h"
#include "machines/testing.h"
#include "machines/timeline.h"

namespace heed::machines {
namespace {

constexpr std::uint64_t kSeeds = 40;
constexpr Time kStart = Time::from_seconds(1'700'000'000);

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_.u64() % static_cast<std::uint64_t>(bound));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }
  template <std::size_t kCount>
  std::string pick(const std::array<const char*, kCount>& from) {
    return from.at(static_cast<std::size_t>(below(kCount)));
  }

 private:
  SeededRandom random_;
};

std::string random_pair(Dice& dice) {
  static constexpr std::array kExecution = {
      "ACTIVE", "READY", "FEED_HOLD", "PROGRAM_STOPPED", "STOPPED", "UNAVAILABLE", "odd"};
  static constexpr std::array kMode = {"AUTOMATIC", "MANUAL", "EDIT", "UNAVAILABLE"};
  static constexpr std::array kAvailable = {"AVAILABLE", "AVAILABLE", "UNAVAILABLE"};
  static constexpr std::array kFeed = {"0", "0", "0", "120.5", "UNAVAILABLE", "x"};
  static constexpr std::array kOverride = {"50", "89.9", "90", "100", "UNAVAILABLE"};
  static constexpr std::array kFunction = {"PRODUCTION", "SETUP", "MAINTENANCE"};
  static constexpr std::array kLevel = {"NORMAL",     "WARNING",   "FAULT",    "UNAVAILABLE",
                                        "NORMAL|1||", "FAULT|1||", "FAULT|2||"};
  switch (dice.below(10)) {
    case 0: return "exec|" + dice.pick(kExecution);
    case 1: return "mode|" + dice.pick(kMode);
    case 2: return dice.one_in(4) ? "avail|" + dice.pick(kAvailable) : "estop|ARMED";
    case 3:
    case 4: return "Fact|" + dice.pick(kFeed);
    case 5: return "Fovr|" + dice.pick(kOverride);
    case 6: return "fmode|" + dice.pick(kFunction);
    case 7: {
      const std::string level = dice.pick(kLevel);
      return (dice.one_in(2) ? "s|" : "t|") + level + (level.contains('|') ? "|" : "||||");
    }
    case 8: return "pexecution|ACTIVE";  // never the first with its role
    default: return "Xabs|" + std::to_string(dice.below(1'000));
  }
}

/// A machine's life in reports of one line each, as a box without any buffer would tell it.
std::vector<Report> random_life(std::uint64_t seed, bool recording, std::size_t length,
                                bool clock_goes_wrong = true) {
  Dice dice(seed);
  ReportMaker maker(MachineId(), recording);
  std::vector<Report> life;
  Time now = kStart;
  Duration wrong;
  bool connected = false;
  while (life.size() < length) {
    now += Duration::milliseconds(dice.one_in(20) ? dice.below(400'000) : dice.below(6'000));
    if (clock_goes_wrong && dice.one_in(40)) wrong = Duration::seconds(dice.below(8'000) - 4'000);
    if (dice.one_in(30)) {
      connected = !connected;
      life.push_back(maker.link(connected, now));
      continue;
    }
    const bool old = dice.one_in(25);
    const Time device = now - wrong - Duration::milliseconds(dice.below(1'500)) -
                        (old ? Duration::seconds(dice.below(5'000)) : Duration());
    const std::string stamp = dice.one_in(50) ? "" : format_time(device, 3);
    Report report = maker.report({stamp + "|" + random_pair(dice)}, now);
    report.initial = old;
    if (dice.one_in(60)) report.source_clock = now - wrong;
    life.push_back(std::move(report));
    if (dice.one_in(3)) now = now - Duration::milliseconds(1);  // so that some arrive together
  }
  return life;
}

/// Joins neighbours that could have been told in one report.
std::vector<Report> joined(const std::vector<Report>& life, Dice& dice) {
  std::vector<Report> fewer;
  for (const Report& next : life) {
    const bool could =
        !fewer.empty() && !fewer.back().link && !next.link && !next.source_clock &&
        !fewer.back().source_clock && fewer.back().initial == next.initial &&
        ((next.recording && next.observations[0].device) || fewer.back().arrival == next.arrival);
    if (!could || dice.one_in(5)) {
      fewer.push_back(next);
      continue;
    }
    auto& all = fewer.back().observations;
    all.insert(all.end(), next.observations.begin(), next.observations.end());
  }
  return fewer;
}

Timeline timeline_of(const std::vector<Report>& reports) {
  Course course;
  CourseChanges changes;
  for (const Report& report : reports) {
    course.begin(report, changes);
    for (const Observation& o : report.observations) {
      course.take(report, o, role_of_key(o.item), changes);
    }
    course.end(report, changes);
  }
  Timeline timeline;
  TimelineBuilder builder({}, [&](const Activity& a) { add_activity(timeline, a); });
  for (const Transition& t : changes.transitions) builder.add(t);
  std::move(builder).finish(course.tracker().instant().value_or(Time()));
  return timeline;
}

class Lives : public testing::TestWithParam<bool> {};

TEST_P(Lives, splitting_a_stream_into_reports_anywhere_gives_the_same_activities) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const std::vector<Report> life = random_life(seed, GetParam(), 300);
    Dice dice(seed + 1'000'000);
    EXPECT_EQ(write_activities(timeline_of(joined(life, dice))),
              write_activities(timeline_of(life)))
        << "seed " << seed;
  }
}

TEST_P(Lives, activities_leave_no_hole_and_their_totals_add_up_to_the_whole) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Timeline timeline = timeline_of(random_life(seed, GetParam(), 300));
    ASSERT_FALSE(timeline.activities.empty());
    Duration whole;
    Duration in_cycle;
    for (std::size_t i = 0; i < timeline.activities.size(); ++i) {
      const Activity& a = timeline.activities[i];
      ASSERT_LT(a.range.from, a.range.to) << "seed " << seed;
      if (i > 0) {
        ASSERT_EQ(timeline.activities[i - 1].range.to, a.range.from) << "seed " << seed;
        ASSERT_NE(timeline.activities[i - 1].standing, a.standing) << "seed " << seed;
      }
      if (a.standing.in_cycle) in_cycle += a.range.length();
    }
    for (const Duration total : timeline.totals) whole += total;
    EXPECT_EQ(whole, timeline.activities.back().range.to - timeline.activities.front().range.from);
    EXPECT_EQ(in_cycle, timeline.in_cycle);
    EXPECT_LE(timeline.executing, timeline.in_cycle);
  }
}

/// Everything that a face could show of the machine.
std::vector<std::string> shown(TestShop& shop, MachineId machine) {
  std::vector<std::string> all =
      write_activities(shop.machines->past().timeline(shop.access(), machine, {}).value());
  for (const ItemView& view : shop.machines->past().items(shop.access(), machine).value()) {
    all.push_back(view.item.key + " " + std::string(view.role) + " " +
                  format_time(view.last->at, 9) + " " + view.last->value.value_or("-"));
  }
  const Card card = shop.machines->card(shop.access(), machine).value();
  for (const Condition& c : card.conditions) {
    all.push_back(c.item + " " + c.level + " " + c.code + " " + format_time(c.since, 9));
  }
  all.push_back(card.link.words + " " + format_time(card.since.value_or(Time()), 9));
  return all;
}

/// Two machines live the same life; with the second one the program starts anew before each report
/// for which `restarts` says so.
void expect_equal_lives(const std::vector<Report>& life, std::uint64_t seed,
                        const std::function<bool(const Report&)>& restarts) {
  TestShop once;
  TestShop again_and_again;
  const MachineId mill = once.add("Mill");
  const MachineId twin = again_and_again.add("Mill");
  for (Report report : life) {
    if (restarts(report)) again_and_again.open();
    if (restarts(report) && report.number % 40 == 0) again_and_again.restart();
    report.machine = mill;
    once.record(report);
    report.machine = twin;
    again_and_again.record(report);
  }
  once.store.clock().advance(Duration::days(2));
  again_and_again.store.clock().advance(Duration::days(2));

  EXPECT_EQ(shown(again_and_again, twin), shown(once, mill)) << "seed " << seed;
}

TEST_P(Lives, a_restart_between_any_two_reports_changes_nothing) {
  const bool recording = GetParam();
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    expect_equal_lives(random_life(seed, recording, 120, recording), seed,
                       [](const Report&) { return true; });
  }
}

TEST(lives, a_restart_and_reconnection_with_a_wrong_clock_changes_nothing) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    expect_equal_lives(random_life(seed, false, 200), seed,
                       [](const Report& report) { return report.link && report.link->up; });
  }
}

TEST_P(Lives, what_is_stored_gives_the_activities_of_the_rule) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    TestShop shop;
    const MachineId mill = shop.add("Mill");
    const std::vector<Report> life = random_life(seed, GetParam(), 300);
    for (Report report : life) {
      report.machine = mill;
      shop.record(report);
    }
    shop.store.clock().step_to(kStart);  // so that "now" is before the last instant

    EXPECT_EQ(write_activities(shop.machines->past().timeline(shop.access(), mill, {}).value()),
              write_activities(timeline_of(life)))
        << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(of_both_kinds, Lives, testing::Bool(),
                         [](const auto& info) { return info.param ? "recorded" : "live"; });

}  // namespace
}  // namespace heed::machines

// Part counters: what was made over resets, corrections, wraps and numbers set by hand.
#include "machines/part_counter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/random.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

constexpr Time kStart = Time::from_seconds(1'700'000'000);

/// The change between two values that lie so many seconds apart.
PartCounter::Told told(double before, double after, std::int64_t seconds = 600) {
  PartCounter counter;
  counter.take({kStart, before});
  return counter.take({kStart + Duration::seconds(seconds), after});
}

TEST(PartCounter, tells_what_became_of_a_counter_apart_from_what_was_made) {
  using enum CounterChange;
  const struct {
    double before, after;
    std::int64_t seconds;
    CounterChange change;
    double parts;
  } cases[] = {
      {7, 8, 600, kMade, 1},
      {7, 7, 600, kNone, 0},
      {0, 64, 1, kMade, 64},             // a pallet, told at once
      {10, 110, 1, kMade, 100},          // as many as may be
      {10, 111, 1, kSet, 0},             // and one more
      {0, 5'000, 3'600, kSet, 0},        // more than one a second
      {0, 5'000, 86'400, kMade, 5'000},  // a day that nobody listened
      {120, 0, 600, kReset, 0},
      {3, 0, 600, kReset, 0},
      {3, 1, 600, kReset, 0},  // more than is left
      {120, 14, 600, kReset, 0},
      {120, 119, 600, kCorrected, -1},
      {120, 115, 600, kCorrected, -5},  // a few
      {120, 114, 600, kReset, 0},       // and one more
      {9'999, 0, 600, kWrapped, 1},
      {9'997, 2, 600, kWrapped, 5},
      {65'535, 1, 600, kWrapped, 2},
      {32'767, 0, 600, kWrapped, 1},
      {9'994, 0, 600, kReset, 0},  // too far from its end
      {9'999, 5, 600, kReset, 0},
      {10'000, 0, 600, kReset, 0},
  };
  for (const auto& c : cases) {
    const auto told_of = told(c.before, c.after, c.seconds);
    EXPECT_EQ(word(told_of.change), word(c.change)) << c.before << " to " << c.after;
    EXPECT_EQ(told_of.parts, c.parts) << c.before << " to " << c.after;
  }
}

TEST(PartCounter, passes_over_gaps_and_what_is_no_count) {
  PartCounter counter;
  for (const std::optional<double> value :
       {std::optional(7.0), std::optional<double>(), std::optional(-5.0), std::optional(1e16),
        std::optional(std::nan("")), std::optional(8.0)}) {
    counter.take({kStart, value});
  }
  EXPECT_EQ(counter.memory().made, 1);
  EXPECT_EQ(counter.memory().last->value, 8);
}

TEST(PartCounter, takes_back_from_the_latest_steps_and_never_more_than_was_made) {
  const auto at = [](int minute) { return kStart + Duration::minutes(minute); };
  EXPECT_EQ(steps_of({{at(0), 20}, {at(1), 21}, {at(2), 23}, {at(3), 20}, {at(4), 21}}),
            (std::vector<PartStep>{{at(4), 1}}));
  EXPECT_EQ(steps_of({{at(0), 20}, {at(1), 22}, {at(2), 21}}), (std::vector<PartStep>{{at(1), 1}}));
  PartCounter counter;
  counter.take({at(0), 20});
  counter.take({at(1), 18});
  EXPECT_EQ(counter.memory().made, 0);
}

/// A counter as a machine and its people move it, and what was truly made.
struct World {
  std::vector<CounterValue> values;
  double made = 0;
};

World random_world(std::uint64_t seed) {
  SeededRandom random(seed);
  const auto below = [&](std::uint64_t bound) { return random.u64() % bound; };
  World world;
  double shows = static_cast<double>(below(3'000));
  Time at = kStart;
  world.values.push_back({at, shows});
  for (int i = 0; i < 400; ++i) {
    at += Duration::seconds(60 + static_cast<std::int64_t>(below(600)));
    switch (below(20)) {
      case 0:  // at a change of the program; near an end it would be taken for a wrap
        if (std::fmod(shows + PartCounter::kNearEnd, 1'000) >= PartCounter::kNearEnd) shows = 0;
        break;
      case 1: world.values.push_back({at, std::nullopt}); continue;
      case 2: shows += 10'000 + static_cast<double>(below(1'000)); break;  // set by hand
      case 3:
        if (shows >= 10 && world.made >= 2) {
          shows -= 2;
          world.made -= 2;
        }
        break;
      default: {
        const auto made = static_cast<double>(1 + below(3));
        shows += made;
        world.made += made;
      }
    }
    world.values.push_back({at, shows});
  }
  return world;
}

TEST(PartCounter, comes_to_what_was_made_however_it_is_moved) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const World world = random_world(seed);
    PartCounter counter;
    for (const CounterValue& said : world.values) counter.take(said);
    EXPECT_EQ(counter.memory().made, world.made) << "seed " << seed;
    double of_steps = 0;
    const auto steps = steps_of(world.values).value();
    for (const PartStep& step : steps) {
      of_steps += static_cast<double>(step.count);
    }
    EXPECT_EQ(of_steps, world.made) << "seed " << seed;
  }
}

TEST(PartCounter, goes_on_from_what_it_remembers) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const World world = random_world(seed);
    PartCounter whole, halves;
    for (std::size_t i = 0; i < world.values.size(); ++i) {
      whole.take(world.values[i]);
      if (i % 7 == 0) halves = PartCounter(halves.memory());
      halves.take(world.values[i]);
    }
    EXPECT_EQ(halves.memory().made, whole.memory().made) << "seed " << seed;
  }
}

// On real recordings ------------------------------------------------------------------------------

struct Recording {
  const char* file;
  double made;  ///< By hand, from the file's own lines.
  std::uint64_t resets;
};
// The eight Mazak days say nothing but 0; two of the Hurco days say one number only.
constexpr Recording kRecordings[] = {{"okuma/okuma.txt", 5, 2},
                                     {"hurco/Hurco01-20170227-20170228.txt", 0, 0},
                                     {"hurco/Hurco01-20170413-20170414.txt", 0, 0},
                                     {"hurco/Hurco01-20170502-20170503.txt", 2, 0},
                                     {"hurco/Hurco02-20170329-20170330.txt", 0, 0},
                                     {"hurco/Hurco04-20170125-20170126.txt", 0, 0},
                                     {"parts/Box-Hurco02-01of20.txt", 88, 0},
                                     {"parts/Box-Hurco02-02of20.txt", 66, 0},
                                     {"parts/Box-Hurco02-03of20.txt", 66, 0},
                                     {"parts/Box-Hurco02-05of20.txt", 70, 0},
                                     {"parts/Box-Hurco02-06of20.txt", 92, 0},
                                     {"parts/Cover-Hurco04-01of20.txt", 48, 0},
                                     {"parts/Cover-Hurco04-02of20.txt", 48, 0},
                                     {"parts/Cover-Hurco04-03of20.txt", 46, 0},
                                     {"parts/Cover-Hurco04-05of20.txt", 46, 0},
                                     {"parts/Cover-Hurco04-06of20.txt", 46, 0},
                                     {"parts/Plate-Hurco04-01of20.txt", 23, 0},
                                     {"parts/Plate-Hurco04-02of20.txt", 23, 0},
                                     {"parts/Plate-Hurco04-03of20.txt", 23, 0},
                                     {"parts/Plate-Hurco04-05of20.txt", 22, 0},
                                     {"parts/Plate-Hurco04-06of20.txt", 22, 0}};
constexpr const char* kWithoutCount[] = {
    "mazak01/Mazak01-20161031-20161101.txt", "mazak01/Mazak01-20170717-20170718.txt",
    "mazak01/Mazak01-20180510-20180511.txt", "mazak01/Mazak01-20181126-20181127.txt",
    "mazak01/Mazak01-20190709-20190710.txt", "mazak03/Mazak03-20160510-20160511.txt",
    "mazak03/Mazak03-20180307-20180308.txt", "mazak03/Mazak03-20190626-20190627.txt"};

/// What the file's counter said, in its order.
std::vector<CounterValue> counter_in(const std::string& file) {
  std::ifstream in(std::string(HEED_DATA_DIR "/machines/") + file);
  require(in.is_open(), file);
  std::vector<CounterValue> values;
  for (std::string line; std::getline(in, line);) {
    if (!line.contains("art")) continue;  // it is in every counter's key
    Report report;
    add_line(report, line);
    for (const Observation& seen : report.observations) {
      constexpr std::array<std::string_view, 4> kKeys = {"part_count", "PartCountAct", "ppartcount",
                                                         "parts"};
      const bool counts = std::ranges::any_of(
          kKeys, [&](std::string_view key) { return same_word(seen.item, key); });
      if (!counts || !seen.device) continue;
      values.push_back({*seen.device, seen.value ? said_number(*seen.value) : std::nullopt});
    }
  }
  return values;
}

TEST(PartCounter, comes_to_what_every_recorded_control_made) {
  for (const Recording& recording : kRecordings) {
    PartCounter counter;
    std::uint64_t resets = 0;
    for (const CounterValue& said : counter_in(recording.file)) {
      resets += counter.take(said).change == CounterChange::kReset ? 1 : 0;
    }
    EXPECT_EQ(counter.memory().made, recording.made) << recording.file;
    EXPECT_EQ(resets, recording.resets) << recording.file;
    EXPECT_TRUE(counter.memory().counts) << recording.file;
  }
}

TEST(PartCounter, of_a_control_that_never_counts_is_none) {
  for (const char* file : kWithoutCount) {
    const auto values = counter_in(file);
    EXPECT_FALSE(values.empty()) << file;
    EXPECT_FALSE(steps_of(values)) << file;
  }
}

}  // namespace
}  // namespace heed::machines

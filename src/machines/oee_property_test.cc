// Figures against a count by hand, second by second, written from docs/OEE.md alone: it knows no
// interval, asks the C library what the wall shows, and looks at one second after the other.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <map>

#include "base/random.h"
#include "machines/oee.h"

namespace heed::machines {
namespace {

constexpr std::uint64_t kWorlds = 40;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_.u64() % static_cast<std::uint64_t>(bound));
  }

 private:
  SeededRandom random_;
};

struct Night {
  const char* zone;
  const char* before;  ///< A moment some hours before clocks change.
};
constexpr std::array kNights = {Night{"Europe/Berlin", "2026-03-28T15:00:00Z"},
                                Night{"Europe/Berlin", "2026-10-24T15:00:00Z"},
                                Night{"America/New_York", "2026-03-07T20:00:00Z"},
                                Night{"America/New_York", "2026-10-31T20:00:00Z"},
                                Night{"Australia/Lord_Howe", "2026-04-04T05:00:00Z"}};

constexpr std::array kStandings = {
    Standing{State::kInCycle, Bucket::kProduction, true, true},
    Standing{State::kInCycle, Bucket::kProduction, true, true},
    Standing{State::kSlowed, Bucket::kProduction, true, true},
    Standing{State::kNotCutting, Bucket::kProduction, true, true},
    Standing{State::kHeld, Bucket::kStop, true, false},
    Standing{State::kProgramStop, Bucket::kOperator, true, false},
    Standing{State::kWaiting, Bucket::kIdle, false, false},
    Standing{State::kStopped, Bucket::kUnplanned, false, false},
    Standing{State::kEmergencyStop, Bucket::kUnplanned, false, false},
    Standing{State::kAlarm, Bucket::kUnplanned, false, false},
    Standing{State::kManual, Bucket::kSetup, false, false},
    Standing{State::kWaiting, Bucket::kPlanned, false, false},
    Standing{State::kOffline, Bucket::kNone, false, false},
    Standing{State::kUnknown, Bucket::kNone, false, false}};

/// All that a machine did, was planned to do and was said of it, around a change of clocks.
struct World {
  ShiftCalendar calendar;
  TimeRange range;
  std::vector<Activity> activities;
  ReasonTree tree;
  std::vector<ReasonTag> tags;
  std::vector<PartStep> parts;
};

/// Not in the hours in which clocks change, where what the wall shows does not say all.
Duration wall_time(Dice& dice) {
  return Duration::minutes(240 + dice.below(1'200));
}

ShiftCalendar random_calendar(Dice& dice, const char* zone) {
  ShiftCalendar calendar{.location = "Hall 1",
                         .zone = TimeZone::find(zone).value(),
                         .weekly = {},
                         .holidays = {},
                         .extra = {}};
  while (calendar.weekly.size() < 3) {
    WeeklyShift weekly{{"W", {wall_time(dice), wall_time(dice)}, {}}, {}};
    for (bool& on : weekly.days) on = dice.below(4) > 0;
    weekly.shift.breaks.push_back({"B", {wall_time(dice), wall_time(dice)}});
    if (ShiftCalendar one = calendar; one.weekly.push_back(weekly), check_calendar(one)) {
      calendar = one;
    } else if (dice.below(20) == 0) {
      break;
    }
  }
  return calendar;
}

World random_world(std::uint64_t seed) {
  Dice dice(seed);
  const Night& night = kNights.at(seed % kNights.size());
  const Time start = parse_time(night.before).value();
  World world{.calendar = random_calendar(dice, night.zone),
              .range = {start, start + Duration::hours(26)},
              .activities = {},
              .tree = usual_reasons(),
              .tags = {},
              .parts = {}};
  if (dice.below(4) == 0) {
    const Day day = world.calendar.zone.wall(start).day;
    world.calendar.holidays.push_back({"H", day + 1, day + 1});
  }
  Time at = start - Duration::hours(1) + Duration::seconds(dice.below(7'000));
  std::size_t last = kStandings.size();
  while (at < world.range.to + Duration::hours(1)) {
    auto next = static_cast<std::size_t>(dice.below(kStandings.size()));
    if (next == last) continue;
    const Time to = at + Duration::seconds(1 + dice.below(dice.below(3) == 0 ? 3'600 : 80));
    world.activities.push_back({{at, to}, kStandings.at(next), 0, Placed::kDevice});
    at = to;
    last = next;
  }
  world.tree.rules = {{.code = "no_order", .states = {State::kStopped}},
                      {.code = "fault", .states = {State::kAlarm, State::kOffline}}};
  for (std::int64_t i = dice.below(12); i > 0; --i) {
    const Time from = start + Duration::seconds(dice.below(93'600));
    static constexpr std::array kSaid = {"setup", "tool", "maintenance", "", "gone_code"};
    world.tags.push_back({{from, from + Duration::seconds(1 + dice.below(9'000))},
                          kSaid.at(static_cast<std::size_t>(dice.below(kSaid.size()))),
                          start + Duration::seconds(i),
                          "somebody"});
  }
  for (Time made = start; made < world.range.to; made += Duration::seconds(1 + dice.below(2'000))) {
    world.parts.push_back({made, static_cast<std::uint64_t>(dice.below(3))});
  }
  return world;
}

Oee computed(const World& world) {
  const auto micro = micro_stops(world.activities, OeeInput::kMicroStop);
  static const std::vector<Condition> kNoConditions;
  OeeInput input;
  input.range = world.range;
  input.activities = world.activities;
  input.shifts = shifts_in(world.calendar, world.range);
  input.reasons = resolve_reasons(
      {world.tree, world.activities, micro, world.tags, "Hall 1", world.calendar.zone,
       [](Time) -> const std::vector<Condition>& { return kNoConditions; }});
  input.parts = world.parts;
  return compute_oee(std::move(input));
}

// The count by hand -------------------------------------------------------------------------------

enum class Plan : std::uint8_t { kNone, kBreak, kShift };

bool shows(const WallSpan& span, std::int64_t minute) {
  const auto of = [](Duration time) { return time.count_nanoseconds() / 60'000'000'000; };
  if (of(span.from) < of(span.to)) return of(span.from) <= minute && minute < of(span.to);
  return minute >= of(span.from) || minute < of(span.to);
}

Plan plan_at(const ShiftCalendar& calendar, Time at) {
  const time_t seconds = at.seconds();
  tm wall{};
  ::localtime_r(&seconds, &wall);
  const std::int64_t minute = wall.tm_hour * 60 + wall.tm_min;
  const auto today = static_cast<std::int32_t>((seconds + wall.tm_gmtoff) / 86'400);
  for (const WeeklyShift& weekly : calendar.weekly) {
    const WallSpan& span = weekly.shift.span;
    if (!shows(span, minute)) continue;
    const bool since_yesterday =
        span.from >= span.to && minute < span.from.count_nanoseconds() / 60'000'000'000;
    const std::int32_t began = since_yesterday ? today - 1 : today;
    if (!weekly.days.at(static_cast<std::size_t>((began + 3) % 7))) continue;
    const bool holiday = std::ranges::any_of(calendar.holidays, [&](const Holiday& h) {
      return h.first.number <= began && began <= h.last.number;
    });
    if (holiday) continue;
    const bool pause = std::ranges::any_of(
        weekly.shift.breaks, [&](const PlannedBreak& b) { return shows(b.span, minute); });
    return pause ? Plan::kBreak : Plan::kShift;
  }
  return Plan::kNone;
}

bool stands(const Activity& activity) {
  const Bucket b = activity.standing.bucket;
  return b == Bucket::kUnplanned || b == Bucket::kStop || b == Bucket::kOperator ||
         b == Bucket::kIdle;
}

/// Seconds of the stop of which the activity is part.
std::int64_t stop_length(const std::vector<Activity>& all, std::size_t i) {
  std::int64_t seconds = 0;
  for (std::size_t j = i + 1; j-- > 0 && stands(all[j]);) {
    seconds += all[j].range.to.seconds() - all[j].range.from.seconds();
  }
  for (std::size_t j = i + 1; j < all.size() && stands(all[j]); ++j) {
    seconds += all[j].range.to.seconds() - all[j].range.from.seconds();
  }
  return seconds;
}

std::string reason_at(const World& world, const Activity* activity, bool micro, Time at) {
  const ReasonTag* last = nullptr;
  for (const ReasonTag& tag : world.tags) {
    if (tag.range.contains(at) && (last == nullptr || tag.said >= last->said)) last = &tag;
  }
  if (last != nullptr && !last->code.empty()) return last->code;
  if (activity == nullptr || micro) return "";
  if (activity->standing.state == State::kStopped) return "no_order";
  const bool fault =
      activity->standing.state == State::kAlarm || activity->standing.state == State::kOffline;
  return fault ? "fault" : "";
}

std::string use_at(const World& world, const Activity* activity, bool micro, Time at, Plan plan) {
  if (plan == Plan::kNone) return "not_planned";
  if (plan == Plan::kBreak) return "break";
  const Standing standing = activity == nullptr ? Standing() : activity->standing;
  if (standing.bucket == Bucket::kProduction) {
    if (standing.state == State::kSlowed) return "slowed";
    return standing.state == State::kNotCutting ? "not_cutting" : "in_cycle";
  }
  const std::string reason = reason_at(world, activity, micro, at);
  if (reason == "setup") return "setup";
  if (reason == "maintenance" || reason == "no_order") return "planned_stop";
  if (!reason.empty()) return "unplanned";
  if (standing.bucket == Bucket::kNone) return "unknown";
  if (standing.bucket == Bucket::kPlanned) return "planned_stop";
  if (standing.bucket == Bucket::kSetup) return "setup";
  if (micro) return "micro_stop";
  if (standing.bucket == Bucket::kUnplanned) return "unplanned";
  if (standing.bucket == Bucket::kStop) return "held";
  return standing.bucket == Bucket::kOperator ? "operator" : "idle";
}

struct Counted {
  std::map<std::string, std::int64_t> seconds;
  std::int64_t unexplained = 0, in_cycle = 0, in_cycle_known = 0, told = 0, produced_outside = 0;
  std::map<std::string, std::uint64_t> parts;  ///< By the use of the second before.
};

Counted count_by_hand(const World& world) {
  ::setenv("TZ", std::string(world.calendar.zone.name()).c_str(), 1);
  ::tzset();
  Counted counted;
  std::size_t i = 0;
  Plan plan = Plan::kNone;
  std::map<std::int64_t, std::uint64_t> made;
  for (const PartStep& step : world.parts) made[step.at.seconds()] += step.count;
  for (Time at = world.range.from; at < world.range.to; at += Duration::seconds(1)) {
    while (i < world.activities.size() && world.activities[i].range.to <= at) ++i;
    const bool told = i < world.activities.size() && world.activities[i].range.from <= at;
    const Activity* activity = told ? &world.activities[i] : nullptr;
    if (at == world.range.from || at.seconds() % 60 == 0) plan = plan_at(world.calendar, at);
    const bool micro = told && stands(*activity) && stop_length(world.activities, i) < 60;
    const std::string use = use_at(world, activity, micro, at, plan);
    ++counted.seconds[use];
    const bool outside = use == "not_planned" || use == "break";
    const bool waits = use == "unplanned" || use == "held" || use == "operator" || use == "idle";
    if (waits && reason_at(world, activity, micro, at).empty()) ++counted.unexplained;
    if (told && activity->standing.in_cycle) {
      ++counted.in_cycle;
      if (!outside && use != "unknown") ++counted.in_cycle_known;
    }
    if (told && activity->standing.bucket != Bucket::kNone) ++counted.told;
    if (told && outside && activity->standing.bucket == Bucket::kProduction) {
      ++counted.produced_outside;
    }
    if (const auto step = made.find(at.seconds() + 1); step != made.end()) {
      counted.parts[outside ? "outside" : use == "unknown" ? "unknown" : "busy"] += step->second;
    }
  }
  return counted;
}

class OeeOfManyDays : public testing::TestWithParam<std::uint64_t> {};

TEST_P(OeeOfManyDays, is_what_a_count_of_every_second_says) {
  const World world = random_world(GetParam());
  const Oee oee = computed(world);
  Counted counted = count_by_hand(world);

  for (std::size_t use = 0; use < kTimeUses; ++use) {
    const std::string name(word(static_cast<TimeUse>(use)));
    EXPECT_EQ(oee.uses.at(use), Duration::seconds(counted.seconds[name])) << name;
  }
  EXPECT_EQ(oee.unexplained, Duration::seconds(counted.unexplained));
  EXPECT_EQ(oee.in_cycle, Duration::seconds(counted.in_cycle));
  EXPECT_EQ(oee.in_cycle_known, Duration::seconds(counted.in_cycle_known));
  EXPECT_EQ(oee.told, Duration::seconds(counted.told));
  EXPECT_EQ(oee.produced_outside, Duration::seconds(counted.produced_outside));
  EXPECT_EQ(oee.parts->known_busy, counted.parts["busy"]);
  EXPECT_EQ(oee.parts->unknown, counted.parts["unknown"]);
  EXPECT_EQ(oee.parts->outside, counted.parts["outside"]);
}

TEST_P(OeeOfManyDays, adds_up_from_pieces_that_leave_no_hole) {
  const World world = random_world(GetParam());
  const Oee oee = computed(world);

  std::array<Duration, kTimeUses> uses{};
  Time end = world.range.from;
  for (const OeePiece& piece : oee.pieces) {
    ASSERT_EQ(piece.range.from, end);
    ASSERT_FALSE(piece.range.empty());
    uses.at(static_cast<std::size_t>(piece.use)) += piece.range.length();
    if (piece.activity) {
      const TimeRange whole = oee.activities.at(*piece.activity).range;
      ASSERT_LE(whole.from, piece.range.from);
      ASSERT_GE(whole.to, piece.range.to);
    }
    end = piece.range.to;
  }
  EXPECT_EQ(end, world.range.to);
  EXPECT_EQ(uses, oee.uses);
}

TEST_P(OeeOfManyDays, of_two_halves_adds_up_to_that_of_the_whole) {
  const World world = random_world(GetParam());
  const Time middle = world.range.from + Duration::seconds(41'000);
  World first = world;
  World second = world;
  first.range.to = middle;
  second.range.from = middle;
  const Oee whole = computed(world);
  const Oee a = computed(first);
  const Oee b = computed(second);
  for (std::size_t use = 0; use < kTimeUses; ++use) {
    EXPECT_EQ(a.uses.at(use) + b.uses.at(use), whole.uses.at(use))
        << word(static_cast<TimeUse>(use));
  }
  EXPECT_EQ(a.parts->all() + b.parts->all(), whole.parts->all());
  EXPECT_EQ(a.unexplained + b.unexplained, whole.unexplained);
}

/// Else the tests above would say nothing of it.
TEST(OeeOfAllTheseDays, has_time_of_every_use_and_parts_of_every_kind) {
  std::array<Duration, kTimeUses> uses{};
  PartCounts parts;
  for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
    const Oee oee = computed(random_world(seed));
    for (std::size_t use = 0; use < kTimeUses; ++use) uses.at(use) += oee.uses.at(use);
    parts.known_busy += oee.parts->known_busy;
    parts.unknown += oee.parts->unknown;
    parts.outside += oee.parts->outside;
  }
  for (std::size_t use = 0; use < kTimeUses; ++use) {
    EXPECT_GT(uses.at(use), Duration::minutes(30)) << word(static_cast<TimeUse>(use));
  }
  EXPECT_GT(std::min({parts.known_busy, parts.unknown, parts.outside}), 10U);
}

INSTANTIATE_TEST_SUITE_P(around_changes_of_clocks, OeeOfManyDays,
                         testing::Range(std::uint64_t{0}, kWorlds));

}  // namespace
}  // namespace heed::machines

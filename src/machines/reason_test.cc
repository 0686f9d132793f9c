#include "machines/reason.h"

#include <gtest/gtest.h>

namespace heed::machines {
namespace {

Time at(std::string_view clock) {
  return parse_time("2026-03-06T" + std::string(clock) + "Z").value();
}
TimeRange span(std::string_view from, std::string_view to) {
  return {at(from), at(to)};
}
constexpr Standing kRunning{State::kInCycle, Bucket::kProduction, true, true};
constexpr Standing kWaits{State::kWaiting, Bucket::kIdle, false, false};
constexpr Standing kAlarm{State::kAlarm, Bucket::kUnplanned, false, false};
constexpr Standing kGone{State::kOffline, Bucket::kNone, false, false};

Activity activity(std::string_view from, std::string_view to, Standing standing) {
  return {span(from, to), standing, 0, Placed::kDevice};
}

/// An hour: 20 min cut, 20 min waited, 10 min in alarm, 10 min offline.
class Reasons : public testing::Test {
 protected:
  /// "06:20 06:40 material hand", with "anna" behind it where somebody said it.
  std::vector<std::string> resolved() {
    const auto micro = micro_stops(activities, Duration::seconds(60));
    const auto conditions = [this](Time) -> const std::vector<Condition>& { return active; };
    std::vector<std::string> lines;
    for (const ReasonSpan& s :
         resolve_reasons({tree, activities, micro, tags, "Hall 1", TimeZone::utc(), conditions})) {
      std::string line = format_time(s.range.from, 0).substr(11, 5) + " " +
                         format_time(s.range.to, 0).substr(11, 5) + " " + s.code + " " +
                         std::string(word(s.by));
      lines.push_back(s.who.empty() ? line : line + " " + s.who);
    }
    return lines;
  }
  void tag(std::string_view from, std::string_view to, std::string code) {
    tags.push_back(
        {span(from, to), std::move(code), at("08:00:00") + Duration::seconds(said_++), "anna"});
  }
  using Lines = std::vector<std::string>;

  ReasonTree tree = usual_reasons();
  std::vector<Activity> activities = {
      activity("06:00:00", "06:20:00", kRunning), activity("06:20:00", "06:40:00", kWaits),
      activity("06:40:00", "06:50:00", kAlarm), activity("06:50:00", "07:00:00", kGone)};
  std::vector<ReasonTag> tags;
  std::vector<Condition> active;

 private:
  std::int64_t said_ = 0;
};

// By hand ----------------------------------------------------------------------------------------

TEST_F(Reasons, hold_where_somebody_said_so_and_say_who) {
  tag("06:20:00", "06:40:00", "material");
  EXPECT_EQ(resolved(), (Lines{"06:20 06:40 material hand anna"}));
}

TEST_F(Reasons, split_an_interval_when_a_part_of_it_is_tagged_later) {
  tag("06:20:00", "06:40:00", "material");
  tag("06:25:00", "06:30:00", "operator");
  EXPECT_EQ(resolved(), (Lines{"06:20 06:25 material hand anna", "06:25 06:30 operator hand anna",
                               "06:30 06:40 material hand anna"}));
}

TEST_F(Reasons, are_taken_back_by_saying_nothing_and_show_the_rule_below) {
  tree.rules = {{.code = "no_order", .states = {State::kWaiting}}};
  tag("06:20:00", "06:40:00", "material");
  tag("06:30:00", "06:40:00", "");
  EXPECT_EQ(resolved(), (Lines{"06:20 06:30 material hand anna", "06:30 06:40 no_order rule"}));
}

TEST_F(Reasons, said_by_hand_win_over_rules_whatever_was_first) {
  tree.rules = {{.code = "fault"}};
  tag("06:30:00", "06:45:00", "tool_broken");
  EXPECT_EQ(resolved(), (Lines{"06:20 06:30 fault rule", "06:30 06:45 tool_broken hand anna",
                               "06:45 06:50 fault rule"}));
}

TEST_F(Reasons, with_a_code_that_is_gone_stay_and_count_as_unplanned) {
  tag("06:20:00", "06:40:00", "of_old");
  EXPECT_EQ(resolved(), (Lines{"06:20 06:40 of_old hand anna"}));
}

// By rule ----------------------------------------------------------------------------------------

TEST_F(Reasons, by_rule_come_from_the_first_rule_that_fits) {
  tree.rules = {{.code = "no_order", .states = {State::kWaiting}}, {.code = "fault"}};
  EXPECT_EQ(resolved(), (Lines{"06:20 06:40 no_order rule", "06:40 06:50 fault rule"}));
}

TEST_F(Reasons, by_rule_are_never_given_to_time_of_which_nothing_is_known_unless_it_is_named) {
  tree.rules = {{.code = "fault"}};
  EXPECT_EQ(resolved(), (Lines{"06:20 06:40 fault rule", "06:40 06:50 fault rule"}));
  tree.rules = {{.code = "fault", .states = {State::kOffline}}};
  EXPECT_EQ(resolved(), (Lines{"06:50 07:00 fault rule"}));
}

TEST_F(Reasons, by_rule_look_at_the_conditions_that_are_active) {
  active = {{.item = "logic", .level = "FAULT", .code = "1024", .text = "Tool Magazine empty"}};
  const struct {
    std::string code, text;
    bool fits;
  } cases[] = {{"10", "", true},         {"1024", "", true},       {"024", "", false},
               {"", "magazine", true},   {"", "TOOL mag", true},   {"", "coolant", false},
               {"10", "magazine", true}, {"11", "magazine", false}};
  for (const auto& c : cases) {
    tree.rules = {{.code = "tool",
                   .states = {State::kAlarm},
                   .condition_code = c.code,
                   .condition_text = c.text}};
    EXPECT_EQ(resolved().size(), c.fits ? 1U : 0U) << c.code << " " << c.text;
  }
}

TEST_F(Reasons, by_rule_keep_to_their_location_and_their_window_of_the_clock) {
  tree.rules = {{.code = "no_order", .location = "Hall 2"}};
  EXPECT_TRUE(resolved().empty());
  const auto window = [](std::string_view from, std::string_view to) {
    return WallSpan{parse_minutes(from).value(), parse_minutes(to).value()};
  };
  tree.rules = {{.code = "no_order", .location = "Hall 1", .window = window("06:20", "06:40")}};
  EXPECT_EQ(resolved(), (Lines{"06:20 06:40 no_order rule"}));
  tree.rules[0].window = window("22:00", "06:30");  // over midnight
  EXPECT_EQ(resolved(), (Lines{"06:20 06:40 no_order rule"}));
  tree.rules[0].window = window("06:50", "06:20");
  EXPECT_TRUE(resolved().empty());
}

TEST_F(Reasons, by_rule_are_not_given_to_micro_stops_or_production) {
  activities = {activity("06:00:00", "06:20:00", kRunning),
                activity("06:20:00", "06:20:59", kWaits),
                activity("06:20:59", "06:40:00", kRunning)};
  tree.rules = {{.code = "no_order"}};
  EXPECT_TRUE(resolved().empty());
  tag("06:20:00", "06:20:59", "material");
  EXPECT_EQ(resolved(), (Lines{"06:20 06:20 material hand anna"}));
}

// The tree ---------------------------------------------------------------------------------------

TEST(ReasonTree, that_an_organization_begins_with_is_small_and_sound) {
  const ReasonTree tree = usual_reasons();
  EXPECT_TRUE(check_reasons(tree));
  EXPECT_LE(tree.codes.size(), 12U);
}

TEST(ReasonTree, that_is_wrong_is_refused_by_the_name_of_its_field_with_the_mend) {
  const auto changed = [](auto change) {
    ReasonTree tree = usual_reasons();
    change(tree);
    return tree;
  };
  using T = ReasonTree;
  const struct {
    T tree;
    std::string field;
  } cases[] = {
      {changed([](T& t) { t.codes[0].code = "Set up"; }), "codes[0].code: "},
      {changed([](T& t) { t.codes[0].code = std::string(41, 'a'); }), "codes[0].code: "},
      {changed([](T& t) { t.codes[1].code = t.codes[0].code; }), "codes[1].code: "},
      {changed([](T& t) { t.codes[0].name = ""; }), "codes[0].name: "},
      {changed([](T& t) { t.codes[0].name = std::string(61, 'a'); }), "codes[0].name: "},
      {changed([](T& t) { t.codes[0].parent = "none"; }), "codes[0].parent: "},
      {changed([](T& t) { t.codes[0].parent = "tool_broken"; }), "codes[0].parent: "},
      {changed([](T& t) { t.codes[0].parent = "setup"; }), "codes[0].parent: "},
      {changed([](T& t) {
         for (int i = 0; i < 49; ++i) t.codes.push_back({"c" + std::to_string(i), "C", "", {}});
       }),
       "codes: "},
      {changed([](T& t) { t.rules = {{.code = "none"}}; }), "rules[0].code: "},
      {changed([](T& t) {
         t.codes[0].retired = true;
         t.rules = {{.code = "setup"}};
       }),
       "rules[0].code: "},
      {changed([](T& t) { t.rules = {{.code = "tool", .condition_text = std::string(101, 'x')}}; }),
       "rules[0].condition_text: "},
      {changed(
           [](T& t) { t.rules = {{.code = "tool", .window = WallSpan{Duration::hours(25), {}}}}; }),
       "rules[0].window: "},
      {changed([](T& t) { t.rules.assign(51, {.code = "tool"}); }), "rules: "},
  };
  for (const auto& c : cases) {
    const auto checked = check_reasons(c.tree);
    ASSERT_FALSE(checked) << c.field;
    EXPECT_TRUE(checked.error().message.starts_with(c.field)) << checked.error().message;
    EXPECT_FALSE(checked.error().mend.empty()) << c.field;
  }
}

}  // namespace
}  // namespace heed::machines

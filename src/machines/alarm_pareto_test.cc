// Alarms by hand, and those of real recordings against a second computation that knows nothing of
// the first: what was said last of a code is looked for anew at every moment.
#include "machines/alarm_pareto.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "machines/condition_book.h"
#include "machines/figures.h"
#include "machines/past.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

Time at(int minute) {
  return Time::from_seconds(1'700'000'000 + 60 * minute);
}
TimeRange minutes(int from, int to) {
  return {at(from), at(to)};
}
Condition said(int minute, std::string_view value) {
  return read_condition("logic", value, at(minute));
}

class Alarms : public testing::Test {
 protected:
  void say(int minute, std::string_view value) { input_.said.push_back(said(minute, value)); }
  /// "77 10-20 cleared", "77 0-5 carried cut"
  std::vector<std::string> spans() const {
    std::vector<std::string> told;
    for (const AlarmSpan& span : alarm_spans(input_)) {
      const auto minute = [](Time time) {
        return std::to_string((time - at(0)).in_seconds() / 60);
      };
      const auto cut = [](const std::string& text) { return text.substr(0, text.find('.')); };
      told.push_back(span.code + " " + cut(minute(span.range.from)) + "-" +
                     cut(minute(span.range.to)) + (span.carried ? " carried " : " ") +
                     std::string(word(span.end)));
    }
    return told;
  }
  AlarmRow only_row() const {
    const auto rows = alarm_pareto({{MachineId(), alarm_spans(input_)}}, ParetoBy::kTime);
    EXPECT_EQ(rows.size(), 1U);
    return rows.front();
  }
  using Told = std::vector<std::string>;

  AlarmInput input_{
      .range = minutes(0, 60), .goes_on = false, .held = {}, .said = {}, .unheard = {}};
};

TEST_F(Alarms, last_from_the_first_word_to_the_one_that_clears_them) {
  say(10, "FAULT|77|||TOOL BROKEN");
  say(15, "FAULT|77|||TOOL BROKEN");
  say(20, "NORMAL|77|||");
  EXPECT_EQ(spans(), (Told{"77 10-20 cleared"}));
}

TEST_F(Alarms, of_several_codes_end_together_when_all_is_normal) {
  say(10, "FAULT|1|||a");
  say(12, "WARNING|2|||b");
  say(20, "NORMAL||||");
  EXPECT_EQ(spans(), (Told{"1 10-20 cleared", "2 12-20 cleared"}));
}

TEST_F(Alarms, without_a_code_are_told_apart_by_their_text) {
  say(10, "FAULT||||door open");
  say(12, "FAULT||||no coolant");
  say(20, "NORMAL||||");
  EXPECT_EQ(spans(), (Told{" 10-12 cleared", " 12-20 cleared"}));
}

TEST_F(Alarms, that_were_there_before_or_are_there_at_the_end_were_not_repaired) {
  input_.held = {said(-30, "FAULT|1|||a")};
  say(5, "NORMAL|1|||");
  say(50, "FAULT|1|||a");
  EXPECT_EQ(spans(), (Told{"1 0-5 carried cleared", "1 50-60 cut"}));
  input_.goes_on = true;
  EXPECT_EQ(spans().back(), "1 50-60 open");
  EXPECT_EQ(only_row().count, 1U);
  EXPECT_EQ(only_row().time, Duration::minutes(15));
  EXPECT_EQ(only_row().mean_to_repair(), std::nullopt);
}

TEST_F(Alarms, end_where_nothing_is_heard_and_come_back_as_carried) {
  say(10, "FAULT|1|||a");
  say(20, "UNAVAILABLE");
  say(30, "FAULT|1|||a");
  say(35, "NORMAL||||");
  EXPECT_EQ(spans(), (Told{"1 10-20 gap", "1 30-35 carried cleared"}));
}

TEST_F(Alarms, are_cut_where_the_machine_was_offline) {
  input_.unheard = {minutes(12, 20)};
  say(10, "FAULT|1|||a");
  say(25, "NORMAL||||");
  say(40, "FAULT|1|||a");
  say(44, "NORMAL||||");
  EXPECT_EQ(spans(), (Told{"1 10-12 gap", "1 20-25 carried cleared", "1 40-44 cleared"}));
  EXPECT_EQ(only_row().count, 2U);
  EXPECT_EQ(only_row().repaired, 1U);
  EXPECT_EQ(only_row().mean_to_repair(), Duration::minutes(4));
  EXPECT_EQ(only_row().gaps, 1U);
}

TEST_F(Alarms, that_were_cleared_while_nobody_heard_leave_nothing_behind) {
  input_.unheard = {minutes(12, 20)};
  say(10, "FAULT|1|||a");
  say(20, "NORMAL||||");
  EXPECT_EQ(spans(), (Told{"1 10-12 gap"}));
}

TEST_F(Alarms, that_came_and_went_at_once_are_counted) {
  say(10, "FAULT|1|||a");
  say(10, "NORMAL||||");
  EXPECT_EQ(only_row().count, 1U);
  EXPECT_EQ(only_row().time, Duration());
}

TEST_F(Alarms, stand_in_the_order_of_time_or_count) {
  say(0, "WARNING|often|||a");
  say(1, "NORMAL||||");
  say(2, "WARNING|often|||a");
  say(3, "NORMAL||||");
  say(10, "FAULT|long|||b");
  say(30, "NORMAL||||");
  const std::vector<MachineAlarms> all{{MachineId(), alarm_spans(input_)}};
  EXPECT_EQ(alarm_pareto(all, ParetoBy::kTime).front().code, "long");
  EXPECT_EQ(alarm_pareto(all, ParetoBy::kCount).front().code, "often");
  EXPECT_EQ(alarm_pareto(all, ParetoBy::kTime).front().mean_between(Duration::minutes(50)),
            Duration::minutes(50));
}

// Failures ---------------------------------------------------------------------------------------

Activity activity(int from, int to, State state, Bucket bucket) {
  return {.range = minutes(from, to), .standing = {state, bucket, false, false}};
}

class Failures : public testing::Test {
 protected:
  Reliability told(bool goes_on = false) const {
    return reliability_of(activities_, minutes(0, 60), Duration::seconds(60), goes_on);
  }
  void run(int from, int to) {
    activities_.push_back(activity(from, to, State::kInCycle, Bucket::kProduction));
  }
  void fail(int from, int to, State state = State::kAlarm) {
    activities_.push_back(activity(from, to, state, Bucket::kUnplanned));
  }
  std::vector<Activity> activities_;
};

TEST_F(Failures, are_runs_of_alarm_and_emergency_stop_and_time_between_is_operating_time) {
  run(-10, 10);
  fail(10, 15);
  fail(15, 20, State::kEmergencyStop);
  run(20, 40);
  fail(40, 44);
  run(44, 70);
  EXPECT_EQ(told().failures, 2U);
  EXPECT_EQ(told().repaired, 2U);
  EXPECT_EQ(told().mean_to_repair(), Duration::minutes(7));
  EXPECT_EQ(told().operating, Duration::minutes(46));
  EXPECT_EQ(told().mean_between(), Duration::minutes(23));
}

TEST_F(Failures, that_are_shorter_than_a_micro_stop_are_none) {
  run(0, 10);
  activities_.push_back({.range = {at(10), at(10) + Duration::seconds(59)},
                         .standing = {State::kAlarm, Bucket::kUnplanned, false, false}});
  EXPECT_EQ(told().failures, 0U);
}

TEST_F(Failures, that_go_on_or_are_cut_or_lost_are_not_repaired) {
  fail(-5, 5);
  run(5, 10);
  fail(10, 20);
  activities_.push_back(activity(20, 30, State::kOffline, Bucket::kNone));
  fail(30, 35);
  run(35, 50);
  fail(50, 60);
  EXPECT_EQ(told().failures, 2U);
  EXPECT_EQ(told().repaired, 0U);
  EXPECT_EQ(told().carried, 2U);
  EXPECT_EQ(told().gaps, 1U);
  EXPECT_EQ(told().cut, 1U);
  EXPECT_EQ(told(true).open, 1U);
}

// Recordings -------------------------------------------------------------------------------------

/// Lines of states and conditions; what axes say has no part in alarms.
std::vector<std::string> telling_lines(const std::string& file) {
  std::ifstream in(std::string(HEED_DATA_DIR "/machines/") + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    const bool state = line.contains("|avail|") || line.contains("|execution|") ||
                       line.contains("|mode|") || line.contains("|estop|");
    if (state || is_condition_line(split_text(line, '|'))) lines.push_back(line);
  }
  return lines;
}

struct Heard {
  Time at;
  std::optional<std::string> level, code;
};

/// Of one item and code: its time and how often it began, each moment looked at for itself.
struct Plain {
  Duration time;
  std::uint64_t count = 0;
  bool operator==(const Plain&) const = default;
};

bool same(const std::optional<std::string>& level, std::string_view word) {
  return level && same_word(trimmed(*level), word);
}

/// Whether the code is active after the first `said` of what was heard.
bool active_after(const std::vector<Heard>& heard, std::size_t said, const std::string& code) {
  while (said > 0) {
    const Heard& last = heard[--said];
    if (!last.level || same(last.level, "UNAVAILABLE")) return false;
    const bool mine = last.code.value_or("") == code;
    if (same(last.level, "NORMAL") && (last.code.value_or("").empty() || mine)) return false;
    if (mine && !same(last.level, "NORMAL")) return true;
  }
  return false;
}

bool offline_at(const Timeline& timeline, Time moment) {
  return std::ranges::any_of(timeline.activities, [&](const Activity& activity) {
    return activity.standing.state == State::kOffline && activity.range.contains(moment);
  });
}

Plain plainly(const std::vector<Heard>& heard, const std::string& code, const Timeline& timeline,
              TimeRange range) {
  std::vector<Time> moments{range.from, range.to};
  for (const Heard& one : heard) moments.push_back(one.at);
  for (const Activity& activity : timeline.activities) moments.push_back(activity.range.from);
  std::ranges::sort(moments);
  Plain plain;
  for (std::size_t i = 0; i + 1 < moments.size(); ++i) {
    if (!range.contains(moments[i]) || offline_at(timeline, moments[i])) continue;
    const auto said =
        std::ranges::count_if(heard, [&](const Heard& one) { return one.at <= moments[i]; });
    if (active_after(heard, static_cast<std::size_t>(said), code)) {
      plain.time += moments[i + 1] - moments[i];
    }
  }
  for (std::size_t i = 0; i < heard.size(); ++i) {
    const bool begins = !active_after(heard, i, code) && active_after(heard, i + 1, code);
    const bool back = i > 0 && !heard[i - 1].level;
    if (begins && !back && range.contains(heard[i].at) && !offline_at(timeline, heard[i].at)) {
      ++plain.count;
    }
  }
  return plain;
}

class RecordedAlarms : public testing::TestWithParam<const char*> {};

TEST_P(RecordedAlarms, are_as_often_and_as_long_as_a_plain_count_says) {
  const std::vector<std::string> lines = telling_lines(GetParam());
  ASSERT_FALSE(lines.empty());
  TestShop shop;
  const MachineId mill = shop.add("Mill", true);
  ReportMaker reports(mill, true);
  for (std::size_t from = 0; from < lines.size(); from += 500) {
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end =
        lines.begin() + static_cast<std::ptrdiff_t>(std::min(from + 500, lines.size()));
    shop.record(reports.report({begin, end}, shop.store.clock().now()));
  }
  const auto timeline = shop.machines->past().timeline(shop.access(), mill, {}).value();
  ASSERT_FALSE(timeline.activities.empty());
  // One recording begins with values that were said months before.
  const Time last = timeline.activities.back().range.to;
  const TimeRange range{std::max(timeline.activities.front().range.from, last - Duration::days(90)),
                        last};
  const auto spans = shop.machines->figures().alarms(shop.access(), mill, range);
  ASSERT_TRUE(spans) << spans.error().message();

  std::map<std::pair<std::string, std::string>, Plain> ours;
  for (const AlarmSpan& span : *spans) {
    Plain& plain = ours[{span.item, span.code}];
    plain.time += span.range.length();
    plain.count += span.carried ? 0 : 1;
  }
  std::uint64_t codes = 0;
  for (const ItemView& item : shop.machines->past().items(shop.access(), mill).value()) {
    std::vector<Heard> heard;
    std::map<std::string, int> known;
    const auto keep = [&](const SampleRow& row) {
      if (row.value && std::ranges::count(*row.value, '|') < 4) return true;
      const auto fields = split_text(row.value.value_or(""), '|');
      heard.push_back({row.at, row.value ? std::optional(fields[0]) : std::nullopt,
                       row.value ? std::optional(fields.at(1)) : std::nullopt});
      if (row.value && !same(fields[0], "NORMAL")) ++known[fields.at(1)];
      return true;
    };
    ASSERT_TRUE(shop.machines->past().scan_samples(shop.access(), mill, item.item.key, {}, keep));
    for (const auto& [code, times] : known) {
      ++codes;
      const Plain expected = plainly(heard, code, timeline, range);
      const Plain actual = ours[{item.item.key, code}];
      EXPECT_EQ(actual.count, expected.count) << item.item.key << " " << code;
      EXPECT_EQ(actual.time.in_seconds(), expected.time.in_seconds())
          << item.item.key << " " << code;
    }
  }
  EXPECT_GT(codes, 0U);
}

INSTANTIATE_TEST_SUITE_P(of_real_machines, RecordedAlarms,
                         testing::Values("mazak01/Mazak01-20161031-20161101.txt",
                                         "mazak01/Mazak01-20170717-20170718.txt",
                                         "mazak01/Mazak01-20180510-20180511.txt",
                                         "mazak01/Mazak01-20181126-20181127.txt",
                                         "mazak01/Mazak01-20190709-20190710.txt",
                                         "mazak03/Mazak03-20160510-20160511.txt",
                                         "mazak03/Mazak03-20180307-20180308.txt",
                                         "mazak03/Mazak03-20190626-20190627.txt",
                                         "gfagie01/GFAgie01-20161005-20161006.txt"),
                         [](const auto& info) {
                           return "recording_" + std::to_string(info.index);
                         });

}  // namespace
}  // namespace heed::machines

// What a machine made, rule by rule (docs/CYCLES.md).
#include <gtest/gtest.h>

#include <initializer_list>

#include "machines/cycle_judge.h"
#include "machines/cycle_split.h"
#include "machines/cycle_tracker.h"
#include "machines/said_words.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

CycleItem item_of(std::string_view key) {
  if (key == "offline") return CycleItem::kOffline;
  if (key == "mode") return CycleItem::kMode;
  if (key == "program") return CycleItem::kProgram;
  if (key == "tool") return CycleItem::kTool;
  return key == "parts" ? CycleItem::kPartCount : CycleItem::kExecution;
}

/// Says things in seconds since a beginning.
class Teller {
 public:
  /// "execution|ACTIVE"
  Teller& at(double seconds, std::initializer_list<std::string_view> said) {
    const Time time = kBegin + Duration::milliseconds(static_cast<std::int64_t>(seconds * 1'000));
    for (const std::string_view each : said) {
      const auto bar = each.find('|');
      const std::string_view text = each.substr(bar + 1);
      tracker.observe(item_of(each.substr(0, bar)),
                      says_unavailable(text) ? std::nullopt : std::optional(text), time);
    }
    return *this;
  }
  /// A program of so many seconds each with a tool, ended with a word.
  double run(double from, std::initializer_list<std::pair<std::string_view, double>> uses,
             std::string_view end = "READY") {
    at(from, {"execution|ACTIVE"});
    for (const auto& [tool, seconds] : uses) {
      at(from, {"tool|" + std::string(tool)});
      from += seconds;
    }
    at(from, {"execution|" + std::string(end)});
    return from;
  }
  std::vector<Cycle> cycles() {
    tracker.finish();
    std::vector<Cycle> all;
    for (const MachineRun& run : tracker.take_runs()) {
      std::ranges::move(split_run(run), std::back_inserter(all));
    }
    judge_cycles(all);
    return all;
  }
  /// "0-100 complete 1 O1 [1,2]"
  std::vector<std::string> words() {
    std::vector<std::string> lines;
    for (const Cycle& cycle : cycles()) lines.push_back(write(cycle));
    return lines;
  }

  CycleTracker tracker;

 private:
  static std::string write(const Cycle& cycle) {
    const auto seconds = [](Time time) {
      return std::to_string((time - kBegin).count_milliseconds() / 1'000);
    };
    std::string text = seconds(cycle.range.from) + "-" + seconds(cycle.range.to);
    text += cycle.complete ? " complete " : " try ";
    text += std::to_string(cycle.rule) + " " + (cycle.program.empty() ? "-" : cycle.program) + " [";
    for (const ToolUse& use : cycle.tools) text += (text.back() == '[' ? "" : ",") + use.tool;
    return text + "]";
  }
  static constexpr Time kBegin = Time::from_seconds(1'700'000'000);
};

using Lines = std::vector<std::string>;

TEST(Cycles, a_program_that_is_completed_is_one_cycle) {
  Teller mill;
  mill.at(0, {"mode|AUTOMATIC", "program|O1", "tool|1", "execution|ACTIVE"});
  mill.at(40, {"tool|2"}).at(100, {"execution|PROGRAM_COMPLETED"});

  EXPECT_EQ(mill.words(), (Lines{"0-100 complete 3 O1 [1,2]"}));
}

TEST(Cycles, holds_and_program_stops_stay_within_the_cycle_and_are_told_apart) {
  Teller mill;
  mill.at(0, {"program|O1", "execution|ACTIVE"}).at(30, {"execution|FEED_HOLD"});
  mill.at(50, {"execution|ACTIVE"}).at(60, {"execution|OPTIONAL_STOP"});
  mill.at(90, {"execution|ACTIVE"}).at(100, {"execution|PROGRAM_COMPLETED"});

  const std::vector<Cycle> cycles = mill.cycles();

  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_EQ(cycles[0].range.length(), Duration::seconds(100));
  EXPECT_EQ(cycles[0].executing, Duration::seconds(50));
  EXPECT_EQ(cycles[0].in_cycle, Duration::seconds(70));  // as in STATES, not the optional stop
}

TEST(Cycles, the_counter_confirms_the_run_that_just_ended) {
  Teller mill;
  mill.at(0, {"parts|7", "execution|ACTIVE"}).at(100, {"execution|READY"}).at(100.5, {"parts|8"});
  mill.at(200, {"execution|ACTIVE"}).at(300, {"execution|READY", "parts|9"});
  // Polled late: the next one goes on already.
  mill.at(400, {"execution|ACTIVE"}).at(500, {"execution|READY"});
  mill.at(501, {"execution|ACTIVE"}).at(504, {"parts|10"}).at(600, {"execution|READY"});

  EXPECT_EQ(mill.words(), (Lines{"0-100 complete 1 - []", "200-300 complete 1 - []",
                                 "400-500 complete 1 - []", "501-600 try 8 - []"}));
}

TEST(Cycles, the_counter_divides_a_program_that_never_ends) {
  Teller lathe;
  lathe.at(0, {"parts|0", "execution|ACTIVE"});
  lathe.at(60, {"parts|1"}).at(120, {"parts|2"}).at(180, {"parts|3"});
  lathe.at(200, {"execution|STOPPED"}).at(500, {"execution|READY"});

  EXPECT_EQ(lathe.words(), (Lines{"0-60 complete 2 - []", "60-120 complete 2 - []",
                                  "120-180 complete 2 - []", "180-200 try 8 - []"}));
}

TEST(Cycles, what_the_counter_does_otherwise_is_no_cycle) {
  Teller mill;
  mill.at(0, {"parts|41"}).at(10, {"parts|UNAVAILABLE"}).at(20, {"parts|41"});  // said again
  mill.at(30, {"execution|ACTIVE"}).at(100, {"execution|READY"});
  mill.at(101, {"parts|0"});                                                  // reset
  mill.at(102, {"parts|-1"}).at(103, {"parts|0.5"}).at(104, {"parts|many"});  // no counts
  mill.at(5'000, {"parts|3"});  // nobody saw them made

  EXPECT_EQ(mill.words(), (Lines{"30-100 try 14 - []"}));
  const auto unseen = mill.tracker.take_unseen_parts();
  ASSERT_EQ(unseen.size(), 1U);
  EXPECT_EQ(unseen[0].parts, 3);
}

TEST(Cycles, a_fixture_of_several_parts_is_one_cycle_that_tells_the_step) {
  Teller mill;
  mill.at(0, {"parts|0", "execution|ACTIVE"}).at(100, {"execution|READY"}).at(101, {"parts|4"});

  const std::vector<Cycle> cycles = mill.cycles();

  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_EQ(cycles[0].counted, 4);
  EXPECT_TRUE(cycles[0].evidence.counter);
  EXPECT_TRUE(cycles[0].evidence.program_end);
}

TEST(Cycles, what_is_run_by_hand_is_not_told) {
  Teller mill;
  mill.at(0, {"mode|MANUAL_DATA_INPUT", "execution|ACTIVE"}).at(9, {"execution|READY"});
  mill.at(20, {"mode|AUTOMATIC"}).at(21, {"execution|ACTIVE"}).at(21.5, {"mode|MANUAL"});
  mill.at(60, {"execution|READY"});  // the mode came just behind the beginning

  EXPECT_TRUE(mill.words().empty());
}

TEST(Cycles, sub_programs_do_not_divide_a_run_and_do_not_name_it) {
  Teller mill;
  mill.at(0, {"execution|ACTIVE"}).at(0.2, {"program|MAIN"}).at(30, {"program|SUB"});
  mill.at(60, {"program|MAIN"}).at(100, {"execution|PROGRAM_COMPLETED"});

  EXPECT_EQ(mill.words(), (Lines{"0-100 complete 3 MAIN []"}));
}

TEST(Cycles, another_program_after_a_stop_is_another_cycle) {
  Teller mill;
  mill.at(0, {"program|TEST", "execution|ACTIVE"}).at(60, {"execution|PROGRAM_STOPPED"});
  mill.at(300, {"execution|ACTIVE"}).at(300.2, {"program|O5"});
  mill.at(400, {"execution|PROGRAM_COMPLETED"});

  EXPECT_EQ(mill.words(), (Lines{"0-60 try 6 TEST []", "300-400 complete 3 O5 []"}));
}

TEST(Cycles, a_sub_program_after_a_stop_is_told_from_another_program_by_its_return) {
  Teller mill;
  mill.at(0, {"program|MAIN", "execution|ACTIVE"}).at(60, {"execution|PROGRAM_STOPPED"});
  mill.at(300, {"execution|ACTIVE"}).at(300.2, {"program|SUB"}).at(350, {"program|MAIN"});
  mill.at(400, {"execution|PROGRAM_COMPLETED"});

  EXPECT_EQ(mill.words(), (Lines{"0-400 complete 3 MAIN []"}));
}

TEST(Cycles, tools_that_begin_again_after_a_stop_begin_another_cycle) {
  Teller mill;
  mill.at(0, {"program|O5", "tool|24", "execution|ACTIVE"});
  mill.at(100, {"tool|12"}).at(200, {"tool|8"}).at(250, {"execution|PROGRAM_STOPPED"});
  mill.at(900, {"execution|ACTIVE"}).at(910, {"tool|24"}).at(1'010, {"tool|12"});
  mill.at(1'110, {"tool|8"}).at(1'210, {"tool|9"}).at(1'300, {"execution|PROGRAM_COMPLETED"});

  EXPECT_EQ(mill.words(),
            (Lines{"0-250 try 6 O5 [24,12,8]", "900-1300 complete 3 O5 [24,12,8,9]"}));
}

TEST(Cycles, a_short_loss_goes_on_and_a_long_one_ends_the_run) {
  Teller mill;
  mill.at(0, {"program|O1", "execution|ACTIVE"}).at(50, {"execution|UNAVAILABLE"});
  mill.at(110, {"execution|ACTIVE"}).at(200, {"execution|PROGRAM_COMPLETED"});
  mill.at(300, {"execution|ACTIVE"}).at(340, {"offline|1"}).at(1'000, {"offline|0"});
  mill.at(1'100, {"execution|READY"});

  const std::vector<Cycle> cycles = mill.cycles();

  ASSERT_EQ(cycles.size(), 3U);
  EXPECT_TRUE(cycles[0].complete);
  EXPECT_EQ(cycles[0].unseen, Duration::seconds(60));
  EXPECT_EQ(cycles[0].executing, Duration::seconds(140));
  EXPECT_EQ(cycles[1].rule, 6);
  EXPECT_EQ(cycles[1].range.length(), Duration::seconds(40));
  EXPECT_EQ(cycles[2].range.length(), Duration::seconds(100));
}

TEST(Cycles, a_stop_that_goes_on_from_a_hold_is_no_end) {
  Teller mill;
  mill.at(0, {"program|O1", "execution|ACTIVE"}).at(50, {"execution|FEED_HOLD"});
  mill.at(60, {"execution|STOPPED", "mode|MANUAL"});
  mill.at(90, {"execution|FEED_HOLD", "mode|AUTOMATIC"}).at(95, {"execution|ACTIVE"});
  mill.at(200, {"execution|PROGRAM_COMPLETED"});

  EXPECT_EQ(mill.words(), (Lines{"0-200 complete 3 O1 []"}));
}

TEST(Cycles, ready_is_judged_by_the_runs_that_are_like_it) {
  Teller mill;
  mill.at(0, {"program|221"});
  for (const int begin : {0, 1'000, 2'000}) mill.run(begin, {{"1", 60}, {"2", 40}, {"3", 250}});
  mill.run(3'000, {{"1", 60}, {"2", 8}});              // a part of it
  mill.run(4'000, {{"1", 60}, {"2", 10}, {"3", 20}});  // cut short
  mill.run(5'000, {{"4", 60}, {"5", 70}});             // like nothing else

  EXPECT_EQ(mill.words(),
            (Lines{"0-350 complete 13 221 [1,2,3]", "1000-1350 complete 13 221 [1,2,3]",
                   "2000-2350 complete 13 221 [1,2,3]", "3000-3068 try 9 221 [1,2]",
                   "4000-4090 try 10 221 [1,2,3]", "5000-5130 try 14 221 [4,5]"}));
}

TEST(Cycles, tools_that_come_again_divide_a_program_that_never_ends) {
  Teller lathe;
  lathe.at(0, {"execution|ACTIVE"});
  double from = 0;
  for (int part = 0; part < 3; ++part) {
    lathe.at(from, {"tool|1"}).at(from + 30, {"tool|2"}).at(from + 50, {"tool|3"});
    from += 100 + 10 * part;  // the last one waits
  }
  lathe.at(from, {"execution|STOPPED"});

  EXPECT_EQ(lathe.words(), (Lines{"0-100 complete 5 - [1,2,3]", "100-210 complete 5 - [1,2,3]",
                                  "210-330 complete 5 - [1,2,3]"}));
}

TEST(Cycles, tools_that_come_again_with_other_times_are_one_part) {
  Teller mill;  // program 221 of a NIST Mazak
  mill.run(0, {{"1", 59}, {"2", 26}, {"1", 254}, {"2", 46}, {"1", 120}, {"2", 46}});

  EXPECT_EQ(mill.words().size(), 1U);
}

TEST(Cycles, tools_are_named_plainly_and_what_passes_by_is_left_out) {
  Teller mill;
  mill.at(0, {"tool|7"}).at(1, {"execution|ACTIVE"}).at(6, {"tool|0.000000"});
  mill.at(7, {"tool|5.000000"}).at(60, {"tool|6"}).at(61, {"tool|T-9"});
  mill.at(100, {"execution|PROGRAM_COMPLETED"});

  EXPECT_EQ(mill.words(), (Lines{"1-100 complete 3 - [5,T-9]"}));
}

TEST(Cycles, observations_of_one_instant_may_come_in_any_order) {
  Teller one, other;
  one.at(0, {"execution|ACTIVE", "program|O1", "mode|AUTOMATIC", "tool|1", "parts|1"});
  one.at(60, {"execution|READY", "parts|2"});
  other.at(0, {"parts|1", "tool|1", "mode|AUTOMATIC", "program|O1", "execution|ACTIVE"});
  other.at(60, {"parts|2", "execution|READY"});

  EXPECT_EQ(one.words(), other.words());
}

TEST(Cycles, a_run_has_at_most_ten_thousand_pieces) {
  Teller mill;
  mill.at(0, {"execution|ACTIVE"});
  for (int i = 0; i < 10'100; ++i) mill.at(i * 3, {i % 2 == 0 ? "tool|1" : "tool|2"});
  mill.at(40'000, {"execution|PROGRAM_COMPLETED"});
  mill.tracker.finish();

  const std::vector<MachineRun> runs = mill.tracker.take_runs();

  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].pieces.size(), CycleTracker::kMostPieces);
  EXPECT_EQ(runs[0].pieces.back().range.to, runs[0].range.to);
}

Cycle cycle_of(std::string program, std::int64_t seconds, bool complete) {
  Cycle cycle;
  cycle.program = std::move(program);
  cycle.in_cycle = cycle.executing = Duration::seconds(seconds);
  cycle.complete = complete;
  return cycle;
}

TEST(CycleStatistics, are_durations_that_there_were_and_leave_tries_apart) {
  std::vector<Cycle> cycles;
  for (const int seconds : {100, 110, 90, 400}) cycles.push_back(cycle_of("O1", seconds, true));
  cycles.push_back(cycle_of("O1", 5, false));
  cycles.push_back(cycle_of("O2", 7, false));

  const std::vector<ProgramStatistics> told = cycle_statistics(cycles);

  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].program, "O1");
  EXPECT_EQ(told[0].complete, 4U);
  EXPECT_EQ(told[0].tries, 1U);
  EXPECT_EQ(told[0].in_cycle.median, Duration::seconds(100));
  EXPECT_EQ(told[0].in_cycle.p10, Duration::seconds(90));
  EXPECT_EQ(told[0].in_cycle.p90, Duration::seconds(400));
  EXPECT_EQ(told[0].in_cycle.deviation, Duration::seconds(10));
  EXPECT_EQ(told[0].in_tries, Duration::seconds(5));
  EXPECT_EQ(told[1].complete, 0U);
  EXPECT_EQ(told[1].in_cycle.median, Duration());
}

TEST(CycleWords, every_row_of_the_page_has_words) {
  for (std::uint8_t rule = 1; rule <= 14; ++rule) EXPECT_FALSE(words_of_cycle_rule(rule).empty());
  EXPECT_TRUE(words_of_cycle_rule(0).empty());
  EXPECT_TRUE(words_of_cycle_rule(15).empty());
}

}  // namespace
}  // namespace heed::machines

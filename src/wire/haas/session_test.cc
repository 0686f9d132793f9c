#include "wire/haas/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "wire/haas/testing.h"
#include "wire/text.h"

namespace heed::wire::haas {
namespace {

constexpr Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

/// A session and a control on one line, and time that passes only here.
class Conversation {
 public:
  explicit Conversation(FakeHaas& control, std::vector<Macro> macros = usual_macros(),
                        SessionOptions options = {})
      : session(std::move(macros), options, now), control_(control) {}

  /// Answers at once until the session sends nothing more, and lets time pass until `end`.
  void until(Duration end) {
    exchange();
    while (session.dead().empty() && session.deadline() <= end) {
      now = std::max(now, session.deadline());
      session.on_time(now);
      exchange();
    }
    now = end;
  }
  void exchange() {
    for (Bytes sent = session.bytes_to_send(); !sent.empty(); sent = session.bytes_to_send()) {
      recorded += sent;
      session.on_bytes(control_.hear(rest_, sent), now);
      keep_changes();
    }
    keep_changes();
  }
  /// What another connection asks, and everybody is told.
  void overhear(std::string_view lines) {
    session.on_bytes(control_.hear(other_rest_, lines), now);
    keep_changes();
  }
  std::vector<Said> changes() { return std::exchange(changes_, {}); }
  std::string value(std::string_view key) const {
    const auto at = values_.find(std::string(key));
    return at == values_.end() ? "(never said)" : at->second.value_or("(unavailable)");
  }

  Duration now;
  Session session;
  Bytes recorded;

 private:
  void keep_changes() {
    for (Said& said : session.take_changes()) {
      values_[said.key] = said.value;
      changes_.push_back(std::move(said));
    }
  }
  FakeHaas& control_;
  std::string rest_;
  std::string other_rest_;
  std::map<std::string, std::optional<std::string>> values_;
  std::vector<Said> changes_;
};

TEST(Haas, tells_everything_after_connecting_and_only_changes_after_it) {
  FakeHaas control;
  Conversation talk(control);
  talk.until(ms(400));
  const std::vector<Said> first = {
      {"avail", "AVAILABLE", false},        {"mode", "AUTOMATIC", false},
      {"tool_number", "5", false},          {"motion_time", "353909", false},
      {"last_cycle_time", "335", false},    {"previous_cycle_time", "330", false},
      {"power_on_time", "22616233", false}, {"tool_changes", "1024", false},
      {"m30_counter_1", "380", false},      {"m30_counter_2", "12", false},
      {"system_cond", "NORMAL||||", true},  {"execution", "READY", false},
      {"program", "O00110", false},         {"part_count", "4523", false},
      {"spindle_speed", "0", false}};
  EXPECT_EQ(talk.changes(), first);
  talk.until(ms(3'000));
  EXPECT_EQ(talk.changes(), std::vector<Said>());

  control.status = "BUSY";
  control.macros[3027] = 7'500;
  talk.until(ms(3'900));
  EXPECT_EQ(talk.changes(),
            (std::vector<Said>{{"execution", "ACTIVE", false}, {"spindle_speed", "7500", false}}));
  control.status = "IDLE";
  control.macros[3901] = 4'524;
  talk.until(ms(5'000));
  EXPECT_EQ(talk.changes(),
            (std::vector<Said>{{"execution", "READY", false}, {"part_count", "4524", false}}));
  EXPECT_EQ(talk.session.strange_lines(), 0U);
  EXPECT_EQ(control.writes, std::vector<std::string>());
}

TEST(Haas, speaks_in_the_words_of_mtconnect) {
  struct Case {
    const char* mode;
    const char* status;
    const char* said_mode;
    const char* said_execution;
    const char* said_condition;
  };
  const Case cases[] = {
      {"MEM", "IDLE", "AUTOMATIC", "READY", "NORMAL||||"},
      {"MDI", "IDLE", "MANUAL_DATA_INPUT", "READY", "NORMAL||||"},
      {"JOG", "IDLE", "MANUAL", "READY", "NORMAL||||"},
      {"ZERO RET", "IDLE", "MANUAL", "READY", "NORMAL||||"},
      {"ZERO", "IDLE", "MANUAL", "READY", "NORMAL||||"},
      {"EDIT", "IDLE", "EDIT", "READY", "NORMAL||||"},
      {"LIST PROG", "IDLE", "EDIT", "READY", "NORMAL||||"},
      {"MEM", "FEED HOLD", "AUTOMATIC", "FEED_HOLD", "NORMAL||||"},
      {"MEM", "BUSY", "AUTOMATIC", "ACTIVE", "NORMAL||||"},
      {"MEM", "RUNNING", "AUTOMATIC", "ACTIVE", "NORMAL||||"},
      {"MEM", "ALARM ON", "AUTOMATIC", "STOPPED", "FAULT|ALARM|||the control's alarm is on"},
      {"STARTUP_MODE", "SINGLE BLOCK", "STARTUP_MODE", "SINGLE_BLOCK", "NORMAL||||"},
  };
  for (const auto age : {FakeHaas::Age::kNextGeneration, FakeHaas::Age::kOlder}) {
    for (const Case& c : cases) {
      FakeHaas control(age);
      control.mode = c.mode;
      control.status = c.status;
      Conversation talk(control);
      talk.until(ms(400));
      EXPECT_EQ(talk.value("mode"), c.said_mode);
      EXPECT_EQ(talk.value("execution"), c.said_execution);
      EXPECT_EQ(talk.value("system_cond"), c.said_condition);
    }
  }
}

TEST(Haas, what_somebody_looks_at_while_a_program_runs_is_no_mode) {
  FakeHaas control;
  control.status = "BUSY";
  Conversation talk(control);
  talk.until(ms(400));
  control.mode = "LIST PROG";
  talk.until(ms(1'400));
  EXPECT_EQ(talk.value("mode"), "AUTOMATIC");
  control.status = "IDLE";
  talk.until(ms(3'000));
  EXPECT_EQ(talk.value("mode"), "EDIT");
}

TEST(Haas, reads_programs_of_any_name_and_says_none_while_it_is_not_told) {
  for (const char* name : {"O00110", "MDI", "bracket, left.nc", "PARTS", "Memory/O1.nc"}) {
    FakeHaas control;
    control.program = name;
    Conversation talk(control);
    talk.until(ms(400));
    EXPECT_EQ(talk.value("program"), name);
    control.status = "BUSY";
    talk.until(ms(2'000));
    EXPECT_EQ(talk.value("program"), name);
  }
}

TEST(Haas, an_alarm_ends_when_the_control_tells_something_else) {
  FakeHaas control;
  control.status = "ALARM ON";
  Conversation talk(control);
  talk.until(ms(900));
  talk.changes();
  control.status = "IDLE";
  talk.until(ms(2'000));
  EXPECT_EQ(talk.changes(), (std::vector<Said>{{"system_cond", "NORMAL||||", true},
                                               {"execution", "READY", false}}));
}

TEST(Haas, asks_its_first_query_again_where_it_went_unheard) {
  FakeHaas control;
  control.unheard = 2;
  Conversation talk(control);
  talk.until(ms(2'600));
  EXPECT_EQ(talk.value("execution"), "READY");
  EXPECT_EQ(talk.session.take_steps(),
            (std::vector<std::string>{"the control answers, its serial number is 1213067",
                                      "it is a VF-2", "its software is 100.24.000.1111"}));
}

TEST(Haas, asks_its_first_query_again_where_it_was_refused_but_not_without_end) {
  Session session(usual_macros(), {}, ms(0));
  EXPECT_EQ(session.bytes_to_send(), "?Q100\r\n");
  session.on_bytes(">?, ?Q100\r\n>", ms(10));
  EXPECT_EQ(session.bytes_to_send(), "");
  EXPECT_EQ(session.deadline(), ms(250));
  session.on_time(ms(250));
  EXPECT_EQ(session.bytes_to_send(), "?Q100\r\n");
  session.on_bytes(">SERIAL NUMBER, 1024\r\n>", ms(260));
  EXPECT_EQ(session.bytes_to_send(), "?Q104\r\n");
}

TEST(Haas, a_port_where_no_haas_answers_is_told_with_the_mend) {
  Session silent(usual_macros(), {}, ms(0));
  for (std::int64_t at = 0; at < 4'000; at += 100) silent.on_time(ms(at));
  EXPECT_EQ(silent.dead(), "");
  silent.on_time(ms(4'000));
  EXPECT_EQ(silent.dead(),
            "the port answers, but no Haas does: set Setting 143 to 5051, and switch HaasConnect, "
            "HaasDrop and Remote Net Share off");

  Session other(usual_macros(), {}, ms(0));
  other.on_bytes("SSH-2.0-OpenSSH_9.2\r\n", ms(5));
  other.on_time(ms(4'000));
  EXPECT_TRUE(other.dead().starts_with(
      "something answers, but not as a Haas does (it said “SSH-2.0-OpenSSH_9.2”)"))
      << other.dead();
}

TEST(Haas, a_control_that_falls_silent_is_dead_after_it_was_asked_again) {
  FakeHaas control;
  Conversation talk(control);
  talk.until(ms(900));
  control.deaf = true;
  talk.until(ms(3'100));
  EXPECT_EQ(talk.session.dead(), "");
  const auto asked = std::ranges::count(control.heard, control.heard.back());
  talk.until(ms(5'200));
  EXPECT_GT(std::ranges::count(control.heard, control.heard.back()), asked);
  talk.until(ms(20'000));
  EXPECT_EQ(talk.session.dead(), "the control stopped answering");
}

TEST(Haas, never_has_two_questions_open_and_rests_between_its_rounds) {
  FakeHaas control;
  Conversation talk(control);
  talk.until(ms(900));
  Session& session = talk.session;
  session.on_time(ms(1'000));
  Bytes sent = session.bytes_to_send();
  EXPECT_EQ(std::ranges::count(sent, '\n'), 1) << sent;
  session.on_time(ms(1'001));
  EXPECT_EQ(session.bytes_to_send(), "");
}

TEST(Haas, what_it_does_not_know_is_asked_three_times_and_then_no_more) {
  FakeHaas control;
  control.unknown = {"Q402", "Q600"};
  Conversation talk(control);
  talk.until(ms(60'000));
  EXPECT_EQ(talk.value("execution"), "READY");
  EXPECT_EQ(talk.value("m30_counter_1"), "(never said)");
  EXPECT_EQ(talk.value("part_count"), "4523") << "of PARTS, since #3901 is refused";
  EXPECT_EQ(std::ranges::count(control.heard, "?Q402"), kRefusals);
  EXPECT_EQ(std::ranges::count(control.heard, "?Q600 3901"), kRefusals);
  const auto steps = talk.session.take_steps();
  EXPECT_EQ(std::ranges::count(steps, "the control does not know ?Q600 3901"), 1);
}

TEST(Haas, a_control_that_does_not_know_its_status_is_no_use) {
  FakeHaas control;
  control.unknown = {"Q500"};
  Conversation talk(control);
  talk.until(ms(60'000));
  EXPECT_EQ(talk.session.dead(), "the control does not know ?Q500: Heed cannot see what it does");
}

TEST(Haas, an_empty_variable_is_unavailable_and_a_number_has_no_idle_zeros) {
  FakeHaas control;
  control.macros = {{3901, 12}, {3027, 0.5}, {10'900, -0.0}};
  std::vector<Macro> macros = usual_macros();
  macros.push_back({*MacroNumber::of(10'900), {.key = "fixture"}});
  macros.push_back({*MacroNumber::of(1'007), {.key = "estop"}});
  Conversation talk(control, macros);
  talk.until(ms(900));
  EXPECT_EQ(talk.value("part_count"), "12");
  EXPECT_EQ(talk.value("spindle_speed"), "0.5");
  EXPECT_EQ(talk.value("fixture"), "0");
  EXPECT_EQ(talk.value("estop"), "(unavailable)");
  control.macros[1'007] = 1;
  control.macros[10'900] = std::nan("");
  talk.until(ms(2'000));
  EXPECT_EQ(talk.value("estop"), "TRIGGERED");
  EXPECT_EQ(talk.value("fixture"), "(unavailable)");
  control.macros[1'007] = 0;
  talk.until(ms(3'000));
  EXPECT_EQ(talk.value("estop"), "ARMED");
}

TEST(Haas, tells_its_items_once_with_their_types) {
  FakeHaas control;
  Conversation talk(control);
  EXPECT_TRUE(talk.session.take_items().empty());
  talk.until(ms(900));
  const std::vector<SaidItem> items = talk.session.take_items();
  const auto with_key = [&](std::string_view key) {
    return *std::ranges::find(items, key, &SaidItem::key);
  };
  EXPECT_EQ(with_key("execution").type, "EXECUTION");
  EXPECT_EQ(with_key("part_count").type, "PART_COUNT");
  EXPECT_EQ(with_key("spindle_speed").units, "REVOLUTION/MINUTE");
  EXPECT_EQ(with_key("motion_time").sub_type, "OPERATING");
  EXPECT_EQ(with_key("system_cond").category, SaidItem::Category::kCondition);
  EXPECT_TRUE(talk.session.take_items().empty());
  for (const Said& said : talk.changes()) {
    EXPECT_NE(std::ranges::find(items, said.key, &SaidItem::key), items.end()) << said.key;
  }
}

// --- two readers: everybody hears everything ---

TEST(Haas, what_another_reader_is_told_is_true_for_us_too) {
  FakeHaas control;
  Conversation talk(control);
  talk.until(ms(600));
  talk.session.take_steps();
  control.status = "FEED HOLD";
  talk.overhear("?Q500\r\n?Q104\r\n?Q999\r\n");
  EXPECT_EQ(talk.value("execution"), "FEED_HOLD");
  EXPECT_EQ(talk.session.strange_lines(), 0U);
  EXPECT_EQ(talk.session.take_steps(),
            (std::vector<std::string>{"another program reads this control too; what it is told "
                                      "comes here as well and is told apart"}));
  talk.overhear("?Q500\r\n");
  EXPECT_TRUE(talk.session.take_steps().empty()) << "told once";
}

/// The other asks for #500 = 99 all the time, and its answers come first, last and in between.
TEST(Haas, a_variable_of_another_reader_is_never_taken_for_ours) {
  for (const auto age : {FakeHaas::Age::kNextGeneration, FakeHaas::Age::kOlder}) {
    SeededRandom random(11);
    FakeHaas control(age);
    control.macros = {{3901, 7}, {3027, 1'200}, {500, 99}};
    Session session(usual_macros(), {}, ms(0));
    std::string ours;
    std::string theirs;
    std::uint64_t told = 0;
    for (Duration now; now < Duration::seconds(60); now += ms(10)) {
      session.on_time(now);
      const Bytes sent = session.bytes_to_send();
      // Of two questions that come at once, either may be answered first.
      const bool they_ask = random.u64() % 60 == 0;
      std::string answers;
      if (they_ask && random.u64() % 2 == 0) answers += control.hear(theirs, "?Q600 500\r\n");
      answers += control.hear(ours, sent);
      if (they_ask && answers.empty()) answers += control.hear(theirs, "?Q600 500\r\n?Q500\r\n");
      if (random.u64() % 200 == 0) control.macros[3901] += 1;
      session.on_bytes(answers, now);
      for (const Said& said : session.take_changes()) {
        if (said.key == "part_count" || said.key == "spindle_speed") {
          ++told;
          ASSERT_NE(said.value, "99") << now.count_milliseconds();
          ASSERT_NE(said.key == "part_count" && said.value == "1200", true);
          ASSERT_NE(said.key == "spindle_speed" && said.value != "1200", true);
        }
      }
    }
    EXPECT_GT(told, 10U) << "and ours still come through";
  }
}

TEST(Haas, a_variable_that_can_never_be_told_apart_is_unavailable_after_a_minute) {
  FakeHaas control;
  control.macros[500] = 99;
  Conversation talk(control);
  talk.until(ms(600));
  ASSERT_EQ(talk.value("spindle_speed"), "0");
  for (std::int64_t at = 600; at <= 70'000; at += 50) {
    talk.overhear("?Q600 500\r\n");
    talk.until(ms(at));
  }
  EXPECT_EQ(talk.value("spindle_speed"), "(unavailable)");
  EXPECT_EQ(talk.value("part_count"), "4523") << "of PARTS";
  EXPECT_EQ(talk.value("execution"), "READY");
  talk.until(ms(72'000));
  EXPECT_EQ(talk.value("spindle_speed"), "0") << "quiet again";
}

TEST(Haas, a_refusal_of_another_readers_question_is_not_ours) {
  FakeHaas control;
  Conversation talk(control);
  for (std::int64_t at = 600; at <= 20'000; at += 10) {
    talk.overhear("?Q999\r\n");
    talk.until(ms(at));
  }
  EXPECT_EQ(talk.value("m30_counter_1"), "380");
  EXPECT_GT(std::ranges::count(control.heard, "?Q600 3901"), 20);
}

TEST(Haas, a_variable_that_another_program_writes_is_seen) {
  FakeHaas control;
  Conversation talk(control);
  talk.until(ms(900));
  talk.session.take_steps();
  talk.overhear("?E10900 5\r\n");
  EXPECT_EQ(talk.session.take_steps().size(), 1U);
  EXPECT_EQ(talk.session.strange_lines(), 0U);
}

// --- torture ---

TEST(Haas, answers_in_pieces_are_the_same) {
  for (const auto age : {FakeHaas::Age::kNextGeneration, FakeHaas::Age::kOlder}) {
    for (std::size_t size = 1; size < 12; size += 3) {
      FakeHaas control(age);
      Session session(usual_macros(), {}, ms(0));
      std::string rest;
      for (int i = 0; i < 20; ++i) {
        const std::string answer = control.hear(rest, session.bytes_to_send());
        for (std::size_t at = 0; at < answer.size(); at += size) {
          session.on_bytes(std::string_view(answer).substr(at, size), ms(i));
        }
      }
      EXPECT_EQ(session.rounds(), 1U);
      EXPECT_EQ(session.strange_lines(), 0U);
    }
  }
}

TEST(Haas, an_answer_that_cannot_be_one_of_its_question_is_handed_on_and_costs_nothing) {
  for (const char* wrong : {"PROGRAM", "PROGRAM, O1", "PROGRAM, , , PARTS, 1", "STATUS,",
                            "P.O. TIME, soon", "LAST CYCLE, 00:99:00", "LAST CYCLE, 1:2:3:4",
                            "MODE, ()", "MACRO,", "MACRO, x, 1", "SERIAL NUMBER"}) {
    FakeHaas control;
    Conversation talk(control);
    talk.until(ms(600));
    talk.changes();
    talk.session.on_bytes(std::string(">") + wrong + "\r\n>", ms(600));
    EXPECT_EQ(talk.session.take_strange(), std::vector<std::string>{wrong});
    talk.until(ms(2'000));
    EXPECT_EQ(talk.changes(), std::vector<Said>()) << wrong;
    EXPECT_EQ(talk.session.dead(), "");
  }
}

TEST(Haas, lines_that_nobody_asked_for_are_handed_on_and_limited) {
  FakeHaas control;
  Conversation talk(control);
  talk.until(ms(600));
  Session& session = talk.session;
  session.on_bytes("DPRNT*X1.0\r\n" + std::string(kLongestAnswer + 100, 'x') + "\r\n", ms(600));
  const auto strange = session.take_strange();
  ASSERT_EQ(strange.size(), 2U);
  EXPECT_EQ(strange[0], "DPRNT*X1.0");
  EXPECT_EQ(strange[1].size(), kLongestAnswer);
  for (std::size_t i = 0; i <= kMostStrange; ++i) session.on_bytes("junk\r\n", ms(600));
  EXPECT_EQ(session.take_strange().size(), kMostStrange);
  EXPECT_EQ(session.strange_lines(), kMostStrange + 3);
  talk.until(ms(2'000));
  EXPECT_GT(session.rounds(), 2U);
}

TEST(Haas, a_lost_answer_is_asked_for_again_and_a_late_one_is_no_other_reader) {
  FakeHaas control;
  Conversation talk(control);
  talk.until(ms(600));
  talk.session.take_steps();
  control.unheard = 1;
  talk.until(ms(3'500));
  EXPECT_EQ(talk.session.dead(), "");
  const std::uint64_t rounds = talk.session.rounds();
  talk.session.on_bytes(">MODE, MEM\r\n", talk.now);
  EXPECT_TRUE(talk.session.take_steps().empty());
  talk.until(ms(6'000));
  EXPECT_GT(talk.session.rounds(), rounds);
}

// --- serial: older controls ---

/// A control that answers after `delay`, whoever waits.
class SlowConversation {
 public:
  SlowConversation(FakeHaas& control, Duration delay)
      : session(usual_macros(), serial_options(), now), control_(control), delay_(delay) {}

  void until(Duration end) {
    while (session.dead().empty()) {
      const Bytes sent = session.bytes_to_send();
      recorded += sent;
      const std::string answer = control_.hear(rest_, sent);
      if (!answer.empty()) under_way_.emplace_back(now + delay_, answer);
      Duration next = session.deadline();
      if (!under_way_.empty()) next = std::min(next, under_way_.front().first);
      if (next > end) break;
      now = std::max(now, next);
      if (!under_way_.empty() && under_way_.front().first <= now) {
        session.on_bytes(under_way_.front().second, now);
        under_way_.erase(under_way_.begin());
      } else {
        session.on_time(now);
      }
      for (const Said& said : session.take_changes()) values[said.key] = said.value;
    }
    now = end;
  }

  Duration now;
  Session session;
  Bytes recorded;
  std::map<std::string, std::optional<std::string>> values;

 private:
  FakeHaas& control_;
  const Duration delay_;
  std::string rest_;
  std::vector<std::pair<Duration, std::string>> under_way_;
};

TEST(HaasSerial, an_older_control_that_takes_four_seconds_is_read_at_its_own_pace) {
  FakeHaas control(FakeHaas::Age::kOlder);
  SlowConversation talk(control, ms(4'000));
  talk.until(Duration::seconds(5));
  EXPECT_EQ(talk.values["avail"], "AVAILABLE") << "in time for who adds the machine";
  talk.until(Duration::seconds(20));
  EXPECT_EQ(talk.values["execution"], "READY") << "the status has every second turn";
  talk.until(Duration::seconds(180));
  EXPECT_EQ(talk.values["part_count"], "4523");
  EXPECT_EQ(talk.values["spindle_speed"], "0");
  EXPECT_EQ(talk.session.dead(), "");
  // Every question was asked once for each answer, none twice because the control is slow.
  EXPECT_LE(control.heard.size(), 180U / 4 + 1);
  const auto status = std::ranges::count(control.heard, "?Q500");
  EXPECT_GE(status, 15);
  control.status = "BUSY";
  talk.until(Duration::seconds(200));
  EXPECT_EQ(talk.values["execution"], "ACTIVE");
}

TEST(HaasSerial, a_line_is_left_alone_for_a_quarter_of_what_a_round_took) {
  FakeHaas control(FakeHaas::Age::kOlder);
  Session session(usual_macros(), serial_options(), ms(0));
  session.bytes_to_send();
  session.on_bytes("\x02S/N, 1\x17\r\n>", ms(0));
  session.on_bytes("\x02MODE, (MEM)\x17\r\n>", ms(4'000));
  session.on_bytes("\x02STATUS, BUSY\x17\r\n>", ms(8'000));
  EXPECT_EQ(session.rounds(), 1U);
  EXPECT_EQ(session.deadline(), ms(10'000));
}

TEST(HaasSerial, finds_out_whether_the_control_wants_its_question_mark) {
  FakeHaas control(FakeHaas::Age::kOlder);
  Session session(usual_macros(), serial_options(), ms(0));
  EXPECT_EQ(session.bytes_to_send(), "?Q100\r\n");
  session.on_time(ms(4'500));
  EXPECT_EQ(session.bytes_to_send(), "Q100\r\n");
  session.on_bytes("\x02S/N, 12345678\x17\r\n>", ms(4'700));
  EXPECT_EQ(session.bytes_to_send(), "Q104\r\n");
  // The answer was a late one to the first spelling after all: the second is not understood.
  session.on_time(ms(10'700));
  EXPECT_EQ(session.bytes_to_send(), "?Q104\r\n");
  session.on_bytes("\x02MODE, (MEM)\x17\r\n>", ms(10'800));
  EXPECT_EQ(session.bytes_to_send(), "?Q500\r\n");
}

TEST(HaasSerial, an_echo_is_no_answer_and_no_refusal) {
  FakeHaas control(FakeHaas::Age::kOlder);
  Session session(usual_macros(), serial_options(), ms(0));
  std::string rest;
  for (std::int64_t i = 0; i < 40; ++i) {
    const Bytes sent = session.bytes_to_send();
    session.on_bytes(sent + control.hear(rest, sent), ms(i));
  }
  EXPECT_EQ(session.rounds(), 1U);
  EXPECT_EQ(session.strange_lines(), 0U);
}

TEST(HaasSerial, an_echo_that_nothing_follows_is_a_refusal) {
  Session session(usual_macros(), {}, ms(0));
  session.bytes_to_send();
  session.on_bytes(">SERIAL NUMBER, 1\r\n>", ms(1));
  ASSERT_EQ(session.bytes_to_send(), "?Q104\r\n");
  session.on_bytes(">?Q104\r\n>", ms(2));
  session.on_time(session.deadline());
  EXPECT_EQ(session.bytes_to_send(), "?Q500\r\n") << "and goes on";
}

TEST(HaasSerial, a_line_where_no_haas_answers_is_told_with_the_mend) {
  Session session(usual_macros(), serial_options(), ms(0));
  for (std::int64_t at = 0; at <= 30'000; at += 500) session.on_time(ms(at));
  EXPECT_TRUE(session.dead().starts_with("the line is open, but no Haas answers: set Setting 143"))
      << session.dead();
}

// --- the read-only promise, on the wire ---

// Written out on purpose, and not taken from the table.
bool is_allowed(std::string_view line) {
  const std::set<std::string_view> allowed = {"Q100", "Q101", "Q102", "Q104", "Q200",
                                              "Q201", "Q300", "Q301", "Q303", "Q304",
                                              "Q402", "Q403", "Q500"};
  if (line.starts_with('?')) line.remove_prefix(1);
  if (allowed.contains(line)) return true;
  if (!line.starts_with("Q600 ")) return false;
  line.remove_prefix(5);
  return !line.empty() && line.size() <= 5 && line.front() != '0' &&
         line.find_first_not_of("0123456789") == std::string_view::npos;
}

TEST(Haas, every_byte_that_can_be_sent_is_a_query) {
  std::string sent;
  SeededRandom random(7);
  for (int connection = 0; connection < 20; ++connection) {
    const bool older = connection % 2 == 0;
    FakeHaas control(older ? FakeHaas::Age::kOlder : FakeHaas::Age::kNextGeneration);
    std::vector<Macro> macros = usual_macros();
    macros.push_back({*MacroNumber::of(MacroNumber::kMost), {.key = "most"}});
    Session session(macros, older ? serial_options() : SessionOptions{}, ms(0));
    std::string rest;
    Duration now;
    for (int i = 0; i < 400 && session.dead().empty(); ++i) {
      const Bytes bytes = session.bytes_to_send();
      sent += bytes;
      std::string answer = control.hear(rest, bytes);
      // What a hostile or broken control could say.
      if (random.u64() % 8 == 0) answer += "?E10900 1\r\nE3901 5\r\n?, ?Q500\r\n!\r\nMACRO, 1\r\n";
      if (random.u64() % 8 == 0) answer = random.bytes(200) + "\r\n" + answer;
      session.on_bytes(answer, now);
      now = std::max(now + ms(20), std::min(session.deadline(), now + ms(500)));
      session.on_time(now);
    }
    EXPECT_EQ(control.writes, std::vector<std::string>());
  }
  std::size_t lines = 0;
  while (!sent.empty()) {
    const std::size_t end = sent.find("\r\n");
    ASSERT_NE(end, std::string::npos);
    ASSERT_TRUE(is_allowed(sent.substr(0, end))) << sent.substr(0, end);
    sent.erase(0, end + 2);
    ++lines;
  }
  EXPECT_GT(lines, 2'000U);
}

TEST(Haas, the_table_holds_nothing_but_queries) {
  for (std::size_t i = 0; i < kQueries; ++i) {
    for (const Spelling spelling : {Spelling::kPlain, Spelling::kQuestionMark}) {
      EXPECT_TRUE(is_allowed(trim(command_text(static_cast<Query>(i), spelling))));
    }
  }
  for (const std::int64_t number : {1, 500, 3901, 99'999}) {
    EXPECT_TRUE(is_allowed(trim(command_text(*MacroNumber::of(number), Spelling::kPlain))));
  }
  for (const std::int64_t number : {-1, 0, 100'000}) EXPECT_FALSE(MacroNumber::of(number));
}

}  // namespace
}  // namespace heed::wire::haas

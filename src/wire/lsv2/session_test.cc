#include "wire/lsv2/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "wire/conversation_testing.h"
#include "wire/lsv2/testing.h"

namespace heed::wire::lsv2 {
namespace {

using namespace std::string_view_literals;

constexpr Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

using Conversation = wire::Conversation<Session, FakeTnc>;

TEST(Lsv2, tells_everything_after_connecting_and_only_changes_after_it) {
  FakeTnc control;
  Conversation talk(control);
  talk.until(ms(400));
  const std::vector<Said> first = {
      {"avail", "AVAILABLE", false},      {"execution", "READY", false},
      {"mode", "AUTOMATIC", false},       {"program", "PLATE.H", false},
      {"subprogram", "HOLES.H", false},   {"line", "12", false},
      {"feed_override", "100", false},    {"spindle_override", "95", false},
      {"rapid_override", "50", false},    {"tool_number", "7", false},
      {"system_cond", "NORMAL||||", true}};
  EXPECT_EQ(talk.changes(), first);
  EXPECT_EQ(talk.session.take_steps(),
            (std::vector<std::string>{"the control lets us look at it", "it is a iTNC530",
                                      "its software is 340494 08 SP3"}));
  talk.until(ms(3'000));
  EXPECT_EQ(talk.changes(), std::vector<Said>());
  control.state = 0;
  control.line = 13;
  control.overrides[0] = 7'025;
  talk.until(ms(4'000));
  EXPECT_EQ(talk.changes(), (std::vector<Said>{{"execution", "ACTIVE", false},
                                               {"line", "13", false},
                                               {"feed_override", "70.25", false}}));
  EXPECT_TRUE(talk.session.take_strange().empty());
  EXPECT_EQ(control.writes, std::vector<std::string>());
}

TEST(Lsv2, speaks_in_the_words_of_mtconnect) {
  const std::array modes = {"MANUAL",    "MANUAL_DATA_INPUT", "MANUAL",       "SEMI_AUTOMATIC",
                            "AUTOMATIC", "(unavailable)",     "(unavailable)"};
  for (std::uint16_t i = 0; i < modes.size(); ++i) {
    FakeTnc control;
    control.mode = i;
    Conversation talk(control);
    talk.until(ms(100));
    EXPECT_EQ(talk.value("mode"), modes[i]) << i;
  }
  const std::array states = {"ACTIVE",        "INTERRUPTED",  "PROGRAM_COMPLETED", "STOPPED",
                             "INTERRUPTED",   "STOPPED",      "STOPPED",           "READY",
                             "(unavailable)", "(unavailable)"};
  for (std::uint16_t i = 0; i < states.size(); ++i) {
    FakeTnc control;
    control.state = i;
    Conversation talk(control);
    talk.until(ms(100));
    EXPECT_EQ(talk.value("execution"), states[i]) << i;
  }
}

TEST(Lsv2, errors_stand_until_they_are_gone_and_are_faults_while_they_stop_the_program) {
  FakeTnc control;
  control.errors = {{1, 2, 1010, "Feed rate is missing"}, {3, 4, -7, "K\xfchlmittel | leer"}};
  Conversation talk(control);
  talk.until(ms(400));
  std::vector<Said> changes = talk.changes();
  changes.erase(changes.begin(), changes.end() - 3);
  EXPECT_EQ(changes,
            (std::vector<Said>{{"system_cond", "NORMAL||||", true},
                               {"system_cond", "WARNING|-7|3|4|Kühlmittel / leer", true},
                               {"system_cond", "WARNING|1010|1|2|Feed rate is missing", true}}));
  control.errors.pop_back();
  control.state = 5;
  talk.until(ms(900));
  EXPECT_EQ(talk.changes(),
            (std::vector<Said>{{"execution", "STOPPED", false},
                               {"system_cond", "NORMAL|-7|||", true},
                               {"system_cond", "FAULT|1010|1|2|Feed rate is missing", true}}));
  control.errors.clear();
  control.state = 7;
  talk.until(ms(1'400));
  EXPECT_EQ(talk.changes(), (std::vector<Said>{{"execution", "READY", false},
                                               {"system_cond", "NORMAL|1010|||", true}}));
}

TEST(Lsv2, a_control_that_tells_neither_errors_nor_tool_is_asked_for_them_once) {
  FakeTnc control;
  control.unknown = {27, 28, 51};
  control.state = 5;
  Conversation talk(control);
  talk.until(ms(5'000));
  EXPECT_EQ(talk.session.dead(), "");
  EXPECT_EQ(talk.value("tool_number"), "(never said)");
  EXPECT_EQ(talk.value("system_cond"), "FAULT|ERROR|||the program was stopped by an error");
  EXPECT_EQ(std::ranges::count(control.heard, "R_RI 27"), 1);
  EXPECT_EQ(std::ranges::count(control.heard, "R_RI 51"), 1);
  control.state = 6;
  talk.until(ms(6'000));
  EXPECT_EQ(talk.value("system_cond"), "NORMAL|ERROR|||");
}

TEST(Lsv2, of_very_many_errors_the_first_are_told) {
  FakeTnc control;
  for (int i = 0; i < 100; ++i) control.errors.push_back({1, 1, i, "e"});
  Conversation talk(control);
  talk.until(ms(400));
  EXPECT_EQ(talk.session.rounds(), 1U);
  const auto changes = talk.changes();
  EXPECT_EQ(std::ranges::count_if(changes,
                                  [](const Said& said) { return said.value->contains("WARNING"); }),
            static_cast<std::ptrdiff_t>(kMostErrors));
}

TEST(Lsv2, a_login_that_is_refused_is_told_with_the_mend) {
  FakeTnc closed;
  closed.logins = {};
  Conversation shut(closed);
  shut.until(ms(100));
  EXPECT_EQ(shut.session.dead(),
            "the control refuses the login INSPECT (49: no such login): allow external access "
            "(MOD, Machine settings, External access)");

  FakeTnc without;
  without.logins = {"INSPECT"};
  Conversation talk(without);
  talk.until(ms(100));
  EXPECT_TRUE(talk.session.dead().ends_with("it needs option #18, HEIDENHAIN DNC"))
      << talk.session.dead();
  EXPECT_EQ(talk.session.take_steps().at(1), "it is a iTNC530");
  EXPECT_EQ(talk.value("avail"), "(never said)");
}

TEST(Lsv2, a_port_where_no_lsv2_answers_is_told) {
  Session silent({}, ms(0));
  silent.on_time(ms(3'999));
  EXPECT_EQ(silent.dead(), "");
  silent.on_time(ms(4'000));
  EXPECT_TRUE(silent.dead().starts_with("the port answers, but no LSV2 does: allow external"));

  Session other({}, ms(0));
  other.on_bytes("HTTP/1.1 400 Bad Request\r\n", ms(10));
  EXPECT_TRUE(other.dead().starts_with("something answers, but not as LSV2 does"));
}

TEST(Lsv2, a_control_that_falls_silent_is_dead_and_never_asked_twice) {
  FakeTnc control;
  Conversation talk(control);
  talk.until(ms(400));
  talk.session.on_time(ms(500));
  EXPECT_EQ(talk.session.bytes_to_send(), telegram_of(Request::kProgramState));
  talk.session.on_time(ms(10'400));
  EXPECT_EQ(talk.session.bytes_to_send(), "");
  talk.session.on_time(ms(10'500));
  EXPECT_EQ(talk.session.dead(), "the control stopped answering");
}

TEST(Lsv2, answers_in_pieces_are_the_same) {
  for (std::size_t size = 1; size < 20; size += 3) {
    FakeTnc control;
    Session session({}, ms(0));
    std::string rest;
    for (int i = 0; i < 20; ++i) {
      const std::string answer = control.hear(rest, session.bytes_to_send());
      for (std::size_t at = 0; at < answer.size(); at += size) {
        session.on_bytes(std::string_view(answer).substr(at, size), ms(i));
      }
    }
    EXPECT_EQ(session.rounds(), 1U);
    EXPECT_EQ(session.take_changes().size(), 11U);
  }
}

// --- torture: what an answer does not say, its kind and length must ---

TEST(Lsv2, an_answer_that_is_none_ends_the_connection_and_changes_nothing) {
  struct Case {
    Bytes bytes;
    const char* dead;
  };
  const auto telegram = [](std::string_view letters, std::string_view data) {
    return FakeTnc::telegram(letters, std::string(data));
  };
  const Case cases[] = {
      {telegram("S_RI", "\0"sv), "something that is no answer to it"},
      {telegram("S_RI", "\0\0\0"sv), "something that is no answer to it"},
      {telegram("S_RI", ""), "something that is no answer to it"},
      {telegram("S_VR", "iTNC530"), "something else than was asked"},
      {telegram("T_OK", ""), "something else than was asked"},
      {telegram("M_CC", "\0\x1b\0d"sv), "something else than was asked"},
      {"\xff\xff\xff\xffS_RI", "out of step"},
      {Bytes("\0\x01\0\0"sv) + "S_RI", "out of step"},
      {Bytes("\0\0\0\x02"sv) + "s_ri", "out of step"},
      {telegram("T_ER", "\x01\x17"sv), "does not tell the state of its program (23: no privilege)"},
      {telegram("T_ER", ""), "does not tell the state of its program (0)"},
  };
  for (const Case& c : cases) {
    FakeTnc control;
    Conversation talk(control);
    talk.until(ms(400));
    talk.changes();
    talk.session.on_time(ms(500));
    ASSERT_EQ(talk.session.bytes_to_send(), telegram_of(Request::kProgramState));
    talk.session.on_bytes(c.bytes, ms(510));
    EXPECT_TRUE(talk.session.dead().contains(c.dead)) << talk.session.dead();
    EXPECT_EQ(talk.session.take_changes(), std::vector<Said>());
    EXPECT_EQ(talk.session.bytes_to_send(), "");
  }
}

TEST(Lsv2, an_answer_that_nobody_asked_for_ends_the_connection) {
  FakeTnc control;
  Conversation talk(control);
  talk.until(ms(400));
  talk.session.on_bytes(FakeTnc::telegram("S_RI", std::string("\0\0", 2)), ms(450));
  EXPECT_TRUE(talk.session.dead().contains("something else than was asked"));
  EXPECT_EQ(talk.session.take_strange().size(), 1U);
}

TEST(Lsv2, an_answer_that_comes_before_its_request_was_sent_ends_the_connection) {
  FakeTnc control;
  Session session({}, ms(0));
  std::string rest;
  const std::string granted = control.hear(rest, session.bytes_to_send());
  session.on_bytes(granted + FakeTnc::telegram("S_VR", "iTNC530"), ms(1));
  EXPECT_TRUE(session.dead().contains("something else than was asked")) << session.dead();
}

TEST(Lsv2, an_answer_as_long_as_the_limit_is_taken_and_one_byte_more_is_none) {
  const Bytes longest(kLongestTelegram, 'x');
  EXPECT_TRUE(first_telegram(FakeTnc::telegram("S_RI", longest)));
  EXPECT_TRUE(is_no_telegram(FakeTnc::telegram("S_RI", longest + "x")));
}

TEST(Lsv2, programs_of_any_path_are_told_by_their_names) {
  for (const char* path : {"TNC:\\a\\X.H", "TNC:/a/X.H", "TNC:X.H", "X.H"}) {
    FakeTnc control;
    control.main_program = path;
    control.running_program = "";
    Conversation talk(control);
    talk.until(ms(100));
    EXPECT_EQ(talk.value("program"), "X.H") << path;
    EXPECT_EQ(talk.value("subprogram"), "");
  }
}

// --- the read-only promise, on the wire ---

// Written out on purpose, and not taken from the table.
const std::set<std::string>& allowed() {
  static const std::set<std::string> kAllowed = {std::string("\0\0\0\x08"
                                                             "A_LGINSPECT\0",
                                                             16),
                                                 std::string("\0\0\0\x04"
                                                             "A_LGDNC\0",
                                                             12),
                                                 std::string("\0\0\0\x01R_VR\x01", 9),
                                                 std::string("\0\0\0\x01R_VR\x02", 9),
                                                 std::string("\0\0\0\x02R_RI\0\x17", 10),
                                                 std::string("\0\0\0\x02R_RI\0\x18", 10),
                                                 std::string("\0\0\0\x02R_RI\0\x19", 10),
                                                 std::string("\0\0\0\x02R_RI\0\x1a", 10),
                                                 std::string("\0\0\0\x02R_RI\0\x1b", 10),
                                                 std::string("\0\0\0\x02R_RI\0\x1c", 10),
                                                 std::string("\0\0\0\x02R_RI\0\x33", 10)};
  return kAllowed;
}

TEST(Lsv2, the_table_holds_exactly_the_list_of_reads) {
  std::set<std::string> telegrams;
  for (std::size_t i = 0; i < kRequests; ++i) {
    telegrams.insert(telegram_of(static_cast<Request>(i)));
  }
  EXPECT_EQ(telegrams, allowed());
}

TEST(Lsv2, every_byte_that_can_be_sent_is_in_the_list_of_reads) {
  SeededRandom random(7);
  std::size_t telegrams = 0;
  for (int connection = 0; connection < 60; ++connection) {
    FakeTnc control;
    if (connection % 3 == 0) control.unknown = {27, 51, 24};
    Session session({}, ms(0));
    std::string rest;
    Duration now;
    for (int i = 0; i < 200 && session.dead().empty(); ++i) {
      const Bytes bytes = session.bytes_to_send();
      if (!bytes.empty()) {
        ASSERT_TRUE(allowed().contains(bytes)) << to_hex(bytes);
        ++telegrams;
      }
      std::string answer = control.hear(rest, bytes);
      // What a hostile or broken control could say.
      if (random.u64() % 100 == 0) answer += FakeTnc::telegram("C_FL", "x");
      if (random.u64() % 100 == 0) answer = random.bytes(40);
      session.on_bytes(answer, now);
      now = std::max(now + ms(10), std::min(session.deadline(), now + ms(500)));
      session.on_time(now);
    }
    EXPECT_EQ(control.writes, std::vector<std::string>());
  }
  EXPECT_GT(telegrams, 1'000U);
}

}  // namespace
}  // namespace heed::wire::lsv2

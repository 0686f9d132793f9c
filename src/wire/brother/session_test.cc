#include "wire/brother/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "wire/brother/testing.h"
#include "wire/conversation_testing.h"

namespace heed::wire::brother {
namespace {

constexpr Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

using Conversation = wire::Conversation<Session, FakeBrother>;

TEST(Brother, tells_everything_after_connecting_and_only_changes_after_it) {
  FakeBrother control;
  Conversation talk(control);
  talk.until(ms(1'900));
  const std::vector<Said> first = {
      {"avail", "AVAILABLE", false},       {"program", "6161", false},
      {"mode", "AUTOMATIC", false},        {"execution", "READY", false},
      {"estop", "ARMED", false},           {"door", "CLOSED", false},
      {"system_cond", "NORMAL||||", true}, {"feed", "0", false},
      {"spindle_speed", "0", false},       {"tool_number", "5", false},
      {"next_tool_number", "12", false},   {"rapid_override", "3", false},
      {"feed_override", "100", false},     {"spindle_override", "100", false},
      {"x_position", "12.5", false},       {"y_position", "-3", false},
      {"z_position", "100", false},        {"part_count", "245", false},
      {"part_goal", "1000", false},        {"counter_2", "7", false},
      {"counter_3", "0", false},           {"counter_4", "0", false}};
  EXPECT_EQ(talk.changes(), first);
  EXPECT_EQ(talk.session.take_steps(),
            (std::vector<std::string>{"the control answers",
                                      "it says that it is SPEEDIO S700Xd1, D00 1.23"}));
  talk.until(ms(9'000));
  EXPECT_EQ(talk.changes(), std::vector<Said>());
  control.state = 1;
  control.feed = "1250.0";
  control.parts = 246;
  talk.until(ms(12'000));
  EXPECT_EQ(talk.changes(), (std::vector<Said>{{"execution", "ACTIVE", false},
                                               {"feed", "1250", false},
                                               {"part_count", "246", false}}));
  EXPECT_TRUE(talk.session.take_strange().empty());
  EXPECT_EQ(control.writes, std::vector<std::string>());
  EXPECT_FALSE(control.disturbed);
}

TEST(Brother, speaks_in_the_words_of_mtconnect) {
  const std::array states = {"READY", "ACTIVE", "INTERRUPTED", "PROGRAM_STOPPED", "(unavailable)"};
  for (int i = 0; i < static_cast<int>(states.size()); ++i) {
    FakeBrother control;
    control.state = i;
    Conversation talk(control);
    talk.until(ms(1'900));
    EXPECT_EQ(talk.value("execution"), states[static_cast<std::size_t>(i)]) << i;
  }
  const std::array modes = {"MANUAL", "MANUAL_DATA_INPUT", "AUTOMATIC",    "EDIT",
                            "MANUAL", "AUTOMATIC",         "(unavailable)"};
  for (int i = 0; i < static_cast<int>(modes.size()); ++i) {
    FakeBrother control;
    control.mode = i;
    control.estop = i;
    control.doors[i % 3] = 1;
    Conversation talk(control);
    talk.until(ms(1'900));
    EXPECT_EQ(talk.value("mode"), modes[static_cast<std::size_t>(i)]) << i;
    EXPECT_EQ(talk.value("estop"), i == 0 ? "ARMED" : "TRIGGERED");
    EXPECT_EQ(talk.value("door"), "OPEN");
  }
}

TEST(Brother, alarms_stand_until_they_are_gone) {
  FakeBrother control;
  control.alarms = {"052039", "077586", "052039", "907516", "what|ever"};
  Conversation talk(control);
  talk.until(ms(1'900));
  std::vector<Said> conditions = talk.changes();
  std::erase_if(conditions, [](const Said& said) { return !said.condition; });
  EXPECT_EQ(conditions,
            (std::vector<Said>{{"system_cond", "NORMAL||||", true},
                               {"system_cond", "FAULT|IO2039|||alarm IO2039", true},
                               {"system_cond", "FAULT|SM7586|||alarm SM7586", true},
                               {"system_cond", "FAULT|907516|||alarm 907516", true},
                               {"system_cond", "FAULT|what/ever|||alarm what/ever", true}}));
  control.alarms = {"077586"};
  talk.until(ms(3'900));
  EXPECT_EQ(talk.changes(), (std::vector<Said>{{"system_cond", "NORMAL|IO2039|||", true},
                                               {"system_cond", "NORMAL|907516|||", true},
                                               {"system_cond", "NORMAL|what/ever|||", true}}));
}

TEST(Brother, of_very_many_alarms_the_first_are_told) {
  FakeBrother control;
  for (int i = 0; i < 100; ++i) control.alarms.push_back(fmt::format("05{:04}", i + 1));
  Conversation talk(control);
  talk.until(ms(1'900));
  EXPECT_EQ(std::ranges::count_if(talk.changes(),
                                  [](const Said& said) {
                                    return said.condition && said.value->starts_with("FAULT");
                                  }),
            static_cast<std::ptrdiff_t>(kMostAlarms));
}

TEST(Brother, pauses_between_an_answer_and_the_next_command_and_never_asks_twice) {
  FakeBrother control;
  Session session({}, ms(0));
  std::string rest;
  session.on_bytes(control.hear(rest, session.bytes_to_send()), ms(50));
  EXPECT_EQ(session.bytes_to_send(), "");
  EXPECT_EQ(session.deadline(), ms(250));
  session.on_time(ms(250));
  EXPECT_EQ(session.bytes_to_send(), frame_of(File::kPanel));
  session.on_time(ms(9'000));
  EXPECT_EQ(session.bytes_to_send(), "");
  session.on_time(ms(10'250));
  EXPECT_EQ(session.dead(), "the control stopped answering");
}

TEST(Brother, a_file_that_it_does_not_have_is_asked_for_three_times_and_then_no_more) {
  FakeBrother control;
  control.codes = {{"WKCNTR", "07"}, {"VER", "08"}};
  Conversation talk(control);
  talk.until(Duration::seconds(120));
  EXPECT_EQ(talk.session.dead(), "");
  EXPECT_EQ(std::ranges::count(control.heard, "WKCNTR"), kRefusals);
  EXPECT_EQ(std::ranges::count(control.heard, "VER"), kRefusals);
  const auto steps = talk.session.take_steps();
  EXPECT_EQ(std::ranges::count(steps, "it does not tell WKCNTR (07: there is no such data)"), 1);
}

TEST(Brother, what_passes_is_waited_for) {
  FakeBrother control;
  control.codes = {{"MEM", "97"}, {"PDSP", "40"}};
  Conversation talk(control);
  talk.until(ms(3'000));
  EXPECT_EQ(talk.value("execution"), "(never said)");
  control.codes.clear();
  talk.until(ms(6'000));
  EXPECT_EQ(talk.session.dead(), "");
  EXPECT_EQ(talk.value("execution"), "READY");
  EXPECT_EQ(talk.value("feed"), "0");
}

TEST(Brother, a_refusal_that_somebody_can_mend_says_how) {
  for (const char* code : {"11", "23"}) {
    FakeBrother control;
    control.codes = {{"MEM", code}};
    Conversation talk(control);
    talk.until(ms(100));
    EXPECT_TRUE(talk.session.dead().contains("Remote operation 1")) << talk.session.dead();
  }
  FakeBrother control;
  control.codes = {{"MEM", "16"}};
  Conversation talk(control);
  talk.until(ms(9'000));
  EXPECT_EQ(talk.session.dead(),
            "the control does not tell what it does (16: this data cannot be read)");
}

TEST(Brother, a_port_where_no_brother_answers_is_told_with_the_mend) {
  Session silent({}, ms(0));
  silent.on_time(ms(3'999));
  EXPECT_EQ(silent.dead(), "");
  silent.on_time(ms(4'000));
  EXPECT_TRUE(silent.dead().starts_with("the port answers, but no Brother does: on the control"));

  Session other({}, ms(0));
  other.on_bytes("HTTP/1.1 400 Bad Request\r\n", ms(10));
  EXPECT_TRUE(other.dead().starts_with("something answers, but not as a Brother does"));
}

TEST(Brother, answers_in_pieces_are_the_same) {
  for (std::size_t size = 1; size < 30; size += 7) {
    FakeBrother control;
    Session session({}, ms(0));
    std::string rest;
    Duration now;
    for (int i = 0; i < 6; ++i) {
      const std::string answer = control.hear(rest, session.bytes_to_send());
      for (std::size_t at = 0; at < answer.size(); at += size) {
        session.on_bytes(std::string_view(answer).substr(at, size), now);
      }
      now += ms(200);
      session.on_time(now);
    }
    EXPECT_EQ(session.rounds(), 1U);
    EXPECT_EQ(session.take_changes().size(), 22U);
  }
}

// --- torture ---

TEST(Brother, an_answer_to_something_else_ends_the_connection_and_changes_nothing) {
  for (const std::string& answer :
       {FakeBrother::frame("PANEL", "00", "S01,3,200,100,1\r\n"), FakeBrother::frame("", "00", ""),
        std::string("%R%"), std::string("%RSHORT00%\r\n"), std::string("%CLOD    MEM  "),
        std::string("\x01\x02\x03"), "%R" + std::string(kLongestAnswer, 'x')}) {
    Session session({}, ms(0));
    session.bytes_to_send();
    session.on_bytes(answer, ms(10));
    EXPECT_NE(session.dead(), "") << answer.substr(0, 40);
    EXPECT_EQ(session.take_changes(), std::vector<Said>());
    EXPECT_EQ(session.take_strange().size(), 1U);
  }
}

TEST(Brother, an_answer_that_nobody_asked_for_ends_the_connection) {
  FakeBrother control;
  Session session({}, ms(0));
  std::string rest;
  const std::string answer = control.hear(rest, session.bytes_to_send());
  session.on_bytes(answer + answer, ms(10));
  EXPECT_TRUE(session.dead().contains("something else than was asked")) << session.dead();
}

TEST(Brother, lines_that_cannot_be_of_their_file_are_handed_on_and_change_nothing) {
  for (const char* lines : {"", "A01\r\n", "A01,1,2\r\n", "A01,1,x,0,0,2,0\r\n",
                            "A01,1,0,0,0,-1,0\r\n", "B01,1,0,0,0,2,0\r\n", ",,,,,,\r\n"}) {
    Session session({}, ms(0));
    session.bytes_to_send();
    session.on_bytes(FakeBrother::frame("MEM", "00", lines), ms(10));
    EXPECT_EQ(session.dead(), "");
    EXPECT_EQ(session.take_strange().size(), 1U) << lines;
    EXPECT_EQ(session.take_changes(), std::vector<Said>());
  }
}

TEST(Brother, a_value_that_is_no_number_is_unavailable) {
  FakeBrother control;
  Conversation talk(control);
  control.feed = "****";
  control.spindle = "nan";
  talk.until(ms(1'900));
  EXPECT_EQ(talk.value("feed"), "(unavailable)");
  EXPECT_EQ(talk.value("spindle_speed"), "(unavailable)");
  EXPECT_EQ(talk.value("tool_number"), "5");
}

// --- the read-only promise, on the wire ---

// Written out on purpose, and not taken from the table.
const std::set<std::string>& allowed() {
  static const std::set<std::string> kAllowed = {
      "%CLOD    MEM       \r\n\r\n08%\r\n", "%CLOD    PDSP      \r\n\r\n00%\r\n",
      "%CLOD    PANEL     \r\n\r\n09%\r\n", "%CLOD    ALARM     \r\n\r\n06%\r\n",
      "%CLOD    WKCNTR    \r\n\r\n02%\r\n", "%CLOD    VER       \r\n\r\n06%\r\n"};
  return kAllowed;
}

TEST(Brother, the_table_holds_exactly_the_list_of_reads) {
  std::set<std::string> frames;
  for (std::size_t i = 0; i < kFiles; ++i) frames.insert(frame_of(static_cast<File>(i)));
  EXPECT_EQ(frames, allowed());
}

TEST(Brother, every_byte_that_can_be_sent_is_in_the_list_of_reads) {
  SeededRandom random(7);
  std::size_t frames = 0;
  for (int connection = 0; connection < 60; ++connection) {
    FakeBrother control;
    if (connection % 3 == 0) control.codes = {{"PDSP", "07"}, {"ALARM", "97"}};
    Session session({}, ms(0));
    std::string rest;
    Duration now;
    for (int i = 0; i < 200 && session.dead().empty(); ++i) {
      const Bytes bytes = session.bytes_to_send();
      if (!bytes.empty()) {
        ASSERT_TRUE(allowed().contains(bytes)) << bytes;
        ++frames;
      }
      std::string answer = control.hear(rest, bytes);
      // What a hostile or broken control could say.
      if (random.u64() % 100 == 0) answer += "%CSAV    MEM     00\r\n%";
      if (random.u64() % 100 == 0) answer = random.bytes(40);
      session.on_bytes(answer, now);
      now = std::max(now + ms(10), std::min(session.deadline(), now + ms(500)));
      session.on_time(now);
    }
    EXPECT_EQ(control.writes, std::vector<std::string>());
    EXPECT_FALSE(control.disturbed);
  }
  EXPECT_GT(frames, 1'000U);
}

}  // namespace
}  // namespace heed::wire::brother

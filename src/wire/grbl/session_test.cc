#include "wire/grbl/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.h"

namespace heed::wire::grbl {
namespace {

constexpr Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

// A control as interface.md describes Grbl 1.1: real-time bytes are picked from the stream, each
// `?` is answered by one report, WCO and Ov come only now and then.
class FakeGrbl {
 public:
  std::string state = "Idle";
  std::string position = "0.000,0.000,0.000";
  std::string feed_speed = "0,0";
  std::string more;
  int reports = 0;

  static std::string banner() { return "\r\nGrbl 1.1h ['$' for help]\r\n"; }
  std::string answer(std::string_view sent) {
    std::string out;
    for (const char c : sent) {
      if (c != '?') {
        ADD_FAILURE() << "a byte that is no question: " << static_cast<int>(c);
        continue;
      }
      out += "<" + state + "|MPos:" + position + "|FS:" + feed_speed;
      if (reports % 30 == 0) out += "|WCO:1.000,2.000,3.000";
      if (reports % 30 == 1) out += "|Ov:100,50,90";
      out += more + ">\r\n";
      ++reports;
    }
    return out;
  }
};

std::vector<Said> ask(Session& session, FakeGrbl& control, Duration now) {
  session.on_time(now);
  session.on_bytes(control.answer(session.bytes_to_send()), now);
  return session.take_changes();
}

std::string value_of(const std::vector<Said>& said, std::string_view key) {
  const auto found = std::ranges::find(said, key, &Said::key);
  return found == said.end() ? "" : found->value.value_or("-");
}

TEST(Grbl, tells_everything_after_the_first_report_and_only_changes_after_it) {
  Session session({}, ms(0));
  FakeGrbl control;
  const std::vector<Said> first = {{"avail", "AVAILABLE", false},
                                   {"system_cond", "NORMAL||||", true},
                                   {"program_cond", "NORMAL||||", true},
                                   {"execution", "READY", false},
                                   {"mode", "AUTOMATIC", false},
                                   {"Fact", "0.000", false},
                                   {"Srpm", "0", false},
                                   {"Xabs", "0.000", false},
                                   {"Yabs", "0.000", false},
                                   {"Zabs", "0.000", false}};
  EXPECT_EQ(ask(session, control, ms(0)), first);
  EXPECT_EQ(session.take_raw(), "<Idle|MPos:0.000,0.000,0.000|FS:0,0|WCO:1.000,2.000,3.000>");
  const std::vector<Said> overrides = {
      {"Fovr", "100", false}, {"Frapidovr", "50", false}, {"Sovr", "90", false}};
  EXPECT_EQ(ask(session, control, ms(250)), overrides);
  EXPECT_EQ(ask(session, control, ms(500)), std::vector<Said>()) << "overrides hold until told";
  EXPECT_EQ(session.rounds(), 3U);
  EXPECT_TRUE(session.take_strange().empty());
}

TEST(Grbl, each_state_is_a_word_of_mtconnect) {
  struct Case {
    const char* state;
    const char* execution;
    const char* mode;
  };
  const Case cases[] = {{"Idle", "READY", "AUTOMATIC"},
                        {"Run", "ACTIVE", "AUTOMATIC"},
                        {"Hold:0", "FEED_HOLD", "AUTOMATIC"},
                        {"Hold:1", "FEED_HOLD", "AUTOMATIC"},
                        {"Jog", "ACTIVE", "MANUAL"},
                        {"Alarm", "STOPPED", "AUTOMATIC"},
                        {"Door:0", "INTERRUPTED", "AUTOMATIC"},
                        {"Door:1", "INTERRUPTED", "AUTOMATIC"},
                        {"Door:2", "INTERRUPTED", "AUTOMATIC"},
                        {"Door:3", "INTERRUPTED", "AUTOMATIC"},
                        {"Check", "READY", "EDIT"},
                        {"Home", "ACTIVE", "MANUAL"},
                        {"Sleep", "STOPPED", "AUTOMATIC"}};
  for (const Case& c : cases) {
    Session session({}, ms(0));
    FakeGrbl control;
    control.state = c.state;
    const auto said = ask(session, control, ms(0));
    EXPECT_EQ(value_of(said, "execution"), c.execution) << c.state;
    EXPECT_EQ(value_of(said, "mode"), c.mode) << c.state;
  }
}

TEST(Grbl, a_door_is_open_while_it_is_and_closed_afterwards) {
  Session session({}, ms(0));
  FakeGrbl control;
  control.state = "Door:1";
  EXPECT_EQ(value_of(ask(session, control, ms(0)), "door"), "OPEN");
  control.state = "Door:0";
  EXPECT_EQ(value_of(ask(session, control, ms(250)), "door"), "CLOSED");
  control.state = "Door:2";
  EXPECT_EQ(value_of(ask(session, control, ms(500)), "door"), "OPEN");
  control.state = "Run";
  EXPECT_EQ(value_of(ask(session, control, ms(750)), "door"), "CLOSED");
}

TEST(Grbl, an_alarm_is_a_fault_until_the_control_is_unlocked) {
  Session session({}, ms(0));
  FakeGrbl control;
  ask(session, control, ms(0));
  session.on_bytes("ALARM:1\r\n", ms(100));
  EXPECT_EQ(session.take_changes(),
            (std::vector<Said>{{"system_cond",
                                "FAULT|ALARM_1|||hard limit: a limit switch was hit, the position "
                                "is likely lost",
                                true}}));
  control.state = "Alarm";
  EXPECT_EQ(value_of(ask(session, control, ms(250)), "system_cond"), "") << "it is the same one";
  session.on_bytes(FakeGrbl::banner(), ms(300));
  ask(session, control, ms(500));
  control.state = "Idle";
  EXPECT_EQ(value_of(ask(session, control, ms(750)), "system_cond"), "NORMAL||||");
}

TEST(Grbl, an_alarm_from_before_we_came_has_no_number) {
  Session session({}, ms(0));
  FakeGrbl control;
  control.state = "Alarm";
  const auto said = ask(session, control, ms(0));
  const auto fault = std::ranges::find_if(said, [](const Said& one) {
    return one.key == "system_cond" && one.value->starts_with("FAULT|ALARM|||locked");
  });
  EXPECT_NE(fault, said.end());
}

TEST(Grbl, a_refused_line_is_a_warning_until_it_runs_again) {
  Session session({}, ms(0));
  FakeGrbl control;
  ask(session, control, ms(0));
  session.on_bytes("error:20\r\n", ms(100));
  EXPECT_EQ(value_of(session.take_changes(), "program_cond"),
            "WARNING|ERROR_20|||the control refused a line");
  control.state = "Run";
  EXPECT_EQ(value_of(ask(session, control, ms(250)), "program_cond"), "NORMAL||||");
}

TEST(Grbl, feed_and_position_are_metric_whatever_the_control_reports) {
  Session session({.inches = true}, ms(0));
  FakeGrbl control;
  control.position = "1.0000,-2.0000,0.5000,90.000";
  control.feed_speed = "60.0,12000";
  const auto said = ask(session, control, ms(0));
  EXPECT_EQ(value_of(said, "Fact"), "25.400");
  EXPECT_EQ(value_of(said, "Srpm"), "12000");
  EXPECT_EQ(value_of(said, "Xabs"), "25.400");
  EXPECT_EQ(value_of(said, "Yabs"), "-50.800");
  EXPECT_EQ(value_of(said, "Aabs"), "90.000");
}

TEST(Grbl, work_positions_become_machine_positions_once_the_offset_is_known) {
  Tracker tracker(false);
  tracker.on_status(*parse_status("<Idle|WPos:1.000,2.000,3.000|FS:0,0>"));
  EXPECT_EQ(value_of(tracker.take_changes(), "Xabs"), "");
  tracker.on_status(*parse_status("<Idle|WPos:1.000,2.000,3.000|FS:0,0|WCO:10.000,0.000,-1.000>"));
  const auto said = tracker.take_changes();
  EXPECT_EQ(value_of(said, "Xabs"), "11.000");
  EXPECT_EQ(value_of(said, "Zabs"), "2.000");
}

TEST(Grbl, reads_reports_with_every_field_and_the_older_ones) {
  const auto status =
      parse_status("<Hold:1|WPos:1.5,2,-3|Bf:15,128|Ln:99|F:500|Pn:XD|Ov:120,25,80|A:SFM>");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, "Hold");
  EXPECT_EQ(status->substate, "1");
  EXPECT_EQ(status->work_position, (std::vector<double>{1.5, 2, -3}));
  EXPECT_EQ(status->feed, 500);
  EXPECT_FALSE(status->speed);
  EXPECT_EQ(status->line, "99");
  EXPECT_EQ(status->pins, "XD");
  const auto older = parse_status("<Run,MPos:5.529,0.560,7.000,WPos:1.529,-5.440,-0.000>");
  ASSERT_TRUE(older);
  EXPECT_EQ(older->state, "Run");
  for (const char* none :
       {"", "<", "<>", "<Idle", "Idle|MPos:0,0,0>", "<Bored|MPos:0,0,0>", "ok"}) {
    EXPECT_FALSE(parse_status(none)) << none;
  }
}

TEST(Grbl, fields_that_are_no_numbers_are_passed_over) {
  for (const char* report :
       {"<Run|MPos:1,2|FS:x,1|Ov:1,2>", "<Run|MPos:nan,0,0|FS:1e999,0|Ov:-1,0,99999>",
        "<Run|MPos:1,2,3,4,5,6,7|FS:1,2,3>", "<Run|MPos:|FS|:|||>"}) {
    Tracker tracker(false);
    const auto status = parse_status(report);
    ASSERT_TRUE(status) << report;
    tracker.on_status(*status);
    const auto said = tracker.take_changes();
    EXPECT_EQ(value_of(said, "execution"), "ACTIVE");
    EXPECT_EQ(value_of(said, "Fact") + value_of(said, "Fovr") + value_of(said, "Zabs"), "")
        << report;
  }
}

TEST(Grbl, what_belongs_to_the_sender_is_nobody_s_business_and_the_rest_is_strange) {
  Session session({}, ms(0));
  session.on_bytes("ok\r\n$0=10\r\n[GC:G0 G54]\r\n>G54:ok\r\n[MSG:Pgm End]\r\nbooting…\r\n", ms(1));
  EXPECT_EQ(session.take_strange(), std::vector<std::string>{"booting…"});
  EXPECT_EQ(value_of(session.take_changes(), "message"), "Pgm End");
}

TEST(Grbl, asks_at_most_five_times_a_second_and_never_twice_at_once) {
  Session session({.period = kShortestPeriod}, ms(0));
  FakeGrbl control;
  std::size_t asked = 0;
  for (std::int64_t at = 0; at < 10'000; at += 10) {
    session.on_time(ms(at));
    const Bytes sent = session.bytes_to_send();
    asked += sent.size();
    session.on_bytes(control.answer(sent), ms(at + 5));
  }
  EXPECT_EQ(asked, 50U);

  Session slow({}, ms(0));
  EXPECT_EQ(slow.bytes_to_send(), "?");
  for (std::int64_t at = 0; at < 2'000; at += 10) slow.on_time(ms(at));
  EXPECT_EQ(slow.bytes_to_send(), "") << "a question is open";
  slow.on_time(ms(2'000));
  EXPECT_EQ(slow.bytes_to_send(), "?");
}

TEST(Grbl, a_line_that_never_answers_is_told_with_the_mend) {
  Session session({}, ms(0));
  for (std::int64_t at = 0; at < 20'000 && session.dead().empty(); at += 100) {
    session.on_time(ms(at));
    if (at == 4'000) {
      const auto steps = session.take_steps();
      ASSERT_EQ(steps.size(), 1U);
      EXPECT_TRUE(steps[0].contains("check the baud rate"));
    }
  }
  EXPECT_EQ(session.dead(), "");
  session.on_time(ms(20'000));
  EXPECT_TRUE(session.dead().contains("115200 is usual"));
}

TEST(Grbl, a_control_may_be_silent_while_it_homes_but_not_for_ever) {
  Session session({}, ms(0));
  FakeGrbl control;
  ask(session, control, ms(0));
  for (std::int64_t at = 250; at < 90'250; at += 250) session.on_time(ms(at));
  EXPECT_EQ(session.dead(), "");
  session.on_time(ms(90'250));
  EXPECT_EQ(session.dead(), "the control stopped answering");
}

TEST(Grbl, reports_in_any_pieces_are_the_same) {
  for (std::size_t piece = 1; piece < 60; ++piece) {
    Session session({}, ms(0));
    FakeGrbl control;
    std::string bytes = FakeGrbl::banner() + control.answer(session.bytes_to_send());
    while (!bytes.empty()) {
      session.on_bytes(bytes.substr(0, piece), ms(1));
      bytes.erase(0, piece);
    }
    EXPECT_EQ(session.rounds(), 1U);
    EXPECT_EQ(session.take_changes().size(), 10U);
  }
}

TEST(Grbl, lines_without_end_and_strange_ones_are_limited) {
  Session session({}, ms(0));
  session.on_bytes(std::string(kLongestLine + 1, 'x') + "\n", ms(1));
  for (std::size_t i = 0; i <= kMostStrange; ++i) session.on_bytes("junk\r\n", ms(1));
  const auto strange = session.take_strange();
  EXPECT_EQ(strange.size(), kMostStrange);
  EXPECT_EQ(strange[0].size(), kLongestLine);
}

// The read-only promise: whatever the control says, nothing but question marks leaves.
TEST(Grbl, every_byte_that_can_be_sent_is_a_question_mark) {
  SeededRandom random(5);
  std::string sent;
  for (int connection = 0; connection < 50; ++connection) {
    Session session({}, ms(0));
    FakeGrbl control;
    for (std::int64_t at = 0; at < 20'000 && session.dead().empty(); at += 100) {
      session.on_time(ms(at));
      const Bytes bytes = session.bytes_to_send();
      sent += bytes;
      std::string answer = control.answer(bytes);
      if (random.u64() % 4 == 0) answer += "ALARM:1\r\nerror:9\r\n~\r\n!\r\n$X\r\n";
      if (random.u64() % 4 == 0) answer = random.bytes(100) + "\r\n" + answer;
      session.on_bytes(answer, ms(at));
    }
  }
  EXPECT_GT(sent.size(), 1'000U);
  EXPECT_EQ(std::ranges::count(sent, '?'), static_cast<std::ptrdiff_t>(sent.size()));
}

TEST(GrblSettings, name_the_field_and_the_mend) {
  EXPECT_TRUE(options_of(*Json::parse("{}")));
  EXPECT_TRUE(options_of(*Json::parse(R"({"period_ms":200,"inches":true})"))->inches);
  const std::pair<const char*, const char*> cases[] = {
      {R"({"period_ms":199})", "settings.period_ms:"},
      {R"({"inches":"yes"})", "settings.inches:"},
      {R"({"jog":true})", "settings: there is no setting jog"}};
  for (const auto& [json, message] : cases) {
    const auto read = options_of(*Json::parse(json));
    ASSERT_FALSE(read) << json;
    EXPECT_TRUE(read.error().message.starts_with(message)) << read.error().message;
    EXPECT_NE(read.error().mend, "");
  }
}

}  // namespace
}  // namespace heed::wire::grbl

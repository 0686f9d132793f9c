#include "wire/fanuc/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "wire/fanuc/testing.h"

namespace heed::wire::fanuc {
namespace {

Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

/// Talks until both are silent, `piece` bytes of an answer at a time.
std::vector<Said> talk(Session& session, FakeControl& control, Duration now,
                       std::size_t piece = 1'000'000) {
  for (Bytes sent = session.bytes_to_send(); !sent.empty(); sent = session.bytes_to_send()) {
    Bytes answer = control.answer(sent);
    while (!answer.empty() && session.dead().empty()) {
      session.on_bytes(answer.substr(0, piece), now);
      answer.erase(0, piece);
    }
  }
  return session.take_changes();
}

std::optional<std::string> value_of(const std::vector<Said>& said, std::string_view key) {
  const auto one = std::ranges::find(said, key, &Said::key);
  return one == said.end() ? std::nullopt : one->value;
}

SessionOptions with_offset() {
  return {.macros = {{*MacroNumber::of(500), {.key = "offset", .units = "MILLIMETER"}}}};
}

TEST(FanucFrame, asks_as_a_recorded_conversation_does) {
  // sample_multipacket.md of diohpix/pyfanuc, without the function that we do not ask.
  const std::array requests = {Request::axis_names(), Request::servo_load()};
  EXPECT_EQ(to_hex(ask_frame(requests)),
            "a0a0a0a000012101003a0002"
            "001c0001000100890000000000000000000000000000000000000000"
            "001c0001000100560000000100000000000000000000000000000000");
  EXPECT_EQ(to_hex(open_frame()), "a0a0a0a00001010100020002");
}

TEST(FanucFrame, reads_a_recorded_answer_with_an_error_in_it) {
  // Of sample_with_error.md: no alarm, program O3000, a function that is not there.
  const Bytes bytes = *from_hex(
      "a0a0a0a000022102003e0003"
      "001400010001001a000000000000000400000000"
      "001800010001001c000000000000000800000bb800000bb8"
      "0010000100010025000100000000"
      "0000");
  BytesView rest = bytes;
  const auto frame = take_frame(rest);
  ASSERT_TRUE(frame && *frame);
  EXPECT_TRUE(rest.empty());
  const std::array requests = {Request::alarms(), Request::program_numbers(),
                               Request::spindle_speed()};
  const auto answers = read_answers((*frame)->payload, requests);
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ(answers->at(0).value, Bytes(4, '\0'));
  EXPECT_EQ(ByteReader(answers->at(1).value).u32(), 3000U);
  EXPECT_EQ(answers->at(2).error, 1);
}

TEST(FanucFrame, reads_numbers_with_the_base_and_exponent_that_they_come_with) {
  EXPECT_EQ(read_number(*from_hex("002f7ae9000a0004")), 311.1657);
  EXPECT_EQ(read_number(*from_hex("fffffffd000a0000")), -3);
  EXPECT_EQ(read_number(*from_hex("0000000500020001")), 2.5);
  EXPECT_EQ(read_number(*from_hex("000000000002ffff")), std::nullopt) << "vacant";
  EXPECT_EQ(read_number("short"), std::nullopt);
}

TEST(FanucSession, opens_learns_and_tells_what_the_control_does) {
  FakeControl control;
  Session session(with_offset(), Duration());
  const auto said = talk(session, control, Duration());
  ASSERT_EQ(session.dead(), "");
  EXPECT_EQ(session.rounds(), 1U);
  EXPECT_EQ(value_of(said, "avail"), "AVAILABLE");
  EXPECT_EQ(value_of(said, "estop"), "ARMED");
  EXPECT_EQ(value_of(said, "mode"), "AUTOMATIC");
  EXPECT_EQ(value_of(said, "execution"), "ACTIVE");
  EXPECT_EQ(value_of(said, "program"), "O3000");
  EXPECT_EQ(value_of(said, "subprogram"), "O9001");
  EXPECT_EQ(value_of(said, "line"), "120");
  EXPECT_EQ(value_of(said, "tool"), "7");
  EXPECT_EQ(value_of(said, "feed"), "1250");
  EXPECT_EQ(value_of(said, "feed_override"), "80");
  EXPECT_EQ(value_of(said, "parts"), "41");
  EXPECT_EQ(value_of(said, "working_time"), "150.500");
  EXPECT_EQ(value_of(said, "X_abs"), "123.4567");
  EXPECT_EQ(value_of(said, "Y_abs"), "-0.5");
  EXPECT_EQ(value_of(said, "Z_load"), "40");
  EXPECT_EQ(value_of(said, "offset"), "2.5");
  EXPECT_EQ(value_of(said, "alarm"), "NORMAL||||");
  const auto items = session.take_items();
  EXPECT_EQ(std::ranges::find(items, "Z_load", &SaidItem::key)->type, "LOAD");
  EXPECT_TRUE(session.take_raw().starts_with("a0a0a0a0"));
}

TEST(FanucSession, tells_only_what_changed_and_reads_any_pieces) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1'000}}) {
    FakeControl control;
    Session session(with_offset(), Duration());
    EXPECT_GT(talk(session, control, Duration(), piece).size(), 15U);
    session.on_time(ms(500));
    EXPECT_EQ(talk(session, control, ms(500), piece), std::vector<Said>());
    control.values[{0x0e, 6711}] = FakeControl::parameter(6711, 42);
    session.on_time(ms(1'000));
    EXPECT_EQ(talk(session, control, ms(1'000), piece),
              (std::vector<Said>{{"parts", "42", false}}));
    EXPECT_EQ(session.rounds(), 3U);
  }
}

TEST(FanucSession, tells_states_by_run_mode_and_the_last_m_code) {
  struct Case {
    int automatic, run, m;
    const char* mode;
    const char* execution;
  };
  constexpr Case kCases[] = {{1, 3, 8, "AUTOMATIC", "ACTIVE"},
                             {10, 3, 8, "AUTOMATIC", "ACTIVE"},
                             {0, 4, 8, "MANUAL_DATA_INPUT", "ACTIVE"},
                             {1, 2, 8, "AUTOMATIC", "FEED_HOLD"},
                             {1, 1, 0, "AUTOMATIC", "PROGRAM_STOPPED"},
                             {1, 1, 1, "AUTOMATIC", "OPTIONAL_STOP"},
                             {1, 1, 8, "AUTOMATIC", "INTERRUPTED"},
                             {1, 1, 30, "AUTOMATIC", "PROGRAM_COMPLETED"},
                             {1, 0, 30, "AUTOMATIC", "PROGRAM_COMPLETED"},
                             {1, 0, 8, "AUTOMATIC", "READY"},
                             {3, 0, 8, "EDIT", "READY"},
                             {5, 0, 8, "MANUAL", "READY"},
                             {9, 0, 8, "MANUAL", "READY"}};
  for (const Case& c : kCases) {
    FakeControl control;
    control.values[{0x19, 0}] = FakeControl::status(c.automatic, c.run);
    control.values[{0x15, 4113}] = FakeControl::number(c.m);
    Session session({}, Duration());
    const auto said = talk(session, control, Duration());
    EXPECT_EQ(value_of(said, "mode"), c.mode) << c.automatic;
    EXPECT_EQ(value_of(said, "execution"), c.execution) << c.run << " M" << c.m;
  }
}

TEST(FanucSession, tells_each_kind_of_alarm_and_that_it_is_gone) {
  FakeControl control;
  Session session({}, Duration());
  talk(session, control, Duration());
  control.values[{0x1a, 0}] = ByteWriter().u32(1U << 6 | 1U << 3).take();
  control.values[{0x19, 0}] = FakeControl::status(1, 0, 1);
  session.on_time(ms(500));
  auto said = talk(session, control, ms(500));
  EXPECT_EQ(value_of(said, "estop"), "TRIGGERED");
  for (const char* alarm : {"FAULT|PS|||program or operation alarm", "FAULT|SV|||servo alarm"}) {
    EXPECT_NE(std::ranges::find(said, Said{"alarm", alarm, true}), said.end()) << alarm;
  }
  control.values[{0x1a, 0}] = ByteWriter().u32(1U << 3).take();
  session.on_time(ms(1'000));
  said = talk(session, control, ms(1'000));
  EXPECT_EQ(said, (std::vector<Said>{{"alarm", "NORMAL|SV|||", true}}));
}

/// The conditions among what was said.
std::vector<std::string> conditions(const std::vector<Said>& said, std::string_view key = "alarm") {
  std::vector<std::string> all;
  for (const Said& one : said) {
    if (one.condition && one.key == key) all.push_back(one.value.value_or("-"));
  }
  return all;
}

TEST(FanucFrame, asks_for_alarms_texts_and_of_other_paths_as_others_do) {
  EXPECT_EQ(to_hex(Request::alarm_texts().bytes()),
            "000100010023ffffffff0000000a000000020000004000000000");
  EXPECT_EQ(to_hex(Request::status().of_path(2).bytes()),
            "0001000200190000000000000000000000000000000000000000");
  // The PMC is one for all paths: each has signals of its own in it.
  EXPECT_EQ(to_hex(request_of(Ask::kFeedOverride, 2).bytes()),
            "000200018001000003f4000003f4000000000000000000000000");
}

TEST(FanucSession, tells_alarms_with_number_axis_and_text_until_they_are_gone) {
  FakeControl control;
  Session session({}, Duration());
  talk(session, control, Duration());
  EXPECT_FALSE(control.asked.contains({1, 0x23, -1})) << "without alarms it is not asked";
  control.values[{0x1a, 0}] = ByteWriter().u32(1U << 6 | 1U << 15).take();
  control.values[{0x23, -1}] = FakeControl::alarm(401, 6, 1, "IMPROPER V_OFF") +
                               FakeControl::alarm(401, 6, 3, "IMPROPER V_OFF") +
                               FakeControl::alarm(1'000, 15, 0, "DOOR|OPEN \x83\x41");
  session.on_time(ms(500));
  EXPECT_EQ(
      conditions(talk(session, control, ms(500))),
      (std::vector<std::string>{"FAULT|EX1000|||DOOROPEN A", "FAULT|SV0401(X)|||IMPROPER V_OFF",
                                "FAULT|SV0401(Z)|||IMPROPER V_OFF"}));
  session.on_time(ms(1'000));
  EXPECT_EQ(conditions(talk(session, control, ms(1'000))), std::vector<std::string>());
  control.values[{0x23, -1}] = FakeControl::alarm(401, 6, 3, "IMPROPER V_OFF");
  control.values[{0x1a, 0}] = ByteWriter().u32(1U << 6).take();
  session.on_time(ms(1'500));
  EXPECT_EQ(conditions(talk(session, control, ms(1'500))),
            (std::vector<std::string>{"NORMAL|EX1000|||", "NORMAL|SV0401(X)|||"}));
  control.values[{0x1a, 0}] = Bytes(4, '\0');
  session.on_time(ms(2'000));
  EXPECT_EQ(conditions(talk(session, control, ms(2'000))),
            (std::vector<std::string>{"NORMAL|SV0401(Z)|||"}));
}

TEST(FanucSession, tells_the_kind_of_an_alarm_that_the_list_does_not_name) {
  FakeControl control;
  Session session({}, Duration());
  talk(session, control, Duration());
  control.values[{0x1a, 0}] = ByteWriter().u32(1U << 6 | 1U << 9).take();
  control.values[{0x23, -1}] =
      FakeControl::alarm(9'012, 9, 7, "") + FakeControl::alarm(1, 77, 0, "of no kind") + "cut";
  session.on_time(ms(500));
  EXPECT_EQ(conditions(talk(session, control, ms(500))),
            (std::vector<std::string>{"FAULT|SP9012|||spindle alarm", "FAULT|SV|||servo alarm"}));
}

TEST(FanucSession, keeps_the_alarms_texts_while_the_control_is_too_busy_for_them) {
  FakeControl control;
  Session session({}, Duration());
  talk(session, control, Duration());
  control.values[{0x1a, 0}] = ByteWriter().u32(1U << 6 | 1U << 9).take();
  control.values[{0x23, -1}] =
      FakeControl::alarm(401, 6, 1, "V_OFF") + FakeControl::alarm(9'012, 9, 0, "OVERLOAD");
  session.on_time(ms(500));
  EXPECT_EQ(conditions(talk(session, control, ms(500))).size(), 2U);
  control.errors[{0x23, -1}] = -1;
  control.values[{0x1a, 0}] = ByteWriter().u32(1U << 6).take();
  session.on_time(ms(1'000));
  EXPECT_EQ(conditions(talk(session, control, ms(1'000))),
            (std::vector<std::string>{"NORMAL|SP9012|||"}));
}

/// A lathe whose second path waits in an alarm of its own.
FakeControl two_paths() {
  FakeControl control;
  control.values[{0x18, 0}] = Bytes("\x04\x02\x00\x20", 4) + "31TTG42139.0\x30\x34\x00\x00";
  FakeControl::Values second = control.values;
  second[{0x89, 0}] = Bytes("X\0\0\0Z\0\0\0", 8);
  second[{0x19, 0}] = FakeControl::status(1, 1);
  second[{0x1c, 0}] = ByteWriter().u32(2).u32(2).take();
  second[{0x1a, 0}] = ByteWriter().u32(1U << 3).take();
  second[{0x23, -1}] = FakeControl::alarm(10, 3, 2, "IMPROPER G-CODE");
  control.values[{0x8001, 1'012}] = Bytes(1, static_cast<char>(255 - 50));
  control.paths[2] = second;
  return control;
}

TEST(FanucSession, tells_a_second_path_by_items_of_its_own) {
  FakeControl control = two_paths();
  Session session({.macros = with_offset().macros, .paths = 2}, Duration());
  const auto said = talk(session, control, Duration());
  ASSERT_EQ(session.dead(), "");
  const std::map<std::string_view, std::string_view> expected = {
      {"execution", "ACTIVE"}, {"execution_path2", "INTERRUPTED"},
      {"program", "O3000"},    {"program_path2", "O0002"},
      {"feed_override", "80"}, {"feed_override_path2", "50"},
      {"X_abs", "123.4567"},   {"X_abs_path2", "123.4567"},
      {"Z_load", "40"},        {"Z_load_path2", "3"},
      {"tool_path2", "7"},     {"offset", "2.5"}};
  for (const auto& [key, value] : expected) EXPECT_EQ(value_of(said, key), value) << key;
  EXPECT_EQ(value_of(said, "estop_path2"), std::nullopt);
  EXPECT_EQ(value_of(said, "working_time_path2"), std::nullopt);
  EXPECT_EQ(conditions(said), (std::vector<std::string>{"NORMAL||||"}));
  EXPECT_EQ(conditions(said, "alarm_path2"),
            (std::vector<std::string>{"NORMAL||||", "FAULT|PS0010(Z)|||IMPROPER G-CODE"}));
  // What is told first decides (docs/STATES.md §2): path 1.
  const auto at = [&](std::string_view key) { return std::ranges::find(said, key, &Said::key); };
  EXPECT_LT(at("execution"), at("execution_path2"));
  const auto items = session.take_items();
  const auto second = std::ranges::find(items, "execution_path2", &SaidItem::key);
  ASSERT_NE(second, items.end());
  EXPECT_EQ(second->component, "Path[2]");
  EXPECT_EQ(second->name, "Execution of path 2");
  EXPECT_EQ(std::ranges::find(items, "X_abs_path2", &SaidItem::key)->component, "Axes[2]/X");
  control.paths[2][{0x19, 0}] = FakeControl::status(1, 3);
  session.on_time(ms(500));
  EXPECT_EQ(talk(session, control, ms(500)),
            (std::vector<Said>{{"execution_path2", "ACTIVE", false}}));
}

TEST(FanucSession, a_path_that_the_control_does_not_have_is_told_and_not_asked_for_again) {
  FakeControl control = two_paths();
  Session session({.paths = 4}, Duration());
  const auto said = talk(session, control, Duration());
  EXPECT_EQ(session.dead(), "");
  EXPECT_EQ(value_of(said, "execution_path2"), "INTERRUPTED");
  EXPECT_EQ(value_of(said, "execution_path3"), std::nullopt);
  const auto steps = session.take_steps();
  EXPECT_NE(std::ranges::find(steps, "the control has no path 3 (error 11)"), steps.end());
}

TEST(FanucSession, a_control_that_names_its_paths_says_what_to_set) {
  FakeControl control = two_paths();
  Session session({}, Duration());
  talk(session, control, Duration());
  const auto steps = session.take_steps();
  EXPECT_TRUE(std::ranges::any_of(steps, [](const auto& step) {
    return step.contains(R"(say how many in the settings, {"paths":2})");
  }));
}

TEST(FanucSession, the_number_of_paths_is_a_setting) {
  const auto paths = [](std::string_view text) { return settings_of(*Json::parse(text)); };
  EXPECT_EQ(paths("{}")->paths, 1U);
  EXPECT_EQ(paths(R"({"paths":7})")->paths, kMostPaths);
  for (const char* wrong : {R"({"paths":0})", R"({"paths":8})", R"({"paths":"two"})"}) {
    EXPECT_TRUE(paths(wrong).error().message.contains("1 to 7")) << wrong;
  }
  EXPECT_TRUE(paths(R"({"macros":[{"number":500,"item":"tool_path2"}]})")
                  .error()
                  .message.contains("read from the control itself"));
}

TEST(FanucSession, says_what_a_control_does_not_tell_and_asks_it_no_more) {
  FakeControl control;
  control.errors[{0x15, 500}] = 6;
  Session session(with_offset(), Duration());
  const auto said = talk(session, control, Duration());
  EXPECT_EQ(value_of(said, "spindle_speed"), std::nullopt);
  const auto steps = session.take_steps();
  EXPECT_EQ(steps.front(), "the control is a FANUC 31i-M, series G421, version 39.0");
  EXPECT_NE(std::ranges::find(steps,
                              "the control does not tell the spindle's speed (error 1: it "
                              "has no such function)"),
            steps.end());
  EXPECT_NE(std::ranges::find(steps,
                              "the control does not tell #500 (error 6: an option is "
                              "missing)"),
            steps.end());
  control.asked.clear();
  session.on_time(ms(500));
  talk(session, control, ms(500));
  EXPECT_FALSE(control.asked.contains({1, 0x25, 0}));
  EXPECT_TRUE(control.asked.contains({1, 0x19, 0}));
}

TEST(FanucSession, a_value_that_is_told_no_more_is_unavailable_and_not_the_old_one) {
  FakeControl control;
  Session session({}, Duration());
  talk(session, control, Duration());
  control.errors[{0x19, 0}] = -1;  // busy
  session.on_time(ms(500));
  const auto said = talk(session, control, ms(500));
  EXPECT_EQ(said, (std::vector<Said>{{"estop", std::nullopt, false},
                                     {"mode", std::nullopt, false},
                                     {"execution", std::nullopt, false}}));
  control.errors.clear();
  session.on_time(ms(1'000));
  EXPECT_EQ(value_of(talk(session, control, ms(1'000)), "execution"), "ACTIVE");
}

TEST(FanucSession, is_dead_where_another_protocol_answers) {
  Session session({}, Duration());
  session.bytes_to_send();
  session.on_bytes("HTTP/1.1 400 Bad Request\r\n", Duration());
  EXPECT_TRUE(session.dead().contains("no FANUC control"));
  EXPECT_EQ(session.take_strange().size(), 1U);
}

TEST(FanucSession, is_dead_after_an_answer_to_another_question) {
  FakeControl control;
  Session session({}, Duration());
  session.on_bytes(control.answer(session.bytes_to_send()), Duration());
  session.on_bytes(control.answer(session.bytes_to_send()), Duration());
  session.bytes_to_send();
  session.on_bytes(control.answer(ask_frame(std::array{Request::feed()})), Duration());
  EXPECT_TRUE(session.dead().contains("otherwise than asked"));
}

TEST(FanucSession, is_dead_when_nothing_answers_and_says_what_to_look_at) {
  Session silent({}, Duration());
  silent.bytes_to_send();
  silent.on_time(ms(9'999));
  EXPECT_EQ(silent.dead(), "");
  silent.on_time(ms(10'000));
  EXPECT_TRUE(silent.dead().contains("FOCAS2"));
  FakeControl control;
  Session stopped({}, Duration());
  talk(stopped, control, Duration());
  stopped.on_time(ms(500));
  stopped.bytes_to_send();
  stopped.on_time(ms(10'500));
  EXPECT_EQ(stopped.dead(), "the control stopped answering");
}

TEST(FanucSession, counts_by_the_variable_that_the_customer_says_counts) {
  const auto settings = Json::parse(R"({"macros":[{"number":500,"item":"part_count"}]})");
  const auto read = settings_of(*settings);
  ASSERT_TRUE(read) << read.error().message;
  FakeControl control;
  Session session({.macros = read->macros}, Duration());
  const auto said = talk(session, control, Duration());
  EXPECT_EQ(value_of(said, "part_count"), "2.5");
  EXPECT_EQ(value_of(said, "parts"), std::nullopt);
  const auto own = Json::parse(R"({"macros":[{"number":500,"item":"execution"}]})");
  EXPECT_TRUE(settings_of(*own).error().message.contains("read from the control itself"));
}

TEST(FanucSession, asks_only_what_reads) {
  FakeControl control = two_paths();
  Session session({.macros = with_offset().macros, .paths = 2}, Duration());
  for (int round = 0; round < 3; ++round) {
    talk(session, control, ms(round * 500));
    session.on_time(ms(round * 500 + 500));
  }
  constexpr int kReads[] = {0x0e, 0x15, 0x18, 0x19, 0x1a, 0x1c, 0x1d,
                            0x23, 0x24, 0x25, 0x26, 0x56, 0x89, 0xb9};
  EXPECT_GE(control.asked.size(), 20U);
  for (const auto& [asked_class, function, first] : control.asked) {
    if (asked_class == 2) {
      EXPECT_EQ(function, 0x8001);
    } else {
      EXPECT_NE(std::ranges::find(kReads, function), std::end(kReads)) << function;
    }
  }
  EXPECT_FALSE(Request::parameter(40'000));
}

}  // namespace
}  // namespace heed::wire::fanuc

#include "wire/marlin/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"

namespace heed::wire::marlin {
namespace {

constexpr Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

// A printer as marlinfw.org describes it: one line a command, its answer, then ok; while it does
// something that blocks it says so every two seconds and answers nothing.
class FakePrinter {
 public:
  std::string progress = "Not SD printing";
  std::string file = "(no file)";
  std::string temperatures = "T:21.34 /0.00 B:20.90 /0.00 @:0 B@:0";
  bool card = true;

  std::string answer(std::string_view sent) {
    std::string out;
    while (!sent.empty()) {
      const std::size_t end = sent.find('\n');
      EXPECT_NE(end, std::string_view::npos) << "commands are whole lines";
      out += answer_one(sent.substr(0, end));
      sent.remove_prefix(end + 1);
    }
    return out;
  }

 private:
  std::string answer_one(std::string_view command) const {
    if (command == "M115") {
      return "FIRMWARE_NAME:Marlin 2.1.2 (Jan 1 2023) SOURCE_CODE_URL:github.com/MarlinFirmware "
             "PROTOCOL_VERSION:1.0 MACHINE_TYPE:Router EXTRUDER_COUNT:1\n"
             "Cap:SERIAL_XON_XOFF:0\nCap:AUTOREPORT_TEMP:1\nok\n";
    }
    if (command == "M105") return "ok " + temperatures + "\n";
    if (card && command == "M27") return progress + "\nok\n";
    if (card && command == "M27 C") return "Current file: " + file + "\nok\n";
    return "echo:Unknown command: \"" + std::string(command) + "\"\nok\n";
  }
};

std::vector<Said> round(Session& session, FakePrinter& printer, Duration now) {
  session.on_time(now);
  for (Bytes sent = session.bytes_to_send(); !sent.empty(); sent = session.bytes_to_send()) {
    session.on_bytes(printer.answer(sent), now);
  }
  return session.take_changes();
}

std::string value_of(const std::vector<Said>& said, std::string_view key) {
  std::string value;
  for (const Said& one : said) {
    if (one.key == key) value = one.value.value_or("-");
  }
  return value;
}

TEST(Marlin, tells_everything_after_the_first_round_and_only_changes_after_it) {
  Session session({}, ms(0));
  FakePrinter printer;
  const std::vector<Said> first = {
      {"program", "", false},        {"Ttemp", "21", false},
      {"Tset", "0", false},          {"Btemp", "21", false},
      {"Bset", "0", false},          {"system_cond", "NORMAL||||", true},
      {"avail", "AVAILABLE", false}, {"execution", "READY", false},
      {"mode", "AUTOMATIC", false}};
  EXPECT_EQ(round(session, printer, ms(0)), first);
  EXPECT_EQ(session.take_steps(),
            std::vector<std::string>{"the control is Marlin 2.1.2 (Jan 1 2023)"});
  EXPECT_FALSE(session.take_items().empty());
  EXPECT_EQ(round(session, printer, ms(1'000)), std::vector<Said>());
  EXPECT_EQ(session.rounds(), 2U);
  EXPECT_TRUE(session.take_strange().empty());
}

TEST(Marlin, a_print_from_the_card_is_active_and_completed_at_its_end) {
  Session session({}, ms(0));
  FakePrinter printer;
  round(session, printer, ms(0));
  printer.progress = "SD printing byte 512/2048";
  printer.file = "/PLATE~1.GCO plate left.gcode";
  const auto started = round(session, printer, ms(1'000));
  EXPECT_EQ(value_of(started, "execution"), "ACTIVE");
  EXPECT_EQ(value_of(started, "progress"), "25.0");
  EXPECT_EQ(value_of(started, "program"), "plate left.gcode");
  session.on_bytes("Done printing file\n", ms(1'500));
  printer.progress = "Not SD printing";
  EXPECT_EQ(value_of(round(session, printer, ms(2'000)), "execution"), "PROGRAM_COMPLETED");
  printer.progress = "SD printing byte 1/2048";
  EXPECT_EQ(value_of(round(session, printer, ms(3'000)), "execution"), "ACTIVE");
  printer.progress = "Not SD printing";
  EXPECT_EQ(value_of(round(session, printer, ms(4'000)), "execution"), "READY") << "aborted";
}

TEST(Marlin, busy_without_a_print_is_somebody_at_the_machine) {
  Session session({}, ms(0));
  FakePrinter printer;
  round(session, printer, ms(0));
  session.on_time(ms(1'000));
  const Bytes waiting = session.bytes_to_send();
  session.on_bytes("echo:busy: processing\n", ms(2'000));
  const auto busy = session.take_changes();
  EXPECT_EQ(value_of(busy, "execution"), "ACTIVE");
  EXPECT_EQ(value_of(busy, "mode"), "MANUAL");
  // It goes on for long: nothing is asked twice, and the connection is not given up.
  for (std::int64_t at = 4'000; at < 200'000; at += 2'000) {
    session.on_bytes("echo:busy: processing\n", ms(at));
    session.on_time(ms(at + 1));
    EXPECT_EQ(session.bytes_to_send(), "");
  }
  session.on_bytes(printer.answer(waiting), ms(200'000));
  const auto over = round(session, printer, ms(200'001));
  EXPECT_EQ(value_of(over, "execution"), "READY");
  EXPECT_EQ(value_of(over, "mode"), "AUTOMATIC");
}

TEST(Marlin, busy_within_a_print_is_the_print) {
  Session session({}, ms(0));
  FakePrinter printer;
  printer.progress = "SD printing byte 1/10";
  round(session, printer, ms(0));
  session.on_time(ms(1'000));
  session.on_bytes("echo:busy: processing\n", ms(2'000));
  EXPECT_EQ(session.take_changes(), std::vector<Said>());
}

TEST(Marlin, waiting_for_a_person_is_interrupted) {
  Session session({}, ms(0));
  FakePrinter printer;
  printer.progress = "SD printing byte 1/10";
  round(session, printer, ms(0));
  session.on_time(ms(1'000));
  session.on_bytes("echo:busy: paused for user\n", ms(2'000));
  EXPECT_EQ(value_of(session.take_changes(), "execution"), "INTERRUPTED");
  session.on_bytes(printer.answer(session.bytes_to_send()), ms(3'000));
  EXPECT_EQ(value_of(round(session, printer, ms(3'001)), "execution"), "ACTIVE");
  session.on_bytes("//action:paused\n", ms(3'500));
  EXPECT_EQ(value_of(session.take_changes(), "execution"), "INTERRUPTED");
  session.on_bytes("//action:resume\n", ms(3'600));
  EXPECT_EQ(value_of(session.take_changes(), "execution"), "ACTIVE");
}

TEST(Marlin, acks_that_answer_nothing_of_ours_are_a_sender_s_program) {
  Session session({}, ms(0));
  FakePrinter printer;
  round(session, printer, ms(0));
  session.on_bytes("ok\nok\n", ms(500));
  EXPECT_EQ(value_of(round(session, printer, ms(1'000)), "execution"), "ACTIVE");
  session.on_bytes("ok\n", ms(1'500));
  EXPECT_EQ(round(session, printer, ms(6'000)), std::vector<Said>()) << "held since the last ack";
  EXPECT_EQ(value_of(round(session, printer, ms(7'000)), "execution"), "READY");
}

TEST(Marlin, our_own_late_acks_are_nobody_s_program) {
  Session session({}, ms(0));
  FakePrinter printer;
  round(session, printer, ms(0));
  session.on_time(ms(1'000));
  EXPECT_EQ(session.bytes_to_send(), "M27\n");
  session.on_time(ms(5'000));
  EXPECT_EQ(session.bytes_to_send(), "M27\n") << "asked again";
  session.on_bytes("Not SD printing\nok\nNot SD printing\nok\n", ms(5'100));
  EXPECT_EQ(round(session, printer, ms(5'200)), std::vector<Said>());
  EXPECT_EQ(round(session, printer, ms(6'200)), std::vector<Said>());
}

TEST(Marlin, a_halted_control_is_a_fault_until_it_starts_anew) {
  Session session({}, ms(0));
  FakePrinter printer;
  round(session, printer, ms(0));
  session.on_bytes(
      "Error:Thermal Runaway, system stopped! Heater_ID: 0\n"
      "Error:Printer halted. kill() called!\n",
      ms(500));
  const auto halted = session.take_changes();
  EXPECT_EQ(value_of(halted, "system_cond"),
            "FAULT|HALTED|||Thermal Runaway, system stopped! Heater_ID: 0");
  EXPECT_EQ(value_of(halted, "execution"), "STOPPED");
  session.on_bytes("start\nMarlin 2.1.2\necho: External Reset\n", ms(9'000));
  const auto again = round(session, printer, ms(9'001));
  EXPECT_EQ(value_of(again, "system_cond"), "NORMAL|HALTED|||");
  EXPECT_EQ(value_of(again, "execution"), "READY");
}

TEST(Marlin, another_error_is_a_warning_for_a_round) {
  Session session({}, ms(0));
  FakePrinter printer;
  round(session, printer, ms(0));
  session.on_bytes("Error:checksum mismatch, Last Line: 4\n", ms(500));
  EXPECT_EQ(value_of(session.take_changes(), "system_cond"),
            "WARNING|ERROR|||checksum mismatch, Last Line: 4");
  EXPECT_EQ(value_of(round(session, printer, ms(1'000)), "system_cond"), "NORMAL|ERROR|||");
}

TEST(Marlin, what_the_control_does_not_know_is_not_asked_again) {
  Session session({}, ms(0));
  FakePrinter printer;
  printer.card = false;
  round(session, printer, ms(0));
  session.on_time(ms(1'000));
  EXPECT_EQ(session.bytes_to_send(), "M105\n");
  EXPECT_EQ(session.rounds(), 1U);
}

TEST(Marlin, a_board_that_began_anew_is_asked_from_the_beginning) {
  Session session({}, ms(0));
  EXPECT_EQ(session.bytes_to_send(), "M115\n") << "lost: the board starts";
  session.on_bytes("start\necho:Marlin 2.1.2\n", ms(1'500));
  EXPECT_EQ(session.bytes_to_send(), "M115\n");
}

TEST(Marlin, asks_one_query_at_a_time_in_rounds_of_its_period) {
  Session session({}, ms(0));
  FakePrinter printer;
  std::string asked;
  for (Bytes sent = session.bytes_to_send(); !sent.empty(); sent = session.bytes_to_send()) {
    EXPECT_EQ(std::ranges::count(sent, '\n'), 1);
    asked += sent;
    session.on_bytes(printer.answer(sent), ms(10));
  }
  EXPECT_EQ(asked, "M115\nM27\nM27 C\nM105\n");
  EXPECT_EQ(session.deadline(), ms(1'000));
  session.on_time(ms(999));
  EXPECT_EQ(session.bytes_to_send(), "");
  session.on_time(ms(1'000));
  EXPECT_EQ(session.bytes_to_send(), "M27\n");
}

TEST(Marlin, a_line_that_never_answers_is_told_with_the_mend) {
  Session session({}, ms(0));
  session.on_time(ms(4'000));
  const auto steps = session.take_steps();
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_TRUE(steps[0].contains("check the baud rate"));
  for (std::int64_t at = 4'000; at < 30'000; at += 100) session.on_time(ms(at));
  EXPECT_EQ(session.dead(), "");
  session.on_time(ms(30'000));
  EXPECT_TRUE(session.dead().contains("115200 is usual"));

  Session stopped({}, ms(0));
  FakePrinter printer;
  round(stopped, printer, ms(0));
  for (std::int64_t at = 1'000; at < 60'000; at += 500) stopped.on_time(ms(at));
  EXPECT_EQ(stopped.dead(), "");
  stopped.on_time(ms(60'000));
  EXPECT_EQ(stopped.dead(), "the control stopped answering");
}

TEST(Marlin, temperatures_are_of_heaters_only_and_whole_degrees) {
  Tracker tracker;
  EXPECT_TRUE(tracker.on_line("ok T:199.6 /200.0 T1:-0.2 /0.0 B:60.5 /60.0 @:127 B@:9 W:?", ms(0)));
  const auto said = tracker.take_changes();
  EXPECT_EQ(value_of(said, "Ttemp"), "200");
  EXPECT_EQ(value_of(said, "T1temp"), "0");
  EXPECT_EQ(value_of(said, "Bset"), "60");
  EXPECT_EQ(said.size(), 6U);
  EXPECT_FALSE(tracker.on_line("T:hot /x TEMP:3 :5 B:", ms(0)));
}

TEST(Marlin, answers_in_any_pieces_are_the_same) {
  for (std::size_t piece = 1; piece < 40; ++piece) {
    Session session({}, ms(0));
    FakePrinter printer;
    for (Bytes sent = session.bytes_to_send(); !sent.empty(); sent = session.bytes_to_send()) {
      std::string answer = printer.answer(sent);
      while (!answer.empty()) {
        session.on_bytes(answer.substr(0, piece), ms(1));
        answer.erase(0, piece);
      }
    }
    EXPECT_EQ(session.rounds(), 1U);
    EXPECT_EQ(session.take_changes().size(), 9U);
  }
}

TEST(Marlin, strange_lines_are_handed_on_and_limited) {
  Session session({}, ms(0));
  session.on_bytes(std::string(kLongestLine + 1, 'x') + "\n", ms(1));
  for (std::size_t i = 0; i <= kMostStrange; ++i) session.on_bytes("junk\n", ms(1));
  EXPECT_EQ(session.take_strange().size(), kMostStrange);
}

// The read-only promise: this list is written out here on purpose and not taken from the table.
TEST(Marlin, every_byte_that_can_be_sent_is_in_the_list_of_reads) {
  const std::set<std::string> allowed = {"M115\n", "M27\n", "M27 C\n", "M105\n"};
  SeededRandom random(3);
  std::size_t lines = 0;
  for (int connection = 0; connection < 50; ++connection) {
    Session session({}, ms(0));
    FakePrinter printer;
    printer.card = connection % 2 == 0;
    for (std::int64_t at = 0; at < 40'000 && session.dead().empty(); at += 500) {
      session.on_time(ms(at));
      Bytes sent = session.bytes_to_send();
      std::string answer = printer.answer(sent);
      while (!sent.empty()) {
        const std::size_t end = sent.find('\n');
        ASSERT_TRUE(allowed.contains(sent.substr(0, end + 1))) << sent;
        sent.erase(0, end + 1);
        ++lines;
      }
      if (random.u64() % 4 == 0) answer += "Resend: 3\nok\nM112\nstart\n";
      if (random.u64() % 4 == 0) answer = random.bytes(100) + "\n" + answer;
      session.on_bytes(answer, ms(at));
    }
  }
  EXPECT_GT(lines, 1'000U);
  std::set<std::string> texts;
  for (std::size_t i = 0; i < kQueries; ++i) texts.emplace(command_text(static_cast<Query>(i)));
  EXPECT_EQ(texts, allowed);
}

TEST(MarlinSettings, name_the_field_and_the_mend) {
  EXPECT_EQ(options_of(*Json::parse(R"({"period_ms":2000})"))->period, ms(2'000));
  for (const char* json : {R"({"period_ms":499})", R"({"print":"file"})"}) {
    const auto read = options_of(*Json::parse(json));
    ASSERT_FALSE(read) << json;
    EXPECT_TRUE(read.error().message.starts_with("settings")) << read.error().message;
    EXPECT_NE(read.error().mend, "");
  }
}

}  // namespace
}  // namespace heed::wire::marlin

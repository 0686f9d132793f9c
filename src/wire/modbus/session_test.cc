#include "wire/modbus/session.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace heed::wire::modbus {
namespace {

constexpr Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

Result<Settings> read(std::string_view json) {
  return settings_of(*Json::parse(json));
}

std::shared_ptr<const Settings> settings(std::string_view json) {
  return std::make_shared<const Settings>(*read(json));
}

// A box as the protocol's description has one (V1.1b3, figures 11 to 14): it looks at each request
// byte by byte and answers, or refuses as the state diagrams say.
class FakeBox {
 public:
  std::map<std::pair<int, unsigned>, unsigned> places;  // by function and number
  unsigned unit = 1;

  Bytes answer(BytesView requests) {
    Bytes out;
    while (requests.size() >= 12) {
      out += answer_one(requests.substr(0, 12));
      requests.remove_prefix(12);
    }
    EXPECT_TRUE(requests.empty()) << "requests are whole frames";
    return out;
  }

 private:
  static unsigned word_at(BytesView bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]) * 256U + static_cast<unsigned char>(bytes[at + 1]);
  }
  Bytes answer_one(BytesView request) const {
    EXPECT_EQ(word_at(request, 2), 0U);
    EXPECT_EQ(word_at(request, 4), 6U);
    if (static_cast<unsigned char>(request[6]) != unit) return {};
    const int function = request[7];
    const Bytes body = answer_body(function, word_at(request, 8), word_at(request, 10));
    Bytes frame(request.substr(0, 4));
    frame += '\0';
    frame += static_cast<char>(body.size() + 1);
    frame += request[6];
    return frame + body;
  }
  Bytes answer_body(int function, unsigned first, unsigned count) const {
    const auto refuse = [&](char code) { return Bytes{static_cast<char>(function | 0x80), code}; };
    if (function < 1 || function > 4) return refuse(1);
    const bool bits = function <= 2;
    if (count < 1 || count > (bits ? 2'000U : 125U)) return refuse(3);
    Bytes values(bits ? (count + 7) / 8 : std::size_t{2} * count, '\0');
    for (unsigned i = 0; i < count; ++i) {
      const auto place = places.find({function, first + i});
      if (place == places.end()) return refuse(2);
      if (!bits) {
        values[2 * i] = static_cast<char>(place->second / 256);
        values[2 * i + 1] = static_cast<char>(place->second % 256);
      } else if (place->second != 0) {
        values[i / 8] = static_cast<char>(values[i / 8] | 1 << (i % 8));
      }
    }
    return Bytes{static_cast<char>(function), static_cast<char>(values.size())} + values;
  }
};

std::vector<Said> round(Session& session, FakeBox& box, Duration now) {
  session.on_time(now);
  for (Bytes sent = session.bytes_to_send(); !sent.empty(); sent = session.bytes_to_send()) {
    session.on_bytes(box.answer(sent), now);
  }
  return session.take_changes();
}

constexpr std::string_view kClamp = R"({"period_ms":500,"inputs":[
  {"table":"input_register","number":4,"scale":0.01,"item":"spindle_current",
   "type":"AMPERAGE","units":"AMPERE","running":{"on":3,"off":2}}]})";

TEST(Modbus, tells_everything_after_the_first_round_and_only_changes_after_it) {
  Session session(settings(kClamp), nullptr, ms(0));
  FakeBox box;
  box.places[{4, 4}] = 12;
  const std::vector<Said> first = {{"modbus_cond", "NORMAL||||", true},
                                   {"avail", "AVAILABLE", false},
                                   {"spindle_current", "0.12", false},
                                   {"execution", "READY", false}};
  EXPECT_EQ(round(session, box, ms(0)), first);
  EXPECT_EQ(round(session, box, ms(500)), std::vector<Said>());
  EXPECT_EQ(session.rounds(), 2U);
  EXPECT_EQ(session.take_steps(), std::vector<std::string>{"unit 1 answers: 1 inputs in 1 reads"});
}

TEST(Modbus, a_clamp_tells_running_with_hysteresis_and_debounce) {
  Session session(settings(kClamp), nullptr, ms(0));
  FakeBox box;
  // Each value holds for half a second; 1 s is needed to run, 3 s to stop.
  const std::pair<unsigned, const char*> course[] = {
      {0, "READY"}, {400, ""}, {100, ""},        // a start that was none
      {400, ""},    {400, ""}, {400, "ACTIVE"},  // one second of it
      {250, ""},                                 // between the limits: goes on
      {100, ""},    {100, ""}, {310, ""},        // a dip
      {100, ""},    {250, ""}, {100, ""},        // between the limits: not beyond, begins anew
      {100, ""},    {100, ""}, {100, ""},       {100, ""}, {100, ""}, {100, "READY"}};
  std::int64_t at = 0;
  for (const auto& [value, said] : course) {
    box.places[{4, 4}] = value;
    std::string execution;
    for (const Said& one : round(session, box, ms(at))) {
      if (one.key == "execution") execution = one.value.value_or("-");
    }
    EXPECT_EQ(execution, said) << "at " << at << " ms";
    at += 500;
  }
}

TEST(Modbus, says_nothing_of_running_until_a_limit_was_passed) {
  Session session(settings(kClamp), nullptr, ms(0));
  FakeBox box;
  box.places[{4, 4}] = 250;
  const auto said = round(session, box, ms(0));
  EXPECT_EQ(said.back(), (Said{"execution", std::nullopt, false}));
  box.places[{4, 4}] = 900;
  EXPECT_EQ(round(session, box, ms(500)).back(), (Said{"execution", "ACTIVE", false}));
}

TEST(Modbus, a_contact_that_opens_while_the_machine_runs_is_on_below_off) {
  Running running({.on = 0, .off = 1, .on_after = ms(0), .off_after = ms(0)});
  EXPECT_EQ(running.take(1, ms(0)), false);
  EXPECT_EQ(running.take(0, ms(1)), true);
}

TEST(Modbus, a_relay_s_pulses_are_parts_and_chatter_is_none) {
  Count count({.debounce = ms(100), .each = 2});
  count.take(0, ms(0));
  EXPECT_EQ(count.take(1, ms(10)), 0);
  EXPECT_EQ(count.take(0, ms(50)), 0) << "bounced back";
  count.take(1, ms(60));
  EXPECT_EQ(count.take(1, ms(160)), 2) << "two parts a pulse";
  count.take(0, ms(200));
  EXPECT_EQ(count.take(0, ms(300)), 2) << "the other edge is none";
}

TEST(Modbus, a_bit_that_changed_while_nobody_was_connected_is_no_pulse) {
  auto count = std::make_shared<Count>(CountLimits{});
  const auto with = settings(R"({"inputs":[{"table":"coil","number":0,"counts":{}}]})");
  FakeBox box;
  box.places[{1, 0}] = 0;
  Session before(with, count, ms(0));
  round(before, box, ms(0));
  box.places[{1, 0}] = 1;
  EXPECT_EQ(round(before, box, ms(500)).back(), (Said{"part_count", "1", false}));
  box.places[{1, 0}] = 0;
  Session after(with, count, ms(9'000));
  EXPECT_EQ(round(after, box, ms(9'000)).back(), (Said{"part_count", "1", false}));
  box.places[{1, 0}] = 1;
  EXPECT_EQ(round(after, box, ms(9'500)).back(), (Said{"part_count", "2", false}));
}

TEST(Modbus, a_counting_register_is_followed_over_its_end_connections_and_restarts) {
  Count count({.of_register = true});
  EXPECT_EQ(count.take(65'530, ms(0)), 0) << "what was before is not ours";
  EXPECT_EQ(count.take(65'535, ms(1)), 5);
  EXPECT_EQ(count.take(2, ms(2)), 8);
  count.forget();
  EXPECT_EQ(count.take(12, ms(3)), 18) << "it counted on while nobody was connected";
  count.take(50'000 - 30'000, ms(4));
  EXPECT_EQ(count.take(3, ms(5)), 18 + 19'988 + 3) << "the box began anew";
}

TEST(Modbus, reads_every_format) {
  struct Case {
    const char* fields;
    unsigned first, second;
    const char* value;
  };
  const Case cases[] = {
      {"", 65'535, 0, "65535"},
      {R"(,"format":"s16")", 65'535, 0, "-1"},
      {R"(,"format":"u32")", 1, 2, "65538"},
      {R"(,"format":"u32","words":"low_first")", 1, 2, "131073"},
      {R"(,"format":"s32")", 0xFFFF, 0xFFFE, "-2"},
      {R"(,"format":"f32")", 0x4048, 0xF5C3, "3.1400001"},
      {R"(,"bit":3)", 8, 0, "1"},
      {R"(,"bit":2)", 8, 0, "0"},
      {R"(,"scale":0.01,"offset":-5)", 1234, 0, "7.34"},
  };
  for (const Case& c : cases) {
    Session session(settings(std::string(R"({"inputs":[{"table":"holding_register","number":7,)") +
                             R"("item":"x")" + c.fields + "}]}"),
                    nullptr, ms(0));
    FakeBox box;
    box.places = {{{3, 7}, c.first}, {{3, 8}, c.second}};
    EXPECT_EQ(round(session, box, ms(0)).back(), (Said{"x", c.value, false})) << c.fields;
  }
}

TEST(Modbus, a_float_that_is_no_number_is_unavailable) {
  Session session(settings(R"({"inputs":[{"table":"input_register","number":0,"format":"f32",
                              "item":"x"}]})"),
                  nullptr, ms(0));
  FakeBox box;
  box.places = {{{4, 0}, 0x7FC0}, {{4, 1}, 0}};
  EXPECT_EQ(round(session, box, ms(0)).back(), (Said{"x", std::nullopt, false}));
}

TEST(Modbus, a_change_within_the_deadband_is_not_told) {
  Session session(settings(R"({"inputs":[{"table":"input_register","number":0,"deadband":5,
                              "item":"x"}]})"),
                  nullptr, ms(0));
  FakeBox box;
  box.places[{4, 0}] = 100;
  round(session, box, ms(0));
  box.places[{4, 0}] = 104;
  EXPECT_EQ(round(session, box, ms(500)).size(), 0U);
  box.places[{4, 0}] = 95;
  EXPECT_EQ(round(session, box, ms(1'000)).back(), (Said{"x", "95", false}));
}

TEST(Modbus, reads_neighbours_together_and_no_place_that_nobody_named) {
  const auto inputs = read(R"({"inputs":[
    {"table":"input_register","number":3,"item":"d"},
    {"table":"input_register","number":0,"format":"u32","item":"a"},
    {"table":"input_register","number":2,"item":"c"},
    {"table":"input_register","number":5,"item":"f"},
    {"table":"holding_register","number":4,"item":"e"}]})")
                          ->inputs;
  std::vector<std::string> told;
  for (const ReadRequest& request : plan(inputs)) {
    told.push_back(std::string(word(request.table())) + " " + std::to_string(request.first()) +
                   "+" + std::to_string(request.count()));
  }
  EXPECT_EQ(told, (std::vector<std::string>{"holding_register 4+1", "input_register 0+4",
                                            "input_register 5+1"}));
}

TEST(Modbus, what_the_box_refuses_is_unavailable_and_told_with_the_mend) {
  Session session(settings(R"({"inputs":[
    {"table":"input_register","number":0,"item":"there"},
    {"table":"input_register","number":9,"running":{"on":2,"off":1}}]})"),
                  nullptr, ms(0));
  FakeBox box;
  box.places[{4, 0}] = 7;
  const auto said = round(session, box, ms(0));
  EXPECT_EQ(said.front().value, "NORMAL||||");
  ASSERT_EQ(said.size(), 5U);
  EXPECT_TRUE(said[1].value->starts_with("WARNING|input_register_9|||the box has no"));
  EXPECT_EQ(said[3], (Said{"there", "7", false}));
  EXPECT_EQ(said[4], (Said{"execution", std::nullopt, false}));
  const auto steps = session.take_steps();
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_TRUE(steps[0].contains("40001 or 30001 of a manual is 0"));
  // The box learns of the place.
  box.places[{4, 9}] = 5;
  const auto mended = round(session, box, ms(500));
  EXPECT_EQ(mended.front(), (Said{"modbus_cond", "NORMAL|input_register_9|||", true}));
  EXPECT_EQ(mended.back(), (Said{"execution", "ACTIVE", false}));
  EXPECT_TRUE(session.take_steps().empty());
}

TEST(Modbus, an_input_that_is_lost_is_not_remembered) {
  Session session(settings(kClamp), nullptr, ms(0));
  FakeBox box;
  box.places[{4, 4}] = 900;
  round(session, box, ms(0));
  box.places.clear();
  const auto said = round(session, box, ms(500));
  EXPECT_EQ(said.back(), (Said{"execution", std::nullopt, false}));
  EXPECT_EQ(said[said.size() - 2], (Said{"spindle_current", std::nullopt, false}));
}

TEST(Modbus, tells_its_items_in_the_words_of_mtconnect_once) {
  Session session(settings(R"({"inputs":[
    {"table":"input_register","number":4,"item":"spindle_current","type":"AMPERAGE",
     "units":"AMPERE","running":{"on":3,"off":2}},
    {"table":"discrete_input","number":0,"counts":{}}]})"),
                  std::make_shared<Count>(CountLimits{}), ms(0));
  FakeBox box;
  box.places = {{{4, 4}, 0}, {{2, 0}, 0}};
  EXPECT_TRUE(session.take_items().empty());
  round(session, box, ms(0));
  std::vector<std::string> told;
  for (const SaidItem& item : session.take_items()) {
    told.push_back(item.key + " " + item.type + " " + item.units);
  }
  EXPECT_EQ(told, (std::vector<std::string>{
                      "avail AVAILABILITY ", "modbus_cond COMMUNICATIONS ", "execution EXECUTION ",
                      "spindle_current AMPERAGE AMPERE", "part_count PART_COUNT "}));
  round(session, box, ms(500));
  EXPECT_TRUE(session.take_items().empty());
}

TEST(Modbus, a_box_that_falls_silent_or_speaks_something_else_is_dead) {
  Session silent(settings(kClamp), nullptr, ms(0));
  EXPECT_EQ(silent.deadline(), kAnswerTimeout);
  silent.on_time(kAnswerTimeout - ms(1));
  EXPECT_EQ(silent.dead(), "");
  silent.on_time(kAnswerTimeout);
  EXPECT_TRUE(silent.dead().starts_with("unit 1 did not answer within 4 s: check the setting unit"))
      << silent.dead();

  Session foreign(settings(kClamp), nullptr, ms(0));
  foreign.on_bytes("HTTP/1.1 400 Bad Request\r\n\r\n", ms(1));
  EXPECT_TRUE(foreign.dead().starts_with("what answers does not speak Modbus TCP"));
}

TEST(Modbus, answers_in_any_pieces_are_the_same) {
  for (std::size_t piece = 1; piece <= 12; ++piece) {
    Session session(settings(kClamp), nullptr, ms(0));
    FakeBox box;
    box.places[{4, 4}] = 321;
    std::string answer = box.answer(session.bytes_to_send());
    while (!answer.empty()) {
      session.on_bytes(answer.substr(0, piece), ms(1));
      answer.erase(0, piece);
    }
    EXPECT_EQ(session.rounds(), 1U);
    EXPECT_EQ(session.take_raw(), "04020141");
  }
}

TEST(Modbus, frames_that_nobody_asked_for_are_handed_on_and_change_nothing) {
  const std::pair<const char*, const char*> cases[] = {
      {"an older transaction", "000000000005010402 0384"},
      {"another unit", "000100000005020402 0384"},
      {"another function", "000100000005010302 0384"},
      {"one value too many", "00010000000701040403840384"},
      {"a byte count that is none", "000100000005010403 0384"},
      {"an exception of another function", "0001000000030183 02"},
      {"an exception without its code", "00010000000401840200"},
  };
  for (const auto& [what, hex] : cases) {
    std::string digits(hex);
    std::erase(digits, ' ');
    Session session(settings(kClamp), nullptr, ms(0));
    const Bytes request = session.bytes_to_send();
    session.on_bytes(*from_hex(digits), ms(1));
    EXPECT_EQ(session.rounds(), 0U) << what;
    EXPECT_EQ(session.take_strange().size(), 1U) << what;
    // The answer that is due still counts.
    FakeBox box;
    box.places[{4, 4}] = 900;
    session.on_bytes(box.answer(request), ms(2));
    EXPECT_EQ(session.rounds(), 1U) << what;
  }
}

TEST(Modbus, a_frame_without_a_possible_length_ends_the_connection) {
  for (const char* hex : {"000100000000", "000100000002", "0001000000FF", "000100010005"}) {
    Session session(settings(kClamp), nullptr, ms(0));
    session.on_bytes(*from_hex(hex), ms(1));
    EXPECT_NE(session.dead(), "") << hex;
  }
  // The longest that there can be.
  FrameReader reader;
  reader.feed(*from_hex("0001000000FE01") + Bytes(kLongestRest - 1, 'x'));
  ASSERT_TRUE(reader.next());
  EXPECT_FALSE(reader.broken());
}

TEST(Modbus, strange_frames_are_limited) {
  Session session(settings(kClamp), nullptr, ms(0));
  for (std::size_t i = 0; i <= kMostStrange; ++i) {
    session.on_bytes(*from_hex("000900000003018402"), ms(1));
  }
  EXPECT_EQ(session.take_strange().size(), kMostStrange);
}

TEST(Modbus, asks_one_request_at_a_time_in_rounds_of_its_period) {
  Session session(settings(R"({"period_ms":250,"inputs":[
    {"table":"coil","number":0,"item":"a"},{"table":"coil","number":9,"item":"b"}]})"),
                  nullptr, ms(0));
  FakeBox box;
  box.places = {{{1, 0}, 0}, {{1, 9}, 1}};
  const Bytes first = session.bytes_to_send();
  EXPECT_EQ(first.size(), 12U);
  session.on_bytes(box.answer(first), ms(10));
  const Bytes second = session.bytes_to_send();
  EXPECT_EQ(second.size(), 12U);
  session.on_bytes(box.answer(second), ms(20));
  EXPECT_EQ(session.deadline(), ms(250));
  session.on_time(ms(249));
  EXPECT_EQ(session.bytes_to_send(), "");
  session.on_time(ms(250));
  EXPECT_NE(session.bytes_to_send(), "");
}

// The read-only promise, on the wire. The fake box and the check know the frame from the protocol's
// description, not from the code that makes it.
TEST(Modbus, every_byte_that_can_be_sent_is_a_read_whatever_the_box_answers) {
  SeededRandom random(11);
  std::size_t frames = 0;
  for (int connection = 0; connection < 200; ++connection) {
    Session session(settings(R"({"unit":17,"inputs":[
      {"table":"coil","number":1,"item":"a"},{"table":"discrete_input","number":2,"item":"b"},
      {"table":"holding_register","number":3,"item":"c"},
      {"table":"input_register","number":65535,"item":"d"}]})"),
                    nullptr, ms(0));
    FakeBox box;
    box.unit = 17;
    box.places = {{{1, 1}, 1}, {{2, 2}, 1}, {{3, 3}, 5}};
    for (std::int64_t i = 0; i < 40 && session.dead().empty(); ++i) {
      session.on_time(ms(300 * i));
      Bytes sent = session.bytes_to_send();
      Bytes answer = box.answer(sent);
      if (random.u64() % 8 == 0) answer = random.bytes(random.u64() % 300);
      while (!sent.empty()) {
        ASSERT_GE(sent.size(), 12U);
        ASSERT_EQ(sent.substr(2, 5), Bytes("\0\0\0\x06\x11", 5));
        ASSERT_GE(sent[7], 1);
        ASSERT_LE(sent[7], 4);
        sent.erase(0, 12);
        ++frames;
      }
      session.on_bytes(answer, ms(300 * i + 1));
    }
  }
  EXPECT_GT(frames, 1'000U);
}

TEST(Modbus, has_no_request_but_functions_1_to_4_within_the_protocol_s_limits) {
  for (std::size_t i = 0; i < kTables; ++i) {
    const auto table = static_cast<Table>(i);
    EXPECT_EQ(function_of(table), i + 1);
    const std::size_t most = has_bits(table) ? 2'000 : 125;
    EXPECT_TRUE(ReadRequest::of(table, 0, most));
    EXPECT_FALSE(ReadRequest::of(table, 0, most + 1));
    EXPECT_FALSE(ReadRequest::of(table, 0, 0));
    EXPECT_TRUE(ReadRequest::of(table, 65'535, 1));
    EXPECT_FALSE(ReadRequest::of(table, 65'535, 2));
  }
  EXPECT_EQ(to_hex(ReadRequest::of(Table::kInputRegisters, 8, 1)->frame(1, 255)),
            "000100000006ff0400080001");
}

TEST(ModbusSettings, that_are_wrong_are_told_with_the_field_and_the_mend) {
  struct Case {
    const char* json;
    const char* message;
    const char* mend;
  };
  const Case cases[] = {
      {R"({})", "settings: inputs is missing", "Add inputs"},
      {R"({"inputs":[]})", "settings.inputs: this is empty", "at least one"},
      {R"({"unit":256,"inputs":[{}]})", "settings.unit:", "0 to 255"},
      {R"({"period_ms":10,"inputs":[{}]})", "settings.period_ms:", "50 to 60000"},
      {R"({"inputs":[7]})", "settings.inputs[0]: this is no JSON object", "{"},
      {R"({"inputs":[{"number":1,"item":"x"}]})", "settings.inputs[0]: table is missing", "table"},
      {R"({"inputs":[{"table":"coils","number":1,"item":"x"}]})",
       "settings.inputs[0].table:", "coil, discrete_input, holding_register, input_register"},
      {R"({"inputs":[{"table":"coil","number":65536,"item":"x"}]})",
       "settings.inputs[0].number:", "0 to 65535"},
      {R"({"inputs":[{"table":"coil","number":1}]})",
       "settings.inputs[0]: item or running or counts is missing", "Add"},
      {R"({"inputs":[{"table":"coil","number":1,"scale":2,"item":"x"}]})",
       "settings.inputs[0]: there is no setting scale", "table, number"},
      {R"({"inputs":[{"table":"input_register","number":1,"item":"execution"}]})",
       "settings.inputs[0].item: this name is taken", "another"},
      {R"({"inputs":[{"table":"input_register","number":1,"running":{}}]})",
       "settings.inputs[0].running: on is missing", "on"},
      {R"({"inputs":[{"table":"input_register","number":1,"running":{"on":2}}]})",
       "settings.inputs[0].running.off: this must not be equal to on", "third"},
      {R"({"inputs":[{"table":"input_register","number":65535,"format":"u32","item":"x"}]})",
       "settings.inputs[0].number: there is no register after it", "Two"},
      {R"({"inputs":[{"table":"coil","number":1,"item":"x"},{"table":"coil","number":2,
         "item":"x"}]})",
       "settings.inputs: two inputs have the item x", "own name"},
      {R"({"inputs":[{"table":"coil","number":1,"running":{}},{"table":"coil","number":2,
         "running":{}}]})",
       "settings.inputs: two inputs have running", "leave one"},
      {R"({"write":true,"inputs":[{"table":"coil","number":1,"item":"x"}]})",
       "settings: there is no setting write", "unit, period_ms, inputs"},
  };
  for (const Case& c : cases) {
    const auto got = read(c.json);
    ASSERT_FALSE(got) << c.json;
    EXPECT_EQ(got.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(got.error().message.starts_with(c.message)) << got.error().message;
    EXPECT_TRUE(got.error().mend.contains(c.mend)) << got.error().mend;
  }
}

TEST(ModbusSettings, have_at_most_so_many_inputs) {
  const auto with = [](std::size_t count) {
    std::string json = R"({"inputs":[)";
    for (std::size_t i = 0; i < count; ++i) {
      json += (i > 0 ? "," : "") + std::string(R"({"table":"coil","number":)") + std::to_string(i) +
              R"(,"item":"i)" + std::to_string(i) + "\"}";
    }
    return read(json + "]}");
  };
  EXPECT_TRUE(with(kMostInputs));
  const auto more = with(kMostInputs + 1);
  ASSERT_FALSE(more);
  EXPECT_TRUE(more.error().mend.contains("At most 64"));
}

}  // namespace
}  // namespace heed::wire::modbus

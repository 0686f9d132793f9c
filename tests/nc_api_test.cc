// Programs understood, over /api/v1: their tokens, and how long they take on a machine as its own
// cycles tell it.
#include "api_house.h"
#include "http/schema_check.h"
#include "machines/program_time.h"

namespace heed {
namespace {

using http::Method;

class NcApi : public testing::Test {
 protected:
  http::Response get(const std::string& path, const std::string& query = {}) {
    return house_.get(shop_.session, path, query);
  }
  /// The path of its only revision.
  std::string keep(const std::string& name, const std::string& text, bool for_machine = true) {
    const std::string machine =
        for_machine ? R"(,"machine":")" + shop_.machine.text() + "\"" : std::string();
    const auto made =
        house_.send(shop_.session, {.method = Method::kPost,
                                    .path = programs_,
                                    .body = R"({"name":")" + name + "\"" + machine + "}"});
    require(made.status == 201, made.body);
    const std::string program = programs_ + "/" + *json_of(made).find("id")->string();
    put(program, text);
    return program + "/revisions/1";
  }
  void put(const std::string& program, const std::string& text) {
    const auto kept = house_.send(shop_.session, {.method = Method::kPost,
                                                  .path = program + "/revisions",
                                                  .body = text,
                                                  .type = "application/octet-stream"});
    require(kept.status == 201, kept.body);
  }
  /// The machine runs a program once for so many seconds.
  void run(const std::string& program, std::int64_t seconds) {
    say("|execution|READY|program|" + program);
    say("|execution|ACTIVE");
    house_.clock().advance(Duration::seconds(seconds));
    say("|execution|PROGRAM_COMPLETED|part_count|" + std::to_string(++parts_));
    house_.clock().advance(Duration::seconds(20));
  }
  void say(const std::string& rest) {
    const auto sent = house_.send(
        shop_.session, {.method = Method::kPost,
                        .path = shop_.machine_path() + "/observations",
                        .body = format_time(house_.clock().now()) + rest + "\n",
                        .type = "text/plain",
                        .headers = {{"Idempotency-Key", "k" + std::to_string(++said_)}}});
    require(sent.status == 200, sent.body);
  }
  void check_shape(const http::Response& response, const std::string& schema) {
    const Json document = json_of(house_.get({}, "/api/v1/openapi.json"));
    EXPECT_EQ(http::SchemaCheck(document).fault_of(json_of(response), schema), "") << response.body;
  }
  static double number(const Json& object, std::string_view member) {
    return object.find(member)->number().value();
  }
  static std::string text(const Json& object, std::string_view member) {
    return *object.find(member)->string();
  }
  /// 600 mm at 600 mm/min: a minute, and next to nothing else.
  static constexpr const char* kMinute = "G21 G90 G94\nG0 X0 Y0 Z0\nG1 X600. F600\nM30\n";

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  const std::string programs_ = shop_.path() + "/programs";
  std::uint64_t said_ = 0;
  std::uint64_t parts_ = 4;
};

TEST_F(NcApi, a_line_comes_in_pieces_that_cover_it) {
  const std::string revision = keep("O1.nc", "O1\r\nN10 G1 X5. (W\xFCrfel)\r\nM30\r\n");
  const auto response = get(revision + "/tokens", "from_line=2&lines=1");

  check_shape(response, "ProgramTokens");
  const Json told = json_of(response);
  EXPECT_EQ(told.find("all")->integer(), 3);
  EXPECT_EQ(text(told, "encoding"), "iso-8859-1");
  const auto& lines = *told.find("lines")->array();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(text(lines[0], "text"), "N10 G1 X5. (W\xC3\xBCrfel)");
  std::string pieces;
  const auto& tokens = *lines[0].find("tokens")->array();
  for (std::size_t i = 0; i < tokens.size(); i += 2) {
    const auto kind = static_cast<std::size_t>(tokens[i].integer().value());
    pieces += *told.find("kinds")->array()->at(kind).string() + " " +
              std::to_string(tokens[i + 1].integer().value()) + ", ";
  }
  EXPECT_EQ(pieces, "label 3, blank 1, motion 2, blank 1, coordinate 3, blank 1, comment 8, ");
}

TEST_F(NcApi, a_dialect_is_asked_for_or_recognized) {
  const std::string revision = keep("A.h", "0 BEGIN PGM A MM\n1 L X+5 F100\n2 END PGM A MM\n");
  EXPECT_EQ(text(json_of(get(revision + "/tokens")), "dialect"), "heidenhain");
  const Json asked = json_of(get(revision + "/tokens", "dialect=haas"));
  EXPECT_EQ(text(asked, "dialect"), "haas");
  EXPECT_EQ(text(asked, "dialect_from"), "asked");
  EXPECT_EQ(get(revision + "/tokens", "dialect=basic").status, 422);
  const auto timed = get(revision + "/estimate");
  EXPECT_EQ(timed.status, 422);
  EXPECT_TRUE(timed.body.contains("cannot") || timed.body.contains("not be timed")) << timed.body;
}

TEST_F(NcApi, a_machines_protocol_says_its_dialect) {
  machines::Machine machine;
  machine.protocol = machines::Protocol::kLinuxcnc;
  const auto told = machines::dialect_of("O1 (HAAS)\nG187 P1\n", std::nullopt, machine);
  EXPECT_EQ(told.dialect, machines::nc::Dialect::kLinuxCnc);
  EXPECT_EQ(told.from, machines::DialectFrom::kMachine);
}

TEST_F(NcApi, lines_are_bounded_and_long_ones_are_cut) {
  const std::string revision = keep("O1.nc", "(" + std::string(5'000, 'x') + ")\nM30\n");
  EXPECT_EQ(get(revision + "/tokens", "lines=2000").status, 200);
  EXPECT_EQ(get(revision + "/tokens", "lines=2001").status, 422);
  EXPECT_EQ(get(revision + "/tokens", "from_line=0").status, 422);
  const Json told = json_of(get(revision + "/tokens"));
  EXPECT_EQ(told.find("lines")->array()->at(0).find("left_out")->integer(), 1'002);
  const Json beyond = json_of(get(revision + "/tokens", "from_line=9"));
  EXPECT_TRUE(beyond.find("lines")->array()->empty());
}

TEST_F(NcApi, without_cycles_an_estimate_says_that_it_stands_on_the_prior) {
  const auto response = get(keep("O1.nc", kMinute) + "/estimate");

  check_shape(response, "ProgramEstimate");
  const Json told = json_of(response);
  EXPECT_EQ(text(*told.find("constants"), "from"), "prior");
  EXPECT_TRUE(told.find("measured")->is_null());
  EXPECT_NEAR(number(*told.find("parts"), "cutting"), 60, 0.5);
  EXPECT_LT(number(told, "low"), number(told, "seconds"));
  EXPECT_GT(number(told, "high"), number(told, "seconds"));
  EXPECT_EQ(told.find("cut")->boolean(), false);
}

TEST_F(NcApi, a_machines_own_cycles_teach_its_constants) {
  // 40 tool changes and next to nothing else: the prior takes six seconds and the ways for each.
  std::string changes = "G21 G90 G94\n";
  for (int i = 1; i <= 40; ++i) changes += "T" + std::to_string(i) + " M6\n";
  const std::string revision = keep("O7.nc", changes + "M30\n");
  keep("O9.nc", kMinute);
  const double before = number(json_of(get(revision + "/estimate")), "seconds");
  for (int i = 0; i < 6; ++i) {
    run("O7", 1'200);
    run("O0009", 61);
  }
  const auto response = get(revision + "/estimate");

  check_shape(response, "ProgramEstimate");
  const Json told = json_of(response);
  const Json& constants = *told.find("constants");
  EXPECT_EQ(text(constants, "from"), "cycles");
  EXPECT_EQ(constants.find("programs")->integer(), 2);
  EXPECT_EQ(constants.find("cycles")->integer(), 12);
  EXPECT_LT(before, 600);
  EXPECT_GT(number(told, "seconds"), 900);
  EXPECT_EQ(told.find("measured")->find("cycles")->integer(), 6);
  EXPECT_EQ(number(*told.find("measured"), "median"), 1'200);
}

TEST_F(NcApi, a_program_of_very_many_steps_teaches_too) {
  // 60,000 ways to and fro, each from rest to rest: the prior takes 37 ms for each.
  std::string ways = "G21 G90 G94\nG0 X0\nG1 F6000\n";
  for (int i = 0; i < 30'000; ++i) ways += "X1.\nX0.\n";
  const std::string revision = keep("O7.nc", ways + "M30\n");
  const double before = number(json_of(get(revision + "/estimate")), "seconds");
  for (int i = 0; i < 6; ++i) run("O7", 3'600);

  const Json told = json_of(get(revision + "/estimate"));
  EXPECT_EQ(text(*told.find("constants"), "from"), "cycles");
  EXPECT_EQ(told.find("constants")->find("left_out")->integer(), 0);
  EXPECT_LT(before, 2'600);
  EXPECT_NEAR(number(told, "seconds"), 3'600, 200);
}

TEST_F(NcApi, cycles_of_an_earlier_text_teach_nothing) {
  const std::string revision = keep("O7.nc", kMinute);
  run("O7", 900);
  const std::string program = revision.substr(0, revision.find("/revisions"));
  put(program, std::string(kMinute) + "(changed)\n");

  const Json told = json_of(get(program + "/revisions/2/estimate"));
  EXPECT_EQ(text(*told.find("constants"), "from"), "prior");
  EXPECT_TRUE(told.find("measured")->is_null());
}

TEST_F(NcApi, a_program_that_is_not_known_as_a_whole_teaches_nothing) {
  const std::string revision = keep("O7.nc", "G21 G90\nM98 P4711\nG1 X600. F600\nM30\n");
  run("O7", 900);
  const Json told = json_of(get(revision + "/estimate"));
  EXPECT_EQ(text(*told.find("constants"), "from"), "prior");
  EXPECT_EQ(told.find("constants")->find("left_out")->integer(), 1);
  EXPECT_EQ(number(*told.find("measured"), "median"), 900) << "what was measured is told anyway";
}

TEST_F(NcApi, sub_programs_are_those_of_the_machine_then_those_of_all) {
  const std::string main =
      keep("O1.nc", "G21 G90 G94 F600\nG0 X0 Y0 Z0\nM98 P2000\nM98 P3000\nM30\n");
  keep("O2000.nc", "G1 X600.\nM99\n");
  keep("O3000", "G1 X0.\nM99\n", false);

  const Json told = json_of(get(main + "/estimate"));
  EXPECT_EQ(told.find("whole")->boolean(), true);
  EXPECT_NEAR(number(*told.find("parts"), "cutting"), 120, 1);

  const Shop other = house_.open_shop("Other", "bert@example.com");
  EXPECT_EQ(house_.get(other.session, main + "/estimate").status, 404);
  const std::string lonely = keep("O5.nc", "G21\nM98 P6000\nM30\n");
  const auto made = house_.send(
      other.session,
      {.method = Method::kPost, .path = other.path() + "/programs", .body = R"({"name":"O6000"})"});
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(json_of(get(lonely + "/estimate")).find("whole")->boolean(), false);
}

TEST_F(NcApi, what_never_ends_is_cut_and_says_so) {
  keep("O1.nc", "N1 G4 P1\nGOTO1\nM30\n");
  const auto floor = must(house_.machines_of(shop_.organization));
  const auto named = must(floor->programs().named(house_.access(), "O1.nc", shop_.machine));
  const auto told = must(machines::time_of(floor->programs(), floor->figures(),
                                           {house_.access(), house_.access()},
                                           {.program = *named,
                                            .revision = 1,
                                            .machine = std::nullopt,
                                            .dialect = std::nullopt,
                                            .most_blocks = 1'000},
                                           house_.clock().now()));
  EXPECT_TRUE(told.estimate.reading.cut);
  EXPECT_TRUE(told.estimate.at_least);
  EXPECT_EQ(told.estimate.reading.blocks, 1'001U);
  EXPECT_EQ(told.estimate.reading.notes.back().kind, machines::nc::NoteKind::kLimit);
}

TEST_F(NcApi, what_is_no_text_has_no_time) {
  const std::string revision = keep("O1.bin", std::string("a\0b", 3));
  EXPECT_EQ(get(revision + "/estimate").status, 422);
  const Json tokens = json_of(get(revision + "/tokens"));
  EXPECT_EQ(tokens.find("binary")->boolean(), true);
  EXPECT_TRUE(tokens.find("lines")->array()->empty());
}

TEST_F(NcApi, what_is_not_there_is_404) {
  const std::string revision = keep("O1.nc", kMinute);
  const std::string program = revision.substr(0, revision.size() - 1);
  EXPECT_EQ(get(program + "2/tokens").status, 404);
  EXPECT_EQ(get(program + "2/estimate").status, 404);
  EXPECT_EQ(get(revision + "/estimate", "machine=01hf0adaadaadaadaadaadaada").status, 404);
}

}  // namespace
}  // namespace heed

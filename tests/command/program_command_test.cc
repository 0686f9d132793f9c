// `heed program …` as a shell sees it: words in, exit status and output out.
#include "app/program_command.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/json.h"
#include "command_run.h"

namespace heed::app {
namespace {

Said run(std::vector<std::string> words) {
  words.insert(words.begin(), "program");
  return run_command(program_command, words);
}

using ProgramCommand = CommandTest;

const std::string kGood =
    "%\nO1\nG21 G90 G54\n(FACE)\nT1 M6\nS2000 M3\nG0 X0. Y0.\nZ5.\nG1 Z0. F300\nX60. F1200\n"
    "G91 G28 Z0.\nM30\n%\n";

TEST_F(ProgramCommand, teaches_itself) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"--help"}, {"estimate", "--help"}}) {
    const Said said = run(words);
    EXPECT_EQ(said.status, 0);
    EXPECT_TRUE(has(said.out, "Usage: heed program")) << said.out;
  }
  EXPECT_TRUE(has(run({"--help"}).out, "heed program estimate part.nc --machine rapid=36000"));
  EXPECT_NE(run({"nonsense"}).status, 0);
  EXPECT_NE(run({"estimate"}).status, 0);
}

TEST_F(ProgramCommand, check_ends_with_0_1_or_2) {
  const std::string good = file("good.nc", kGood);
  const std::string doubt = file("doubt.nc", "G21 G0 X#500\nM30\n");
  const std::string bad = file("bad.nc", "G21\nG0 X1.\nGOTO 77\nM30\n");
  EXPECT_EQ(run({"check", good.c_str()}).status, 0);
  EXPECT_EQ(run({"check", doubt.c_str()}).status, 0);
  EXPECT_EQ(run({"check", "--strict", doubt.c_str()}).status, 2);
  const Said said = run({"check", bad.c_str()});
  EXPECT_EQ(said.status, 1);
  EXPECT_TRUE(has(said.out, "bad.nc:3: error: there is no N77 to go to")) << said.out;
  EXPECT_EQ(run({"check", "/nowhere/at/all.nc"}).status, 1);
}

TEST_F(ProgramCommand, estimate_prints_a_table_with_its_interval_and_constants) {
  const std::string good = file("good.nc", kGood);
  const Said said = run({"estimate", good.c_str(), "--machine", "rapid=30000", "tool_change=4"});
  EXPECT_EQ(said.status, 0) << said.error;
  for (const char* part :
       {"good.nc: ", "(80 %: ", "tool change", "T1", "FACE", "rapid=30000", "tool_change=4"}) {
    EXPECT_TRUE(has(said.out, part)) << part << "\n" << said.out;
  }
  const Said lines = run({"estimate", "--lines", good.c_str()});
  EXPECT_TRUE(has(lines.out, "10-10")) << lines.out;
}

TEST_F(ProgramCommand, json_is_json) {
  const std::string good = file("good.nc", kGood);
  for (const char* command : {"check", "estimate"}) {
    const Said said = run({command, "--json", good.c_str()});
    const auto json = Json::parse(said.out);
    ASSERT_TRUE(json.has_value()) << said.out;
    EXPECT_EQ(*required_string(*json, "dialect"), "fanuc");
  }
}

TEST_F(ProgramCommand, refuses_words_that_it_does_not_know_with_those_that_it_does) {
  const std::string good = file("good.nc", kGood);
  const Said machine = run({"estimate", good.c_str(), "--machine", "speed=3"});
  EXPECT_EQ(machine.status, 1);
  EXPECT_TRUE(has(machine.error, "tool_change=6")) << machine.error;
  EXPECT_TRUE(has(run({"check", good.c_str(), "--dialect", "pascal"}).error, "say fanuc"));
  EXPECT_TRUE(has(run({"check", good.c_str(), "--set", "500=3"}).error, "sets no variable"));
}

TEST_F(ProgramCommand, sub_programs_are_found_in_the_directories_and_nowhere_else) {
  file("O2000.nc", "O2000\nG4 P9000\nM99\n");
  const std::string main = file("main.nc", "O1\nM98 P2000\nM30\n");
  const std::string directory = directory_;
  EXPECT_TRUE(has(run({"estimate", main.c_str(), "--sub", directory.c_str()}).out, "0:09.0"));
  EXPECT_TRUE(has(run({"check", main.c_str()}).out, "calls O2000, which is in no text"));
  const std::string out = file("out.ngc", "o<../../etc/passwd> call\nM2\n");
  EXPECT_TRUE(has(run({"check", out.c_str(), "--sub", directory.c_str()}).out, "is in no text"));
}

TEST_F(ProgramCommand, fit_gives_the_words_that_fit) {
  const std::string good = file("good.nc", kGood);
  const std::string word = good + "=31.5";
  const Said said = run({"fit", word.c_str()});
  EXPECT_EQ(said.status, 0) << said.error;
  EXPECT_TRUE(has(said.out, "--machine rapid=")) << said.out;
  EXPECT_EQ(run({"fit", good.c_str()}).status, 1);
}

}  // namespace
}  // namespace heed::app

// `heed policy …` as a shell sees it: words in, exit status and output out.
#include "app/policy_command.h"

#include <gtest/gtest.h>

#include "app/files.h"
#include "base/json.h"
#include "command_run.h"

namespace heed::app {
namespace {

Said run(std::vector<std::string> words) {
  words.insert(words.begin(), "policy");
  return run_command(
      [](int argc, const char* const* argv) {
        return policy_command(argc, argv, [] { return policy::Inventory(); });
      },
      words);
}

using PolicyCommand = CommandTest;

const std::string kText =
    "policy p \"P\" version 2026-01-01\ncategory usage party engine party other purpose service\n";
const std::string kNarrow = kText + "clause 1 \"S\" { allow usage for service to engine }\n";
const std::string kWide = kText + "clause 1 \"S\" { allow usage for service to engine, other }\n";

TEST_F(PolicyCommand, teaches_itself) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"--help"}, {"check", "--help"}}) {
    const Said said = run(words);
    EXPECT_EQ(said.status, 0);
    EXPECT_TRUE(has(said.out, "Usage: heed policy")) << said.out;
  }
  EXPECT_TRUE(has(run({"--help"}).out, "heed policy diff shop.policy proposed.policy"));
  EXPECT_NE(run({"nonsense"}).status, 0);
  EXPECT_NE(run({"check"}).status, 0);
}

TEST_F(PolicyCommand, check_ends_with_0_1_or_2) {
  const std::string good = file("good.policy", kNarrow);
  const std::string bad = file("bad.policy", kText + "clause 1 \"S\" { deny usages }\n");
  EXPECT_EQ(run({"check", good.c_str()}).status, 0);
  EXPECT_EQ(run({"check", "--strict", good.c_str()}).status, 2);
  const Said said = run({"check", bad.c_str()});
  EXPECT_EQ(said.status, 1);
  EXPECT_TRUE(has(said.error, "bad.policy:3:21: error: ")) << said.error;
  EXPECT_EQ(run({"check", "shipped:heed"}).status, 0);
}

TEST_F(PolicyCommand, a_file_that_is_not_there_is_named) {
  for (const char* name : {"/no/such.policy", "/", "shipped:nobody"}) {
    const Said said = run({"check", name});
    EXPECT_EQ(said.status, 1);
    EXPECT_FALSE(said.error.empty());
    const Said json = run({"check", "--json", name});
    EXPECT_EQ(json.status, 1);
    EXPECT_TRUE(Json::parse(json.out)) << json.out;
  }
}

TEST_F(PolicyCommand, diff_ends_with_3_when_a_promise_is_weakened_O84) {
  const std::string narrow = file("narrow.policy", kNarrow);
  const std::string wide = file("wide.policy", kWide);
  EXPECT_EQ(run({"diff", narrow.c_str(), wide.c_str()}).status, 3);
  EXPECT_EQ(run({"diff", wide.c_str(), narrow.c_str()}).status, 0);
  EXPECT_EQ(run({"diff", narrow.c_str(), narrow.c_str()}).status, 0);
}

TEST_F(PolicyCommand, format_writes_the_canonical_form_back) {
  const std::string path = file("p.policy", kNarrow);
  EXPECT_EQ(run({"format", "--check", path.c_str()}).status, 1);
  EXPECT_EQ(run({"format", "--write", path.c_str()}).status, 0);
  EXPECT_EQ(run({"format", "--check", path.c_str()}).status, 0);
  EXPECT_EQ(run({"format", path.c_str()}).out, *read_text(path, 10'000));
}

TEST_F(PolicyCommand, render_writes_the_page) {
  const std::string policy = file("p.policy", kNarrow);
  const std::string page = directory_ / "page.html";
  EXPECT_EQ(run({"render", policy.c_str(), "-o", page.c_str()}).status, 0);
  EXPECT_TRUE(has(*read_text(page, 100'000), "<h1>P</h1>"));
  EXPECT_EQ(run({"render", policy.c_str(), "--as", "pdf"}).status, 1);
  EXPECT_EQ(run({"render", policy.c_str(), "-o", "/no/such/page.html"}).status, 1);
}

TEST_F(PolicyCommand, explain_coverage_and_replay_answer_in_text_and_json) {
  const std::string policy = file("p.policy", kNarrow);
  const std::string log = file("log.jsonl",
                               "{\"purpose\":\"service\",\"party\":\"engine\",\"category\":"
                               "\"usage\",\"allowed\":false,\"clause\":\"default\"}\n");
  const std::string report = file("report.txt", "[       OK ] A.b_O1 (0 ms)\n");
  const std::vector<std::vector<std::string>> all = {
      {"explain", policy.c_str(), "--purpose", "service", "--category", "usage", "--party",
       "engine"},
      {"coverage", policy.c_str(), "--tests", report.c_str()},
      {"replay", policy.c_str(), "--log", log.c_str()}};
  for (std::vector<std::string> words : all) {
    EXPECT_EQ(run(words).status, 0) << words[0];
    words.push_back("--json");
    EXPECT_TRUE(Json::parse(run(words).out)) << words[0];
  }
}

TEST_F(PolicyCommand, a_file_beyond_its_limit_is_not_read) {
  const std::string path = file("long", std::string(100, 'x'));
  EXPECT_TRUE(read_text(path, 100));
  EXPECT_EQ(read_text(path, 99).error().kind, ErrorKind::kExhausted);
}

}  // namespace
}  // namespace heed::app

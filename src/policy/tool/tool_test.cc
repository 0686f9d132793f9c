#include "policy/tool/tool.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "policy/example.h"
#include "policy/publish/forms.h"
#include "policy/tool/test_results.h"

namespace heed::policy {
namespace {

const Time kToday = *parse_time("2026-11-22T12:00:00Z");
const PolicyTexts kTools = {{"tools.policy", example::kText}};
const PolicyTexts kBroken = {{"broken.policy",
                              "policy p \"P\" version 2026-01-01\nclause 1 \"S\" "
                              "{ deny usages }\ncategory usage"}};

PolicyTexts edited(std::string_view from, std::string_view to) {
  std::string text = example::kText;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return {{"edited.policy", text.replace(at, from.size(), to)}};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(ToolCheck, a_good_policy_is_summed_up_with_its_warnings) {
  const ToolAnswer answer = tool_check(kTools, {}, kToday);
  EXPECT_EQ(answer.status, ToolStatus::kGood);
  EXPECT_TRUE(has(answer.text, "The tool shop's policy: 9 clauses, 1 kind, ")) << answer.text;
  EXPECT_TRUE(has(answer.error, "warning: ")) << answer.error;
}

TEST(ToolCheck, strict_makes_warnings_count) {
  EXPECT_EQ(tool_check(kTools, {.strict = true}, kToday).status, ToolStatus::kWarnings);
}

TEST(ToolCheck, an_error_is_shown_where_it_stands) {
  const ToolAnswer answer = tool_check(kBroken, {}, kToday);
  EXPECT_EQ(answer.status, ToolStatus::kErrors);
  EXPECT_TRUE(has(answer.error, "broken.policy:2:21: error: the policy has no category 'usages'"))
      << answer.error;
  EXPECT_TRUE(has(answer.error, "did you mean 'usage'?"));
}

TEST(ToolCheck, every_command_tells_the_errors_of_its_texts) {
  for (const bool json : {false, true}) {
    for (const ToolAnswer& answer :
         {tool_check(kBroken, {.json = json}, kToday), tool_diff(kTools, kBroken, json),
          tool_diff(kBroken, kTools, json), tool_render(kBroken, "html", json, kToday),
          tool_explain(kBroken, {}, json), tool_coverage(kBroken, {}, {}, json),
          tool_replay(kBroken, "", json)}) {
      EXPECT_EQ(answer.status, ToolStatus::kErrors);
      EXPECT_TRUE(has(json ? answer.text : answer.error, "no category 'usages'"));
      if (json) EXPECT_TRUE(Json::parse(answer.text));
    }
  }
}

TEST(ToolCheck, json_names_each_finding_with_its_place) {
  const auto parsed = Json::parse(tool_check(kBroken, {.json = true}, kToday).text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->find("ok")->boolean(), false);
  const Json& first = parsed->find("findings")->array()->at(0);
  EXPECT_EQ(first.find("line")->integer(), 2);
  EXPECT_EQ(*first.find("check")->string(), "unknown-word");
}

TEST(ToolFormat, formats_and_does_not_touch_what_cannot_be_read) {
  const ToolAnswer once = tool_format(kTools[0], false);
  EXPECT_EQ(once.status, ToolStatus::kGood);
  EXPECT_EQ(tool_format({"again", once.text}, false).text, once.text);
  const ToolAnswer broken = tool_format({"b", "policy {"}, false);
  EXPECT_EQ(broken.status, ToolStatus::kErrors);
  EXPECT_EQ(broken.text, "");
}

TEST(ToolDiff, a_weakened_promise_has_a_status_of_its_own_O84) {
  const PolicyTexts weaker = edited("deny any for marketing when opted_out", "");
  const PolicyTexts open = edited("unless opted_out\n  deny any for marketing when opted_out", "");
  EXPECT_EQ(tool_diff(kTools, kTools, false).status, ToolStatus::kGood);
  EXPECT_EQ(tool_diff(kTools, weaker, false).status, ToolStatus::kGood);  // its allow minds it, too
  const ToolAnswer answer = tool_diff(kTools, open, false);
  EXPECT_EQ(answer.status, ToolStatus::kWeakened);
  EXPECT_TRUE(has(answer.text, "weakened  ")) << answer.text;
  EXPECT_TRUE(has(answer.text, "a notice must be given"));
  EXPECT_EQ(tool_diff(open, kTools, false).status, ToolStatus::kGood);
  const auto parsed = Json::parse(tool_diff(kTools, open, true).text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->find("weakened")->boolean(), true);
  EXPECT_FALSE(parsed->find("cells")->array()->empty());
}

TEST(ToolRender, gives_every_form_and_names_them_when_asked_for_another) {
  for (const char* as : {"html", "markdown", "dpv", "fides", "gpc", "text"}) {
    const ToolAnswer answer = tool_render(kTools, as, false, kToday);
    EXPECT_EQ(answer.status, ToolStatus::kGood) << as;
    EXPECT_FALSE(answer.text.empty());
    EXPECT_TRUE(Json::parse(tool_render(kTools, as, true, kToday).text)) << as;
  }
  const ToolAnswer pdf = tool_render(kTools, "pdf", false, kToday);
  EXPECT_EQ(pdf.status, ToolStatus::kErrors);
  EXPECT_TRUE(has(pdf.error, "html, markdown, dpv, fides, gpc and text"));
}

TEST(ToolExplain, shows_who_won_and_who_lost) {
  const Question question{"service.billing", "personal.contact", "processor.payments", {}, {}};
  const ToolAnswer answer = tool_explain(kTools, question, false);
  EXPECT_EQ(answer.status, ToolStatus::kGood);
  EXPECT_TRUE(has(answer.text, "Refused by clause 2.1")) << answer.text;
  EXPECT_TRUE(has(answer.text, "loses to the deny of 2.1"));
  const auto parsed = Json::parse(tool_explain(kTools, question, true).text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->find("reasons")->array()->size(), 2U);
}

TEST(ToolExplain, facts_are_conditions_or_words_of_a_dimension) {
  Question question{"service", "usage", "engine", {"source:shop.form"}, {}};
  EXPECT_TRUE(has(tool_explain(kTools, question, false).text, "Allowed by clause 1.1"));
  question.holds.clear();
  EXPECT_TRUE(has(tool_explain(kTools, question, false).text, "Refused"));
}

TEST(ToolExplain, a_word_that_the_policy_lacks_is_told_with_what_was_meant) {
  for (const Question& question :
       {Question{"servise", "usage", "engine", {}, {}},
        Question{"service", "usge", "engine", {}, {}},
        Question{"service", "usage", "engin", {}, {}},
        Question{"service", "usage", "engine", {"opted_ot"}, {}},
        Question{"service", "usage", "engine", {}, {"source:shop.from"}}}) {
    const ToolAnswer answer = tool_explain(kTools, question, false);
    EXPECT_EQ(answer.status, ToolStatus::kErrors);
    EXPECT_TRUE(has(answer.error, "did you mean '")) << answer.error;
  }
}

TEST(ToolCoverage, gaps_are_told_and_are_an_error) {
  const ToolAnswer answer = tool_coverage(kTools, {}, {}, false);
  EXPECT_EQ(answer.status, ToolStatus::kErrors);
  EXPECT_TRUE(has(answer.text, "not held against tests")) << answer.text;
  Inventory program;
  program.conditions = {"contract_valid", "opted_out",  "required_by_law",
                        "verified_login", "aggregated", "ground_logged"};
  EXPECT_EQ(tool_coverage(kTools, program, {}, false).status, ToolStatus::kGood);
  EXPECT_EQ(tool_coverage(kTools, program, {{"A.b_O27", true}}, true).status, ToolStatus::kErrors);
}

TEST(ToolReplay, past_decisions_are_held_against_the_text) {
  const std::string log =
      R"({"actor":"key:1","purpose":"service","party":"person","category":"usage","holds":[],)"
      R"("fails":[],"allowed":true,"clause":"9","day":20000,"count":3})"
      "\n\n"
      R"({"purpose":"rights","party":"person","category":"usage","allowed":false,"clause":"3.2"})"
      "\n";
  const ToolAnswer answer = tool_replay(kTools, log, false);
  EXPECT_EQ(answer.status, ToolStatus::kGood);
  EXPECT_TRUE(has(answer.text, "newly refused 3 times: usage to person for service by key:1"))
      << answer.text;
  EXPECT_TRUE(has(answer.text, "4 decisions: 0 newly allowed, 3 newly refused"));
  EXPECT_TRUE(Json::parse(tool_replay(kTools, log, true).text));
}

TEST(ToolReplay, a_broken_line_is_named) {
  for (const char* line :
       {"{", "[]", R"({"purpose":"service","party":"p","category":"c","clause":"1"})",
        R"({"purpose":"s","party":"p","category":"c","clause":"1","allowed":true,"count":0})",
        R"({"purpose":"s","party":"p","category":"c","clause":"1","allowed":true,"day":-1})",
        R"({"purpose":"s","party":"p","category":"c","clause":"1","allowed":true,"holds":[1]})"}) {
    const ToolAnswer answer = tool_replay(kTools, std::string("\n") + line, false);
    EXPECT_EQ(answer.status, ToolStatus::kErrors) << line;
    EXPECT_TRUE(has(answer.error, "line 2: ")) << answer.error;
  }
}

TEST(Forms, a_decision_reads_back_as_it_was_written) {
  JsonWriter json;
  write_json(json, LoggedDecision{"a", "p", "q", "c", {"x"}, {"source:y"}, true, "3.2", 7, 9});
  const auto read = read_decisions(json.view());
  ASSERT_TRUE(read);
  const LoggedDecision& one = read->at(0);
  EXPECT_EQ(one.fails, std::vector<std::string>{"source:y"});
  EXPECT_EQ(one.count, 9U);
  EXPECT_EQ(one.day, 7);
}

TEST(TestResults, are_read_from_each_form_that_googletest_writes) {
  const char* const reports[] = {
      R"({"testsuites":[{"name":"A","testsuite":[
        {"name":"b_O1","status":"RUN","result":"COMPLETED"},
        {"name":"c_O2","result":"COMPLETED","failures":[{"failure":"no"}]},
        {"name":"d_O3","result":"SKIPPED"},{"name":"e_O4","result":"SUPPRESSED"}]}]})",
      R"(<?xml version="1.0"?><testsuites><testsuite name="A">
        <testcase name="b_O1" file="x" status="run" result="completed" classname="A" />
        <testcase name="c_O2" result="completed" classname="A"><failure message="&gt;"/></testcase>
        <testcase name="d_O3" result="skipped" classname="A"><skipped/></testcase>
        </testsuite></testsuites>)",
      "[==========] Running 3 tests\n[ RUN      ] A.b_O1\n[       OK ] A.b_O1 (0 ms)\n"
      "[  FAILED  ] A.c_O2, where GetParam() = 3 (1 ms)\n[  SKIPPED ] A.d_O3 (0 ms)\n"
      "[  PASSED  ] 1 test.\n[  FAILED  ] A.c_O2, where GetParam() = 3\n"};
  for (const char* report : reports) {
    const auto results = read_test_results(report);
    ASSERT_TRUE(results) << report;
    ASSERT_EQ(results->size(), 2U) << report;
    EXPECT_EQ(results->at(0).name, "A.b_O1");
    EXPECT_TRUE(results->at(0).passed);
    EXPECT_EQ(results->at(1).name, "A.c_O2");
    EXPECT_FALSE(results->at(1).passed);
  }
}

TEST(TestResults, a_report_without_a_test_is_an_error) {
  for (const char* report : {"", "{}", "<testsuites/>", "hello", "{"}) {
    EXPECT_FALSE(read_test_results(report)) << report;
  }
}

}  // namespace
}  // namespace heed::policy

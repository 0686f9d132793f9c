// docs/POLICY.md is held against the program: its grammar, its examples, its answers.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "policy/cases.h"
#include "policy/language/parse.h"

namespace heed::policy {
namespace {

std::string load(std::string_view path) {
  std::ifstream in(std::filesystem::path(HEED_SOURCE_DIR) / path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What stands in the page's block ```name … ```.
std::string block(const std::string& page, std::string_view name) {
  const std::string fence = "```" + std::string(name) + "\n";
  const std::size_t begin = page.find(fence);
  if (begin == std::string::npos) return {};
  const std::size_t from = begin + fence.size();
  return page.substr(from, page.find("```", from) - from);
}

std::shared_ptr<const Policy> compiled(const std::string& text) {
  const Checked checked = check({{"page", text}});
  for (const Finding& finding : checked.findings) ADD_FAILURE() << excerpt(finding, text);
  return checked.policy;
}

/// The productions that a comment holds, without its slashes.
std::string productions(const std::string& header) {
  std::string found;
  for (std::size_t at = header.find("//    1 "); at != std::string::npos;) {
    const std::size_t end = header.find('\n', at);
    const std::string line = header.substr(at, end - at);
    if (line == "//") break;
    found += line.substr(3) + "\n";
    at = end + 1;
  }
  return found;
}

/// Rows "| `request` | answer: why |" as cases.
std::string as_cases(const std::string& page) {
  std::string cases = "policy page\n\"The page\"\n";
  for (std::size_t at = page.find("\n| `"); at != std::string::npos;) {
    const std::size_t begin = at + 4;
    const std::size_t tick = page.find('`', begin);
    const std::string answer = page.substr(tick + 4, page.find_first_of(":|", tick + 4) - tick - 4);
    const std::string request = page.substr(begin, tick - begin);
    if (request.contains(" to ")) cases += request + "\n-> " + answer + "\n";
    at = page.find("\n| `", tick);
  }
  return cases;
}

void expect_answers(const Policy& policy, const std::string& text, std::size_t at_least) {
  const auto cases = parse_cases(text, "page");
  ASSERT_TRUE(cases) << cases.error().message;
  const auto& questions = cases->front().questions;
  EXPECT_GE(questions.size(), at_least);
  for (const CaseQuestion& question : questions) {
    const auto said = answer(policy, question.request);
    ASSERT_TRUE(said) << said.error().message;
    EXPECT_EQ(*said, question.expected) << "line " << question.line << " of\n" << text;
  }
}

TEST(Manual, its_grammar_is_the_parsers) {
  const std::string grammar = block(load("docs/POLICY.md"), "grammar");
  EXPECT_TRUE(grammar.contains("23 names"));
  EXPECT_EQ(grammar, productions(load("src/policy/language/document.h")));
}

TEST(Manual, its_example_answers_as_its_table_says) {
  const std::string page = load("docs/POLICY.md");
  const auto policy = compiled(block(page, "policy"));
  ASSERT_TRUE(policy);
  expect_answers(*policy, as_cases(page), 5);
}

TEST(Manual, its_kinds_are_kinds_of_its_example) {
  const std::string page = load("docs/POLICY.md");
  const auto policy = compiled(block(page, "policy") + block(page, "kinds"));
  ASSERT_TRUE(policy);
  std::string told;
  for (const Field& field : policy->kind("entry")->fields) told += declared(field) + "\n";
  EXPECT_EQ(told,
            "subject on erasure owns\n"
            "subject on erasure empties\n"
            "text with friend\n"
            "reference to dish on erasure stays\n"
            "integer indexed\n"
            "blob\n");
}

TEST(Manual, its_exercise_has_a_solution) {
  const std::string page = load("docs/POLICY.md");
  const auto policy = compiled(block(page, "words") + block(page, "solution"));
  ASSERT_TRUE(policy);
  expect_answers(*policy,
                 "policy page\n\"The library\"\n"
                 "reader.name for lending to librarian -> allowed by 1\n"
                 "reading_taste for lending to librarian -> refused by 1\n"
                 "reading_taste for research to university when aggregated -> allowed by 1\n"
                 "reading_taste for research to university -> refused by 3\n"
                 "group reading_taste for research to university -> at least 20\n"
                 "reader.address for reminder to librarian by email when not opted_out\n"
                 "-> allowed by 2\n"
                 "reader.address for reminder to librarian by email when opted_out\n"
                 "-> refused by default\n"
                 "reader.address for reminder to post_office by letter when not opted_out, "
                 "contract_valid -> allowed by 2\n"
                 "reader.address for reminder to post_office by letter when not opted_out\n"
                 "-> refused by default\n"
                 "reader.name for reminder to post_office by letter when not opted_out, "
                 "contract_valid -> refused by default\n"
                 "keep loan until account_closed -> 30 days by 3\n",
                 11);
}

}  // namespace
}  // namespace heed::policy

// The messages, read from cases/errors.cases, and inputs that are meant to hurt.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "policy/language/parse.h"

namespace heed::policy {
namespace {

const std::string kCases = HEED_SOURCE_DIR "/src/policy/cases/errors.cases";

struct Case {
  std::string name;
  std::string text;
  std::string told;
};
struct CaseFile {
  std::string head;
  std::vector<Case> cases;
};

std::string without_pilcrows(std::string text) {
  for (std::size_t at = 0; (at = text.find("¶", at)) != std::string::npos;) {
    text.erase(at, std::string_view("¶").size());
  }
  return text;
}

CaseFile read_cases() {
  CaseFile file;
  std::ifstream in(kCases);
  std::string* part = &file.head;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("--- ")) {
      file.cases.push_back({line.substr(4), {}, {}});
      part = &file.cases.back().text;
    } else if (line == "===" && !file.cases.empty()) {
      part = &file.cases.back().told;
    } else {
      *part += line + '\n';
    }
  }
  return file;
}

std::string told_of(std::string_view text) {
  std::string told;
  for (const Finding& finding : parse(text, "x.policy").findings) {
    told += fmt::format("{}:{} {}{}\n    {}\n", finding.place.line, finding.place.column,
                        finding.clause.empty() ? "" : "clause " + finding.clause + ": ",
                        finding.message, finding.mend);
  }
  return told + '\n';
}

void write_cases(const CaseFile& file) {
  std::ofstream out(kCases);
  out << file.head;
  for (const Case& one : file.cases) {
    std::string told = told_of(without_pilcrows(one.text));
    if (&one == &file.cases.back()) told.pop_back();
    out << "--- " << one.name << '\n' << one.text << "===\n" << told;
  }
}

TEST(ParseErrors, are_told_as_the_cases_say) {
  const CaseFile file = read_cases();
  if (std::getenv("HEED_UPDATE_CASES") != nullptr) write_cases(file);
  ASSERT_GE(file.cases.size(), 30U);
  for (const Case& one : read_cases().cases) {
    SCOPED_TRACE(one.name);
    const std::string last_line_is_blank = one.told.ends_with("\n\n") ? "" : "\n";
    EXPECT_EQ(told_of(without_pilcrows(one.text)), one.told + last_line_is_blank);
    EXPECT_NE(one.told, "\n");
  }
}

}  // namespace
}  // namespace heed::policy

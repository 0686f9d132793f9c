// Much of whatever costs a parser most: never slow, never deep, never more findings than
// told.
#include <gtest/gtest.h>

#include <ctime>

#include "policy/language/parse.h"

namespace heed::policy {
namespace {

// The sanitized build at -O0 is twenty times slower than what ships.
#if __has_feature(address_sanitizer)
constexpr std::size_t kSize = 1U << 17;
#else
constexpr std::size_t kSize = 1U << 20;
#endif
/// A quadratic step anywhere would take minutes.
constexpr double kMostCpuSeconds = 5;

std::string repeated(std::string_view begin, std::string_view piece) {
  std::string text(begin);
  while (text.size() < kSize) text += piece;
  return text;
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

constexpr std::string_view kClause = "policy p \"P\"\nclause 1 \"S.\" { ";
constexpr std::string_view kWord = "policy p \"P\"\ncategory a { ";

struct Hostile {
  std::string_view name;
  std::string_view begin;
  std::string_view piece;
};
constexpr std::array kInputs = {
    Hostile{"open braces", "", "{"},
    Hostile{"open braces in a clause", kClause, "{"},
    Hostile{"trees without end", kWord, "a { "},
    Hostile{"closing braces", "", "}"},
    Hostile{"quotes", "", "\""},
    Hostile{"quotes in lines", "policy p \"", "\n\""},
    Hostile{"escaped quotes", "policy p ", "\n\\\""},
    Hostile{"exceptions without end", kClause, "deny except { "},
    Hostile{"except without rules", kClause, "except { "},
    Hostile{"commas", "", ","},
    Hostile{"commas among words", kWord, ","},
    Hostile{"a list without end", kClause, "allow a,"},
    Hostile{"allow", "", "allow "},
    Hostile{"allow in a clause", kClause, "allow "},
    Hostile{"one name", "policy ", "a"},
    Hostile{"one path", kClause, "a."},
    Hostile{"one name of many lines", "policy p ", "a\n"},
    Hostile{"misspelt statements", kClause, "alow a\n"},
    Hostile{"misspelt declarations", "policy p \"P\"\n", "claus a\n"},
    Hostile{"clauses that are not closed", "policy p \"P\"\n", "clause 1 \"S.\" {\n"},
    Hostile{"texts that are not closed", "policy p \"P\"\n", "clause 1 \"S. {\n"},
    Hostile{"texts that begin with a keyword", "policy p \"P\n", "clause a b c d e f g h\n"},
    Hostile{"one text in one line", "policy p \"", "clause "},
    Hostile{"comments", "", "#\n"},
    Hostile{"comments before one thing", "policy p \"P\"\n", "# a\n"},
    Hostile{"one comment", "policy p \"P\" #", "a"},
    Hostile{"numbers", "", "9"},
    Hostile{"stray characters", "", ";:"},
    Hostile{"apostrophes", "policy p ", "' \n"},
    Hostile{"one apostrophe in a line", "policy p '", "; "},
    Hostile{"curly quotes", "policy p ", "\xe2\x80\x9c"},
    Hostile{"wrong bytes", "policy p \"", "\xff"},
    Hostile{"characters cut off", "policy p \"", "\xe2\x80"},
    Hostile{"foreign letters", "policy ", "\xc3\xa9"},
    Hostile{"nothing", "", std::string_view("\0", 1)},
    Hostile{"line ends", "", "\n"},
    Hostile{"clauses", "policy p \"P\"\n", "clause 1 \"S.\" { deny a to b when c }\n"},
    Hostile{"words", kWord, "a "},
    Hostile{"fields", "policy p \"P\" kind k 1 record { ", "a text b "},
};

TEST(ParseHostile, a_megabyte_of_anything_is_read_in_bounded_time) {
  for (const Hostile& input : kInputs) {
    SCOPED_TRACE(input.name);
    const std::string text = repeated(input.begin, input.piece);
    const double began = cpu_seconds();
    const Parsed parsed = parse(text, "x");
    const double seconds = cpu_seconds() - began;
    EXPECT_LT(seconds, kMostCpuSeconds);
    EXPECT_LE(parsed.findings.size(), ParseLimits::kFindings + 1);
    for (const Finding& finding : parsed.findings) {
      EXPECT_LE(finding.place.offset + finding.place.length, text.size());
      EXPECT_LT(excerpt(finding, text).size(), 2'000U);
    }
    RecordProperty(std::string(input.name), std::to_string(seconds));
  }
}

}  // namespace
}  // namespace heed::policy

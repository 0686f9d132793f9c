#include "policy/language/finding.h"

#include <gtest/gtest.h>

namespace heed::policy {
namespace {

constexpr std::string_view kText =
    "policy p \"P\"\nclause 4.2 \"S.\" {\n  allow personal to procesor\n}\n";

Finding finding_at(std::string_view text, std::size_t offset, std::uint32_t length) {
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<std::uint32_t>(1 + std::ranges::count(before, '\n'));
  const std::size_t begin = before.rfind('\n') + 1;
  return {.severity = Severity::kError,
          .check = "unknown-word",
          .file = "chatter.policy",
          .place = {line, static_cast<std::uint32_t>(1 + offset - begin),
                    static_cast<std::uint32_t>(offset), length},
          .clause = "4.2",
          .message = "the policy has no party 'procesor'",
          .mend = "did you mean 'processor'?"};
}

TEST(Excerpt, shows_the_line_the_place_and_the_mend) {
  const Finding finding = finding_at(kText, kText.find("procesor"), 8);
  EXPECT_EQ(excerpt(finding, kText),
            "chatter.policy:3:21: error: the policy has no party 'procesor' (clause 4.2)\n"
            "  3 |   allow personal to procesor\n"
            "    |                     ^^^^^^^^\n"
            "    = did you mean 'processor'?\n");
}

TEST(Excerpt, names_a_warning_and_no_clause_where_there_is_none) {
  Finding finding = finding_at(kText, 0, 6);
  finding.severity = Severity::kWarning;
  finding.clause = "";
  EXPECT_EQ(excerpt(finding, kText),
            "chatter.policy:1:1: warning: the policy has no party 'procesor'\n"
            "  1 | policy p \"P\"\n"
            "    | ^^^^^^\n"
            "    = did you mean 'processor'?\n");
}

std::string shown_lines(std::string_view text, std::size_t offset, std::uint32_t length) {
  const std::string whole = excerpt(finding_at(text, offset, length), text);
  const std::size_t begin = whole.find('\n') + 1;
  return whole.substr(begin, whole.find("    =") - begin);
}

TEST(Excerpt, aligns_the_marks_by_characters) {
  EXPECT_EQ(shown_lines("\tGrüße an", 9, 2), "  1 |  Grüße an\n    |        ^^\n");
}

TEST(Excerpt, marks_a_place_behind_the_line_and_one_of_several_lines) {
  EXPECT_EQ(shown_lines("keep a\nkeep b", 6, 0), "  1 | keep a\n    |       ^\n");
  EXPECT_EQ(shown_lines("deny a\n  to b", 0, 13), "  1 | deny a\n    | ^^^^^^\n");
  EXPECT_EQ(shown_lines("", 0, 0), "  1 | \n    | ^\n");
}

TEST(Excerpt, prints_nothing_that_a_terminal_would_obey) {
  EXPECT_EQ(shown_lines("a\x1b[2J\xff\xe2\x80\xae z", 10, 1), "  1 | a?[2J?? z\n    |         ^\n");
}

TEST(Excerpt, cuts_a_long_line_around_the_place) {
  const std::string text = std::string(5'000, 'a') + " here " + std::string(5'000, 'b');
  const std::string shown = shown_lines(text, 5'001, 4);
  EXPECT_EQ(shown, "  1 | " + std::string(59, 'a') + " here " + std::string(55, 'b') + "\n    | " +
                       std::string(60, ' ') + "^^^^\n");
}

}  // namespace
}  // namespace heed::policy

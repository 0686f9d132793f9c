#include "base/line_diff.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/utf8.h"

namespace heed {
namespace {

using Lines = std::vector<std::string_view>;

/// "=2 -1 +1"
std::string told(const LineDiff& diff) {
  std::string text;
  for (const LinePart& part : diff.parts) {
    const char sign = part.change == LineChange::kSame    ? '='
                      : part.change == LineChange::kAdded ? '+'
                                                          : '-';
    text += (text.empty() ? "" : " ") + std::string(1, sign) + std::to_string(part.count);
  }
  return text;
}

/// What the later text is by the script; the parts' own places must be right too.
Lines apply(const LineDiff& diff, const Lines& before, const Lines& after) {
  Lines made;
  std::size_t x = 0;
  for (const LinePart& part : diff.parts) {
    EXPECT_EQ(part.before, x);
    EXPECT_EQ(part.after, made.size());
    for (std::size_t i = 0; i < part.count; ++i) {
      if (part.change == LineChange::kSame) made.push_back(before[part.before + i]);
      if (part.change == LineChange::kAdded) made.push_back(after[part.after + i]);
    }
    if (part.change != LineChange::kAdded) x += part.count;
  }
  EXPECT_EQ(x, before.size());
  return made;
}

/// Lines changed in a shortest script, by the table of longest common subsequences.
std::size_t fewest(const Lines& before, const Lines& after) {
  std::vector<std::vector<std::size_t>> common(before.size() + 1,
                                               std::vector<std::size_t>(after.size() + 1));
  for (std::size_t i = 1; i <= before.size(); ++i) {
    for (std::size_t j = 1; j <= after.size(); ++j) {
      common[i][j] = before[i - 1] == after[j - 1] ? common[i - 1][j - 1] + 1
                                                   : std::max(common[i - 1][j], common[i][j - 1]);
    }
  }
  return before.size() + after.size() - 2 * common.back().back();
}

TEST(LineDiff, lines_end_with_either_end_of_line_and_the_last_one_needs_none) {
  EXPECT_EQ(split_lines("a\r\nb\n\nc"), (Lines{"a", "b", "", "c"}));
  EXPECT_EQ(split_lines("a\n"), (Lines{"a"}));
  EXPECT_TRUE(split_lines("").empty());
}

TEST(LineDiff, tells_what_was_removed_before_what_was_added) {
  EXPECT_EQ(told(diff_lines({"a", "b", "c"}, {"a", "x", "c"})), "=1 -1 +1 =1");
  EXPECT_EQ(told(diff_lines({}, {"a"})), "+1");
  EXPECT_EQ(told(diff_lines({"a"}, {})), "-1");
  EXPECT_EQ(told(diff_lines({"a", "b"}, {"a", "b"})), "=2");
  EXPECT_EQ(told(diff_lines({}, {})), "");
}

TEST(LineDiff, is_as_short_as_the_table_of_common_lines_says_over_random_texts) {
  SeededRandom random(17);
  const Lines words = {"a", "b", "c", "d"};
  for (int round = 0; round < 2'000; ++round) {
    const auto some = [&] {
      Lines lines(random.u64() % 24);
      for (std::string_view& line : lines) line = words[random.u64() % words.size()];
      return lines;
    };
    const Lines before = some();
    const Lines after = some();
    const LineDiff diff = diff_lines(before, after);
    ASSERT_EQ(apply(diff, before, after), after) << "round " << round;
    ASSERT_TRUE(diff.shortest);
    ASSERT_EQ(diff.removed + diff.added, fewest(before, after)) << "round " << round;
  }
}

TEST(LineDiff, compares_what_the_key_leaves_of_a_line) {
  const LineKey without_number = [](std::string_view line) {
    return std::string(line.substr(line.find(' ') + 1));
  };
  EXPECT_EQ(told(diff_lines({"N10 G0", "N20 G1"}, {"N15 G0", "N25 G2"}, without_number)),
            "=1 -1 +1");
}

TEST(LineDiff, says_so_where_two_texts_are_too_different_for_its_bounds) {
  std::vector<std::string> made;
  for (int i = 0; i < 400; ++i) made.push_back(std::to_string(i));
  const Lines before(made.begin(), made.begin() + 200);
  const Lines after(made.begin() + 200, made.end());
  const LineDiff few_edits = diff_lines(before, after, {}, {.edits = 50});
  EXPECT_FALSE(few_edits.shortest);
  EXPECT_EQ(told(few_edits), "-200 +200");
  const LineDiff few_steps = diff_lines(before, after, {}, {.steps = 1'000});
  EXPECT_FALSE(few_steps.shortest);
  EXPECT_TRUE(diff_lines(before, after).shortest);
}

TEST(LineDiff, finds_one_changed_line_among_two_hundred_thousand) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "X" + std::to_string(i) + "\n";
  const Lines before = split_lines(text);
  Lines after = before;
  after[123'456] = "X0 (changed)";
  after.insert(after.begin() + 50'000, "M1");
  const LineDiff diff = diff_lines(before, after);
  EXPECT_TRUE(diff.shortest);
  EXPECT_EQ(told(diff), "=50000 +1 =73456 -1 +1 =76543");
}

TEST(Utf8, takes_what_the_rfc_takes_and_nothing_else) {
  EXPECT_TRUE(
      is_utf8("O1 (F\xc3\xbc\xc3\x9f"
              "e \xe2\x82\xac \xf0\x9f\x98\x80)"));
  for (const std::string_view wrong : {"\xfc", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xc3",
                                       "\xf4\x90\x80\x80", "\x80", "\xff"}) {
    EXPECT_FALSE(is_utf8(wrong)) << to_hex(wrong);
  }
  EXPECT_EQ(utf8_of_latin1("F\xfc\xdf"
                           "e"),
            "F\xc3\xbc\xc3\x9f"
            "e");
}

}  // namespace
}  // namespace heed

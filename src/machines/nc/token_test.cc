#include "machines/nc/token.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace heed::machines::nc {
namespace {

constexpr std::array<Dialect, 6> kDialects = {Dialect::kFanuc,    Dialect::kHaas,
                                              Dialect::kLinuxCnc, Dialect::kGrbl,
                                              Dialect::kMarlin,   Dialect::kHeidenhain};

/// The tokens' texts, or where they do not follow each other.
std::string joined(std::string_view text, Dialect dialect) {
  std::string all;
  for (const Token& token : tokens(text, dialect)) {
    if (token.offset != all.size() || token.size == 0) return "a gap behind " + all;
    all += text.substr(token.offset, token.size);
  }
  return all;
}

/// "motion:G1 coordinate:X5" without blanks.
std::string told(std::string_view text, Dialect dialect) {
  std::string all;
  for (const Token& token : tokens(text, dialect)) {
    if (token.kind == TokenKind::kBlank || token.kind == TokenKind::kLineEnd) continue;
    if (!all.empty()) all += ' ';
    all += std::string(word(token.kind)) + ":" + std::string(text.substr(token.offset, token.size));
  }
  return all;
}

/// Bytes that look like a program more often than not.
std::string any_text(std::mt19937& random, std::size_t size) {
  static constexpr std::string_view kLikely =
      "GGGMXYZIJKFSTNO0123456789....--+#[]=()/;%\r\n\n  \t<>,*$:\"~EDO";
  std::string text;
  while (text.size() < size) {
    const bool likely = random() % 8 != 0;
    text += likely ? kLikely[random() % kLikely.size()] : static_cast<char>(random() % 256);
  }
  return text;
}

TEST(NcTokens, joined_are_the_text_again_whatever_the_bytes) {
  std::mt19937 random(20261129);  // NOLINT(cert-msc51-cpp): the same texts each time
  for (int round = 0; round < 400; ++round) {
    const std::string text = any_text(random, random() % 300);
    for (const Dialect dialect : kDialects) {
      ASSERT_EQ(joined(text, dialect), text) << "round " << round << " " << word(dialect);
    }
  }
}

TEST(NcTokens, of_a_line_do_not_depend_on_the_lines_before) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same texts each time
  for (int round = 0; round < 200; ++round) {
    const std::string first = any_text(random, random() % 80) + "\n";
    const std::string second = any_text(random, random() % 80);
    for (const Dialect dialect : kDialects) {
      std::vector<Token> whole = tokens(first + second, dialect);
      std::erase_if(whole, [&](const Token& token) { return token.offset < first.size(); });
      const std::vector<Token> alone = tokens(second, dialect);
      ASSERT_EQ(whole.size(), alone.size()) << "round " << round;
      for (std::size_t i = 0; i < alone.size(); ++i) {
        ASSERT_EQ(whole[i].offset - first.size(), alone[i].offset);
        ASSERT_EQ(whole[i].kind, alone[i].kind);
      }
    }
  }
}

TEST(NcTokens, name_what_a_page_highlights) {
  const struct {
    const char* text;
    Dialect dialect;
    const char* told;
  } cases[] = {
      {"N10 G01X1.5 Y-.5F200 (face)", Dialect::kFanuc,
       "label:N10 motion:G01 coordinate:X1.5 coordinate:Y-.5 feed:F200 comment:(face)"},
      {"/T1 M6 S1200 ; change", Dialect::kFanuc,
       "macro:/ tool:T1 function:M6 speed:S1200 comment:; change"},
      {"/2G0 Z 10.", Dialect::kFanuc, "macro:/2 motion:G0 coordinate:Z 10."},
      {"IF[#100EQ1]GOTO20", Dialect::kFanuc,
       "macro:IF macro:[ macro:#100 macro:EQ number:1 macro:] macro:GOTO number:20"},
      {"X-#1Y[SIN[30]]", Dialect::kFanuc,
       "coordinate:X macro:- macro:#1 coordinate:Y macro:[ macro:SIN macro:[ number:30 macro:] "
       "macro:]"},
      {"DPRNT[X#1[43]]", Dialect::kFanuc, "macro:DPRNT comment:[X#1[43]]"},
      {"o<pocket> call [1] [2]", Dialect::kLinuxCnc,
       "label:o<pocket> macro:call macro:[ number:1 macro:] macro:[ number:2 macro:]"},
      {"#<depth> = -3", Dialect::kLinuxCnc, "macro:#<depth> macro:= macro:- number:3"},
      {"M117 Layer 3 of G0", Dialect::kMarlin, "function:M117 comment:Layer 3 of G0"},
      {"$H", Dialect::kGrbl, "macro:$H"},
      {"(not closed", Dialect::kFanuc, "comment:(not closed"},
      {"G1 \xC3\xA9 X1", Dialect::kFanuc, "motion:G1 error:\xC3\xA9 coordinate:X1"},
      {"%", Dialect::kFanuc, "label:%"},
      {":1234", Dialect::kFanuc, "label::1234"},
      {"10 L X+50 IY-2.5 R0 FMAX M3", Dialect::kHeidenhain,
       "label:10 motion:L coordinate:X+50 coordinate:IY-2.5 coordinate:R0 feed:FMAX function:M3"},
      {"5 TOOL CALL 7 Z S2500 ; mill", Dialect::kHeidenhain,
       "label:5 tool:TOOL macro:CALL number:7 coordinate:Z speed:S2500 comment:; mill"},
      {"12 LBL 1", Dialect::kHeidenhain, "label:12 label:LBL number:1"},
  };
  for (const auto& one : cases) EXPECT_EQ(told(one.text, one.dialect), one.told) << one.text;
}

TEST(NcTokens, lines_end_as_shops_end_them) {
  for (const char* text : {"G0\nG1", "G0\r\nG1", "G0\r\r\nG1", "G0\rG1"}) {
    int ends = 0;
    for (const Token& token : tokens(text, Dialect::kFanuc)) {
      ends += token.kind == TokenKind::kLineEnd ? 1 : 0;
    }
    EXPECT_EQ(ends, 1) << text;
  }
}

TEST(NcTokens, a_large_line_is_read_once) {
  // A quadratic reader would not come back from this.
  for (const char piece : {'(', '<', '#', 'X', ' ', '\r', '[', 'O'}) {
    const std::string text(50'000, piece);
    std::size_t covered = 0;
    Lexer lexer(text, Dialect::kLinuxCnc);
    for (Token token; lexer.next(token);) covered += token.size;
    EXPECT_EQ(covered, text.size());
  }
}

TEST(NcDialect, is_recognized_by_what_only_it_writes) {
  const struct {
    const char* text;
    Dialect dialect;
  } cases[] = {
      {"%\nO1234 (PLATE)\nG54 G90\nG65 P9810 Z5.\n", Dialect::kFanuc},
      {"O1 (HAAS VF2)\nG0 X0\n", Dialect::kHaas},
      {"G0 X0\nM97 P100\n", Dialect::kHaas},
      {"#<depth> = 3\no100 while [1]\no100 endwhile\n", Dialect::kLinuxCnc},
      {"; generated by a slicer\nM104 S210\nG28\nG1 X1 E0.3\n", Dialect::kMarlin},
      {"$H\nG0 X1\n", Dialect::kGrbl},
      {"0 BEGIN PGM PLATE MM\n1 L X+5 FMAX\n", Dialect::kHeidenhain},
      {"", Dialect::kFanuc},
  };
  for (const auto& one : cases) EXPECT_EQ(word(recognize(one.text)), word(one.dialect)) << one.text;
}

}  // namespace
}  // namespace heed::machines::nc

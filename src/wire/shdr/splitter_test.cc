#include "wire/shdr/splitter.h"

namespace heed::wire::shdr {
namespace {

using Kind = RawLine::Kind;

std::vector<std::string> lines_of(LineSplitter& splitter) {
  std::vector<std::string> lines;
  while (const auto line = splitter.next()) lines.emplace_back(line->text);
  return lines;
}

TEST(LineSplitter, lines_end_in_lf_or_crlf_and_empty_ones_are_passed_over) {
  LineSplitter splitter;
  splitter.feed("a|b\r\nc|d\n\r\n\ne|f\r\n");
  EXPECT_EQ(lines_of(splitter), (std::vector<std::string>{"a|b", "c|d", "e|f"}));
}

TEST(LineSplitter, a_line_in_pieces_of_any_size_is_one_line) {
  const std::string text =
      "2016-10-31T09:08:36Z|a|1\r\n|@ASSET@|7|Tool|--multiline--X\n<a>\n</"
      "a>\n--multiline--X\r\nb|2\n";
  for (std::size_t size = 1; size < text.size(); ++size) {
    LineSplitter splitter;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += size) {
      splitter.feed(std::string_view(text).substr(at, size));
      for (std::string& line : lines_of(splitter)) lines.push_back(std::move(line));
    }
    EXPECT_EQ(lines, (std::vector<std::string>{
                         "2016-10-31T09:08:36Z|a|1",
                         "|@ASSET@|7|Tool|--multiline--X\n<a>\n</a>\n--multiline--X", "b|2"}))
        << size;
  }
}

TEST(LineSplitter, a_line_as_long_as_the_limit_is_whole_and_one_byte_more_is_too_long) {
  for (const char* ending : {"\n", "\r\n"}) {
    LineSplitter splitter;
    splitter.feed(std::string(kLongestLine, 'x') + ending + std::string(kLongestLine + 1, 'y') +
                  ending + "z\n");
    const auto whole = splitter.next();
    EXPECT_EQ(whole->kind, Kind::kWhole);
    EXPECT_EQ(whole->text.size(), kLongestLine);
    const auto long_one = splitter.next();
    EXPECT_EQ(long_one->kind, Kind::kTooLong);
    EXPECT_EQ(long_one->text, std::string(kLongestLine, 'y'));
    EXPECT_EQ(splitter.next()->text, "z");
  }
}

TEST(LineSplitter, a_line_without_end_is_told_once_and_holds_no_memory) {
  LineSplitter splitter;
  std::size_t told = 0;
  for (int i = 0; i < 100; ++i) {
    splitter.feed(std::string(10'000, 'x'));
    for (auto line = splitter.next(); line; line = splitter.next()) {
      EXPECT_EQ(line->kind, Kind::kTooLong);
      ++told;
    }
  }
  EXPECT_EQ(told, 1U);
  splitter.feed("\nb|2\n");
  EXPECT_EQ(splitter.next()->text, "b|2");
}

TEST(LineSplitter, an_asset_beyond_its_limit_is_told_and_lines_go_on) {
  LineSplitter splitter;
  splitter.feed("|@ASSET@|7|Tool|--multiline--X\n");
  std::vector<Kind> kinds;
  for (std::size_t fed = 0; fed <= kLongestAsset; fed += 1'000) {
    splitter.feed(std::string(999, 'x') + "\n");
    while (const auto line = splitter.next()) kinds.push_back(line->kind);
  }
  splitter.feed("a|1\n");
  EXPECT_EQ(kinds.front(), Kind::kTooLong);
  EXPECT_EQ(std::ranges::count(kinds, Kind::kTooLong), 1);
  EXPECT_EQ(splitter.next()->text, "a|1");
}

TEST(LineSplitter, only_an_asset_or_the_adapter_itself_opens_many_lines) {
  LineSplitter splitter;
  splitter.feed("|note|--multiline--X\nb|2\n* deviceModel: --multiline--Y\n<d/>\n--multiline--Y\n");
  EXPECT_EQ(lines_of(splitter),
            (std::vector<std::string>{"|note|--multiline--X", "b|2",
                                      "* deviceModel: --multiline--Y\n<d/>\n--multiline--Y"}));
}

TEST(LineSplitter, a_heartbeat_in_the_middle_of_an_asset_comes_first) {
  LineSplitter splitter;
  splitter.feed("|@ASSET@|7|Tool|--multiline--X\n<a>\n* PONG 10000\r\n</a>\n--multiline--X\n");
  EXPECT_EQ(lines_of(splitter),
            (std::vector<std::string>{
                "* PONG 10000", "|@ASSET@|7|Tool|--multiline--X\n<a>\n</a>\n--multiline--X"}));
}

TEST(LineSplitter, what_the_end_of_the_connection_cuts_is_told_as_cut) {
  LineSplitter splitter;
  splitter.feed("a|1\nS1speed|1200");
  EXPECT_EQ(splitter.next()->text, "a|1");
  EXPECT_FALSE(splitter.next());
  const auto cut = splitter.finish();
  EXPECT_EQ(cut->kind, Kind::kCut);
  EXPECT_EQ(cut->text, "S1speed|1200");
  EXPECT_FALSE(splitter.finish());
  splitter.feed("b|2\n");
  EXPECT_EQ(splitter.next()->text, "b|2");
}

}  // namespace
}  // namespace heed::wire::shdr

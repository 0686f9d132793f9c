#include "wire/line_reader.h"

#include <gtest/gtest.h>

#include <vector>

namespace heed::wire {
namespace {

std::vector<std::string> lines(std::string_view bytes, std::size_t piece) {
  LineReader reader(8);
  std::vector<std::string> all;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (const auto line = reader.next()) all.push_back(line->text + (line->whole ? "" : "…"));
  }
  return all;
}

TEST(LineReader, gives_whole_lines_without_their_ends_whatever_the_pieces) {
  const std::vector<std::string> expected = {"ok", "12345678", "12345678…", "end"};
  for (std::size_t piece = 1; piece < 40; ++piece) {
    EXPECT_EQ(lines("ok\r\n\r\n  12345678\n123456789abcdef\n end \nhalf", piece).size(), 4U)
        << piece;
  }
  EXPECT_EQ(lines("ok\r\n\r\n12345678\n123456789abcdef\n end \nhalf", 1), expected);
}

TEST(LineReader, a_line_without_an_end_fills_no_memory) {
  LineReader reader(8);
  std::size_t told = 0;
  for (int i = 0; i < 1'000; ++i) {
    reader.feed("xxxxxxxxxxxx");
    while (reader.next()) ++told;
  }
  EXPECT_EQ(told, 1U);
  reader.feed("\nok\n");
  const auto line = reader.next();
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "ok");
}

}  // namespace
}  // namespace heed::wire

#include "http/compression.h"

#include <zlib.h>

#include <gtest/gtest.h>

namespace heed::http {
namespace {

std::string unpacked(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string in = packed;
  std::string out(4'000'000, '\0');
  stream.next_in = reinterpret_cast<unsigned char*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int end = inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return end == Z_STREAM_END ? out : "not whole";
}

TEST(Compression, what_is_packed_unpacks_to_the_same) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + ",";
  const std::string packed = gzip(text);
  EXPECT_LT(packed.size(), text.size() / 2);
  EXPECT_EQ(unpacked(packed), text);
  EXPECT_EQ(unpacked(gzip("")), "");
}

TEST(Compression, a_packed_body_is_unpacked_whole_and_within_its_bound_or_not_at_all) {
  const std::string text(200'000, 'x');
  const std::string packed = gzip(text);
  EXPECT_EQ(gunzip(packed, text.size()), text);
  EXPECT_EQ(gunzip(packed, text.size() - 1).error().kind, ErrorKind::kExhausted);
  for (const std::string& wrong :
       {std::string(), packed.substr(0, packed.size() - 1), packed + "x", "plain" + packed}) {
    EXPECT_EQ(gunzip(wrong, text.size()).error().kind, ErrorKind::kInvalid);
  }
}

TEST(Compression, a_body_in_pieces_packs_to_one_whole) {
  std::string text;
  int row = 0;
  BodyStream stream = gzip([&]() -> Result<std::optional<std::string>> {
    if (row == 50'000) return std::optional<std::string>();
    std::string line = std::to_string(row++) + "\n";
    text += line;
    return std::optional(line);
  });
  std::string packed;
  for (auto piece = stream(); *piece; piece = stream()) packed += **piece;
  EXPECT_EQ(unpacked(packed), text);
}

TEST(Compression, a_body_that_breaks_off_still_breaks_off) {
  BodyStream stream = gzip(
      []() -> Result<std::optional<std::string>> { return fail(ErrorKind::kCorrupt, "gone"); });
  EXPECT_FALSE(stream().has_value());
}

TEST(Compression, the_client_says_whether_it_takes_gzip) {
  for (const char* yes : {"gzip", "br, gzip;q=0.5", "*", "gzip ; q=1"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const char* no : {"", "br", "gzip;q=0", "gzip; q=0.0", "xgzip", "identity"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
}

TEST(Compression, only_what_gains_is_packed) {
  for (const char* yes : {"text/html; charset=utf-8", "application/json", "image/svg+xml",
                          "application/problem+json", "text/csv"}) {
    EXPECT_TRUE(is_compressible(yes)) << yes;
  }
  for (const char* no : {"image/png", "text/event-stream", "font/woff2", ""}) {
    EXPECT_FALSE(is_compressible(no)) << no;
  }
}

}  // namespace
}  // namespace heed::http

#include "wire/mtconnect/multipart.h"

namespace heed::wire::mtconnect {
namespace {

struct Parts {
  std::vector<std::string> types;
  std::vector<std::string> bodies;
  std::size_t complete = 0;
  std::optional<ErrorKind> failure;
  bool closed = false;
  bool operator==(const Parts&) const = default;
};

Parts split(std::string_view boundary, BytesView stream, std::size_t step,
            MultipartLimits limits = {}) {
  Parts parts;
  MultipartSplitter splitter(std::string(boundary),
                             {.begin =
                                  [&](std::string_view type) {
                                    parts.types.emplace_back(type);
                                    parts.bodies.emplace_back();
                                  },
                              .body = [&](BytesView piece) { parts.bodies.back() += piece; },
                              .end = [&] { ++parts.complete; }},
                             limits);
  Result<void> result;
  for (std::size_t at = 0; at < stream.size() && result; at += step) {
    result = splitter.feed(stream.substr(at, step));
  }
  if (result) result = splitter.finish();
  if (!result) parts.failure = result.error().kind;
  parts.closed = splitter.closed();
  return parts;
}

Parts split(std::string_view boundary, BytesView stream, MultipartLimits limits = {}) {
  return split(boundary, stream, std::max<std::size_t>(1, stream.size()), limits);
}

TEST(MultipartBoundary, is_read_from_every_way_of_writing_the_content_type) {
  struct Case {
    const char* content_type;
    std::optional<std::string> boundary;
  };
  const Case cases[] = {
      {"multipart/x-mixed-replace;boundary=abc", "abc"},
      {"multipart/mixed; boundary=abc", "abc"},
      {"Multipart/X-Mixed-Replace ; charset=utf-8 ; BOUNDARY=\"a b;c\"", "a b;c"},
      {"multipart/mixed; boundary=\"a\\\"b\"; x=y", "a\"b"},
      {"multipart/mixed;x=\"boundary=no\";boundary=yes", "yes"},
      {"multipart/mixed; boundary=--abc", "--abc"},
      {"multipart/mixed", {}},
      {"multipart/mixed;boundary=", {}},
      {"multipart/mixed;boundary=\"\"", {}},
      {"multipart/form-data;boundary=abc", {}},
      {"text/xml;boundary=abc", {}},
      {"text/xml", {}},
      {"", {}},
  };
  for (const Case& c : cases)
    EXPECT_EQ(multipart_boundary(c.content_type), c.boundary) << c.content_type;
  EXPECT_TRUE(multipart_boundary("multipart/mixed;boundary=" + std::string(70, 'x')));
  EXPECT_FALSE(multipart_boundary("multipart/mixed;boundary=" + std::string(71, 'x')));
}

// The two that are met: cppagent writes CRLF before each boundary and after each body, others do
// not; and header names come in every case.
constexpr std::string_view kStream =
    "\r\n--b0\r\nContent-type: text/xml\r\nContent-length: 11\r\n\r\n<one\r\n--b0>"
    "--b0\r\nCONTENT-LENGTH:5\r\nX-Other: y\r\n\r\n<two>\r\n"
    "\r\n--b0\ncontent-type:application/xml\ncontent-length : 0\n\n"
    "\r\n--b0\r\nContent-type: text/xml\r\n\r\n<no>\r\n--b</no>\r\n"
    "--b0\r\n\r\n--b\r\n--b0\r\nContent-length:1\r\n\r\nz\r\n--b0--\r\nafterwards";

TEST(MultipartSplitter, cuts_by_length_whatever_the_body_says_and_by_boundary_without_one) {
  const Parts parts = split("b0", kStream);
  EXPECT_EQ(parts.bodies, (std::vector<std::string>{"<one\r\n--b0>", "<two>", "",
                                                    "<no>\r\n--b</no>", "--b", "z"}));
  EXPECT_EQ(parts.types,
            (std::vector<std::string>{"text/xml", "", "application/xml", "text/xml", "", ""}));
  EXPECT_EQ(parts.complete, 6U);
  EXPECT_TRUE(parts.closed);
  EXPECT_FALSE(parts.failure);
}

TEST(MultipartSplitter, any_cut_of_the_bytes_gives_the_same) {
  const Parts whole = split("b0", kStream);
  for (std::size_t step = 1; step <= kStream.size(); ++step) {
    EXPECT_EQ(split("b0", kStream, step), whole) << step;
  }
}

// Every prefix: a part counts as complete only when all of it has come.
TEST(MultipartSplitter, a_stream_that_ends_anywhere_gives_its_whole_parts_and_no_other) {
  const std::string part = "--b\r\nContent-type: text/xml\r\nContent-length: 4\r\n\r\n<a/>\r\n";
  const std::string stream = part + part;
  for (std::size_t end = 0; end <= stream.size(); ++end) {
    const Parts parts = split("b", BytesView(stream).substr(0, end));
    const std::size_t whole =
        (end >= part.size() - 2 ? 1U : 0U) + (end >= stream.size() - 2 ? 1U : 0U);
    EXPECT_EQ(parts.complete, whole) << end;
    // "--b\r\n" has come and the body is not complete: the end is a cut, not an end.
    const std::size_t in_part = end % part.size();
    const bool cut = in_part >= 5 && in_part < part.size() - 2;
    EXPECT_EQ(parts.failure.has_value(), cut) << end;
  }
}

TEST(MultipartSplitter, a_boundary_written_with_its_dashes_is_taken_as_written) {
  EXPECT_EQ(split("--b", "--b\r\nContent-length: 1\r\n\r\nx\r\n--b--\r\n").bodies,
            std::vector<std::string>{"x"});
}

TEST(MultipartSplitter, what_stands_before_the_first_boundary_is_skipped) {
  EXPECT_EQ(split("b", "hello\r\n\r\n--b\r\nContent-length: 1\r\n\r\nx\r\n").bodies,
            std::vector<std::string>{"x"});
}

TEST(MultipartSplitter, a_length_that_is_wrong_is_found_at_the_next_boundary) {
  EXPECT_EQ(split("b", "--b\r\nContent-length: 1\r\n\r\nxyz\r\n--b\r\n").failure,
            ErrorKind::kCorrupt);
  for (const char* length :
       {"", "x", "-1", "1 2", "99999999999999999999", "1\r\nContent-Length: 2"}) {
    EXPECT_EQ(split("b", fmt::format("--b\r\nContent-length: {}\r\n\r\nx", length)).failure,
              ErrorKind::kCorrupt)
        << length;
  }
}

TEST(MultipartSplitter, headers_and_parts_have_limits_that_hold_at_their_edge) {
  const MultipartLimits limits{.header_bytes = 40, .part_bytes = 10};
  const auto with_header = [](std::size_t size) {
    return "--b\r\n" + std::string(size - 4, 'h') + "\r\n\r\n";
  };
  EXPECT_FALSE(split("b", with_header(40), 1, limits).failure);
  EXPECT_EQ(split("b", with_header(41), 1, limits).failure, ErrorKind::kExhausted);
  EXPECT_EQ(split("b", std::string(41, 'p'), 1, limits).failure, ErrorKind::kExhausted);
  EXPECT_FALSE(split("b", "--b\nContent-length: 10\n\n0123456789", limits).failure);
  EXPECT_EQ(split("b", "--b\nContent-length: 11\n\n", limits).failure, ErrorKind::kExhausted);
  EXPECT_FALSE(split("b", "--b\n\n0123456789\n--b--", limits).failure);
  EXPECT_EQ(split("b", "--b\n\n01234567890\n--b--", limits).failure, ErrorKind::kExhausted);
}

// A delimiter that ends a part without length is read twice: its bytes count once, in any cut.
TEST(MultipartSplitter, a_boundary_line_has_the_same_limit_however_its_bytes_come) {
  const MultipartLimits limits{.header_bytes = 40, .part_bytes = 10};
  for (std::size_t size = 38; size <= 43; ++size) {
    const std::string stream = "--b\n\nx\n--b" + std::string(size - 3, '-');
    const Parts whole = split("b", stream, limits);
    EXPECT_EQ(whole.failure.has_value(), size > 40) << size;
    for (std::size_t step = 1; step <= stream.size(); ++step) {
      EXPECT_EQ(split("b", stream, step, limits), whole) << size << " by " << step;
    }
  }
}

TEST(MultipartSplitter, many_tiny_parts_without_length_need_no_deep_stack) {
  std::string stream;
  for (int i = 0; i < 100'000; ++i) stream += "--b\n\nx\n";
  EXPECT_EQ(split("b", stream).complete, 100'000U);
}

}  // namespace
}  // namespace heed::wire::mtconnect

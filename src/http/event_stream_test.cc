#include "http/event_stream.h"

#include <gtest/gtest.h>

namespace heed::http {
namespace {

TEST(EventStream, an_event_ends_with_an_empty_line) {
  EXPECT_EQ(format_event({7, "machine", R"({"id":"m"})"}),
            "id: 7\nevent: machine\ndata: {\"id\":\"m\"}\n\n");
  EXPECT_EQ(format_event({0, "reset", ""}), "event: reset\ndata: \n\n");
}

TEST(EventStream, a_line_break_in_data_cannot_forge_a_field) {
  EXPECT_EQ(format_event({0, "x", "a\nid: 9\r\nb\rc"}),
            "event: x\ndata: a\ndata: id: 9\ndata: b\ndata: c\n\n");
}

TEST(EventStream, what_is_no_number_resumes_nothing) {
  EXPECT_EQ(parse_event_id("42"), 42U);
  for (const char* text : {"", "-1", "4 2", "99999999999999999999", "x"}) {
    EXPECT_FALSE(parse_event_id(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace heed::http

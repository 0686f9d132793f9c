#include "policy/language/spelling.h"

#include <gtest/gtest.h>

namespace heed::policy {
namespace {

TEST(Spelling, counts_changed_missing_added_and_swapped_letters) {
  struct Row {
    std::string_view a, b;
    std::size_t distance;
  };
  const std::array rows = {
      Row{"", "", 0},          Row{"", "ab", 2},           Row{"deny", "deny", 0},
      Row{"deny", "dney", 1},  Row{"deny", "den", 1},      Row{"deny", "denny", 1},
      Row{"deny", "demy", 1},  Row{"allow", "alow", 1},    Row{"from", "form", 1},
      Row{"when", "wehn", 1},  Row{"ca", "abc", 3},        Row{"purpose", "prupsoe", 2},
      Row{"keep", "until", 4}, Row{"abcdef", "uvwxyz", 4},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.a);
    EXPECT_EQ(edit_distance(row.a, row.b, 3), row.distance);
    EXPECT_EQ(edit_distance(row.b, row.a, 3), row.distance);
  }
}

TEST(Spelling, finds_the_nearest_word_and_none_that_is_far) {
  constexpr std::array<std::string_view, 4> kWords = {"for", "from", "allow", "aggregate"};
  EXPECT_EQ(nearest("form", kWords), "from");
  EXPECT_EQ(nearest("frm", kWords), "from");
  EXPECT_EQ(nearest("alolw", kWords), "allow");
  EXPECT_EQ(nearest("agregat", kWords), "aggregate");
  EXPECT_EQ(nearest("permit", kWords), "");
  EXPECT_EQ(nearest("xy", kWords), "");
}

}  // namespace
}  // namespace heed::policy

#include "people/token.h"

namespace heed::people {
namespace {

TEST(SessionToken, is_read_back_as_it_was_made) {
  SeededRandom random(1);
  const auto made = SessionToken::make(PersonId::make(random), random);
  const auto read = SessionToken::parse(made.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->person, made.person);
  EXPECT_EQ(read->secret, made.secret);
  EXPECT_EQ(made.secret.size(), 32U);
}

TEST(SessionToken, is_not_read_from_other_text) {
  SeededRandom random(1);
  const std::string text = SessionToken::make(PersonId::make(random), random).text();
  for (const std::string& wrong : {std::string(), std::string("x"), text + "A", text.substr(1),
                                   "!" + text.substr(1), std::string(100'000, 'A')}) {
    EXPECT_FALSE(SessionToken::parse(wrong)) << wrong.substr(0, 80);
  }
}

TEST(KeyToken, begins_so_that_a_scanner_knows_it_and_is_read_back) {
  SeededRandom random(2);
  const auto made = KeyToken::make(random);
  EXPECT_TRUE(made.text().starts_with("heed_"));
  EXPECT_TRUE(made.text().starts_with(KeyToken::prefix(made.id)));
  const auto read = KeyToken::parse(made.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, made.id);
  EXPECT_EQ(read->secret, made.secret);
}

TEST(KeyToken, is_not_read_from_other_text) {
  SeededRandom random(2);
  const std::string text = KeyToken::make(random).text();
  for (const std::string& wrong :
       {std::string(), std::string("heed_"), text + "0", text.substr(0, text.size() - 1),
        "head_" + text.substr(5), text.substr(0, 31) + "-" + text.substr(32)}) {
    EXPECT_FALSE(KeyToken::parse(wrong)) << wrong;
  }
}

TEST(LinkToken, is_32_bytes_and_nothing_else) {
  EXPECT_TRUE(parse_link_token(to_base64url(Bytes(32, 'x'))));
  EXPECT_FALSE(parse_link_token(to_base64url(Bytes(31, 'x'))));
  EXPECT_FALSE(parse_link_token(to_base64url(Bytes(33, 'x'))));
  EXPECT_FALSE(parse_link_token(""));
}

TEST(Csrf, is_bound_to_its_session) {
  EXPECT_EQ(csrf_of("one secret"), csrf_of("one secret"));
  EXPECT_NE(csrf_of("one secret"), csrf_of("another secret"));
  EXPECT_FALSE(csrf_of("one secret").contains("secret"));
}

}  // namespace
}  // namespace heed::people

#include "people/email.h"

namespace heed::people {
namespace {

TEST(Email, is_trimmed_and_its_domain_is_lower_cased) {
  EXPECT_EQ(Email::parse("  Anna.Berg@Example.COM\r\n")->text(), "Anna.Berg@example.com");
  EXPECT_EQ(Email::parse("jürgen@büro.example")->text(), "jürgen@büro.example");
}

TEST(Email, compares_without_regard_to_case) {
  EXPECT_EQ(Email::parse("Anna@example.com")->comparable(),
            Email::parse("anna@EXAMPLE.com")->comparable());
  EXPECT_NE(Email::parse("anna@example.com")->comparable(),
            Email::parse("hanna@example.com")->comparable());
}

TEST(Email, says_what_is_wrong_with_it) {
  const struct {
    std::string text;
    std::string message;
  } cases[] = {
      {"", "the e-mail is missing"},
      {" \t ", "the e-mail is missing"},
      {"anna", "the e-mail has no @"},
      {"anna@b@c", "the e-mail has more than one @"},
      {"@example.com", "the e-mail has nothing before the @"},
      {"anna@", "the e-mail has nothing after the @"},
      {"an na@example.com", "the e-mail has a space or a sign that no address has"},
      {"<anna@example.com>", "the e-mail has a space or a sign that no address has"},
      {"anna@exa\nmple.com", "the e-mail has a space or a sign that no address has"},
      {".anna@example.com", "the e-mail has a dot that stands between nothing"},
      {"anna@example..com", "the e-mail has a dot that stands between nothing"},
      {std::string(65, 'a') + "@example.com", "the e-mail has more than 64 bytes before the @"},
      {"a@" + std::string(253, 'b'), "the e-mail is longer than 254 bytes"},
  };
  for (const auto& c : cases) {
    const auto email = Email::parse(c.text);
    ASSERT_FALSE(email) << c.text;
    EXPECT_EQ(email.error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(email.error().message, c.message);
  }
}

TEST(Email, takes_lengths_up_to_their_limits) {
  EXPECT_TRUE(Email::parse(std::string(64, 'a') + "@example.com"));
  EXPECT_TRUE(Email::parse("a@" + std::string(252, 'b')));
}

}  // namespace
}  // namespace heed::people

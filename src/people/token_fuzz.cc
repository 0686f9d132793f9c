// What strangers send to be let in: cookies, keys, links, addresses. Whatever bytes come: no crash,
// and what is read is written back to something that is read the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "people/email.h"
#include "people/token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::people;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto session = SessionToken::parse(text)) {
    heed::require(SessionToken::parse(session->text()).has_value(), "a session token reads back");
  }
  if (const auto key = KeyToken::parse(text)) {
    const auto again = KeyToken::parse(key->text());
    heed::require(again && again->secret == key->secret, "a key reads back");
  }
  (void)parse_link_token(text);
  if (const auto email = Email::parse(text)) {
    const auto again = Email::parse(email->text());
    heed::require(again && again->text() == email->text(), "an address reads back");
    heed::require(Email::parse(email->comparable()).has_value(), "what is compared is an address");
  }
  return 0;
}

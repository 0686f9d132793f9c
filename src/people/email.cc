#include "people/email.h"

#include <algorithm>

namespace heed::people {
namespace {

constexpr std::size_t kLongestLocal = 64;
constexpr std::size_t kLongest = 254;
constexpr std::string_view kMend = "write it like anna@example.com";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool has_forbidden(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f ||
           std::string_view("\"()<>[]:;,\\").contains(c);
  });
}

bool dots_are_between(std::string_view text) {
  return !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
}

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message), std::string(kMend));
}

}  // namespace

Result<Email> Email::parse(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return wrong("the e-mail is missing");
  if (text.size() > kLongest) return wrong("the e-mail is longer than 254 bytes");
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return wrong("the e-mail has no @");
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  if (domain.contains('@')) return wrong("the e-mail has more than one @");
  if (local.empty()) return wrong("the e-mail has nothing before the @");
  if (local.size() > kLongestLocal) return wrong("the e-mail has more than 64 bytes before the @");
  if (domain.empty()) return wrong("the e-mail has nothing after the @");
  if (has_forbidden(text)) {
    return wrong("the e-mail has a space or a sign that no address has");
  }
  if (!dots_are_between(local) || !dots_are_between(domain)) {
    return wrong("the e-mail has a dot that stands between nothing");
  }
  std::string normal(local);
  normal += '@';
  std::ranges::transform(domain, std::back_inserter(normal), lower);
  return Email(std::move(normal));
}

std::string Email::comparable() const {
  std::string folded = text_;
  std::ranges::transform(folded, folded.begin(), lower);
  return folded;
}

}  // namespace heed::people

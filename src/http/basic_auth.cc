#include "http/basic_auth.h"

#include <algorithm>

#include "base/bytes.h"

namespace heed::http {
namespace {

constexpr std::string_view kScheme = "Basic ";

bool begins_with_scheme(std::string_view text) {
  return text.size() > kScheme.size() &&
         std::ranges::equal(
             text.substr(0, kScheme.size()), kScheme, {},
             [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : int{c}; },
             [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : int{c}; });
}

}  // namespace

std::optional<std::string> basic_password(std::string_view authorization) {
  if (!begins_with_scheme(authorization)) return {};
  std::string encoded(authorization.substr(kScheme.size()));
  while (encoded.ends_with('=')) encoded.pop_back();
  for (char& c : encoded) {
    if (c == '-' || c == '_') return {};  // of the other alphabet
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  const auto decoded = from_base64url(encoded);
  if (!decoded) return {};
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos || colon + 1 == decoded->size()) return {};
  std::string password(decoded->substr(colon + 1));
  const bool plain = std::ranges::all_of(password, [](char c) { return c > ' ' && c <= '~'; });
  return plain ? std::optional(std::move(password)) : std::nullopt;
}

std::optional<Request> with_bearer(const Request& request) {
  auto password = basic_password(request.headers.value("Authorization"));
  if (!password) return {};
  Request bearer = request;
  bearer.headers.set("Authorization", "Bearer " + *password);
  return bearer;
}

}  // namespace heed::http

// HTTP Basic authentication (RFC 7617), for the few routes whose clients can do no other: the
// password is an API key, the name before it means nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/http.h"

namespace heed::http {

/// What WWW-Authenticate says where it is taken.
inline constexpr std::string_view kBasicChallenge = "Basic realm=\"Heed\", charset=\"UTF-8\"";

/// The password of an Authorization header; nothing if it is none of this scheme or malformed.
std::optional<std::string> basic_password(std::string_view authorization);
/// The request with the password as its bearer token; nothing if it carries none.
std::optional<Request> with_bearer(const Request& request);

}  // namespace heed::http

// From a request to who asks, and from who asks to their standing before the policy: the one place
// where either is made.
#pragma once

#include "http/router.h"
#include "people/people.h"
#include "policy/policy.h"

namespace heed::http {

inline constexpr std::string_view kSessionCookie = "heed_session";

/// A bearer token is taken before a cookie. `people` outlives it.
Authenticator authenticator(people::People& people);

/// To see their own organization's data: purpose service.monitoring, party organization.
policy::Access access_of(const Principal& principal, const policy::Table& policy);

}  // namespace heed::http

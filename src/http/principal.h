// From a request to who asks, and from who asks to their standing before the policy: the one place
// where either is made.
#pragma once

#include "http/router.h"
#include "people/people.h"
#include "policy/coverage.h"
#include "policy/policy.h"

namespace heed::http {

inline constexpr std::string_view kSessionCookie = "heed_session";

/// What this room has that a policy speaks of.
policy::Inventory inventory();

/// A bearer token is taken before a cookie. `people` outlives it.
Authenticator authenticator(people::People& people);

/// Whether who made this request may still read what is the organization's. For answers that last:
/// asking again later tells of a sign-out, a removed member, a removed key.
std::function<bool()> standing(people::People& people, const Request& request,
                               OrganizationId organization);

/// To see their own organization's data: purpose service.monitoring, party organization.
policy::Access access_of(const Principal& principal, const policy::Policy& policy);
/// To tell an organization about itself: the same, for purpose reports. kInvalid where the policy
/// has no such purpose.
Result<policy::Access> report_access_of(const Principal& principal, const policy::Policy& policy);
/// To bring in what a program of the organization sends: the same, through source api, by one whose
/// key or membership ties it to that organization.
policy::Access sender_access_of(const Principal& principal, const policy::Policy& policy);

/// To carry programs: purpose service.transfer. What comes from a control comes from one that the
/// organization has declared as its own.
policy::Access transfer_access_of(const Principal& principal, const policy::Policy& policy);

}  // namespace heed::http

// What the routes about the policy share. Only they include this.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "http/api.h"
#include "http/policy_evidence.h"
#include "http/routes.h"
#include "policy/language/finding.h"

namespace heed::http {

/// What findings call a text that came in a request.
inline constexpr std::string_view kPolicyFile = "policy";

/// The page and its forms for machines.
void add_privacy_routes(Router& router, const Api& api, std::shared_ptr<EvidenceKeeper> evidence);
/// For who runs the server.
void add_policy_change_routes(Router& router, const Api& api);

/// 422 with all findings beside the problem's usual members.
Response does_not_compile(const std::vector<policy::Finding>& findings);
/// With the hash of the policy it is about, an ETag, and 304 for who has it. `form` tells forms
/// with the same bytes apart.
Response published(Response response, const policy::Policy& policy, const Request& request,
                   std::string_view form);

}  // namespace heed::http

// What a request about records or persons says of itself before the policy: which kind, which facts
// it may claim, and the access that is made of them. Only routes_*.cc include this.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "http/asked.h"

namespace heed::http {

/// A kind that this policy declares and no room of the program keeps for itself: writing into a
/// room's own rows would go past what the room holds to be so. 404 otherwise.
Asked<policy::Kind> kind_named(const Api& api, const policy::Policy& policy, std::string_view name);

/// Facts by name. Those that the program finds out cannot be claimed by a request; a route that
/// found one out adds it.
using Claims = std::vector<std::pair<std::string, bool>>;
/// The member `facts`: {"opted_out": false}.
Asked<Claims> claims_in(const Json& form);
/// The parameters ?holds=a,b&fails=c.
Asked<Claims> claims_in(const Query& query);

Asked<policy::Access> access_for(const policy::Policy& policy, const Context& context,
                                 std::string_view purpose, std::string_view party,
                                 const Claims& claims);
/// For the organization itself, with ?purpose= (by default service), ?holds= and ?fails=.
Asked<policy::Access> reading_access(const policy::Policy& policy, const Context& context);
/// How reading_access() is declared.
std::vector<Parameter> reading_parameters();

/// What `query` finds, from ?after= on and at most ?limit=: {items, next, withheld}.
Asked<Response> page_of_records(const silo::Silo& silo, const policy::Access& access,
                                const policy::Kind& kind, const Context& context,
                                silo::Query query);
std::vector<Parameter> page_parameters();

std::string text_or(const Json& form, std::string_view member, std::string_view otherwise);
/// The member `subject`; nil when it is absent.
Asked<SubjectId> subject_in(const Json& form);

}  // namespace heed::http

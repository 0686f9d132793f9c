// How handlers are written: they give a Response or say what stands in the way, and either is an
// answer. Only routes_*.cc and their shapes include this.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/api.h"
#include "http/http.h"
#include "http/router.h"

namespace heed::http {

/// The answer to a request that can't be given what it asked for.
struct Refused {
  Response response;
  Refused(Response refusal) : response(std::move(refusal)) {}       // NOLINT
  Refused(const Error& error) : response(problem(error)) {}         // NOLINT
  Refused(const policy::Withheld& why) : response(problem(why)) {}  // NOLINT
};

/// ASSIGN_OR_RETURN takes a Result, a Governed or another Asked.
template <class T>
using Asked = std::expected<T, Refused>;

/// 422 that names the field or parameter.
[[nodiscard]] inline std::unexpected<Refused> wrong(std::string_view field, std::string message,
                                                    std::string mend = {}) {
  const Error error{ErrorKind::kInvalid, std::move(message), std::move(mend)};
  return std::unexpected(Refused(problem(error, field)));
}
[[nodiscard]] inline std::unexpected<Refused> refuse(Response response) {
  return std::unexpected(Refused(std::move(response)));
}
/// `result` with its error about this field.
template <class T>
Asked<T> about(std::string_view field, Result<T> result) {
  if (!result) return refuse(problem(result.error(), field));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

using Answerer = Asked<Response> (*)(const Api&, const Context&);
inline Handler bind(const Api& api, Answerer answerer) {
  return [&api, answerer](const Context& context) {
    auto answer = answerer(api, context);
    return answer ? *std::move(answer) : std::move(answer.error().response);
  };
}

/// The machines of the organization in the path and the asker's standing.
struct Floor {
  std::shared_ptr<machines::Machines> machines;
  policy::Access access;
};
Asked<Floor> floor_of(const Api& api, const Context& context);

/// The same with the machine in the path. Whether there is such a machine its room says.
struct AtMachine {
  std::shared_ptr<machines::Machines> machines;
  policy::Access access;
  machines::MachineId id;
};
Asked<AtMachine> machine_of(const Api& api, const Context& context);

/// ?from=&to=, by default the last 24 hours; both between 1970 and 2200.
Asked<TimeRange> range_of(const Api& api, const Context& context, std::int32_t longest_days);
/// ?at=, by default now.
Asked<Time> moment_of(const Api& api, const Context& context);
/// A query parameter that must be there.
Asked<std::string> needed(const Context& context, std::string_view parameter);
/// A {parameter} of the path that is a number; 404 if it is none.
Asked<std::uint64_t> number_in_path(const Context& context, std::string_view parameter);
/// ?limit=, at most kMaxLedgerPage.
Asked<std::size_t> ledger_limit_of(const Context& context);
/// A query parameter that is the number of an entry, a recall, an erasure, or `otherwise`.
Asked<std::uint64_t> ledger_start_of(const Context& context, std::string_view parameter,
                                     std::uint64_t otherwise);
/// How such a listing is declared: by the number from which it goes on, and the limit.
std::vector<Parameter> ledger_parameters(std::string name, std::string description);
/// Who asks, if they own the organization in the path; else 403. For a route that needs a session.
/// Who may let others in, and what is removed for good, is an owner's to say.
Asked<people::PersonId> owner_of(const Api& api, const Context& context);
/// A member of a form that is there and not null; null otherwise.
const Json* given(const Json& form, std::string_view member);
/// A text of the form; nothing when it is absent or null.
Asked<std::optional<std::string>> given_text(const Json& form, std::string_view member);
/// The same, empty then.
Asked<std::string> text_in_form(const Json& form, std::string_view member);
/// A JSON body of at most kMaxFormBytes.
Asked<Json> form_of(const Context& context);
/// The same for one that carries the text of a policy: at most kMaxPolicyFormBytes.
Asked<Json> policy_form_of(const Context& context);
/// A member that is a list of at most `most` strings; empty when it is absent.
Asked<std::vector<std::string>> texts_in(const Json& form, std::string_view member,
                                         std::size_t most);

}  // namespace heed::http

#include "http/asked.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "http/limits.h"
#include "http/principal.h"

namespace heed::http {
namespace {

// Far from the ends of Time, so that sums with spans of years are defined. Machines with a dead
// clock battery say 1980 or 2002.
constexpr Time kEarliest = Time::from_seconds(0);
constexpr Time kLatest = Time::from_seconds(7'258'118'400);  // 2200-01-01

Asked<std::optional<Time>> time_in(const Context& context, std::string_view parameter) {
  ASSIGN_OR_RETURN(const auto time, about(parameter, context.request.query.time(parameter)));
  if (time && (*time < kEarliest || *time > kLatest)) {
    return wrong(parameter, "The time is not between 1970 and 2200.");
  }
  return time;
}

}  // namespace

Asked<Floor> floor_of(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(auto machines, api.machines(context.organization));
  return Floor{std::move(machines), access_of(context.principal, *api.store.policy())};
}

Asked<AtMachine> machine_of(const Api& api, const Context& context) {
  const auto id = machines::MachineId::parse(context.parameter("machine"));
  if (!id) return refuse(not_found());
  ASSIGN_OR_RETURN(Floor floor, floor_of(api, context));
  return AtMachine{std::move(floor.machines), std::move(floor.access), *id};
}

Asked<TimeRange> range_of(const Api& api, const Context& context, std::int32_t longest_days) {
  ASSIGN_OR_RETURN(const auto to, time_in(context, "to"));
  ASSIGN_OR_RETURN(const auto from, time_in(context, "from"));
  TimeRange range;
  range.to = to.value_or(api.clock.now());
  range.from = from.value_or(range.to - Duration::days(1));
  if (range.empty()) return wrong("from", "The range ends before it begins.");
  if (range.to.utc_day() - range.from.utc_day() > longest_days) {
    return wrong("from", "The range is too long.", "Ask for a shorter one.");
  }
  return range;
}

Asked<Time> moment_of(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto at, time_in(context, "at"));
  return at.value_or(api.clock.now());
}

Asked<std::string> needed(const Context& context, std::string_view parameter) {
  const std::string* value = context.request.query.find(parameter);
  if (value == nullptr || value->empty()) {
    return wrong(parameter, "The parameter is missing.", "Add it to the query.");
  }
  return *value;
}

Asked<std::uint64_t> number_in_path(const Context& context, std::string_view parameter) {
  const std::string& text = context.parameter(parameter);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return refuse(not_found());
  return number;
}

Asked<std::size_t> ledger_limit_of(const Context& context) {
  ASSIGN_OR_RETURN(const auto limit, about("limit", context.request.query.number(
                                                        "limit", 1, kMaxLedgerPage, kLedgerPage)));
  return static_cast<std::size_t>(limit);
}

Asked<std::uint64_t> ledger_start_of(const Context& context, std::string_view parameter,
                                     std::uint64_t otherwise) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  ASSIGN_OR_RETURN(const auto start, about(parameter, context.request.query.number(
                                                          parameter, 0, kMost,
                                                          static_cast<std::int64_t>(otherwise))));
  return static_cast<std::uint64_t>(start);
}

std::vector<Parameter> ledger_parameters(std::string name, std::string description) {
  return {{.name = std::move(name),
           .schema = R"({"type":"integer","minimum":0})",
           .description = std::move(description)},
          {.name = "limit",
           .schema = R"({"type":"integer","minimum":1,"maximum":500})",
           .description = "Of a page; by default 100"}};
}

Asked<people::PersonId> owner_of(const Api& api, const Context& context) {
  const auto id = people::PersonId::parse(context.principal.id);
  require(id.has_value(), "a session is a person's");
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto belongings, api.people.belongings(access, *id));
  const bool owns = std::ranges::any_of(belongings, [&](const people::Belonging& belonging) {
    return belonging.organization.id == context.organization &&
           belonging.role == people::Role::kOwner;
  });
  if (!owns) {
    return refuse(
        problem(Problem{.status = 403,
                        .detail = "Only an owner of the organization may do this.",
                        .mend = "Ask one of them; the members' list says who they are."}));
  }
  return *id;
}

const Json* given(const Json& form, std::string_view member) {
  const Json* found = form.find(member);
  return found == nullptr || found->is_null() ? nullptr : found;
}

Asked<std::optional<std::string>> given_text(const Json& form, std::string_view member) {
  const Json* value = given(form, member);
  if (value == nullptr) return std::optional<std::string>();
  if (value->string() == nullptr) {
    return wrong(member, "The field is no text.", "Write it in quotes.");
  }
  return std::optional(*value->string());
}

Asked<std::string> text_in_form(const Json& form, std::string_view member) {
  ASSIGN_OR_RETURN(auto text, given_text(form, member));
  return std::move(text).value_or(std::string());
}

Asked<Json> form_of(const Context& context) {
  if (context.request.body.size() > kMaxFormBytes) {
    return refuse(problem(Problem{.status = 413, .detail = "The body is longer than 64 KiB."}));
  }
  ASSIGN_OR_RETURN(Json form, json_body(context.request));
  return form;
}

Asked<Json> policy_form_of(const Context& context) {
  if (context.request.body.size() > kMaxPolicyFormBytes) {
    return refuse(problem(Problem{.status = 413, .detail = "The body is longer than 2 MiB."}));
  }
  ASSIGN_OR_RETURN(Json form, json_body(context.request));
  return form;
}

Asked<std::vector<std::string>> texts_in(const Json& form, std::string_view member,
                                         std::size_t most) {
  std::vector<std::string> texts;
  const Json* list = form.find(member);
  if (list == nullptr) return texts;
  if (list->array() == nullptr) return wrong(member, "The field is no list.");
  if (list->array()->size() > most) return wrong(member, "The list is too long.");
  for (const Json& item : *list->array()) {
    if (item.string() == nullptr) return wrong(member, "The list holds something else than texts.");
    texts.push_back(*item.string());
  }
  return texts;
}

}  // namespace heed::http

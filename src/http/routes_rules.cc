// The time machine: what rules said from when on, taking a change back, and what figures would have
// been with other rules.
#include <algorithm>

#include "http/oee_shape.h"
#include "http/routes.h"
#include "http/time_forms.h"
#include "http/what_if.h"
#include "machines/calendar_json.h"
#include "machines/figures.h"
#include "machines/meaning_of_time.h"
#include "machines/reason_json.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestWhatIfDays = 31;
constexpr std::size_t kMostMachines = 200;
constexpr std::size_t kMostChanges = 100;

Asked<machines::Rule> rule_named(const std::string& text) {
  const auto rule = machines::parse_rule(text);
  if (!rule) return wrong("rule", "There is no such rule.", "Take calendar, reasons or goal.");
  return *rule;
}

Asked<Response> versions(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::string named, needed(context, "rule"));
  ASSIGN_OR_RETURN(const machines::Rule rule, rule_named(named));
  const std::string* whose = context.request.query.find("whose");
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto versions, floor.machines->meaning_of_time().rule_versions(
                                            floor.access, rule, whose == nullptr ? "" : *whose));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    const bool ever = version->from == machines::RuleVersion::kEver;
    w.begin_object().member("from", ever ? std::nullopt : std::optional(version->from));
    w.member("said", version->said).member("undone", version->undone).member("by", version->by);
    w.key("value");
    if (version->value.empty()) {
      w.null();
    } else {
      w.raw(version->value);
    }
    w.end_object();
  }
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> undo(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const std::string named, about("rule", required_string(form, "rule")));
  ASSIGN_OR_RETURN(const machines::Rule rule, rule_named(named));
  const Json* whose = form.find("whose");
  const bool is_text = whose != nullptr && whose->string() != nullptr;
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  auto undone = floor.machines->meaning_of_time().undo_rule(floor.access, rule,
                                                            is_text ? *whose->string() : "");
  if (!undone) return refuse(problem(undone.error()));
  return no_content();
}

/// Whose figures the proposal changes, in the order of names.
Asked<std::vector<machines::Machine>> concerned(const Floor& floor, const WhatIf& what_if) {
  ASSIGN_OR_RETURN(auto all, floor.machines->list(floor.access));
  if (what_if.machine) {
    std::erase_if(all, [&](const auto& machine) { return machine.id != *what_if.machine; });
    if (all.empty()) return refuse(not_found());
  }
  const auto& calendar = what_if.proposal.calendar;
  if (!calendar) return all;
  std::vector<std::string> own;
  if (calendar->location.empty()) {
    ASSIGN_OR_RETURN(const auto calendars,
                     floor.machines->meaning_of_time().calendars(floor.access));
    for (const machines::ShiftCalendar& one : calendars) own.push_back(one.location);
  }
  std::erase_if(all, [&](const machines::Machine& machine) {
    if (!calendar->location.empty()) return machine.location != calendar->location;
    const bool has_own = std::ranges::find(own, machine.location) != own.end();
    return has_own && !machine.location.empty();
  });
  return all;
}

void write_changes(JsonWriter& w, const std::vector<machines::ChangedPiece>& changes) {
  Duration all;
  for (const machines::ChangedPiece& change : changes) all += change.range.length();
  w.member("changed_seconds", all.in_seconds());
  w.member("changed_pieces", std::uint64_t{changes.size()}).key("changes").begin_array();
  const auto code = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  for (std::size_t i = 0; i < std::min(changes.size(), kMostChanges); ++i) {
    const machines::ChangedPiece& change = changes[i];
    w.begin_object().member("from", change.range.from).member("to", change.range.to);
    w.member("before", word(change.before)).member("after", word(change.after));
    w.member("code_before", code(change.code_before));
    w.member("code_after", code(change.code_after)).end_object();
  }
  w.end_array();
}

/// What each rule for reasons caught, over machines.
struct Catches {
  struct Example {
    machines::MachineId machine;
    TimeRange range;
  };
  std::vector<machines::RuleCatch> rules;
  std::vector<std::vector<Example>> examples;

  explicit Catches(std::size_t count) : rules(count), examples(count) {}
  void add(machines::MachineId machine, const machines::Oee& oee) {
    const auto caught = machines::caught_by_rules(oee, rules.size());
    for (std::size_t i = 0; i < caught.size(); ++i) {
      rules[i].stops += caught[i].stops;
      rules[i].time += caught[i].time;
      for (const TimeRange& range : caught[i].longest) examples[i].push_back({machine, range});
    }
  }
  void write(JsonWriter& w, const machines::ReasonTree& tree) {
    w.key("rules").begin_array();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      w.begin_object().member("code", tree.rules[i].code).member("stops", rules[i].stops);
      w.member("seconds", rules[i].time.in_seconds()).key("examples").begin_array();
      std::ranges::sort(examples[i], std::ranges::greater(),
                        [](const Example& one) { return one.range.length(); });
      for (std::size_t n = 0; n < std::min(examples[i].size(), machines::RuleCatch::kMostExamples);
           ++n) {
        const Example& one = examples[i][n];
        w.begin_object().member("machine", one.machine.text()).member("from", one.range.from);
        w.member("to", one.range.to).end_object();
      }
      w.end_array().end_object();
    }
    w.end_array();
  }
};

Asked<Response> what_if(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestWhatIfDays));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const WhatIf asked, what_if_in(floor, form, range));
  ASSIGN_OR_RETURN(auto all, concerned(floor, asked));
  const std::size_t left_out = all.size() - std::min(all.size(), kMostMachines);
  all.resize(all.size() - left_out);
  machines::ReasonTree tree = asked.proposal.reasons.value_or(machines::ReasonTree());
  Catches catches(tree.rules.size());
  JsonWriter w;
  w.begin_object().member("from", range.from).member("to", range.to);
  w.member("left_out", std::uint64_t{left_out}).key("machines").begin_array();
  for (const machines::Machine& machine : all) {
    const machines::OeeQuestion now{range, {}, nullptr};
    const machines::OeeQuestion then{range, {}, &asked.proposal};
    ASSIGN_OR_RETURN(const auto present,
                     floor.machines->figures().oee(floor.access, machine.id, now));
    ASSIGN_OR_RETURN(const auto proposed,
                     floor.machines->figures().oee(floor.access, machine.id, then));
    w.begin_object().member("id", machine.id.text()).member("name", machine.name).key("present");
    write_oee(w, present, false);
    w.key("proposed");
    write_oee(w, proposed, false);
    write_changes(w, machines::changed_pieces(present, proposed));
    w.end_object();
    catches.add(machine.id, proposed);
  }
  w.end_array();
  catches.write(w, tree);
  w.end_object();
  return json(std::move(w));
}

}  // namespace

void add_rule_routes(Router& router, const Api& api) {
  router.add(
      {.method = Method::kGet,
       .pattern = below(kOrganizationPath, "/rule-versions"),
       .name = "list_rule_versions",
       .summary = "What a rule of figures said from when on, the newest first",
       .need = Need::kSessionOrKey,
       .parameters = {{.name = "rule",
                       .required = true,
                       .schema = R"({"enum":["calendar","reasons","goal"]})"},
                      {.name = "whose", .description = "A location, or a machine's id for a goal"}},
       .answers = {{.body = Body{"RuleVersions"}}},
       .handler = bind(api, versions)});
  router.add({.method = Method::kPost,
              .pattern = below(kOrganizationPath, "/rule-versions/undo"),
              .name = "undo_rule",
              .summary = "Take the newest change of a rule back; it stays in the list",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"RuleName"},
              .answers = {{.status = 204}},
              .handler = bind(api, undo)});
  router.add({.method = Method::kPost,
              .pattern = below(kOrganizationPath, "/what-if"),
              .name = "ask_what_if",
              .summary = "What figures would have been with other rules, over at most 31 days; "
                         "nothing is stored",
              .need = Need::kSessionOrKey,
              .parameters = {time_parameter("from", "By default 24 hours before `to`"),
                             time_parameter("to", "By default now")},
              .request = Body{"WhatIf"},
              .answers = {{.body = Body{"WouldHaveBeen"}}},
              .handler = bind(api, what_if)});
}

}  // namespace heed::http

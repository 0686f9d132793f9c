// What went out of an organization and how it comes back: contracts with recipients, the ledger of
// what went to whom, and recalls (docs/DISCLOSURE.md).
#include <algorithm>

#include "http/asked.h"
#include "http/limits.h"
#include "http/principal.h"
#include "http/record_asked.h"
#include "http/routes.h"

namespace heed::http {
namespace {

// Contracts -------------------------------------------------------------------------------------

constexpr std::size_t kMostTasks = 64;
constexpr std::size_t kMostPurposes = 32;
constexpr std::size_t kMostFields = 1'000;

void write_texts(JsonWriter& w, std::string_view name, const std::vector<std::string>& texts) {
  w.key(name).begin_array();
  for (const std::string& text : texts) w.value(text);
  w.end_array();
}

std::string_view state_of(const silo::Contract& contract, Time now) {
  // Upkeep stops it a little later; nothing goes out under it from its end on.
  if (contract.stopped || contract.ends <= now) return "ended";
  return contract.starts > now ? "agreed" : "in_force";
}

void write_contract(JsonWriter& w, const silo::Contract& contract, Time now) {
  w.begin_object().member("id", contract.id).member("recipient", contract.recipient);
  w.member("party", contract.party);
  write_texts(w, "purposes", contract.purposes);
  w.key("tasks").begin_array();
  for (const silo::ContractTask& task : contract.tasks) {
    w.begin_object().member("kind", task.kind);
    write_texts(w, "fields", task.fields);
    w.end_object();
  }
  w.end_array().member("confidential", contract.confidential);
  w.member("starts", contract.starts).member("ends", contract.ends);
  w.member("safeguard", contract.safeguard).member("key", to_hex(contract.key));
  w.member("for_consideration", contract.for_consideration);
  w.member("independent", contract.independent).member("state", state_of(contract, now));
  w.member("by", contract.by).member("placed", contract.placed);
  w.member("stopped", contract.stopped).end_object();
}

Asked<Response> list_contracts(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto contracts, silo->contracts(access));
  const Time now = api.clock.now();
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const silo::Contract& contract : contracts) write_contract(w, contract, now);
  w.end_array().member("at", now).end_object();
  return json(std::move(w));
}

Asked<Time> time_in(const Json& form, std::string_view member) {
  ASSIGN_OR_RETURN(const std::string text, about(member, required_string(form, member)));
  const auto time = parse_time(text);
  if (!time) return wrong(member, "This is no time.", "Write it as 2027-01-31T00:00:00Z.");
  return *time;
}

Asked<bool> truth_in(const Json& form, std::string_view member) {
  const Json* found = form.find(member);
  if (found == nullptr) return false;
  const auto truth = found->boolean();
  if (!truth) return wrong(member, "This is neither true nor false.");
  return *truth;
}

Asked<std::vector<silo::ContractTask>> tasks_in(const Json& form) {
  const Json* list = form.find("tasks");
  if (list == nullptr || list->array() == nullptr || list->array()->size() > kMostTasks) {
    return wrong("tasks", "A contract lists 1 to 64 kinds.",
                 R"(Write them as [{"kind":"lead","fields":["email"]}].)");
  }
  std::vector<silo::ContractTask> tasks;
  for (const Json& item : *list->array()) {
    silo::ContractTask task;
    ASSIGN_OR_RETURN(task.kind, about("tasks", required_string(item, "kind")));
    ASSIGN_OR_RETURN(task.fields, texts_in(item, "fields", kMostFields));
    tasks.push_back(std::move(task));
  }
  return tasks;
}

Asked<silo::Contract> contract_in(const Json& form, Time now) {
  silo::Contract contract;
  ASSIGN_OR_RETURN(contract.id, about("id", required_string(form, "id")));
  ASSIGN_OR_RETURN(contract.recipient, about("recipient", required_string(form, "recipient")));
  ASSIGN_OR_RETURN(contract.party, about("party", required_string(form, "party")));
  ASSIGN_OR_RETURN(contract.purposes, texts_in(form, "purposes", kMostPurposes));
  ASSIGN_OR_RETURN(contract.tasks, tasks_in(form));
  ASSIGN_OR_RETURN(contract.confidential, truth_in(form, "confidential"));
  contract.starts = now;
  if (form.find("starts") != nullptr) {
    ASSIGN_OR_RETURN(contract.starts, time_in(form, "starts"));
  }
  ASSIGN_OR_RETURN(contract.ends, time_in(form, "ends"));
  contract.safeguard = text_or(form, "safeguard", "");
  ASSIGN_OR_RETURN(const std::string key, about("key", required_string(form, "key")));
  const auto bytes = from_hex(key);
  if (!bytes) {
    return wrong("key", "This is no key.",
                 "Give the recipient's X25519 public key as 64 hexadecimal digits.");
  }
  contract.key = *bytes;
  ASSIGN_OR_RETURN(contract.for_consideration, truth_in(form, "for_consideration"));
  ASSIGN_OR_RETURN(contract.independent, truth_in(form, "independent"));
  return contract;
}

Asked<Response> place_contract(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  const Time now = api.clock.now();
  ASSIGN_OR_RETURN(silo::Contract contract, contract_in(form, now));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  if (auto placed = silo->place_contract(access, contract); !placed) {
    return refuse(problem(placed.error()));
  }
  contract.by = context.principal.id;
  contract.placed = now;
  JsonWriter w;
  write_contract(w, contract, now);
  return json(std::move(w), 201);
}

Asked<Response> end_contract(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const bool ended, silo->end_contract(access, context.parameter("contract")));
  if (!ended) return refuse(not_found());
  return no_content();
}

// The ledger ------------------------------------------------------------------------------------

void write_disclosed(JsonWriter& w, const silo::Disclosed& line) {
  w.begin_object().member("entry", line.entry).member("at", line.at).key("subject");
  line.subject.is_nil() ? w.null() : w.value(line.subject.text());
  w.member("recipient", line.recipient).member("party", line.party);
  w.member("purpose", line.purpose).member("kind", line.kind).member("record", line.record);
  write_texts(w, "fields", line.fields);
  write_texts(w, "clauses", line.clauses);
  w.member("stripped", line.stripped).key("contract");
  line.contract.empty() ? w.null() : w.value(line.contract);
  w.member("package", line.package.text());
  w.member("notify_subject", line.notify_subject).end_object();
}

/// How many lines to ask for: those of an entry are never parted, as the next page begins with an
/// entry.
std::size_t lines_for(std::size_t limit) {
  return limit + kMostLinesOfAnEntry;
}

Response ledger(std::vector<silo::Disclosed> lines, std::size_t limit) {
  std::optional<std::uint64_t> next;
  for (std::size_t i = limit; i < lines.size(); ++i) {
    if (lines[i].entry == lines[i - 1].entry) continue;
    next = lines[i].entry;
    lines.resize(i);
    break;
  }
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const silo::Disclosed& line : lines) write_disclosed(w, line);
  w.end_array().member("next", next).end_object();
  return json(std::move(w));
}

Asked<Response> list_disclosures_of(const Api& api, const Context& context) {
  const auto subject = SubjectId::parse(context.parameter("subject"));
  if (!subject || subject->is_nil()) return refuse(not_found());
  ASSIGN_OR_RETURN(const std::uint64_t from, ledger_start_of(context, "from", 1));
  ASSIGN_OR_RETURN(const std::size_t limit, ledger_limit_of(context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(auto lines, silo->disclosures(access, *subject, from, lines_for(limit)));
  return ledger(std::move(lines), limit);
}

Asked<Response> list_disclosures_to(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::string recipient, needed(context, "recipient"));
  ASSIGN_OR_RETURN(const std::uint64_t from, ledger_start_of(context, "from", 1));
  ASSIGN_OR_RETURN(const std::size_t limit, ledger_limit_of(context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(auto lines, silo->disclosures_to(access, recipient, from, lines_for(limit)));
  return ledger(std::move(lines), limit);
}

// Recalls ---------------------------------------------------------------------------------------

Asked<Response> list_recalls(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::uint64_t after, ledger_start_of(context, "after", 0));
  ASSIGN_OR_RETURN(const std::size_t limit, ledger_limit_of(context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(auto recalls, silo->recalls(access, after, limit + 1));
  const bool more = recalls.size() > limit;
  if (more) recalls.pop_back();
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const silo::Recall& recall : recalls) {
    w.begin_object().member("number", recall.number).member("at", recall.at);
    w.member("recipient", recall.recipient).member("why", silo::name_of(recall.why));
    w.key("contract");
    recall.contract.empty() ? w.null() : w.value(recall.contract);
    w.key("packages").begin_array();
    for (const silo::PackageId package : recall.packages) w.value(package.text());
    w.end_array().end_object();
  }
  w.end_array().key("next");
  more ? w.value(recalls.back().number) : w.null();
  w.end_object();
  return json(std::move(w));
}

Asked<Response> settle_recall(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  ASSIGN_OR_RETURN(const std::uint64_t number, number_in_path(context, "number"));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const bool settled, silo->settle_recall(access, number));
  if (!settled) return refuse(not_found());
  return no_content();
}

/// What went out about somebody is called back by themselves or by an owner.
Asked<Response> call_back(const Api& api, const Context& context) {
  const auto subject = SubjectId::parse(context.parameter("subject"));
  if (!subject || subject->is_nil()) return refuse(not_found());
  if (subject->text() != context.principal.id) {
    ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  }
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const std::uint64_t recipients, silo->recall(access, *subject));
  JsonWriter w;
  w.begin_object().member("recipients", recipients).end_object();
  return json(std::move(w));
}

void add_contract_routes(Router& router, const Api& api) {
  const std::string contracts = below(kOrganizationPath, "/contracts");
  router.add({.method = Method::kGet,
              .pattern = contracts,
              .name = "list_contracts",
              .summary = "Contracts with recipients, those that have ended too",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Contracts"}}},
              .handler = bind(api, list_contracts)});
  router.add({.method = Method::kPost,
              .pattern = contracts,
              .name = "place_contract",
              .summary = "Put on record what binds a recipient, and the most that they get",
              .request = Body{"NewContract"},
              .answers = {{.status = 201, .body = Body{"Contract"}}},
              .handler = bind(api, place_contract)});
  router.add({.method = Method::kPost,
              .pattern = contracts + "/{contract}/end",
              .name = "end_contract",
              .summary = "Hand on nothing more under a contract, and call back what went",
              .answers = {{.status = 204}},
              .handler = bind(api, end_contract)});
}

void add_ledger_routes(Router& router, const Api& api) {
  const std::string subject = below(kOrganizationPath, "/subjects/{subject}");
  router.add({.method = Method::kGet,
              .pattern = subject + "/disclosures",
              .name = "list_disclosures_of",
              .summary = "To whom something about a person went, when, and on what it stood",
              .need = Need::kSessionOrKey,
              .parameters = ledger_parameters("from", "An entry of the journal; by default 1"),
              .answers = {{.body = Body{"Disclosures"}}},
              .handler = bind(api, list_disclosures_of)});
  auto listing = ledger_parameters("from", "An entry of the journal; by default 1");
  listing.push_back({.name = "recipient", .required = true, .description = "Who got it"});
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/disclosures"),
              .name = "list_disclosures_to",
              .summary = "What a recipient got of those who are still here",
              .need = Need::kSessionOrKey,
              .parameters = std::move(listing),
              .answers = {{.body = Body{"Disclosures"}}},
              .handler = bind(api, list_disclosures_to)});
  router.add({.method = Method::kPost,
              .pattern = subject + "/recall",
              .name = "call_back",
              .summary = "Call back what went out about a person who has said no",
              .answers = {{.body = Body{"CalledBack"}}},
              .handler = bind(api, call_back)});
}

void add_recall_routes(Router& router, const Api& api) {
  const std::string recalls = below(kOrganizationPath, "/recalls");
  router.add({.method = Method::kGet,
              .pattern = recalls,
              .name = "list_recalls",
              .summary = "Notices to recipients that nobody has confirmed yet",
              .need = Need::kSessionOrKey,
              .parameters = ledger_parameters("after", "What the page before said as next"),
              .answers = {{.body = Body{"Recalls"}}},
              .handler = bind(api, list_recalls)});
  router.add({.method = Method::kPost,
              .pattern = recalls + "/{number}/settle",
              .name = "settle_recall",
              .summary = "The recipient has confirmed that it came back or went",
              .answers = {{.status = 204}},
              .handler = bind(api, settle_recall)});
}

}  // namespace

void add_disclosure_routes(Router& router, const Api& api) {
  add_contract_routes(router, api);
  add_ledger_routes(router, api);
  add_recall_routes(router, api);
}

}  // namespace heed::http

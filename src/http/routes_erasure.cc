// A person's data in an organization: what is held, page by page, and its erasure with the receipt
// that a stranger can check (docs/ERASURE.md).
#include <fmt/core.h>

#include <algorithm>

#include "http/asked.h"
#include "http/hold_shape.h"
#include "http/principal.h"
#include "http/record_asked.h"
#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::string_view kLines = "application/jsonl";

Asked<SubjectId> subject_of(const Context& context) {
  const auto id = SubjectId::parse(context.parameter("subject"));
  if (!id || id->is_nil()) return refuse(not_found());
  return *id;
}

std::string_view state_of(const silo::Standing& standing, bool anything) {
  if (standing.erased) return "erased";
  if (standing.may_come_back_until) return "gone";
  if (standing.restricted) return "restricted";
  return anything ? "held" : "nothing";
}

void write_holding(JsonWriter& w, const silo::Holding& holding) {
  w.begin_object().member("kind", holding.name).member("items", holding.items);
  w.member("shared", holding.shared).member("oldest", holding.oldest);
  w.member("until", holding.until).end_object();
}

Asked<Response> show_subject(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const SubjectId subject, subject_of(context));
  ASSIGN_OR_RETURN(const policy::Access access, reading_access(*policy, context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const policy::Access own = access_of(context.principal, *policy);
  ASSIGN_OR_RETURN(const auto holdings, silo->holdings(access, subject));
  ASSIGN_OR_RETURN(const silo::Standing standing, silo->standing(own, subject));
  ASSIGN_OR_RETURN(const auto holds, silo->holds(own));
  const Time now = api.clock.now();
  JsonWriter w;
  w.begin_object().member("subject", subject.text());
  w.member("state", state_of(standing, !holdings.empty())).key("erasure");
  standing.erasure == 0 ? w.null() : w.value(standing.erasure);
  w.key("items").begin_array();
  for (const silo::Holding& holding : holdings) write_holding(w, holding);
  w.end_array().key("holds").begin_array();
  for (const silo::Hold& hold : holds) {
    const bool theirs = hold.subject.is_nil() || hold.subject == subject;
    if (theirs && hold.until > now) write_hold(w, *policy, hold);
  }
  w.end_array().member("at", now).end_object();
  return json(std::move(w));
}

Asked<Response> list_subject_records(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const SubjectId subject, subject_of(context));
  ASSIGN_OR_RETURN(const std::string name, needed(context, "kind"));
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_named(api, *policy, name));
  ASSIGN_OR_RETURN(const policy::Access access, reading_access(*policy, context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  return page_of_records(*silo, access, kind, context, {.kind = kind.id, .subject = subject});
}

// Erasing ---------------------------------------------------------------------------------------

/// Whether who asks has proved it again for this very request, with their password.
Asked<bool> signs_in_again(const Api& api, const Context& context, const Json& form) {
  const std::string password = text_or(form, "password", "");
  if (password.empty()) return false;
  const auto id = people::PersonId::parse(context.principal.id);
  require(id.has_value(), "a session is a person's");
  ASSIGN_OR_RETURN(const auto person,
                   api.people.person(access_of(context.principal, *api.store.policy()), *id));
  if (!person) return refuse(not_found());
  ASSIGN_OR_RETURN(const auto answer,
                   api.people.sign_in(person->email, password, context.request.address));
  if (const auto* late = std::get_if<people::TooManyAttempts>(&answer)) {
    return refuse(too_many(late->wait));
  }
  const auto* in = std::get_if<people::SignedIn>(&answer);
  if (in == nullptr) return wrong("password", "The password is not right.");
  if (auto out = api.people.sign_out(in->token); !out) return refuse(problem(out.error()));
  return true;
}

/// 422 that says what the erasure would take, for who has not confirmed it.
Asked<Response> would_go(const silo::Silo& silo, const policy::Access& access, SubjectId subject) {
  ASSIGN_OR_RETURN(const auto holdings, silo.holdings(access, subject));
  if (holdings.empty()) return refuse(not_found());
  std::string told;
  for (const silo::Holding& holding : holdings) {
    told += fmt::format("{}{} of kind {}", told.empty() ? "" : ", ", holding.items, holding.name);
    if (holding.shared > 0) told += fmt::format(" ({} shared with others)", holding.shared);
  }
  const Error error{ErrorKind::kInvalid, "Nothing is erased yet. It would take: " + told + ".",
                    "Send the person's id as `confirm` to erase it for good."};
  return refuse(problem(error, "confirm"));
}

/// An erasure that was asked for in every way that it must be.
struct Order {
  std::shared_ptr<silo::Silo> silo;
  policy::Access access;
  SubjectId subject;
  std::string reason;
};

Asked<Order> erasure_order(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const SubjectId subject, subject_of(context));
  const bool own = subject.text() == context.principal.id;
  if (!own) {
    ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  }
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const std::string reason, about("reason", required_string(form, "reason")));
  ASSIGN_OR_RETURN(auto silo, api.store.silo(context.organization));
  const std::string confirmed = text_or(form, "confirm", "");
  if (confirmed.empty()) {
    auto told = would_go(*silo, access_of(context.principal, *policy), subject);
    return std::unexpected(std::move(told).error());
  }
  if (confirmed != subject.text()) {
    return wrong("confirm", "This is not the id of whom it is about.",
                 "Nothing was erased. Send the id that stands in the address.");
  }
  ASSIGN_OR_RETURN(Claims claims, claims_in(form));
  // Who is somebody else stays unknown and not false: they may have two ids.
  if (own) claims.emplace_back("same_person", true);
  ASSIGN_OR_RETURN(const bool again, signs_in_again(api, context, form));
  if (again) claims.emplace_back("verified_login", true);
  ASSIGN_OR_RETURN(policy::Access access,
                   access_for(*policy, context, "rights.deletion", "engine", claims));
  // The journal outlasts them and the receipt quotes it: neither is to say whom it was.
  if (own) access.actor = "person";
  ASSIGN_OR_RETURN(const auto holdings, silo->holdings(access, subject));
  ASSIGN_OR_RETURN(const silo::Standing standing,
                   silo->standing(access_of(context.principal, *policy), subject));
  // Of nothing no kind asks the policy, and a key that goes would forbid all that comes.
  if (holdings.empty() && !standing.erased) return refuse(not_found());
  return Order{std::move(silo), std::move(access), subject, reason};
}

Asked<Response> erase_subject(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Order order, erasure_order(api, context));
  ASSIGN_OR_RETURN(const silo::ErasureReceipt receipt,
                   order.silo->forget(order.access, order.subject, order.reason));
  return json(silo::receipt_text(receipt));
}

Asked<Response> suspend_subject(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Order order, erasure_order(api, context));
  ASSIGN_OR_RETURN(const silo::Suspension gone,
                   order.silo->suspend(order.access, order.subject, order.reason));
  JsonWriter w;
  w.begin_object().member("code", gone.code).member("until", gone.until).end_object();
  return json(std::move(w));
}

Asked<Response> return_subject(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const SubjectId subject, subject_of(context));
  if (subject.text() != context.principal.id) {
    ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  }
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const std::string code, about("code", required_string(form, "code")));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  if (auto back = silo->come_back(access_of(context.principal, *policy), subject, code); !back) {
    const Error* error = back.error().error();
    const bool wrong_code = error != nullptr && error->kind == ErrorKind::kInvalid;
    return refuse(wrong_code ? problem(*error, "code") : problem(back.error()));
  }
  return no_content();
}

std::uint64_t removed_in(const silo::ErasureReceipt& receipt) {
  std::uint64_t removed = 0;
  for (const silo::ErasureCount& count : receipt.counts) removed += count.removed;
  return removed;
}

Asked<Response> list_erasures(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::uint64_t before, ledger_start_of(context, "before", 0));
  ASSIGN_OR_RETURN(const std::size_t limit, ledger_limit_of(context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(auto receipts, silo->receipts(access, before, limit + 1));
  const bool more = receipts.size() > limit;
  if (more) receipts.pop_back();
  const std::string erasures =
      below("/api/v1/organizations/", context.organization.text()) + "/erasures/";
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const silo::ErasureReceipt& receipt : receipts) {
    w.begin_object().member("number", receipt.number).member("reason", receipt.reason);
    w.member("at", receipt.logical).member("physical", receipt.physical);
    w.member("physical_by", receipt.physical_by).member("removed", removed_in(receipt));
    w.member("recalls", receipt.recalls);
    w.member("receipt", fmt::format("{}{}/receipt", erasures, receipt.number)).end_object();
  }
  w.end_array().key("next");
  more ? w.value(receipts.back().number) : w.null();
  w.end_object();
  return json(std::move(w));
}

Asked<Response> give_receipt(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::uint64_t number, number_in_path(context, "number"));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(std::string lines, silo->receipt(access, number));
  return http::text(std::move(lines), kLines)
      .with("Content-Disposition",
            fmt::format("attachment; filename=\"erasure-{}.jsonl\"", number));
}

}  // namespace

void add_erasure_routes(Router& router, const Api& api) {
  const std::string subject = below(kOrganizationPath, "/subjects/{subject}");
  router.add({.method = Method::kGet,
              .pattern = subject,
              .name = "show_subject",
              .summary = "What is held about a person, by kind, and whether they were erased",
              .need = Need::kSessionOrKey,
              .parameters = reading_parameters(),
              .answers = {{.body = Body{"Subject"}}},
              .handler = bind(api, show_subject)});
  std::vector<Parameter> listing = page_parameters();
  std::ranges::move(reading_parameters(), std::back_inserter(listing));
  listing.push_back({.name = "kind", .required = true, .description = "Records of this kind"});
  router.add({.method = Method::kGet,
              .pattern = subject + "/records",
              .name = "list_subject_records",
              .summary = "Records of a kind that are about a person, mention or belong to them",
              .need = Need::kSessionOrKey,
              .parameters = std::move(listing),
              .answers = {{.body = Body{"Records"}}},
              .handler = bind(api, list_subject_records)});
  router.add({.method = Method::kPost,
              .pattern = subject + "/suspension",
              .name = "suspend_subject",
              .summary = "As an erasure, but with the code that it gives they can come back for a "
                         "while, where the server allows it; nobody reads anything meanwhile",
              .request = Body{"ErasureOrder"},
              .answers = {{.body = Body{"Suspension"}}},
              .handler = bind(api, suspend_subject)});
  router.add({.method = Method::kPost,
              .pattern = subject + "/return",
              .name = "return_subject",
              .summary = "Take a suspension back, with its code",
              .request = Body{"ReturnOrder"},
              .answers = {{.status = 204}},
              .handler = bind(api, return_subject)});
  router.add({.method = Method::kPost,
              .pattern = subject + "/erasure",
              .name = "erase_subject",
              .summary = "Erase a person for good; without `confirm`, 422 tells what would go",
              .request = Body{"ErasureOrder"},
              .answers = {{.body = Body{"ErasureReceipt"}}},
              .handler = bind(api, erase_subject)});
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/erasures"),
              .name = "list_erasures",
              .summary = "Erasures that happened, the newest first, with where their receipts are",
              .need = Need::kSessionOrKey,
              .parameters = ledger_parameters("before", "What the page before said as next"),
              .answers = {{.body = Body{"Erasures"}}},
              .handler = bind(api, list_erasures)});
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/erasures/{number}/receipt"),
              .name = "give_receipt",
              .summary = "The signed receipt of an erasure, to be given away and verified offline",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{.schema = {}, .type = std::string(kLines)}}},
              .handler = bind(api, give_receipt)});
}

}  // namespace heed::http

// The journal of an organization for its people and programs, in the form that anybody can verify
// without this server (docs/JOURNAL.md).
#include <charconv>

#include <fmt/core.h>

#include "http/asked.h"
#include "http/limits.h"
#include "http/principal.h"
#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::string_view kLines = "application/jsonl";

/// A query parameter that is a number of an entry, or `otherwise`.
Asked<std::uint64_t> number_of(const Context& context, std::string_view parameter,
                               std::uint64_t otherwise) {
  const std::string* text = context.request.query.find(parameter);
  if (text == nullptr) return otherwise;
  std::uint64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stopped != end || number == 0) {
    return wrong(parameter, "This is no number of an entry; the first is 1.");
  }
  return number;
}

Asked<Response> show_key(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  JsonWriter w;
  w.begin_object().member("key", to_hex(silo->journal_key().bytes())).end_object();
  return json(std::move(w));
}

/// Just the line that `heed journal verify --kept` takes: what is saved can be kept.
Asked<Response> show_head(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const auto head, silo->journal_head());
  return json(export_line(head));
}

Asked<Response> export_entries(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const std::uint64_t from, number_of(context, "from", 1));
  const std::uint64_t last = from + (kMaxJournalEntries - 1);
  ASSIGN_OR_RETURN(const std::uint64_t to, number_of(context, "to", last));
  if (to > last) return wrong("to", fmt::format("More than {} entries.", kMaxJournalEntries));
  const auto access = access_of(context.principal, *api.store.policy());
  std::string lines;
  const auto done = silo->export_journal(access, from, to, [&](std::string_view line) {
    lines += line;
    return Result<void>();
  });
  if (!done) return refuse(problem(done.error()));
  return text(std::move(lines), kLines);
}

Asked<Response> show_growth(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const std::uint64_t from, number_of(context, "from", 1));
  ASSIGN_OR_RETURN(const std::uint64_t to,
                   number_of(context, "to", silo->statistics().journal_entries));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto proof, silo->prove_growth(access, from, to));
  JsonWriter w;
  w.begin_object().member("from", from).member("to", to).key("consistency").begin_array();
  for (const silo::merkle::Hash& hash : proof) w.value(to_hex(hash));
  w.end_array().end_object();
  return json(std::move(w));
}

/// What somebody did and what is told of them. Others' stay theirs: who is not the person must own
/// the organization.
Asked<Response> list_own_entries(const Api& api, const Context& context) {
  const auto subject = SubjectId::parse(context.parameter("subject"));
  if (!subject || subject->is_nil()) return refuse(not_found());
  if (subject->text() != context.principal.id) {
    ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  }
  ASSIGN_OR_RETURN(const std::uint64_t from, ledger_start_of(context, "from", 1));
  ASSIGN_OR_RETURN(const std::size_t limit, ledger_limit_of(context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(auto own, silo->own_entries(access, *subject, from, limit + 1));
  std::optional<std::uint64_t> next;
  if (own.entries.size() > limit) {
    next = own.entries.back().entry.number;
    own.entries.pop_back();
  }
  JsonWriter w;
  w.begin_object().member("key", to_hex(silo->journal_key().bytes()));
  w.member("head", silo::export_line(own.head)).key("items").begin_array();
  for (const silo::OwnEntry& one : own.entries) {
    w.begin_object().member("number", one.entry.number).member("at", one.entry.at);
    w.member("what", one.entry.what).member("detail", one.entry.detail);
    w.member("theirs", one.theirs).key("record");
    one.record.empty() ? w.null() : w.value(one.record);
    w.member("line", silo::export_line(one.entry, one.inclusion)).end_object();
  }
  w.end_array().member("next", next).end_object();
  return json(std::move(w));
}

Parameter number_parameter(std::string name, std::string description) {
  return {.name = std::move(name),
          .schema = R"({"type":"integer","minimum":1})",
          .description = std::move(description)};
}

void add_schemas_of_the_journal(Router& router) {
  router.schema("JournalKey", R"({"type":"object","required":["key"],"properties":{
      "key":{"type":"string","description":"Ed25519, 64 hexadecimal digits"}}})");
  router.schema("JournalHead", R"({"type":"object","required":["head"],"properties":{
      "head":{"type":"object",
      "required":["organization","entries","root","time","policy","signature"],"properties":{
      "organization":{"type":"string"},"entries":{"type":"integer","minimum":0},
      "root":{"type":"string"},"time":{"$ref":"#/components/schemas/Time"},
      "policy":{"type":"string","description":"Hash of the policy in force"},
      "signature":{"type":"string"}}}}})");
  router.schema("OwnEntries", R"({"type":"object","required":["key","head","items","next"],
      "properties":{"key":{"type":"string"},
      "head":{"type":"string","description":"The line of an export that the proofs lead to"},
      "items":{"type":"array","items":{"type":"object",
        "required":["number","at","what","detail","theirs","record","line"],"properties":{
        "number":{"type":"integer"},"at":{"$ref":"#/components/schemas/Time"},
        "what":{"type":"string"},"detail":{"type":"string","description":
          "JSON, as it is hashed: others stand in it under their pseudonyms"},
        "theirs":{"type":"boolean","description":"They did it; else it is about them"},
        "record":{"type":["string","null"]},
        "line":{"type":"string","description":
          "The entry with its proof, as a line of an export of it alone"}}}},
      "next":{"type":["integer","null"],"description":"Pass as from to go on"}}})");
  router.schema("JournalGrowth", R"({"type":"object","required":["from","to","consistency"],
      "properties":{"from":{"type":"integer"},"to":{"type":"integer"},
      "consistency":{"$ref":"#/components/schemas/Texts"}}})");
}

}  // namespace

void add_journal_routes(Router& router, const Api& api) {
  add_schemas_of_the_journal(router);
  const std::string journal = below(kOrganizationPath, "/journal");
  router.add({.method = Method::kGet,
              .pattern = journal + "/key",
              .name = "show_journal_key",
              .summary = "The public key that verifies the heads of the journal",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"JournalKey"}}},
              .handler = bind(api, show_key)});
  router.add({.method = Method::kGet,
              .pattern = journal + "/head",
              .name = "show_journal_head",
              .summary = "What the journal is now, signed: to be kept, so that no history can be "
                         "rewritten unnoticed",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"JournalHead"}}},
              .handler = bind(api, show_head)});
  router.add(
      {.method = Method::kGet,
       .pattern = journal + "/export",
       .name = "export_journal",
       .summary = "At most 1,000 entries with proofs that anybody can verify",
       .need = Need::kSessionOrKey,
       .parameters = {number_parameter("from", "The first entry's number; by default 1"),
                      number_parameter("to", "The last one's; by default the last there is")},
       .answers = {{.body = Body{.schema = {}, .type = std::string(kLines)}}},
       .handler = bind(api, export_entries)});
  router.add({.method = Method::kGet,
              .pattern = journal + "/growth",
              .name = "prove_journal_growth",
              .summary = "The proof that the journal of `to` entries begins with that of `from`",
              .need = Need::kSessionOrKey,
              .parameters = {number_parameter("from", "Entries of the earlier head"),
                             number_parameter("to", "Entries of the later one; by default now's")},
              .answers = {{.body = Body{"JournalGrowth"}}},
              .handler = bind(api, show_growth)});
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/subjects/{subject}/entries"),
              .name = "list_own_entries",
              .summary = "A person's own entries of the journal, each with its proof; for "
                         "themselves, and for owners",
              .parameters = ledger_parameters("from", "An entry's number; by default 1"),
              .answers = {{.body = Body{"OwnEntries"}}},
              .handler = bind(api, list_own_entries)});
}

}  // namespace heed::http

// Records of the kinds that a policy declares beside the program's own: filed, read and handed on
// by an organization's programs, each decided by the policy.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "http/asked.h"
#include "http/record_asked.h"
#include "http/record_shapes.h"
#include "http/routes.h"

namespace heed::http {
namespace {

// Grounds that are a demand of the law (required_by_law); a vital interest, say, is none.
constexpr std::array<std::string_view, 4> kDemands = {"court_order", "law", "subpoena", "warrant"};

Asked<Further> further_in(const Json& form) {
  const std::string word = text_or(form, "further", "refuse");
  if (word == "refuse") return Further::kRefuse;
  if (word == "drop") return Further::kDrop;
  return wrong("further", "Further fields are refused or dropped.", "Send refuse or drop.");
}

Asked<Response> file_record(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_named(api, *policy, context.parameter("kind")));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  silo::Record record{
      .kind = kind.id, .id = {}, .subject = {}, .source = {}, .fields = {}, .label = {}};
  ASSIGN_OR_RETURN(record.id, about("id", required_string(form, "id")));
  ASSIGN_OR_RETURN(record.source, about("source", required_string(form, "source")));
  ASSIGN_OR_RETURN(record.subject, subject_in(form));
  ASSIGN_OR_RETURN(const Further further, further_in(form));
  ASSIGN_OR_RETURN(FieldValues fields, field_values(kind, form, further));
  record.fields = std::move(fields.values);
  ASSIGN_OR_RETURN(const Claims claims, claims_in(form));
  ASSIGN_OR_RETURN(
      const policy::Access access,
      access_for(*policy, context, text_or(form, "purpose", "service"), "organization", claims));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  if (auto stored = silo->put(access, record); !stored) {
    return refuse(problem(std::move(stored).error()));
  }
  JsonWriter w;
  w.begin_object().member("kind", kind.name).member("id", record.id).key("dropped").begin_array();
  for (const std::string& name : fields.dropped) w.value(name);
  w.end_array().end_object();
  return json(std::move(w), 201);
}

/// With the revision that a correction can expect.
Response shown(const policy::Kind& kind, const silo::Record& record) {
  JsonWriter w;
  write_record(w, kind, record);
  return json(std::move(w)).with("ETag", fmt::format("\"{}\"", record.label.revision));
}

Asked<Response> show_record(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_named(api, *policy, context.parameter("kind")));
  ASSIGN_OR_RETURN(const policy::Access access, reading_access(*policy, context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const auto record, silo->find(access, kind.id, context.parameter("record")));
  if (!record) return refuse(not_found());
  return shown(kind, *record);
}

Asked<Response> list_records(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_named(api, *policy, context.parameter("kind")));
  ASSIGN_OR_RETURN(const policy::Access access, reading_access(*policy, context));
  silo::Query query{.kind = kind.id};
  if (const std::string* name = context.request.query.find("field")) {
    ASSIGN_OR_RETURN(const std::string text, needed(context, "value"));
    const auto field = std::ranges::find(kind.fields, *name, &policy::Field::name);
    if (field == kind.fields.end() || !field->indexed) {
      return wrong("field", "The kind " + kind.name + " has no indexed field '" + *name + "'.",
                   "Declare it `indexed` in the policy, or page through the kind.");
    }
    auto value = field_value_of_text(field->type, text);
    if (!value) return wrong("value", "This is no value of that field.");
    query.field = {*name, *std::move(value)};
  }
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  return page_of_records(*silo, access, kind, context, std::move(query));
}

/// If-Match: "3", as an ETag said it.
Asked<std::optional<std::uint64_t>> expected_revision(const Context& context) {
  const std::string* header = context.request.headers.find("If-Match");
  if (header == nullptr || *header == "*") return std::nullopt;
  std::string_view tag = *header;
  std::uint64_t revision = 0;
  if (tag.size() > 2 && tag.starts_with('"') && tag.ends_with('"')) {
    tag = tag.substr(1, tag.size() - 2);
    const auto [end, error] = std::from_chars(tag.data(), tag.data() + tag.size(), revision);
    if (error == std::errc() && end == tag.data() + tag.size()) return revision;
  }
  return wrong("If-Match", "This is no revision of a record.",
               "Send what the record's ETag said, with its quotation marks.");
}

/// The fields that the form names, null for one that is to be empty.
Asked<std::vector<std::pair<std::string, silo::FieldValue>>> corrections(const policy::Kind& kind,
                                                                         const Json& form) {
  ASSIGN_OR_RETURN(const FieldValues values, field_values(kind, form, Further::kRefuse));
  std::vector<std::pair<std::string, silo::FieldValue>> named;
  for (const auto& [name, json] : *form.find("fields")->object()) {
    const auto field = std::ranges::find(kind.fields, name, &policy::Field::name);
    named.emplace_back(name, values.values[static_cast<std::size_t>(field - kind.fields.begin())]);
  }
  if (named.empty()) return wrong("fields", "Nothing is to be corrected.");
  return named;
}

Asked<Response> correct_record(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_named(api, *policy, context.parameter("kind")));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  silo::Patch patch{.kind = kind.id, .id = context.parameter("record"), .fields = {}};
  ASSIGN_OR_RETURN(patch.fields, corrections(kind, form));
  ASSIGN_OR_RETURN(patch.revision, expected_revision(context));
  ASSIGN_OR_RETURN(const Claims claims, claims_in(form));
  ASSIGN_OR_RETURN(
      const policy::Access access,
      access_for(*policy, context, text_or(form, "purpose", "service"), "organization", claims));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const auto before, silo->find(access, kind.id, patch.id));
  if (!before) return refuse(not_found());
  const bool expects = patch.revision.has_value();
  if (auto done = silo->commit(access, {std::move(patch)}); !done) {
    const Error* error = done.error().error();
    if (!expects || error == nullptr || error->kind != ErrorKind::kConflict) {
      return refuse(problem(done.error()));
    }
    return refuse(problem(Problem{.status = 412,
                                  .detail = "The record was changed meanwhile.",
                                  .mend = "Read it again, then say what is still wrong.",
                                  .field = "If-Match"}));
  }
  ASSIGN_OR_RETURN(const auto after, silo->find(access, kind.id, context.parameter("record")));
  if (!after) return refuse(not_found());
  return shown(kind, *after);
}

Asked<std::optional<silo::Ground>> ground_in(const Json& form) {
  const Json* ground = given(form, "ground");
  if (ground == nullptr) return std::nullopt;
  silo::Ground told;
  for (const auto& [member, place] :
       {std::pair{"basis", &told.basis}, std::pair{"reference", &told.reference},
        std::pair{"approver", &told.approver}, std::pair{"jurisdiction", &told.jurisdiction}}) {
    ASSIGN_OR_RETURN(*place, about("ground", required_string(*ground, member)));
  }
  if (!told.complete()) {
    return wrong("ground", "The ground is not complete.",
                 "Give basis, reference, approver and jurisdiction, each in at most 200 bytes.");
  }
  return told;
}

void write_shared(JsonWriter& w, const policy::Kind& kind, const silo::Shared& shared) {
  w.begin_object().key("fields").begin_object();
  for (const auto& [name, value] : shared.fields) {
    const auto field = std::ranges::find(kind.fields, name, &policy::Field::name);
    require(field != kind.fields.end(), "what was shared is a field of its kind");
    w.key(name);
    write_field(w, field->type, value);
  }
  w.end_object().key("stripped").begin_array();
  for (const std::string& name : shared.stripped) w.value(name);
  w.end_array().key("clauses").begin_array();
  for (const std::string& clause : shared.clauses) w.value(clause);
  w.end_array().end_object();
}

Asked<Response> share_record(const Api& api, const Context& context) {
  constexpr std::size_t kMostFields = 64;
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_named(api, *policy, context.parameter("kind")));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto purpose, about("purpose", required_string(form, "purpose")));
  ASSIGN_OR_RETURN(const auto party, about("party", required_string(form, "party")));
  silo::ShareRequest request{.kind = kind.id,
                             .id = context.parameter("record"),
                             .fields = {},
                             .recipient = {},
                             .ground = {}};
  ASSIGN_OR_RETURN(request.recipient, about("recipient", required_string(form, "recipient")));
  ASSIGN_OR_RETURN(request.fields, texts_in(form, "fields", kMostFields));
  ASSIGN_OR_RETURN(request.ground, ground_in(form));
  ASSIGN_OR_RETURN(Claims claims, claims_in(form));
  if (request.ground && std::ranges::find(kDemands, request.ground->basis) != kDemands.end()) {
    claims.emplace_back("required_by_law", true);
  }
  ASSIGN_OR_RETURN(const policy::Access access,
                   access_for(*policy, context, purpose, party, claims));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const silo::Shared shared, silo->share(access, request));
  JsonWriter w;
  write_shared(w, kind, shared);
  return json(std::move(w));
}

}  // namespace

void add_record_routes(Router& router, const Api& api) {
  const std::string records = below(kOrganizationPath, "/records/{kind}");
  router.add({.method = Method::kPost,
              .pattern = records,
              .name = "file_record",
              .summary = "File a record of a kind that the policy declares, or file it anew",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"NewRecord"},
              .answers = {{.status = 201, .body = Body{"Filed"}}},
              .handler = bind(api, file_record)});
  router.add({.method = Method::kGet,
              .pattern = records + "/{record}",
              .name = "show_record",
              .summary = "A record, for a purpose that the policy allows",
              .need = Need::kSessionOrKey,
              .parameters = reading_parameters(),
              .answers = {{.body = Body{"Record"}}},
              .handler = bind(api, show_record)});
  std::vector<Parameter> listing = reading_parameters();
  std::ranges::move(page_parameters(), std::back_inserter(listing));
  listing.push_back({.name = "field", .description = "An indexed field of the kind"});
  listing.push_back({.name = "value", .description = "What it is to have, exactly"});
  router.add({.method = Method::kGet,
              .pattern = records,
              .name = "list_records",
              .summary = "Records of a kind, all or those whose field has a value",
              .need = Need::kSessionOrKey,
              .parameters = std::move(listing),
              .answers = {{.body = Body{"Records"}}},
              .handler = bind(api, list_records)});
  router.add({.method = Method::kPatch,
              .pattern = records + "/{record}",
              .name = "correct_record",
              .summary = "Correct fields of a record, which keeps who did it and when",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = {{.name = "If-Match",
                              .in = Parameter::In::kHeader,
                              .description = "The record's ETag; 412 if it was changed since"}},
              .request = Body{"Correction"},
              .answers = {{.body = Body{"Record"}}},
              .handler = bind(api, correct_record)});
  router.add({.method = Method::kPost,
              .pattern = records + "/{record}/share",
              .name = "share_record",
              .summary = "Hand on what the policy lets a party have, with a line in the journal",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"ShareQuestion"},
              .answers = {{.body = Body{"Shared"}}},
              .handler = bind(api, share_record)});
}

}  // namespace heed::http

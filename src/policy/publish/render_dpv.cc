// The policy in the W3C Data Privacy Vocabulary 2 (https://w3id.org/dpv), as JSON-LD.
//
// A word with a term (`as "dpv:…"`) is that term; any other is a concept of this policy below its
// parent's, or below DPV's most general one. DPV has permissions and prohibitions but neither our
// conditions nor exceptions: those stand in the description, and a scope note says so.
#include <fmt/core.h>

#include "base/json.h"
#include "policy/lint/review.h"
#include "policy/publish/explain.h"
#include "policy/publish/plain.h"
#include "policy/publish/render.h"

namespace heed::policy {
namespace {

using Names = std::vector<Name>;

bool is_any(const Names& paths) {
  return paths.empty() || paths[0].text == "any";
}

/// ISO 8601, as xsd:duration.
std::string duration_of(const Span& span) {
  switch (span.unit) {
    case Unit::kHour: return fmt::format("PT{}H", span.count);
    case Unit::kDay: return fmt::format("P{}D", span.count);
    case Unit::kMonth: return fmt::format("P{}M", span.count);
    case Unit::kYear: return fmt::format("P{}Y", span.count);
  }
  return {};
}

bool conditional(const Rule& rule) {
  const Scope& scope = rule.scope;
  return !rule.exceptions.empty() || !scope.when.empty() || !scope.unless.empty() ||
         !is_any(scope.sources) || !is_any(scope.subjects) || !is_any(scope.regions) ||
         !is_any(scope.channels);
}

class Dpv {
 public:
  explicit Dpv(const Version& version) : version_(version), policy_(*version.policy) {}

  std::string write() {
    json_.begin_object().key("@context").begin_object();
    json_.member("dpv", "https://w3id.org/dpv#").member("pd", "https://w3id.org/dpv/pd#");
    json_.member("skos", "http://www.w3.org/2004/02/skos/core#");
    json_.member("dct", "http://purl.org/dc/terms/");
    json_.member("xsd", "http://www.w3.org/2001/XMLSchema#");
    json_.member("own", fmt::format("urn:heed:policy:{}:", policy_.name())).end_object();
    json_.key("@graph").begin_array();
    notice();
    concepts(policy_.categories(), "category", "dpv:Data");
    concepts(policy_.purposes(), "purpose", "dpv:Purpose");
    concepts(policy_.parties(), "party", "dpv:Recipient");
    rules();
    duties();
    json_.end_array().end_object();
    return json_.take();
  }

 private:
  void reference(std::string_view key, std::string_view id) {
    json_.key(key).begin_object().member("@id", id).end_object();
  }

  void notice() {
    json_.begin_object().member("@id", "own:notice").member("@type", "dpv:PrivacyNotice");
    json_.member("dct:title", policy_.title()).member("dct:created", policy_.date());
    json_.member("dct:valid", format_time(version_.activated, 0));
    json_.member("dct:identifier", "sha256:" + policy_.hash()).end_object();
  }

  template <class Tag>
  std::string id_of(const Vocabulary<Tag>& words, std::string_view kind, Word<Tag> word) const {
    const Gloss& gloss = policy_.gloss(word);
    return gloss.iri.empty() ? fmt::format("own:{}/{}", kind, words.path(word)) : gloss.iri;
  }

  template <class Tag>
  void concepts(const Vocabulary<Tag>& words, std::string_view kind, std::string_view top) {
    for (std::uint16_t i = 0; i < words.size(); ++i) {
      const Word<Tag> word{i};
      const Gloss& gloss = policy_.gloss(word);
      if (!gloss.declared || !gloss.iri.empty()) continue;
      const auto parent = words.parent(word);
      json_.begin_object().member("@id", id_of(words, kind, word)).member("@type", "skos:Concept");
      json_.member("skos:prefLabel", spaced(words.path(word)));
      if (!gloss.text.empty()) json_.member("skos:definition", gloss.text);
      reference("skos:broader", parent ? id_of(words, kind, *parent) : std::string(top));
      json_.end_object();
    }
  }

  template <class Tag>
  void named(std::string_view key, const Vocabulary<Tag>& words, std::string_view kind,
             const Names& paths) {
    if (is_any(paths)) return;
    json_.key(key).begin_array();
    for (const Name& path : paths) {
      const auto word = words.find(path.text);
      if (word) json_.begin_object().member("@id", id_of(words, kind, *word)).end_object();
    }
    json_.end_array();
  }

  void process(const Scope& scope) {
    json_.key("dpv:hasProcess").begin_object().member("@type", "dpv:Process");
    named("dpv:hasData", policy_.categories(), "category", scope.categories);
    named("dpv:hasPurpose", policy_.purposes(), "purpose", scope.purposes);
    named("dpv:hasRecipient", policy_.parties(), "party", scope.parties);
    json_.end_object();
  }

  void begin_statement(std::string_view type, std::uint16_t clause, std::string_view told) {
    json_.begin_object().member("@id", fmt::format("own:statement/{}", ++statements_));
    json_.member("@type", type).member("dct:source", "clause " + policy_.clauses()[clause].id);
    reference("dct:isPartOf", "own:notice");
    json_.member("dct:description", told);
  }

  void rules() {
    for (const Rule& rule : policy_.rules()) {
      if (rule.from_duty) continue;
      begin_statement(rule.allow ? "dpv:Permission" : "dpv:Prohibition", rule.clause,
                      tell(policy_, rule));
      if (conditional(rule)) {
        json_.member("skos:scopeNote", "Under the conditions and exceptions of its description.");
      }
      process(rule.scope);
      json_.end_object();
    }
  }

  void duties() {
    for (const Duty& duty : policy_.duties()) {
      begin_statement("dpv:Obligation", duty.clause, tell(policy_, duty));
      process(duty.scope);
      if (duty.kind == DutyKind::kKeep && duty.event.empty()) {
        json_.key("dpv:hasStorageCondition").begin_object().member("@type", "dpv:StorageDuration");
        json_.key("dpv:hasDuration").begin_object().member("@type", "xsd:duration");
        json_.member("@value", duration_of(duty.span)).end_object().end_object();
      }
      json_.end_object();
    }
  }

  const Version& version_;
  const Policy& policy_;
  JsonWriter json_;
  std::size_t statements_ = 0;
};

}  // namespace

std::string render_dpv(const Version& version) {
  return Dpv(version).write();
}

}  // namespace heed::policy

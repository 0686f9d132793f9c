// policy: what may be done with which data, decided from one table that is compiled from the text
// that is published.
//
// In:  policy files (language/), checked and compiled by check() below.
// Out: a Policy that answers "may this access touch this category, and which clause says so", and
//      what follows from it: duties, kinds, comparison of two versions (compare/), coverage
//      (coverage.h), replay (replay.h), the page (publish/).
// Knows: base. Pure: no I/O, no clock, no allocation in a decision.
//
// A server's versions over time, and which of them an item stands under, are in book.h.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "policy/access.h"
#include "policy/duty.h"
#include "policy/governed.h"
#include "policy/kind.h"
#include "policy/language/document.h"
#include "policy/language/finding.h"
#include "policy/table.h"
#include "policy/words.h"

namespace heed::policy {

struct Clause {
  std::string id;                  ///< "3.2"
  std::string sentence;            ///< As published.
  std::string section;             ///< Of the text it comes from, or empty.
  std::vector<std::string> keeps;  ///< Obligations: "O37".
  bool information = false;        ///< Tells something; has no rules.
};

/// What is published of one word, beside its path.
struct Gloss {
  std::string text;
  std::string iri;
  bool sensitive = false;    ///< Category: refused on every way in and out.
  bool independent = false;  ///< Party: uses it for its own ends; needs `required_by_law`.
  bool declared = false;     ///< False for a word that only an earlier version had.
};

/// One statement as the compiler understood it, for those who explain or oracle a policy: names
/// resolved, scopes of exceptions narrowed to their parents'. A desugared duty is one, too.
struct Rule {
  bool allow = false;
  std::uint16_t clause = 0;
  Place place;  ///< In the file of its clause.
  Scope scope;  ///< Whole: nothing is left to inherit.
  DutyKind duty = DutyKind::kKeep;
  bool from_duty = false;  ///< A deny that `duty` was compiled to.
  bool from_mark = false;  ///< A deny that a word's mark was compiled to.
  std::vector<Rule> exceptions;
};

/// A compiled policy. Immutable and safe to share between threads.
class Policy {
 public:
  // Deciding ------------------------------------------------------------------------------------

  const Table& table() const { return table_; }
  Decision decide(const Access& access, Category category) const noexcept {
    return table_.decide(access.purpose, category, access.party, access.conditions);
  }
  /// decide() for every category that the fields of `kind` name; the first refusal, or nothing
  /// when all are allowed. A category that the policy does not have is refused.
  std::optional<Refusal> refusal(const Access& access, const Kind& kind) const;
  /// What a face or a log tells about a refused decision.
  Refusal refusal_of(Decision decision, std::string what) const;

  /// An access in this policy's words. kInvalid names a purpose or party that it does not have; a
  /// fact that it does not have cannot matter to it and is passed over.
  using KnownFacts = std::vector<std::pair<std::string_view, bool>>;
  Result<Access> access(std::string actor, std::string_view purpose, std::string_view party,
                        const KnownFacts& facts = {}) const;
  Conditions conditions(const KnownFacts& facts) const;
  /// `conditions` and that the item came through `path` (or is about, in, by `path`, after
  /// `dimension`): its bit and its parents' hold, all others of the dimension do not.
  Conditions knowing(Conditions conditions, Dimension dimension, std::string_view path) const;

  /// Nothing if no clause says, and then such an item must not be stored.
  const Keep* keep(Category category) const;
  /// The shortest span that ends by itself; Duration::max() when only events end it.
  std::optional<Duration> keep_span(Category category) const;
  /// The smallest group that an aggregate for this cell may tell of; 0 when none is asked for.
  std::uint32_t least_group(Purpose purpose, Category category, Party party) const;

  // What it says --------------------------------------------------------------------------------

  const std::string& name() const { return name_; }
  const std::string& title() const { return title_; }
  /// Of the text: YYYY-MM-DD.
  const std::string& date() const { return date_; }
  const std::optional<Span>& review() const { return review_; }
  const std::vector<Clause>& clauses() const { return clauses_; }
  const std::vector<Duty>& duties() const { return duties_; }
  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Kind>& kinds() const { return kinds_; }
  const Kind* kind(KindId id) const;
  const Kind* kind(std::string_view name) const;

  const Vocabulary<CategoryTag>& categories() const { return categories_; }
  const Vocabulary<PurposeTag>& purposes() const { return purposes_; }
  const Vocabulary<PartyTag>& parties() const { return parties_; }
  const Vocabulary<EventTag>& events() const { return events_; }
  /// Facts of all five dimensions, each after its dimension's name and a colon:
  /// "source:site.demo_form", "condition:opted_out".
  const Vocabulary<FactTag>& facts() const { return facts_; }
  const Gloss& gloss(Category word) const { return category_glosses_[word.index]; }
  const Gloss& gloss(Purpose word) const { return purpose_glosses_[word.index]; }
  const Gloss& gloss(Party word) const { return party_glosses_[word.index]; }
  const Gloss& gloss(Fact word) const { return fact_glosses_[word.index]; }
  const Gloss& gloss(Event word) const { return event_glosses_[word.index]; }

  /// The trees it was compiled from: words first, the policy, overlays last.
  const std::vector<Document>& documents() const { return documents_; }
  /// Their canonical text in one piece (format(), in that order): compiling it gives this policy.
  const std::string& source() const { return source_; }
  /// SHA-256 of source(), 64 hexadecimal digits. What "the version in force" means everywhere.
  const std::string& hash() const { return hash_; }

 private:
  friend class Compiler;
  Policy() = default;

  std::string name_;
  std::string title_;
  std::string date_;
  std::optional<Span> review_;
  std::vector<Clause> clauses_;
  std::vector<Duty> duties_;
  std::vector<Rule> rules_;
  std::vector<Kind> kinds_;
  Vocabulary<CategoryTag> categories_;
  Vocabulary<PurposeTag> purposes_;
  Vocabulary<PartyTag> parties_;
  Vocabulary<EventTag> events_;
  Vocabulary<FactTag> facts_;
  std::vector<Gloss> category_glosses_;
  std::vector<Gloss> purpose_glosses_;
  std::vector<Gloss> party_glosses_;
  std::vector<Gloss> event_glosses_;
  std::vector<Gloss> fact_glosses_;
  std::vector<std::optional<Keep>> keeps_;  // by category
  std::vector<Document> documents_;
  std::string source_;
  std::string hash_;
  Table table_;
};

/// A policy file as it lies somewhere.
struct PolicyText {
  std::string file;  ///< What messages call it.
  std::string text;
};

struct Checked {
  std::shared_ptr<const Policy> policy;  ///< nullptr when there are errors.
  std::vector<Finding> findings;         ///< In the order of files and places.
  bool ok() const { return policy != nullptr; }
};

/// Parses and compiles one policy, its overlays and the words that they use, in any order and in as
/// many texts as you like. Words that are used and not given are looked for among the shipped ones
/// (shipped.h). With `before`, the new policy keeps the indexes of its words. Only errors are among
/// the findings: warnings are lint()'s.
Checked check(const std::vector<PolicyText>& texts, const Policy* before = nullptr);

}  // namespace heed::policy

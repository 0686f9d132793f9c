// For tests and benchmarks only: random policies, repeatable from their seed.
#pragma once

#include <fmt/core.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "policy/language/document.h"
#include "policy/language/parse.h"

namespace heed::policy {

/// Numbers of words and statements. Nothing of a dimension with 0 words is written.
struct RandomSizes {
  std::size_t purposes = 5;
  std::size_t categories = 6;
  std::size_t parties = 5;
  std::size_t sources = 3;
  std::size_t subjects = 2;
  std::size_t regions = 2;
  std::size_t channels = 2;
  std::size_t conditions = 4;
  std::size_t clauses = 8;
  std::size_t rules = 2;        ///< At most, in each clause.
  std::size_t exceptions = 2;   ///< At most, in each rule.
  std::size_t depth = 2;        ///< Of exceptions.
  bool deciding_duties = true;  ///< expire, verify, aggregate, log ground.
  bool other_duties = true;     ///< keep, answer, notify.
};

class RandomPolicy {
 public:
  RandomPolicy(std::uint64_t seed, RandomSizes sizes) : random_(seed), sizes_(sizes) {}

  Document document() {
    document_.file = "random.policy";
    Header& header = document_.header;
    header.name = name("random");
    header.title = "A random policy";
    header.version = "2026-01-31";
    if (below(2) == 0) header.review = {1 + below(24), Unit::kMonth};
    write_words();
    for (std::size_t i = 0; i < sizes_.clauses; ++i) write_clause();
    write_keeps();
    write_kinds();
    return std::move(document_);
  }

  /// Uniform below `most`, which is not 0.
  std::uint32_t below(std::size_t most) { return static_cast<std::uint32_t>(random_.u64() % most); }

  static Name name(std::string text) { return {std::move(text), {}}; }

 private:
  using Paths = std::vector<std::string>;

  const std::string& one_of(const Paths& paths) { return paths[below(paths.size())]; }

  /// A forest: each word stands below an earlier one or is a root.
  Paths write_vocabulary(Dimension dimension, std::string_view letter, std::size_t count) {
    Paths paths;
    std::vector<std::size_t> above(count, count);
    std::vector<WordNode> nodes(count);
    for (std::size_t i = 0; i < count; ++i) {
      nodes[i].name = name(fmt::format("{}{}", letter, i));
      if (i > 0 && below(3) > 0) above[i] = below(i);
      paths.push_back(above[i] == count ? nodes[i].name.text
                                        : paths[above[i]] + "." + nodes[i].name.text);
    }
    for (std::size_t i = count; i-- > 0;) {
      if (above[i] != count) {
        auto& siblings = nodes[above[i]].below;
        siblings.insert(siblings.begin(), std::move(nodes[i]));
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (above[i] != count) continue;
      document_.declarations.emplace_back(VocabularyNode{{}, dimension, std::move(nodes[i])});
    }
    return paths;
  }

  Paths write_flat(Dimension dimension, Paths names) {
    for (const std::string& each : names) {
      VocabularyNode node;
      node.dimension = dimension;
      node.word.name = name(each);
      document_.declarations.emplace_back(std::move(node));
    }
    return names;
  }

  void write_words() {
    purposes_ = write_vocabulary(Dimension::kPurpose, "p", sizes_.purposes);
    categories_ = write_vocabulary(Dimension::kCategory, "d", sizes_.categories);
    parties_ = write_vocabulary(Dimension::kParty, "r", sizes_.parties);
    sources_ = write_vocabulary(Dimension::kSource, "s", sizes_.sources);
    subjects_ = write_vocabulary(Dimension::kSubject, "u", sizes_.subjects);
    regions_ = write_vocabulary(Dimension::kRegion, "g", sizes_.regions);
    channels_ = write_vocabulary(Dimension::kChannel, "h", sizes_.channels);
    Paths conditions;
    for (std::size_t i = 0; i < sizes_.conditions; ++i) conditions.push_back(fmt::format("c{}", i));
    conditions_ = write_flat(Dimension::kCondition, std::move(conditions));
    if (sizes_.deciding_duties) {
      for (const char* fact :
           {"contract_valid", "consented", "verified_address", "verified_login",
            "verified_two_points", "verified_three_points_signed", "aggregated", "ground_logged"}) {
        conditions_.push_back(write_flat(Dimension::kCondition, {fact})[0]);
      }
    }
    events_ =
        write_flat(Dimension::kEvent, {"closed", "breach", "contract_end", "consent_withdrawn"});
  }

  void write_clause() {
    ClauseNode& clause = new_clause();
    const std::size_t rules = 1 + below(sizes_.rules);
    for (std::size_t i = 0; i < rules; ++i) clause.statements.emplace_back(rule(nullptr));
    if (sizes_.deciding_duties && below(3) == 0) clause.statements.emplace_back(deciding_duty());
    if (sizes_.other_duties && below(3) == 0) clause.statements.emplace_back(other_duty());
  }

  ClauseNode& new_clause() {
    ++clauses_;
    ClauseNode clause;
    clause.id = name(fmt::format("{}.{}", 1 + clauses_ / 7, 1 + clauses_ % 7));
    clause.sentence = fmt::format("Clause {} says so.", clauses_);
    document_.declarations.emplace_back(std::move(clause));
    return std::get<ClauseNode>(document_.declarations.back());
  }

  /// One or two of `all`, or for an exception, of what lies inside `above`.
  std::vector<Name> some(const Paths& all, const std::vector<Name>* above) {
    Paths inside;
    for (const std::string& path : all) {
      const bool fits = above == nullptr || above->empty() || [&] {
        for (const Name& n : *above) {
          if (n.text == "any" || path == n.text || path.starts_with(n.text + ".")) return true;
        }
        return false;
      }();
      if (fits) inside.push_back(path);
    }
    if (inside.empty()) return {};
    std::vector<Name> names = {name(one_of(inside))};
    if (below(4) == 0) {
      const std::string& second = one_of(inside);
      if (second != names[0].text) names.push_back(name(second));
    }
    return names;
  }

  /// `above`: the scope that an exception inherits from, whole.
  Scope scope(const Scope* above, bool allow) {
    Scope s;
    const auto part = [&](const Paths& all, std::vector<Name> Scope::* where,
                          std::uint32_t one_in) {
      if (all.empty() || below(one_in) != 0) return;
      s.*where = some(all, above ? &(above->*where) : nullptr);
    };
    part(categories_, &Scope::categories, above ? 2 : 1);
    part(purposes_, &Scope::purposes, above ? 2 : 1);
    part(parties_, &Scope::parties, above ? 2 : 1);
    for (auto where : {&Scope::categories, &Scope::purposes, &Scope::parties}) {
      if (above != nullptr) continue;
      if (below(4) == 0) s.*where = {name("any")};
      if (!allow && below(4) == 0) (s.*where).clear();
    }
    part(sources_, &Scope::sources, 5);
    part(subjects_, &Scope::subjects, 6);
    part(regions_, &Scope::regions, 6);
    part(channels_, &Scope::channels, 6);
    for (auto where : {&Scope::when, &Scope::unless}) {
      if (conditions_.empty() || below(2) == 0) continue;
      const std::string& condition = one_of(conditions_);
      if (!says(s, condition) && (above == nullptr || !says(*above, condition))) {
        (s.*where).push_back(name(condition));
      }
    }
    return s;
  }
  static bool says(const Scope& s, const std::string& condition) {
    for (const auto* names : {&s.when, &s.unless}) {
      for (const Name& n : *names) {
        if (n.text == condition) return true;
      }
    }
    return false;
  }

  /// What the compiler will make of it: written parts, else those above.
  static Scope whole(Scope s, const Scope* above) {
    if (above == nullptr) return s;
    for (auto where : {&Scope::categories, &Scope::purposes, &Scope::parties, &Scope::sources,
                       &Scope::subjects, &Scope::regions, &Scope::channels}) {
      if ((s.*where).empty()) s.*where = above->*where;
    }
    s.when.insert(s.when.end(), above->when.begin(), above->when.end());
    s.unless.insert(s.unless.end(), above->unless.begin(), above->unless.end());
    return s;
  }

  RuleNode rule(const Scope* above, bool allow, std::size_t depth) {
    RuleNode node;
    node.allow = allow;
    node.scope = scope(above, allow);
    if (depth >= sizes_.depth || sizes_.exceptions == 0 || below(2) == 0) return node;
    const Scope inherited = whole(node.scope, above);
    const std::size_t exceptions = 1 + below(sizes_.exceptions);
    for (std::size_t i = 0; i < exceptions; ++i) {
      node.exceptions.push_back(rule(&inherited, !allow, depth + 1));
    }
    return node;
  }
  RuleNode rule(const Scope* above) { return rule(above, below(5) < 3, 0); }

  DutyNode deciding_duty() {
    DutyNode duty;
    switch (below(4)) {
      case 0:
        duty.kind = DutyKind::kExpire;
        duty.scope.parties = {name(one_of(parties_))};
        duty.event = name(below(2) == 0 ? "contract_end" : "consent_withdrawn");
        break;
      case 1: {
        constexpr std::array kDegrees = {"address", "login", "two_points", "three_points_signed"};
        duty.kind = DutyKind::kVerify;
        duty.scope.purposes = {name(one_of(purposes_))};
        duty.degree = name(kDegrees[below(4)]);
        break;
      }
      case 2:
        duty.kind = DutyKind::kAggregate;
        duty.scope.categories = {name(one_of(categories_))};
        if (below(2) == 0) duty.scope.purposes = {name(one_of(purposes_))};
        duty.least = 2 + below(50);
        break;
      default: duty.kind = DutyKind::kLogGround; duty.scope.purposes = {name(one_of(purposes_))};
    }
    return duty;
  }

  Span span() { return {1 + below(40), static_cast<Unit>(below(4))}; }

  DutyNode other_duty() {
    DutyNode duty;
    duty.span = span();
    switch (below(4)) {
      case 0:
        duty.kind = DutyKind::kAnswer;
        duty.scope.purposes = {name(one_of(purposes_))};
        break;
      case 1:
        duty.kind = DutyKind::kNotify;
        duty.scope.parties = {name(one_of(parties_))};
        duty.event = name("breach");
        break;
      default:
        duty.kind = DutyKind::kKeep;
        duty.scope.categories = {name(one_of(categories_))};
        if (below(2) == 0) duty.event = name("closed");
    }
    return duty;
  }

  void write_keeps() {
    ClauseNode& clause = new_clause();
    DutyNode keep;
    keep.kind = DutyKind::kKeep;
    keep.scope.categories = {name("any")};
    keep.span = {10, Unit::kYear};
    clause.statements.emplace_back(std::move(keep));
  }

  FieldNode field(std::string_view called, FieldType type = FieldType::kText) {
    FieldNode node;
    node.name = name(std::string(called));
    node.type = type;
    node.category = name(one_of(categories_));
    return node;
  }

  /// Of any type, with whatever fits it; "somebody" is a subject that is emptied.
  FieldNode any_field(std::string_view called) {
    FieldNode node = field(called, static_cast<FieldType>(below(9)));
    node.indexed = node.type != FieldType::kReal && node.type != FieldType::kBlob && below(3) == 0;
    if (node.type == FieldType::kSubject) {
      node.on_erasure = static_cast<OnErasure>(1 + below(3));
    } else if (node.type == FieldType::kReference) {
      node.refers_to = name(below(2) == 0 ? "thing" : "other");
      node.on_erasure = static_cast<OnErasure>(2 + below(3));
    } else if (below(2) == 0) {
      node.with = name("somebody");
    }
    return node;
  }

  void write_kinds() {
    KindNode kind;
    kind.name = name("thing");
    kind.number = 900;
    for (const std::string_view called : {"f0", "f1", "f2"}) kind.fields.push_back(field(called));
    for (const std::string_view called : {"g0", "g1", "g2"}) {
      kind.fields.push_back(any_field(called));
    }
    FieldNode& somebody = kind.fields.emplace_back(field("somebody", FieldType::kSubject));
    somebody.on_erasure = OnErasure::kEmpties;
    KindNode other;
    other.name = name("other");
    other.number = 901;
    other.fields.push_back(field("f0"));
    document_.declarations.emplace_back(std::move(kind));
    document_.declarations.emplace_back(std::move(other));
  }

  SeededRandom random_;
  const RandomSizes sizes_;
  Document document_;
  std::size_t clauses_ = 0;
  Paths purposes_, categories_, parties_, sources_, subjects_, regions_, channels_;
  Paths conditions_, events_;
};

inline std::string random_policy_text(std::uint64_t seed, const RandomSizes& sizes = {}) {
  return format(RandomPolicy(seed, sizes).document());
}

}  // namespace heed::policy

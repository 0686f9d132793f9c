#include "policy/policy.h"

#include <algorithm>

namespace heed::policy {
namespace {

constexpr std::string_view kNoClause = "What no clause of the policy allows is refused.";

template <class Tag>
Result<Word<Tag>> known(const Vocabulary<Tag>& words, std::string_view what,
                        std::string_view path) {
  if (const auto word = words.find(path)) return *word;
  return fail(ErrorKind::kInvalid,
              "the policy has no " + std::string(what) + " '" + std::string(path) + "'");
}

/// Whether one of `paths` is "any" or covers `word`.
template <class Tag>
bool any_covers(const Vocabulary<Tag>& words, const std::vector<Name>& paths, Word<Tag> word) {
  return paths.empty() || std::ranges::any_of(paths, [&](const Name& path) {
           if (path.text == "any") return true;
           const auto above = words.find(path.text);
           return above && words.covers(*above, word);
         });
}

}  // namespace

std::optional<Refusal> Policy::refusal(const Access& access, const Kind& kind) const {
  if (kind.fields.empty()) return refusal_of({}, kind.name);
  const std::string* decided = nullptr;  // fields of one category mostly stand together
  for (const Field& field : kind.fields) {
    if (decided && *decided == field.category) continue;
    decided = &field.category;
    const auto category = categories_.find(field.category);
    const Decision decision = category ? decide(access, *category) : Decision{};
    if (!decision.allowed) return refusal_of(decision, kind.name + "." + field.name);
  }
  return {};
}

Refusal Policy::refusal_of(Decision decision, std::string what) const {
  if (decision.clause == Table::kDefault) {
    return {"default", std::string(kNoClause), std::move(what)};
  }
  const Clause& clause = clauses_[decision.clause];
  return {clause.id, clause.sentence, std::move(what)};
}

Result<Access> Policy::access(std::string actor, std::string_view purpose, std::string_view party,
                              const KnownFacts& facts) const {
  ASSIGN_OR_RETURN(const Purpose for_purpose, known(purposes_, "purpose", purpose));
  ASSIGN_OR_RETURN(const Party to_party, known(parties_, "party", party));
  return Access{std::move(actor), for_purpose, to_party, conditions(facts)};
}

Conditions Policy::conditions(const KnownFacts& facts) const {
  Conditions all;
  for (const auto& [name, truth] : facts) {
    if (const auto fact = facts_.find(fact_path(Dimension::kCondition, name))) {
      all = all.with(*fact, truth);
    }
  }
  return all;
}

Conditions Policy::knowing(Conditions conditions, Dimension dimension,
                           std::string_view path) const {
  const auto word = facts_.find(fact_path(dimension, path));
  const std::string prefix = fact_path(dimension, "");
  for (std::uint16_t i = 0; i < facts_.size(); ++i) {
    if (!facts_.path({i}).starts_with(prefix)) continue;
    conditions = conditions.with({i}, word && facts_.covers({i}, *word));
  }
  return conditions;
}

const Keep* Policy::keep(Category category) const {
  if (category.index >= keeps_.size() || !keeps_[category.index]) return nullptr;
  return &*keeps_[category.index];
}

std::optional<Duration> Policy::keep_span(Category category) const {
  const Keep* kept = keep(category);
  if (kept == nullptr) return {};
  return kept->span.value_or(Duration::max());
}

std::uint32_t Policy::least_group(Purpose purpose, Category category, Party party) const {
  std::uint32_t least = 0;
  for (const Duty& duty : duties_) {
    if (duty.kind != DutyKind::kAggregate || duty.least <= least) continue;
    if (any_covers(categories_, duty.scope.categories, category) &&
        any_covers(purposes_, duty.scope.purposes, purpose) &&
        any_covers(parties_, duty.scope.parties, party)) {
      least = duty.least;
    }
  }
  return least;
}

const Kind* Policy::kind(KindId id) const {
  const auto found = std::ranges::find(kinds_, id, &Kind::id);
  return found == kinds_.end() ? nullptr : &*found;
}

const Kind* Policy::kind(std::string_view name) const {
  const auto found = std::ranges::find(kinds_, name, &Kind::name);
  return found == kinds_.end() ? nullptr : &*found;
}

}  // namespace heed::policy

#include "policy/table.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace heed::policy {
namespace {

constexpr std::string_view kAny = "any";
constexpr std::string_view kNoClause = "What no clause of the policy allows is refused.";

/// Where a rule stands in its cell: denies first, then by clause id, so that the clause which a
/// decision names does not hang on the order of writing.
using Rank = std::tuple<bool, std::string_view, std::uint32_t, std::uint32_t>;

/// Every word that a rule on `path` covers.
template <class Tag>
std::vector<Word<Tag>> covered(const Vocabulary<Tag>& words, std::string_view path) {
  std::vector<Word<Tag>> all;
  const auto above = words.find(path);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word<Tag> word{static_cast<std::uint16_t>(i)};
    if (path == kAny || (above && words.covers(*above, word))) all.push_back(word);
  }
  return all;
}

template <class Tag>
void know(Vocabulary<Tag>& words, std::string_view path) {
  if (path != kAny) words.add(path);
}

template <class Tag>
Result<Word<Tag>> known(const Vocabulary<Tag>& words, std::string_view what,
                        std::string_view path) {
  if (const auto word = words.find(path)) return *word;
  return fail(ErrorKind::kInvalid,
              "the policy has no " + std::string(what) + " '" + std::string(path) + "'");
}

}  // namespace

std::size_t Table::cell(Purpose purpose, Category category, Party party) const noexcept {
  return (purpose.index * categories_.size() + category.index) * parties_.size() + party.index;
}

Decision Table::decide(Purpose purpose, Category category, Party party,
                       Conditions conditions) const noexcept {
  const bool all_known = purpose.index < purposes_.size() && category.index < categories_.size() &&
                         party.index < parties_.size();
  if (!all_known) return {false, kDefault};
  const Cell& here = cells_[cell(purpose, category, party)];
  const std::uint32_t bits = conditions.bits();
  for (std::uint32_t i = 0; i < here.count; ++i) {
    const Rule& rule = rules_[here.first + i];
    if ((bits & rule.must) == rule.must && (bits & rule.must_not) == 0) {
      return {rule.allow, rule.clause};
    }
  }
  return {false, kDefault};
}

std::optional<Refusal> Table::refusal(const Access& access, const Kind& kind) const {
  const auto refused = [&](std::uint16_t clause, std::string what) {
    if (clause == kDefault) return Refusal{"default", std::string(kNoClause), std::move(what)};
    return Refusal{clauses_[clause].id, clauses_[clause].sentence, std::move(what)};
  };
  if (kind.fields.empty()) return refused(kDefault, kind.name);
  const std::string* decided = nullptr;  // fields of one category mostly stand together
  for (const Field& field : kind.fields) {
    if (decided && *decided == field.category) continue;
    decided = &field.category;
    const auto category = categories_.find(field.category);
    const Decision decision =
        category ? decide(access.purpose, *category, access.party, access.conditions) : Decision{};
    if (category && decision.allowed) continue;
    return refused(category ? decision.clause : kDefault, kind.name + "." + field.name);
  }
  return {};
}

std::optional<Duration> Table::keep(Category category) const {
  return category.index < keeps_.size() ? keeps_[category.index] : std::nullopt;
}

Result<Access> Table::access(std::string actor, std::string_view purpose, std::string_view party,
                             Conditions conditions) const {
  ASSIGN_OR_RETURN(const Purpose for_purpose, known(purposes_, "purpose", purpose));
  ASSIGN_OR_RETURN(const Party to_party, known(parties_, "party", party));
  return Access{std::move(actor), for_purpose, to_party, conditions};
}

TableBuilder::TableBuilder(std::string name, std::uint32_t version) {
  table_.name_ = std::move(name);
  table_.version_ = version;
}

TableBuilder& TableBuilder::category(std::string_view path) {
  return know(table_.categories_, path), *this;
}

TableBuilder& TableBuilder::purpose(std::string_view path) {
  return know(table_.purposes_, path), *this;
}

TableBuilder& TableBuilder::party(std::string_view path) {
  return know(table_.parties_, path), *this;
}

TableBuilder& TableBuilder::clause(std::string id, std::string sentence) {
  const bool is_new =
      std::ranges::none_of(table_.clauses_, [&](const Clause& c) { return c.id == id; });
  require(is_new, "a clause is written once");
  require(table_.clauses_.size() < Table::kDefault, "a policy has at most 65,535 clauses");
  table_.clauses_.push_back({std::move(id), std::move(sentence)});
  return *this;
}

TableBuilder& TableBuilder::allow(std::string_view category, std::string_view purpose,
                                  std::string_view party, Conditions must, Conditions must_not) {
  return rule(true, category, purpose, party, must, must_not);
}

TableBuilder& TableBuilder::deny(std::string_view category, std::string_view purpose,
                                 std::string_view party, Conditions must, Conditions must_not) {
  return rule(false, category, purpose, party, must, must_not);
}

TableBuilder& TableBuilder::rule(bool allow, std::string_view category, std::string_view purpose,
                                 std::string_view party, Conditions must, Conditions must_not) {
  require(!table_.clauses_.empty(), "a rule stands in a clause");
  this->category(category).purpose(purpose).party(party);
  const auto clause = static_cast<std::uint16_t>(table_.clauses_.size() - 1);
  written_.push_back({std::string(category),
                      std::string(purpose),
                      std::string(party),
                      {must.bits(), must_not.bits(), clause, allow}});
  return *this;
}

TableBuilder& TableBuilder::keep(std::string_view category, Duration duration) {
  require(!table_.clauses_.empty(), "a rule stands in a clause");
  this->category(category);
  keeps_.emplace_back(category, duration);
  return *this;
}

Table TableBuilder::build() && {
  Table& t = table_;
  std::vector<std::vector<Table::Rule>> rules_of_cell(t.purposes_.size() * t.categories_.size() *
                                                      t.parties_.size());
  for (const Written& written : written_) {
    for (const Purpose purpose : covered(t.purposes_, written.purpose)) {
      for (const Category category : covered(t.categories_, written.category)) {
        for (const Party party : covered(t.parties_, written.party)) {
          rules_of_cell[t.cell(purpose, category, party)].push_back(written.rule);
        }
      }
    }
  }
  std::map<std::vector<Rank>, Table::Cell> stored;  // equal cells share their rules
  for (auto& rules : rules_of_cell) {
    const auto rank = [&](const Table::Rule& r) -> Rank {
      return {r.allow, t.clauses_[r.clause].id, r.must, r.must_not};
    };
    std::ranges::sort(rules, {}, rank);
    std::vector<Rank> ranks;
    std::ranges::transform(rules, std::back_inserter(ranks), rank);
    const Table::Cell fresh{static_cast<std::uint32_t>(t.rules_.size()),
                            static_cast<std::uint32_t>(rules.size())};
    const auto [at, is_new] = stored.emplace(std::move(ranks), fresh);
    if (is_new) t.rules_.insert(t.rules_.end(), rules.begin(), rules.end());
    t.cells_.push_back(at->second);
  }
  t.keeps_.resize(t.categories_.size());
  for (const auto& [path, duration] : keeps_) {
    for (const Category category : covered(t.categories_, path)) {
      std::optional<Duration>& kept = t.keeps_[category.index];
      kept = kept ? std::min(*kept, duration) : duration;
    }
  }
  return std::move(table_);
}

}  // namespace heed::policy

// The compiler's last pass: rules to cells.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "policy/compile/compiler.h"

namespace heed::policy {
namespace {

/// Cells that all rules together may be written into; beyond it checking takes seconds.
constexpr std::uint64_t kMostSteps = 400'000'000;
/// Flat rules that one rule with its exceptions may become, per group of cells.
constexpr std::size_t kMostCubes = 256;
constexpr std::size_t kMostExceptions = 64;

using Words = std::vector<std::uint16_t>;

/// Words by which exceptions cover them: bit i for the i-th exception.
std::map<std::uint64_t, Words> classes(const Words& all, const std::vector<Words>& exceptions) {
  std::map<std::uint16_t, std::uint64_t> covered_by;
  for (std::size_t i = 0; i < exceptions.size(); ++i) {
    for (const std::uint16_t word : exceptions[i]) covered_by[word] |= std::uint64_t{1} << i;
  }
  std::map<std::uint64_t, Words> sorted;
  for (const std::uint16_t word : all) {
    const auto found = covered_by.find(word);
    sorted[found == covered_by.end() ? 0 : found->second].push_back(word);
  }
  return sorted;
}

}  // namespace

template <class Tag>
std::vector<std::uint16_t> Compiler::covered(const Vocabulary<Tag>& words,
                                             const std::vector<Gloss>& glosses,
                                             const std::vector<Name>& paths) const {
  std::vector<bool> in(words.size(), paths.empty() || paths[0].text == "any");
  for (const Name& path : paths) {
    if (const auto word = words.find(path.text)) in[word->index] = true;
  }
  std::vector<std::uint16_t> all;
  for (std::uint16_t i = 0; i < words.size(); ++i) {  // parents stand before their children
    const auto parent = words.parent({i});
    if (parent && in[parent->index]) in[i] = true;
    if (in[i] && glosses[i].declared) all.push_back(i);
  }
  return all;
}
template std::vector<std::uint16_t> Compiler::covered(const Vocabulary<CategoryTag>&,
                                                      const std::vector<Gloss>&,
                                                      const std::vector<Name>&) const;

void Compiler::fill_table() {
  table_.emplace(
      TableSize{made_->purposes_.size(), made_->categories_.size(), made_->parties_.size()});
  for (const Rule& rule : made_->rules_) {
    clause_ = made_->clauses_[rule.clause].id;
    fill(rule);
    if (!findings_.empty()) return;
  }
  made_->keeps_.resize(made_->categories_.size());
  made_->table_ = std::move(*table_).build(rank_);
}

void Compiler::fill(const Rule& rule) {
  const std::vector<Alternative> all = alternatives(rule.scope, made_->facts_);
  if (all.size() > kMostCubes) {
    error(rule.place, "too-many", "this rule has more than 256 alternatives",
          "name fewer sources, subjects, regions or channels at once");
    return;
  }
  for (const Alternative& whole : all) fill_within(rule, whole);
}

void Compiler::fill_within(const Rule& rule, const Alternative& whole) {
  const Policy& made = *made_;
  struct Exception {
    const Rule* rule;
    std::vector<Alternative> inside;
  };
  std::vector<Exception> exceptions;
  std::vector<Words> purposes, categories, parties;
  for (const Rule& exception : rule.exceptions) {
    Exception one{&exception, alternatives(exception.scope, made.facts_)};
    std::erase_if(one.inside,
                  [&](const Alternative& a) { return !lies_inside(a, whole, made.facts_); });
    if (one.inside.empty()) continue;
    purposes.push_back(covered(made.purposes_, made.purpose_glosses_, exception.scope.purposes));
    categories.push_back(
        covered(made.categories_, made.category_glosses_, exception.scope.categories));
    parties.push_back(covered(made.parties_, made.party_glosses_, exception.scope.parties));
    exceptions.push_back(std::move(one));
  }
  if (exceptions.size() > kMostExceptions) {
    error(rule.place, "too-many", "a rule has at most 64 exceptions", "write several rules");
    return;
  }
  const auto by_purpose =
      classes(covered(made.purposes_, made.purpose_glosses_, rule.scope.purposes), purposes);
  const auto by_category =
      classes(covered(made.categories_, made.category_glosses_, rule.scope.categories), categories);
  const auto by_party =
      classes(covered(made.parties_, made.party_glosses_, rule.scope.parties), parties);
  for (const auto& [in_purpose, some_purposes] : by_purpose) {
    for (const auto& [in_category, some_categories] : by_category) {
      for (const auto& [in_party, some_parties] : by_party) {
        const std::uint64_t in = in_purpose & in_category & in_party;
        std::vector<Cube> taken;
        for (std::size_t i = 0; i < exceptions.size(); ++i) {
          if ((in >> i & 1) == 0) continue;
          for (const Alternative& a : exceptions[i].inside) taken.push_back(a.cube);
        }
        const auto cubes = without(whole.cube, taken, rule.allow, kMostCubes);
        steps_ += some_purposes.size() * some_categories.size() * some_parties.size() *
                  (cubes ? cubes->size() : 1);
        if (!cubes || steps_ > kMostSteps) {
          error(rule.place, "too-large", "the exceptions of this policy are too many to check",
                "write fewer exceptions with fewer conditions each");
          return;
        }
        for (const Cube& cube : *cubes) {
          table_->add(some_purposes, some_categories, some_parties,
                      {cube.must, cube.must_not, rule.clause, rule.allow});
        }
      }
    }
  }
  for (const Exception& exception : exceptions) {
    for (const Alternative& inside : exception.inside) {
      Alternative narrowed = inside;
      narrowed.cube = inside.cube & whole.cube;
      fill_within(*exception.rule, narrowed);
    }
  }
}

}  // namespace heed::policy

// Every cell of two policies, and what is told of those that differ.
#include <fmt/core.h>

#include <algorithm>

#include "policy/compare/compare_parts.h"

namespace heed::policy {
namespace {

struct Changed {
  std::uint16_t purpose = 0;  // indexes of pairs
  std::uint16_t category = 0;
  std::uint16_t party = 0;
  const Difference* difference = nullptr;
};

template <class Tag>
const std::string& path_of(const WordPair<Tag>& pair, const Vocabulary<Tag>& old_words,
                           const Vocabulary<Tag>& new_words) {
  return pair.after ? new_words.path(*pair.after) : old_words.path(*pair.before);
}

std::string clause_of(const Policy& policy, Decision decision) {
  if (decision.clause == Table::kDefault) return "default";
  return policy.clauses()[decision.clause].id;
}

/// Under which clause the example is decided, before or after.
template <class P, class C, class R>
std::string deciding(const Policy& policy, P purpose, C category, R party, Conditions conditions) {
  if (!purpose || !category || !party) return "default";
  return clause_of(policy, policy.table().decide(*purpose, *category, *party, conditions));
}

std::string sentence_of(const CellChange& cell, const Difference& difference) {
  const std::string party = spoken(cell.party);
  const std::string category = spoken(cell.category);
  const std::string purpose = spoken(cell.purpose);
  std::string facts = spoken_facts(cell);
  if (!difference.firm && !difference.assumed) facts += ", as long as nothing more is known";
  if (difference.assumed) facts = ", as far as could be found out";
  if (cell.change == Change::kNarrowed) {
    return fmt::format("After this change {} could no longer receive {} for {}{}.", party, category,
                       purpose, facts);
  }
  return fmt::format("After this change {} could receive {} for {}{}{}.", party, category, purpose,
                     facts, cell.change == Change::kBoth ? "; in other cases no longer" : "");
}

CellChange tell(const Comparing& comparing, const Changed& changed) {
  const auto& purpose = comparing.words.purposes.pairs[changed.purpose];
  const auto& category = comparing.words.categories.pairs[changed.category];
  const auto& party = comparing.words.parties.pairs[changed.party];
  const Policy& before = comparing.before;
  const Policy& after = comparing.after;
  const FactSpace& facts = comparing.cells.facts();
  const Difference& difference = *changed.difference;
  const Knowledge known = facts.closed(difference.example);
  CellChange cell;
  cell.purpose = path_of(purpose, before.purposes(), after.purposes());
  cell.category = path_of(category, before.categories(), after.categories());
  cell.party = path_of(party, before.parties(), after.parties());
  cell.change = difference.change;
  cell.holds = facts.names(difference.example.holds);
  cell.fails = facts.names(difference.example.fails);
  cell.clause_before =
      deciding(before, purpose.before, category.before, party.before, facts.in_before(known));
  cell.clause_after =
      deciding(after, purpose.after, category.after, party.after, facts.in_after(known));
  cell.sentence = sentence_of(cell, difference);
  return cell;
}

}  // namespace

void compare_cells(Comparing& comparing, Comparison& result) {
  Matched& words = comparing.words;
  std::vector<Changed> changed;
  for (std::size_t p = 0; p < words.purposes.pairs.size(); ++p) {
    for (std::size_t c = 0; c < words.categories.pairs.size(); ++c) {
      for (std::size_t r = 0; r < words.parties.pairs.size(); ++r) {
        const std::uint32_t before = comparing.set_before(p, c, r);
        const std::uint32_t after = comparing.set_after(p, c, r);
        if (before == CellComparer::kNoSet && after == CellComparer::kNoSet) continue;
        const Difference& difference = comparing.cells.compare(before, after);
        if (difference.change == Change::kEqual) {
          ++result.equal;
          continue;
        }
        if (before != CellComparer::kNoSet && after != CellComparer::kNoSet) {
          words.broken_purposes[p] = true;
          words.broken_categories[c] = true;
          words.broken_parties[r] = true;
        }
        result.widened += widens(difference.change) ? 1 : 0;
        result.narrowed += difference.change != Change::kWidened ? 1 : 0;
        changed.push_back({static_cast<std::uint16_t>(p), static_cast<std::uint16_t>(c),
                           static_cast<std::uint16_t>(r), &difference});
      }
    }
  }
  // Stays in the order of words within both halves.
  std::ranges::sort(changed, {}, [](const Changed& c) {
    return std::tuple(!widens(c.difference->change), c.purpose, c.category, c.party);
  });
  if (changed.size() > Comparison::kMostTold) changed.resize(Comparison::kMostTold);
  for (const Changed& one : changed) result.cells.push_back(tell(comparing, one));
}

}  // namespace heed::policy

// What the parts of compare() hand to each other. Only compare*.cc include this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/compare/compare.h"
#include "policy/compare/compare_cells.h"
#include "policy/compare/compare_words.h"

namespace heed::policy {

/// All words of two policies. A renamed pair counts as broken when something under it differs.
struct Matched {
  Pairing<PurposeTag> purposes;
  Pairing<CategoryTag> categories;
  Pairing<PartyTag> parties;
  std::vector<bool> broken_purposes;
  std::vector<bool> broken_categories;
  std::vector<bool> broken_parties;
};

/// What two comparisons have in common: the policies, their words, their cells.
struct Comparing {
  const Policy& before;
  const Policy& after;
  Matched words;
  CellComparer cells;

  std::uint32_t set_before(std::size_t purpose, std::size_t category, std::size_t party) const;
  std::uint32_t set_after(std::size_t purpose, std::size_t category, std::size_t party) const;
};

// compare_cells_told.cc
void compare_cells(Comparing& comparing, Comparison& result);
// compare_duties.cc
void compare_duties(Comparing& comparing, Comparison& result);
// compare_groups.cc
void compare_groups(Comparing& comparing, Comparison& result);
// compare_fields.cc
void compare_fields(Comparing& comparing, Comparison& result);
// compare_erasure.cc
/// What an erasure does to `name`, a field that both policies have.
void compare_erasure(const Comparing& comparing, const std::string& name, const Field& before,
                     const Field& after, Comparison& result);
// compare_clauses.cc
void compare_sentences(const Policy& before, const Policy& after, Comparison& result);

/// By word: whether `paths` cover it. None or "any" covers all.
template <class Tag>
std::vector<bool> covered_words(const Vocabulary<Tag>& words, const std::vector<Name>& paths) {
  std::vector<bool> covered(words.size(), paths.empty() || paths[0].text == "any");
  for (const Name& path : paths) {
    if (const auto word = words.find(path.text)) covered[word->index] = true;
  }
  for (std::uint16_t i = 0; i < words.size(); ++i) {  // parents stand before their children
    const auto parent = words.parent({i});
    if (parent && covered[parent->index]) covered[i] = true;
  }
  return covered;
}

/// "personal.contact_details" as "personal contact details".
std::string spoken(std::string_view path);
/// "when a and b hold and c does not hold, from site.demo", or empty.
std::string spoken_facts(const CellChange& cell);
Change change_of(bool widened, bool narrowed);
bool widens(Change change);

}  // namespace heed::policy

#include "policy/compare/compare.h"

#include <algorithm>

#include "policy/compare/compare_parts.h"

namespace heed::policy {
namespace {

/// A word's row of cells, over the words that both policies have under one path: a number that is
/// equal for words whose rows are equal. Other words may be renamed themselves and do not count.
class Rows {
 public:
  explicit Rows(Comparing& comparing) : comparing_(comparing), words_(comparing.words) {}

  std::uint64_t of(Purpose word, bool after) {
    return row(after, words_.categories, words_.parties,
               [&](Category c, Party r) { return set(after, word, c, r); });
  }
  std::uint64_t of(Category word, bool after) {
    return row(after, words_.purposes, words_.parties,
               [&](Purpose p, Party r) { return set(after, p, word, r); });
  }
  std::uint64_t of(Party word, bool after) {
    return row(after, words_.purposes, words_.categories,
               [&](Purpose p, Category c) { return set(after, p, c, word); });
  }

 private:
  std::uint32_t set(bool after, Purpose p, Category c, Party r) const {
    return (after ? comparing_.after : comparing_.before).table().set_number(p, c, r);
  }
  template <class First, class Second, class Set>
  std::uint64_t row(bool after, const Pairing<First>& first, const Pairing<Second>& second,
                    const Set& set) {
    std::uint64_t hash = 0;
    for (const auto& one : first.pairs) {
      if (!one.before || !one.after) continue;
      for (const auto& two : second.pairs) {
        if (!two.before || !two.after) continue;
        const std::uint32_t number =
            after ? set(*one.after, *two.after) : set(*one.before, *two.before);
        hash = (hash ^ comparing_.cells.likeness(number, after)) * 0x9e37'79b9'7f4a'7c15ULL;
        hash ^= hash >> 32;
      }
    }
    return hash;
  }

  Comparing& comparing_;
  const Matched& words_;
};

template <class Tag>
Likeness<Tag> likeness(Rows& rows) {
  return [&rows, known = std::map<std::pair<std::uint16_t, bool>, std::uint64_t>()](
             Word<Tag> word, bool after) mutable {
    const auto [at, is_new] = known.try_emplace({word.index, after}, 0);
    if (is_new) at->second = rows.of(word, after);
    return at->second;
  };
}

struct Rejections {
  NotRenamed purposes;
  NotRenamed categories;
  NotRenamed parties;
};

void match_by_path(Comparing& comparing) {
  const Policy& before = comparing.before;
  const Policy& after = comparing.after;
  Matched& words = comparing.words;
  words.purposes = WordMatcher(before, before.purposes(), after, after.purposes()).by_path();
  words.categories = WordMatcher(before, before.categories(), after, after.categories()).by_path();
  words.parties = WordMatcher(before, before.parties(), after, after.parties()).by_path();
}

void suppose_renames(Comparing& comparing, const Rejections& rejected) {
  const Policy& before = comparing.before;
  const Policy& after = comparing.after;
  Rows rows(comparing);
  auto purposes = WordMatcher(before, before.purposes(), after, after.purposes())
                      .with_renames(likeness<PurposeTag>(rows), rejected.purposes);
  auto categories = WordMatcher(before, before.categories(), after, after.categories())
                        .with_renames(likeness<CategoryTag>(rows), rejected.categories);
  auto parties = WordMatcher(before, before.parties(), after, after.parties())
                     .with_renames(likeness<PartyTag>(rows), rejected.parties);
  Matched& words = comparing.words;
  words.broken_purposes.assign(purposes.pairs.size(), false);
  words.broken_categories.assign(categories.pairs.size(), false);
  words.broken_parties.assign(parties.pairs.size(), false);
  words.purposes = std::move(purposes);
  words.categories = std::move(categories);
  words.parties = std::move(parties);
}

template <class Tag>
bool reject_broken(const Pairing<Tag>& pairing, const std::vector<bool>& broken,
                   const Vocabulary<Tag>& old_words, const Vocabulary<Tag>& new_words,
                   NotRenamed& rejected) {
  bool any = false;
  for (std::size_t i = 0; i < pairing.pairs.size(); ++i) {
    const WordPair<Tag>& pair = pairing.pairs[i];
    if (!pair.renamed || !broken[i]) continue;
    rejected.emplace_back(old_words.path(*pair.before), new_words.path(*pair.after));
    any = true;
  }
  return any;
}

template <class Tag>
void tell_renames(std::string_view what, const Pairing<Tag>& pairing,
                  const Vocabulary<Tag>& old_words, const Vocabulary<Tag>& new_words,
                  std::vector<std::string>& renamed) {
  for (const WordPair<Tag>& pair : pairing.pairs) {
    if (!pair.renamed) continue;
    renamed.push_back(
        fmt::format("{} {} → {}", what, old_words.path(*pair.before), new_words.path(*pair.after)));
  }
}

/// Whether what was supposed held; if not, what to suppose no longer is added.
bool settled(const Comparing& comparing, Rejections& rejected) {
  const Matched& words = comparing.words;
  const Policy& before = comparing.before;
  const Policy& after = comparing.after;
  const bool purposes = reject_broken(words.purposes, words.broken_purposes, before.purposes(),
                                      after.purposes(), rejected.purposes);
  const bool categories =
      reject_broken(words.categories, words.broken_categories, before.categories(),
                    after.categories(), rejected.categories);
  const bool parties = reject_broken(words.parties, words.broken_parties, before.parties(),
                                     after.parties(), rejected.parties);
  return !purposes && !categories && !parties;
}

}  // namespace

bool Comparison::weakened() const {
  const auto worse = [](const auto& c) { return widens(c.change); };
  return widened > 0 || std::ranges::any_of(duties, worse) || std::ranges::any_of(fields, worse);
}

bool Comparison::neutral() const {
  const auto changes = [](const auto& c) { return c.change != Change::kEqual; };
  return widened == 0 && narrowed == 0 && std::ranges::none_of(duties, changes) &&
         std::ranges::none_of(fields, changes) && std::ranges::none_of(fields, &FieldChange::stays);
}

std::uint32_t Comparing::set_before(std::size_t purpose, std::size_t category,
                                    std::size_t party) const {
  const auto p = words.purposes.pairs[purpose].before;
  const auto c = words.categories.pairs[category].before;
  const auto r = words.parties.pairs[party].before;
  return p && c && r ? before.table().set_number(*p, *c, *r) : CellComparer::kNoSet;
}

std::uint32_t Comparing::set_after(std::size_t purpose, std::size_t category,
                                   std::size_t party) const {
  const auto p = words.purposes.pairs[purpose].after;
  const auto c = words.categories.pairs[category].after;
  const auto r = words.parties.pairs[party].after;
  return p && c && r ? after.table().set_number(*p, *c, *r) : CellComparer::kNoSet;
}

Comparison compare(const Policy& before, const Policy& after) {
  Comparing comparing{before, after, {}, CellComparer(before, after)};
  Rejections rejected;
  Comparison result;
  do {  // Each round rejects a supposed rename, of which there are finitely many.
    result = {};
    match_by_path(comparing);
    suppose_renames(comparing, rejected);
    compare_cells(comparing, result);
    compare_duties(comparing, result);
    compare_groups(comparing, result);
    compare_fields(comparing, result);
  } while (!settled(comparing, rejected));
  const Matched& words = comparing.words;
  tell_renames("purpose", words.purposes, before.purposes(), after.purposes(), result.renamed);
  tell_renames("category", words.categories, before.categories(), after.categories(),
               result.renamed);
  tell_renames("party", words.parties, before.parties(), after.parties(), result.renamed);
  compare_sentences(before, after, result);
  return result;
}

}  // namespace heed::policy

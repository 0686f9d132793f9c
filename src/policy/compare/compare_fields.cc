// The fields of stored kinds: whether one is now in a category of which more may be done.
#include <fmt/core.h>

#include <algorithm>

#include "policy/compare/compare_parts.h"

namespace heed::policy {
namespace {

/// What may be done with a field that was in one category and is in another.
Change change_between(Comparing& comparing, std::optional<std::size_t> before,
                      std::optional<std::size_t> after) {
  const Matched& words = comparing.words;
  bool widened = false;
  bool narrowed = false;
  for (std::size_t p = 0; p < words.purposes.pairs.size(); ++p) {
    for (std::size_t r = 0; r < words.parties.pairs.size(); ++r) {
      const std::uint32_t old_set =
          before ? comparing.set_before(p, *before, r) : CellComparer::kNoSet;
      const std::uint32_t new_set =
          after ? comparing.set_after(p, *after, r) : CellComparer::kNoSet;
      const Change change = comparing.cells.compare(old_set, new_set).change;
      widened = widened || widens(change);
      narrowed = narrowed || change == Change::kNarrowed || change == Change::kBoth;
    }
  }
  return change_of(widened, narrowed);
}

/// Longer, or never.
bool kept_longer(const Policy& before, Category old_category, const Policy& after,
                 Category new_category) {
  const Keep* old_keep = before.keep(old_category);
  const Keep* new_keep = after.keep(new_category);
  if (old_keep == nullptr) return false;
  if (new_keep == nullptr) return true;
  if (old_keep->span && (!new_keep->span || *new_keep->span > *old_keep->span)) return true;
  return std::ranges::any_of(old_keep->until, [&](const Keep::Until& ends) {
    return std::ranges::none_of(new_keep->until, [&](const Keep::Until& other) {
      return other.event == ends.event && other.after <= ends.after;
    });
  });
}

std::optional<std::size_t> pair_of(const std::vector<std::uint16_t>& pairs,
                                   std::optional<Category> category) {
  if (!category || pairs[category->index] == Pairing<CategoryTag>::kNone) return {};
  return pairs[category->index];
}

void compare_field(Comparing& comparing, const std::string& name, const Field& before,
                   const Field& after, Comparison& result) {
  Matched& words = comparing.words;
  const auto old_category = comparing.before.categories().find(before.category);
  const auto new_category = comparing.after.categories().find(after.category);
  const auto old_pair = pair_of(words.categories.by_before, old_category);
  const auto new_pair = pair_of(words.categories.by_after, new_category);
  if (old_pair && old_pair == new_pair) return;
  FieldChange change;
  change.change = change_between(comparing, old_pair, new_pair);
  if (old_category && new_category &&
      kept_longer(comparing.before, *old_category, comparing.after, *new_category)) {
    const bool narrowed = change.change == Change::kNarrowed || change.change == Change::kBoth;
    change.change = change_of(true, narrowed);
  }
  if (old_pair) words.broken_categories[*old_pair] = true;
  if (new_pair) words.broken_categories[*new_pair] = true;
  change.field = name;
  change.before = before.category;
  change.after = after.category;
  change.sentence = fmt::format(
      "After this change {} would count as {} instead of {}{}.", name, spoken(after.category),
      spoken(before.category),
      widens(change.change) ? ", of which more may be done or which is kept longer" : "");
  result.fields.push_back(std::move(change));
}

void tell(std::string field, const std::string& before, const std::string& after,
          Comparison& result) {
  FieldChange change;
  change.sentence = after.empty() ? fmt::format("After this change {} is no longer stored.", field)
                                  : fmt::format("After this change {} could be stored.", field);
  change.field = std::move(field);
  change.before = before;
  change.after = after;
  result.fields.push_back(std::move(change));
}

void compare_kind(Comparing& comparing, const Kind& before, const Kind& after, Comparison& result) {
  for (const Field& field : after.fields) {
    const std::string name = after.name + "." + field.name;
    const auto old_field = std::ranges::find(before.fields, field.name, &Field::name);
    if (old_field == before.fields.end()) {
      tell(name, "", field.category, result);
    } else {
      compare_field(comparing, name, *old_field, field, result);
      compare_erasure(comparing, name, *old_field, field, result);
    }
  }
  for (const Field& field : before.fields) {
    if (std::ranges::find(after.fields, field.name, &Field::name) != after.fields.end()) continue;
    tell(before.name + "." + field.name, field.category, "", result);
  }
}

}  // namespace

void compare_fields(Comparing& comparing, Comparison& result) {
  for (const Kind& kind : comparing.after.kinds()) {
    // By number, which is what is stored.
    if (const Kind* old_kind = comparing.before.kind(kind.id)) {
      compare_kind(comparing, *old_kind, kind, result);
    } else {
      tell(kind.name, "", kind.name, result);
    }
  }
  for (const Kind& kind : comparing.before.kinds()) {
    if (comparing.after.kind(kind.id) == nullptr) tell(kind.name, kind.name, "", result);
  }
}

}  // namespace heed::policy

#include "silo/folding.h"

namespace heed::silo {

bool Folding::is_told(const Seen& sample) {
  if ((sample.item->flags & kFolds) == 0) return false;
  if (of_instant_.size() <= kFew) {
    return std::ranges::any_of(of_instant_,
                               [&](const Seen& seen) { return what(seen) == what(sample); });
  }
  // An import may place a whole file at one instant.
  if (told_.empty()) {
    for (const Seen& seen : of_instant_) told_.insert(what(seen));
  }
  return !told_.insert(what(sample)).second;
}

void fold(Run& run) {
  const auto& items = run.items();
  // Between two that fold there may lie one that doesn't.
  const auto may_fold = [](const Run::Item& a, const Run::Item& b) {
    return a.at == b.at && ((a.flags | b.flags) & kFolds) != 0;
  };
  if (std::ranges::adjacent_find(items, may_fold) == items.end()) return;
  Run folded;
  Folding folding;
  const auto add = [&](const Folding::Seen& seen) {
    folded.add(*seen.item, run.text(*seen.item));
    return true;
  };
  for (const Run::Item& item : items) folding.add({&run, &item}, add);
  folding.finish(add);
  run = std::move(folded);
}

}  // namespace heed::silo

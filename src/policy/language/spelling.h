// What somebody probably meant to write.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace heed::policy {

/// How many letters were changed, left out, added or swapped with the next one (Damerau's distance
/// without edits of what was swapped), or `most` + 1 when it is more.
inline std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > most || b.size() > 128) return most + 1;
  std::vector<std::size_t> before(a.size() + 1);
  std::vector<std::size_t> above(a.size() + 1);
  std::vector<std::size_t> row(a.size() + 1);
  for (std::size_t i = 0; i <= a.size(); ++i) row[i] = i;
  for (std::size_t j = 1; j <= b.size(); ++j) {
    before.swap(above);
    above.swap(row);
    row[0] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      const std::size_t change = above[i - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[i] = std::min({row[i - 1] + 1, above[i] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[i] = std::min(row[i], before[i - 2] + 1);
    }
  }
  return std::min(row[a.size()], most + 1);
}

/// The one of `known` that is nearest to `written` and at most two letters away (one for a word of
/// fewer than five letters), empty if none is. Among equals one of the same length, then the first.
template <class Words>
std::string_view nearest(std::string_view written, const Words& known) {
  const std::size_t most = written.size() < 5 ? 1 : 2;
  std::size_t best = 2 * most + 2;
  std::string_view found;
  for (const auto& word : known) {
    const std::size_t distance = edit_distance(written, word, most);
    const std::size_t rank =
        2 * distance + (written.size() == std::string_view(word).size() ? 0 : 1);
    if (distance <= most && rank < best) {
      best = rank;
      found = word;
    }
  }
  return found;
}

}  // namespace heed::policy

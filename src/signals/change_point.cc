#include "signals/change_point.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "signals/dice.h"
#include "signals/quantile.h"

namespace heed::signals {
namespace {

/// Twice the mean rank of each, so that ties stay whole numbers.
std::vector<std::int64_t> double_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<std::int64_t> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    for (std::size_t i = from; i < to; ++i) {
      ranks[order[i]] = static_cast<std::int64_t>(from + to + 1);
    }
    from = to;
  }
  return ranks;
}

/// After so many permutations that are as clear, the chance is known well enough.
constexpr std::size_t kCommon = 20;

struct Clearest {
  std::int64_t size = -1;
  std::size_t first = 0;
};

/// The greatest |U| of all divisions.
Clearest clearest(const std::vector<std::int64_t>& ranks) {
  const auto mean = static_cast<std::int64_t>(ranks.size() + 1);
  Clearest found;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i + 1 < ranks.size(); ++i) {
    sum += ranks[i] - mean;
    if (std::abs(sum) > found.size) found = {std::abs(sum), i + 1};
  }
  return found;
}

void shuffle(std::vector<std::int64_t>& ranks, Dice& dice) {
  for (std::size_t i = ranks.size() - 1; i > 0; --i) {
    std::swap(ranks[i], ranks[dice.below(i + 1)]);
  }
}

void measure_shift(ChangePoint& change, std::span<const double> values, double confidence) {
  const auto before = values.first(change.first);
  const auto after = values.subspan(change.first);
  change.before = quantile({before.begin(), before.end()}, 0.5);
  change.after = quantile({after.begin(), after.end()}, 0.5);
  std::vector<double> differences;
  differences.reserve(before.size() * after.size());
  for (const double later : after) {
    for (const double earlier : before) differences.push_back(later - earlier);
  }
  std::ranges::sort(differences);
  change.shift = quantile(differences, 0.5);
  const auto m = static_cast<double>(before.size());
  const auto n = static_cast<double>(after.size());
  const double off = normal_quantile(0.5 + confidence / 2) * std::sqrt(m * n * (m + n + 1) / 12);
  const auto place = [&](double at) {
    return differences[static_cast<std::size_t>(std::clamp(at, 0.0, m * n - 1))];
  };
  change.low = place(std::floor(m * n / 2 - off) - 1);
  change.high = place(std::ceil(m * n / 2 + off));
}

}  // namespace

std::optional<ChangePoint> change_point(std::span<const double> values, double confidence,
                                        std::size_t permutations, Random& random) {
  if (values.size() < ChangePoint::kFewest || values.size() > ChangePoint::kMost) return {};
  std::vector<std::int64_t> ranks = double_ranks(values);
  const Clearest found = clearest(ranks);
  ChangePoint change;
  change.first = found.first;
  measure_shift(change, values, confidence);
  permutations = std::min(permutations, ChangePoint::kMostPermutations);
  Dice dice(random);
  std::size_t as_clear = 0;
  for (std::size_t i = 1; i <= permutations; ++i) {
    shuffle(ranks, dice);
    if (clearest(ranks).size >= found.size) ++as_clear;
    // So common that more of them would not change the verdict (Besag and Clifford, 1991).
    if (as_clear == kCommon) {
      change.by_chance = static_cast<double>(kCommon) / static_cast<double>(i);
      return change;
    }
  }
  change.by_chance = static_cast<double>(as_clear + 1) / static_cast<double>(permutations + 1);
  return change;
}

}  // namespace heed::signals

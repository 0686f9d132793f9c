#include "machines/threshold.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace heed::machines {
namespace {

/// Values in their order, with the time up to each.
class Distribution {
 public:
  explicit Distribution(std::vector<HeldValue> values) : values_(std::move(values)) {
    std::ranges::sort(values_, {}, &HeldValue::value);
    double sum = 0;
    before_.push_back(0);
    for (const HeldValue& one : values_) before_.push_back(sum += one.held.in_seconds());
  }
  std::size_t size() const { return values_.size(); }
  double value(std::size_t i) const { return values_[i].value; }
  double total() const { return before_.back(); }
  /// Time of the values from index `from` up to but without `to`.
  double time(std::size_t from, std::size_t to) const { return before_[to] - before_[from]; }
  /// Time with the value at least `from` and below `to`.
  double time_between(double from, double to) const {
    const auto at = [&](double limit) {
      const auto it = std::ranges::lower_bound(values_, limit, {}, &HeldValue::value);
      return static_cast<std::size_t>(it - values_.begin());
    };
    return time(at(from), std::max(at(from), at(to)));
  }
  /// Of the indices from `from` to `to`: the value below which `share` of their time is.
  double quantile(std::size_t from, std::size_t to, double share) const {
    const double wanted = before_[from] + share * time(from, to);
    const auto it = std::ranges::upper_bound(before_, wanted);
    const auto index = static_cast<std::size_t>(it - before_.begin());
    return value(std::clamp(index - 1, from, to - 1));
  }

 private:
  std::vector<HeldValue> values_;
  std::vector<double> before_;
};

/// Between the values `low` and `high` by their index, with what is between them.
struct Candidate {
  std::size_t low = 0;
  std::size_t high = 0;
  double width = 0;
};

// As often beside it as the contrast wants, on both sides. A tail thins out on one side only, and a
// level without a gap is as often inside as beside.
bool stands_out(const Distribution& all, const Candidate& gap) {
  const double from = all.value(gap.low);
  const double to = all.value(gap.high);
  const double inside = all.time(gap.low + 1, gap.high);
  // Nothing inside is no proof of nothing: three values more might have been.
  const double three = 3 * all.total() / static_cast<double>(all.size());
  const double wanted = kLeastContrast * std::max(inside, three);
  const double above = std::nextafter(from, to);
  return all.time_between(from - gap.width, above) >= wanted &&
         all.time_between(to, to + gap.width) >= wanted;
}

// The widest gap that is one, outside of `taken`.
std::optional<Candidate> widest_gap(const Distribution& all, const std::optional<LevelGap>& taken) {
  const double range =
      all.quantile(0, all.size(), 0.995) - all.quantile(0, all.size(), kMostGapShare);
  const double least_side = kLeastLevelShare * all.total();
  std::optional<Candidate> best;
  std::size_t high = 1;
  for (std::size_t low = 0; low + 1 < all.size(); ++low) {
    high = std::max(high, low + 1);
    while (high + 1 < all.size() && all.time(low + 1, high + 1) <= kMostGapShare * all.total()) {
      ++high;
    }
    const Candidate gap{low, high, all.value(high) - all.value(low)};
    if (gap.width < kLeastGapWidth * range || gap.width <= 0) continue;
    if (best && gap.width <= best->width) continue;
    if (taken && all.value(low) < taken->to && all.value(high) > taken->from) continue;
    if (all.time(0, low + 1) < least_side || all.time(high, all.size()) < least_side) continue;
    if (stands_out(all, gap)) best = gap;
  }
  return best;
}

std::optional<LevelGap> gap_of(const Distribution& all, const std::optional<LevelGap>& taken) {
  const auto found = widest_gap(all, taken);
  if (!found) return {};
  return LevelGap{all.value(found->low), all.value(found->high)};
}

void count_days(std::span<const HeldValue> values, double middle, ThresholdSuggestion& found) {
  std::map<std::int32_t, std::vector<HeldValue>> days;
  for (const HeldValue& one : values) days[one.day].push_back(one);
  for (auto& [day, of_day] : days) {
    const Distribution all(std::move(of_day));
    const double below = all.time_between(all.value(0), middle);
    const double least = kLeastLevelShare * all.total();
    if (below < least || all.total() - below < least) continue;
    ++found.days;
    const double width = found.on - found.off;
    const double between = all.time_between(middle - width / 2, middle + width / 2);
    if (between <= 2 * kMostGapShare * all.total()) ++found.agreeing_days;
  }
}

std::unexpected<Error> none(std::string why, std::string mend) {
  return fail(ErrorKind::kNotFound, std::move(why), std::move(mend));
}

}  // namespace

Result<ThresholdSuggestion> suggest_threshold(std::span<const HeldValue> values) {
  std::vector<HeldValue> usable;
  for (const HeldValue& one : values) {
    if (std::isfinite(one.value) && one.held > Duration()) usable.push_back(one);
  }
  const Distribution all(usable);
  if (all.size() < kFewestValues || all.total() < kLeastTime.in_seconds()) {
    return none(fmt::format("{} values over {:.1f} h are too few to tell two levels apart",
                            all.size(), all.total() / 3'600),
                fmt::format("Wait until there are {} values over {} h, with the machine running "
                            "and standing among them.",
                            kFewestValues, kLeastTime.count_milliseconds() / 3'600'000));
  }
  const auto cut = widest_gap(all, {});
  if (!cut) {
    return none(
        "the signal has one level only: there is no stretch that it passes over, so that no "
        "threshold can be told",
        "Did the machine both run and stand? If it did, the clamp does not see the spindle: put it "
        "around one wire of the spindle motor's cable.");
  }
  ThresholdSuggestion found;
  found.gap = {all.value(cut->low), all.value(cut->high)};
  found.off = found.gap.from + cut->width / 3;
  found.on = found.gap.from + cut->width * 2 / 3;
  found.low = all.quantile(0, cut->low + 1, 0.5);
  found.high = all.quantile(cut->high, all.size(), 0.5);
  const double middle = (found.off + found.on) / 2;
  const double low_seconds = all.time_between(all.value(0), middle);
  found.time_low = Duration::milliseconds(std::llround(low_seconds * 1e3));
  found.time_high = Duration::milliseconds(std::llround((all.total() - low_seconds) * 1e3));
  found.doubtful_share = all.time_between(found.off, found.on) / all.total();
  found.other = gap_of(all, found.gap);
  count_days(usable, middle, found);
  return found;
}

std::optional<HeldHistogram> histogram_of(std::span<const HeldValue> values) {
  HeldHistogram histogram;
  bool any = false;
  const auto counts = [](const HeldValue& one) {
    return std::isfinite(one.value) && one.held > Duration();
  };
  for (const HeldValue& one : values) {
    if (!counts(one)) continue;
    histogram.from = any ? std::min(histogram.from, one.value) : one.value;
    histogram.to = any ? std::max(histogram.to, one.value) : one.value;
    any = true;
  }
  if (!any) return {};
  histogram.held.resize(HeldHistogram::kSteps);
  const double width = (histogram.to - histogram.from) / HeldHistogram::kSteps;
  for (const HeldValue& one : values) {
    if (!counts(one)) continue;
    const double place = width > 0 ? (one.value - histogram.from) / width : 0;
    const auto step = std::min(static_cast<std::size_t>(place), HeldHistogram::kSteps - 1);
    histogram.held[step] += one.held;
  }
  return histogram;
}

}  // namespace heed::machines

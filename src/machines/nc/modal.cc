#include "machines/nc/modal.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace heed::machines::nc {

std::optional<double> Modal::turns(std::optional<double> x) const {
  if (!constant_surface) {
    if (!rpm.known()) return std::nullopt;
    return rpm.number;
  }
  if (!surface.known() || !x) return std::nullopt;
  const double round = std::numbers::pi * 2 * std::fabs(*x);
  const double free = round > 0 ? surface.number / round : most_rpm;
  return most_rpm > 0 ? std::min(free, most_rpm) : free;
}

std::optional<double> Modal::speed(double length, bool angular, std::optional<double> x) const {
  if (!feed.known() || feed.number <= 0) return std::nullopt;
  const double unit = angular ? 1 : feed_unit;
  switch (feed_mode) {
    case FeedMode::kPerMinute: return feed.number * unit / 60;
    case FeedMode::kInverseTime: return length * feed.number / 60;
    case FeedMode::kPerTurn: {
      const auto turns = this->turns(x);
      if (!turns || *turns <= 0) return std::nullopt;
      return feed.number * unit * *turns / 60;
    }
  }
  return std::nullopt;
}

}  // namespace heed::machines::nc

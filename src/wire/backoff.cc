#include "wire/backoff.h"

#include <algorithm>

namespace heed::wire {

Backoff::Backoff(Random& random, BackoffLimits limits) : random_(random), limits_(limits) {}

Duration Backoff::next() {
  Duration whole = limits_.first;
  for (int i = 0; i < attempts_ && whole < limits_.most; ++i) whole = whole * 2;
  whole = std::min(whole, limits_.most);
  ++attempts_;
  const auto half = static_cast<std::uint64_t>(whole.count_nanoseconds()) / 2;
  return whole - Duration::nanoseconds(static_cast<std::int64_t>(random_.u64() % (half + 1)));
}

}  // namespace heed::wire

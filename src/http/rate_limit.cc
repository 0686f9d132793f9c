#include "http/rate_limit.h"

#include <algorithm>

namespace heed::http {

RateLimit::RateLimit(const Clock& clock, Rate rate, std::size_t capacity)
    : clock_(clock), rate_(rate), capacity_(capacity) {
  require(rate.per_second > 0 && rate.burst >= 1 && capacity > 0, "a rate lets something through");
}

std::optional<Duration> RateLimit::take(std::string_view key) {
  const Duration now = clock_.steady();
  const Lock lock(mutex_);
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, known->second);
  } else {
    if (buckets_.size() == capacity_) {
      by_key_.erase(buckets_.back().key);
      buckets_.pop_back();
    }
    buckets_.push_front({std::string(key), rate_.burst, now});
    by_key_.emplace(buckets_.front().key, buckets_.begin());
  }
  Bucket& bucket = buckets_.front();
  const double gained = (now - bucket.at).in_seconds() * rate_.per_second;
  bucket.tokens = std::min(rate_.burst, bucket.tokens + gained);
  bucket.at = now;
  if (bucket.tokens < 1) {
    return Duration::nanoseconds(
        static_cast<std::int64_t>((1 - bucket.tokens) / rate_.per_second * 1e9) + 1);
  }
  bucket.tokens -= 1;
  return {};
}

std::size_t RateLimit::size() const {
  const Lock lock(mutex_);
  return buckets_.size();
}

}  // namespace heed::http

#include "people/attempts.h"

#include <algorithm>

namespace heed::people {

std::optional<Duration> AttemptLimiter::attempt(std::string_view key) {
  const Lock lock(mutex_);
  const Duration now = clock_.steady();
  const auto known = full_at_.find(std::string(key));
  const Duration full_at = known == full_at_.end() ? now : std::max(known->second, now);
  const Duration after = full_at + rule_.refill;
  const Duration deepest = now + rule_.refill * rule_.burst;
  if (after > deepest) return after - deepest;
  if (known != full_at_.end()) {
    known->second = after;
    return {};
  }
  if (full_at_.size() >= rule_.most_keys) make_room(now);
  full_at_.emplace(key, after);
  return {};
}

void AttemptLimiter::forgive(std::string_view key) {
  const Lock lock(mutex_);
  full_at_.erase(std::string(key));
}

void AttemptLimiter::give_back(std::string_view key) {
  const Lock lock(mutex_);
  const auto known = full_at_.find(std::string(key));
  if (known != full_at_.end()) known->second -= rule_.refill;
}

std::size_t AttemptLimiter::remembered() const {
  const Lock lock(mutex_);
  return full_at_.size();
}

void AttemptLimiter::make_room(Duration now) {
  std::erase_if(full_at_, [now](const auto& entry) { return entry.second <= now; });
  if (full_at_.size() < rule_.most_keys) return;
  full_at_.erase(
      std::ranges::min_element(full_at_, {}, [](const auto& entry) { return entry.second; }));
}

}  // namespace heed::people

#include "silo/chunk_cache.h"

namespace heed::silo {
namespace {

/// List and map nodes and two copies of the name, about.
constexpr std::size_t kEntryBytes = 512;
/// One chunk takes at most this part of the whole, so that it doesn't push all others out.
constexpr std::size_t kLargestPart = 4;

}  // namespace

std::shared_ptr<const Run> ChunkCache::find(const Name& name) {
  const Lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->run;
}

void ChunkCache::put(const Name& name, std::shared_ptr<const Run> run) {
  const std::size_t bytes = run->memory_bytes() + kEntryBytes;
  const Lock lock(mutex_);
  if (bytes > most_bytes_ / kLargestPart || by_name_.contains(name)) return;
  const auto expired = expired_through_.find(name.organization);
  if (expired != expired_through_.end() && name.deadline <= expired->second) return;
  while (bytes_ + bytes > most_bytes_) erase(std::prev(entries_.end()));
  entries_.push_front({name, std::move(run), bytes});
  by_name_.emplace(name, entries_.begin());
  bytes_ += bytes;
}

void ChunkCache::forget_expired(OrganizationId organization, Time now) {
  const Lock lock(mutex_);
  expired_through_[organization] = now;
  auto at = by_name_.lower_bound({organization, Time::min(), {}});
  while (at != by_name_.end() && at->first.organization == organization &&
         at->first.deadline <= now) {
    erase((at++)->second);
  }
}

void ChunkCache::forget(OrganizationId organization) {
  forget_expired(organization, Time::max());
  const Lock lock(mutex_);
  expired_through_.erase(organization);
}

std::size_t ChunkCache::bytes() const {
  const Lock lock(mutex_);
  return bytes_;
}

void ChunkCache::erase(Entries::iterator entry) {
  bytes_ -= entry->bytes;
  by_name_.erase(entry->name);
  entries_.erase(entry);
}

}  // namespace heed::silo

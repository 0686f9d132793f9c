// The seal on every stored value of one silo.
//
//   version u8 = 1 | data key id varint | policy version varint | nonce 12 | ciphertext | tag 16
//
// Associated data: organization | subject | kind | policy version | family | key of the item |
// what stands beside it in the clear. So a value that is moved to another silo, subject, kind or
// key, or whose label is edited, does not open.
//
// Data keys are derived from the organization's key by their number. A nonce is random, so a data
// key seals at most kSealsPerKey values (NIST SP 800-38D §8.3 allows 2^32); then the next number
// is taken, and one is taken at every opening, so no count has to survive a crash.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <unordered_map>

#include "base/base.h"
#include "base/sync.h"
#include "policy/kind.h"
#include "silo/kv.h"

namespace heed::silo {

/// What a sealed value belongs to.
struct SealContext {
  kv::Family family = kv::Family::kMeta;
  BytesView key;
  policy::KindId kind;
  SubjectId subject;
  BytesView beside;
  /// The version that an item is collected under; 0 for what is the silo's own. Opening takes it
  /// from the seal.
  std::uint32_t policy_version = 0;
};

/// Thread-safe.
class Sealer {
 public:
  static constexpr std::uint64_t kSealsPerKey = 1ULL << 31;
  /// Gives a data key number that was never given before, even across a crash.
  using NextKey = std::function<Result<std::uint32_t>()>;

  Sealer(OrganizationId organization, Bytes organization_key, NextKey next_key, Random& random,
         std::uint64_t seals_per_key = kSealsPerKey);

  Result<Bytes> seal(const SealContext& context, BytesView plaintext);
  /// kCorrupt if anything is not as it was sealed.
  Result<Bytes> open(const SealContext& context, BytesView sealed) const;
  /// As the seal says it; open() tells whether that is true. 0 if it says nothing.
  static std::uint32_t policy_version(BytesView sealed);

 private:
  struct Ticket {
    std::uint32_t key_id;
    Bytes nonce;
  };
  Result<Ticket> take_ticket();
  Bytes data_key(std::uint32_t id) const;
  Bytes associated(const SealContext& context, std::uint64_t policy_version) const;

  const OrganizationId organization_;
  const Bytes organization_key_;
  const NextKey next_key_;
  const std::uint64_t seals_per_key_;
  Random& random_;
  mutable Mutex mutex_;
  std::uint32_t key_id_ HEED_GUARDED_BY(mutex_) = 0;
  std::uint64_t seals_ HEED_GUARDED_BY(mutex_) = 0;
  mutable std::unordered_map<std::uint32_t, Bytes> keys_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo

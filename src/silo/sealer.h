// The seal on every stored value of one silo.
//
//   1 u8          | data key id varint | policy version varint | nonce 12 | ciphertext | tag 16
//   2 u8 | slot varint | the same                                         under a subject's key
//
// Associated data: organization | subject | kind | policy version | family | key of the item |
// what stands beside it in the clear. So a value that is moved to another silo, subject, kind or
// key, or whose label is edited, does not open.
//
// Data keys are derived from the organization's key, or from the subject's (silo/subject_keys.h),
// by their number. A nonce is random, so a data key seals at most kSealsPerKey values (NIST
// SP 800-38D §8.3 allows 2^32); then the next number is taken, and one is taken at every opening,
// so no count has to survive a crash.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <unordered_map>

#include "base/base.h"
#include "base/secret.h"
#include "base/sync.h"
#include "policy/kind.h"
#include "silo/kv.h"
#include "silo/subject_keys.h"

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
  /// Of the key that seals it: 0 for the organization's, else a subject's slot. Opening takes it
  /// from the seal.
  std::uint32_t slot = 0;
};

/// Thread-safe.
class Sealer {
 public:
  static constexpr std::uint64_t kSealsPerKey = 1ULL << 31;
  /// Gives a data key number that was never given before, even across a crash.
  using NextKey = std::function<Result<std::uint32_t>()>;

  /// What the data key of this number is derived from (silo/organization_key.h).
  using OrganizationSecret = std::function<Secret(std::uint32_t data_key)>;

  /// `subjects` outlives it; without it nothing is sealed under a subject's key.
  Sealer(OrganizationId organization, OrganizationSecret organization_secret, NextKey next_key,
         Random& random, const SubjectKeys* subjects = nullptr,
         std::uint64_t seals_per_key = kSealsPerKey);

  /// kNotFound if the subject's key was erased.
  Result<Bytes> seal(const SealContext& context, BytesView plaintext);
  /// kCorrupt if anything is not as it was sealed; kNotFound, and for no other reason, if it was
  /// sealed under a key that was erased.
  Result<Bytes> open(const SealContext& context, BytesView sealed) const;
  /// The same under a key that is at hand, 32 bytes, used for this one value:
  ///   3 u8 | policy version varint | nonce 12 | ciphertext | tag 16
  Bytes seal_with(BytesView key, const SealContext& context, BytesView plaintext);
  Result<Bytes> open_with(BytesView key, const SealContext& context, BytesView sealed) const;
  /// Lets go of what is derived from the key in this slot. To be called when it was erased.
  void forget(std::uint32_t slot) const;
  /// Takes the next data key at the next seal: after a rotation of the organization's key.
  void renew();
  /// As the seal says it; open() tells whether that is true. 0 if it says nothing.
  static std::uint32_t policy_version(BytesView sealed);
  /// Of the key that it says it is sealed under, likewise; 0 for the organization's.
  static std::uint32_t slot(BytesView sealed);

 private:
  struct Ticket {
    std::uint32_t key_id;
    Bytes nonce;
  };
  using DataKey = std::array<char, 32>;
  Result<Ticket> take_ticket();
  Result<DataKey> data_key(std::uint32_t slot, std::uint32_t id) const;
  static Bytes associated(BytesView organization, const SealContext& context,
                          std::uint64_t policy_version);

  const Bytes organization_bytes_;
  const Bytes opened_as_;  ///< The same, but in a build that mixes silos up on purpose
  const OrganizationSecret organization_secret_;
  const NextKey next_key_;
  const SubjectKeys* const subjects_;
  const std::uint64_t seals_per_key_;
  Random& random_;
  mutable Mutex mutex_;
  std::uint32_t key_id_ HEED_GUARDED_BY(mutex_) = 0;
  std::uint64_t seals_ HEED_GUARDED_BY(mutex_) = 0;
  /// By slot and number.
  mutable std::unordered_map<std::uint64_t, DataKey> keys_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo

// The key of one organization: its secrets, the newest of which new data keys are derived from.
// A secret is never dropped while anything may be sealed under it: rotating adds one.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/sync.h"

namespace heed::silo {

/// Thread-safe: a rotation adds to it while sealers read it.
class OrganizationKey {
 public:
  static constexpr std::size_t kMostSecrets = 256;

  /// With one secret, for all data keys.
  explicit OrganizationKey(Secret first);
  /// What bytes() gave. kCorrupt if it is not.
  static Result<std::unique_ptr<OrganizationKey>> parse(BytesView bytes);

  /// What the data key of this number is derived from.
  Secret secret_of(std::uint32_t data_key) const;
  /// The same whatever is rotated: for what is not sealed under a numbered data key.
  Secret first_secret() const { return secret_of(0); }
  std::size_t secrets() const;

  /// count u16 | { first data key u32 | secret 32 }, the newest first. To be wiped.
  Bytes bytes() const;
  std::unique_ptr<OrganizationKey> copy() const;
  /// A newer secret, for data keys from `first` on. kInvalid unless that is above where the newest
  /// begins, kExhausted beyond kMostSecrets.
  Result<void> add(std::uint32_t first, Secret secret);

 private:
  struct Version {
    std::uint32_t first;
    Secret secret;
  };
  explicit OrganizationKey(std::vector<Version> versions) : versions_(std::move(versions)) {}

  mutable Mutex mutex_;
  std::vector<Version> versions_ HEED_GUARDED_BY(mutex_);  ///< The oldest first, from 0.
};

}  // namespace heed::silo

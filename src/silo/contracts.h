// The contracts of a silo's recipients.
//
//   meta "contract." id → sealed contract
#pragma once

#include <atomic>
#include <map>
#include <shared_mutex>

#include "base/crypto.h"
#include "base/sync.h"
#include "silo/disclosure.h"
#include "silo/rulings.h"
#include "silo/sealer.h"

namespace heed::silo {

/// Thread-safe.
class Contracts {
 public:
  static constexpr std::size_t kLongestId = 64;          ///< Bytes
  static constexpr std::size_t kLongestRecipient = 128;  ///< Bytes
  static constexpr std::size_t kLongestSafeguard = 200;  ///< Bytes
  static constexpr std::size_t kMostPurposes = 32;
  static constexpr std::size_t kMostTasks = 64;
  static constexpr std::size_t kMostContracts = 10'000;

  Contracts(kv::Database& database, Sealer& sealer, const Clock& clock)
      : database_(database), sealer_(sealer), clock_(clock) {}
  Result<void> load();

  /// kInvalid names what it lacks, or what the policy has no word for; kConflict when there is one
  /// of that id. Puts into `changes` what keeps it, and added() makes it count.
  Result<Contract> check(const policy::Policy& policy, Contract contract) const;
  Result<void> put(const Contract& contract, kv::Changes& changes);
  void added(Contract contract);
  /// Nothing if there is none that is not stopped.
  std::optional<Contract> open(std::string_view id) const;
  std::vector<Contract> all() const;
  /// Those that are past their end and not stopped yet.
  std::vector<Contract> ended() const;

  /// What binds a recipient who is handed something of a kind.
  struct Cover {
    std::string contract;
    std::vector<std::string> fields;
    Bytes key;
    bool has(std::string_view field) const;
  };
  /// Of the contracts in force with this recipient for this party and purpose, the first by id that
  /// has the kind, or else the first, without a field; nothing where there is none.
  std::optional<Cover> cover(const policy::Policy& policy, std::string_view recipient,
                             const policy::Access& access, std::string_view kind) const;
  /// While it is held, none is stopped: what was found to be covered is so until it is written.
  std::shared_lock<std::shared_mutex> none_stops() const { return std::shared_lock(stopping_); }
  /// Held by who stops one or places one.
  std::unique_lock<std::shared_mutex> alone() { return std::unique_lock(stopping_); }

 private:
  bool in_force(const Contract& contract) const;
  static SealContext context(BytesView key) {
    return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
  }

  kv::Database& database_;
  Sealer& sealer_;
  const Clock& clock_;
  mutable std::shared_mutex stopping_;
  mutable Mutex mutex_;
  std::map<std::string, Contract, std::less<>> contracts_ HEED_GUARDED_BY(mutex_);
  std::atomic<bool> any_ = false;
};

}  // namespace heed::silo

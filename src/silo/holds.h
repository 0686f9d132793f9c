// What stops a removal for a while: litigation, an order, an audit.
//
//   meta "hold." id → sealed hold
#pragma once

#include <atomic>
#include <map>

#include "base/sync.h"
#include "silo/erasure.h"
#include "silo/sealer.h"
#include "silo/silo.h"

namespace heed::silo {

/// Thread-safe.
class Holds {
 public:
  static constexpr std::size_t kLongestId = 64;       ///< Bytes
  static constexpr std::size_t kLongestReason = 200;  ///< Bytes

  Holds(kv::Database& database, Sealer& sealer, const Clock& clock)
      : database_(database), sealer_(sealer), clock_(clock) {}
  Result<void> load();

  /// kInvalid names what is missing; kConflict when there is one of that id.
  Result<void> place(Hold hold);
  /// Whether there was one.
  Result<bool> lift(std::string_view id);
  std::vector<Hold> all() const;
  /// Those that are in force for anything of this subject.
  std::vector<Hold> of(SubjectId subject) const;
  /// Whether one in force spares such an item.
  bool spare(const Label& label) const;

 private:
  bool in_force(const Hold& hold) const { return hold.until > clock_.now(); }
  static Bytes key_of(std::string_view id) { return "hold." + Bytes(id); }
  static SealContext context(BytesView key) {
    return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
  }

  kv::Database& database_;
  Sealer& sealer_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::map<std::string, Hold, std::less<>> holds_ HEED_GUARDED_BY(mutex_);
  std::atomic<bool> any_ = false;
};

}  // namespace heed::silo

// What the running server adds to the published policy: how often each clause decided, and where
// the program asks it.
#pragma once

#include <memory>

#include "base/sync.h"
#include "policy/coverage.h"
#include "policy/publish/render.h"
#include "silo/silo.h"

namespace heed::http {

/// Counted again at most every kAge, since anybody may ask and counting visits every silo; between,
/// and while somebody counts, the last count is given. Thread-safe.
class EvidenceKeeper {
 public:
  static constexpr Duration kAge = Duration::minutes(5);
  static constexpr std::int32_t kDays = 30;

  /// All outlive it.
  EvidenceKeeper(silo::Store& store, const policy::Inventory& inventory, const Clock& clock)
      : store_(store), inventory_(inventory), clock_(clock) {}

  /// Of the version in force. Never null. May visit every silo.
  std::shared_ptr<const policy::Evidence> load_evidence();

 private:
  struct Known {
    std::shared_ptr<const policy::Evidence> evidence;
    std::string hash;  ///< Of the policy that its clauses are of.
    Duration counted;
  };
  policy::Evidence count(const policy::Policy& policy) const;

  silo::Store& store_;
  const policy::Inventory& inventory_;
  const Clock& clock_;
  Mutex mutex_;
  Known known_ HEED_GUARDED_BY(mutex_);
  bool counting_ HEED_GUARDED_BY(mutex_) = false;
};

/// Where the program makes accesses that a clause's rules speak of.
std::vector<policy::Evidence::Point> enforcement_points(const policy::Policy& policy,
                                                        const policy::Inventory& inventory);

}  // namespace heed::http

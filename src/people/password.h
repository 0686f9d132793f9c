// Passwords: which are taken, and how they are kept. The one place of this room that touches
// libsodium.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sync.h"

namespace heed::people {

constexpr std::size_t kShortestPassword = 10;    ///< Characters (NIST SP 800-63B §5.1.1 asks 8).
constexpr std::size_t kLongestPassword = 1'000;  ///< Bytes.

/// kInvalid says what is wrong with it and what would do. No rules on which signs it must have:
/// they make passwords worse (NIST SP 800-63B, appendix A).
Result<void> check_password_rules(std::string_view password, std::string_view email);

/// argon2id's cost. The default is what reference measurements allow on two cores: 90 ms and
/// 64 MiB a check.
struct PasswordCost {
  std::size_t memory = std::size_t{64} << 20;  ///< Bytes, at least 8 KiB.
  std::uint64_t passes = 2;
};

/// Hashes and checks passwords, at most two at a time (2 × 64 MiB) with at most 32 waiting.
/// Thread-safe; blocks.
class PasswordHasher {
 public:
  static constexpr int kAtOnce = 2;
  static constexpr int kMostWaiting = 32;

  explicit PasswordHasher(PasswordCost cost);

  /// A string that holds algorithm, cost, salt and hash. kExhausted when too many wait.
  Result<std::string> hash(std::string_view password);
  /// Whether `stored` came from `password`. An empty `stored` costs the same and is never right:
  /// so an account that does not exist, or has no password yet, can't be told by the clock.
  Result<bool> matches(std::string_view stored, std::string_view password);

 private:
  /// One of the kAtOnce places at work.
  class Place;
  Result<std::string> compute(std::string_view password) const;

  const PasswordCost cost_;
  std::string nobody_;  ///< A hash of the same cost that no password is checked against in earnest.
  Mutex mutex_;
  Condition freed_;
  int working_ HEED_GUARDED_BY(mutex_) = 0;
  int waiting_ HEED_GUARDED_BY(mutex_) = 0;
};

}  // namespace heed::people

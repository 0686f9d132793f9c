// The key ring: which keys there are and where they rest. The root key wraps one key per
// organization; both lie in the key directory, outside the data, with their own backup.
//
//   <keys>/root.key                      32 random bytes as hex, mode 0600
//   <keys>/organizations/<id>.key        version | nonce | key sealed under the root key
//
// An organization's key never seals data itself: silo/sealer.h derives data keys from it.
#pragma once

#include <memory>
#include <string>

#include "base/base.h"
#include "base/sync.h"

namespace heed::silo {

/// Thread-safe.
class Keyring {
  struct Opened {};  // only open() can name it

 public:
  Keyring(Opened, std::string directory, Bytes root, Random& random)
      : directory_(std::move(directory)), root_(std::move(root)), random_(random) {}
  /// Makes the directory (0700) and the root key at the first start. kInvalid, with the mend, when
  /// others may touch them, or when organization keys are there and the root key is not.
  static Result<std::unique_ptr<Keyring>> open(const std::string& directory, Random& random);

  /// The organization's 32 bytes; kNotFound if it has none, kCorrupt if they do not open under
  /// this root key.
  Result<Bytes> organization_key(OrganizationId organization) const;
  /// The same, made and durable if there was none.
  Result<Bytes> ensure_organization_key(OrganizationId organization);

 private:
  std::string path_of(OrganizationId organization) const;

  const std::string directory_;
  const Bytes root_;
  Random& random_;
  Mutex mutex_;  // two makers of one key would leave one of them with a key that is gone
};

}  // namespace heed::silo

// The key ring: which keys there are and where they rest. The root key wraps one key per
// organization; both lie in the key directory, outside the data, with their own backup.
//
//   <keys>/root.key                      32 random bytes as hex, mode 0600
//   <keys>/organizations/<id>.key        version | nonce | key sealed under the root key
//   <keys>/organizations/<id>.signing    the same for the key that signs its journal's heads
//
// An organization's key never seals data itself: silo/sealer.h derives data keys from it.
#pragma once

#include <memory>
#include <string>

#include "base/base.h"
#include "base/crypto.h"
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

  /// The file of its subjects' keys (silo/subject_keys.h).
  std::string subjects_path(OrganizationId organization) const {
    return directory_ + "/organizations/" + organization.text() + ".subjects";
  }

  /// What signs the heads of the organization's journal, with the same errors. It is never made
  /// anew where one is gone: the heads that were given out would be nobody's.
  Result<SigningKey> signing_key(OrganizationId organization) const;
  Result<SigningKey> ensure_signing_key(OrganizationId organization);

 private:
  enum class Use : bool { kSeal, kSign };
  std::string path_of(OrganizationId organization, Use use) const;
  Result<Bytes> unwrap(OrganizationId organization, Use use) const;
  Result<Bytes> ensure(OrganizationId organization, Use use);

  const std::string directory_;
  const Bytes root_;
  Random& random_;
  Mutex mutex_;  // two makers of one key would leave one of them with a key that is gone
};

}  // namespace heed::silo

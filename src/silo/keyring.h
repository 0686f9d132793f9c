// The key ring: which keys there are and where they rest. The root key wraps two keys per
// organization; all lie in the key directory, outside the data, with their own backup
// (silo/ring_backup.h). docs/KEYS.md tells it to whoever runs a server.
//
//   <keys>/root.key, root.source         silo/root_key.h
//   <keys>/organizations/<id>.key        the secrets of the organization (silo/organization_key.h)
//   <keys>/organizations/<id>.signing    the key that signs its journal's heads
//   <keys>/organizations/<id>.next       the last data key number that was given, as text
//   <keys>/rotation                      is there while the root is changed, and after a crash then
//   <keys>/lock                          who has the ring open
//
// The first two rest as silo/key_wrap.h has it; another file of an organization is wrapped under
// its own key and does not change with the root. An organization's key never seals data itself:
// silo/sealer.h derives data keys from it.
//
// Changing the root re-seals the wraps and nothing else. First each wrap is written under both
// roots; then the source of the root is switched, by one rename or unlink; then each is written
// under the new one alone. So wherever it is stopped, every file opens under whichever root the
// ring names, and the next opening finishes or takes back the rest.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/base.h"
#include "base/crypto.h"
#include "base/sync.h"
#include "silo/key_wrap.h"
#include "silo/organization_key.h"

namespace heed::silo {

/// All that an organization's silo is opened with, but for its subjects' keys, which lie in a file
/// of their own that is sealed under these. Wiped from memory when it goes.
struct HandedKeys {
  Bytes key;
  Bytes signing;
  std::uint32_t last_data_key = 0;
  HandedKeys() = default;
  HandedKeys(HandedKeys&& other) noexcept = default;
  HandedKeys& operator=(HandedKeys&&) = delete;
  ~HandedKeys();
};

struct RotationWatch {
  /// Files done, of how many; each is counted twice.
  std::function<void(std::size_t done, std::size_t all)> progress;
  BeforeChange before;
};

/// Thread-safe.
class Keyring {
  struct Opened {};  // only open() can name it

 public:
  /// What next_data_key() leaves out where a ring is brought back from a backup: more numbers than
  /// can have been given since that was taken, as one is given at an opening.
  static constexpr std::uint32_t kLeftOutAtRestore = 1U << 20;

  Keyring(Opened, std::string directory, RingLock lock, RootKey root, Random& random);
  /// Makes the directory (0700) and the root key at the first start. kInvalid, with the mend, when
  /// others may touch them, when organization keys are there and the root key is not, or when what
  /// was given is not the root; kConflict while the root is being changed.
  static Result<std::unique_ptr<Keyring>> open(const std::string& directory, Random& random,
                                               const RootGiver& giver = {});

  /// kNotFound if the organization has none, kCorrupt if it does not open under this root key.
  Result<std::shared_ptr<const OrganizationKey>> organization_key(
      OrganizationId organization) const;
  /// The same, made and durable if there was none.
  Result<std::shared_ptr<const OrganizationKey>> ensure_organization_key(
      OrganizationId organization);

  /// The file of its subjects' keys (silo/subject_keys.h).
  std::string subjects_path(OrganizationId organization) const {
    return directory_ + "/organizations/" + organization.text() + ".subjects";
  }

  /// What signs the heads of the organization's journal, with the same errors. It is never made
  /// anew where one is gone: the heads that were given out would be nobody's.
  Result<SigningKey> signing_key(OrganizationId organization) const;
  Result<SigningKey> ensure_signing_key(OrganizationId organization);

  /// A data key number above all that the ring gave and above `last_known`, which is the silo's
  /// own. Both count: the ring outlives a database that is restored from an older copy, and the
  /// database a ring. So no number is given twice, and kSealsPerKey bounds the seals under a key.
  /// kExhausted after 2^32 − 1.
  Result<std::uint32_t> next_data_key(OrganizationId organization, std::uint32_t last_known);

  /// New data keys come from a new secret; what is sealed stays readable. kConflict while another
  /// process has the ring.
  Result<void> rotate_organization(OrganizationId organization, std::uint32_t last_known);

  /// Changes the root key while the ring is in use. Durable when it returns. kConflict while
  /// another process has the ring; kCorrupt, and nothing is changed, when a key does not open.
  Result<void> rotate_root(RootSource to, const RootGiver& giver, const RotationWatch& watch = {});

  // From ring to ring (keyring_handing.cc) ------------------------------------------------------

  Result<HandedKeys> keys_to_hand(OrganizationId organization) const;
  /// Wraps them under this ring's root, durably; what it has of the same organization already must
  /// be the same (kConflict). Silos whose files are not there are not opened by it.
  Result<void> take_keys(OrganizationId organization, const HandedKeys& keys);

  /// Opens every wrapped key: how many there are. kCorrupt names the first that does not open.
  Result<std::size_t> check() const;

 private:
  using Roots = std::vector<const RootKey*>;

  std::string path_of(const WrappedFile& file) const {
    return directory_ + "/organizations/" + file.name();
  }
  Result<KeyWrap> load(const WrappedFile& file) const;
  Result<Bytes> unwrap(const WrappedFile& file) const HEED_REQUIRES(mutex_);
  Result<SigningKey> unwrap_signing(OrganizationId organization) const HEED_REQUIRES(mutex_);
  Result<std::shared_ptr<OrganizationKey>> known_key(OrganizationId organization) const
      HEED_REQUIRES(mutex_);
  /// The bytes of its file, under roots().
  Bytes wrapped(const WrappedFile& file, BytesView key) HEED_REQUIRES(mutex_);
  Result<void> write(const WrappedFile& file, BytesView key) HEED_REQUIRES(mutex_);
  Result<std::uint32_t> last_data_key(OrganizationId organization) const;
  Result<void> give_data_key(OrganizationId organization, std::uint32_t number)
      HEED_REQUIRES(mutex_);

  // Changing the root (keyring_rotation.cc) ----------------------------------------------------

  Roots roots() const HEED_REQUIRES(mutex_);
  /// Under roots() and no others.
  Result<void> rewrap(const WrappedFile& file, const BeforeChange& before) HEED_REQUIRES(mutex_);
  Result<void> rewrap_all(const RotationWatch& watch, std::size_t begun) HEED_EXCLUDES(mutex_);
  Result<void> rotate_alone(RootSource to, const RootGiver& giver, const RotationWatch& watch)
      HEED_REQUIRES(rotating_) HEED_EXCLUDES(mutex_);
  Result<void> switch_to(const NewRoot& root, const BeforeChange& before) HEED_EXCLUDES(mutex_);
  bool is_in_force(const NewRoot& root) const;
  Result<void> finish_rotation(const RotationWatch& watch, std::size_t begun)
      HEED_REQUIRES(rotating_) HEED_EXCLUDES(mutex_);
  Result<void> shred_leftovers(const BeforeChange& before) HEED_EXCLUDES(mutex_);
  std::string marker() const { return directory_ + "/rotation"; }

  const std::string directory_;
  Random& random_;
  Mutex rotating_;  ///< One change of the root at a time. Taken before mutex_.
  mutable Mutex mutex_;
  RingLock lock_ HEED_GUARDED_BY(rotating_);
  RootKey root_ HEED_GUARDED_BY(mutex_);
  /// While the root is changed: what is wrapped is wrapped under both.
  std::optional<RootKey> next_root_ HEED_GUARDED_BY(mutex_);
  mutable std::map<OrganizationId, std::shared_ptr<OrganizationKey>> keys_ HEED_GUARDED_BY(mutex_);
};

/// Leaves out kLeftOutAtRestore numbers of every organization of a ring that nobody has open.
Result<void> leave_out_data_keys(const std::string& directory);

}  // namespace heed::silo

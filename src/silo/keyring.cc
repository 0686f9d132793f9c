#include "silo/keyring.h"

#include "silo/files.h"

namespace heed::silo {
namespace {

constexpr std::uint8_t kWrapVersion = 1;

std::string root_path(const std::string& directory) {
  return directory + "/root.key";
}

Result<Bytes> load_root(const std::string& path) {
  if (auto mine = check_private(path); !mine) return std::unexpected(mine.error());
  ASSIGN_OR_RETURN(Bytes text, read_small_file(path));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  auto root = from_hex(text);
  if (!root || root->size() != kAeadKeySize) {
    return fail(ErrorKind::kCorrupt, path + " does not hold 64 hexadecimal digits",
                "restore the root key from its backup");
  }
  return *std::move(root);
}

Result<Bytes> make_root(const std::string& directory, Random& random) {
  if (!names_in(directory + "/organizations").empty()) {
    return fail(ErrorKind::kInvalid,
                root_path(directory) + " is missing, but keys are there that it once wrapped",
                "restore the root key from its backup; a new one could not open them");
  }
  Bytes root = random.bytes(kAeadKeySize);
  if (auto written = write_small_file(root_path(directory), to_hex(root) + "\n"); !written) {
    return std::unexpected(written.error());
  }
  return root;
}

Bytes wrap_name(OrganizationId organization, bool signs) {
  return (signs ? "heed signing key " : "heed organization key ") + organization.bytes();
}

static_assert(kAeadKeySize == kEd25519KeySize);

}  // namespace

Result<std::unique_ptr<Keyring>> Keyring::open(const std::string& directory, Random& random) {
  const std::string organizations = directory + "/organizations";
  if (auto made = make_private_directory(organizations); !made) {
    return std::unexpected(made.error());
  }
  if (auto mine = check_private(directory); !mine) return std::unexpected(mine.error());
  ASSIGN_OR_RETURN(Bytes root, path_exists(root_path(directory)) ? load_root(root_path(directory))
                                                                 : make_root(directory, random));
  return std::make_unique<Keyring>(Opened{}, directory, std::move(root), random);
}

std::string Keyring::path_of(OrganizationId organization, Use use) const {
  return directory_ + "/organizations/" + organization.text() +
         (use == Use::kSeal ? ".key" : ".signing");
}

Result<Bytes> Keyring::organization_key(OrganizationId organization) const {
  return unwrap(organization, Use::kSeal);
}

Result<Bytes> Keyring::ensure_organization_key(OrganizationId organization) {
  return ensure(organization, Use::kSeal);
}

Result<SigningKey> Keyring::signing_key(OrganizationId organization) const {
  ASSIGN_OR_RETURN(const Bytes secret, unwrap(organization, Use::kSign));
  return SigningKey::from_bytes(secret);
}

Result<SigningKey> Keyring::ensure_signing_key(OrganizationId organization) {
  ASSIGN_OR_RETURN(const Bytes secret, ensure(organization, Use::kSign));
  return SigningKey::from_bytes(secret);
}

Result<Bytes> Keyring::unwrap(OrganizationId organization, Use use) const {
  const std::string path = path_of(organization, use);
  ASSIGN_OR_RETURN(const Bytes wrapped, read_small_file(path));
  ByteReader in(wrapped);
  const std::uint8_t version = in.u8();
  const BytesView nonce = in.raw(kAeadNonceSize);
  if (!in.ok() || version != kWrapVersion) {
    return fail(ErrorKind::kCorrupt, path + " is not an organization's key",
                "restore it from the key ring's backup");
  }
  auto key = aead_open(root_, nonce, wrap_name(organization, use == Use::kSign), in.rest());
  if (!key) {
    return fail(ErrorKind::kCorrupt, path + " does not open under this root key",
                "restore the key ring from one backup, not from two");
  }
  return key;
}

Result<Bytes> Keyring::ensure(OrganizationId organization, Use use) {
  const Lock lock(mutex_);
  const std::string path = path_of(organization, use);
  if (path_exists(path)) return unwrap(organization, use);
  // Both kinds of key are any 32 bytes.
  Bytes key = random_.bytes(kAeadKeySize);
  const Bytes nonce = random_.bytes(kAeadNonceSize);
  const Bytes wrapped =
      ByteWriter()
          .u8(kWrapVersion)
          .raw(nonce)
          .raw(aead_seal(root_, nonce, wrap_name(organization, use == Use::kSign), key))
          .take();
  if (auto written = write_small_file(path, wrapped); !written) {
    return std::unexpected(written.error());
  }
  return key;
}

}  // namespace heed::silo

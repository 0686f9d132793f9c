#include "silo/keyring.h"

#include <fmt/core.h>

#include <charconv>

#include "silo/files.h"

namespace heed::silo {
namespace {

Result<RootKey> make_first_root(const std::string& directory, const RootGiver& giver,
                                Random& random) {
  if (!names_in(directory + "/organizations").empty()) {
    return fail(ErrorKind::kInvalid,
                directory + "/root.key is missing, but keys are there that it once wrapped",
                "restore the root key from its backup; a new one could not open them");
  }
  ASSIGN_OR_RETURN(NewRoot root, make_root(giver.first, giver, random));
  const auto go = [](const std::string&) -> Result<void> { return {}; };
  if (auto put = put_root(directory, root, go); !put) return std::unexpected(put.error());
  return std::move(root.key);
}

Result<RootKey> first_or_present_root(const std::string& directory, const RootGiver& giver,
                                      Random& random) {
  const auto described = describe_root(directory);
  if (!described && described.error().kind == ErrorKind::kNotFound) {
    return make_first_root(directory, giver, random);
  }
  return open_root(directory, giver);
}

std::unexpected<Error> does_not_open(const std::string& path) {
  return fail(ErrorKind::kCorrupt, path + " does not open under this root key",
              "restore the key ring from one backup, not from two");
}

std::string numbers_path(const std::string& directory, std::string_view organization) {
  return directory + "/organizations/" + std::string(organization) + ".next";
}

Result<std::uint32_t> read_number(const std::string& path) {
  if (!path_exists(path)) return 0;
  ASSIGN_OR_RETURN(const Bytes text, read_small_file(path));
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest + 1 == end && *rest == '\n') return number;
  return fail(ErrorKind::kCorrupt, path + " is not the number of a data key",
              "restore it from the key ring's backup");
}

/// Always of one length, so that it can be overwritten: a number is given at every opening.
Result<void> write_number(const std::string& path, std::uint32_t number) {
  const std::string text = fmt::format("{:010}\n", number);
  auto written = overwrite_in_place(path, text);
  if (written || written.error().kind != ErrorKind::kNotFound) return written;
  return write_small_file(path, text);
}

}  // namespace

Keyring::Keyring(Opened, std::string directory, RingLock lock, RootKey root, Random& random)
    : directory_(std::move(directory)),
      random_(random),
      lock_(std::move(lock)),
      root_(std::move(root)) {}

Result<std::unique_ptr<Keyring>> Keyring::open(const std::string& directory, Random& random,
                                               const RootGiver& giver) {
  const std::string organizations = directory + "/organizations";
  if (auto made = make_private_directory(organizations); !made) {
    return std::unexpected(made.error());
  }
  if (auto mine = check_private(directory); !mine) return std::unexpected(mine.error());
  ASSIGN_OR_RETURN(RingLock lock, RingLock::share(directory + "/lock"));
  ASSIGN_OR_RETURN(RootKey root, first_or_present_root(directory, giver, random));
  auto ring =
      std::make_unique<Keyring>(Opened{}, directory, std::move(lock), std::move(root), random);
  if (path_exists(ring->marker())) {
    // A change of the root was stopped. One key that is damaged must not keep the others shut: then
    // the mark stays, and `heed keys status` tells of it.
    const Lock rotating(ring->rotating_);
    if (ring->lock_.hold_alone()) {
      (void)ring->finish_rotation({}, 0);
      if (auto shared = ring->lock_.share_again(); !shared) return std::unexpected(shared.error());
    }
  }
  return ring;
}

Result<std::shared_ptr<const OrganizationKey>> Keyring::organization_key(
    OrganizationId organization) const {
  const Lock lock(mutex_);
  return known_key(organization);
}

Result<std::shared_ptr<const OrganizationKey>> Keyring::ensure_organization_key(
    OrganizationId organization) {
  const Lock lock(mutex_);
  const WrappedFile file{organization, WrapUse::kSeal};
  if (path_exists(path_of(file))) return known_key(organization);
  Bytes fresh = OrganizationKey(Secret::make(random_)).bytes();
  const WipeAfter wiped(fresh);
  if (auto written = write(file, fresh); !written) {
    return std::unexpected(written.error());
  }
  return known_key(organization);
}

Result<SigningKey> Keyring::signing_key(OrganizationId organization) const {
  const Lock lock(mutex_);
  return unwrap_signing(organization);
}

Result<SigningKey> Keyring::ensure_signing_key(OrganizationId organization) {
  const Lock lock(mutex_);
  const WrappedFile file{organization, WrapUse::kSign};
  if (!path_exists(path_of(file))) {
    const Secret fresh = Secret::make(random_);
    if (auto written = write(file, fresh.view()); !written) {
      return std::unexpected(written.error());
    }
  }
  return unwrap_signing(organization);
}

Result<std::shared_ptr<OrganizationKey>> Keyring::known_key(OrganizationId organization) const {
  if (const auto known = keys_.find(organization); known != keys_.end()) return known->second;
  ASSIGN_OR_RETURN(Bytes bytes, unwrap({organization, WrapUse::kSeal}));
  const WipeAfter wiped(bytes);
  ASSIGN_OR_RETURN(std::shared_ptr<OrganizationKey> key, OrganizationKey::parse(bytes));
  keys_[organization] = key;
  return key;
}

Result<KeyWrap> Keyring::load(const WrappedFile& file) const {
  ASSIGN_OR_RETURN(const Bytes bytes, read_small_file(path_of(file)));
  if (auto wrap = KeyWrap::parse(bytes)) return *std::move(wrap);
  return fail(ErrorKind::kCorrupt, path_of(file) + " is not an organization's key",
              "restore it from the key ring's backup");
}

Result<Bytes> Keyring::unwrap(const WrappedFile& file) const {
  ASSIGN_OR_RETURN(const KeyWrap wrap, load(file));
  if (auto key = wrap.open(file.associated(), roots(), aead_open)) return key;
  return does_not_open(path_of(file));
}

Result<SigningKey> Keyring::unwrap_signing(OrganizationId organization) const {
  const WrappedFile file{organization, WrapUse::kSign};
  ASSIGN_OR_RETURN(const KeyWrap wrap, load(file));
  auto secret = wrap.open(file.associated(), roots(), aead_open_secret);
  if (!secret) return does_not_open(path_of(file));
  return SigningKey(*std::move(secret));
}

Bytes Keyring::wrapped(const WrappedFile& file, BytesView key) {
  return KeyWrap::seal(key, file.associated(), roots(), random_).bytes();
}

Result<void> Keyring::write(const WrappedFile& file, BytesView key) {
  return write_small_file(path_of(file), wrapped(file, key));
}

Keyring::Roots Keyring::roots() const {
  Roots all = {&root_};
  if (next_root_) all.push_back(&*next_root_);
  return all;
}

Result<std::uint32_t> Keyring::last_data_key(OrganizationId organization) const {
  return read_number(numbers_path(directory_, organization.text()));
}

Result<void> Keyring::give_data_key(OrganizationId organization, std::uint32_t number) {
  if (number == 0) return fail(ErrorKind::kExhausted, "all data keys of this silo are used up");
  return write_number(numbers_path(directory_, organization.text()), number);
}

Result<std::uint32_t> Keyring::next_data_key(OrganizationId organization,
                                             std::uint32_t last_known) {
  const Lock lock(mutex_);
  ASSIGN_OR_RETURN(const std::uint32_t last, last_data_key(organization));
  const std::uint32_t next = std::max(last, last_known) + 1;
  if (auto given = give_data_key(organization, next); !given) {
    return std::unexpected(given.error());
  }
  return next;
}

Result<void> Keyring::rotate_organization(OrganizationId organization, std::uint32_t last_known) {
  const Lock rotating(rotating_);
  if (auto alone = lock_.hold_alone(); !alone) return alone;
  const auto rotate = [&]() -> Result<void> {
    const Lock lock(mutex_);
    ASSIGN_OR_RETURN(const auto key, known_key(organization));
    ASSIGN_OR_RETURN(const std::uint32_t last, last_data_key(organization));
    const std::uint32_t first = std::max(last, last_known) + 1;
    // Given away before it stands in the key: no silo may take it under the secret before.
    if (auto given = give_data_key(organization, first); !given) return given;
    const auto rotated = key->copy();
    Secret fresh = Secret::make(random_);
    if (auto added = rotated->add(first, fresh.copy()); !added) return added;
    Bytes bytes = rotated->bytes();
    const WipeAfter wiped(bytes);
    if (auto written = write({organization, WrapUse::kSeal}, bytes); !written) return written;
    return key->add(first, std::move(fresh));
  };
  auto rotated = rotate();
  if (auto shared = lock_.share_again(); !shared) return shared;
  return rotated;
}

Result<void> leave_out_data_keys(const std::string& directory) {
  for (const std::string& name : names_in(directory + "/organizations")) {
    if (!name.ends_with(".key")) continue;
    const std::string path = numbers_path(directory, name.substr(0, name.size() - 4));
    ASSIGN_OR_RETURN(const std::uint32_t last, read_number(path));
    const std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    const std::uint32_t left_out = std::min(Keyring::kLeftOutAtRestore, most - last);
    if (auto written = write_number(path, last + left_out); !written) return written;
  }
  return {};
}

}  // namespace heed::silo

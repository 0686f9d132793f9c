#include "silo/organization_key.h"

#include <algorithm>

namespace heed::silo {
namespace {

constexpr std::size_t kVersionSize = 4 + Secret::kSize;

std::unexpected<Error> malformed() {
  return fail(ErrorKind::kCorrupt, "an organization's key is not a list of secrets",
              "restore it from the key ring's backup");
}

}  // namespace

OrganizationKey::OrganizationKey(Secret first) {
  versions_.push_back({0, std::move(first)});
}

Result<std::unique_ptr<OrganizationKey>> OrganizationKey::parse(BytesView bytes) {
  ByteReader in(bytes);
  const std::size_t count = in.u16();
  if (count == 0 || count > kMostSecrets) return malformed();
  std::vector<Version> versions;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t first = in.u32();
    Bytes bytes_of_one(in.raw(Secret::kSize));
    auto secret = Secret::take(bytes_of_one);
    if (!in.ok() || !secret) return malformed();
    versions.push_back({first, *std::move(secret)});
  }
  std::ranges::reverse(versions);
  const auto not_rising = [](const Version& a, const Version& b) { return a.first >= b.first; };
  if (!in.finished() || versions.front().first != 0 ||
      std::ranges::adjacent_find(versions, not_rising) != versions.end()) {
    return malformed();
  }
  return std::unique_ptr<OrganizationKey>(new OrganizationKey(std::move(versions)));
}

Secret OrganizationKey::secret_of(std::uint32_t data_key) const {
  const Lock lock(mutex_);
  std::size_t at = versions_.size() - 1;
  while (versions_[at].first > data_key) --at;  // the oldest begins at 0
  return versions_[at].secret.copy();
}

std::size_t OrganizationKey::secrets() const {
  const Lock lock(mutex_);
  return versions_.size();
}

Bytes OrganizationKey::bytes() const {
  const Lock lock(mutex_);
  Bytes out;
  out.reserve(2 + versions_.size() * kVersionSize);  // no copy is left behind by growing
  out += ByteWriter().u16(static_cast<std::uint16_t>(versions_.size())).view();
  for (std::size_t i = versions_.size(); i-- > 0;) {
    out += ByteWriter().u32(versions_[i].first).view();
    out += versions_[i].secret.view();
  }
  return out;
}

std::unique_ptr<OrganizationKey> OrganizationKey::copy() const {
  const Lock lock(mutex_);
  std::vector<Version> versions;
  for (const Version& one : versions_) versions.push_back({one.first, one.secret.copy()});
  return std::unique_ptr<OrganizationKey>(new OrganizationKey(std::move(versions)));
}

Result<void> OrganizationKey::add(std::uint32_t first, Secret secret) {
  const Lock lock(mutex_);
  if (versions_.size() >= kMostSecrets) {
    return fail(ErrorKind::kExhausted,
                "an organization's key cannot be rotated more than 255 times",
                "export its data to a new organization");
  }
  if (first <= versions_.back().first) {
    return fail(ErrorKind::kInvalid, "a key's secrets follow each other");
  }
  versions_.push_back({first, std::move(secret)});
  return {};
}

}  // namespace heed::silo

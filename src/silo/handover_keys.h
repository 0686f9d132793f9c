// The one file of a package that its successor alone can open: what everything else is opened with.
//
//   "heed handover keys 1\n" | organization 16
//   | sealed to the successor's key (base/crypto.h), with all of the above as its info:
//     package key 32 | last data key u32 | key sized | signing key sized | name sized
#pragma once

#include <string>

#include "base/crypto.h"
#include "silo/keyring.h"

namespace heed::silo {

struct KeysToSeal {
  OrganizationId organization;
  BytesView package_key;
  const HandedKeys& keys;
  std::string_view name;  ///< Of the organization
};
Bytes seal_handed_keys(const KeysToSeal& keys, const ReceiverKey& receiver, Random& random);

/// Wiped from memory when it goes.
struct OpenedKeys {
  Bytes package_key;
  HandedKeys keys;
  std::string name;
  OpenedKeys() = default;
  OpenedKeys(OpenedKeys&& other) noexcept = default;
  OpenedKeys& operator=(OpenedKeys&&) = delete;
  ~OpenedKeys() { wipe(package_key.data(), package_key.size()); }
};
/// kCorrupt if it is none of that organization, was sealed to another key, or was changed.
Result<OpenedKeys> open_handed_keys(BytesView bytes, OrganizationId organization,
                                    const OpeningKey& key);
/// What is inside of it.
Result<OpenedKeys> decode_handed_keys(BytesView opened);

}  // namespace heed::silo

// What is handed on, as a file that its recipient alone can open (docs/DISCLOSURE.md §3).
//
//   "heed disclosure 1\n" | organization 16 | package 16 | first 8 bytes of SHA-256 of the key
//   | sealed to that key (base/crypto.h), with all of the above as its info: the text, JSON
#pragma once

#include "base/crypto.h"
#include "silo/sharing.h"

namespace heed::silo {

struct DisclosurePackage {
  OrganizationId organization;
  PackageId package;
  Time at;
  std::string recipient;
  std::string contract;
  std::string party;
  std::string purpose;
  std::vector<std::string> clauses;
  std::string policy_hash;
  const policy::Kind& kind;
  const std::vector<std::pair<std::string, FieldValue>>& fields;
};

Bytes seal_package(const DisclosurePackage& package, const ReceiverKey& receiver, Random& random);

struct OpenedPackage {
  OrganizationId organization;
  PackageId package;
  std::string text;
};
/// kCorrupt if it is none, was sealed to another key, or was changed.
Result<OpenedPackage> open_package(BytesView bytes, const OpeningKey& key);

}  // namespace heed::silo

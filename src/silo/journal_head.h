// What an organization signs about its journal: so many entries with this root, at this time, under
// this policy. Whoever keeps a head can later be shown that the journal still begins with it.
#pragma once

#include "base/base.h"
#include "base/crypto.h"
#include "silo/merkle.h"

namespace heed::silo {

struct JournalHead {
  OrganizationId organization;
  std::uint64_t entries = 0;
  merkle::Hash root = merkle::empty_root();
  Time time;
  /// SHA-256 of the policy in force then: policy::Policy::hash() as bytes.
  Bytes policy_hash = Bytes(merkle::kHashSize, '\0');
  bool operator==(const JournalHead&) const = default;
};

struct SignedHead {
  JournalHead head;
  Bytes signature;  ///< Ed25519 over head_bytes()
  bool operator==(const SignedHead&) const = default;
};

/// The bytes that are signed (docs/JOURNAL.md §3).
Bytes head_bytes(const JournalHead& head);
SignedHead sign_head(JournalHead head, const SigningKey& key);
/// kCorrupt if it was not signed with that key's other half, or changed since.
Result<void> verify_head(const SignedHead& head, const PublicKey& key);

/// For rest on disk: head_bytes() and the signature.
Bytes encode_head(const SignedHead& head);
/// kCorrupt if they are not what encode_head() gives. The signature is not looked at.
Result<SignedHead> decode_head(BytesView bytes);

}  // namespace heed::silo

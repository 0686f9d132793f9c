#include "silo/journal_head.h"

namespace heed::silo {
namespace {

/// No other thing that such a key signs begins with these bytes.
constexpr BytesView kPurpose = "heed journal head 1\n";
constexpr std::size_t kOrganizationSize = 16;

}  // namespace

Bytes head_bytes(const JournalHead& head) {
  require(head.root.size() == merkle::kHashSize && head.policy_hash.size() == merkle::kHashSize,
          "a head holds two hashes");
  return ByteWriter()
      .raw(kPurpose)
      .raw(head.organization.bytes())
      .u64(head.entries)
      .raw(head.root)
      .i64(head.time.nanoseconds())
      .raw(head.policy_hash)
      .take();
}

SignedHead sign_head(JournalHead head, const SigningKey& key) {
  Bytes signature = key.sign(head_bytes(head));
  return {std::move(head), std::move(signature)};
}

Result<void> verify_head(const SignedHead& head, const PublicKey& key) {
  if (key.verifies(head_bytes(head.head), head.signature)) return {};
  return fail(ErrorKind::kCorrupt, "the head of the journal does not bear this key's signature",
              "make sure that the key is that organization's, from somewhere else than the export");
}

Bytes encode_head(const SignedHead& head) {
  return head_bytes(head.head) + head.signature;
}

Result<SignedHead> decode_head(BytesView bytes) {
  ByteReader in(bytes);
  SignedHead read;
  const bool known = in.raw(kPurpose.size()) == kPurpose;
  const auto organization = OrganizationId::from_bytes(in.raw(kOrganizationSize));
  read.head.entries = in.u64();
  read.head.root = in.raw(merkle::kHashSize);
  read.head.time = Time::from_nanoseconds(in.i64());
  read.head.policy_hash = in.raw(merkle::kHashSize);
  read.signature = in.raw(kEd25519SignatureSize);
  if (!in.finished() || !known || !organization) {
    return fail(ErrorKind::kCorrupt, "a head of the journal is damaged");
  }
  read.head.organization = *organization;
  return read;
}

}  // namespace heed::silo

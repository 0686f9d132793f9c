#include "silo/sealer.h"

#include "base/crypto.h"

namespace heed::silo {
namespace {

constexpr std::uint8_t kSealVersion = 1;
/// Derived keys kept at hand. One is 32 bytes and costs about a microsecond to derive.
constexpr std::size_t kKeysAtHand = 256;

}  // namespace

Sealer::Sealer(OrganizationId organization, Bytes organization_key, NextKey next_key,
               Random& random, std::uint64_t seals_per_key)
    : organization_(organization),
      organization_key_(std::move(organization_key)),
      next_key_(std::move(next_key)),
      seals_per_key_(seals_per_key),
      random_(random) {}

Result<Bytes> Sealer::seal(const SealContext& context, BytesView plaintext) {
  ASSIGN_OR_RETURN(const Ticket ticket, take_ticket());
  return ByteWriter()
      .u8(kSealVersion)
      .varint(ticket.key_id)
      .varint(context.policy_version)
      .raw(ticket.nonce)
      .raw(aead_seal(data_key(ticket.key_id), ticket.nonce,
                     associated(context, context.policy_version), plaintext))
      .take();
}

Result<Bytes> Sealer::open(const SealContext& context, BytesView sealed) const {
  ByteReader in(sealed);
  const std::uint8_t version = in.u8();
  const std::uint64_t key_id = in.varint();
  const std::uint64_t policy_version = in.varint();
  const BytesView nonce = in.raw(kAeadNonceSize);
  if (!in.ok() || version != kSealVersion || key_id > 0xffff'ffff) {
    return fail(ErrorKind::kCorrupt, "a stored value is not sealed as this program seals",
                "restore this silo from a backup");
  }
  return aead_open(data_key(static_cast<std::uint32_t>(key_id)), nonce,
                   associated(context, policy_version), in.rest());
}

std::uint32_t Sealer::policy_version(BytesView sealed) {
  ByteReader in(sealed);
  in.u8();
  in.varint();
  const std::uint64_t version = in.varint();
  return in.ok() && version <= 0xffff'ffff ? static_cast<std::uint32_t>(version) : 0;
}

Result<Sealer::Ticket> Sealer::take_ticket() {
  const Lock lock(mutex_);
  if (key_id_ == 0 || seals_ == seals_per_key_) {
    ASSIGN_OR_RETURN(key_id_, next_key_());
    seals_ = 0;
  }
  ++seals_;
  return Ticket{key_id_, random_.bytes(kAeadNonceSize)};
}

Bytes Sealer::data_key(std::uint32_t id) const {
  const Lock lock(mutex_);
  if (const auto known = keys_.find(id); known != keys_.end()) return known->second;
  if (keys_.size() >= kKeysAtHand) keys_.clear();
  const Bytes name = ByteWriter().raw("heed data key").u32(id).take();
  return keys_[id] = hmac_sha256(organization_key_, name);
}

Bytes Sealer::associated(const SealContext& context, std::uint64_t policy_version) const {
  return ByteWriter()
      .raw(organization_.bytes())
      .raw(context.subject.bytes())
      .u16(context.kind.number)
      .u64(policy_version)
      .u8(static_cast<std::uint8_t>(context.family))
      .sized(context.key)
      .sized(context.beside)
      .take();
}

}  // namespace heed::silo

#include "silo/sealer.h"

#include <algorithm>

#include "base/crypto.h"

namespace heed::silo {
namespace {

constexpr std::uint8_t kSealVersion = 1;
constexpr std::uint8_t kSubjectSealVersion = 2;
constexpr std::uint8_t kGivenKeyVersion = 3;
/// Derived keys kept at hand, some 80 bytes each. Of a subject, one more costs some µs: its slot is
/// read from the ring and opened.
constexpr std::size_t kKeysAtHand = 65'536;

/// What a seal says in the clear, before its nonce.
struct Front {
  std::uint32_t slot = 0;
  std::uint64_t key_id = 0;
  std::uint64_t policy_version = 0;
};

std::optional<Front> read_front(ByteReader& in) {
  Front front;
  const std::uint8_t version = in.u8();
  std::uint64_t slot = 0;
  if (version == kSubjectSealVersion) slot = in.varint();
  front.key_id = in.varint();
  front.policy_version = in.varint();
  const bool known = version == kSealVersion || (version == kSubjectSealVersion && slot != 0);
  if (!in.ok() || !known || slot > 0xffff'ffff || front.key_id > 0xffff'ffff) return {};
  front.slot = static_cast<std::uint32_t>(slot);
  return front;
}

BytesView view(const std::array<char, 32>& key) {
  return {key.data(), key.size()};
}

/// Whose the bytes are that are opened. A build with HEED_SWAP_SILOS takes two organizations whose
/// ids differ in the last bit for one another, as a program would that mixes silos up; nothing that
/// was stored may open then (tests/swapped_silos_test.cc).
Bytes opened_as(OrganizationId organization) {
  Bytes bytes = organization.bytes();
#ifdef HEED_SWAP_SILOS
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
#endif
  return bytes;
}

}  // namespace

Sealer::Sealer(OrganizationId organization, OrganizationSecret organization_secret,
               NextKey next_key, Random& random, const SubjectKeys* subjects,
               std::uint64_t seals_per_key)
    : organization_bytes_(organization.bytes()),
      opened_as_(opened_as(organization)),
      organization_secret_(std::move(organization_secret)),
      next_key_(std::move(next_key)),
      subjects_(subjects),
      seals_per_key_(seals_per_key),
      random_(random) {}

Result<Bytes> Sealer::seal(const SealContext& context, BytesView plaintext) {
  ASSIGN_OR_RETURN(const Ticket ticket, take_ticket());
  ASSIGN_OR_RETURN(const DataKey key, data_key(context.slot, ticket.key_id));
  ByteWriter out;
  if (context.slot == 0) {
    out.u8(kSealVersion);
  } else {
    out.u8(kSubjectSealVersion).varint(context.slot);
  }
  return out.varint(ticket.key_id)
      .varint(context.policy_version)
      .raw(ticket.nonce)
      .raw(aead_seal(view(key), ticket.nonce,
                     associated(organization_bytes_, context, context.policy_version), plaintext))
      .take();
}

Result<Bytes> Sealer::open(const SealContext& context, BytesView sealed) const {
  ByteReader in(sealed);
  const auto front = read_front(in);
  const BytesView nonce = in.raw(kAeadNonceSize);
  if (!front || !in.ok()) {
    return fail(ErrorKind::kCorrupt, "a stored value is not sealed as this program seals",
                "restore this silo from a backup");
  }
  ASSIGN_OR_RETURN(const DataKey key,
                   data_key(front->slot, static_cast<std::uint32_t>(front->key_id)));
  return aead_open(view(key), nonce, associated(opened_as_, context, front->policy_version),
                   in.rest());
}

Bytes Sealer::seal_with(BytesView key, const SealContext& context, BytesView plaintext) {
  const Bytes nonce = random_.bytes(kAeadNonceSize);
  return ByteWriter()
      .u8(kGivenKeyVersion)
      .varint(context.policy_version)
      .raw(nonce)
      .raw(aead_seal(key, nonce, associated(organization_bytes_, context, context.policy_version),
                     plaintext))
      .take();
}

Result<Bytes> Sealer::open_with(BytesView key, const SealContext& context, BytesView sealed) const {
  ByteReader in(sealed);
  const std::uint8_t version = in.u8();
  const std::uint64_t policy_version = in.varint();
  const BytesView nonce = in.raw(kAeadNonceSize);
  if (!in.ok() || version != kGivenKeyVersion) {
    return fail(ErrorKind::kCorrupt, "a stored value is not sealed as this program seals",
                "restore this silo from a backup");
  }
  return aead_open(key, nonce, associated(opened_as_, context, policy_version), in.rest());
}

std::uint32_t Sealer::policy_version(BytesView sealed) {
  ByteReader in(sealed);
  const auto front = read_front(in);
  return front && front->policy_version <= 0xffff'ffff
             ? static_cast<std::uint32_t>(front->policy_version)
             : 0;
}

std::uint32_t Sealer::slot(BytesView sealed) {
  ByteReader in(sealed);
  const auto front = read_front(in);
  return front ? front->slot : 0;
}

void Sealer::renew() {
  const Lock lock(mutex_);
  key_id_ = 0;
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

void Sealer::forget(std::uint32_t slot) const {
  const Lock lock(mutex_);
  std::erase_if(keys_, [slot](const auto& known) { return known.first >> 32 == slot; });
}

// The subject's key is read under the lock: otherwise one that is erased meanwhile could come to
// hand again behind forget().
Result<Sealer::DataKey> Sealer::data_key(std::uint32_t slot, std::uint32_t id) const {
  const Lock lock(mutex_);
  const std::uint64_t place = std::uint64_t{slot} << 32 | id;
  if (const auto known = keys_.find(place); known != keys_.end()) return known->second;
  Bytes parent;
  const WipeAfter wipe(parent);
  if (slot != 0) {
    require(subjects_ != nullptr, "a sealer of subjects has their keys");
    ASSIGN_OR_RETURN(auto key, subjects_->key(slot));
    if (!key) return fail(ErrorKind::kNotFound, "whom it was about has been erased");
    parent = *std::move(key);
  }
  if (keys_.size() >= kKeysAtHand) keys_.clear();
  const Bytes name = ByteWriter().raw("heed data key").u32(id).take();
  const Bytes derived =
      hmac_sha256(slot == 0 ? organization_secret_(id).view() : BytesView(parent), name);
  DataKey& key = keys_[place];
  std::ranges::copy(derived, key.begin());
  return key;
}

Bytes Sealer::associated(BytesView organization, const SealContext& context,
                         std::uint64_t policy_version) {
  constexpr std::size_t kFixed = 64;
  return ByteWriter(kFixed + context.key.size() + context.beside.size())
      .raw(organization)
      .raw(context.subject.bytes())
      .u16(context.kind.number)
      .u64(policy_version)
      .u8(static_cast<std::uint8_t>(context.family))
      .sized(context.key)
      .sized(context.beside)
      .take();
}

}  // namespace heed::silo

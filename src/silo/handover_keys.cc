#include "silo/handover_keys.h"

namespace heed::silo {
namespace {

constexpr BytesView kMagic = "heed handover keys 1\n";

Bytes front_of(OrganizationId organization) {
  return ByteWriter().raw(kMagic).raw(organization.bytes()).take();
}

std::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "the keys of the hand-over are damaged",
              "have the package sent again, whole");
}

}  // namespace

Bytes seal_handed_keys(const KeysToSeal& keys, const ReceiverKey& receiver, Random& random) {
  const Bytes front = front_of(keys.organization);
  Bytes inside = ByteWriter()
                     .raw(keys.package_key)
                     .u32(keys.keys.last_data_key)
                     .sized(keys.keys.key)
                     .sized(keys.keys.signing)
                     .sized(keys.name)
                     .take();
  const WipeAfter wiped(inside);
  return front + seal_to(receiver, front, {}, inside, random);
}

Result<OpenedKeys> open_handed_keys(BytesView bytes, OrganizationId organization,
                                    const OpeningKey& key) {
  const Bytes front = front_of(organization);
  if (!bytes.starts_with(front)) return damaged();
  ASSIGN_OR_RETURN(Bytes inside, open_from(key, front, {}, bytes.substr(front.size())));
  const WipeAfter wiped(inside);
  return decode_handed_keys(inside);
}

Result<OpenedKeys> decode_handed_keys(BytesView opened) {
  ByteReader in(opened);
  OpenedKeys read;
  read.package_key = in.raw(kAeadKeySize);
  read.keys.last_data_key = in.u32();
  read.keys.key = in.sized();
  read.keys.signing = in.sized();
  read.name = in.sized();
  if (!in.finished()) return damaged();
  // Whether they are keys is asked before anything is kept.
  if (auto parsed = OrganizationKey::parse(read.keys.key); !parsed) return damaged();
  if (auto parsed = SigningKey::from_bytes(read.keys.signing); !parsed) return damaged();
  return read;
}

}  // namespace heed::silo

// The sealed fields of a record. Whoever owns it holds a key to it: what has one owner is sealed
// under that owner's key, what has several under a key of its own that is sealed under each of
// theirs. So it stays readable until the last owner is erased, and no longer, whatever is removed
// when. Fields that tell of somebody else (`empties`, `with`) are sealed apart under that person's
// key, and so are empty from the moment in which that one is erased.
//
//   0 u8 | sealed fields
//   1 u8 | count varint | { key sealed for an owner, sized } | sealed fields, sized
//        | count varint | { field varint | its fields, sealed for whom it names, sized }
#pragma once

#include "silo/record_codec.h"
#include "silo/sealer.h"
#include "silo/subjects.h"

namespace heed::silo {

/// What seals and opens bodies; its parts outlive it.
struct BodySeals {
  Sealer& sealer;
  Subjects& subjects;
  Random& random;
};

/// `label_bytes` is authenticated with it. kConflict if somebody it is about was erased.
Result<Bytes> seal_body(const BodySeals& seals, const policy::Kind& kind, const StoredLabel& label,
                        BytesView record_key, BytesView label_bytes,
                        const std::vector<FieldValue>& fields);
/// Nothing when all its owners are erased.
Result<std::optional<std::vector<FieldValue>>> open_body(const BodySeals& seals,
                                                         const policy::Kind& kind,
                                                         const StoredLabel& label,
                                                         BytesView record_key,
                                                         BytesView label_bytes, BytesView body);

}  // namespace heed::silo

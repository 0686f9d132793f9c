// What the parts of Records that change records share.
#pragma once

#include "silo/record_stored.h"
#include "silo/records.h"

namespace heed::silo {

/// What becomes of one record.
struct Records::Planned {
  Bytes key;
  const DeclaredKind* kind = nullptr;
  std::optional<Bytes> old;  ///< As it is stored, live or not.
  bool removal = false;
  StoredLabel label;
  std::vector<FieldValue> fields;
  /// It keeps what it has: those whom it names already may be in it still.
  bool corrects = false;
};

/// Whom a hold keeps until they are forgotten.
inline std::unexpected<Error> waits() {
  return fail(ErrorKind::kConflict, "whom this is about waits to be forgotten",
              "nothing is stored about them any more; if they come back, they come as somebody "
              "new, under another id");
}

}  // namespace heed::silo

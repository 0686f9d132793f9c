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
};

}  // namespace heed::silo

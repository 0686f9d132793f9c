// One record as it lies in the database: taken apart, opened, put and removed with its rows.
#pragma once

#include "silo/record_body.h"

namespace heed::silo {

/// Views of a value that outlives it.
struct StoredRecord {
  StoredLabel label;  ///< Its deadline as the version in force has it.
  Time filed;         ///< The deadline that it is filed under.
  BytesView label_bytes;
  BytesView body;
};

Result<StoredRecord> split_stored(const Rulings& rulings, KindId kind, BytesView value);
/// Whether it had owners and all of them are erased.
bool all_erased(const Subjects& subjects, const StoredLabel& label);
/// The same at the price of a look where nobody's rows wait to be removed: for those who walk.
bool is_leaving(const Subjects& subjects, const StoredLabel& label);
/// Whether it is somebody's who waits until a hold ends, and nobody else's before them.
bool is_kept(const Subjects& subjects, const Label& label);
/// Nothing when all its owners are erased. Whoever else was erased is not named any more.
Result<std::optional<Record>> unseal_stored(const BodySeals& seals, const policy::Kind& kind,
                                            BytesView record_key, const StoredRecord& stored);
/// Puts into `changes` the record and all its rows; of what it `replaces`, if anything, the rows
/// and blobs that are the same are left as they are, and the others go.
Result<void> put_sealed(const BodySeals& seals, const policy::Kind& kind, const StoredLabel& label,
                        BytesView record_key, const std::vector<FieldValue>& fields,
                        const StoredRecord* replaces, kv::Changes& changes);
/// The same as unseal_stored(), as readers see it.
Result<std::optional<Record>> show_stored(const BodySeals& seals, const policy::Kind& kind,
                                          BytesView record_key, const StoredRecord& stored);
/// Puts into `changes` that the record goes with all its rows and blobs.
void put_removal(BytesView record_key, const StoredRecord& stored, kv::Changes& changes);

/// deadline i64 | record key
Bytes deadline_key(Time deadline, BytesView record_key);

}  // namespace heed::silo

// The pieces of large content in the database. Each content has a random key of its own, which
// stands in the record's sealed fields and nowhere else: whoever can open the field can open the
// content, and when the record's owners are erased both are gone at once.
//
//   family blobs: name 16 | number u32, from 1 → piece, sealed with the content's key
//   family meta:  "blob." name 16 → nothing: being written. What is found so at opening was cut
//                 short by a crash, and is removed.
//
// A field's stored value: name 16 | size u64 | key 32. Readers are shown Blob::text().
#pragma once

#include "silo/blob.h"
#include "silo/record_marks.h"
#include "silo/sealer.h"

namespace heed::silo {

/// Thread-safe.
class Blobs {
 public:
  static constexpr std::size_t kPiece = 256U << 10;  ///< Bytes of content

  Blobs(kv::Database& database, Sealer& sealer, Random& random)
      : database_(database), sealer_(sealer), random_(random) {}
  /// Removes what a crash cut short.
  Result<void> load();

  /// Writes all that `source` gives; the field's stored value. Not synced, and not there yet until
  /// the changes of put_kept() are.
  Result<Bytes> write(policy::KindId kind, const BlobSource& source);
  /// Puts into `changes` that what write() gave belongs to a record now.
  static void put_kept(BytesView stored, kv::Changes& changes);
  /// Removes what write() gave and no record took.
  Result<void> abandon(BytesView stored);
  /// From byte `from` on. kNotFound if it was removed meanwhile.
  Result<void> read(policy::KindId kind, BytesView stored, std::uint64_t from,
                    const BlobSink& sink) const;

 private:
  struct Writing;
  Result<void> write_piece(Writing& writing, BytesView bytes);
  Result<void> remove(BytesView name);

  kv::Database& database_;
  Sealer& sealer_;
  Random& random_;
};

/// What a field's stored value says; nothing if it is none.
std::optional<Blob> blob_of(BytesView stored);
/// What removes its pieces.
std::optional<BlobMark> blob_mark_of(BytesView stored);
void put_blob_removal(const BlobMark& blob, kv::Changes& changes);
/// Shows of a record's blobs what readers may see of them.
void show_blobs(const policy::Kind& kind, std::vector<FieldValue>& fields);

}  // namespace heed::silo

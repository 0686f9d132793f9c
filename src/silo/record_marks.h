// Whom a record is about beside its subject, and by what it is found: worked out from its fields at
// the write, kept in its label, so that it can be removed without being opened.
#pragma once

#include "silo/rulings.h"
#include "silo/silo.h"

namespace heed::silo {

/// A field that names a person whose erasure does something here.
struct Mention {
  std::uint16_t field = 0;
  SubjectId subject;
  policy::OnErasure effect = policy::OnErasure::kNone;  ///< kOwns, kRemoves or kEmpties
  bool operator==(const Mention&) const = default;
};

/// A keyed hash under which a record is filed.
struct Mark {
  static constexpr std::size_t kHashSize = 16;
  std::uint16_t field = 0;
  Bytes hash;
  bool operator==(const Mark&) const = default;
};

/// The pieces of a blob field's content (silo/blobs.h).
struct BlobMark {
  static constexpr std::size_t kNameSize = 16;
  Bytes name;
  std::uint32_t pieces = 0;
  bool operator==(const BlobMark&) const = default;
};

struct RecordMarks {
  std::vector<Mention> mentions;
  std::vector<Mark> indexed;     ///< Of the values of `indexed` fields
  std::vector<Mark> references;  ///< Of the records that fields lead to
  std::vector<BlobMark> blobs;
  bool empty() const {
    return mentions.empty() && indexed.empty() && references.empty() && blobs.empty();
  }
};

/// What files records under hashes of personal values: equal values of a field show as equal, and
/// nothing else does to who has not the organization's key (docs/SILO.md §4).
class MarkKey {
 public:
  explicit MarkKey(BytesView organization_key);
  Bytes of_value(policy::KindId kind, std::uint16_t field, const FieldValue& value) const;
  Bytes of_record(policy::KindId kind, std::string_view id) const;
  /// For what must not be made up outside: 8 bytes.
  Bytes of_cursor(BytesView position) const;

 private:
  const Bytes key_;
};

/// kInvalid names a field whose value is no subject's id, or a kind that is not declared.
Result<RecordMarks> marks_of(const Rulings& rulings, const policy::Kind& kind,
                             const std::vector<FieldValue>& fields, const MarkKey& key);

/// Those that own a record: its subject first, each once.
std::vector<SubjectId> owners_of(SubjectId subject, const RecordMarks& marks);
/// All that it is about in any way, each once.
std::vector<SubjectId> subjects_of(SubjectId subject, const RecordMarks& marks);

// Keys of family indexes ------------------------------------------------------------------------
//   's' | subject 16 | kind u16 | id → u8           about, by or mentioning somebody; 1 if it is
//                                                   theirs and about nobody else, 0 otherwise
//   'f' | kind u16 | field u16 | hash 16 | id       by an indexed field's value
//   't' | kind u16 | stored i64 | id                by time
//   'r' | hash 16 | kind u16 | id                   leading to a record
namespace index {
Bytes of_subject(SubjectId subject, BytesView record_key);
Bytes of_subject(SubjectId subject);
Bytes of_field(policy::KindId kind, const Mark& mark, std::string_view id);
Bytes of_time(policy::KindId kind, Time stored, std::string_view id);
Bytes of_reference(BytesView hash, BytesView record_key);
}  // namespace index

struct IndexRow {
  Bytes key;
  Bytes value;
  bool operator==(const IndexRow&) const = default;
};
/// All rows of one record.
std::vector<IndexRow> index_rows(const Label& label, const RecordMarks& marks,
                                 BytesView record_key);
/// What the value of an 's' row says.
bool is_theirs_alone(BytesView row_value);

}  // namespace heed::silo

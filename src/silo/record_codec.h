// A record's fields and label as bytes.
#pragma once

#include "silo/record_marks.h"

namespace heed::silo {

/// kInvalid names kind and field when a field is missing, too many, or of another type than
/// declared; kExhausted when the record is larger than kLargestRecord.
Result<Bytes> encode_fields(const policy::Kind& kind, const std::vector<FieldValue>& fields);
/// Fields that the kind got after the record was written are absent.
Result<std::vector<FieldValue>> decode_fields(const policy::Kind& kind, BytesView bytes);
/// One value, without its type; nothing for an absent one.
void write_field_value(ByteWriter& out, const FieldValue& value);

/// A label as it is stored, with what files the record.
struct StoredLabel {
  Label label;
  RecordMarks marks;
};
Bytes encode_label(const Label& label, const RecordMarks& marks);
Result<StoredLabel> decode_label(KindId kind, BytesView bytes);

}  // namespace heed::silo

#include "silo/journal_entry.h"

namespace heed::silo {
namespace {

constexpr std::uint8_t kEntryVersion = 1;

}  // namespace

Bytes encode_entry(const JournalEntry& entry) {
  return ByteWriter()
      .u8(kEntryVersion)
      .u64(entry.number)
      .i64(entry.at.nanoseconds())
      .sized(entry.actor)
      .sized(entry.what)
      .sized(entry.detail)
      .sized(entry.sealed_subject)
      .take();
}

Result<JournalEntry> decode_entry(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  JournalEntry entry;
  entry.number = in.u64();
  entry.at = Time::from_nanoseconds(in.i64());
  entry.actor = in.sized();
  entry.what = in.sized();
  entry.detail = in.sized();
  entry.sealed_subject = in.sized();
  if (!in.finished() || version != kEntryVersion || encode_entry(entry) != bytes) {
    return fail(ErrorKind::kCorrupt, "an entry of the journal is damaged");
  }
  return entry;
}

}  // namespace heed::silo

#include "wire/mtconnect/listener.h"

namespace heed::wire::mtconnect {
namespace {
constexpr std::uint8_t kCursorVersion = 1;
}  // namespace

Bytes Cursor::encode() const {
  ByteWriter out;
  out.u8(kCursorVersion).u64(instance_id).u64(next).u8(as_of ? 1 : 0);
  if (as_of) out.i64(as_of->nanoseconds());
  return out.take();
}

std::optional<Cursor> Cursor::decode(BytesView bytes) {
  ByteReader in(bytes);
  if (in.u8() != kCursorVersion) return {};
  Cursor cursor;
  cursor.instance_id = in.u64();
  cursor.next = in.u64();
  const std::uint8_t timed = in.u8();
  if (timed == 1) cursor.as_of = Time::from_nanoseconds(in.i64());
  if (!in.finished() || timed > 1 || cursor.next == 0) return {};
  return cursor;
}

}  // namespace heed::wire::mtconnect

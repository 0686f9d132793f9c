// A time that may be absent, as the room's stored forms write it.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/time.h"

namespace heed::machines {

inline void write_time(ByteWriter& out, const std::optional<Time>& time) {
  out.u8(time ? 1 : 0);
  if (time) out.i64(time->nanoseconds());
}

inline std::optional<Time> read_time(ByteReader& in) {
  if (in.u8() == 0) return {};
  return Time::from_nanoseconds(in.i64());
}

}  // namespace heed::machines

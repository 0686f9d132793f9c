// For tests only: what a WebSocket server sends.
#pragma once

#include "base/bytes.h"

namespace heed::wire::websocket {

/// A frame, unmasked as a server's are (RFC 6455 §5.2). `first`: its first byte.
inline Bytes server_frame(int first, BytesView payload) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(first));
  if (payload.size() <= 125) {
    out.u8(static_cast<std::uint8_t>(payload.size()));
  } else if (payload.size() <= 0xffff) {
    out.u8(126).u16(static_cast<std::uint16_t>(payload.size()));
  } else {
    out.u8(127).u64(payload.size());
  }
  return out.take() + Bytes(payload);
}

}  // namespace heed::wire::websocket

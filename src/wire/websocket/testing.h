// For tests only: what a WebSocket server sends, and how it reads a client's.
#pragma once

#include <optional>
#include <string>

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

/// One of a client's messages off the front, unmasked; pongs and closes are empty.
inline std::optional<std::string> take_client_message(std::string& bytes) {
  ByteReader in(bytes);
  const int opcode = in.u8() & 0x0f;
  std::uint64_t size = in.u8() & 0x7f;
  if (size == 126) size = in.u16();
  const Bytes mask(in.raw(4));
  Bytes payload(in.raw(size));
  if (!in.ok()) return {};
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  bytes = Bytes(in.rest());
  return opcode == 1 ? payload : "";
}

}  // namespace heed::wire::websocket

// The two primitives that WebSocket's handshake (RFC 6455 §4.1) wants, and that nothing else of the
// house should.
#pragma once

#include <string>

#include "base/bytes.h"

namespace heed {

/// 20 bytes. Broken as a proof of anything: the handshake has it only to show that the peer has
/// understood.
Bytes sha1(BytesView data);

/// RFC 4648 §4, padded, as HTTP's headers have it; elsewhere see to_base64url().
std::string to_base64(BytesView bytes);

}  // namespace heed

// A connection over TLS: TlsClient (box/tls.h) between a stream of the loop and its handler.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "box/net.h"
#include "box/tls.h"

namespace heed::box {

/// As Net::connect(), with the handshake before on_open(); it has `limit` of its own. `net`,
/// `clock` and `handler` outlive the stream.
std::unique_ptr<Stream> connect_tls(Net& net, const Clock& clock, const std::string& host,
                                    std::uint16_t port, const Certificates& certificates,
                                    Duration limit, StreamHandler& handler);

}  // namespace heed::box

// Requests to an agent over its WebSocket: {"id": "1", "request": "sample", …}, with the parameters
// of the URL as members (cppagent 2.4 and newer). As of request.h, there is none that writes.
#pragma once

#include <string>
#include <string_view>

#include "wire/mtconnect/request.h"

namespace heed::wire::mtconnect {

/// `id` tells answers apart; each request of a connection has another.
std::string socket_request(const Request& request, std::string_view id);
/// Ends the stream that was asked for with this id.
std::string socket_cancel(std::string_view id);

}  // namespace heed::wire::mtconnect

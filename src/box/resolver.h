// Host names → addresses, off the loop's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "box/mailbox.h"

namespace heed::box {

/// A socket address as the kernel takes it.
struct SocketAddress {
  int family = 0;
  Bytes bytes;       ///< A sockaddr_in or sockaddr_in6.
  std::string text;  ///< "10.0.0.7:7878"
};

/// At most this many addresses of a name are tried.
constexpr std::size_t kMostAddresses = 8;

using Resolved = std::function<void(Result<std::vector<SocketAddress>>)>;

/// Looks the name up on a thread of its own, which nobody waits for (getaddrinfo may take half a
/// minute and cannot be interrupted), and posts the answer. A number needs no look-up and no
/// thread. The error of a name that does not exist is kUnavailable: it may exist later.
void resolve(const std::string& host, std::uint16_t port, const std::shared_ptr<Mailbox>& mailbox,
             Resolved resolved);

}  // namespace heed::box

#include "box/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <system_error>
#include <thread>

namespace heed::box {
namespace {

std::string text_of(const sockaddr* address, socklen_t size) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(address, size, host.data(), host.size(), port.data(), port.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "?";
  }
  const std::string name(host.data());
  const bool with_colons = name.find(':') != std::string::npos;
  return (with_colons ? "[" + name + "]" : name) + ":" + port.data();
}

Result<std::vector<SocketAddress>> look_up(const std::string& host, std::uint16_t port,
                                           bool number_only) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (number_only ? AI_NUMERICHOST : 0);
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return fail(ErrorKind::kUnavailable, host + " is not known: " + ::gai_strerror(error),
                "Check the name, or write the machine's number.");
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    if (addresses.size() == kMostAddresses) break;
    const BytesView bytes(reinterpret_cast<const char*>(at->ai_addr), at->ai_addrlen);
    addresses.push_back({at->ai_family, Bytes(bytes), text_of(at->ai_addr, at->ai_addrlen)});
  }
  ::freeaddrinfo(found);
  return addresses;
}

}  // namespace

void resolve(const std::string& host, std::uint16_t port, const std::shared_ptr<Mailbox>& mailbox,
             Resolved resolved) {
  if (auto number = look_up(host, port, true)) {
    mailbox->post(
        [resolved = std::move(resolved), number = std::move(number)] { resolved(number); });
    return;
  }
  auto work = [host, port, mailbox, resolved] {
    auto answer = look_up(host, port, false);
    mailbox->post([resolved, answer = std::move(answer)] { resolved(answer); });
  };
  try {
    std::thread(std::move(work)).detach();
  } catch (const std::system_error& error) {
    mailbox->post([resolved = std::move(resolved), words = std::string(error.what())] {
      resolved(fail(ErrorKind::kUnavailable, "no thread for a name's look-up: " + words));
    });
  }
}

}  // namespace heed::box

// Any bytes behind a good handshake, whole and in pieces: the same messages must come out, and all
// that is answered must be masked.
#include "wire/websocket/client.h"

namespace heed::wire::websocket {
namespace {

constexpr std::size_t kMaxInput = std::size_t{1} << 16;
constexpr std::size_t kLongest = std::size_t{1} << 14;

struct Said {
  std::string all;
  bool operator==(const Said&) const = default;
};

Said said(BytesView bytes, bool whole) {
  SeededRandom random(1);
  Client client({.host = "h", .longest_message = kLongest}, random);
  const Bytes handshake = client.take_output();
  const std::size_t key = handshake.find("Key: ") + 5;
  require(client
              .feed("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Accept: " +
                    accept_of(handshake.substr(key, 24)) + "\r\n\r\n")
              .has_value(),
          "the handshake is good");
  Said out;
  while (!bytes.empty()) {
    const std::size_t step = whole ? bytes.size() : 1 + static_cast<unsigned char>(bytes[0]) % 23;
    const auto fed = client.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (const auto message = client.take_message()) {
      require(message->size() <= kLongest, "a message is bounded");
      out.all += *message + "\n";
    }
    const Bytes answer = client.take_output();
    require(answer.empty() || (static_cast<unsigned char>(answer[1]) & 0x80) != 0, "masked");
    if (!fed) {
      out.all += fed.error().message;
      break;
    }
  }
  return out;
}

}  // namespace
}  // namespace heed::wire::websocket

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::wire::websocket;
  if (size > kMaxInput) return 0;
  const heed::BytesView bytes(reinterpret_cast<const char*>(data), size);
  heed::require(said(bytes, true) == said(bytes, false), "cuts change no message");
  return 0;
}

// A WebSocket client (RFC 6455) without sockets: the peer's bytes go in, messages come out, and
// what is to be sent is asked for. No extension and no subprotocol is offered, and none is taken.
//
//   client.take_output() → send;  bytes → client.feed();  client.take_message() until there is none
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace heed::wire::websocket {

/// The answer to the handshake, up to its empty line.
inline constexpr std::size_t kLongestHead = std::size_t{8} << 10;
/// What may come of a message in pieces, empty ones included.
inline constexpr std::size_t kMostFragments = 65'536;
/// RFC 6455 §5.5.
inline constexpr std::size_t kLongestControl = 125;

struct ClientOptions {
  std::string host;            ///< "host:port", as the Host header has it.
  std::string path = "/";      ///< Percent-encoded.
  std::string accept;          ///< The Accept header; empty: none.
  std::string user, password;  ///< With a password: HTTP Basic authentication.
  std::size_t longest_message = std::size_t{64} << 20;
};

/// The Sec-WebSocket-Accept that answers this Sec-WebSocket-Key.
std::string accept_of(std::string_view key);

/// One connection. Not thread-safe.
class Client {
 public:
  /// `random` gives the key and the masks, and outlives it.
  Client(const ClientOptions& options, Random& random);

  /// What is to be sent since the last call: the handshake first.
  Bytes take_output() { return std::exchange(output_, {}); }
  /// The peer's next bytes. The first failure stays: kUnavailable if it is no WebSocket or closed,
  /// kCorrupt if it breaks the protocol, kExhausted beyond a limit. What came before it can be
  /// taken.
  Result<void> feed(BytesView bytes);
  std::optional<Bytes> take_message();
  /// The handshake is done.
  bool is_open() const { return open_; }
  /// One text message; is_open() holds.
  void send(std::string_view text);
  /// Says that nothing more will be sent. What the peer still sends may be fed or not.
  void close();

 private:
  enum class Opcode : std::uint8_t {
    kMore = 0,
    kText = 1,
    kBinary = 2,
    kClose = 8,
    kPing = 9,
    kPong = 10
  };
  struct Frame {
    Opcode opcode = Opcode::kMore;
    bool last = false;
    std::size_t size = 0;
    std::size_t head = 0;  ///< Bytes before the payload.
  };

  void write(Opcode opcode, BytesView payload);
  void read_head();
  void check_head(std::string_view head);
  void read_frames();
  std::optional<Frame> read_frame(BytesView bytes);
  void begin_data(const Frame& frame);
  void end_data();
  void take_control(Opcode opcode, BytesView payload);
  void refuse(ErrorKind kind, std::string what, std::uint16_t code = 0, std::string mend = {});

  const std::size_t longest_message_;
  Random& random_;
  std::string expected_;  ///< The accept that answers our key.
  Bytes output_;
  Bytes input_;
  Bytes message_;
  std::deque<Bytes> messages_;
  std::optional<Bytes> pong_;
  std::optional<Error> failure_;
  std::size_t left_ = 0;  ///< Of the payload of the data frame at hand.
  std::size_t fragments_ = 0;
  bool in_message_ = false;
  bool is_last_ = false;
  bool is_text_ = false;
  bool open_ = false;
  bool closing_ = false;
};

}  // namespace heed::wire::websocket

#include "wire/websocket/client.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/handshake.h"
#include "base/utf8.h"
#include "wire/text.h"

namespace heed::wire::websocket {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3

// Of a close (RFC 6455 §7.4.1).
constexpr std::uint16_t kProtocolError = 1'002;
constexpr std::uint16_t kNoText = 1'007;
constexpr std::uint16_t kTooLong = 1'009;
constexpr std::uint16_t kNormal = 1'000;

/// How a server of TLS answers plain words: an alert (RFC 8446 §5.1), of any version.
constexpr std::string_view kAlert = "\x15\x03";

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kControl = 0x08;
constexpr std::uint8_t kMasked = 0x80;
// In the place of a length: it follows.
constexpr std::uint8_t kTwoBytes = 126;
constexpr std::uint8_t kEightBytes = 127;

std::uint8_t octet(BytesView bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

/// Whether a header's comma-separated list has this word.
bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (equals_ignoring_case(trim(list.substr(0, end)), word)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

/// The value of a header; nothing if there is none, or more than one.
std::optional<std::string_view> header(std::string_view head, std::string_view name) {
  std::optional<std::string_view> found;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), name)) {
      continue;
    }
    if (found) return {};
    found = trim(line.substr(colon + 1));
  }
  return found;
}

Bytes close_payload(std::uint16_t code) {
  return ByteWriter().u16(code).take();
}

}  // namespace

std::string accept_of(std::string_view key) {
  return to_base64(sha1(std::string(key) + std::string(kGuid)));
}

Client::Client(const ClientOptions& options, Random& random)
    : longest_message_(options.longest_message), random_(random) {
  const std::string key = to_base64(random.bytes(16));
  expected_ = accept_of(key);
  output_ = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n",
      options.path, options.host, key);
  if (!options.accept.empty()) output_ += fmt::format("Accept: {}\r\n", options.accept);
  if (!options.password.empty()) {
    output_ += fmt::format("Authorization: Basic {}\r\n",
                           to_base64(options.user + ":" + options.password));
  }
  output_ += "\r\n";
}

void Client::refuse(ErrorKind kind, std::string what, std::uint16_t code, std::string mend) {
  if (failure_) return;
  failure_ = Error{kind, std::move(what), std::move(mend)};
  if (open_ && !std::exchange(closing_, true)) write(Opcode::kClose, close_payload(code));
}

void Client::write(Opcode opcode, BytesView payload) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(kFinal | static_cast<std::uint8_t>(opcode)));
  if (payload.size() <= kLongestControl) {
    out.u8(static_cast<std::uint8_t>(kMasked | payload.size()));
  } else if (payload.size() <= 0xffff) {
    out.u8(kMasked | kTwoBytes).u16(static_cast<std::uint16_t>(payload.size()));
  } else {
    out.u8(kMasked | kEightBytes).u64(payload.size());
  }
  const Bytes mask = random_.bytes(4);
  output_ += out.take();
  output_ += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    output_ += static_cast<char>(octet(payload, i) ^ octet(mask, i % 4));
  }
}

void Client::send(std::string_view text) {
  require(open_, "a message is sent once the handshake is done");
  if (!closing_) write(Opcode::kText, text);
}

void Client::close() {
  if (open_ && !std::exchange(closing_, true)) write(Opcode::kClose, close_payload(kNormal));
}

std::optional<Bytes> Client::take_message() {
  if (messages_.empty()) return {};
  Bytes message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

Result<void> Client::feed(BytesView bytes) {
  if (!failure_) {
    input_.append(bytes);
    if (!open_) read_head();
    if (open_) read_frames();
    // Of several pings the last one alone is answered (RFC 6455 §5.5.3).
    if (pong_ && !closing_) write(Opcode::kPong, *pong_);
    pong_.reset();
  }
  if (failure_) return std::unexpected(*failure_);
  return {};
}

void Client::read_head() {
  if (input_.starts_with(kAlert)) {
    return refuse(ErrorKind::kUnavailable, "what answers speaks TLS", 0,
                  "write wss:// in the place of ws://");
  }
  const std::size_t end = input_.find("\r\n\r\n");
  if (end == Bytes::npos ? input_.size() > kLongestHead : end > kLongestHead) {
    return refuse(ErrorKind::kExhausted,
                  fmt::format("the answer's head is longer than {} bytes", kLongestHead));
  }
  if (end == Bytes::npos) return;
  check_head(std::string_view(input_).substr(0, end));
  if (failure_) return;
  input_.erase(0, end + 4);
  open_ = true;
}

void Client::check_head(std::string_view head) {
  std::string_view words = head.substr(0, head.find("\r\n"));
  const std::string_view version = take_word(words);
  const std::string_view status = take_word(words);
  if (!version.starts_with("HTTP/1.")) {
    return refuse(ErrorKind::kUnavailable, "what answers is no HTTP", 0,
                  "see whether the address is that of an MTConnect agent");
  }
  if (status == "401" || status == "403") {
    return refuse(ErrorKind::kUnavailable, fmt::format("HTTP status {}", status), 0,
                  "check user and password in the settings");
  }
  if (status != "101") {
    return refuse(ErrorKind::kUnavailable,
                  fmt::format("HTTP status {}: no WebSocket there", status.substr(0, 3)), 0,
                  "write http:// in the place of ws:// (https:// of wss://): cppagent has "
                  "WebSocket from 2.4 on");
  }
  head.remove_prefix(std::min(head.find("\r\n") + 2, head.size()));
  if (!lists(header(head, "Upgrade").value_or(""), "websocket") ||
      !lists(header(head, "Connection").value_or(""), "upgrade")) {
    return refuse(ErrorKind::kCorrupt, "the answer does not upgrade to WebSocket");
  }
  if (header(head, "Sec-WebSocket-Accept") != expected_) {
    return refuse(ErrorKind::kCorrupt, "the answer has not the accept key of our handshake", 0,
                  "see what stands between you and the agent: something answers in its place");
  }
  if (header(head, "Sec-WebSocket-Extensions") || header(head, "Sec-WebSocket-Protocol")) {
    refuse(ErrorKind::kCorrupt, "the answer takes an extension or protocol that was not offered");
  }
}

void Client::read_frames() {
  std::size_t at = 0;
  while (!failure_) {
    const BytesView rest = BytesView(input_).substr(at);
    if (left_ > 0) {
      const BytesView piece = rest.substr(0, left_);
      message_.append(piece);
      left_ -= piece.size();
      at += piece.size();
      if (left_ > 0) break;
      end_data();
      continue;
    }
    const auto frame = read_frame(rest);
    if (!frame) break;
    at += frame->head;
    if (frame->opcode < Opcode::kClose) {
      begin_data(*frame);
    } else {
      take_control(frame->opcode, rest.substr(frame->head, frame->size));
      at += frame->size;
    }
  }
  input_.erase(0, at);
}

// The head of a frame, and of a control frame all of it; nothing while it is not there.
std::optional<Client::Frame> Client::read_frame(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t first = in.u8();
  const std::uint8_t second = in.u8();
  if (!in.ok()) return {};
  const auto wrong = [this](std::string what) {
    refuse(ErrorKind::kCorrupt, "WebSocket: " + what, kProtocolError);
    return std::optional<Frame>();
  };
  if ((first & kReserved) != 0) return wrong("a frame has a reserved bit");
  if ((second & kMasked) != 0) return wrong("a server's frame is masked");
  Frame frame;
  frame.last = (first & kFinal) != 0;
  const std::uint8_t opcode = first & 0x0f;
  const bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
  if (!known) return wrong(fmt::format("a frame has the unknown opcode {}", opcode));
  frame.opcode = static_cast<Opcode>(opcode);
  if ((opcode & kControl) != 0) {
    if (!frame.last) return wrong("a control frame is in pieces");
    if (second > kLongestControl) return wrong("a control frame is longer than 125 bytes");
  }
  std::uint64_t size = second;
  if (size == kTwoBytes) {
    size = in.u16();
    if (in.ok() && size < kTwoBytes) return wrong("a length is not in its shortest form");
  } else if (size == kEightBytes) {
    size = in.u64();
    if (in.ok() && size <= 0xffff) return wrong("a length is not in its shortest form");
  }
  if (!in.ok()) return {};
  if (size > longest_message_) {
    refuse(ErrorKind::kExhausted,
           fmt::format("a message is longer than {} bytes", longest_message_), kTooLong);
    return {};
  }
  frame.size = size;
  frame.head = bytes.size() - in.rest().size();
  if ((opcode & kControl) != 0 && in.rest().size() < frame.size) return {};
  return frame;
}

void Client::begin_data(const Frame& frame) {
  if (in_message_ != (frame.opcode == Opcode::kMore)) {
    return refuse(ErrorKind::kCorrupt,
                  in_message_ ? "WebSocket: a message begins inside of another"
                              : "WebSocket: a message goes on that has not begun",
                  kProtocolError);
  }
  if (!in_message_) {
    is_text_ = frame.opcode == Opcode::kText;
    fragments_ = 0;
  }
  if (++fragments_ > kMostFragments || frame.size > longest_message_ - message_.size()) {
    return refuse(ErrorKind::kExhausted,
                  fmt::format("a message has more than {} bytes or {} pieces", longest_message_,
                              kMostFragments),
                  kTooLong);
  }
  in_message_ = true;
  is_last_ = frame.last;
  left_ = frame.size;
  if (left_ == 0) end_data();
}

void Client::end_data() {
  if (!is_last_) return;
  in_message_ = false;
  if (is_text_ && !is_utf8(message_)) {
    return refuse(ErrorKind::kCorrupt, "WebSocket: a text is no UTF-8", kNoText);
  }
  messages_.push_back(std::exchange(message_, {}));
}

void Client::take_control(Opcode opcode, BytesView payload) {
  if (opcode == Opcode::kPing) pong_ = payload;
  if (opcode != Opcode::kClose) return;
  ByteReader in(payload);
  const std::uint16_t code = payload.empty() ? kNormal : in.u16();
  const std::string reason(in.rest());
  refuse(ErrorKind::kUnavailable,
         fmt::format("the peer closed the WebSocket ({}{}{})", code, reason.empty() ? "" : ": ",
                     is_utf8(reason) ? reason : "?"),
         kNormal);
}

}  // namespace heed::wire::websocket

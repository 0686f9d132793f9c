#include "wire/fanuc/request.h"

#include <fmt/core.h>

#include <cmath>

namespace heed::wire::fanuc {
namespace {

constexpr std::string_view kMagic = "\xa0\xa0\xa0\xa0";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint16_t kOpen = 0x0101;
constexpr std::uint16_t kAsk = 0x2101;

Bytes frame(std::uint16_t type, BytesView payload) {
  return ByteWriter(kFrameHead + payload.size())
      .raw(kMagic)
      .u16(kVersion)
      .u16(type)
      .u16(static_cast<std::uint16_t>(payload.size()))
      .raw(payload)
      .take();
}

std::unexpected<Error> unreadable(std::string what) {
  return fail(ErrorKind::kInvalid, std::move(what));
}

}  // namespace

Request Request::macro(MacroNumber number) {
  const auto n = static_cast<std::int32_t>(number.number());
  return {kCnc, 0x15, n, n};
}

Result<Request> Request::parameter(std::int64_t number) {
  if (number < 1 || number > kHighestParameter) {
    return fail(ErrorKind::kInvalid, fmt::format("there is no parameter {}", number),
                fmt::format("Take a number from 1 to {}.", kHighestParameter));
  }
  const auto n = static_cast<std::int32_t>(number);
  return Request(kCnc, 0x0e, n, n, 0);
}

Request Request::of_path(std::uint16_t path) const {
  Request same = *this;
  if (class_ == kCnc) same.path_ = path;
  return same;
}

Bytes Request::name() const {
  return ByteWriter().u16(class_).u16(path_).u16(function_).take();
}

Bytes Request::bytes() const {
  ByteWriter out;
  out.raw(name());
  for (const std::int32_t argument : arguments_) out.u32(static_cast<std::uint32_t>(argument));
  return out.take();
}

Bytes open_frame() {
  return frame(kOpen, ByteWriter().u16(2).take());
}

Bytes ask_frame(std::span<const Request> requests) {
  require(!requests.empty() && requests.size() <= kMostRequests, "a frame asks some things");
  ByteWriter payload;
  payload.u16(static_cast<std::uint16_t>(requests.size()));
  for (const Request& request : requests) {
    const Bytes bytes = request.bytes();
    payload.u16(static_cast<std::uint16_t>(bytes.size() + 2)).raw(bytes);
  }
  return frame(kAsk, payload.view());
}

Result<std::optional<Frame>> take_frame(BytesView& bytes) {
  const BytesView front = bytes.substr(0, kMagic.size());
  if (front != kMagic.substr(0, front.size())) return unreadable("it begins no frame");
  if (bytes.size() < kFrameHead) return std::optional<Frame>();
  ByteReader in(bytes.substr(kMagic.size()));
  in.u16();  // version: 1 to 4 were seen in answers
  Frame frame{.type = in.u16(), .payload = {}};
  const std::uint16_t length = in.u16();
  if (in.rest().size() < length) return std::optional<Frame>();
  frame.payload = in.raw(length);
  bytes.remove_prefix(kFrameHead + length);
  return std::optional(frame);
}

Result<std::vector<Answer>> read_answers(BytesView payload, std::span<const Request> requests) {
  ByteReader in(payload);
  if (in.u16() != requests.size()) return unreadable("it answers another number of questions");
  std::vector<Answer> answers;
  for (const Request& request : requests) {
    const std::uint16_t length = in.u16();
    if (length < 2) return unreadable("an answer has no length");
    ByteReader one(in.raw(length - 2U));
    if (one.raw(6) != request.name()) return unreadable("it answers another question");
    Answer answer{.error = static_cast<std::int16_t>(one.u16()), .value = {}};
    one.raw(4);
    answer.value = one.raw(one.u16());
    if (!one.ok() || !in.ok()) return unreadable("an answer is cut short");
    answers.push_back(answer);
  }
  return answers;
}

std::optional<double> read_number(BytesView eight) {
  ByteReader in(eight);
  const auto mantissa = static_cast<std::int32_t>(in.u32());
  in.u8();
  const std::uint8_t base = in.u8();
  const auto exponent = static_cast<std::int16_t>(in.u16());
  if (!in.finished() || (base != 2 && base != 10)) return {};
  if (exponent < 0 || exponent > 64) return {};  // ffff: the variable is vacant
  return mantissa / std::pow(static_cast<double>(base), exponent);
}

}  // namespace heed::wire::fanuc

#include "wire/modbus/answer.h"

#include <fmt/core.h>

namespace heed::wire::modbus {

void FrameReader::feed(BytesView bytes) {
  if (!broken_) bytes_.append(bytes);
}

std::optional<Frame> FrameReader::next() {
  if (broken_ || bytes_.size() < kHead) return {};
  ByteReader head(bytes_);
  Frame frame;
  frame.transaction = head.u16();
  const std::uint16_t protocol = head.u16();
  const std::uint16_t rest = head.u16();
  // Unit, function and at least a byte: an exception is the shortest answer.
  if (protocol != 0 || rest < 3 || rest > kLongestRest) {
    broken_ = true;
    bytes_.clear();
    return {};
  }
  if (bytes_.size() < kHead + rest) return {};
  frame.unit = head.u8();
  frame.body = head.raw(rest - 1U);
  bytes_.erase(0, kHead + rest);
  return frame;
}

std::optional<Answer> read_answer(const ReadRequest& request, BytesView body) {
  constexpr std::uint8_t kException = 0x80;
  ByteReader reader(body);
  const std::uint8_t function = reader.u8();
  Answer answer;
  if (function == (function_of(request.table()) | kException)) {
    answer.exception = reader.u8();
    if (!reader.finished()) return {};
    return answer;
  }
  const std::size_t size = reader.u8();
  const std::size_t due =
      has_bits(request.table()) ? (request.count() + 7U) / 8U : std::size_t{2} * request.count();
  if (function != function_of(request.table()) || size != due || reader.rest().size() != due) {
    return {};
  }
  if (has_bits(request.table())) {
    const BytesView bits = reader.rest();
    for (std::size_t i = 0; i < request.count(); ++i) {
      const auto byte = static_cast<unsigned char>(bits[i / 8]);
      answer.values.push_back(static_cast<std::uint16_t>((byte >> (i % 8)) & 1U));
    }
  } else {
    for (std::size_t i = 0; i < request.count(); ++i) answer.values.push_back(reader.u16());
  }
  return answer;
}

std::string exception_words(std::uint8_t code, const ReadRequest& request) {
  const std::string_view table = word(request.table());
  const unsigned last = request.first() + request.count() - 1U;
  switch (code) {
    case 1:
      return fmt::format(
          "the box does not read its {}s (exception 1): its manual says which of coil, "
          "discrete_input, holding_register and input_register it has",
          table);
    case 2:
      return fmt::format(
          "the box has no {} {} to {} (exception 2): numbers begin at 0, so that 40001 or 30001 of "
          "a manual is 0",
          table, request.first(), last);
    case 3: return fmt::format("the box does not take the request (exception 3)");
    case 4: return fmt::format("the box failed to read its {}s (exception 4)", table);
    case 5:
    case 6: return fmt::format("the box is busy (exception {})", code);
    case 10:
    case 11:
      return fmt::format(
          "the gateway does not reach the unit (exception {}): check the unit's number and its "
          "cable",
          code);
    default: return fmt::format("the box refuses (exception {})", code);
  }
}

}  // namespace heed::wire::modbus

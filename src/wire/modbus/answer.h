// What a Modbus box answers: frames off the connection, and what a frame says to a request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/modbus/request.h"

namespace heed::wire::modbus {

/// Unit and the rest of a frame, as the protocol limits it.
inline constexpr std::size_t kLongestRest = 254;
inline constexpr std::size_t kHead = 6;  ///< transaction, protocol, length

struct Frame {
  std::uint16_t transaction = 0;
  std::uint8_t unit = 0;
  Bytes body;  ///< The function and what follows it.
};

/// Bytes in any pieces → frames. Not thread-safe.
class FrameReader {
 public:
  void feed(BytesView bytes);
  std::optional<Frame> next();
  /// A head came that is none: nothing after it can be told apart.
  bool broken() const { return broken_; }

 private:
  Bytes bytes_;
  bool broken_ = false;
};

/// The values, or the number of the exception.
struct Answer {
  std::vector<std::uint16_t> values;  ///< As many as were asked for; a bit is 0 or 1.
  std::optional<std::uint8_t> exception;
};

/// Nothing if `body` does not answer `request`.
std::optional<Answer> read_answer(const ReadRequest& request, BytesView body);

/// Why, and what to do about it, for a person.
std::string exception_words(std::uint8_t code, const ReadRequest& request);

}  // namespace heed::wire::modbus

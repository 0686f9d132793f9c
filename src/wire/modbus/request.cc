#include "wire/modbus/request.h"

#include <fmt/core.h>

namespace heed::wire::modbus {
namespace {

constexpr std::array<std::uint8_t, kTables> kFunctions = {1, 2, 3, 4};

}  // namespace

std::uint8_t function_of(Table table) {
  return kFunctions.at(static_cast<std::size_t>(table));
}

Result<ReadRequest> ReadRequest::of(Table table, std::uint32_t first, std::size_t count) {
  constexpr std::uint32_t kPlaces = 65'536;
  if (count == 0 || count > most_of(table) || first + count > kPlaces) {
    return fail(ErrorKind::kInvalid,
                fmt::format("{} from {} on, {} of them, are no places of a Modbus table",
                            word(table), first, count),
                "Numbers go from 0 to 65535.");
  }
  return ReadRequest(table, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(count));
}

Bytes ReadRequest::frame(std::uint16_t transaction, std::uint8_t unit) const {
  constexpr std::uint16_t kProtocol = 0;
  constexpr std::uint16_t kRest = 6;  // unit, function, first, count
  ByteWriter frame;
  frame.u16(transaction).u16(kProtocol).u16(kRest).u8(unit);
  frame.u8(function_of(table_)).u16(first_).u16(count_);
  return frame.take();
}

}  // namespace heed::wire::modbus

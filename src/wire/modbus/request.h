// Everything that can be said to a Modbus box: reads.
//
// The protocol's functions 1 to 4 read; all others (5, 6, 15, 16, 22, 23, …) write or may. A
// request is made of a table, and a table has a function number of 1 to 4: there is no value of
// ReadRequest that is anything else, and no function here that takes a function number.
//
// Source: MODBUS Application Protocol V1.1b3, sections 6.1 to 6.4; MODBUS Messaging on TCP/IP
// V1.0b.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace heed::wire::modbus {

/// The four tables that a box has, each with 65,536 places.
enum class Table : std::uint8_t {
  kCoils,             ///< Bits that a master may set; function 1 reads them.
  kDiscreteInputs,    ///< Bits, function 2.
  kHoldingRegisters,  ///< Words of 16 bits that a master may set; function 3 reads them.
  kInputRegisters,    ///< Words of 16 bits, function 4.
};
inline constexpr std::size_t kTables = 4;

/// 1 to 4.
std::uint8_t function_of(Table table);
/// By Table's number.
inline constexpr std::array<std::string_view, kTables> kTableWords = {
    "coil", "discrete_input", "holding_register", "input_register"};
constexpr std::string_view word(Table table) {
  return kTableWords.at(static_cast<std::size_t>(table));
}
constexpr bool has_bits(Table table) {
  return table == Table::kCoils || table == Table::kDiscreteInputs;
}

/// In one request, as the protocol has it.
inline constexpr std::size_t kMostBits = 2'000;
inline constexpr std::size_t kMostRegisters = 125;
constexpr std::size_t most_of(Table table) {
  return has_bits(table) ? kMostBits : kMostRegisters;
}

class ReadRequest {
 public:
  /// kInvalid unless 1 ≤ `count` ≤ most_of(table) and all places are below 65,536.
  static Result<ReadRequest> of(Table table, std::uint32_t first, std::size_t count);

  Table table() const { return table_; }
  std::uint16_t first() const { return first_; }
  std::uint16_t count() const { return count_; }
  /// The twelve bytes of the whole frame.
  Bytes frame(std::uint16_t transaction, std::uint8_t unit) const;

 private:
  ReadRequest(Table table, std::uint16_t first, std::uint16_t count)
      : table_(table), first_(first), count_(count) {}
  Table table_;
  std::uint16_t first_;
  std::uint16_t count_;
};

}  // namespace heed::wire::modbus

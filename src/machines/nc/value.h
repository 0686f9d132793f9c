// A number that a program computes with, or the fact that it cannot be known.
#pragma once

#include <cstdint>

namespace heed::machines::nc {

struct Value {
  enum class Is : std::uint8_t {
    kKnown,
    kVacant,   ///< A variable that holds nothing: 0 in a sum, no word in a block.
    kUnknown,  ///< Depends on what the text does not tell.
  };
  double number = 0;
  Is is = Is::kKnown;

  static constexpr Value of(double number) { return {number, Is::kKnown}; }
  static constexpr Value vacant() { return {0, Is::kVacant}; }
  static constexpr Value unknown() { return {0, Is::kUnknown}; }
  constexpr bool known() const { return is != Is::kUnknown; }
};

}  // namespace heed::machines::nc

// Finds any of many texts in bytes, in one walk: a text is looked up by its last eight bytes, which
// differ where beginnings are alike.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"

namespace heed::silo {

/// Thread-safe once it is made.
class TextFinder {
 public:
  /// None of them empty.
  explicit TextFinder(std::vector<std::string> texts);

  using Found = std::function<void(std::size_t number)>;
  /// Calls `found` with the number of a text, from 0, for each place where it stands.
  void find_in(BytesView bytes, const Found& found) const;
  /// Bytes of the longest text; 0 if there is none.
  std::size_t longest() const { return longest_; }

 private:
  static constexpr std::size_t kEnd = 8;
  static constexpr std::size_t kFilterBits = 1U << 18;
  static std::size_t bit_of(std::uint64_t end) {
    return static_cast<std::size_t>(end * 0x9e37'79b9'7f4a'7c15U >> 46);  // Fibonacci hashing
  }
  void find_short(BytesView bytes, const Found& found) const;

  const std::vector<std::string> texts_;
  std::size_t longest_ = 0;
  std::vector<std::size_t> short_;  ///< Those of fewer than kEnd bytes
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_end_;
  /// Whether any text ends so: most places need no more than this.
  std::bitset<kFilterBits> filter_;
};

}  // namespace heed::silo

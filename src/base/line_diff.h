// What changed between two texts, line by line: the shortest script of lines removed and added
// (E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, in linear space, §4b).
//
// Bounded: where two stretches are so different that the search would take too long, all of the one
// is told as removed and all of the other as added, and the answer says so.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace heed {

enum class LineChange : std::uint8_t { kSame, kRemoved, kAdded };

/// `count` lines of one kind that lie together. Those of both texts count from 0; a kRemoved part
/// stands before line `after` of the later text, a kAdded one before line `before` of the earlier.
struct LinePart {
  LineChange change = LineChange::kSame;
  std::size_t before = 0;
  std::size_t after = 0;
  std::size_t count = 0;
  auto operator<=>(const LinePart&) const = default;
};

struct LineDiff {
  std::vector<LinePart> parts;  ///< Together all lines of both texts, in order.
  std::size_t removed = 0;
  std::size_t added = 0;
  bool shortest = true;  ///< False where the bound was reached.
};

struct LineDiffBounds {
  /// Edits that one stretch may have; the search's memory is a few times this.
  std::size_t edits = 20'000;
  /// Steps of all searches together: about half a second.
  std::uint64_t steps = 100'000'000;
};

/// The lines of a text, without "\n" or "\r\n". A last line without an end is a line too.
std::vector<std::string_view> split_lines(std::string_view text);

/// What of a line is compared; empty: all of it.
using LineKey = std::function<std::string(std::string_view line)>;

LineDiff diff_lines(const std::vector<std::string_view>& before,
                    const std::vector<std::string_view>& after, const LineKey& key = {},
                    const LineDiffBounds& bounds = {});

}  // namespace heed

// What differs between two texts of a program: changed stretches with a few lines around them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/line_diff.h"

namespace heed::machines {

struct DiffOptions {
  /// A block's own number (N120, or Heidenhain's 12) at its beginning does not count.
  bool ignore_numbers = false;
  /// Blanks and tabs do not count, nor the kind of blank line there is.
  bool ignore_space = false;
  std::size_t context = 3;  ///< Unchanged lines around a change, at most 20.
};

struct DiffLine {
  LineChange change = LineChange::kSame;
  std::size_t before = 0;  ///< Its number in the earlier text, from 1; 0: it is not there.
  std::size_t after = 0;
  std::string text;  ///< In UTF-8, cut to kLongestDiffLine; of what counts as same, the later one.
};

struct DiffHunk {
  std::size_t before = 0, before_count = 0, after = 0, after_count = 0;
  std::vector<DiffLine> lines;
};

constexpr std::size_t kMostDiffLines = 5'000;  ///< Shown of one comparison.
constexpr std::size_t kLongestDiffLine = 400;  ///< Bytes.

struct ProgramDiff {
  bool binary = false;          ///< One of them is no text: nothing else is said.
  bool equal = false;           ///< To the byte.
  bool endings_differ = false;  ///< One ends its lines with CR LF, the other does not.
  bool shortest = true;         ///< False: too different, so whole stretches stand as replaced.
  bool cut = false;             ///< There is more than kMostDiffLines.
  std::size_t removed = 0, added = 0;
  std::vector<DiffHunk> hunks;
};

/// What is no text: it has a byte 0.
bool is_binary(std::string_view content);
/// To be shown: as it is if it is UTF-8, else read as ISO 8859-1, as older controls write it.
std::string shown_text(std::string_view content);
/// What of a block is compared.
std::string block_key(std::string_view line, const DiffOptions& options);

ProgramDiff diff_programs(std::string_view before, std::string_view after,
                          const DiffOptions& options);

}  // namespace heed::machines

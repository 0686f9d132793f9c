// Lines off a connection, in any pieces and of limited length.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace heed::wire {

/// Not thread-safe. A line ends with LF; blanks and CR at its ends are not part of it, and empty
/// lines are none.
class LineReader {
 public:
  struct Line {
    std::string text;
    bool whole = true;  ///< False: it was longer, and this is its beginning.
  };

  explicit LineReader(std::size_t longest) : longest_(longest) {}
  void feed(BytesView bytes);
  std::optional<Line> next();

 private:
  const std::size_t longest_;
  Bytes bytes_;
  bool skipping_ = false;  // The rest of a line that was too long.
};

}  // namespace heed::wire

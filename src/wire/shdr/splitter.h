// Bytes of an SHDR connection → lines. Lines end in LF or CRLF; an asset of many lines
// (`…|--multiline--TOKEN`, its lines, `--multiline--TOKEN`) comes out as one.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace heed::wire::shdr {

/// In bytes, without the line ending. The longest in years of recorded machines has 3,179.
inline constexpr std::size_t kLongestLine = 64 * 1024;
/// All lines of a multi-line asset together. A tool has about 2 KiB, a device model about 60.
inline constexpr std::size_t kLongestAsset = 512 * 1024;

/// One line as it stood on the wire, to the letter, without its line ending.
struct RawLine {
  enum class Kind {
    kWhole,
    /// Longer than its limit. `text` is what came before it was given up; the rest of that line is
    /// dropped, and the next line is a line again.
    kTooLong,
    /// The connection ended before the line did: its last value may have been cut short.
    kCut,
  };
  Kind kind = Kind::kWhole;
  std::string_view text;
};

/// Feed it, then take lines until there are none. Holds at most kLongestAsset bytes and what was
/// fed last. Not thread-safe.
class LineSplitter {
 public:
  /// Appends bytes, in pieces of any size. Ends the life of every view that next() gave.
  void feed(BytesView bytes);
  /// The next line; nothing until more bytes come. Empty lines are passed over.
  std::optional<RawLine> next();
  /// After the last bytes of a connection, once next() gives nothing: what is left of an
  /// unfinished line. Then the splitter is as new.
  std::optional<RawLine> finish();

 private:
  std::optional<RawLine> next_in_asset();
  RawLine take(std::size_t size, std::size_t with_ending, RawLine::Kind kind);
  RawLine take_aside(std::size_t size, std::size_t with_ending);
  std::string_view unread() const { return std::string_view(buffer_).substr(read_); }

  std::string buffer_;
  std::size_t read_ = 0;            // Start of the line that is being looked for.
  std::size_t scanned_ = 0;         // From read_: no line end before here.
  std::size_t line_start_ = 0;      // From read_: the current line inside an asset.
  std::string terminator_;          // `--multiline--TOKEN` while inside an asset.
  std::deque<std::string> asides_;  // PINGs and PONGs that came in the middle of an asset.
  bool skipping_ = false;           // The rest of a line that was too long.
};

}  // namespace heed::wire::shdr

#include "wire/shdr/splitter.h"

#include <algorithm>

#include "wire/text.h"

namespace heed::wire::shdr {
namespace {

constexpr std::string_view kMultiline = "--multiline--";

// `2022-…Z|@ASSET@|id|type|--multiline--TOKEN` or `* deviceModel: --multiline--TOKEN`. The
// terminator, or nothing. A value of an ordinary key never opens an asset.
std::string_view opened_by(std::string_view line) {
  const bool command = line.starts_with('*');
  const std::size_t first = line.find('|');
  if (!command &&
      (first == std::string_view::npos || first + 1 >= line.size() || line[first + 1] != '@')) {
    return {};
  }
  const std::size_t last = command ? line.find(':') : line.rfind('|');
  if (last == std::string_view::npos) return {};
  const std::string_view field = trim(line.substr(last + 1));
  return field.starts_with(kMultiline) ? field : std::string_view();
}

bool is_heartbeat(std::string_view line) {
  if (!line.starts_with('*')) return false;
  line = trim(line.substr(1));
  const std::string_view word = take_word(line);
  return equals_ignoring_case(word, "PONG") || equals_ignoring_case(word, "PING");
}

std::size_t without_return(std::string_view line) {
  return line.ends_with('\r') ? line.size() - 1 : line.size();
}

}  // namespace

void LineSplitter::feed(BytesView bytes) {
  buffer_.erase(0, read_);
  read_ = 0;
  buffer_.append(bytes);
  asides_.clear();
}

std::optional<RawLine> LineSplitter::next() {
  while (terminator_.empty()) {
    const std::string_view rest = unread();
    const std::size_t end = rest.find('\n', scanned_);
    if (end == std::string_view::npos) {
      scanned_ = rest.size();
      if (skipping_) take(0, rest.size(), RawLine::Kind::kWhole);
      // One byte more than the limit may be the CR of an ending that is still under way.
      if (rest.size() <= kLongestLine + 1 || skipping_) return {};
      skipping_ = true;
      return take(kLongestLine, rest.size(), RawLine::Kind::kTooLong);
    }
    const std::size_t size = without_return(rest.substr(0, end));
    if (std::exchange(skipping_, false) || size == 0) {
      take(0, end + 1, RawLine::Kind::kWhole);
      continue;
    }
    if (size > kLongestLine) return take(kLongestLine, end + 1, RawLine::Kind::kTooLong);
    terminator_ = opened_by(rest.substr(0, size));
    if (terminator_.empty()) return take(size, end + 1, RawLine::Kind::kWhole);
    line_start_ = scanned_ = end + 1;
  }
  return next_in_asset();
}

std::optional<RawLine> LineSplitter::next_in_asset() {
  for (;;) {
    const std::string_view rest = unread();
    const std::size_t end = rest.find('\n', scanned_);
    const std::size_t line_end = std::min(end, rest.size());
    if (line_end > kLongestAsset) {
      // The next line is a line again, even where it still belongs to the asset: better a few
      // malformed lines than a terminator that never comes.
      const bool at_line_start = line_start_ == rest.size() || end != std::string_view::npos;
      terminator_.clear();
      skipping_ = !at_line_start;
      return take(kLongestAsset, std::min(line_end + 1, rest.size()), RawLine::Kind::kTooLong);
    }
    if (end == std::string_view::npos) {
      scanned_ = rest.size();
      return {};
    }
    const std::string_view line = rest.substr(line_start_, end - line_start_);
    const std::size_t size = without_return(line);
    if (trim(line) == terminator_) {
      terminator_.clear();
      return take(line_start_ + size, end + 1, RawLine::Kind::kWhole);
    }
    if (is_heartbeat(line)) return take_aside(size, line.size() + 1);
    line_start_ = scanned_ = end + 1;
  }
}

std::optional<RawLine> LineSplitter::finish() {
  const std::string_view rest = unread();
  const bool anything = !rest.empty() && !skipping_;
  terminator_.clear();
  skipping_ = false;
  const RawLine line = take(without_return(rest), rest.size(), RawLine::Kind::kCut);
  if (!anything || line.text.empty()) return {};
  return line;
}

RawLine LineSplitter::take(std::size_t size, std::size_t with_ending, RawLine::Kind kind) {
  const std::string_view text = unread().substr(0, size);
  read_ += with_ending;
  scanned_ = 0;
  line_start_ = 0;
  return {kind, text};
}

RawLine LineSplitter::take_aside(std::size_t size, std::size_t with_ending) {
  asides_.emplace_back(unread().substr(line_start_, size));
  buffer_.erase(read_ + line_start_, with_ending);
  scanned_ = line_start_;
  return {RawLine::Kind::kWhole, asides_.back()};
}

}  // namespace heed::wire::shdr

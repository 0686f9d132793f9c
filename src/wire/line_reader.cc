#include "wire/line_reader.h"

#include "wire/text.h"

namespace heed::wire {

void LineReader::feed(BytesView bytes) {
  bytes_.append(bytes);
}

std::optional<LineReader::Line> LineReader::next() {
  while (!bytes_.empty()) {
    const std::size_t end = bytes_.find('\n');
    const std::size_t size = end == Bytes::npos ? bytes_.size() : end;
    if (end == Bytes::npos && !skipping_ && size <= longest_) return {};
    const bool skipped = skipping_;
    skipping_ = end == Bytes::npos;
    Line line{std::string(trim(std::string_view(bytes_).substr(0, std::min(size, longest_)))),
              size <= longest_};
    bytes_.erase(0, end == Bytes::npos ? size : end + 1);
    if (!skipped && (!line.text.empty() || !line.whole)) return line;
  }
  return {};
}

}  // namespace heed::wire

#include "silo/text_finder.h"

#include <algorithm>

#include "base/result.h"

namespace heed::silo {

TextFinder::TextFinder(std::vector<std::string> texts) : texts_(std::move(texts)) {
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    const std::string& text = texts_[i];
    require(!text.empty(), "a text that is looked for is not empty");
    longest_ = std::max(longest_, text.size());
    if (text.size() < kEnd) {
      short_.push_back(i);
      continue;
    }
    const std::uint64_t end = ByteReader(BytesView(text).substr(text.size() - kEnd)).u64();
    by_end_[end].push_back(i);
    filter_.set(bit_of(end));
  }
}

void TextFinder::find_in(BytesView bytes, const Found& found) const {
  find_short(bytes, found);
  if (by_end_.empty()) return;
  std::uint64_t end = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    end = end << 8 | static_cast<std::uint8_t>(bytes[at]);
    if (at + 1 < kEnd || !filter_[bit_of(end)]) continue;
    const auto known = by_end_.find(end);
    if (known == by_end_.end()) continue;
    for (const std::size_t i : known->second) {
      if (bytes.substr(0, at + 1).ends_with(texts_[i])) found(i);
    }
  }
}

void TextFinder::find_short(BytesView bytes, const Found& found) const {
  for (const std::size_t i : short_) {
    for (std::size_t at = bytes.find(texts_[i]); at != BytesView::npos;
         at = bytes.find(texts_[i], at + 1)) {
      found(i);
    }
  }
}

}  // namespace heed::silo

// A run: samples of one series in memory, packed: fixed-size items over one string of texts.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/result.h"
#include "silo/series.h"

namespace heed::silo {

constexpr std::size_t kLongestValue = 32'768;  ///< Bytes of one sample's text

class Run {
 public:
  struct Item {
    std::int64_t at = 0;          ///< Nanoseconds
    std::int64_t device = 0;      ///< Nanoseconds
    std::int64_t arrival_ms = 0;  ///< Milliseconds
    std::uint32_t offset = 0;     ///< Of its text
    std::uint16_t size = 0;       ///< Of its text; at most kLongestValue
    std::uint8_t flags = 0;
    bool gap = false;
  };

  void reserve(std::size_t samples) { items_.reserve(samples); }
  /// Where a text stands.
  struct Place {
    std::uint32_t offset = 0;
    std::uint16_t size = 0;
  };
  /// Copies `text`, for a sample to come.
  Place put(std::string_view text) {
    require(texts_.size() <= 0xffff'ffff, "a run's texts can be addressed");
    const Place place{static_cast<std::uint32_t>(texts_.size()),
                      static_cast<std::uint16_t>(text.size())};
    texts_.append(text).push_back('\n');  // one more byte, so that no two offsets are equal
    return place;
  }
  /// A sample whose text was put before, and may be that of others too.
  void add_with(Item item, Place text) {
    shares_ = true;
    add_at(item, text);
  }
  /// Copies `text`; the item's offset and size are set here.
  void add(const Item& item, std::string_view text) { add_at(item, put(text)); }
  void add_all(const Run& other) {
    for (const Item& item : other.items_) add(item, other.text(item));
  }
  /// By time; samples of equal time stay in the order they were added.
  void sort() {
    if (!sorted_ && shares_) *this = with_own_texts();
    const auto rank = [](const Item& item) { return std::pair(item.at, item.offset); };
    if (!sorted_) std::ranges::sort(items_, {}, rank);
    sorted_ = true;
  }

  const std::vector<Item>& items() const { return items_; }
  std::string_view text(const Item& item) const {
    return std::string_view(texts_).substr(item.offset, item.size);
  }
  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  bool sorted() const { return sorted_; }
  /// Of all its samples' texts, of which some may stand here once.
  std::size_t text_bytes() const { return text_bytes_; }
  /// Gives back memory that it grew into and does not use.
  void fit() {
    items_.shrink_to_fit();
    texts_.shrink_to_fit();
  }
  std::size_t memory_bytes() const {
    return items_.capacity() * sizeof(Item) + texts_.capacity() + sizeof(Run);
  }

 private:
  void add_at(Item item, Place text) {
    item.offset = text.offset;
    item.size = text.size;
    text_bytes_ += text.size;
    sorted_ = sorted_ && (items_.empty() || items_.back().at <= item.at);
    // Not push_back(item): that would have it written to the stack first, field by field, and read
    // from there before it arrived.
    items_.emplace_back() = item;
  }
  Run with_own_texts() const {
    Run own;
    own.reserve(items_.size());
    own.add_all(*this);
    return own;
  }

  std::vector<Item> items_;
  std::string texts_;
  std::size_t text_bytes_ = 0;
  bool sorted_ = true;
  bool shares_ = false;  ///< Several samples may have one text.
};

/// `text` as a decimal number, exponent allowed; nothing if it is anything else.
std::optional<double> decimal(std::string_view text);

SampleView view(const Run& run, const Run::Item& item);

}  // namespace heed::silo

// Adaptive binary arithmetic coding, and the models that samples are coded with.
//
// The coder is the range coder of LZMA (I. Pavlov, public domain description); a bit's probability
// is the running mean of what was seen, so that a chunk of a hundred samples already profits. Model
// code is written once for both directions: bit() takes the value when encoding and gives it when
// decoding.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.h"

namespace heed::silo {

/// How likely the next bit is a one, learned from the bits before.
class Bit {
 public:
  /// In 1/32,768, never 0 nor 32,768.
  std::uint32_t one() const { return static_cast<std::uint32_t>(state_ >> 49U) | 1U; }
  /// A step towards one is a step of the complement towards zero.
  void learn(bool bit) {
    const std::uint64_t seen = state_ & kSeen;
    const std::uint32_t turn = bit ? ~0U : 0U;
    const std::uint32_t distance = static_cast<std::uint32_t>(state_ >> 32U) ^ turn;
    const auto step = static_cast<std::uint32_t>(std::uint64_t{distance} * kRates[seen] >> 16U);
    const std::uint64_t more = seen + 1U < kRates.size() ? 1U : 0U;
    state_ = std::uint64_t{(distance - step) ^ turn} << 32U | (seen + more);
  }

 private:
  /// 1 / (n + 1.6): the mean over n bits, with a little trust in the first guess.
  static constexpr std::array<std::uint32_t, 250> kRates = [] {
    std::array<std::uint32_t, 250> rates{};
    for (std::size_t n = 0; n < rates.size(); ++n) {
      rates[n] = static_cast<std::uint32_t>(65'536.0 / (static_cast<double>(n) + 1.6));
    }
    return rates;
  }();
  static constexpr std::uint64_t kSeen = 0xffff'ffffU;
  /// The probability above, how many bits were seen below: read and written in one step. And in a
  /// type that no coder's range has, so that a coder can stay in registers while bits learn.
  std::uint64_t state_ = std::uint64_t{1} << 63U;
};

/// Equally likely bits that are coded in one step.
constexpr unsigned kPlainAtOnce = 8;
/// Below it a range is widened by a byte.
constexpr std::uint32_t kLeastRange = 1U << 24U;
/// Zero bytes at the end that need not be written: a decoder reads zeros past the end.
constexpr std::size_t kOmittedZeros = 4;

class RangeEncoder {
 public:
  bool bit(Bit& model, bool value) {
    const std::uint32_t bound = (range_ >> 15U) * model.one();
    if (value) {
      range_ = bound;
    } else {
      low_ += bound;
      range_ -= bound;
    }
    widen();
    model.learn(value);
    return value;
  }
  /// The low `count` bits of `value` down a tree from `node`; the node that they lead to.
  std::uint32_t path(Bit* tree, std::uint32_t node, unsigned count, std::uint64_t value) {
    for (; count > 0; --count) {
      node = node << 1U | (bit(tree[node], (value >> (count - 1) & 1U) != 0) ? 1U : 0U);
    }
    return node;
  }
  /// The low `count` bits of `value`, taken as equally likely.
  std::uint64_t plain(std::uint64_t value, unsigned count) {
    for (unsigned left = count; left > 0;) {
      const unsigned now = std::min(left, kPlainAtOnce);
      left -= now;
      range_ >>= now;
      low_ += std::uint64_t{range_} * (value >> left & ((1ULL << now) - 1));
      widen();
    }
    return value;
  }
  Bytes finish() {
    // The number in the range that ends in the most zeros.
    low_ = (low_ + kLeastRange - 1) & ~std::uint64_t{kLeastRange - 1};
    for (int i = 0; i < 5; ++i) shift();
    for (std::size_t i = 0; i < kOmittedZeros && bytes_.size() > 1 && bytes_.back() == 0; ++i) {
      bytes_.pop_back();
    }
    return bytes_.substr(1);  // the first byte is always zero
  }

 private:
  void widen() {
    while (range_ < kLeastRange) {
      range_ <<= 8U;
      shift();
    }
  }
  /// Puts the top byte out, or holds it back while a carry may still change it.
  void shift() {
    if (low_ < 0xff00'0000U || low_ > 0xffff'ffffU) {
      const auto carry = static_cast<std::uint8_t>(low_ >> 32U);
      for (; held_ > 0; --held_) {
        bytes_.push_back(static_cast<char>(static_cast<std::uint8_t>(top_ + carry)));
        top_ = 0xff;
      }
      top_ = static_cast<std::uint8_t>(low_ >> 24U);
    }
    ++held_;
    low_ = (low_ & 0x00ff'ffffU) << 8U;
  }
  std::uint64_t low_ = 0;
  std::uint32_t range_ = 0xffff'ffffU;
  std::uint8_t top_ = 0;
  std::uint64_t held_ = 1;
  Bytes bytes_;
};

/// Any bytes decode to something: what reads must bound how much it reads, and check what it got.
class RangeDecoder {
 public:
  explicit RangeDecoder(BytesView bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {
    for (int i = 0; i < 4; ++i) code_ = code_ << 8U | next();
  }
  /// By branches: a bit is mostly what its model expects, and the next is begun meanwhile. Inlined,
  /// as it is called twenty times a sample.
  [[gnu::always_inline]] bool bit(Bit& model, bool = false) {
    bool value = false;
    decide(model, [&] { value = true; }, [] {});
    return value;
  }
  /// `count` bits down a tree from `node`, each known by those before it; the node that they lead
  /// to. In between the coder stands in registers: elsewhere it would be written at each bit.
  [[gnu::always_inline]] std::uint32_t path(Bit* tree, std::uint32_t node, unsigned count,
                                            std::uint64_t = 0) {
    RangeDecoder here = *this;
    for (; count > 0; --count) {
      here.decide(tree[node], [&] { node += node + 1; }, [&] { node += node; });
    }
    *this = here;
    return node;
  }
  std::uint64_t plain(std::uint64_t, unsigned count) {
    std::uint64_t value = 0;
    for (unsigned left = count; left > 0;) {
      const unsigned now = std::min(left, kPlainAtOnce);
      left -= now;
      range_ >>= now;
      const std::uint32_t symbol = std::min(code_ / range_, (1U << now) - 1);
      code_ -= symbol * range_;
      widen();
      value = value << now | symbol;
    }
    return value;
  }
  /// Whether more was asked of it than the bytes could hold.
  bool overrun() const { return past_end_ > 4 + kOmittedZeros; }

 private:
  /// What follows is told to both branches, so that it goes on from what is expected.
  template <class One, class Zero>
  [[gnu::always_inline]] void decide(Bit& model, const One& one, const Zero& zero) {
    const std::uint32_t bound = (range_ >> 15U) * model.one();
    if (code_ < bound) {
      range_ = bound;
      widen();
      model.learn(true);
      one();
    } else {
      code_ -= bound;
      range_ -= bound;
      widen();
      model.learn(false);
      zero();
    }
  }
  std::uint32_t next() {
    if (next_ == end_) return ++past_end_, 0;
    return static_cast<std::uint8_t>(*next_++);
  }
  void widen() {
    while (range_ < kLeastRange) [[unlikely]] {
      range_ <<= 8U;
      code_ = code_ << 8U | next();
    }
  }
  const char* next_;
  const char* end_;
  std::uint32_t range_ = 0xffff'ffffU;
  std::uint32_t code_ = 0;
  std::uint32_t past_end_ = 0;
};

/// Symbols of `kBits` bits, high bits first, each bit known by those before it.
template <unsigned kBits>
class SymbolModel {
 public:
  /// All but the low `bits` of them are known to be zero, and cost nothing.
  template <class Coder>
  std::uint32_t code(Coder& coder, std::uint32_t symbol, unsigned bits = kBits) {
    return coder.path(bits_.data(), 1U << (kBits - bits), bits, symbol) - (1U << kBits);
  }

 private:
  std::array<Bit, 1U << kBits> bits_;
};

/// How a width that is not the last one is told.
enum class Widths : std::uint8_t {
  kWhole,    ///< In seven bits.
  kBounded,  ///< In as many as the largest so far needs; one past that is a larger one.
};

/// Whole numbers of any size. Small sets of frequent values cost few bits, wherever they lie: the
/// width is told relative to the last one, then up to kKnownBits bits are learned per width.
class NumberModel {
 public:
  explicit NumberModel(Widths widths) : form_(widths) {}
  template <class Coder>
  [[gnu::always_inline]] std::uint64_t code(Coder& coder, std::uint64_t number) {
    const auto width = code_width(coder, static_cast<unsigned>(std::bit_width(number)));
    if (width <= 1) return width;
    const unsigned below = width - 1;  // bits under the leading one
    const unsigned known = std::min(below, kKnownBits);
    const std::uint64_t top = code_top(coder, width, known, number >> (below - known));
    if (below == known) return top;
    const unsigned rest = below - known;
    return top << rest | coder.plain(number & ((1ULL << rest) - 1), rest);
  }

 private:
  static constexpr unsigned kKnownBits = 10;
  static constexpr unsigned kWidths = 65;
  static constexpr unsigned kWidthBits = 7;

  template <class Coder>
  [[gnu::always_inline]] unsigned code_width(Coder& coder, unsigned width) {
    const unsigned before = width_;
    repeated_ = coder.bit(same_[before * 2 + (repeated_ ? 1 : 0)], width == before);
    return repeated_ ? before : code_other_width(coder, width);
  }

  template <class Coder>
  unsigned code_other_width(Coder& coder, unsigned width) {
    auto& model = widths_[width_];
    if (!model) model = std::make_unique<SymbolModel<kWidthBits>>();
    if (form_ == Widths::kWhole) return width_ = std::min(model->code(coder, width), kWidths - 1);
    const unsigned larger = largest_ + 1;
    width_ =
        model->code(coder, std::min(width, larger), static_cast<unsigned>(std::bit_width(larger)));
    if (width_ >= larger) {
      width_ = std::min(larger_.code(coder, width), kWidths - 1);
      largest_ = std::max(largest_, width_);
    }
    return width_;
  }

  /// The leading one and the `known` bits after it.
  template <class Coder>
  std::uint64_t code_top(Coder& coder, unsigned width, unsigned known, std::uint64_t top) {
    auto& tree = trees_[width];
    if (!tree) tree = std::make_unique<Bit[]>(1U << known);
    return coder.path(tree.get(), 1, known, top);
  }

  const Widths form_;
  unsigned width_ = 0;
  bool repeated_ = true;
  std::array<Bit, kWidths * 2> same_;
  std::array<std::unique_ptr<SymbolModel<kWidthBits>>, kWidths> widths_;
  unsigned largest_ = 0;  ///< Until now
  SymbolModel<kWidthBits> larger_;
  std::array<std::unique_ptr<Bit[]>, kWidths> trees_;
};

/// Whole numbers with a sign, which tends to stay.
class SignedModel {
 public:
  explicit SignedModel(Widths widths) : magnitudes_(widths) {}
  template <class Coder>
  std::int64_t code(Coder& coder, std::int64_t number) {
    const std::uint64_t bits = static_cast<std::uint64_t>(number);
    const std::uint64_t magnitude = magnitudes_.code(coder, number < 0 ? 0 - bits : bits);
    if (magnitude == 0) return 0;
    negative_ = coder.bit(signs_[negative_ ? 1 : 0], number < 0);
    return static_cast<std::int64_t>(negative_ ? 0 - magnitude : magnitude);
  }

 private:
  NumberModel magnitudes_;
  bool negative_ = false;
  std::array<Bit, 2> signs_;
};

/// Text, byte by byte; a byte is known by the one before it.
class TextModel {
 public:
  explicit TextModel(Widths widths) : sizes_(widths) {}
  template <class Coder>
  std::string code(Coder& coder, std::string_view text, std::size_t longest) {
    const std::size_t size = std::min<std::size_t>(sizes_.code(coder, text.size()), longest);
    std::string coded;
    std::uint8_t before = 0;
    for (std::size_t i = 0; i < size; ++i) {
      auto& model = bytes_[before];
      if (!model) model = std::make_unique<SymbolModel<8>>();
      const std::uint32_t byte = i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0;
      before = static_cast<std::uint8_t>(model->code(coder, byte));
      coded.push_back(static_cast<char>(before));
    }
    return coded;
  }

 private:
  NumberModel sizes_;
  std::array<std::unique_ptr<SymbolModel<8>>, 256> bytes_;
};

}  // namespace heed::silo

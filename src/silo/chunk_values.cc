#include "silo/chunk_values.h"

#include <array>
#include <bit>
#include <unordered_map>

#include "silo/chunk.h"
#include "silo/compression.h"
#include "silo/decimal.h"
#include "silo/range_coder.h"

namespace heed::silo {
namespace {

constexpr int kTextLevel = 9;
constexpr std::size_t kMostWords = 255;
constexpr std::size_t kFewWords = 16;
/// Bytes per sample below which no other form is tried.
constexpr double kBytesOfAGoodWord = 0.1;
constexpr double kBytesOfAGoodNumber = 1.0;

std::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "the values of a chunk do not decode");
}

/// Differences wrap around, so that any two numbers have one.
std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// Words by their number in the order of their first use; one past the last is a new one, whose
/// text follows. Most words follow the same word each time.
class WordCoder {
 public:
  explicit WordCoder(Layout layout) : layout_(layout), texts_(widths_of(layout)) {}
  /// The number, or nothing when more words come than there may be.
  template <class Coder>
  std::optional<std::uint32_t> code(Coder& coder, std::uint32_t word, std::string_view text) {
    Follower& follower = followers_[last_];
    if (coder.bit(hits_[hit_ ? 1 : 0], word == follower.usual)) {
      word = follower.usual;
      hit_ = true;
    } else {
      hit_ = false;
      if (!follower.model) follower.model = std::make_unique<SymbolModel<kWordBits>>();
      word = follower.model->code(coder, word, unknown_bits());
    }
    if (word > words_.size() || word > kMostWords) return {};
    if (word == words_.size()) words_.push_back(texts_.code(coder, text, kLongestValue));
    follower.usual = word;
    last_ = word;
    return word;
  }
  const std::string& text(std::uint32_t word) const { return words_[word]; }

 private:
  static constexpr unsigned kWordBits = 8;

  struct Follower {
    std::uint32_t usual = 0;
    std::unique_ptr<SymbolModel<kWordBits>> model;
  };

  /// A word's number is at most one past the last; the bits above are zero.
  unsigned unknown_bits() const {
    if (layout_ == Layout::kEarlier) return kWordBits;
    return std::min(static_cast<unsigned>(std::bit_width(words_.size())), kWordBits);
  }

  const Layout layout_;
  std::vector<std::string> words_;
  std::array<Follower, kMostWords + 1> followers_;
  std::uint32_t last_ = 0;
  bool hit_ = true;
  std::array<Bit, 2> hits_;
  TextModel texts_;
};

struct NumberPlan {
  std::uint8_t digits = 0;  ///< All numbers are scaled to this many
  std::uint8_t order = 1;   ///< 0: as they are, 1: difference to the last, 2: to the last slope
};

/// One value as the number coder sees it: a scaled integer with its written digits, or a text.
struct Value {
  bool is_number = false;
  std::int64_t number = 0;
  std::uint8_t digits = 0;
};

class NumberCoder {
 public:
  NumberCoder(Layout layout, NumberPlan plan)
      : plan_(plan), texts_(widths_of(layout)), differences_(widths_of(layout)) {}

  template <class Coder>
  std::pair<Value, std::string> code(Coder& coder, Value value, std::string_view text) {
    value.is_number = numeric_ = coder.bit(numerics_[numeric_ ? 1 : 0], value.is_number);
    if (!numeric_) return {value, texts_.code(coder, text, kLongestValue)};
    value.number = code_number(coder, value.number);
    value.digits = code_digits(coder, value.digits, trimmed_digits(value.number, plan_.digits));
    return {value, {}};
  }

 private:
  /// What followed a number the last time: machines come back to the same places.
  struct Follower {
    std::int64_t number = 0;
    std::int64_t next = 0;
    bool known = false;
  };

  template <class Coder>
  std::int64_t code_number(Coder& coder, std::int64_t number) {
    Follower& follower = followers_[slot(last_)];
    const bool offered = follower.known && follower.number == last_;
    if (offered && coder.bit(hits_[hit_ ? 1 : 0], number == follower.next)) {
      hit_ = true;
      number = follower.next;
    } else {
      if (offered) hit_ = false;
      number = plus(predicted(), differences_.code(coder, minus(number, predicted())));
    }
    follower = {last_, number, true};
    before_last_ = std::exchange(last_, number);
    return number;
  }

  std::int64_t predicted() const {
    if (plan_.order == 0) return 0;
    return plan_.order == 1 ? last_ : plus(last_, minus(last_, before_last_));
  }

  /// Given how many digits the number needs: programs write all, or a fixed number of them.
  template <class Coder>
  std::uint8_t code_digits(Coder& coder, std::uint8_t digits, std::uint8_t needed) {
    Digits& known = digits_[needed];
    if (!coder.bit(known.same, digits == known.usual)) {
      known.usual = static_cast<std::uint8_t>(digit_model_.code(coder, digits));
    }
    return known.usual;
  }

  static std::size_t slot(std::int64_t number) {
    return static_cast<std::uint64_t>(number) * 0x9e37'79b9'7f4a'7c15ULL >> 54U;
  }

  struct Digits {
    Bit same;
    std::uint8_t usual = 0;
  };
  const NumberPlan plan_;
  bool numeric_ = true;
  std::array<Bit, 2> numerics_;
  TextModel texts_;
  SignedModel differences_;
  std::int64_t last_ = 0;
  std::int64_t before_last_ = 0;
  std::array<Follower, 1'024> followers_;
  bool hit_ = false;
  std::array<Bit, 2> hits_;
  std::array<Digits, kMostDigits + 1> digits_;
  SymbolModel<5> digit_model_;
};

using WordNumbers = std::unordered_map<std::string_view, std::uint32_t>;

/// Nothing when they are too many; or numbers that are hardly said twice, as what is measured is:
/// to code all of them as words only to see that it takes more would be most of the work.
std::optional<WordNumbers> number_words(const Run& run) {
  WordNumbers numbers;
  std::size_t said = 0;
  bool measured = true;
  for (const Run::Item& item : run.items()) {
    if (item.gap) continue;
    const std::string_view text = run.text(item);
    ++said;
    const auto number = static_cast<std::uint32_t>(numbers.size());
    if (!numbers.emplace(text, number).second) continue;
    if (numbers.size() > kMostWords) return {};
    measured = measured && parse_decimal(text);
  }
  if (measured && numbers.size() > kFewWords && numbers.size() * 2 > said) return {};
  return numbers;
}

std::optional<Bytes> encode_words(const Run& run) {
  const auto numbers = number_words(run);
  if (!numbers) return {};
  WordCoder words(Layout::kTerse);
  RangeEncoder coder;
  for (const Run::Item& item : run.items()) {
    if (item.gap) continue;
    const std::string_view text = run.text(item);
    words.code(coder, numbers->at(text), text);
  }
  return coder.finish();
}

/// The values as numbers of one scale; nothing when fewer than half of them are.
std::optional<std::vector<Value>> as_numbers(const Run& run, NumberPlan& plan) {
  std::vector<std::optional<Decimal>> decimals;
  std::size_t count = 0;
  for (const Run::Item& item : run.items()) {
    if (item.gap) continue;
    decimals.push_back(parse_decimal(run.text(item)));
    if (!decimals.back()) continue;
    ++count;
    plan.digits = std::max(plan.digits, decimals.back()->digits);
  }
  if (count * 2 < decimals.size()) return {};
  std::vector<Value> values;
  for (const auto& decimal : decimals) {
    const auto number = decimal ? scaled(*decimal, plan.digits) : std::nullopt;
    values.push_back(number ? Value{true, *number, decimal->digits} : Value());
  }
  return values;
}

/// The prediction whose misses are the shortest in all.
std::uint8_t best_order(const std::vector<Value>& values) {
  std::array<std::uint64_t, 3> bits{};
  std::int64_t last = 0;
  std::int64_t before_last = 0;
  const auto width = [](std::int64_t n) {
    return static_cast<std::uint64_t>(
        std::bit_width(static_cast<std::uint64_t>(n < 0 ? -(n + 1) : n)));
  };
  for (const Value& value : values) {
    if (!value.is_number) continue;
    bits[0] += width(value.number);
    bits[1] += width(minus(value.number, last));
    bits[2] += width(minus(value.number, plus(last, minus(last, before_last))));
    before_last = std::exchange(last, value.number);
  }
  return static_cast<std::uint8_t>(std::ranges::min_element(bits) - bits.begin());
}

std::optional<Bytes> encode_numbers(const Run& run) {
  NumberPlan plan;
  const auto values = as_numbers(run, plan);
  if (!values) return {};
  plan.order = best_order(*values);
  NumberCoder numbers(Layout::kTerse, plan);
  RangeEncoder coder;
  auto value = values->begin();
  for (const Run::Item& item : run.items()) {
    if (!item.gap) numbers.code(coder, *value++, run.text(item));
  }
  return ByteWriter().u8(plan.digits).u8(plan.order).raw(coder.finish()).take();
}

Bytes encode_texts(const Run& run) {
  ByteWriter texts;
  for (const Run::Item& item : run.items()) {
    if (!item.gap) texts.sized(run.text(item));
  }
  return compress(texts.view(), kTextLevel);
}

class WordReader final : public ValueReader {
 public:
  WordReader(Layout layout, BytesView bytes) : coder_(bytes), words_(layout) {}
  std::optional<Run::Place> put_next(Run& run) override {
    const auto word = words_.code(coder_, 0, {});
    if (!word || coder_.overrun()) return {};
    if (*word == places_.size()) places_.push_back(run.put(words_.text(*word)));
    return places_[*word];
  }

 private:
  std::vector<Run::Place> places_;  ///< Of the words in the run
  RangeDecoder coder_;
  WordCoder words_;
};

class NumberReader final : public ValueReader {
 public:
  NumberReader(Layout layout, NumberPlan plan, BytesView bytes)
      : plan_(plan), coder_(bytes), numbers_(layout, plan) {}
  std::optional<Run::Place> put_next(Run& run) override {
    auto [value, text] = numbers_.code(coder_, Value(), {});
    if (value.is_number) {
      const std::uint8_t needed = trimmed_digits(value.number, plan_.digits);
      if (value.digits < needed || value.digits > plan_.digits) return {};
      const auto dropped = static_cast<std::uint8_t>(plan_.digits - value.digits);
      text = format_decimal({unscaled(value.number, dropped), value.digits});
    }
    if (coder_.overrun()) return {};
    return run.put(text);
  }

 private:
  const NumberPlan plan_;
  RangeDecoder coder_;
  NumberCoder numbers_;
};

class TextReader final : public ValueReader {
 public:
  explicit TextReader(Bytes plain) : plain_(std::move(plain)), in_(plain_) {}
  std::optional<Run::Place> put_next(Run& run) override {
    const BytesView text = in_.sized();
    if (!in_.ok() || text.size() > kLongestValue) return {};
    return run.put(text);
  }
  bool finished() const override { return in_.finished(); }

 private:
  const Bytes plain_;
  ByteReader in_;
};

Result<std::unique_ptr<ValueReader>> read_numbers(Layout layout, BytesView bytes) {
  ByteReader in(bytes);
  NumberPlan plan;
  plan.digits = in.u8();
  plan.order = in.u8();
  if (!in.ok() || plan.digits > kMostDigits || plan.order > 2) return damaged();
  return std::make_unique<NumberReader>(layout, plan, in.rest());
}

Result<std::unique_ptr<ValueReader>> read_texts(BytesView bytes, std::size_t samples) {
  ASSIGN_OR_RETURN(Bytes plain, decompress(bytes, kChunkTextBytes + samples * 4));
  return std::make_unique<TextReader>(std::move(plain));
}

}  // namespace

EncodedValues encode_values(const Run& run) {
  const auto count = static_cast<double>(run.size());
  std::optional<EncodedValues> best;
  const auto offer = [&](ValueForm form, std::optional<Bytes> bytes) {
    if (!bytes || (best && best->bytes.size() <= bytes->size())) return;
    best = EncodedValues{form, *std::move(bytes)};
  };
  offer(ValueForm::kWords, encode_words(run));
  if (!best || static_cast<double>(best->bytes.size()) > kBytesOfAGoodWord * count) {
    offer(ValueForm::kNumbers, encode_numbers(run));
  }
  if (!best || static_cast<double>(best->bytes.size()) > kBytesOfAGoodNumber * count) {
    offer(ValueForm::kTexts, encode_texts(run));
  }
  return *std::move(best);
}

Result<std::unique_ptr<ValueReader>> read_values(ValueForm form, BytesView bytes, Layout layout,
                                                 std::size_t samples) {
  switch (form) {
    case ValueForm::kWords: return std::make_unique<WordReader>(layout, bytes);
    case ValueForm::kNumbers: return read_numbers(layout, bytes);
    case ValueForm::kTexts: return read_texts(bytes, samples);
  }
  return damaged();
}

}  // namespace heed::silo

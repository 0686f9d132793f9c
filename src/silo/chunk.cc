#include "silo/chunk.h"

#include <algorithm>
#include <array>

#include "silo/chunk_values.h"
#include "silo/range_coder.h"

namespace heed::silo {
namespace {

// version u8 | if it says so: digest (sized) | form of values u8 | count | unit u8 | first at /
// unit | rest of it | form of arrivals u8 | usual arrival - device in ms | columns (sized) | values
enum class Version : std::uint8_t {
  kEarlier = 2,
  kEarlierWithDigest = 3,
  kPlain = 4,
  kWithDigest = 5,
};
bool has_digest(Version version) {
  return version == Version::kEarlierWithDigest || version == Version::kWithDigest;
}
/// Chunks of the earlier two are read, and no longer written.
Layout layout_of(Version version) {
  const bool earlier = version == Version::kEarlier || version == Version::kEarlierWithDigest;
  return earlier ? Layout::kEarlier : Layout::kTerse;
}
bool is_known(Version version) {
  return version >= Version::kEarlier && version <= Version::kWithDigest;
}

/// What an arrival is told against. What arrives as it happens lies a usual time after the device's
/// clock; an import brings days of samples in one moment.
enum class ArrivalForm : std::uint8_t { kAfterDevice, kAfterLast };

/// Arithmetic that wraps around, as times at the ends of their range and damaged chunks ask for.
std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::uint64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + b);
}
std::int64_t times(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

/// In nanoseconds: powers of ten, and the ticks of Windows clocks (1/128 s and 1/64 s).
constexpr std::array<std::int64_t, 12> kUnits = {
    1,         10,        100,        1'000,      10'000,      100'000,
    1'000'000, 7'812'500, 10'000'000, 15'625'000, 100'000'000, 1'000'000'000};

/// A time is a number of units, rounded towards the past, and a rest that is mostly zero.
struct Units {
  std::int64_t size = 1;

  std::int64_t rest(std::int64_t time) const {
    const std::int64_t over = time % size;
    return over < 0 ? over + size : over;
  }
  std::int64_t count(std::int64_t time) const { return time / size - (time % size < 0 ? 1 : 0); }
  std::int64_t time(std::int64_t count, std::uint64_t rest) const {
    return plus(times(count, size), rest);
  }
};

struct Plan {
  Layout layout = Layout::kTerse;
  std::uint64_t count = 0;
  std::uint8_t unit = 0;  ///< Index into kUnits
  std::int64_t first = 0;
  ArrivalForm arrivals = ArrivalForm::kAfterDevice;
  std::int64_t usual_delay = 0;  ///< Milliseconds

  Units units() const { return {kUnits[unit]}; }
};

std::int64_t device_offset(const Run::Item& item) {
  return minus(item.device, item.at);
}
std::int64_t delay(std::int64_t arrival_ms, const Run::Item& item) {
  return minus(arrival_ms, item.device / 1'000'000);
}

/// Small magnitudes become small numbers.
std::uint64_t zigzag(std::int64_t n) {
  return (static_cast<std::uint64_t>(n) << 1U) ^ (n < 0 ? ~0ULL : 0ULL);
}
std::int64_t unzigzag(std::uint64_t n) {
  return static_cast<std::int64_t>((n >> 1U) ^ ((n & 1U) != 0 ? ~0ULL : 0ULL));
}

/// The largest unit that half of the times are multiples of: an odd timestamp pays for its own rest
/// and must not make all others long.
std::uint8_t unit_for(const std::vector<Run::Item>& items) {
  const std::size_t bearable = items.size() / 2;
  for (std::size_t unit = kUnits.size(); unit-- > 1;) {
    std::size_t odd = 0;
    for (const Run::Item& item : items) {
      odd += item.at % kUnits[unit] != 0 ? 1 : 0;
      if (odd > bearable) break;
    }
    if (odd <= bearable) return static_cast<std::uint8_t>(unit);
  }
  return 0;
}

/// The median: one sample that was placed far from its clock must not make all others long.
std::int64_t usual_delay(const std::vector<Run::Item>& items) {
  std::vector<std::int64_t> delays;
  delays.reserve(items.size());
  for (const Run::Item& item : items) delays.push_back(delay(item.arrival_ms, item));
  const auto middle = delays.begin() + static_cast<std::ptrdiff_t>(delays.size() / 2);
  std::ranges::nth_element(delays, middle);
  return *middle;
}

ArrivalForm arrival_form(const std::vector<Run::Item>& items) {
  std::size_t together = 0;
  for (std::size_t i = 1; i < items.size(); ++i) {
    const bool same_arrival = items[i].arrival_ms == items[i - 1].arrival_ms;
    together += same_arrival && items[i].at != items[i - 1].at ? 1 : 0;
  }
  return together > items.size() / 2 ? ArrivalForm::kAfterLast : ArrivalForm::kAfterDevice;
}

Plan plan_for(const Run& run) {
  const auto& items = run.items();
  return {Layout::kTerse,   items.size(),        unit_for(items),
          items.front().at, arrival_form(items), usual_delay(items)};
}

/// Everything of a sample but its value.
class ColumnCoder {
 public:
  explicit ColumnCoder(const Plan& plan)
      : plan_(plan),
        units_(plan.units()),
        last_(units_.count(plan.first)),
        steps_(widths_of(plan.layout)),
        rests_(widths_of(plan.layout)),
        devices_(widths_of(plan.layout)),
        arrivals_(widths_of(plan.layout)) {}

  template <class Coder>
  void code(Coder& coder, Run::Item& item) {
    const std::int64_t step = minus(units_.count(item.at), last_);
    Odd odd = odd_of(item);
    last_ = plus(last_, steps_.code(coder, static_cast<std::uint64_t>(step)));
    const bool terse = plan_.layout == Layout::kTerse;
    if (terse && code_usual(coder, odd)) {
      odd = {0, 0, flags_, gap_};
    } else {
      code_time(coder, odd);
      if (terse) code_marks(coder, odd);
    }
    item.at = units_.time(last_, odd.rest);
    device_offset_ = plus(device_offset_, static_cast<std::uint64_t>(odd.device_change));
    item.device = plus(item.at, static_cast<std::uint64_t>(device_offset_));
    code_arrival(coder, item);
    if (!terse) code_marks(coder, odd);
    item.flags = flags_ = odd.flags;
    item.gap = gap_ = odd.gap;
  }

 private:
  /// What is seldom anything but that of the sample before, or zero.
  struct Odd {
    std::uint64_t rest = 0;
    /// Of what lies between the clock and the place.
    std::int64_t device_change = 0;
    std::uint8_t flags = 0;
    bool gap = false;
  };
  Odd odd_of(const Run::Item& item) const {
    return {static_cast<std::uint64_t>(units_.rest(item.at)),
            minus(device_offset(item), device_offset_), item.flags, item.gap};
  }

  template <class Coder>
  bool code_usual(Coder& coder, const Odd& odd) {
    const bool usual =
        odd.rest == 0 && odd.device_change == 0 && odd.flags == flags_ && odd.gap == gap_;
    return usual_ = coder.bit(usuals_[usual_ ? 1 : 0], usual);
  }

  template <class Coder>
  void code_time(Coder& coder, Odd& odd) {
    odd.rest = rests_.code(coder, odd.rest);
    odd.device_change = unzigzag(devices_.code(coder, zigzag(odd.device_change)));
  }

  template <class Coder>
  void code_marks(Coder& coder, Odd& odd) {
    if (coder.bit(same_flags_, odd.flags == flags_)) {
      odd.flags = flags_;
    } else {
      odd.flags = static_cast<std::uint8_t>(flag_values_.code(coder, odd.flags));
    }
    odd.gap = coder.bit(gaps_[gap_ ? 1 : 0], odd.gap);
  }

  template <class Coder>
  void code_arrival(Coder& coder, Run::Item& item) {
    const std::int64_t expected =
        plan_.arrivals == ArrivalForm::kAfterLast
            ? arrival_ms_
            : plus(item.device / 1'000'000, static_cast<std::uint64_t>(plan_.usual_delay));
    const std::int64_t change = minus(item.arrival_ms, expected);
    const std::int64_t coded = unzigzag(arrivals_.code(coder, zigzag(change)));
    item.arrival_ms = arrival_ms_ = plus(expected, static_cast<std::uint64_t>(coded));
  }

  const Plan plan_;
  const Units units_;
  std::int64_t last_;
  std::int64_t device_offset_ = 0;
  std::int64_t arrival_ms_ = 0;
  std::uint8_t flags_ = 0;
  bool gap_ = false;
  bool usual_ = true;
  std::array<Bit, 2> usuals_;
  NumberModel steps_;
  NumberModel rests_;
  NumberModel devices_;
  NumberModel arrivals_;
  Bit same_flags_;
  SymbolModel<8> flag_values_;
  std::array<Bit, 2> gaps_;
};

Bytes encode_columns(const Run& run, const Plan& plan) {
  RangeEncoder coder;
  ColumnCoder columns(plan);
  for (Run::Item item : run.items()) columns.code(coder, item);
  return coder.finish();
}

std::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "a chunk of samples does not decode");
}

Result<Run> decode_samples(BytesView columns, const Plan& plan, ValueReader& values) {
  RangeDecoder coder(columns);
  ColumnCoder decoder(plan);
  Run run;
  run.reserve(plan.count);
  std::int64_t before = plan.first;
  for (std::uint64_t i = 0; i < plan.count; ++i) {
    Run::Item item;
    decoder.code(coder, item);
    if (coder.overrun() || item.at < before) return damaged();
    before = item.at;
    if (item.gap) {
      run.add(item, {});
    } else if (const auto text = values.put_next(run)) {
      run.add_with(item, *text);
      if (run.text_bytes() > kChunkTextBytes) return damaged();
    } else {
      return damaged();
    }
  }
  if (!values.finished()) return damaged();
  return run;
}

}  // namespace

Bytes encode_chunk(const Run& run) {
  require(run.sorted() && !run.empty() && run.size() <= kChunkSamples &&
              run.text_bytes() <= kChunkTextBytes,
          "a chunk's run is in order and within its limits");
  const Plan plan = plan_for(run);
  const EncodedValues values = encode_values(run);
  ByteWriter body;
  body.u8(static_cast<std::uint8_t>(values.form))
      .varint(plan.count)
      .u8(plan.unit)
      .signed_varint(plan.units().count(plan.first))
      .varint(static_cast<std::uint64_t>(plan.units().rest(plan.first)))
      .u8(static_cast<std::uint8_t>(plan.arrivals))
      .signed_varint(plan.usual_delay)
      .sized(encode_columns(run, plan))
      .raw(values.bytes);
  const Bytes digest = encode_digest(run, body.size() / kDigestPart);
  ByteWriter out;
  if (digest.empty()) {
    out.u8(static_cast<std::uint8_t>(Version::kPlain));
  } else {
    out.u8(static_cast<std::uint8_t>(Version::kWithDigest)).sized(digest);
  }
  return out.raw(body.view()).take();
}

Result<std::optional<Digest>> digest_of_chunk(BytesView bytes) {
  ByteReader in(bytes);
  if (!has_digest(static_cast<Version>(in.u8()))) return std::optional<Digest>();
  const BytesView digest = in.sized();
  if (!in.ok()) return damaged();
  ASSIGN_OR_RETURN(auto decoded, decode_digest(digest));
  return std::optional(std::move(decoded));
}

Result<Run> decode_chunk(BytesView bytes) {
  ByteReader in(bytes);
  const auto version = static_cast<Version>(in.u8());
  if (has_digest(version)) in.sized();
  const auto form = static_cast<ValueForm>(in.u8());
  Plan plan;
  plan.layout = layout_of(version);
  plan.count = in.varint();
  plan.unit = in.u8();
  if (!is_known(version) || plan.unit >= kUnits.size()) return damaged();
  const std::int64_t first = in.signed_varint();
  plan.first = plan.units().time(first, in.varint());
  const std::uint8_t arrivals = in.u8();
  plan.arrivals = static_cast<ArrivalForm>(arrivals);
  plan.usual_delay = in.signed_varint();
  if (arrivals > static_cast<std::uint8_t>(ArrivalForm::kAfterLast)) return damaged();
  const BytesView columns = in.sized();
  if (!in.ok() || plan.count == 0 || plan.count > kChunkSamples) return damaged();
  ASSIGN_OR_RETURN(const auto values, read_values(form, in.rest(), plan.layout, plan.count));
  return decode_samples(columns, plan, *values);
}

}  // namespace heed::silo

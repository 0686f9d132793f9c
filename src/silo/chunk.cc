#include "silo/chunk.h"

#include <array>

#include "silo/chunk_values.h"
#include "silo/range_coder.h"

namespace heed::silo {
namespace {

// version u8 | form of values u8 | count | unit u8 | first at / unit | rest of it
// | least device - at | least arrival - at in ms | columns (sized) | values
constexpr std::uint8_t kVersion = 1;

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
  std::uint64_t count = 0;
  std::uint8_t unit = 0;  ///< Index into kUnits
  std::int64_t first = 0;
  std::int64_t device_base = 0;
  std::int64_t arrival_base = 0;

  Units units() const { return {kUnits[unit]}; }
};

std::int64_t device_offset(const Run::Item& item) {
  return minus(item.device, item.at);
}
std::int64_t arrival_offset(const Run::Item& item) {
  return minus(item.arrival_ms, item.at / 1'000'000);
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

Plan plan_for(const Run& run) {
  const auto& items = run.items();
  Plan plan{items.size(), unit_for(items), items.front().at, device_offset(items.front()),
            arrival_offset(items.front())};
  for (const Run::Item& item : items) {
    plan.device_base = std::min(plan.device_base, device_offset(item));
    plan.arrival_base = std::min(plan.arrival_base, arrival_offset(item));
  }
  return plan;
}

/// Everything of a sample but its value.
class ColumnCoder {
 public:
  explicit ColumnCoder(const Plan& plan)
      : plan_(plan), units_(plan.units()), last_(units_.count(plan.first)) {}

  template <class Coder>
  void code(Coder& coder, Run::Item& item) {
    code_at(coder, item);
    const std::int64_t device = minus(device_offset(item), plan_.device_base);
    item.device = plus(plus(item.at, static_cast<std::uint64_t>(plan_.device_base)),
                       devices_.code(coder, static_cast<std::uint64_t>(device)));
    const std::int64_t arrival = minus(arrival_offset(item), plan_.arrival_base);
    item.arrival_ms =
        plus(plus(item.at / 1'000'000, static_cast<std::uint64_t>(plan_.arrival_base)),
             arrivals_.code(coder, static_cast<std::uint64_t>(arrival)));
    if (!coder.bit(same_flags_, item.flags == flags_)) {
      flags_ = static_cast<std::uint8_t>(flag_values_.code(coder, item.flags));
    }
    item.flags = flags_;
    item.gap = gap_ = coder.bit(gaps_[gap_ ? 1 : 0], item.gap);
  }

 private:
  template <class Coder>
  void code_at(Coder& coder, Run::Item& item) {
    const std::int64_t step = minus(units_.count(item.at), last_);
    const std::int64_t rest = units_.rest(item.at);
    last_ = plus(last_, steps_.code(coder, static_cast<std::uint64_t>(step)));
    item.at = units_.time(last_, rests_.code(coder, static_cast<std::uint64_t>(rest)));
  }

  const Plan plan_;
  const Units units_;
  std::int64_t last_;
  std::uint8_t flags_ = 0;
  bool gap_ = false;
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

Result<std::vector<Run::Item>> decode_columns(BytesView bytes, const Plan& plan) {
  RangeDecoder coder(bytes);
  ColumnCoder columns(plan);
  std::vector<Run::Item> items;
  std::int64_t before = plan.first;
  for (std::uint64_t i = 0; i < plan.count; ++i) {
    Run::Item item;
    columns.code(coder, item);
    if (coder.overrun() || item.at < before) return damaged();
    before = item.at;
    items.push_back(item);
  }
  return items;
}

}  // namespace

Bytes encode_chunk(const Run& run) {
  require(run.sorted() && !run.empty() && run.size() <= kChunkSamples &&
              run.text_bytes() <= kChunkTextBytes,
          "a chunk's run is in order and within its limits");
  const Plan plan = plan_for(run);
  const EncodedValues values = encode_values(run);
  return ByteWriter()
      .u8(kVersion)
      .u8(static_cast<std::uint8_t>(values.form))
      .varint(plan.count)
      .u8(plan.unit)
      .signed_varint(plan.units().count(plan.first))
      .varint(static_cast<std::uint64_t>(plan.units().rest(plan.first)))
      .signed_varint(plan.device_base)
      .signed_varint(plan.arrival_base)
      .sized(encode_columns(run, plan))
      .raw(values.bytes)
      .take();
}

Result<Run> decode_chunk(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const auto form = static_cast<ValueForm>(in.u8());
  Plan plan;
  plan.count = in.varint();
  plan.unit = in.u8();
  if (version != kVersion || plan.unit >= kUnits.size()) return damaged();
  const std::int64_t first = in.signed_varint();
  plan.first = plan.units().time(first, in.varint());
  plan.device_base = in.signed_varint();
  plan.arrival_base = in.signed_varint();
  const BytesView columns = in.sized();
  if (!in.ok() || plan.count == 0 || plan.count > kChunkSamples) return damaged();
  ASSIGN_OR_RETURN(const auto items, decode_columns(columns, plan));
  ASSIGN_OR_RETURN(const auto texts, decode_values(items, form, in.rest()));
  Run run;
  auto text = texts.begin();
  for (const Run::Item& item : items) run.add(item, item.gap ? std::string_view() : *text++);
  return run;
}

}  // namespace heed::silo

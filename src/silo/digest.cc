#include "silo/digest.h"

#include <array>
#include <cmath>
#include <limits>

#include "silo/batch.h"
#include "silo/folding.h"

namespace heed::silo {
namespace {

/// A digest of less is none.
constexpr std::size_t kLeastBytes = 24;
constexpr std::array<std::int64_t, 8> kHours = {1, 2, 3, 4, 6, 8, 12, 24};
constexpr std::array<std::int64_t, 4> kUnits = {1'000'000, 100'000, 1'000, 1};  // nanoseconds
constexpr std::int64_t kDay = 86'400'000'000'000;
constexpr std::int64_t kHour = kDay / 24;
constexpr std::int64_t kMillisecond = 1'000'000;
/// Milliseconds from 1970 that a Time holds.
constexpr std::int64_t kFarthest = std::numeric_limits<std::int64_t>::max() / kMillisecond;

// -- Numbers: as scaled integers where that gives them back, else as they are -----------------

constexpr std::uint8_t kMostScale = 6;
constexpr std::uint8_t kUnscaled = 7;
constexpr double kPowers[] = {1, 10, 1e2, 1e3, 1e4, 1e5, 1e6};
/// What a sum may be rounded by: below what adding in another order changes.
constexpr double kRounding = 1e-13;

void write_number(ByteWriter& out, double number, double rounding = 0) {
  for (std::uint8_t scale = 0; scale <= kMostScale; ++scale) {
    const double scaled = std::round(number * kPowers[scale]);
    if (!(std::abs(scaled) < 1e15)) break;
    if (std::abs(scaled / kPowers[scale] - number) > std::abs(number) * rounding) continue;
    const auto whole = static_cast<std::int64_t>(scaled);
    if (whole == 0 && std::signbit(number)) break;
    const std::uint64_t zigzag =
        (static_cast<std::uint64_t>(whole) << 1U) ^ (whole < 0 ? ~0ULL : 0);
    out.varint(zigzag << 3U | scale);
    return;
  }
  out.varint(kUnscaled).u64(std::bit_cast<std::uint64_t>(number));
}

double read_number(ByteReader& in) {
  const std::uint64_t coded = in.varint();
  const auto scale = static_cast<std::uint8_t>(coded & 7U);
  if (scale == kUnscaled) return std::bit_cast<double>(in.u64());
  const std::uint64_t zigzag = coded >> 3U;
  const auto whole =
      static_cast<std::int64_t>((zigzag >> 1U) ^ ((zigzag & 1U) != 0 ? ~0ULL : 0ULL));
  return static_cast<double>(whole) / kPowers[scale];
}

/// Differences wrap around, so that any two times have one.
std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

// -- Slots ---------------------------------------------------------------------------------------

std::int64_t day_start(std::int64_t at) {
  return Time::from_nanoseconds(at).utc_day() * kDay;
}

/// What was said and whether it was: one number, and the text.
void write_text(ByteWriter& out, bool known, std::string_view text) {
  out.varint(known ? text.size() + 1 : 0).raw(known ? text : std::string_view());
}
bool read_text(ByteReader& in, std::string& text) {
  const std::uint64_t size = in.varint();
  if (size > 0) text = in.raw(size - 1);
  return size > 0;
}

/// By hours of the day.
std::vector<Slot> hours_of(const Run& run) {
  std::vector<Slot> slots;
  std::int64_t hour = -1;
  const std::int64_t start = day_start(run.items().front().at);
  for (const Run::Item& item : run.items()) {
    const std::int64_t of_item = (item.at - start) / kHour;
    if (of_item != hour) slots.emplace_back();
    hour = of_item;
    add(slots.back(), view(run, item));
  }
  return slots;
}

std::vector<Slot> joined(const std::vector<Slot>& hours, std::int64_t start, std::int64_t width) {
  std::vector<Slot> slots;
  std::int64_t last = -1;
  for (const Slot& hour : hours) {
    const std::int64_t number = (hour.first_at.nanoseconds() - start) / (kHour * width);
    if (number == last) {
      join(slots.back(), hour);
    } else {
      slots.push_back(hour);
    }
    last = number;
  }
  return slots;
}

/// The largest that all times are multiples of.
std::uint8_t unit_for(const std::vector<Slot>& slots) {
  for (std::uint8_t unit = 0; unit + 1U < kUnits.size(); ++unit) {
    const std::int64_t size = kUnits.at(unit);
    const auto fits = [&](Time at) { return at.nanoseconds() % size == 0; };
    if (std::ranges::all_of(slots,
                            [&](const Slot& s) { return fits(s.first_at) && fits(s.last_at); })) {
      return unit;
    }
  }
  return kUnits.size() - 1;
}

void write_held(ByteWriter& out, const Slot& slot, std::int64_t unit) {
  const Rollup& came = slot.came;
  out.varint(came.words.size());
  for (const auto& [word, held] : came.words) {
    out.sized(word).varint(static_cast<std::uint64_t>(held.count_nanoseconds() / unit));
  }
  out.varint(came.numbers);
  if (came.numbers == 0) return;
  for (const auto& number : {came.first, came.last, came.minimum, came.maximum}) {
    write_number(out, *number);
  }
  write_number(out, came.sum, kRounding);
  const Duration otherwise = slot.last_at - slot.first_at - came.numeric;
  out.varint(static_cast<std::uint64_t>(otherwise.count_nanoseconds() / unit));
  write_number(out, came.integral, kRounding);
}

Bytes encode(std::int64_t start, const std::vector<Slot>& slots) {
  const std::uint8_t unit = unit_for(slots);
  const std::int64_t size = kUnits.at(unit);
  ByteWriter out;
  out.u8(unit);
  std::int64_t before = start;
  const auto time = [&](Time at) {
    out.varint(static_cast<std::uint64_t>((at.nanoseconds() - before) / size));
    before = at.nanoseconds();
  };
  for (const Slot& slot : slots) {
    time(slot.first_at);
    time(slot.last_at);
    out.varint(slot.came.count).varint(slot.came.gaps);
    write_held(out, slot, size);
    write_text(out, slot.last_known, slot.last_text);
  }
  return out.take();
}

Bytes encode_head(const Run& run) {
  const Run::Item& last = run.items().back();
  const std::int64_t start = day_start(last.at);
  ByteWriter out;
  out.i32(Time::from_nanoseconds(start).utc_day());
  out.varint(static_cast<std::uint64_t>(run.items().front().at - start));
  out.varint(static_cast<std::uint64_t>(last.at - run.items().front().at));
  out.signed_varint(minus(last.device, last.at));
  out.signed_varint(minus(last.arrival_ms, last.at / kMillisecond)).u8(last.flags);
  write_text(out, !last.gap, run.text(last));
  return out.take();
}

bool one_day(const Run& run) {
  const auto day = [](const Run::Item& item) { return Time::from_nanoseconds(item.at).utc_day(); };
  const std::int32_t first = day(run.items().front());
  return first == day(run.items().back()) && first > Time::min().utc_day() &&
         first < Time::max().utc_day();
}

std::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "a chunk's digest does not decode");
}

/// Reads what write_held() writes.
void read_held(ByteReader& in, Slot& slot, std::int64_t unit) {
  Rollup& came = slot.came;
  const auto duration = [&] {
    const auto most = static_cast<std::uint64_t>(kDay / unit);
    return Duration::nanoseconds(static_cast<std::int64_t>(std::min(in.varint(), most)) * unit);
  };
  const std::uint64_t words = in.varint();
  for (std::uint64_t i = 0; i < words && i <= Rollup::kMostWords && in.ok(); ++i) {
    std::string word(in.sized());
    came.words.push_back({std::move(word), duration()});
  }
  came.numbers = in.varint();
  if (came.numbers == 0) return;
  came.first = read_number(in);
  came.last = read_number(in);
  came.minimum = read_number(in);
  came.maximum = read_number(in);
  came.sum = read_number(in);
  came.numeric = slot.last_at - slot.first_at - duration();
  came.integral = read_number(in);
}

}  // namespace

Bytes encode_digest(const Run& run, std::size_t most_bytes) {
  if (most_bytes < kLeastBytes || !one_day(run)) return {};
  const Bytes head = encode_head(run);
  if (head.size() > most_bytes) return {};
  const std::vector<Slot> hours = hours_of(run);
  const std::int64_t start = day_start(run.items().front().at);
  for (const std::int64_t width : kHours) {
    const std::vector<Slot> slots = joined(hours, start, width);
    // Words beyond the bound are not told one by one, so nothing could be added to them.
    const auto whole = [](const Slot& s) { return s.came.other_words == Duration(); };
    if (!std::ranges::all_of(slots, whole)) break;
    const Bytes coded = encode(start, slots);
    if (head.size() + coded.size() <= most_bytes) return head + coded;
  }
  return head;
}

Result<Digest> decode_digest(BytesView bytes) {
  ByteReader in(bytes);
  Digest digest;
  const std::int32_t day = in.i32();
  const std::uint64_t first = in.varint();
  const std::uint64_t length = in.varint();
  if (first >= kDay || length >= kDay - first || day <= Time::min().utc_day() ||
      day >= Time::max().utc_day()) {
    return damaged();
  }
  const std::int64_t start = day * kDay;
  Run::Item last;
  digest.first_at = Time::from_nanoseconds(start + static_cast<std::int64_t>(first));
  last.at = digest.first_at.nanoseconds() + static_cast<std::int64_t>(length);
  last.device = plus(last.at, in.signed_varint());
  last.arrival_ms = plus(last.at / kMillisecond, in.signed_varint());
  last.flags = in.u8();
  // Beyond what a time can tell.
  if (last.arrival_ms > kFarthest || last.arrival_ms < -kFarthest) return damaged();
  std::string text;
  last.gap = !read_text(in, text);
  digest.last = sample_of(last, text);
  const std::uint8_t unit = in.rest().empty() ? 0 : in.u8();
  if (unit >= kUnits.size()) return damaged();
  const auto size = static_cast<std::uint64_t>(kUnits.at(unit));
  std::uint64_t before = 0;
  const auto time = [&] {
    before += std::min(in.varint(), kDay / size) * size;
    before = std::min<std::uint64_t>(before, kDay);
    return Time::from_nanoseconds(start + static_cast<std::int64_t>(before));
  };
  while (in.ok() && !in.rest().empty()) {
    Slot& slot = digest.slots.emplace_back();
    slot.first_at = time();
    slot.last_at = time();
    slot.came.count = in.varint();
    slot.came.gaps = in.varint();
    read_held(in, slot, kUnits.at(unit));
    slot.last_known = read_text(in, slot.last_text);
  }
  if (!in.finished()) return damaged();
  return digest;
}

}  // namespace heed::silo

#include "box/report_codec.h"

#include <bit>

namespace heed::box {
namespace {

using machines::DataItem;
using machines::Gap;
using machines::ItemCategory;
using machines::Link;
using machines::Observation;
using machines::Report;

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kInitial = 1;
constexpr std::uint8_t kRecording = 2;
constexpr std::uint8_t kHasSourceClock = 4;
constexpr std::uint8_t kHasLink = 8;
constexpr std::uint8_t kLinkUp = 16;

constexpr std::uint8_t kHasDevice = 1;
constexpr std::uint8_t kHasValue = 2;
constexpr std::uint8_t kCondition = 4;
constexpr std::uint8_t kAsset = 8;
constexpr std::uint8_t kBeside = 16;

// Of an item, in its last byte.
constexpr std::uint8_t kDiscrete = 1;
constexpr unsigned kFormShift = 1;
constexpr std::uint8_t kFormBits = 3;
constexpr std::uint8_t kMeasured = 8;  ///< Its statistic and sample rate follow.
constexpr std::uint8_t kItemFlags = 15;

void write(ByteWriter& out, const DataItem& item) {
  out.sized(item.key).sized(item.name).sized(item.type).sized(item.sub_type);
  out.sized(item.units).sized(item.component);
  const bool measured = !item.statistic.empty() || item.sample_rate != 0;
  const unsigned form = static_cast<unsigned>(item.form) << kFormShift;
  const unsigned flags = form | (item.discrete ? kDiscrete : 0U) | (measured ? kMeasured : 0U);
  out.u8(static_cast<std::uint8_t>(item.category)).u8(static_cast<std::uint8_t>(flags));
  if (measured) out.sized(item.statistic).u64(std::bit_cast<std::uint64_t>(item.sample_rate));
}

void write(ByteWriter& out, const Observation& observation, Time arrival) {
  std::uint8_t flags = observation.condition ? kCondition : 0;
  if (observation.asset) flags |= kAsset;
  if (observation.device) flags |= kHasDevice;
  if (observation.value) flags |= kHasValue;
  if (observation.beside != machines::Beside{}) flags |= kBeside;
  out.u8(flags).sized(observation.item).varint(observation.raw);
  // Against the arrival, a device's time is a few bytes. Wraps on overflow, and back again.
  if (observation.device) {
    const auto difference = static_cast<std::uint64_t>(observation.device->nanoseconds()) -
                            static_cast<std::uint64_t>(arrival.nanoseconds());
    out.signed_varint(static_cast<std::int64_t>(difference));
  }
  if (observation.value) out.sized(*observation.value);
  if ((flags & kBeside) == 0) return;
  out.u64(std::bit_cast<std::uint64_t>(observation.beside.seconds)).sized(observation.beside.reset);
}

void write(ByteWriter& out, const Gap& gap) {
  out.u8(static_cast<std::uint8_t>(gap.reason)).i64(gap.from.nanoseconds());
  out.i64(gap.to.nanoseconds()).varint(gap.lost).sized(gap.note);
}

std::string text(ByteReader& in) {
  return std::string(in.sized());
}

DataItem read_item(ByteReader& in, bool& sound) {
  DataItem item;
  item.key = text(in);
  item.name = text(in);
  item.type = text(in);
  item.sub_type = text(in);
  item.units = text(in);
  item.component = text(in);
  const std::uint8_t category = in.u8();
  sound &= category <= static_cast<std::uint8_t>(ItemCategory::kCondition);
  if (sound) item.category = static_cast<ItemCategory>(category);
  const std::uint8_t flags = in.u8();
  sound &= flags <= kItemFlags;
  item.discrete = (flags & kDiscrete) != 0;
  item.form = static_cast<machines::ItemForm>((flags >> kFormShift) & kFormBits);
  if ((flags & kMeasured) == 0) return item;
  item.statistic = text(in);
  item.sample_rate = std::bit_cast<double>(in.u64());
  return item;
}

Observation read_observation(ByteReader& in, Time arrival, bool& sound) {
  Observation observation;
  const std::uint8_t flags = in.u8();
  sound &= flags <= (kHasDevice | kHasValue | kCondition | kAsset | kBeside);
  observation.item = text(in);
  const std::uint64_t raw = in.varint();
  sound &= raw <= 0xffffffffU;
  observation.raw = static_cast<std::uint32_t>(raw);
  observation.condition = (flags & kCondition) != 0;
  observation.asset = (flags & kAsset) != 0;
  if ((flags & kHasDevice) != 0) {
    const auto difference = static_cast<std::uint64_t>(in.signed_varint());
    observation.device = Time::from_nanoseconds(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(arrival.nanoseconds()) + difference));
  }
  if ((flags & kHasValue) != 0) observation.value = text(in);
  if ((flags & kBeside) == 0) return observation;
  observation.beside.seconds = std::bit_cast<double>(in.u64());
  observation.beside.reset = text(in);
  return observation;
}

Gap read_gap(ByteReader& in, bool& sound) {
  Gap gap;
  const std::uint8_t reason = in.u8();
  sound &= reason <= static_cast<std::uint8_t>(Gap::Reason::kFiltered);
  if (sound) gap.reason = static_cast<Gap::Reason>(reason);
  gap.from = Time::from_nanoseconds(in.i64());
  gap.to = Time::from_nanoseconds(in.i64());
  gap.lost = in.varint();
  gap.note = text(in);
  return gap;
}

// A list's length, or 0 and no longer sound when its elements (each at least one byte) cannot all
// be in what is left: so a forged length allocates nothing.
std::size_t read_count(ByteReader& in, bool& sound) {
  const std::uint64_t count = in.varint();
  sound &= in.ok() && count <= in.rest().size();
  return sound ? static_cast<std::size_t>(count) : 0;
}

template <class T, class Read>
std::vector<T> read_list(ByteReader& in, bool& sound, Read read) {
  std::vector<T> list;
  const std::size_t count = read_count(in, sound);
  for (std::size_t i = 0; i < count && sound && in.ok(); ++i) list.push_back(read());
  return list;
}

void write_head(ByteWriter& out, const Report& report) {
  std::uint8_t flags = 0;
  if (report.initial) flags |= kInitial;
  if (report.recording) flags |= kRecording;
  if (report.source_clock) flags |= kHasSourceClock;
  if (report.link) flags |= kHasLink;
  if (report.link && report.link->up) flags |= kLinkUp;
  out.u8(kVersion).u8(flags).raw(report.machine.bytes()).varint(report.number);
  out.i64(report.arrival.nanoseconds());
  if (report.source_clock) out.i64(report.source_clock->nanoseconds());
  if (report.link) out.sized(report.link->words);
  out.sized(report.resume);
}

void read_head(ByteReader& in, Report& report, bool& sound) {
  sound &= in.u8() == kVersion;
  const std::uint8_t flags = in.u8();
  sound &= flags < 32;
  if (const auto machine = machines::MachineId::from_bytes(in.raw(16))) report.machine = *machine;
  report.number = in.varint();
  report.arrival = Time::from_nanoseconds(in.i64());
  report.initial = (flags & kInitial) != 0;
  report.recording = (flags & kRecording) != 0;
  if ((flags & kHasSourceClock) != 0) report.source_clock = Time::from_nanoseconds(in.i64());
  if ((flags & kHasLink) != 0) report.link = Link{(flags & kLinkUp) != 0, text(in)};
  report.resume = text(in);
}

}  // namespace

Bytes encode_report(const Report& report) {
  ByteWriter out;
  write_head(out, report);
  out.varint(report.model.size());
  for (const DataItem& item : report.model) write(out, item);
  out.varint(report.raw.size());
  for (const std::string& line : report.raw) out.sized(line);
  out.varint(report.observations.size());
  for (const Observation& observation : report.observations) {
    write(out, observation, report.arrival);
  }
  out.varint(report.gaps.size());
  for (const Gap& gap : report.gaps) write(out, gap);
  return out.take();
}

Result<Report> decode_report(BytesView bytes) {
  if (bytes.size() > kReportBytes) return fail(ErrorKind::kCorrupt, "report: too long");
  ByteReader in(bytes);
  bool sound = true;
  Report report;
  read_head(in, report, sound);
  report.model = read_list<DataItem>(in, sound, [&] { return read_item(in, sound); });
  report.raw = read_list<std::string>(in, sound, [&] { return text(in); });
  report.observations = read_list<Observation>(
      in, sound, [&] { return read_observation(in, report.arrival, sound); });
  report.gaps = read_list<Gap>(in, sound, [&] { return read_gap(in, sound); });
  for (const Observation& observation : report.observations) {
    sound &= observation.raw < report.raw.size() || (report.raw.empty() && observation.raw == 0);
  }
  if (!sound || !in.finished()) return fail(ErrorKind::kCorrupt, "report: malformed");
  return report;
}

std::size_t report_size(const Report& report) {
  std::size_t size = sizeof(Report) + report.resume.size();
  for (const DataItem& item : report.model) {
    size += sizeof(DataItem) + item.key.size() + item.name.size() + item.type.size() +
            item.sub_type.size() + item.units.size() + item.component.size() +
            item.statistic.size();
  }
  for (const std::string& line : report.raw) size += sizeof(line) + line.size();
  for (const Observation& observation : report.observations) {
    size += sizeof(observation) + observation.item.size() + observation.beside.reset.size();
    if (observation.value) size += observation.value->size();
  }
  for (const Gap& gap : report.gaps) size += sizeof(gap) + gap.note.size();
  return size;
}

}  // namespace heed::box

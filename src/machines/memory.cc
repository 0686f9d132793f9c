#include "machines/memory.h"

#include "machines/maybe_time.h"

namespace heed::machines {
namespace {

constexpr std::uint8_t kVersion = 1;

}  // namespace

Bytes write_memory(const MachineMemory& memory) {
  const Course::Memory& course = memory.course;
  ByteWriter out;
  out.u8(kVersion).u8(course.placement.last ? 1 : 0);
  out.i64(course.placement.offset.count_nanoseconds());
  out.i64(course.correction.count_nanoseconds());
  write_time(out, course.instant == course.placement.last ? std::nullopt : course.instant);
  out.u8(memory.recording ? 1 : 0);
  write_time(out, memory.clock_changed);
  out.u8(memory.link.up ? 1 : 0).sized(memory.link.words).i64(memory.link.since.nanoseconds());
  out.raw(course.tracker);
  return out.take();
}

Result<MachineMemory> read_memory(BytesView bytes, std::optional<Time> last) {
  ByteReader in(bytes);
  MachineMemory memory;
  const bool ours = in.u8() == kVersion;
  if (in.u8() == 0) last.reset();
  memory.course.placement = {last, Duration::nanoseconds(in.i64())};
  memory.course.correction = Duration::nanoseconds(in.i64());
  memory.course.instant = read_time(in);
  if (!memory.course.instant) memory.course.instant = last;
  memory.recording = in.u8() != 0;
  memory.clock_changed = read_time(in);
  memory.link.up = in.u8() != 0;
  memory.link.words = in.sized();
  memory.link.since = Time::from_nanoseconds(in.i64());
  memory.course.tracker = in.rest();
  if (!ours || !in.ok()) return fail(ErrorKind::kCorrupt, "a machine's stored memory");
  return memory;
}

}  // namespace heed::machines

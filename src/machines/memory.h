// Where a machine's course goes on after a restart, as it is stored beside the data.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "machines/card.h"
#include "machines/course.h"

namespace heed::machines {

struct MachineMemory {
  Course::Memory course;
  bool recording = false;             ///< The last report was of a recording.
  std::optional<Time> clock_changed;  ///< Arrival of the last change of the correction.
  LinkState link;
};

/// Without the last placed time and the last instant where the two are equal: those change with
/// every observation and are told by the samples themselves.
Bytes write_memory(const MachineMemory& memory);
/// `last`: the latest placed time, as the samples tell it; disregarded if there was none. kCorrupt
/// for bytes of another kind.
Result<MachineMemory> read_memory(BytesView bytes, std::optional<Time> last);

}  // namespace heed::machines

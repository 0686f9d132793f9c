// MTConnect's structs → observations and data items.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "machines/observation.h"
#include "wire/mtconnect/devices.h"
#include "wire/mtconnect/streams.h"

namespace heed::box {

/// The text of what was observed; nothing for UNAVAILABLE.
/// - a condition: LEVEL|native code|severity|qualifier|text. Its conditionId is the code where it
/// has
///   none, and stands in the qualifier (HIGH id:c-17) where it is another;
/// - a message with a code: code|text;
/// - a data set or table as machines/data_set.h has it: `:RESET a=1 b="x y" row={c=2 d=3} gone=`;
/// - a time series: its numbers, with blanks between; with a rate of its own count|rate|numbers.
std::optional<std::string> value_text(const wire::mtconnect::Observation& observation);

/// Of a single value; nothing of what has it in its text.
machines::Beside beside_of(const wire::mtconnect::Observation& observation);

/// The device that is read: the one of that name or uuid, or, where none is asked for, the first
/// that is not the agent itself. Nothing if there is none.
const wire::mtconnect::Device* choose_device(const wire::mtconnect::DeviceModel& model,
                                             const std::string& name_or_uuid);

std::vector<machines::DataItem> data_items(const wire::mtconnect::Device& device);

}  // namespace heed::box

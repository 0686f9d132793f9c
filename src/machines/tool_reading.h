// A machine's tools, computed anew from what is stored, under the caller's access.
#pragma once

#include "machines/reading.h"
#include "machines/tool.h"

namespace heed::machines {

/// kInvalid for a range that is empty or above Tools::kLongestRange, kExhausted where more
/// was said in it than can be held.
Governed<ToolTable> load_tools(const Reading& reading, const std::vector<ToolLife>& lives,
                               TimeRange range);

}  // namespace heed::machines

// What stands behind what a face shows: received lines, active conditions, the reason for a state.
#pragma once

#include "machines/reading.h"

namespace heed::machines {

/// Active conditions (WARNING, FAULT) at a moment, of the items that the access may see.
Governed<std::vector<Condition>> load_conditions(const Reading& reading, Time at);
/// kNotFound before the machine's first observation.
Governed<Explanation> load_explanation(const Reading& reading, Time at);
/// Everything that the item said at exactly that placed time, with its lines, in order.
Governed<std::vector<RawLine>> load_lines(const Reading& reading, const Directory::Entry& entry,
                                          Time at);
/// The item's last observation at or before a moment. kNotFound if there is none.
Governed<RawLine> load_line(const Reading& reading, std::string_view item, Time at);

}  // namespace heed::machines

// Which items a machine has, for who shows its model to others.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "machines/reading.h"

namespace heed::machines {

/// Without those of a class that the access may not read, which are counted.
Governed<MachineItems> load_descriptions(const Reading& reading);
/// By item: whether the access may read what it said last, also under the version that it was
/// collected under.
Governed<std::vector<bool>> load_readable(const Reading& reading,
                                          std::span<const std::string_view> items);

}  // namespace heed::machines

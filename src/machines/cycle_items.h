// Which of a machine's items decide about its cycles (docs/CYCLES.md §1).
#pragma once

#include "machines/directory.h"

namespace heed::machines {

/// Each is nothing if the machine has no such item. Valid as long as the directory.
struct CycleItems {
  const Directory::Entry* program = nullptr;
  const Directory::Entry* part_count = nullptr;
  const Directory::Entry* tool = nullptr;
};

CycleItems cycle_items(const Directory& directory);

}  // namespace heed::machines

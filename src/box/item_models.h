// What a protocol's items are to machines.
#pragma once

#include <span>
#include <vector>

#include "machines/observation.h"
#include "wire/control_session.h"

namespace heed::box {

std::vector<machines::DataItem> items_of(std::span<const wire::SaidItem> said);

}  // namespace heed::box

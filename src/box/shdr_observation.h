// What one SHDR entry says, or a command about an asset, as an observation: the same whether a box
// read the line or a program sent it.
#pragma once

#include <optional>

#include "base/time.h"
#include "machines/observation.h"
#include "wire/shdr/line.h"

namespace heed::box {

/// `device`: the source's time of the line, if it had one; `lasted`: how long what it says took.
machines::Observation observation_of(const wire::shdr::Entry& entry, std::optional<Time> device,
                                     std::optional<Duration> lasted = {});
/// Of the item "asset": id|type, and then |removed or |updated. Without an id it is all of the
/// type, without either all. Its XML is the raw line.
machines::Observation observation_of(const wire::shdr::AssetCommand& asset,
                                     std::optional<Time> device);

}  // namespace heed::box

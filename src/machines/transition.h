// A change of a machine's standing, and the sample that it is stored as.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "machines/state.h"

namespace heed::machines {

struct Transition {
  Time at;
  Standing standing;
  std::uint8_t rule = 0;
  Placed placed = Placed::kDevice;  ///< Of what brought it about.
  auto operator<=>(const Transition&) const = default;
};

/// A plain number, so that the series packs well: state, bucket, rule, flags as decimal digits
/// SSB RRF (STATES' numbers; F is 1 in cycle + 2 executing). Part of the stored format.
std::string write_standing(const Transition& transition);
/// `number` is what write_standing() wrote; nothing if it cannot have been.
std::optional<Transition> read_standing(Time at, double number, std::uint8_t placed);

}  // namespace heed::machines

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
/// `number` is what write_standing() wrote; nothing if it cannot have been. Inline, as a year has a
/// million of them.
inline std::optional<Transition> read_standing(Time at, double number, std::uint8_t placed) {
  if (number < 0 || number > 1e6 || placed > static_cast<std::uint8_t>(Placed::kShifted)) return {};
  const auto code = static_cast<unsigned>(number);
  const unsigned state = code / 10'000;
  const unsigned bucket = code / 1'000 % 10;
  const unsigned flags = code % 10;
  if (state < 1 || state > kStates || bucket > static_cast<unsigned>(Bucket::kPlanned)) return {};
  return Transition{at,
                    {static_cast<State>(state), static_cast<Bucket>(bucket), (flags & 1U) != 0,
                     (flags & 2U) != 0},
                    static_cast<std::uint8_t>(code / 10 % 100),
                    static_cast<Placed>(placed)};
}

}  // namespace heed::machines

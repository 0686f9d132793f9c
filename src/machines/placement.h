// Where an observation is placed in time (docs/STATES.md §1).
#pragma once

#include <optional>

#include "base/time.h"
#include "machines/state.h"

namespace heed::machines {

/// The repaired timeline of one source. Pure: all it knows is what it was told, in order.
class Placement {
 public:
  struct Place {
    Time at;
    Placed how = Placed::kDevice;
  };
  struct Memory {
    std::optional<Time> last;  ///< The latest placed time so far; nothing: minus infinity.
    Duration offset;           ///< Never negative.
    auto operator<=>(const Memory&) const = default;
  };
  /// A clock that stepped back no further than this is waited for.
  static constexpr Duration kHeldAtMost = Duration::seconds(60);

  Placement() = default;
  explicit Placement(Memory memory) : memory_(memory) {}

  /// `device` is what the source's clock said, `correction` what §5 adds to it; `old` for an
  /// observation of a live source's first dump after connecting.
  Place place(Time device, Duration correction, bool old);
  /// For what happens beside the timeline (an asset): at its own time, or at the latest placed one
  /// if that comes before it. Changes nothing.
  Place file(Time device) const;
  const Memory& memory() const { return memory_; }

 private:
  Memory memory_;
};

}  // namespace heed::machines

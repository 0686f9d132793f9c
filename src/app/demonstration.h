// The demonstration: two organizations, one person who belongs to both, and machines that play
// recordings of real runs (examples/recordings) over real TCP.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/organizations.h"
#include "app/player.h"
#include "people/people.h"

namespace heed::app {

/// The demonstration's person.
inline constexpr std::string_view kDemonstrationEmail = "you@demonstration.example";

/// Players run as long as it lives.
class Demonstration {
 public:
  /// Makes at the first start what is not there yet, with a past of some hours taken from the same
  /// recordings, and starts the players. `linuxcnc` adds a control at that address unless empty.
  /// kUnavailable if the recordings are not found beside the program.
  static policy::Governed<Demonstration> begin(people::People& people, Organizations& organizations,
                                               const policy::Policy& policy,
                                               const std::string& linuxcnc, const Clock& clock,
                                               Log& log);

 private:
  std::vector<std::unique_ptr<Player>> players_;
};

}  // namespace heed::app

// What one shift tells the next, as records.
//
// A note is never changed; who wrote it may take it back. Its id begins with the UTC day on which
// its shift began, so that those of a shift lie together: "<day, 5 digits>/<random>". Who wrote it
// stands in the record's label, as who said why a machine stood does (said_of_time.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machines/access.h"
#include "machines/observation.h"
#include "silo/silo.h"

namespace heed::machines {

class Registry;

struct NewShiftNote {
  std::string location;  ///< As machines name it; empty for all of them.
  Time begins;           ///< Of the shift that it belongs to.
  std::optional<MachineId> machine;
  std::string text;
};
struct ShiftNote {
  static constexpr std::size_t kLongestText = 2'000;    ///< Characters
  static constexpr std::size_t kLongestLocation = 400;  ///< Bytes
  std::string id;
  std::string location;
  Time begins;
  std::optional<MachineId> machine;
  std::string text;
  Time written;
  std::string who;  ///< An id, or what stands for who was erased.
};

/// The notes of one organization. Thread-safe. Blocking (storage).
class ShiftNotes {
 public:
  /// All but the silo outlive it.
  ShiftNotes(std::shared_ptr<silo::Silo> silo, const Registry& registry, const Clock& clock,
             Random& random)
      : silo_(std::move(silo)), registry_(registry), clock_(clock), random_(random) {}

  /// kInvalid names the field; kNotFound if the machine that it names is not there.
  Governed<ShiftNote> write(const Access& access, const NewShiftNote& note);
  /// Of shifts that begin in the range, of this location alone, in the order they were written.
  Governed<std::vector<ShiftNote>> list(const Access& access, std::string_view location,
                                        TimeRange begins) const;
  /// kNotFound if there is none, kInvalid if somebody else wrote it.
  Governed<void> take_back(const Access& access, const std::string& id);

 private:
  const std::shared_ptr<silo::Silo> silo_;
  const Registry& registry_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace heed::machines

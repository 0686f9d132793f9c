// What one shift tells the next, as records.
//
// A note is never changed; who wrote it may take it back. Its id begins with the UTC day on which
// its shift began, so that those of a shift lie together: "<day, 5 digits>/<random>". Who wrote it
// stands in the record's label, as who said why a machine stood does (said_of_time.h).
#pragma once

#include <memory>
#include <vector>

#include "machines/machines.h"

namespace heed::machines {

/// Thread-safe as its silo is.
class ShiftNotes {
 public:
  ShiftNotes(std::shared_ptr<silo::Silo> silo, const Clock& clock, Random& random)
      : silo_(std::move(silo)), clock_(clock), random_(random) {}

  Governed<ShiftNote> write(const Access& access, const NewShiftNote& note);
  /// Of shifts that begin in the range, of this location alone, in the order they were written.
  Governed<std::vector<ShiftNote>> list(const Access& access, std::string_view location,
                                        TimeRange begins) const;
  /// kNotFound if there is none, kInvalid if somebody else wrote it.
  Governed<void> take_back(const Access& access, const std::string& id);

 private:
  const std::shared_ptr<silo::Silo> silo_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace heed::machines

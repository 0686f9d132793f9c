// The shift calendars of an organization, one a location, as records.
#pragma once

#include <memory>
#include <vector>

#include "base/sync.h"
#include "machines/machines.h"

namespace heed::machines {

/// Thread-safe as its silo is; the caller serializes changes.
class CalendarBook {
 public:
  static constexpr std::size_t kMostCalendars = 200;

  CalendarBook(std::shared_ptr<silo::Silo> silo, Random& random)
      : silo_(std::move(silo)), random_(random) {}

  /// In the order of locations.
  Governed<std::vector<ShiftCalendar>> list(const Access& access) const;
  /// The location's own, or the one of no location; nothing if there is neither.
  Governed<std::optional<ShiftCalendar>> find(const Access& access,
                                              std::string_view location) const;
  /// In the place of the location's earlier one. kInvalid names the field.
  Governed<void> put(const Access& access, const ShiftCalendar& calendar);
  /// Whether there was one.
  Governed<bool> remove(const Access& access, std::string_view location);

 private:
  struct Kept {
    std::string id;
    ShiftCalendar calendar;
  };
  Governed<std::vector<Kept>> all(const Access& access) const;

  const std::shared_ptr<silo::Silo> silo_;
  Random& random_;
};

}  // namespace heed::machines

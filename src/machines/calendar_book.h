// The shift calendars of an organization, one a location, with their versions (rule_book.h).
#pragma once

#include <memory>
#include <vector>

#include "machines/rule_book.h"

namespace heed::machines {

/// Thread-safe as its silo is; the caller serializes changes.
class CalendarBook {
 public:
  static constexpr std::size_t kMostCalendars = 200;

  /// Nothing where there was none.
  using OverTime = Dated<std::optional<ShiftCalendar>>;

  /// `rules` outlives it.
  CalendarBook(std::shared_ptr<silo::Silo> silo, RuleBook& rules)
      : silo_(std::move(silo)), rules_(rules) {}

  /// In the order of locations.
  Governed<std::vector<ShiftCalendar>> list(const Access& access) const;
  /// At each time the location's own, or the one of no location; as known at `known`, or now.
  Governed<OverTime> find(const Access& access, std::string_view location,
                          std::optional<Time> known = {}) const;
  /// From `from` on in the place of the location's earlier one. kInvalid names the field.
  Governed<void> put(const Access& access, const ShiftCalendar& calendar, Time from);
  /// Whether there was one.
  Governed<bool> remove(const Access& access, std::string_view location, Time from);

 private:
  /// Those that were kept before calendars had versions: the first version of each location.
  Governed<std::vector<ShiftCalendar>> first(const Access& access) const;
  Governed<OverTime> own(const Access& access, const std::vector<ShiftCalendar>& first,
                         std::string_view location, std::optional<Time> known) const;

  const std::shared_ptr<silo::Silo> silo_;
  RuleBook& rules_;
};

}  // namespace heed::machines

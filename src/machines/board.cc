#include "machines/board.h"

namespace heed::machines {
namespace {

/// What the item with the role says now; nothing also when the access may not see it.
Governed<std::optional<Said>> said_now(const Reading& reading, Role role) {
  const auto* entry = reading.now.directory->find(reading.now.tracker.item_of(role));
  if (entry == nullptr) return std::nullopt;
  const auto last = reading.silo.last_at(reading.access, entry->series, Time::max());
  if (!last && last.error().refusal()) return std::nullopt;
  if (!last) return std::unexpected(last.error());
  if (!*last || !(*last)->value) return std::nullopt;
  return Said{*(*last)->value, (*last)->at};
}

Governed<void> add_today(const Reading& reading, const TimeZone& zone, Card& card) {
  card.day_start = zone.day_start(reading.clock);
  const auto add = [&](const Activity& activity) {
    const Duration length = activity.range.length();
    if (activity.standing.in_cycle) card.in_cycle_today += length;
    if (activity.standing.executing) card.executing_today += length;
  };
  auto scanned = scan_activities(reading, {card.day_start, Time::max()}, add);
  return scanned ? Governed<void>() : std::unexpected(scanned.error());
}

}  // namespace

Governed<Card> make_card(const Reading& reading, const Machine& machine, const TimeZone& zone,
                         Glance glance) {
  Card card{.machine = machine, .last_seen = reading.now.last_seen, .link = reading.now.link};
  card.glance = std::move(glance);
  StateTracker tracker = reading.now.tracker;
  std::vector<Transition> changes;
  if (!reading.now.recording) tracker.advance(reading.clock, changes);
  if (tracker.current()) {
    card.standing = tracker.current()->standing;
    card.since = tracker.current()->at;
    card.placed = tracker.current()->placed;
  }
  card.conditions = tracker.conditions().active();
  if (auto today = add_today(reading, zone, card); !today) return std::unexpected(today.error());
  ASSIGN_OR_RETURN(card.program, said_now(reading, Role::kProgram));
  ASSIGN_OR_RETURN(card.parts, said_now(reading, Role::kPartCount));
  ASSIGN_OR_RETURN(card.override_percent, said_now(reading, Role::kFeedOverride));
  return card;
}

}  // namespace heed::machines

// What the doors of this room stand on together: the books of what was declared and said, each
// machine's recorder, and what viewers were told last. A door (machines.h names them) says who may
// ask what; what two of them need is here. Only the doors include this.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/sync.h"
#include "machines/advice_book.h"
#include "machines/calendar_book.h"
#include "machines/glance_book.h"
#include "machines/glances.h"
#include "machines/live_feed.h"
#include "machines/oee_reading.h"
#include "machines/recorder.h"
#include "machines/registry.h"
#include "machines/rule_book.h"
#include "machines/said_of_time.h"
#include "machines/tool_book.h"

namespace heed::machines {

/// What a viewer was told last of a machine, so that tick() sees what time alone changed.
struct Announced {
  std::optional<Standing> standing;
  std::optional<Time> last_seen;
};

/// Thread-safe where it says what guards what, and as its books are.
struct Inside {
  Inside(std::shared_ptr<silo::Silo> its_silo, Access its_own, const Clock& its_clock,
         Random& its_random)
      : silo(std::move(its_silo)),
        own(std::move(its_own)),
        clock(its_clock),
        random(its_random),
        registry(silo, clock, random),
        rules(silo, clock),
        calendars(silo, rules),
        said(silo, rules, clock, random),
        tools(silo, clock),
        advice(silo, clock),
        glance_book(silo),
        glances(clock),
        feed(std::make_shared<LiveFeed>(clock)),
        ring(std::make_shared<AgentRing>(clock)) {}

  const std::shared_ptr<silo::Silo> silo;
  const Access own;
  const Clock& clock;
  Random& random;
  Mutex one_change;  ///< One change of the registry at a time; taken before mutex.
  Registry registry;
  RuleBook rules;
  CalendarBook calendars;
  SaidOfTime said;
  ToolBook tools;
  AdviceBook advice;
  const GlanceBook glance_book;
  Glances glances;
  const std::shared_ptr<LiveFeed> feed;
  const std::shared_ptr<AgentRing> ring;
  Mutex one_begin;  ///< Held while the ring begins; taken before mutex and the recorders' turns.
  Mutex mutex;      ///< Never held while anything slow happens.
  std::map<MachineId, std::shared_ptr<Recorder>> recorders HEED_GUARDED_BY(mutex);
  /// The machines that are there and have been asked for or heard.
  std::map<MachineId, Announced> announced HEED_GUARDED_BY(mutex);
  /// By location, so that a card needs no record to know when its day began.
  std::map<std::string, TimeZone, std::less<>> zones HEED_GUARDED_BY(mutex);

  std::shared_ptr<Recorder> recorder(MachineId machine) HEED_EXCLUDES(mutex);
  void card_changed(MachineId machine);
  std::optional<Card> own_card(MachineId machine);
  Governed<Card> card(const Access& access, const Machine& machine, Glance glance);
  /// As the room itself may see it; read once.
  Glance own_glance(MachineId machine);
  void look_back(const Glances::Due& due);
  void look_at(MachineId machine);
  TimeZone zone_of(std::string_view location) HEED_EXCLUDES(mutex);
  void learn_zones() HEED_EXCLUDES(mutex);
  /// Serialized with other changes of the registry; cards show the new zone at once.
  void calendars_changed() HEED_EXCLUDES(mutex);

  /// Calls `read` with a Reading of the machine, if it is there for the access.
  template <class Read>
  auto reading(const Access& access, MachineId machine, Read read)
      -> decltype(read(std::declval<const Reading&>())) {
    if (auto found = registry.find(access, machine); !found) return std::unexpected(found.error());
    ASSIGN_OR_RETURN(const auto now, recorder(machine)->now());
    return read(Reading{*silo, access, machine, *now, clock.now()});
  }
  /// The same with what figures are made of beside it.
  template <class Load>
  auto figures(const Access& access, MachineId machine, Load load)
      -> decltype(load(std::declval<const Reading&>(), std::declval<const OeeSources&>())) {
    ASSIGN_OR_RETURN(const Machine found, registry.find(access, machine));
    return reading(access, machine, [&](const Reading& r) {
      return load(r, OeeSources{calendars, said, found.location});
    });
  }
};

}  // namespace heed::machines

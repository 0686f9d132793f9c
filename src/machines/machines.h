// machines: from what a machine said to what it was doing.
//
// In:  numbered reports of observations, gaps and links (observation.h), from a box or an import.
// Out: the register of machines, cards for the floor, a live feed; and behind a door each, with a
//      header of its own, what is asked of machines:
//        past.h             activities, plots, conditions, the reason for a state with its lines
//        figures.h          cycles, parts, alarms, OEE, and how far they are to be believed
//        meaning_of_time.h  what people say of time: calendars, reasons, goals, scrap
//        outlook.h          what to expect and what to do
//        tools.h            tools and how long they last
//        shift_notes.h      what one shift tells the next
//        programs.h         the programs of the controls
//        agent.h            what a server of MTConnect tells on
// Knows: silo, policy, base. No protocol: what bytes mean was settled before a report is made.
//
// The rule is docs/STATES.md. An observation's way through this room:
//   recorder → source_clock, placement → state_tracker (state_table) → one silo batch → live_feed
// and back out: each door reads the silo under the caller's Access. What the doors share is
// inside.h.
//
// Start at Machines, which opens an organization's and hands out its doors. Blocking (storage):
// call from a worker thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "machines/access.h"
#include "machines/card.h"
#include "machines/machine.h"
#include "machines/observation.h"

namespace heed {
class Clock;
class Random;
namespace silo {
class Silo;
}
}  // namespace heed

namespace heed::machines {

class Agent;
class Figures;
class MeaningOfTime;
class Outlook;
class Past;
class Programs;
class ShiftNotes;
class Subscription;
class Tools;
struct Inside;

/// The machines of one organization. Thread-safe, as its doors are. What is not allowed is refused
/// with its clause; a machine that is not there, or is removed, is kNotFound.
class Machines {
 public:
  /// `own` is the standing under which the room reads back its own states after a start (what it
  /// answers with is decided by each caller's access). `clock`, `random` outlive it.
  static Governed<std::unique_ptr<Machines>> open(std::shared_ptr<silo::Silo> silo, Access own,
                                                  const Clock& clock, Random& random);
  explicit Machines(std::unique_ptr<Inside> inside);  ///< For open() alone.
  ~Machines();
  Machines(const Machines&) = delete;
  Machines& operator=(const Machines&) = delete;

  // The machines themselves -----------------------------------------------------------------------

  /// kConflict when the name is taken, kInvalid names the field, kExhausted beyond 1,000 machines.
  Governed<Machine> add(const Access& access, const NewMachine& machine);
  Governed<Machine> change(const Access& access, MachineId machine, const MachineChange& change);
  /// Its data stays until its deadline, so that it can be restored.
  Governed<void> remove(const Access& access, MachineId machine);
  Governed<Machine> restore(const Access& access, MachineId machine);
  /// In the order of names. Removed ones only when asked for.
  Governed<std::vector<Machine>> list(const Access& access, bool with_removed = false) const;
  Governed<Machine> machine(const Access& access, MachineId machine) const;

  // Taking in -------------------------------------------------------------------------------------

  /// Durable when it returns, all or nothing. Reports of one machine are taken in turn; a number
  /// that leaves some out is taken, and the gap recorded. kInvalid when the report can never be
  /// taken: an item's key is empty or has control characters, a raw index is out of range, or it
  /// is beyond one of the limits below.
  Governed<Recorded> record(const Access& access, const Report& report);
  Governed<Resume> resume(const Access& access, MachineId machine) const;

  static constexpr std::size_t kLongestKey = 200;
  static constexpr std::size_t kLongestValue = 32'768;
  static constexpr std::size_t kLongestLine = 1U << 20;
  static constexpr std::size_t kMostObservations = 30'000;  ///< In one report; the same of lines.
  static constexpr std::size_t kMostItems = 20'000;         ///< Of one machine.

  // The floor, now --------------------------------------------------------------------------------

  Governed<std::vector<Card>> board(const Access& access) const;
  Governed<Card> card(const Access& access, MachineId machine) const;
  Governed<MachineDetails> details(const Access& access, MachineId machine) const;
  /// `after`: the last event id the viewer has seen. `wake`: see LiveFeed::subscribe (live_feed.h).
  Governed<std::unique_ptr<Subscription>> watch(const Access& access,
                                                std::optional<std::uint64_t> after,
                                                std::optional<MachineId> machine,
                                                std::function<void()> wake);
  /// Tells viewers what time alone changed ("feed is 0 for ≥ 10 s") and what the feed's rates held
  /// back. To be called about every 50 ms by whoever owns the program's timers.
  void tick();
  /// Works out what the card of one machine shows of its past and of its batch (glance.h), if one
  /// is due; whether there was one. Reads that machine's history, so it is for a worker that nobody
  /// waits for; one call at a time.
  bool look_back();

  // The doors that the top of this page names; each lives as long as this -------------------------

  const Past& past() const;
  const Figures& figures() const;
  MeaningOfTime& meaning_of_time();
  Outlook& outlook();
  Tools& tools();
  ShiftNotes& shift_notes();
  /// That a machine which a program names is there, the caller asks beforehand.
  Programs& programs();
  const Agent& agent() const;

 private:
  struct Doors;
  const std::unique_ptr<Inside> inside_;
  const std::unique_ptr<Doors> doors_;
};

}  // namespace heed::machines

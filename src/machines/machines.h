// machines: from what a machine said to what it was doing.
//
// In:  numbered reports of observations, gaps and links (observation.h), from a box or an import.
// Out: cards for the floor, timelines of activities, plots, conditions, the reason for a state with
//      the raw lines behind it, and a live feed.
// Knows: silo, policy, base. No protocol: what bytes mean was settled before a report is made.
//
// The rule is docs/STATES.md. An observation's way through this room:
//   recorder → source_clock, placement → state_tracker (state_table) → one silo batch → live_feed
// and back out: timeline, plots, explain read the silo under the caller's Access.
//
// Start at Machines. Blocking (storage): call from a worker thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/base.h"
#include "machines/advice.h"
#include "machines/agent_ring.h"
#include "machines/cycle.h"
#include "machines/forecast.h"
#include "machines/live_feed.h"
#include "machines/observation.h"
#include "machines/oee.h"
#include "machines/period_figures.h"
#include "machines/reason.h"
#include "machines/rules.h"
#include "machines/self_audit.h"
#include "machines/shift_calendar.h"
#include "machines/state.h"
#include "machines/threshold.h"
#include "machines/tool.h"
#include "machines/views.h"
#include "policy/coverage.h"
#include "policy/policy.h"
#include "silo/silo.h"

namespace heed::machines {

using policy::Access;
using policy::Governed;

class Programs;

/// Every kind that this room stores, as it expects the policy to declare it.
std::vector<policy::Kind> kinds();
/// What this room has that a policy speaks of.
policy::Inventory inventory();

struct NewMachine {
  std::string name;      ///< 1 to 100 characters, unlike any other machine's.
  std::string location;  ///< At most 100 characters.
  Protocol protocol = Protocol::kShdr;
  std::string address;  ///< 1 to 300 characters.
  bool recording = false;
  std::string settings = {};  ///< At most 16 KiB.
};

struct MachineChange {
  std::optional<std::string> name, location, address, settings;
};

struct Recorded {
  /// The report had been taken before, or came out of its turn; nothing changed.
  bool duplicate = false;
  /// The number of the last report taken: where the sender goes on.
  std::uint64_t last = 0;
  std::uint64_t stored = 0;  ///< Observations that were stored anew.
  std::uint64_t folded = 0;  ///< Exact repeats, not stored again.
};

/// Where a driver goes on after a restart.
struct Resume {
  std::uint64_t last_report = 0;
  std::string cursor;  ///< Report::resume of the last report that had one.
};

/// What is planned for a machine in a range.
struct ShiftPlan {
  bool has_calendar = false;  ///< Else the zone is UTC and every moment is planned.
  std::string location;       ///< Of the calendar; empty for the one of all other locations.
  TimeZone zone;
  std::vector<ShiftTime> shifts;
};

/// What an item's numbers were over time, and where its two levels may be told apart.
struct SignalLevels {
  std::optional<HeldHistogram> histogram;
  Result<ThresholdSuggestion> suggestion;
};

/// What one shift tells the next.
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

/// The machines of one organization. Thread-safe. What is not allowed is refused with its clause;
/// a machine that is not there, or is removed, is kNotFound.
class Machines {
  struct Inside;

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

  // Asking ----------------------------------------------------------------------------------------

  Governed<std::vector<Card>> board(const Access& access) const;
  Governed<Card> card(const Access& access, MachineId machine) const;
  Governed<MachineDetails> details(const Access& access, MachineId machine) const;
  Governed<Timeline> timeline(const Access& access, MachineId machine, TimeRange range) const;
  /// For a picture of so many cells: the activities themselves when they are at most `activities`.
  /// `range` is not empty; `cells` at least 1.
  Governed<Overview> overview(const Access& access, MachineId machine, TimeRange range,
                              std::size_t cells, std::size_t activities) const;
  Governed<std::vector<ItemView>> items(const Access& access, MachineId machine) const;
  /// At most `points` (2 to 5,000) parts with their extremes, or every sample when they are fewer.
  /// kNotFound if the machine has no such item.
  Governed<Plot> samples(const Access& access, MachineId machine, std::string_view item,
                         TimeRange range, std::size_t points) const;
  /// Every stored sample in time order, for CSV.
  Governed<void> scan_samples(const Access& access, MachineId machine, std::string_view item,
                              TimeRange range, const RowVisitor& visit) const;
  /// Active conditions (WARNING, FAULT) at that moment.
  Governed<std::vector<Condition>> conditions(const Access& access, MachineId machine,
                                              Time at) const;
  /// "Why is it red": kNotFound before the machine's first observation.
  Governed<Explanation> explain(const Access& access, MachineId machine, Time at) const;
  /// The line behind the item's last observation at or before `at`.
  Governed<RawLine> raw(const Access& access, MachineId machine, std::string_view item,
                        Time at) const;
  /// The newest `limit` changes and gaps.
  Governed<LinkHistory> link_history(const Access& access, MachineId machine,
                                     std::size_t limit) const;

  static constexpr Duration kLongestCycleRange = Duration::days(100);
  static constexpr std::size_t kMostCycles = 10'000;
  /// The cycles that began in the range, found anew from what is stored (docs/CYCLES.md); a later
  /// call may judge those of the last seven days otherwise. kInvalid above kLongestCycleRange,
  /// kExhausted beyond kMostCycles. An access that may not see program names is told none.
  Governed<CycleList> cycles(const Access& access, MachineId machine, TimeRange range) const;

  // What to expect and what to do (docs/FORECAST.md, docs/RECOMMENDATIONS.md) ---------------------

  /// When the batch will be done, or why that cannot be said.
  Governed<ForecastAnswer> forecast(const Access& access, MachineId machine,
                                    const BatchGoal& goal) const;
  /// From the last four weeks; of a recording, its last.
  Governed<AdviceList> recommendations(const Access& access, MachineId machine) const;
  /// kInvalid names the field; kNotFound for what can be no recommendation's id.
  Governed<void> dismiss(const Access& access, MachineId machine, std::string_view id,
                         const NewDismissal& dismissal);
  /// Nothing changes if it was not dismissed.
  Governed<void> undo_dismissal(const Access& access, MachineId machine, std::string_view id);
  Governed<std::optional<MachineHour>> machine_hour(const Access& access) const;
  Governed<void> set_machine_hour(const Access& access, const std::optional<MachineHour>& hour);

  /// Works out what the card of one machine shows of its past and of its batch (glance.h), if one
  /// is due; whether there was one. Reads that machine's history, so it is for a worker that nobody
  /// waits for; one call at a time.
  bool look_back();

  // What time means (docs/OEE.md) -----------------------------------------------------------------

  /// By location.
  Governed<std::vector<ShiftCalendar>> calendars(const Access& access) const;
  /// In the place of its location's earlier one, which holds until `from`. kInvalid names the
  /// field, kExhausted beyond 200 of them, or of one's versions.
  Governed<void> set_calendar(const Access& access, const ShiftCalendar& calendar,
                              Time from = RuleVersion::kEver);
  /// kNotFound if the location has none of its own.
  Governed<void> remove_calendar(const Access& access, std::string_view location,
                                 Time from = RuleVersion::kEver);
  Governed<ShiftPlan> shifts(const Access& access, MachineId machine, TimeRange range) const;
  /// Until somebody sets others, the usual ones.
  Governed<ReasonTree> reasons(const Access& access) const;
  Governed<void> set_reasons(const Access& access, const ReasonTree& tree,
                             Time from = RuleVersion::kEver);
  /// Says why the machine stood; an empty code takes back what was said. kInvalid names the field:
  /// a code that is not offered, a range that is empty, in the future or beyond kLongestTag.
  Governed<void> tag(const Access& access, MachineId machine, TimeRange range,
                     std::string_view code);
  Governed<ProductionGoal> goal(const Access& access, MachineId machine) const;
  Governed<void> set_goal(const Access& access, MachineId machine, const ProductionGoal& goal,
                          Time from = RuleVersion::kEver);
  /// What was said of a rule, in its order. `whose`: a location, a machine's id, or nothing.
  Governed<std::vector<RuleVersion>> rule_versions(const Access& access, Rule rule,
                                                   std::string_view whose) const;
  /// Takes back the newest change. kNotFound if there is none.
  Governed<void> undo_rule(const Access& access, Rule rule, std::string_view whose);
  /// Parts that were found to be no good; a negative count takes some back.
  Governed<void> add_scrap(const Access& access, MachineId machine, Time found, std::int64_t count);
  /// The figures of a range of at most kLongestOee, to now at the latest.
  Governed<Oee> oee(const Access& access, MachineId machine, const OeeQuestion& question) const;
  Governed<Oee> oee(const Access& access, MachineId machine, TimeRange range) const {
    return oee(access, machine, OeeQuestion{.range = range});
  }
  /// Reads all cycles of the range, at most kLongestCycleRange.
  Governed<PartsAgreement> parts_agreement(const Access& access, MachineId machine,
                                           TimeRange range) const;
  /// What was read once is kept, so that the next time only the last days are read.
  Governed<LifetimeCount> lifetime_count(const Access& access, MachineId machine) const;
  /// Where an item's signal is hardly ever, over at most kLongestSignal. kNotFound, with the reason
  /// why no threshold can be told, stands in `suggestion`.
  Governed<SignalLevels> signal_levels(const Access& access, MachineId machine,
                                       std::string_view item, TimeRange range) const;
  /// By day of the location, the newest last, over at most kLongestAudit; none if the control
  /// counts no time of its own.
  Governed<SelfAudit> self_audit(const Access& access, MachineId machine, TimeRange range) const;

  /// Alarms and failures (docs/ALARMS.md), of a range as oee() takes it.
  Governed<std::vector<AlarmSpan>> alarms(const Access& access, MachineId machine,
                                          TimeRange range) const;
  /// oee() with failures and what `parts` asks for.
  Governed<PeriodFigures> period(const Access& access, MachineId machine, TimeRange range,
                                 PeriodParts parts) const;
  /// What is planned at a location.
  Governed<ShiftPlan> location_shifts(const Access& access, std::string_view location,
                                      TimeRange range) const;
  /// Notes stay as they are written; who wrote one may take it back. kInvalid names the field.
  Governed<ShiftNote> write_note(const Access& access, const NewShiftNote& note);
  Governed<std::vector<ShiftNote>> notes(const Access& access, std::string_view location,
                                         TimeRange begins) const;
  Governed<void> take_note_back(const Access& access, const std::string& id);

  static constexpr std::size_t kMostAlarms = 100'000;  ///< Told of one item in one range
  static constexpr Duration kLongestTag = Duration::days(7);
  static constexpr std::int64_t kMostScrap = 1'000'000;        ///< At once
  static constexpr Duration kLongestOee = Duration::days(93);  ///< A quarter, whatever its clocks
  static constexpr Duration kLongestAudit = Duration::days(32);
  static constexpr Duration kLongestSignal = Duration::days(32);
  static constexpr std::size_t kMostSignalValues = 2'000'000;

  // Tools (docs/TOOLS.md) -------------------------------------------------------------------------

  /// What is known of the machine's tools. kInvalid above kLongestToolRange.
  Governed<ToolTable> tools(const Access& access, MachineId machine, TimeRange range) const;
  /// In the place of the tool's earlier one. kInvalid names the field, kExhausted beyond 1,000.
  Governed<void> set_tool_life(const Access& access, MachineId machine, const ToolLife& life);
  /// kNotFound if the tool has none.
  Governed<void> remove_tool_life(const Access& access, MachineId machine, std::string_view tool);

  static constexpr Duration kLongestToolRange = Duration::days(100);
  /// Of the controls (machines/programs.h). That a machine which a program names is there, the
  /// caller asks beforehand.
  Programs& programs();

  // Now -------------------------------------------------------------------------------------------

  /// `after`: the last event id the viewer has seen. `wake`: see LiveFeed::subscribe.
  Governed<std::unique_ptr<Subscription>> watch(const Access& access,
                                                std::optional<std::uint64_t> after,
                                                std::optional<MachineId> machine,
                                                std::function<void()> wake);
  /// Every item that the machine has or had, without what it said.
  Governed<MachineItems> describe(const Access& access, MachineId machine) const;
  /// By item: whether the access may read what it said last.
  Governed<std::vector<bool>> readable(const Access& access, MachineId machine,
                                       std::span<const std::string_view> items) const;
  /// The organization's numbered observations (agent_ring.h), begun now if nobody asked before.
  /// What is in it was read under the room's own standing: the caller shows of it only what
  /// describe() and, of an earlier one, readable() allow. `standing` names what both depend on
  /// beside the access, the policy in force; when it changes, the ring begins anew.
  Governed<std::shared_ptr<AgentRing>> agent_ring(const Access& access, std::string_view standing);
  /// Tells viewers what time alone changed ("feed is 0 for ≥ 10 s") and what the feed's rates held
  /// back. To be called about every 50 ms by whoever owns the program's timers.
  void tick();

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace heed::machines

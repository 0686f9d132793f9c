#include "machines/machines.h"

#include <map>

#include "base/sync.h"
#include "machines/advice_reading.h"
#include "machines/alarm_reading.h"
#include "machines/board.h"
#include "machines/cycle_reading.h"
#include "machines/described.h"
#include "machines/evidence.h"
#include "machines/forecast_reading.h"
#include "machines/glance_book.h"
#include "machines/glances.h"
#include "machines/oee_reading.h"
#include "machines/parts_reading.h"
#include "machines/period_reading.h"
#include "machines/programs.h"
#include "machines/reading.h"
#include "machines/recorder.h"
#include "machines/registry.h"
#include "machines/rollup.h"
#include "machines/shift_notes.h"
#include "machines/tool_book.h"
#include "machines/tool_reading.h"

namespace heed::machines {

/// What a viewer was told last of a machine, so that tick() sees what time alone changed.
struct Announced {
  std::optional<Standing> standing;
  std::optional<Time> last_seen;
};

struct Machines::Inside {
  Inside(std::shared_ptr<silo::Silo> its_silo, Access its_own, const Clock& its_clock,
         Random& random)
      : silo(std::move(its_silo)),
        own(std::move(its_own)),
        clock(its_clock),
        registry(silo, clock, random),
        rules(silo, clock),
        calendars(silo, rules),
        said(silo, rules, clock, random),
        tools(silo, clock),
        programs(silo, clock, random),
        shift_notes(silo, clock, random),
        advice(silo, clock),
        glance_book(silo),
        glances(clock),
        feed(std::make_shared<LiveFeed>(clock)),
        ring(std::make_shared<AgentRing>(clock)) {}

  const std::shared_ptr<silo::Silo> silo;
  const Access own;
  const Clock& clock;
  Mutex one_change;  ///< One change of the registry at a time; taken before mutex.
  Registry registry;
  RuleBook rules;
  CalendarBook calendars;
  SaidOfTime said;
  ToolBook tools;
  Programs programs;
  ShiftNotes shift_notes;
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

namespace {

/// A viewer sees "last seen" move at least this often, even if nothing else changes.
constexpr Duration kSeenInterval = Duration::seconds(5);
/// A prefix that no series of this room has: asking for it asks the policy and reads nothing.
constexpr std::string_view kNoSeries = "-";

/// A watch shows whatever is said, so every category of it must be allowed.
Governed<void> check_watch(silo::Silo& silo, const Access& access) {
  for (const DataClass data : kDataClasses) {
    const auto listed = silo.list_series(access, kind::observations(data), kNoSeries);
    if (!listed) return std::unexpected(listed.error());
  }
  return {};
}

}  // namespace

std::shared_ptr<Recorder> Machines::Inside::recorder(MachineId machine) {
  const Lock lock(mutex);
  auto& known = recorders[machine];
  if (!known) {
    known = std::make_shared<Recorder>(silo, own, machine, ring);
    announced[machine];
    glances.meet(machine);
  }
  return known;
}

void Machines::Inside::card_changed(MachineId machine) {
  feed->card_changed(machine, [this, machine] { return own_card(machine); });
}

std::optional<Card> Machines::Inside::own_card(MachineId machine) {
  const auto found = registry.find(own, machine);
  if (!found) return {};
  auto made = card(own, *found, own_glance(machine));
  if (!made) return {};
  const Lock lock(mutex);
  if (const auto told = announced.find(machine); told != announced.end()) {
    told->second = {made->since ? std::optional(made->standing) : std::nullopt, made->last_seen};
  }
  return *std::move(made);
}

Governed<Card> Machines::Inside::card(const Access& access, const Machine& machine, Glance glance) {
  ASSIGN_OR_RETURN(const auto now, recorder(machine.id)->now());
  return make_card({*silo, access, machine.id, *now, clock.now()}, machine,
                   zone_of(machine.location), std::move(glance));
}

Glance Machines::Inside::own_glance(MachineId machine) {
  if (const auto known = glances.known(machine)) return *known;
  const Glance kept = glance_book.find(own, machine).value_or(Glance());
  glances.learn(machine, kept);
  return kept;
}

/// What is found is kept for whoever asks, under the asker's access, and told to who looks on.
void Machines::Inside::look_back(const Glances::Due& due) {
  const Glance before = own_glance(due.machine);
  Glance after = before;
  std::optional<AuditLook> audit;
  std::optional<ForecastLook> forecast;
  const auto look = [&](const Reading& r, const OeeSources& sources) -> Governed<void> {
    if (due.audit) {
      ASSIGN_OR_RETURN(audit, look_at_audit(r, sources));
      after.audit = audit->told;
      if (auto put = glance_book.put(own, due.machine, after.audit); !put) return put;
    }
    if (due.forecast) {
      ASSIGN_OR_RETURN(forecast, look_at_batch(r, sources, due.before));
      after.forecast = forecast->told;
    }
    if (after.forecast == before.forecast) return {};
    return glance_book.put(own, due.machine, after.forecast);
  };
  if (!figures(own, due.machine, look)) return glances.failed(due);
  glances.looked(due, audit, forecast);
  glances.learn(due.machine, after);
  if (after != before) card_changed(due.machine);
}

TimeZone Machines::Inside::zone_of(std::string_view location) {
  const Lock lock(mutex);
  auto found = zones.find(location);
  if (found == zones.end()) found = zones.find(std::string_view());
  return found == zones.end() ? TimeZone::utc() : found->second;
}

/// A policy of before there were calendars has no word for them: then there is none.
void Machines::Inside::learn_zones() {
  const auto known = calendars.list(own);
  const Lock lock(mutex);
  zones.clear();
  if (!known) return;
  for (const ShiftCalendar& calendar : *known) zones.emplace(calendar.location, calendar.zone);
}

void Machines::Inside::calendars_changed() {
  learn_zones();
  glances.rules_changed();
  std::vector<MachineId> there;
  {
    const Lock lock(mutex);
    for (const auto& [machine, told] : announced) there.push_back(machine);
  }
  for (const MachineId machine : there) card_changed(machine);
}

/// Announces a machine whose state changed by time alone, or that was only seen.
void Machines::Inside::look_at(MachineId machine) {
  const auto shown = recorder(machine)->now();
  if (!shown) return;
  const Now& now = **shown;
  std::optional<Standing> standing;
  StateTracker tracker = now.tracker;
  std::vector<Transition> changes;
  if (!now.recording) tracker.advance(clock.now(), changes);
  if (tracker.current()) standing = tracker.current()->standing;
  {
    const Lock lock(mutex);
    const auto entry = announced.find(machine);
    if (entry == announced.end()) return;
    const Announced& told = entry->second;
    const bool seen =
        now.last_seen && (!told.last_seen || *now.last_seen - *told.last_seen >= kSeenInterval);
    if (told.standing == standing && !seen) return;
  }
  card_changed(machine);
}

Machines::Machines(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Machines::~Machines() = default;

Governed<std::unique_ptr<Machines>> Machines::open(std::shared_ptr<silo::Silo> silo, Access own,
                                                   const Clock& clock, Random& random) {
  auto inside = std::make_unique<Inside>(std::move(silo), std::move(own), clock, random);
  if (auto allowed = inside->registry.list(inside->own, false); !allowed) {
    return std::unexpected(allowed.error());
  }
  inside->learn_zones();
  return std::make_unique<Machines>(std::move(inside));
}

Programs& Machines::programs() {
  return inside_->programs;
}

Governed<Machine> Machines::add(const Access& access, const NewMachine& machine) {
  const Lock lock(inside_->one_change);
  auto added = inside_->registry.add(access, machine);
  if (!added) return added;
  inside_->card_changed(added->id);
  inside_->ring->model_changed();
  return added;
}

Governed<Machine> Machines::change(const Access& access, MachineId machine,
                                   const MachineChange& change) {
  const Lock lock(inside_->one_change);
  auto changed = inside_->registry.change(access, machine, change);
  if (!changed) return changed;
  if (change.location) inside_->glances.rules_changed(machine);
  inside_->card_changed(machine);
  inside_->ring->model_changed();
  return changed;
}

Governed<void> Machines::remove(const Access& access, MachineId machine) {
  const Lock lock(inside_->one_change);
  if (auto removed = inside_->registry.remove(access, machine); !removed) {
    return std::unexpected(removed.error());
  }
  inside_->feed->removed(machine);
  inside_->glances.forget(machine);
  inside_->ring->forget(machine);
  const Lock inner(inside_->mutex);
  inside_->announced.erase(machine);  // the recorder stays: a report may be on its way through it
  return {};
}

Governed<Machine> Machines::restore(const Access& access, MachineId machine) {
  const Lock lock(inside_->one_change);
  auto restored = inside_->registry.restore(access, machine);
  if (!restored) return restored;
  {
    const Lock inner(inside_->mutex);
    inside_->announced[machine];
  }
  inside_->glances.meet(machine);
  inside_->card_changed(machine);
  inside_->ring->model_changed();
  // If it cannot be told now, its items are unknown to the ring's readers until they are said anew.
  const Lock begin(inside_->one_begin);
  (void)inside_->recorder(machine)->tell_base();
  return restored;
}

Governed<std::vector<Machine>> Machines::list(const Access& access, bool with_removed) const {
  return inside_->registry.list(access, with_removed);
}

Governed<Machine> Machines::machine(const Access& access, MachineId machine) const {
  return inside_->registry.find(access, machine);
}

Governed<Recorded> Machines::record(const Access& access, const Report& report) {
  const MachineId machine = report.machine;
  if (auto found = inside_->registry.find(access, machine); !found) {
    return std::unexpected(found.error());
  }
  const bool watched = inside_->feed->watched(machine);
  auto taken = inside_->recorder(machine)->record(access, report, watched);
  if (!taken) return std::unexpected(taken.error());
  if (taken->earliest) inside_->glances.placed(machine, *taken->earliest);
  if (taken->shown) inside_->card_changed(machine);
  if (!taken->values.empty()) inside_->feed->values(machine, std::move(taken->values));
  return taken->recorded;
}

Governed<Resume> Machines::resume(const Access& access, MachineId machine) const {
  if (auto found = inside_->registry.find(access, machine); !found) {
    return std::unexpected(found.error());
  }
  return inside_->recorder(machine)->resume();
}

Governed<std::vector<Card>> Machines::board(const Access& access) const {
  ASSIGN_OR_RETURN(const auto machines, inside_->registry.list(access, false));
  ASSIGN_OR_RETURN(auto glances, inside_->glance_book.all(access));
  std::vector<Card> cards;
  for (const Machine& machine : machines) {
    ASSIGN_OR_RETURN(Card card, inside_->card(access, machine, std::move(glances[machine.id])));
    cards.push_back(std::move(card));
  }
  return cards;
}

Governed<Card> Machines::card(const Access& access, MachineId machine) const {
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  ASSIGN_OR_RETURN(Glance glance, inside_->glance_book.find(access, machine));
  return inside_->card(access, found, std::move(glance));
}

Governed<MachineDetails> Machines::details(const Access& access, MachineId machine) const {
  ASSIGN_OR_RETURN(Card card, this->card(access, machine));
  ASSIGN_OR_RETURN(const auto now, inside_->recorder(machine)->now());
  return MachineDetails{std::move(card), now->directory->observed.size(),
                        now->correction == Duration(), now->correction, now->clock_changed};
}

Governed<Timeline> Machines::timeline(const Access& access, MachineId machine,
                                      TimeRange range) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return load_timeline(r, range); });
}

Governed<Overview> Machines::overview(const Access& access, MachineId machine, TimeRange range,
                                      std::size_t cells, std::size_t activities) const {
  return inside_->reading(access, machine, [&](const Reading& r) {
    return load_overview(r, range, {.cells = cells, .activities = activities});
  });
}

Governed<std::vector<ItemView>> Machines::items(const Access& access, MachineId machine) const {
  return inside_->reading(access, machine, [](const Reading& r) { return load_items(r); });
}

Governed<Plot> Machines::samples(const Access& access, MachineId machine, std::string_view item,
                                 TimeRange range, std::size_t points) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return load_plot(r, item, range, points); });
}

Governed<void> Machines::scan_samples(const Access& access, MachineId machine,
                                      std::string_view item, TimeRange range,
                                      const RowVisitor& visit) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return scan_item(r, item, range, visit); });
}

Governed<std::vector<Condition>> Machines::conditions(const Access& access, MachineId machine,
                                                      Time at) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return load_conditions(r, at); });
}

Governed<Explanation> Machines::explain(const Access& access, MachineId machine, Time at) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return load_explanation(r, at); });
}

Governed<RawLine> Machines::raw(const Access& access, MachineId machine, std::string_view item,
                                Time at) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return load_line(r, item, at); });
}

Governed<LinkHistory> Machines::link_history(const Access& access, MachineId machine,
                                             std::size_t limit) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return load_link_history(r, limit); });
}

Governed<CycleList> Machines::cycles(const Access& access, MachineId machine,
                                     TimeRange range) const {
  return inside_->reading(access, machine, [&](const Reading& r) { return load_cycles(r, range); });
}

Governed<ForecastAnswer> Machines::forecast(const Access& access, MachineId machine,
                                            const BatchGoal& goal) const {
  return inside_->figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_forecast(r, sources, goal);
  });
}

bool Machines::look_back() {
  const auto due = inside_->glances.due();
  if (due) inside_->look_back(*due);
  return due.has_value();
}

Governed<AdviceList> Machines::recommendations(const Access& access, MachineId machine) const {
  return inside_->figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_advice(r, sources, inside_->advice);
  });
}

Governed<void> Machines::dismiss(const Access& access, MachineId machine, std::string_view id,
                                 const NewDismissal& dismissal) {
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  return inside_->advice.dismiss(access, found.id, id, dismissal);
}

Governed<void> Machines::undo_dismissal(const Access& access, MachineId machine,
                                        std::string_view id) {
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  if (auto undone = inside_->advice.undo(access, found.id, id); !undone) {
    return std::unexpected(undone.error());
  }
  return {};
}

Governed<std::optional<MachineHour>> Machines::machine_hour(const Access& access) const {
  return inside_->advice.hour(access);
}

Governed<void> Machines::set_machine_hour(const Access& access,
                                          const std::optional<MachineHour>& hour) {
  return inside_->advice.set_hour(access, hour);
}

Governed<std::vector<ShiftCalendar>> Machines::calendars(const Access& access) const {
  return inside_->calendars.list(access);
}

Governed<void> Machines::set_calendar(const Access& access, const ShiftCalendar& calendar,
                                      Time from) {
  const Lock lock(inside_->one_change);
  if (auto put = inside_->calendars.put(access, calendar, from); !put) return put;
  inside_->calendars_changed();
  return {};
}

Governed<void> Machines::remove_calendar(const Access& access, std::string_view location,
                                         Time from) {
  const Lock lock(inside_->one_change);
  ASSIGN_OR_RETURN(const bool removed, inside_->calendars.remove(access, location, from));
  if (!removed) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kNotFound, "the location has no calendar of its own", {}});
  }
  inside_->calendars_changed();
  return {};
}

Governed<ShiftPlan> Machines::shifts(const Access& access, MachineId machine,
                                     TimeRange range) const {
  return inside_->figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_shifts(r.access, sources, range);
  });
}

Governed<ReasonTree> Machines::reasons(const Access& access) const {
  ASSIGN_OR_RETURN(const auto trees, inside_->said.reasons(access));
  return trees.last();
}

Governed<void> Machines::set_reasons(const Access& access, const ReasonTree& tree, Time from) {
  const Lock lock(inside_->one_change);
  return inside_->said.set_reasons(access, tree, from);
}

Governed<std::vector<RuleVersion>> Machines::rule_versions(const Access& access, Rule rule,
                                                           std::string_view whose) const {
  return inside_->rules.versions(access, rule, whose);
}

Governed<void> Machines::undo_rule(const Access& access, Rule rule, std::string_view whose) {
  const Lock lock(inside_->one_change);
  if (auto undone = inside_->rules.undo(access, rule, whose); !undone) return undone;
  if (rule == Rule::kCalendar) inside_->calendars_changed();
  return {};
}

Governed<void> Machines::tag(const Access& access, MachineId machine, TimeRange range,
                             std::string_view code) {
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  return inside_->said.tag(access, found.id, range, code);
}

Governed<ProductionGoal> Machines::goal(const Access& access, MachineId machine) const {
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  ASSIGN_OR_RETURN(const auto goals, inside_->said.goal(access, found.id));
  return goals.last();
}

Governed<void> Machines::set_goal(const Access& access, MachineId machine,
                                  const ProductionGoal& goal, Time from) {
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  const Lock lock(inside_->one_change);
  return inside_->said.set_goal(access, found.id, goal, from);
}

Governed<void> Machines::add_scrap(const Access& access, MachineId machine, Time found,
                                   std::int64_t count) {
  ASSIGN_OR_RETURN(const Machine there, inside_->registry.find(access, machine));
  return inside_->said.add_scrap(access, there.id, found, count);
}

Governed<Oee> Machines::oee(const Access& access, MachineId machine,
                            const OeeQuestion& question) const {
  return inside_->figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_oee(r, sources, question);
  });
}

Governed<PartsAgreement> Machines::parts_agreement(const Access& access, MachineId machine,
                                                   TimeRange range) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return load_parts_agreement(r, range); });
}

Governed<LifetimeCount> Machines::lifetime_count(const Access& access, MachineId machine) const {
  return inside_->reading(access, machine, [&](const Reading& r) {
    return load_lifetime_count(*inside_->silo, inside_->own, r);
  });
}

Governed<SignalLevels> Machines::signal_levels(const Access& access, MachineId machine,
                                               std::string_view item, TimeRange range) const {
  if (range.empty() || range.from < Time() || range.to - range.from > kLongestSignal) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kInvalid, "from: levels are told of a range of at most 32 days",
              "Ask for a week."});
  }
  ASSIGN_OR_RETURN(const auto held, inside_->reading(access, machine, [&](const Reading& r) {
    return load_held(r, item, range);
  }));
  return SignalLevels{histogram_of(held), suggest_threshold(held)};
}

Governed<SelfAudit> Machines::self_audit(const Access& access, MachineId machine,
                                         TimeRange range) const {
  return inside_->figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_self_audit(r, sources, range);
  });
}

Governed<ToolTable> Machines::tools(const Access& access, MachineId machine,
                                    TimeRange range) const {
  return inside_->reading(access, machine, [&](const Reading& r) -> Governed<ToolTable> {
    auto lives = inside_->tools.lives(access, machine);
    if (!lives && !lives.error().refusal()) return std::unexpected(lives.error());
    return load_tools(r, lives.value_or(std::vector<ToolLife>()), range);
  });
}

Governed<void> Machines::set_tool_life(const Access& access, MachineId machine,
                                       const ToolLife& life) {
  const Lock one(inside_->one_change);
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  return inside_->tools.put(access, found.id, life);
}

Governed<void> Machines::remove_tool_life(const Access& access, MachineId machine,
                                          std::string_view tool) {
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  ASSIGN_OR_RETURN(const bool removed, inside_->tools.remove(access, found.id, tool));
  if (removed) return {};
  return std::unexpected<policy::Withheld>(
      Error{ErrorKind::kNotFound, "no life was set for this tool", {}});
}

Governed<std::vector<AlarmSpan>> Machines::alarms(const Access& access, MachineId machine,
                                                  TimeRange range) const {
  return inside_->reading(access, machine, [&](const Reading& r) { return load_alarms(r, range); });
}

Governed<PeriodFigures> Machines::period(const Access& access, MachineId machine, TimeRange range,
                                         PeriodParts parts) const {
  ASSIGN_OR_RETURN(const Machine found, inside_->registry.find(access, machine));
  return inside_->figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_period(r, sources, found, range, parts);
  });
}

Governed<ShiftPlan> Machines::location_shifts(const Access& access, std::string_view location,
                                              TimeRange range) const {
  return load_shifts(access, OeeSources{inside_->calendars, inside_->said, location}, range);
}

Governed<ShiftNote> Machines::write_note(const Access& access, const NewShiftNote& note) {
  if (note.machine) {
    if (auto found = inside_->registry.find(access, *note.machine); !found) {
      return std::unexpected(found.error());
    }
  }
  return inside_->shift_notes.write(access, note);
}

Governed<std::vector<ShiftNote>> Machines::notes(const Access& access, std::string_view location,
                                                 TimeRange begins) const {
  return inside_->shift_notes.list(access, location, begins);
}

Governed<void> Machines::take_note_back(const Access& access, const std::string& id) {
  return inside_->shift_notes.take_back(access, id);
}

Governed<std::unique_ptr<Subscription>> Machines::watch(const Access& access,
                                                        std::optional<std::uint64_t> after,
                                                        std::optional<MachineId> machine,
                                                        std::function<void()> wake) {
  if (auto allowed = check_watch(*inside_->silo, access); !allowed) {
    return std::unexpected(allowed.error());
  }
  if (machine) {
    const auto found = inside_->registry.find(access, *machine);
    if (!found) return std::unexpected(found.error());
  }
  auto subscribed = inside_->feed->subscribe(after, machine, std::move(wake));
  if (!subscribed) return std::unexpected(subscribed.error());
  return *std::move(subscribed);
}

Governed<MachineItems> Machines::describe(const Access& access, MachineId machine) const {
  return inside_->reading(access, machine, [](const Reading& r) { return load_descriptions(r); });
}

Governed<std::vector<bool>> Machines::readable(const Access& access, MachineId machine,
                                               std::span<const std::string_view> items) const {
  return inside_->reading(access, machine,
                          [&](const Reading& r) { return load_readable(r, items); });
}

Governed<std::shared_ptr<AgentRing>> Machines::agent_ring(const Access& access,
                                                          std::string_view standing) {
  if (auto allowed = inside_->registry.list(access, false); !allowed) {
    return std::unexpected(allowed.error());
  }
  const Lock lock(inside_->one_begin);
  if (!inside_->ring->begin(standing)) return inside_->ring;
  ASSIGN_OR_RETURN(const auto all, inside_->registry.list(inside_->own, false));
  for (const Machine& machine : all) {
    if (auto told = inside_->recorder(machine.id)->tell_base(); !told) {
      inside_->ring->sleep();
      return std::unexpected(told.error());
    }
  }
  inside_->ring->run();
  return inside_->ring;
}

void Machines::tick() {
  inside_->feed->tick();
  inside_->ring->tick();
  std::vector<MachineId> there;
  {
    const Lock lock(inside_->mutex);
    for (const auto& [machine, told] : inside_->announced) there.push_back(machine);
  }
  for (const MachineId machine : there) inside_->look_at(machine);
}

}  // namespace heed::machines

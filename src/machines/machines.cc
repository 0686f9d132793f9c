#include "machines/machines.h"

#include "machines/agent.h"
#include "machines/figures.h"
#include "machines/inside.h"
#include "machines/meaning_of_time.h"
#include "machines/outlook.h"
#include "machines/past.h"
#include "machines/programs.h"
#include "machines/shift_notes.h"
#include "machines/tools.h"

namespace heed::machines {
namespace {

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

struct Machines::Doors {
  explicit Doors(Inside& inside)
      : past(inside),
        figures(inside),
        meaning_of_time(inside),
        outlook(inside),
        tools(inside),
        shift_notes(inside.silo, inside.registry, inside.clock, inside.random),
        programs(inside.silo, inside.clock, inside.random),
        agent(inside) {}

  const Past past;
  const Figures figures;
  MeaningOfTime meaning_of_time;
  Outlook outlook;
  Tools tools;
  ShiftNotes shift_notes;
  Programs programs;
  const Agent agent;
};

Machines::Machines(std::unique_ptr<Inside> inside)
    : inside_(std::move(inside)), doors_(std::make_unique<Doors>(*inside_)) {}
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

const Past& Machines::past() const {
  return doors_->past;
}

const Figures& Machines::figures() const {
  return doors_->figures;
}

MeaningOfTime& Machines::meaning_of_time() {
  return doors_->meaning_of_time;
}

Outlook& Machines::outlook() {
  return doors_->outlook;
}

Tools& Machines::tools() {
  return doors_->tools;
}

ShiftNotes& Machines::shift_notes() {
  return doors_->shift_notes;
}

Programs& Machines::programs() {
  return doors_->programs;
}

const Agent& Machines::agent() const {
  return doors_->agent;
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

bool Machines::look_back() {
  const auto due = inside_->glances.due();
  if (due) inside_->look_back(*due);
  return due.has_value();
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

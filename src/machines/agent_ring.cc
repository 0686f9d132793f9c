#include "machines/agent_ring.h"

#include <algorithm>
#include <iterator>

#include "machines/condition_book.h"
#include "machines/data_set.h"
#include "machines/said_words.h"

namespace heed::machines {
namespace {

std::size_t size_of(const Numbered& entry) {
  return sizeof(Numbered) + entry.item.size() + (entry.value ? entry.value->size() : 0);
}

Numbered entry_of(MachineId machine, const ItemValue& value) {
  return {.sequence = 0,
          .machine = machine,
          .item = value.item,
          .value = value.value,
          .at = value.at,
          .condition = value.condition,
          .set = value.set,
          .beside = value.beside};
}

/// What the set is after `said`, as an observation of its own.
NumberedPointer merged(const NumberedPointer& before, const NumberedPointer& said) {
  Numbered whole = *said;
  whole.value = merged_set(before->value.value_or(""), *said->value);
  return std::make_shared<const Numbered>(std::move(whole));
}

}  // namespace

void RingStandings::apply(const NumberedPointer& said) {
  std::vector<Active>& item = items_[{said->machine, said->item}];
  if (!said->condition || !said->value) {
    const bool changes = said->set && said->value && !item.empty();
    item.assign(1, {changes ? merged(item.front().said, said) : said, {}, {}, false});
    return;
  }
  Condition condition = read_condition(said->item, *said->value, said->at);
  const bool active = same_word(condition.level, "FAULT") || same_word(condition.level, "WARNING");
  const auto is_over = [&](const Active& one, const Condition& now) {
    return one.key == now.key() || (!active && now.id.empty() && one.code == now.code);
  };
  std::erase_if(item, [&](const Active& one) { return !one.active || is_over(one, condition); });
  if (active) {
    if (item.size() >= ConditionBook::kMostCodes) item.erase(item.begin());
    item.push_back({said, condition.key(), std::move(condition.code), true});
  } else if (item.empty() || condition.key().empty()) {
    item.assign(1, {said, {}, {}, false});
  }
}

void RingStandings::forget(MachineId machine) {
  std::erase_if(items_, [&](const auto& item) { return item.first.first == machine; });
}

const NumberedPointer* RingStandings::last(const Key& key) const {
  const auto found = items_.find(key);
  return found == items_.end() || found->second.empty() ? nullptr : &found->second.back().said;
}

std::vector<NumberedPointer> RingStandings::all() const {
  std::vector<NumberedPointer> said;
  for (const auto& [key, item] : items_) {
    for (const Active& one : item) said.push_back(one.said);
  }
  return said;
}

std::vector<NumberedPointer> RingStandings::of(MachineId machine) const {
  std::vector<NumberedPointer> said;
  for (auto at = items_.lower_bound({machine, {}}); at != items_.end(); ++at) {
    if (at->first.first != machine) break;
    for (const Active& one : at->second) said.push_back(one.said);
  }
  return said;
}

bool AgentRing::wants() const {
  const Lock lock(mutex_);
  return phase_ != Phase::kSleeps;
}

void AgentRing::take(MachineId machine, const std::vector<ItemValue>& values) {
  std::vector<Wake> wakes;
  {
    const Lock lock(mutex_);
    if (phase_ == Phase::kSleeps || values.empty()) return;
    if (phase_ != Phase::kRuns) return wait_with(machine, values);
    append(machine, values);
    wakes = listeners();
  }
  for (const Wake& wake : wakes) (*wake)();
}

void AgentRing::wait_with(MachineId machine, const std::vector<ItemValue>& values) {
  for (const ItemValue& value : values) waiting_.push_back(entry_of(machine, value));
  if (phase_ == Phase::kBegins) {
    while (waiting_.size() > entries_) waiting_.pop_front();
  } else if (waiting_.size() > kWaiting) {  // nobody was here before, it seems
    waiting_ = {};
    phase_ = Phase::kSleeps;
  }
}

/// What the items of a machine that wait for their numbers said last.
std::vector<ItemValue> AgentRing::waiting_of(MachineId machine) const {
  std::map<std::string, ItemValue> last;
  for (const Numbered& entry : waiting_) {
    if (entry.machine != machine) continue;
    last.insert_or_assign(entry.item, ItemValue{entry.item, entry.value, entry.at, entry.condition,
                                                entry.set, entry.beside});
  }
  std::vector<ItemValue> values;
  for (auto& [item, value] : last) values.push_back(std::move(value));
  return values;
}

void AgentRing::append(MachineId machine, const std::vector<ItemValue>& values) {
  for (const ItemValue& value : values) append(entry_of(machine, value));
}

void AgentRing::append(Numbered entry) {
  entry.sequence = next_++;
  bytes_ += size_of(entry);
  ring_.push_back(std::make_shared<const Numbered>(std::move(entry)));
  now_.apply(ring_.back());
  while (ring_.size() > entries_ || (bytes_ > kBytes && ring_.size() > 1)) drop_oldest();
}

void AgentRing::drop_oldest() {
  bytes_ -= size_of(*ring_.front());
  before_.apply(ring_.front());
  ring_.pop_front();
}

void AgentRing::suspend(MachineId machine, Time at) {
  std::vector<Wake> wakes;
  {
    const Lock lock(mutex_);
    if (phase_ == Phase::kSleeps) return;
    suspended_.insert(machine);
    if (phase_ != Phase::kRuns) {  // who begins it is told that the machine is not reached
      std::vector<ItemValue> unknown = waiting_of(machine);
      for (ItemValue& value : unknown) value = {value.item, {}, at, value.condition, value.set};
      return wait_with(machine, unknown);
    }
    std::string last;
    for (const NumberedPointer& said : now_.of(machine)) {
      if (!said->value || (said->item == last && said->condition)) continue;
      last = said->item;
      append({.sequence = 0,
              .machine = machine,
              .item = said->item,
              .value = {},
              .at = std::max(at, said->at),
              .condition = said->condition,
              .set = said->set});
    }
    wakes = listeners();
  }
  for (const Wake& wake : wakes) (*wake)();
}

void AgentRing::resume(MachineId machine, const std::vector<ItemValue>& values) {
  std::vector<Wake> wakes;
  {
    const Lock lock(mutex_);
    const bool suspended = suspended_.erase(machine) > 0;
    if (phase_ == Phase::kSleeps) return;
    if (phase_ != Phase::kRuns) {
      const std::vector<ItemValue> waiting = waiting_of(machine);
      std::vector<ItemValue> known;
      std::ranges::copy_if(values, std::back_inserter(known), [&](const ItemValue& value) {
        return std::ranges::any_of(waiting,
                                   [&](const ItemValue& one) { return one.item == value.item; });
      });
      return wait_with(machine, known);
    }
    for (const ItemValue& value : values) {
      if (suspended || value.item == kLinkItem) append(entry_of(machine, value));
    }
    wakes = listeners();
  }
  for (const Wake& wake : wakes) (*wake)();
}

void AgentRing::forget(MachineId machine) {
  {
    const Lock lock(mutex_);
    before_.forget(machine);
    now_.forget(machine);
    suspended_.erase(machine);
    std::erase_if(waiting_, [&](const Numbered& entry) { return entry.machine == machine; });
  }
  model_changed();
}

void AgentRing::model_changed() {
  std::vector<Wake> wakes;
  {
    const Lock lock(mutex_);
    // Two changes at one moment of the clock are two.
    model_changed_ = std::max(clock_.now(), model_changed_ + Duration::microseconds(1));
    wakes = listeners();
  }
  for (const Wake& wake : wakes) (*wake)();
}

bool AgentRing::begin(std::string_view standing) {
  const Lock lock(mutex_);
  asked_ = clock_.steady();
  if (phase_ == Phase::kRuns && standing_ == standing) return false;
  if (phase_ == Phase::kRuns) clear();
  standing_ = standing;
  phase_ = Phase::kBegins;
  base_.clear();
  return true;
}

void AgentRing::base(MachineId machine, const std::vector<ItemValue>& values) {
  const Lock lock(mutex_);
  if (phase_ == Phase::kRuns) {  // a machine that came back
    append(machine, values);
    return;
  }
  if (phase_ != Phase::kBegins) return;
  for (const ItemValue& value : values) {
    // What waits tells it better: when, and after what. Not what is merged of all that was said.
    const bool waits = std::ranges::any_of(waiting_, [&](const Numbered& entry) {
      return !value.condition && !value.set && entry.machine == machine && entry.item == value.item;
    });
    if (!waits) base_.push_back(entry_of(machine, value));
  }
}

void AgentRing::run() {
  const Lock lock(mutex_);
  if (phase_ != Phase::kBegins) return;
  std::deque<Numbered> waiting = std::exchange(waiting_, {});
  std::vector<Numbered> base = std::exchange(base_, {});
  instance_ = std::max<std::uint64_t>(
      static_cast<std::uint64_t>(std::max<std::int64_t>(clock_.now().milliseconds(), 1)),
      instance_ + 1);
  model_changed_ = std::max(clock_.now(), model_changed_ + Duration::microseconds(1));
  next_ = 1;
  for (Numbered& entry : base) {
    entry.sequence = next_++;
    entry.earlier = true;
    const auto said = std::make_shared<const Numbered>(std::move(entry));
    before_.apply(said);
    now_.apply(said);
  }
  // So that there is a last sequence even if nothing was ever said: the schema knows no 0.
  next_ = std::max<std::uint64_t>(next_, 2);
  phase_ = Phase::kRuns;
  for (Numbered& entry : waiting) append(std::move(entry));
}

void AgentRing::sleep() {
  const Lock lock(mutex_);
  clear();
  phase_ = Phase::kSleeps;
}

void AgentRing::tick() {
  const Lock lock(mutex_);
  const bool forgotten = clock_.steady() - asked_ > kForgottenAfter && listeners().empty();
  if (phase_ != Phase::kRuns || !forgotten) return;
  clear();
  phase_ = Phase::kSleeps;
}

void AgentRing::clear() {
  ring_.clear();
  before_.clear();
  now_.clear();
  waiting_.clear();
  base_.clear();
  suspended_.clear();
  bytes_ = 0;
}

RingPlace AgentRing::place_now() const {
  if (phase_ != Phase::kRuns) return {};
  return {.instance = instance_,
          .first = ring_.empty() ? next_ : ring_.front()->sequence,
          .next = next_,
          .model_changed = model_changed_};
}

RingPlace AgentRing::place() const {
  const Lock lock(mutex_);
  return place_now();
}

AgentRing::Part AgentRing::slice(std::uint64_t from, std::size_t most) const {
  const Lock lock(mutex_);
  Part part{.place = place_now(), .entries = {}};
  from = std::max(from, part.place.first);
  if (from >= part.place.next) return part;
  const std::size_t skipped = from - part.place.first;
  const std::size_t count = std::min(most, ring_.size() - skipped);
  const auto begin = ring_.begin() + static_cast<std::ptrdiff_t>(skipped);
  part.entries.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
  return part;
}

AgentRing::Part AgentRing::standings(std::optional<std::uint64_t> at) const {
  RingStandings then;
  Part part;
  {
    const Lock lock(mutex_);
    part.place = place_now();
    if (!at) {
      part.entries = now_.all();
      return part;
    }
    then = before_;
    for (const NumberedPointer& said : ring_) {
      if (said->sequence > *at) break;
      part.entries.push_back(said);
    }
  }
  for (const NumberedPointer& said : part.entries) then.apply(said);
  part.entries = then.all();
  return part;
}

std::vector<AgentRing::Wake> AgentRing::listeners() const {
  std::vector<Wake> alive;
  for (const auto& listener : listeners_) {
    if (auto wake = listener.lock()) alive.push_back(std::move(wake));
  }
  return alive;
}

Result<std::shared_ptr<void>> AgentRing::subscribe(std::function<void()> wake) {
  auto listener = std::make_shared<std::function<void()>>(std::move(wake));
  const Lock lock(mutex_);
  std::erase_if(listeners_, [](const auto& one) { return one.expired(); });
  if (listeners_.size() >= kListeners) {
    return fail(ErrorKind::kExhausted, "1,000 streams of this organization are open already",
                "Close one that is not needed.");
  }
  listeners_.push_back(listener);
  return std::shared_ptr<void>(std::move(listener));
}

}  // namespace heed::machines

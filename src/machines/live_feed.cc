#include "machines/live_feed.h"

#include <algorithm>
#include <utility>

namespace heed::machines {

struct Subscription::Viewer {
  std::function<void()> wake;
  std::optional<MachineId> watch;
  std::uint64_t seen = 0;
  bool reset = false;
  std::map<std::string, ItemValue> values;
  std::optional<Duration> values_taken;  ///< On the steady clock.
  bool woken_for_values = false;
};

Subscription::Subscription(std::shared_ptr<LiveFeed> feed, std::shared_ptr<Viewer> viewer)
    : feed_(std::move(feed)), viewer_(std::move(viewer)) {}

Subscription::~Subscription() {
  feed_->leave(viewer_);
}

Subscription::Taken Subscription::take() {
  return feed_->take(*viewer_);
}

/// Ids begin where no earlier start of the program can have come to (below 1,000 events a second),
/// so that a viewer from before it is told to reset. Exact in a double until the year 287,000.
LiveFeed::LiveFeed(const Clock& clock)
    : clock_(clock),
      last_id_(static_cast<std::uint64_t>(std::max<std::int64_t>(clock.now().milliseconds(), 0))) {}

Result<std::unique_ptr<Subscription>> LiveFeed::subscribe(std::optional<std::uint64_t> after,
                                                          std::optional<MachineId> watch,
                                                          std::function<void()> wake) {
  auto viewer = std::make_shared<Subscription::Viewer>();
  viewer->wake = std::move(wake);
  viewer->watch = watch;
  {
    const Lock lock(mutex_);
    if (viewers_.size() >= kViewers) {
      return fail(ErrorKind::kExhausted, "1,000 viewers look at this organization already",
                  "Close a page that is not needed.");
    }
    // An id from before the program started anew, or from nowhere.
    viewer->reset = after && *after > last_id_;
    viewer->seen = after && !viewer->reset ? *after : last_id_;
    viewers_.push_back(viewer);
  }
  return std::make_unique<Subscription>(shared_from_this(), std::move(viewer));
}

std::uint64_t LiveFeed::last_id() const {
  const Lock lock(mutex_);
  return last_id_;
}

void LiveFeed::card_changed(MachineId machine, MakeCard make) {
  {
    const Lock lock(mutex_);
    Pacing& pacing = cards_[machine];
    const Duration now = clock_.steady();
    if (pacing.last_out && now - *pacing.last_out < kCardInterval) {
      pacing.held_back = std::move(make);
      return;
    }
    pacing = {now, {}};
  }
  if (auto card = make()) publish(*std::move(card));
}

void LiveFeed::removed(MachineId machine) {
  {
    const Lock lock(mutex_);
    cards_.erase(machine);
  }
  publish(Removed{machine});
}

bool LiveFeed::watched(MachineId machine) const {
  const Lock lock(mutex_);
  return std::ranges::any_of(viewers_, [&](const auto& v) { return v->watch == machine; });
}

void LiveFeed::values(MachineId machine, std::vector<ItemValue> values) {
  Wakes wakes;
  {
    const Lock lock(mutex_);
    const Duration now = clock_.steady();
    for (const auto& viewer : viewers_) {
      if (viewer->watch != machine) continue;
      for (const ItemValue& value : values) viewer->values.insert_or_assign(value.item, value);
      const bool due = !viewer->values_taken || now - *viewer->values_taken >= kValuesInterval;
      if (due && !viewer->woken_for_values && !viewer->values.empty()) {
        viewer->woken_for_values = true;
        wakes.push_back(viewer->wake);
      }
    }
  }
  for (const auto& wake : wakes) wake();
}

void LiveFeed::tick() {
  std::vector<MakeCard> due;
  Wakes wakes;
  {
    const Lock lock(mutex_);
    const Duration now = clock_.steady();
    for (auto& [machine, pacing] : cards_) {
      if (!pacing.held_back || now - *pacing.last_out < kCardInterval) continue;
      due.push_back(std::move(pacing.held_back));
      pacing = {now, {}};
    }
    for (const auto& viewer : viewers_) {
      if (viewer->values.empty() || viewer->woken_for_values) continue;
      if (viewer->values_taken && now - *viewer->values_taken < kValuesInterval) continue;
      viewer->woken_for_values = true;
      wakes.push_back(viewer->wake);
    }
  }
  for (const auto& wake : wakes) wake();
  for (const MakeCard& make : due) {
    if (auto card = make()) publish(*std::move(card));
  }
}

void LiveFeed::publish(std::variant<Card, Removed> what) {
  Wakes wakes;
  {
    const Lock lock(mutex_);
    ring_.push_back(std::make_shared<const Event>(Event{++last_id_, std::move(what)}));
    if (ring_.size() > kRing) ring_.pop_front();
    for (const auto& viewer : viewers_) wakes.push_back(viewer->wake);
  }
  for (const auto& wake : wakes) wake();
}

Subscription::Taken LiveFeed::take(Subscription::Viewer& viewer) {
  const Lock lock(mutex_);
  Subscription::Taken taken;
  const std::uint64_t oldest = ring_.empty() ? last_id_ + 1 : ring_.front()->id;
  taken.reset = std::exchange(viewer.reset, false) || viewer.seen + 1 < oldest;
  taken.last = last_id_;
  if (!taken.reset) {
    const std::uint64_t missed = last_id_ - viewer.seen;
    taken.events.assign(ring_.end() - static_cast<std::ptrdiff_t>(missed), ring_.end());
  }
  viewer.seen = last_id_;
  const Duration now = clock_.steady();
  const bool due = !viewer.values_taken || now - *viewer.values_taken >= kValuesInterval;
  if (!viewer.values.empty() && due) {
    for (auto& [item, value] : viewer.values) taken.values.push_back(std::move(value));
    viewer.values.clear();
    viewer.values_taken = now;
    viewer.woken_for_values = false;
  }
  return taken;
}

void LiveFeed::leave(const std::shared_ptr<Subscription::Viewer>& viewer) {
  const Lock lock(mutex_);
  std::erase(viewers_, viewer);
}

}  // namespace heed::machines

#include "http/live_events.h"

#include "base/json.h"
#include "http/json_shapes.h"

namespace heed::http {
namespace {

Event event_of(const machines::Event& happened) {
  JsonWriter w;
  Event event{.id = happened.id, .type = "machine", .data = {}};
  if (const auto* card = std::get_if<machines::Card>(&happened.what)) {
    write_card(w, *card);
  } else {
    event.type = "removed";
    const auto& removed = std::get<machines::Removed>(happened.what);
    w.begin_object().member("machine", removed.machine.text()).end_object();
  }
  event.data = w.take();
  return event;
}

}  // namespace

void Wake::call() {
  std::function<void()> wake;
  {
    const Lock lock(mutex_);
    wake = wake_;
  }
  if (wake) wake();
}

void Wake::set(std::function<void()> wake) {
  const Lock lock(mutex_);
  wake_ = std::move(wake);
}

// Where to go on from the feed knows itself: it was told at the subscription, and what it gave
// since was sent or the connection is gone.
EventBatch LiveEvents::next(std::optional<std::uint64_t> /*after_id*/) {
  if (!may_listen()) return {.events = {}, .again_in = {}, .end = true};
  auto taken = parts_.feed->take();
  EventBatch batch;
  if (taken.reset) batch.events.push_back({.id = taken.last, .type = "reset", .data = "{}"});
  for (const auto& happened : taken.events) batch.events.push_back(event_of(*happened));
  if (!taken.values.empty() && parts_.watched) {
    JsonWriter w;
    write_values(w, *parts_.watched, taken.values);
    batch.events.push_back({.id = 0, .type = "values", .data = w.take()});
  }
  return batch;
}

Subscription LiveEvents::subscribe(std::function<void()> wake) {
  parts_.wake->set(std::move(wake));
  return {parts_.wake.get(), [cell = parts_.wake](void*) { cell->set({}); }};
}

bool LiveEvents::may_listen() {
  if (clock_.steady() - stood_at_ < kStandingAge) return true;
  stood_at_ = clock_.steady();
  return parts_.may_listen();
}

}  // namespace heed::http

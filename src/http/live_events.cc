#include "http/live_events.h"

#include "base/json.h"
#include "http/json_shapes.h"

namespace heed::http {
namespace {

std::string text_of(const machines::Event& happened) {
  JsonWriter w;
  if (const auto* card = std::get_if<machines::Card>(&happened.what)) {
    write_card(w, *card);
  } else {
    const auto& removed = std::get<machines::Removed>(happened.what);
    w.begin_object().member("machine", removed.machine.text()).end_object();
  }
  return w.take();
}

}  // namespace

void Wake::call() {
  std::function<void()> wake;
  {
    const Lock lock(mutex_);
    if (!resting_) wake = wake_;
  }
  if (wake) wake();
}

void Wake::set(std::function<void()> wake) {
  const Lock lock(mutex_);
  wake_ = std::move(wake);
}

void Wake::rest(bool resting) {
  const Lock lock(mutex_);
  resting_ = resting;
}

EventTexts::Text EventTexts::of(const std::shared_ptr<const machines::Event>& event) {
  {
    const Lock lock(mutex_);
    if (const auto found = written_.find(event.get()); found != written_.end()) {
      return found->second.text;
    }
  }
  auto text = std::make_shared<const std::string>(text_of(*event));
  const Lock lock(mutex_);
  if (!written_.emplace(event.get(), Written{event, text}).second) return text;
  order_.push_back(event.get());
  if (order_.size() > kKept) {
    written_.erase(order_.front());
    order_.pop_front();
  }
  return text;
}

// Where to go on from the feed knows itself: it was told at the subscription, and what it gave
// since was sent or the connection is gone.
EventBatch LiveEvents::next(std::optional<std::uint64_t> /*after_id*/) {
  if (!may_listen()) return {.events = {}, .again_in = {}, .end = true};
  parts_.wake->rest(false);  // before it takes: what comes after it wakes
  auto taken = parts_.feed->take();
  EventBatch batch;
  if (taken.reset) batch.events.push_back({.id = taken.last, .type = "reset", .data = "{}"});
  for (const auto& happened : taken.events) {
    const bool is_card = std::holds_alternative<machines::Card>(happened->what);
    batch.events.push_back({.id = happened->id,
                            .type = is_card ? "machine" : "removed",
                            .data = *parts_.texts->of(happened)});
  }
  if (!taken.values.empty() && parts_.watched) {
    JsonWriter w;
    write_values(w, *parts_.watched, taken.values);
    batch.events.push_back({.id = 0, .type = "values", .data = w.take()});
  }
  if (!batch.events.empty()) {
    parts_.wake->rest(true);
    batch.again_in = kRest;
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

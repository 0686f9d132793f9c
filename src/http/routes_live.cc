// What happens now: /live, server-sent events of an organization's floor.
#include "base/sync.h"
#include "http/asked.h"
#include "http/event_stream.h"
#include "http/json_shapes.h"
#include "http/routes.h"

namespace heed::http {
namespace {

// The feed is asked for a subscription before the server has said how to wake it.
class Wake {
 public:
  void call() {
    std::function<void()> wake;
    {
      const Lock lock(mutex_);
      wake = wake_;
    }
    if (wake) wake();
  }
  void set(std::function<void()> wake) {
    const Lock lock(mutex_);
    wake_ = std::move(wake);
  }

 private:
  Mutex mutex_;
  std::function<void()> wake_ HEED_GUARDED_BY(mutex_);
};

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

// One browser's view of the feed.
class LiveEvents final : public EventSource {
 public:
  LiveEvents(std::shared_ptr<machines::Machines> machines,
             std::unique_ptr<machines::Subscription> feed, std::shared_ptr<Wake> wake,
             std::optional<machines::MachineId> watched)
      : machines_(std::move(machines)),
        wake_(std::move(wake)),
        feed_(std::move(feed)),
        watched_(watched) {}

  // Where to go on from the feed knows itself: it was told at the subscription, and what it gave
  // since was sent or the connection is gone.
  EventBatch next(std::optional<std::uint64_t> /*after_id*/) override {
    auto taken = feed_->take();
    EventBatch batch;
    if (taken.reset) batch.events.push_back({.id = taken.last, .type = "reset", .data = "{}"});
    for (const auto& happened : taken.events) batch.events.push_back(event_of(*happened));
    if (!taken.values.empty() && watched_) {
      JsonWriter w;
      write_values(w, *watched_, taken.values);
      batch.events.push_back({.id = 0, .type = "values", .data = w.take()});
    }
    return batch;
  }

  http::Subscription subscribe(std::function<void()> wake) override {
    wake_->set(std::move(wake));
    return {wake_.get(), [cell = wake_](void*) { cell->set({}); }};
  }

 private:
  const std::shared_ptr<machines::Machines> machines_;  // outlives the subscription to its feed
  const std::shared_ptr<Wake> wake_;
  const std::unique_ptr<machines::Subscription> feed_;
  const std::optional<machines::MachineId> watched_;
};

// A browser that comes back says so in a header, anything else may in the query.
Asked<std::optional<std::uint64_t>> resume_after(const Context& context) {
  const std::string* given = context.request.headers.find("Last-Event-ID");
  if (given == nullptr) given = context.request.query.find("after");
  if (given == nullptr) return std::optional<std::uint64_t>();
  const auto id = parse_event_id(*given);
  if (!id) return wrong("after", "The event id is no number.", "Begin without one.");
  return id;
}

Asked<std::optional<machines::MachineId>> watched(const Context& context, const Floor& floor) {
  const std::string* given = context.request.query.find("machine");
  if (given == nullptr) return std::optional<machines::MachineId>();
  const auto id = machines::MachineId::parse(*given);
  if (!id) return refuse(not_found());
  ASSIGN_OR_RETURN([[maybe_unused]] const auto machine, floor.machines->machine(floor.access, *id));
  return id;
}

Asked<Response> live(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto after, resume_after(context));
  ASSIGN_OR_RETURN(const auto machine, watched(context, floor));
  const auto wake = std::make_shared<Wake>();
  ASSIGN_OR_RETURN(auto feed,
                   floor.machines->watch(floor.access, after, machine, [wake] { wake->call(); }));
  Response response;
  response.with("Content-Type", "text/event-stream").with("Cache-Control", "no-store");
  response.events = std::make_shared<LiveEvents>(floor.machines, std::move(feed), wake, machine);
  return response;
}

}  // namespace

void add_live_routes(Router& router, const Api& api) {
  router.add(
      {.method = Method::kGet,
       .pattern = below(kOrganizationPath, "/live"),
       .name = "watch_floor",
       .summary = "Changes as they happen: events machine, removed, values (of ?machine), reset",
       .need = Need::kSessionOrKey,
       .parameters = {{.name = "machine", .description = "Also this machine's values"},
                      {.name = "after", .description = "The last event id seen"},
                      {.name = "Last-Event-ID", .in = Parameter::In::kHeader}},
       .answers = {{.body = Body{.schema = "", .type = "text/event-stream"}}},
       .handler = bind(api, live)});
}

}  // namespace heed::http

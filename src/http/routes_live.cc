// What happens now: /live, server-sent events of an organization's floor.
#include "http/asked.h"
#include "http/live_events.h"
#include "http/principal.h"
#include "http/routes.h"

namespace heed::http {
namespace {

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

Asked<Response> live(const Api& api, const Context& context,
                     const std::shared_ptr<EventTexts>& texts) {
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto after, resume_after(context));
  ASSIGN_OR_RETURN(const auto machine, watched(context, floor));
  LiveEvents::Parts parts{
      .feed = {},
      .wake = std::make_shared<Wake>(),
      .texts = texts,
      .watched = machine,
      .may_listen = standing(api.people, context.request, context.organization)};
  ASSIGN_OR_RETURN(parts.feed, floor.machines->watch(floor.access, after, machine,
                                                     [wake = parts.wake] { wake->call(); }));
  Response response;
  response.with("Content-Type", "text/event-stream").with("Cache-Control", "no-store");
  response.events = std::make_shared<LiveEvents>(std::move(parts), api.clock);
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
       .handler = [&api, texts = std::make_shared<EventTexts>()](const Context& context) {
         auto answer = live(api, context, texts);
         return answer ? *std::move(answer) : std::move(answer.error().response);
       }});
}

}  // namespace heed::http

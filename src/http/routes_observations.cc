// Observations that a program sends by itself: SHDR lines over HTTP, durable when answered.
#include <array>

#include <fmt/core.h>

#include "base/sync.h"
#include "http/asked.h"
#include "http/principal.h"
#include "http/routes.h"
#include "http/sent_keys.h"
#include "http/shdr_report.h"

namespace heed::http {
namespace {

constexpr std::size_t kLongestIdempotencyKey = 200;

// Reports of one machine are numbered one after the other: two requests at once would take the
// same number. A few locks for all machines are enough, as the store syncs one batch at a time.
class Turns {
 public:
  Mutex& of(machines::MachineId machine) {
    return turns_.at(machines::MachineId::Hash()(machine) % turns_.size());
  }

 private:
  std::array<Mutex, 16> turns_;
};

Asked<std::string> idempotency_key(const Context& context) {
  const std::string* key = context.request.headers.find("Idempotency-Key");
  if (key == nullptr || key->empty() || key->size() > kLongestIdempotencyKey) {
    return wrong("Idempotency-Key", "The header is missing or longer than 200 bytes.",
                 "Send a new random one with each batch, the same with a repeat of it.");
  }
  return *key;
}

Response accepted(std::size_t observations, std::uint64_t number) {
  JsonWriter w;
  w.begin_object().member("accepted", static_cast<std::uint64_t>(observations));
  w.member("number", number).end_object();
  return json(std::move(w));
}

// A box and a program would count the same machine's reports twice.
Asked<machines::Machine> one_that_sends(const AtMachine& at) {
  ASSIGN_OR_RETURN(auto machine, at.machines->machine(at.access, at.id));
  if (machine.address == kSentAddress) return machine;
  return refuse(problem(
      Problem{.status = 409,
              .detail = "This machine is read by the server itself.",
              .mend = "Declare a machine with the address \"sent\" for what a program sends."}));
}

Asked<Response> take(const Api& api, const Context& context, const AtMachine& at,
                     machines::Report report, const std::string& key) {
  ASSIGN_OR_RETURN(const machines::Resume resume, at.machines->resume(at.access, at.id));
  SentKeys sent = SentKeys::parse(resume.cursor);
  if (const auto number = sent.find(key)) return accepted(report.observations.size(), *number);
  report.number = resume.last_report + 1;
  sent.add(key, report.number);
  report.resume = sent.cursor();
  if (resume.last_report == 0) report.link = machines::Link{.up = true, .words = "sends by HTTP"};
  const policy::Access access = sender_access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto recorded, at.machines->record(access, report));
  if (recorded.duplicate) {
    return refuse(problem(Problem{.status = 409,
                                  .detail = "Another sender was faster.",
                                  .mend = "Send it again with the same Idempotency-Key."}));
  }
  return accepted(report.observations.size(), report.number);
}

Asked<Response> post(const Api& api, const Context& context, Turns& turns) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto machine, one_that_sends(at));
  ASSIGN_OR_RETURN(const std::string key, idempotency_key(context));
  if (!context.request.headers.value("Content-Type").starts_with("text/plain")) {
    return refuse(problem(Problem{.status = 415,
                                  .detail = "The body is not declared as text/plain.",
                                  .mend = "Send SHDR lines with Content-Type: text/plain."}));
  }
  const Lock lock(turns.of(at.id));
  auto report = report_of_lines(context.request.body, at.id, api.clock.now());
  if (!report) return refuse(problem(report.error()));
  if (report->observations.size() > machines::Machines::kMostObservations) {
    return refuse(problem(Problem{
        .status = 413,
        .detail = fmt::format("More than {} observations.", machines::Machines::kMostObservations),
        .mend = "Send them in several requests."}));
  }
  report->recording = machine.recording;
  return take(api, context, at, *std::move(report), key);
}

}  // namespace

void add_observation_routes(Router& router, const Api& api) {
  const auto turns = std::make_shared<Turns>();
  router.add({.method = Method::kPost,
              .pattern = below(kMachinePath, "/observations"),
              .name = "send_observations",
              .summary =
                  "SHDR lines of a machine that sends by itself, soon after they were said (within "
                  "5 s, or it is declared a recording); durable when answered",
              .need = Need::kSessionOrKey,
              .scope = Scope::kIngest,
              .parameters = {{.name = "Idempotency-Key",
                              .in = Parameter::In::kHeader,
                              .required = true,
                              .description = "A repeat of one of the last 64 stores nothing"}},
              .request = Body{.schema = "", .type = "text/plain"},
              .answers = {{.body = Body{"Accepted"}}},
              .handler = [&api, turns](const Context& context) {
                auto answer = post(api, context, *turns);
                return answer ? *std::move(answer) : std::move(answer.error().response);
              }});
}

}  // namespace heed::http

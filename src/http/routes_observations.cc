// Observations that a program sends by itself: SHDR lines over HTTP, durable when answered.
#include <fmt/core.h>

#include "http/asked.h"
#include "http/routes.h"
#include "http/sent_reports.h"
#include "http/shdr_report.h"

namespace heed::http {
namespace {

constexpr std::size_t kLongestIdempotencyKey = 200;

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

Asked<Response> post(const Api& api, const Context& context, SentReports& reports) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const std::string key, idempotency_key(context));
  if (!context.request.headers.value("Content-Type").starts_with("text/plain")) {
    return refuse(problem(Problem{.status = 415,
                                  .detail = "The body is not declared as text/plain.",
                                  .mend = "Send SHDR lines with Content-Type: text/plain."}));
  }
  auto report = report_of_lines(context.request.body, at.id, api.clock.now());
  if (!report) return refuse(problem(report.error()));
  if (report->observations.size() > machines::Machines::kMostObservations) {
    return refuse(problem(Problem{
        .status = 413,
        .detail = fmt::format("More than {} observations.", machines::Machines::kMostObservations),
        .mend = "Send them in several requests."}));
  }
  const std::size_t observations = report->observations.size();
  ASSIGN_OR_RETURN(const std::uint64_t number,
                   reports.take(api, context, at, *std::move(report), key));
  return accepted(observations, number);
}

}  // namespace

void add_observation_routes(Router& router, const Api& api,
                            const std::shared_ptr<SentReports>& reports) {
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
              .handler = [&api, reports](const Context& context) {
                auto answer = post(api, context, *reports);
                return answer ? *std::move(answer) : std::move(answer.error().response);
              }});
}

}  // namespace heed::http

// What Telegraf and the field's other tools push: line protocol, in the shape of InfluxDB v2.
#include <fmt/core.h>

#include "http/asked.h"
#include "http/compression.h"
#include "http/limits.h"
#include "http/line_series.h"
#include "http/principal.h"
#include "http/routes.h"
#include "machines/kinds.h"

namespace heed::http {
namespace {

constexpr policy::KindId kKind = machines::kind::observations(machines::DataClass::kProduction);

/// As InfluxDB's clients read it.
Response influx_error(int status, std::string_view code, const std::string& message,
                      std::size_t line = 0) {
  JsonWriter w;
  w.begin_object().member("code", code).member("message", message);
  if (line > 0) w.member("line", static_cast<std::uint64_t>(line));
  w.end_object();
  return json(std::move(w), status);
}

/// The organization by its id; not needed by whom belongs to one alone.
Asked<OrganizationId> organization_of(const Context& context) {
  const auto& known = context.principal.organizations;
  const std::string* asked = context.request.query.find("org");
  if (asked == nullptr || asked->empty()) asked = context.request.query.find("orgID");
  if (asked == nullptr || asked->empty()) {
    if (known.size() == 1) return known.front();
    return refuse(influx_error(400, "invalid", "org is missing: give the organization's id"));
  }
  const auto id = OrganizationId::parse(*asked);
  if (id && context.principal.belongs_to(*id)) return *id;
  return refuse(influx_error(
      404, "not found",
      "there is no such organization for this key: give its id as org, or leave org empty"));
}

Asked<std::int64_t> unit_of(const Context& context) {
  const std::string* precision = context.request.query.find("precision");
  if (precision == nullptr || *precision == "ns") return 1;
  if (*precision == "us") return 1'000;
  if (*precision == "ms") return 1'000'000;
  if (*precision == "s") return 1'000'000'000;
  return refuse(influx_error(400, "invalid", "precision is none of ns, us, ms and s"));
}

/// The body, unpacked into `unpacked` where it came packed.
Asked<std::string_view> body_of(const Context& context, std::string& unpacked) {
  const std::string_view coding = context.request.headers.value("Content-Encoding");
  if (coding.empty() || coding == "identity") return std::string_view(context.request.body);
  if (coding != "gzip") {
    return refuse(
        influx_error(415, "unsupported media type", "the body is neither plain nor gzip"));
  }
  auto plain = gunzip(context.request.body, kMaxInflatedBytes);
  if (!plain && plain.error().kind == ErrorKind::kExhausted) {
    return refuse(influx_error(413, "request too large", plain.error().message));
  }
  if (!plain) return refuse(influx_error(400, "invalid", plain.error().message));
  unpacked = *std::move(plain);
  return std::string_view(unpacked);
}

Asked<Response> store(const Api& api, const Context& context, const LineRequest& request,
                      OrganizationId organization, LineSeries& series) {
  silo::Batch batch;
  if (const auto fault = series.read(request, batch)) {
    return refuse(influx_error(400, "invalid", fault->why + "; nothing of this request was stored",
                               fault->line));
  }
  if (batch.samples.empty()) return no_content();
  const policy::Access access = sender_access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(organization));
  if (auto made = series.make_new(*silo, access, kKind, batch); !made) {
    return std::unexpected(made.error());
  }
  if (auto appended = silo->append(access, batch); !appended) {
    return std::unexpected(appended.error());
  }
  return no_content();
}

Asked<Response> write(const Api& api, const Context& context, LineSeriesShelf& shelf) {
  ASSIGN_OR_RETURN(const OrganizationId organization, organization_of(context));
  ASSIGN_OR_RETURN(const std::int64_t unit, unit_of(context));
  const std::string* bucket = context.request.query.find("bucket");
  if (bucket != nullptr && bucket->size() > kLongestBucket) {
    return refuse(influx_error(400, "invalid", "the bucket's name is longer than 64 bytes"));
  }
  std::string unpacked;
  ASSIGN_OR_RETURN(const std::string_view text, body_of(context, unpacked));
  const LineRequest request{bucket == nullptr ? std::string_view() : std::string_view(*bucket),
                            unit, api.clock.now(), text};
  auto series = shelf.take(organization);
  auto answer = store(api, context, request, organization, *series);
  shelf.give_back(organization, std::move(series));
  return answer;
}

}  // namespace

void add_line_protocol_routes(Router& router, const Api& api) {
  const auto shelf = std::make_shared<LineSeriesShelf>();
  const auto query = [](std::string name, std::string description) {
    return Parameter{.name = std::move(name), .description = std::move(description)};
  };
  router.add(
      {.method = Method::kPost,
       .pattern = "/api/v2/write",
       .name = "write_lines",
       .summary = "Line protocol, as InfluxDB v2 takes it, plain or gzip; durable when answered, "
                  "and all of it or nothing",
       .need = Need::kSessionOrKey,
       .scope = Scope::kIngest,
       .parameters = {query("org", "The organization's id; by default the key's"),
                      query("orgID", "The same"),
                      query("bucket", "Stands in front of the series' names"),
                      {.name = "precision",
                       .schema = R"({"enum":["ns","us","ms","s"]})",
                       .description = "Of the timestamps; by default ns. Without a timestamp a "
                                      "point is of now"}},
       .request = Body{.schema = "", .type = "text/plain"},
       .answers = {{.status = 204, .description = "Stored"}},
       .handler = [&api, shelf](const Context& context) {
         auto answer = write(api, context, *shelf);
         return answer ? *std::move(answer) : std::move(answer.error().response);
       }});
}

}  // namespace heed::http

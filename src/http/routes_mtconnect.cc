// Heed as an MTConnect agent, /mtconnect: what other programs of the shop floor read of the
// machines that Heed reads. docs/MTCONNECT_AGENT.md.
#include <fmt/core.h>

#include "http/agent_reader.h"
#include "http/asked.h"
#include "http/basic_auth.h"
#include "http/principal.h"
#include "http/routes.h"
#include "wire/mtconnect/vocabulary.h"

namespace heed::http {
namespace {

namespace mtc = wire::mtconnect;
using mtc::AgentAnswer;
using mtc::AgentRefusal;
using Verb = mtc::AgentAsk::Verb;

constexpr std::string_view kRoot = "/mtconnect";

Response xml(std::string body) {
  return text(std::move(body), "text/xml; charset=utf-8").with("Cache-Control", "no-store");
}

Response xml(const AgentDocument& document) {
  Response response = xml(document.text);
  // No attribute of a document says that something is missing from it.
  if (document.withheld > 0) response.with("Heed-Withheld", std::to_string(document.withheld));
  return response;
}

/// An agent knows no organizations: a key has one, and so must who asks without a key.
AgentAnswer<OrganizationId> home_of(const Principal& principal) {
  if (principal.organizations.size() == 1) return principal.organizations.front();
  return mtc::refuse_ask(409, "INVALID_REQUEST",
                         "You belong to more than one organization, or to none. Ask with an API "
                         "key of the one that you mean.");
}

/// The decoded segments behind /mtconnect.
std::vector<std::string> segments_of(const Context& context) {
  std::vector<std::string> segments;
  for (const auto& [name, value] : context.path) segments.push_back(value);
  return segments;
}

AgentAnswer<Response> stream(const Api& api, const Context& context, AgentReader reader,
                             mtc::AgentAsk ask, OrganizationId home) {
  if (auto fine = reader.check(ask); !fine) return std::unexpected(fine.error());
  auto source = std::make_shared<AgentStream>(std::move(reader), std::move(ask), api.clock,
                                              standing(api.people, context.request, home));
  Response response;
  response.with("Content-Type",
                "multipart/x-mixed-replace;boundary=" + std::string(source->boundary()));
  response.events = std::move(source);
  return response;
}

AgentAnswer<Response> asset_missing(const mtc::AgentAsk& ask) {
  if (ask.asset_ids.empty()) {
    return mtc::refuse_ask(400, "INVALID_REQUEST", "name the assets: /asset/{id};{id}");
  }
  return mtc::refuse_ask(404, "ASSET_NOT_FOUND",
                         "Heed keeps no assets; a change of one is told as an event");
}

AgentAnswer<Response> answer(const Api& api, const Context& context, AgentReader reader,
                             const mtc::AgentAsk& ask, OrganizationId home) {
  switch (ask.verb) {
    case Verb::kProbe: {
      ASSIGN_OR_RETURN(const auto document, reader.probe(ask));
      return xml(document);
    }
    case Verb::kCurrent: {
      if (ask.interval) return stream(api, context, std::move(reader), ask, home);
      ASSIGN_OR_RETURN(const auto document, reader.current(ask));
      return xml(document);
    }
    case Verb::kSample: {
      if (ask.interval) return stream(api, context, std::move(reader), ask, home);
      ASSIGN_OR_RETURN(const auto sample, reader.sample(ask));
      return xml(sample.document);
    }
    case Verb::kAssets:
    case Verb::kAsset: {
      const auto device = reader.probe(ask);  // NO_DEVICE comes first
      if (!ask.device.empty() && !device) return std::unexpected(device.error());
      if (ask.verb == Verb::kAsset) return asset_missing(ask);
      return xml(reader.assets());
    }
  }
  return mtc::refuse_ask(500, "INTERNAL_ERROR", "no such request");
}

Response agent(const Api& api, const Context& context, const std::vector<std::string>& segments) {
  mtc::Header header;
  header.creation_time = api.clock.now();
  header.buffer_size = machines::AgentRing::kEntries;
  const auto answered = [&]() -> AgentAnswer<Response> {
    ASSIGN_OR_RETURN(const OrganizationId home, home_of(context.principal));
    AgentReader reader(api, context.principal, home);
    if (auto fresh = reader.refresh(); !fresh) return std::unexpected(fresh.error());
    header = reader.header();
    ASSIGN_OR_RETURN(const auto ask,
                     mtc::parse_ask(segments, context.request.query.pairs(), header.buffer_size));
    return answer(api, context, std::move(reader), ask, home);
  }();
  return answered ? *answered : agent_refusal(answered.error(), header);
}

/// For who checks documents strictly: the elements of this organization's own types.
Response extensions(const Api& api, const Context& context) {
  mtc::Header header;
  header.creation_time = api.clock.now();
  const auto made = [&]() -> AgentAnswer<Response> {
    ASSIGN_OR_RETURN(const OrganizationId home, home_of(context.principal));
    AgentReader reader(api, context.principal, home);
    if (auto fresh = reader.refresh(); !fresh) return std::unexpected(fresh.error());
    return xml(mtc::write_extension_schema(reader.model().devices));
  }();
  return made ? *made : agent_refusal(made.error(), header);
}

/// The router's own refusals in the protocol's words.
std::function<Response(const Response&)> refusal_form(const Clock& clock) {
  return [&clock](const Response& problem) {
    mtc::Header header;
    header.creation_time = clock.now();
    header.buffer_size = machines::AgentRing::kEntries;
    const bool nobody = problem.status == 401;
    Response response = agent_refusal(
        {problem.status,
         {"UNAUTHORIZED", nobody ? "send an API key with the scope read: as a bearer token, or as "
                                   "the password of HTTP Basic authentication"
                                 : "this key lacks the scope read; make one that has it in the "
                                   "settings"}},
        header);
    if (nobody) response.with("WWW-Authenticate", std::string(kBasicChallenge));
    return response;
  };
}

Parameter query(std::string name, std::string description) {
  return {.name = std::move(name), .description = std::move(description)};
}

std::vector<Parameter> parameters_of(std::string_view verb) {
  if (verb != "current" && verb != "sample") return {};
  std::vector<Parameter> all = {
      query("path", "XPath of data items, in part: //DataItem[@type=\"EXECUTION\"]"),
      query("interval", "Milliseconds between two parts: answers as a stream"),
      query("heartbeat", "Milliseconds after which a stream says that there was nothing")};
  if (verb == "current") {
    all.push_back(query("at", "What was known at this sequence"));
  } else {
    all.push_back(query("from", "The first sequence"));
    all.push_back(query("to", "The last sequence"));
    all.push_back(query("count", "Observations at most; negative: backwards"));
  }
  return all;
}

}  // namespace

void add_mtconnect_routes(Router& router, const Api& api) {
  const auto add = [&](std::string pattern, std::string name, std::string summary,
                       std::vector<Parameter> parameters, Handler handler) {
    router.add({.method = Method::kGet,
                .pattern = std::string(kRoot) + std::move(pattern),
                .name = std::move(name),
                .summary = std::move(summary),
                .need = Need::kSessionOrKey,
                .parameters = std::move(parameters),
                .answers = {{.body = Body{.schema = "", .type = "text/xml"}}},
                .handler = std::move(handler),
                .takes_basic = true,
                .refusal_form = refusal_form(api.clock)});
  };
  const auto all_of = [&api](std::vector<std::string> front) {
    return [&api, front = std::move(front)](const Context& context) {
      std::vector<std::string> segments = front;
      for (std::string& one : segments_of(context)) segments.push_back(std::move(one));
      return agent(api, context, segments);
    };
  };
  add("", "mtconnect", "MTConnect: the devices", {}, all_of({}));
  add("/", "mtconnect_root", "MTConnect: the devices", {}, all_of({}));
  for (const std::string verb : {"probe", "current", "sample", "assets", "asset"}) {
    add("/" + verb, "mtconnect_" + verb, "MTConnect: " + verb, parameters_of(verb), all_of({verb}));
  }
  for (const std::string verb : {"assets", "asset"}) {
    add("/" + verb + "/{ids}", "mtconnect_" + verb + "_by_id", "MTConnect: assets by their ids", {},
        all_of({verb}));
  }
  add("/{device}", "mtconnect_device", "MTConnect: a device", {}, all_of({}));
  add("/{device}/{request}", "mtconnect_of_device",
      "MTConnect: probe, current, sample, assets of a device", parameters_of("sample"), all_of({}));
  add("/{device}/{request}/{ids}", "mtconnect_assets_of_device", "MTConnect: assets of a device",
      {}, all_of({}));
  add("/extensions.xsd", "mtconnect_extensions",
      "The XML elements of this organization's own types", {},
      [&api](const Context& context) { return extensions(api, context); });
}

}  // namespace heed::http

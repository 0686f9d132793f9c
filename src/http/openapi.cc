#include "http/openapi.h"

#include <map>

#include <fmt/core.h>

namespace heed::http {
namespace {

constexpr std::string_view kProblemSchema = R"({
  "type":"object","required":["type","title","status"],
  "description":"RFC 9457. A refusal by policy carries its clause and the sentence as published.",
  "properties":{
    "type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},
    "detail":{"type":"string"},"mend":{"type":"string"},"clause":{"type":"string"},
    "sentence":{"type":"string"},"field":{"type":"string"}}})";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

void write_content(JsonWriter& w, const Body& body) {
  w.key("content").begin_object().key(body.type).begin_object();
  w.key("schema").begin_object();
  if (body.schema.empty()) {
    w.member("type", "string");
  } else {
    w.member("$ref", "#/components/schemas/" + body.schema);
  }
  w.end_object().end_object().end_object();
}

void write_parameter(JsonWriter& w, std::string_view name, std::string_view in, bool required,
                     std::string_view schema, std::string_view description) {
  w.begin_object().member("name", name).member("in", in).member("required", required);
  if (!description.empty()) w.member("description", description);
  w.key("schema").raw(schema).end_object();
}

void write_parameters(JsonWriter& w, const Route& route) {
  w.key("parameters").begin_array();
  for (std::size_t at = route.pattern.find('{'); at != std::string::npos;
       at = route.pattern.find('{', at + 1)) {
    const std::size_t end = route.pattern.find('}', at);
    write_parameter(w, std::string_view(route.pattern).substr(at + 1, end - at - 1), "path", true,
                    R"({"type":"string"})", {});
  }
  for (const Parameter& p : route.parameters) {
    write_parameter(w, p.name, p.in == Parameter::In::kQuery ? "query" : "header", p.required,
                    p.schema, p.description);
  }
  w.end_array();
}

void write_security(JsonWriter& w, const Route& route) {
  w.key("security").begin_array();
  if (route.need != Need::kNothing) {
    w.begin_object().key("session").begin_array().end_array();
    if (!is_safe(route.method)) w.key("csrf").begin_array().end_array();
    w.end_object();
  }
  if (route.need == Need::kSessionOrKey) {
    w.begin_object().key("key").begin_array().value(to_text(route.scope)).end_array().end_object();
  }
  w.end_array();
}

void write_answers(JsonWriter& w, const Route& route) {
  w.key("responses").begin_object();
  for (const Answer& answer : route.answers) {
    w.key(fmt::format("{}", answer.status)).begin_object();
    w.member("description", answer.description.empty() ? status_words(answer.status)
                                                       : std::string_view(answer.description));
    if (answer.body) write_content(w, *answer.body);
    w.end_object();
  }
  w.key("default").begin_object().member("description", "A problem");
  write_content(w, {.schema = "Problem", .type = "application/problem+json"});
  w.end_object().end_object();
}

void write_operation(JsonWriter& w, const Route& route) {
  w.key(lower(to_text(route.method))).begin_object();
  w.member("operationId", route.name).member("summary", route.summary);
  write_parameters(w, route);
  if (route.request) {
    w.key("requestBody").begin_object().member("required", true);
    write_content(w, *route.request);
    w.end_object();
  }
  write_security(w, route);
  write_answers(w, route);
  w.end_object();
}

void write_components(JsonWriter& w, const Router& router) {
  w.key("components").begin_object().key("schemas").begin_object();
  w.key("Problem").raw(kProblemSchema);
  for (const auto& [name, schema] : router.schemas()) w.key(name).raw(schema);
  w.end_object().key("securitySchemes").begin_object();
  w.key("session").raw(R"({"type":"apiKey","in":"cookie","name":"heed_session"})");
  w.key("csrf").raw(R"({"type":"apiKey","in":"header","name":"X-Heed-Csrf"})");
  w.key("key").raw(R"({"type":"http","scheme":"bearer","bearerFormat":"heed_…"})");
  w.end_object().end_object();
}

}  // namespace

std::string openapi(const Router& router, std::string_view version) {
  std::map<std::string_view, std::vector<const Route*>> by_pattern;
  for (const Route& route : router.routes()) {
    const bool described =
        route.pattern.starts_with("/api/") || route.pattern.starts_with("/machines");
    if (described) by_pattern[route.pattern].push_back(&route);
  }
  JsonWriter w;
  w.begin_object().member("openapi", "3.1.0");
  w.key("info").begin_object().member("title", "Heed").member("version", version).end_object();
  w.key("paths").begin_object();
  for (const auto& [pattern, routes] : by_pattern) {
    w.key(pattern).begin_object();
    for (const Route* route : routes) write_operation(w, *route);
    w.end_object();
  }
  w.end_object();
  write_components(w, router);
  return w.end_object().take();
}

}  // namespace heed::http

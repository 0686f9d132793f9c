#include "http/http.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "http/limits.h"

namespace heed::http {
namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> kMethods = {
    {{"GET", Method::kGet},
     {"HEAD", Method::kHead},
     {"POST", Method::kPost},
     {"PUT", Method::kPut},
     {"PATCH", Method::kPatch},
     {"DELETE", Method::kDelete},
     {"OPTIONS", Method::kOptions}}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return {};
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

void member_if_any(JsonWriter& writer, std::string_view name, std::string_view value) {
  if (!value.empty()) writer.member(name, value);
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kNotFound: return 404;
    case ErrorKind::kInvalid:
    case ErrorKind::kUnsupported: return 422;
    case ErrorKind::kConflict: return 409;
    case ErrorKind::kExhausted: return 429;
    case ErrorKind::kUnavailable:
    case ErrorKind::kCancelled: return 503;
    case ErrorKind::kCorrupt:
    case ErrorKind::kInternal: break;
  }
  return 500;
}

}  // namespace

std::optional<Method> parse_method(std::string_view text) {
  for (const auto& [name, method] : kMethods) {
    if (name == text) return method;
  }
  return {};
}

std::string_view to_text(Method method) {
  return kMethods.at(static_cast<std::size_t>(method)).first;
}

bool is_safe(Method method) {
  return method == Method::kGet || method == Method::kHead || method == Method::kOptions;
}

const std::string* Headers::find(std::string_view name) const {
  const auto it = std::ranges::find_if(
      fields_, [&](const auto& field) { return same_name(field.first, name); });
  return it == fields_.end() ? nullptr : &it->second;
}

std::string_view Headers::value(std::string_view name) const {
  const std::string* found = find(name);
  return found ? std::string_view(*found) : std::string_view();
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
  add(name, std::move(value));
}

void Headers::add(std::string_view name, std::string value) {
  fields_.emplace_back(name, std::move(value));
}

Result<Query> Query::parse(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(pair.substr(0, equals), true);
    const auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return fail(ErrorKind::kInvalid, "The query is not percent-encoded.");
    if (query.pairs_.size() == kMaxQueryPairs) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("The query has more than {} parameters.", kMaxQueryPairs));
    }
    query.pairs_.emplace_back(*name, *value);
  }
  return query;
}

const std::string* Query::find(std::string_view name) const {
  const auto it =
      std::ranges::find_if(pairs_, [&](const auto& pair) { return pair.first == name; });
  return it == pairs_.end() ? nullptr : &it->second;
}

Result<std::int64_t> Query::number(std::string_view name, std::int64_t least, std::int64_t most,
                                   std::int64_t otherwise) const {
  const std::string* text = find(name);
  if (!text) return otherwise;
  std::int64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || stopped != end || value < least || value > most) {
    return fail(ErrorKind::kInvalid,
                fmt::format("{} must be a whole number from {} to {}.", name, least, most));
  }
  return value;
}

Result<std::optional<Time>> Query::time(std::string_view name) const {
  const std::string* text = find(name);
  if (!text) return std::optional<Time>();
  const std::optional<Time> time = parse_time(*text);
  if (!time) {
    return fail(ErrorKind::kInvalid, fmt::format("{} is not a time.", name),
                "Write it as 2026-01-31T09:08:36Z.");
  }
  return time;
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = headers.value("Cookie");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return pair.substr(equals + 1);
    }
  }
  return {};
}

Response json(std::string body, int status) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = std::move(body);
  return response;
}

Response json(JsonWriter&& writer, int status) {
  return json(writer.take(), status);
}

Response text(std::string body, std::string_view type) {
  Response response;
  response.headers.set("Content-Type", std::string(type));
  response.body = std::move(body);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response not_found() {
  return problem(Problem{.status = 404, .detail = "There is no such thing here."});
}

Response problem(const Problem& problem) {
  JsonWriter writer;
  writer.begin_object().member("type", "about:blank");
  writer.member("title", problem.title.empty() ? status_words(problem.status)
                                               : std::string_view(problem.title));
  writer.member("status", problem.status);
  member_if_any(writer, "detail", problem.detail);
  member_if_any(writer, "mend", problem.mend);
  member_if_any(writer, "clause", problem.clause);
  member_if_any(writer, "sentence", problem.sentence);
  member_if_any(writer, "field", problem.field);
  Response response = json(writer.end_object().take(), problem.status);
  response.headers.set("Content-Type", "application/problem+json");
  if (problem.status == 429 || problem.status == 503) response.headers.set("Retry-After", "1");
  return response;
}

Response problem(const Error& error) {
  return problem(error, {});
}

Response problem(const Error& error, std::string_view field) {
  const int status = status_of(error.kind);
  if (status == 500) {
    return problem(Problem{
        .status = 500, .detail = "The server could not do this.", .mend = "Its log says why."});
  }
  return problem(Problem{
      .status = status, .detail = error.message, .mend = error.mend, .field = std::string(field)});
}

Response problem(const policy::Refusal& refusal) {
  return problem(Problem{.status = 403,
                         .title = "Refused by policy",
                         .detail = refusal.what,
                         .clause = refusal.clause,
                         .sentence = refusal.sentence});
}

Response problem(const policy::Withheld& withheld) {
  if (const policy::Refusal* refusal = withheld.refusal()) return problem(*refusal);
  return problem(*withheld.error());
}

Response too_many(Duration wait) {
  const Duration second = Duration::seconds(1);
  const std::int64_t seconds =
      (wait + second - Duration::nanoseconds(1)).count_nanoseconds() / second.count_nanoseconds();
  Response response = problem(
      Problem{.status = 429,
              .detail = "Too many requests in a short time.",
              .mend = fmt::format("Try again in {} s.", std::max<std::int64_t>(seconds, 1))});
  response.headers.set("Retry-After", fmt::format("{}", std::max<std::int64_t>(seconds, 1)));
  return response;
}

std::string_view status_words(int status) {
  static constexpr std::pair<int, std::string_view> kWords[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {301, "Moved Permanently"},
      {303, "See Other"},
      {304, "Not Modified"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  };
  const auto* found = std::ranges::find(kWords, status, &std::pair<int, std::string_view>::first);
  return found == std::end(kWords) ? "Status" : found->second;
}

Result<Json> json_body(const Request& request) {
  const std::string_view type = request.headers.value("Content-Type");
  if (!type.starts_with("application/json")) {
    return fail(ErrorKind::kInvalid, "The body is not declared as JSON.",
                "Send Content-Type: application/json.");
  }
  ASSIGN_OR_RETURN(Json body, Json::parse(request.body, kMaxJsonDepth));
  if (!body.object()) return fail(ErrorKind::kInvalid, "The body is not a JSON object.");
  return body;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return {};
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (!high || !low) return {};
      c = static_cast<char>(*high * 16 + *low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0') return {};
    decoded.push_back(c);
  }
  return decoded;
}

std::string set_cookie(std::string_view name, std::string_view value, Duration age, bool secure) {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", name, value,
                     age.count_nanoseconds() / 1'000'000'000, secure ? "; Secure" : "");
}

}  // namespace heed::http

#include "http/parser.h"

#include <algorithm>

#include <fmt/core.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace heed::http {
namespace {

namespace beast = boost::beast;

Response refused(int status, std::string detail, std::string mend = {}) {
  return problem(Problem{.status = status, .detail = std::move(detail), .mend = std::move(mend)});
}

/// The one kind of body that may be long is sent to …/programs/{program}/revisions.
std::size_t longest_body(std::string_view target, const Limits& limits) {
  const std::string_view path = target.substr(0, target.find('?'));
  const bool program =
      path.starts_with("/api/") && path.contains("/programs/") && path.ends_with("/revisions");
  return program ? std::max(limits.program_bytes, limits.body_bytes) : limits.body_bytes;
}

Response refused_by(const beast::error_code& error, const Limits& limits, std::size_t longest) {
  using Kind = beast::http::error;
  if (error == Kind::header_limit) {
    return refused(431, fmt::format("The header is longer than {} bytes.", limits.header_bytes));
  }
  if (error == Kind::body_limit) {
    return refused(413, fmt::format("The body is longer than {} bytes.", longest),
                   "Send it in parts.");
  }
  if (error == Kind::bad_version) return refused(505, "This server speaks HTTP/1.1.");
  return refused(400, "This is no HTTP/1.1 request.",
                 "If this was meant to be encrypted, the address begins with http://.");
}

/// "/path?query" of an origin-form or absolute-form target (RFC 9112 §3.2).
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return target;
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct RequestParser::Inner {
  explicit Inner(const Limits& l) : limits(l) {
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    // The header says where it goes, and so how long it may be: take_header() sets that.
    parser.body_limit(std::max(limits.program_bytes, limits.body_bytes));
    // Stop after the header, so that what a trailer adds later is never taken for a header.
    parser.eager(false);
  }

  void refuse(Response response) {
    refusal = std::move(response);
    state = State::kRefused;
  }

  void put(std::string& input) {
    beast::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(input), error);
    input.erase(0, used);
    if (state == State::kHeader) header_bytes += used;
    if (error == beast::http::error::need_more) error = {};
    // Beast counts the request line apart from the fields.
    if (!error && header_bytes > limits.header_bytes) error = beast::http::error::header_limit;
    if (error) return refuse(refused_by(error, limits, longest));
    if (state == State::kHeader && parser.is_header_done()) take_header();
    if (state == State::kBody && parser.is_done()) {
      request.body = std::move(parser.get().body());
      state = State::kComplete;
    }
  }

  void take_header() {
    parser.eager(true);
    const auto& message = parser.get();
    state = State::kBody;
    const auto method = parse_method(view(message.method_string()));
    if (!method) return refuse(refused(501, "This server does not know the method."));
    request.method = *method;
    if (message.target().size() > kMaxTargetBytes) {
      return refuse(
          refused(414, fmt::format("The address is longer than {} bytes.", kMaxTargetBytes)));
    }
    for (const auto& field : message) {
      request.headers.add(view(field.name_string()), std::string(view(field.value())));
    }
    bound_body();
    check_framing();
    if (state == State::kBody) take_target(origin_form(view(message.target())));
  }

  void bound_body() {
    longest = longest_body(origin_form(view(parser.get().target())), limits);
    const auto said = parser.content_length();
    if (said && *said > longest) {
      return refuse(refused_by(beast::http::error::body_limit, limits, longest));
    }
    parser.body_limit(longest);
  }

  /// Whatever two servers could frame differently is refused, not guessed (RFC 9112 §11.2).
  void check_framing() {
    const auto& message = parser.get();
    const auto hosts = message.count(beast::http::field::host);
    if (hosts > 1 || (hosts == 0 && message.version() >= 11)) {
      return refuse(refused(400, "A request has one Host."));
    }
    const auto coding = message.find(beast::http::field::transfer_encoding);
    if (coding == message.end()) return;
    if (message.version() < 11) return refuse(refused(400, "HTTP/1.0 has no transfer coding."));
    if (!beast::iequals(coding->value(), "chunked") ||
        message.count(beast::http::field::transfer_encoding) > 1) {
      refuse(refused(501, "The only transfer coding is chunked."));
    }
  }

  void take_target(std::string_view target) {
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.path = std::string(target.substr(0, mark));
    auto query = Query::parse(target.substr(std::min(mark + 1, target.size())));
    if (!query) return refuse(refused(400, query.error().message));
    request.query = *std::move(query);
  }

  const Limits& limits;
  beast::http::request_parser<beast::http::string_body> parser;
  State state = State::kHeader;
  std::size_t header_bytes = 0;
  std::size_t longest = limits.body_bytes;  // body
  bool continue_asked = false;
  Request request;
  Response refusal;
};

RequestParser::RequestParser(const Limits& limits) : inner_(std::make_unique<Inner>(limits)) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;

RequestParser::State RequestParser::feed(std::string& input) {
  Inner& in = *inner_;
  while (!input.empty() && (in.state == State::kHeader || in.state == State::kBody)) {
    const std::size_t before = input.size();
    const State state = in.state;
    in.put(input);
    if (input.size() == before && in.state == state) break;
  }
  // A chunk's size line has no limit of its own in Beast.
  if (in.state == State::kBody && input.size() > in.limits.header_bytes) {
    in.refuse(refused(400, "A chunk's size line is too long."));
  }
  return in.state;
}

RequestParser::State RequestParser::state() const {
  return inner_->state;
}
const Response& RequestParser::refusal() const {
  return inner_->refusal;
}

Request RequestParser::take() {
  require(inner_->state == State::kComplete, "a request is taken when it is complete");
  return std::move(inner_->request);
}

bool RequestParser::keep_alive() const {
  return inner_->parser.keep_alive();
}
bool RequestParser::speaks_1_1() const {
  return inner_->parser.get().version() >= 11;
}

bool RequestParser::wants_continue() {
  if (inner_->state != State::kBody || inner_->continue_asked) return false;
  inner_->continue_asked = true;
  return speaks_1_1() &&
         beast::iequals(inner_->parser.get()[beast::http::field::expect], "100-continue");
}

}  // namespace heed::http

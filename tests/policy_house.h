// For tests of the policy over HTTP: a server whose first person runs it, and edits of its policy.
#pragma once

#include "api_house.h"
#include "base/crypto.h"

namespace heed {

/// `text` with its only `what` replaced.
inline std::string edited(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  require(at != std::string::npos, "the text has: " + std::string(what));
  require(text.find(what, at + 1) == std::string::npos, "once: " + std::string(what));
  return text.replace(at, what.size(), with);
}

class PolicyHouse : public testing::Test {
 protected:
  PolicyHouse() { must(house_.people().add_operator(shop_.owner)); }

  http::Response post(std::string_view path, const std::string& body) {
    return post_as(shop_.session, path, body);
  }
  http::Response post_as(const Asker& asker, std::string_view path, const std::string& body) {
    return house_.send(
        asker, {.method = http::Method::kPost, .path = kPolicy + std::string(path), .body = body});
  }
  http::Response get(std::string_view path) {
    return house_.get(shop_.session, kPolicy + std::string(path));
  }
  /// A body with `text` and what else is given, which begins with a comma.
  static std::string with_text(std::string_view text, std::string_view more = {}) {
    return "{\"text\":" + json_quote(text) + std::string(more) + "}";
  }
  Json check(const std::string& text) { return json_of(post("/check", with_text(text))); }
  std::string source() { return house_.store().policy()->source(); }
  std::string hash() { return house_.store().policy()->hash(); }
  /// Marketing reaches minors, too: weaker.
  std::string weaker() { return edited(source(), "unless opted_out, minor", "unless opted_out"); }
  /// Use is kept for a shorter time.
  std::string stricter() {
    return edited(source(), "keep usage for 13 months", "keep usage for 12 months");
  }
  /// Its id.
  std::string give_notice(const std::string& text) {
    const std::string of = *check(text).find("hash")->string();
    const auto given = post("/notices", "{\"hash\":\"" + of + "\",\"text\":\"It changes.\"}");
    require(given.status == 201, given.body);
    house_.clock().advance(Duration::seconds(1));
    return *json_of(given).find("id")->string();
  }

  static inline const std::string kPolicy = "/api/v1/policy";
  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
};

}  // namespace heed

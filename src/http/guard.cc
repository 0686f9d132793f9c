#include "http/guard.h"

#include <algorithm>

#include <arpa/inet.h>

namespace heed::http {
namespace {

constexpr std::string_view kContentPolicy =
    "default-src 'self'; connect-src 'self'; img-src 'self' data:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

void set_if_absent(Response& response, std::string_view name, std::string_view value) {
  if (!response.headers.find(name)) response.headers.add(name, std::string(value));
}

}  // namespace

HostNames::HostNames(std::vector<std::string> names) {
  for (const std::string& name : names) names_.push_back(lower(name));
}

bool HostNames::allows(std::string_view host) const {
  const std::string name = host_name(host);
  return name == "localhost" || is_ip_address(name) ||
         std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::string host_name(std::string_view host) {
  if (host.starts_with('[')) return lower(host.substr(1, host.find(']') - 1));
  std::string name = lower(host.substr(0, host.find(':')));
  // "heed.example." is the same name, fully qualified.
  if (name.ends_with('.')) name.pop_back();
  return name;
}

bool is_ip_address(std::string_view text) {
  const std::string name(text);
  in6_addr bytes{};
  return inet_pton(AF_INET, name.c_str(), &bytes) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &bytes) == 1;
}

bool is_loopback(std::string_view address) {
  const std::string text(address);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

void add_security_headers(Response& response, std::string_view path, bool secure) {
  set_if_absent(response, "Content-Security-Policy", kContentPolicy);
  set_if_absent(response, "X-Content-Type-Options", "nosniff");
  set_if_absent(response, "Referrer-Policy", "same-origin");
  set_if_absent(response, "Cross-Origin-Opener-Policy", "same-origin");
  set_if_absent(response, "Cross-Origin-Resource-Policy", "same-origin");
  if (secure) set_if_absent(response, "Strict-Transport-Security", "max-age=31536000");
  if (path == "/api" || path.starts_with("/api/")) {
    set_if_absent(response, "Cache-Control", "no-store");
  }
}

}  // namespace heed::http

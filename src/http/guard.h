// What holds for every request and every answer, whatever the route: which hosts this server is,
// and what a browser may do with what it gets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/http.h"

namespace heed::http {

/// The host names that a request may be for. An IP address cannot be rebound by a hostile name
/// server, so any of them passes; of names only localhost and the operator's.
class HostNames {
 public:
  explicit HostNames(std::vector<std::string> names);
  /// `host` as a Host header has it, with or without a port; case does not matter.
  bool allows(std::string_view host) const;

 private:
  std::vector<std::string> names_;
};

/// The name of a Host header without its port and brackets, lower case.
std::string host_name(std::string_view host);
bool is_ip_address(std::string_view text);
/// 127.0.0.0/8 or ::1.
bool is_loopback(std::string_view address);

/// Content-Security-Policy without unsafe-inline, nosniff, Referrer-Policy and their like; HSTS
/// over TLS; no-store for the API unless the route says otherwise.
void add_security_headers(Response& response, std::string_view path, bool secure);

}  // namespace heed::http

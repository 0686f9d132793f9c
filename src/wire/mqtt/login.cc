#include "wire/mqtt/login.h"

namespace heed::wire::mqtt {
namespace {

constexpr std::size_t kLongestWord = 1'024;
constexpr std::size_t kLongestPem = 12'288;

std::string take_pem(Fields& fields, std::string_view name) {
  std::string pem = fields.text(name, "", kLongestPem);
  if (!pem.empty() && !pem.starts_with("-----BEGIN ")) {
    fields.refuse(name, "this is no PEM text",
                  "Paste the file's content, from -----BEGIN to its end, with \\n for each line "
                  "end.");
  }
  return pem;
}

}  // namespace

void take_certificates(Fields& fields, Login& login) {
  login.ca = take_pem(fields, "ca");
  login.cert = take_pem(fields, "cert");
  login.key = take_pem(fields, "key");
  if (login.cert.empty() != login.key.empty()) {
    fields.refuse("cert", "cert and key go together", "Give both, or neither.");
  }
}

Login take_login(Fields& fields) {
  Login login;
  login.user = fields.text("user", "", kLongestWord);
  login.password = fields.text("password", "", kLongestWord);
  take_certificates(fields, login);
  const bool certificates = !login.ca.empty() || !login.cert.empty();
  login.tls = fields.truth("tls", certificates);
  if (certificates && !login.tls) {
    fields.refuse("tls", "this is false beside certificates", "Leave it out, or leave them out.");
  }
  if (login.user.empty() && !login.password.empty()) {
    fields.refuse("user", "this is missing beside a password", "Give both, or neither.");
  }
  return login;
}

}  // namespace heed::wire::mqtt

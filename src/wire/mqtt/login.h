// How a broker is entered: user and password, TLS and certificates.
#pragma once

#include <string>

#include "wire/fields.h"

namespace heed::wire::mqtt {

struct Login {
  std::string user;
  std::string password;
  bool tls = false;
  /// PEM texts, not paths: whoever adds a machine must not make the box read its own files and send
  /// them to a broker of theirs.
  std::string ca;    ///< Who may vouch for the broker; empty: whom the system trusts.
  std::string cert;  ///< Our own certificate, where the broker wants one,
  std::string key;   ///< and its key.
};

/// Asks for the members ca, cert and key.
void take_certificates(Fields& fields, Login& login);

/// Asks for the members user, password, tls, ca, cert and key.
Login take_login(Fields& fields);

}  // namespace heed::wire::mqtt

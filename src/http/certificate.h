// The server's certificate: the operator's own files, or one we sign ourselves.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace heed::http {

/// PEM text. The key never reaches a log.
struct Certificate {
  std::string chain;
  std::string key;
};

/// Reads the operator's files; kInvalid when they are no certificate, no key, do not belong
/// together, or are not valid at `now`.
Result<Certificate> load_certificate(const std::string& chain_file, const std::string& key_file,
                                     Time now);

/// The self-signed certificate `<directory>/certificate.pem` and `key.pem` (mode 0600): made when
/// missing, and again when it ends within 30 days or does not cover all of `names` (host names and
/// IP addresses). P-256, one year. `directory` is made when missing, mode 0700.
Result<Certificate> own_certificate(const std::string& directory,
                                    const std::vector<std::string>& names, Time now);

/// SHA-256 of the certificate, "AB:CD:…", for a person to compare in the browser.
Result<std::string> fingerprint(const Certificate& certificate);

}  // namespace heed::http

#include "box/net_trouble.h"

#include <curl/curl.h>

#include "box/tls.h"

namespace heed::box {
namespace {

Error plain_error(int code, std::string_view words) {
  const Error as_said{ErrorKind::kUnavailable, std::string(words), {}};
  // A server of TLS hangs up on plain words, or answers with an alert, which is no HTTP.
  const bool no_answer = code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR;
  const bool no_http = code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY;
  return no_answer || no_http ? tls_error(TlsFault::kWantsTls, words) : as_said;
}

}  // namespace

Error fetch_error(int code, long verified, std::string_view words, bool tls) {
  if (!tls) return plain_error(code, words);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      // A wrong name is found by libcurl itself, after OpenSSL was content.
      return tls_error(
          words.contains("subject name") ? TlsFault::kWrongName : fault_of_verification(verified),
          words);
    case CURLE_OPERATION_TIMEDOUT:
      if (words.contains("SSL")) return tls_error(TlsFault::kNoTls, words);
      break;
    case CURLE_SSL_CONNECT_ERROR:
      if (words.contains("wrong version number")) return tls_error(TlsFault::kNoTls);
      if (words.contains(" alert ")) return tls_error(TlsFault::kRefused, words);
      return tls_error(TlsFault::kBroken, words);
    case CURLE_RECV_ERROR:  // with TLS 1.3 a peer refuses our certificate after its handshake
      if (words.contains(" alert ")) return tls_error(TlsFault::kRefused, words);
      break;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return {ErrorKind::kUnavailable,
              "the settings ca, cert and key cannot be used (" + std::string(words) + ")",
              "paste PEM texts: certificates, and the unencrypted key that belongs to cert"};
    default: break;
  }
  return {ErrorKind::kUnavailable, std::string(words), {}};
}

}  // namespace heed::box

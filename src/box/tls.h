// TLS of a client, without sockets: the peer's bytes go in, what they say comes out, and what is to
// be sent is asked for. OpenSSL, as libcurl and libmosquitto have it for https:// and mqtts://.
//
//   client.take_output() → send;  bytes → client.feed();  client.take_plain()
//
// Who answers must prove to be the host of the address, always: there is no setting that trusts
// everybody. Who has a certificate that nobody vouches for pastes it as `ca`, and trusts that one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace heed::box {

/// Whom we trust, and who we are: PEM texts (wire/mqtt/login.h says why no paths).
struct Certificates {
  std::string ca = {};    ///< Who may vouch for the peer; empty: whom the system trusts.
  std::string cert = {};  ///< Our own, where the peer wants one,
  std::string key = {};   ///< and its key.
};

/// What keeps TLS from being there.
enum class TlsFault : std::uint8_t {
  kUntrusted,  ///< Nobody whom we trust signed the certificate.
  kWrongName,
  kExpired,
  kNotYet,    ///< The certificate begins in the future.
  kNoTls,     ///< The peer speaks plainly.
  kWantsTls,  ///< We spoke plainly, and the peer does not understand.
  kRefused,   ///< The peer does not want us.
  kBroken,    ///< Anything else.
};

/// For a person, with the mend; `words` say more, where there is more to say.
Error tls_error(TlsFault fault, std::string_view words = {});
/// What OpenSSL's verification found (X509_V_ERR_…), and its words.
TlsFault fault_of_verification(long code);

/// One connection. Not thread-safe.
class TlsClient {
 public:
  /// `host`: a name or a number. Certificates are held against `now`. kInvalid if `certificates`
  /// cannot be used.
  static Result<std::unique_ptr<TlsClient>> create(const std::string& host,
                                                   const Certificates& certificates, Time now);
  struct Inside;
  explicit TlsClient(std::unique_ptr<Inside> inside);  ///< create() is the way to one.
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// What is to be sent since the last call: the greeting first.
  Bytes take_output();
  /// The peer's next bytes. The first failure stays: kUnavailable. What came before it can be
  /// taken.
  Result<void> feed(BytesView bytes);
  /// What the peer said.
  Bytes take_plain();
  /// The peer is who it should be, and the handshake is done.
  bool is_open() const;
  /// is_open() holds.
  void send(BytesView plain);

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace heed::box

#include "box/tls.h"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>

namespace heed::box {
namespace {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freer<SSL_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

/// Of the names in a certificate, as many are told as help.
constexpr int kMostNames = 6;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kPiece = std::size_t{16} << 10;  // a record of TLS

Bio reader(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// All certificates of the text are trusted; one that signed itself, or was signed by somebody who
/// is not there, too.
bool trust(SSL_CTX* context, const std::string& pem) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  const Bio bio = reader(pem);
  int count = 0;
  while (const X509Ptr one{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, one.get()) != 1) return false;
    ++count;
  }
  ERR_clear_error();  // reading ends by not finding another
  return count > 0 && X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1;
}

bool show(SSL_CTX* context, const Certificates& ours) {
  const Bio cert = reader(ours.cert);
  const X509Ptr leaf(PEM_read_bio_X509(cert.get(), nullptr, nullptr, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (X509* issuer = PEM_read_bio_X509(cert.get(), nullptr, nullptr, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, issuer) != 1) return X509_free(issuer), false;
  }
  ERR_clear_error();
  const Bio bio = reader(ours.key);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

Result<Context> context_of(const Certificates& certificates) {
  Context context(SSL_CTX_new(TLS_client_method()));
  require(context != nullptr, "OpenSSL makes a context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  const bool trusting = certificates.ca.empty()
                            ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                            : trust(context.get(), certificates.ca);
  const bool shown = certificates.cert.empty() || show(context.get(), certificates);
  ERR_clear_error();
  if (!trusting) {
    return fail(ErrorKind::kInvalid, "the setting ca holds no certificate",
                "paste the PEM text of who signed the peer's certificate");
  }
  if (!shown) {
    return fail(ErrorKind::kInvalid, "the settings cert and key cannot be used",
                "paste a PEM certificate and the unencrypted key that belongs to it");
  }
  return context;
}

/// The certificate is for this host: a number, or a name.
void expect(SSL* ssl, const std::string& host) {
  X509_VERIFY_PARAM* want = SSL_get0_param(ssl);
  const std::string number = host.substr(0, host.find('%'));  // without the link it is on
  if (X509_VERIFY_PARAM_set1_ip_asc(want, number.c_str()) == 1) return;
  ERR_clear_error();
  X509_VERIFY_PARAM_set_hostflags(want, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(ssl, host.c_str());
  SSL_set_tlsext_host_name(ssl, host.c_str());
}

std::string printable(const unsigned char* bytes, int size) {
  std::string text;
  for (int i = 0; i < size && text.size() < kLongestName; ++i) {
    text += bytes[i] > ' ' && bytes[i] < 127 ? static_cast<char>(bytes[i]) : '?';
  }
  return text;
}

std::string number_text(const unsigned char* bytes, int size) {
  if (size != 4) return "an IPv6 number";
  return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

/// Whom the certificate is for.
std::string names_of(const X509* certificate) {
  std::string names;
  const NamesPtr all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  const int count = all ? std::min(sk_GENERAL_NAME_num(all.get()), kMostNames) : 0;
  for (int i = 0; i < count; ++i) {
    int kind = 0;
    const auto* text = static_cast<const ASN1_STRING*>(
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all.get(), i), &kind));
    if (kind != GEN_DNS && kind != GEN_IPADD) continue;
    const unsigned char* bytes = ASN1_STRING_get0_data(text);
    const int size = ASN1_STRING_length(text);
    names += names.empty() ? "" : ", ";
    names += kind == GEN_DNS ? printable(bytes, size) : number_text(bytes, size);
  }
  if (!names.empty()) return names;
  std::array<char, kLongestName> common{};
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                             common.data(), static_cast<int>(common.size()));
  if (size <= 0) return "nobody";
  return printable(reinterpret_cast<const unsigned char*>(common.data()), size);
}

bool is_alert(int reason) {
  return reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256;
}

}  // namespace

TlsFault fault_of_verification(long code) {
  switch (code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return TlsFault::kWrongName;
    case X509_V_ERR_CERT_HAS_EXPIRED: return TlsFault::kExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return TlsFault::kNotYet;
    default: return TlsFault::kUntrusted;
  }
}

Error tls_error(TlsFault fault, std::string_view words) {
  const std::string more = words.empty() ? "" : fmt::format(" ({})", words);
  const auto error = [&](std::string_view what, std::string mend) {
    return Error{ErrorKind::kUnavailable, fmt::format("{}{}", what, more), std::move(mend)};
  };
  switch (fault) {
    case TlsFault::kUntrusted:
      return error("nobody whom Heed trusts signed the certificate there",
                   "paste the certificate of who signed it, or its own if it signed itself, into "
                   "the setting ca");
    case TlsFault::kWrongName:
      return error("the certificate there is for another host",
                   "write a name that it has in the address, or have one made for this address");
    case TlsFault::kExpired:
      return error("the certificate there has expired",
                   "have it renewed; if it should still hold, see what time it is on Heed's host");
    case TlsFault::kNotYet:
      return error("the certificate there is not valid yet",
                   "see what time it is on Heed's host and where the certificate was made");
    case TlsFault::kNoTls:
      return error("what answers speaks no TLS",
                   "write ws:// in the place of wss:// (http:// of https://), or the port that "
                   "has TLS");
    case TlsFault::kWantsTls:
      return error("what is there does not answer plain words",
                   "if this port has TLS, write wss:// in the place of ws:// (https:// of "
                   "http://)");
    case TlsFault::kRefused:
      return error(
          "the TLS of the peer refuses ours",
          "Heed speaks TLS 1.2 and 1.3; if it wants a certificate of ours, paste it and its "
          "key into the settings cert and key");
    case TlsFault::kBroken: break;
  }
  return error("TLS fails",
               "see whether this port has TLS, and what stands between Heed and the peer");
}

struct TlsClient::Inside {
  Context context;
  Session ssl;
  BIO* in = nullptr;  // both are the session's
  BIO* out = nullptr;
  std::string names;  ///< Whom the certificate is for that was refused.
  Bytes plain;
  std::optional<Error> failure;
  bool open = false;

  void go_on();
  void read();
  void fail_with(int result);
  static int on_verified(int fine, X509_STORE_CTX* at);
};

// Notes whom a certificate is for while it is still there to be asked.
int TlsClient::Inside::on_verified(int fine, X509_STORE_CTX* at) {
  if (fine == 1) return 1;
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(at, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* self = static_cast<Inside*>(SSL_get_app_data(ssl));
  self->names = names_of(X509_STORE_CTX_get0_cert(at));
  return 0;
}

Result<std::unique_ptr<TlsClient>> TlsClient::create(const std::string& host,
                                                     const Certificates& certificates, Time now) {
  auto inside = std::make_unique<Inside>();
  ASSIGN_OR_RETURN(inside->context, context_of(certificates));
  inside->ssl.reset(SSL_new(inside->context.get()));
  inside->in = BIO_new(BIO_s_mem());
  inside->out = BIO_new(BIO_s_mem());
  SSL* ssl = inside->ssl.get();
  require(ssl != nullptr && inside->in != nullptr && inside->out != nullptr,
          "OpenSSL makes a session");
  SSL_set_bio(ssl, inside->in, inside->out);
  SSL_set_app_data(ssl, inside.get());
  SSL_set_verify(ssl, SSL_VERIFY_PEER, Inside::on_verified);
  expect(ssl, host);
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), now.seconds());
  SSL_set_connect_state(ssl);
  inside->go_on();
  return std::make_unique<TlsClient>(std::move(inside));
}

TlsClient::TlsClient(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
TlsClient::~TlsClient() = default;

void TlsClient::Inside::go_on() {
  ERR_clear_error();  // what another session of this thread left would be taken for ours
  if (!open) {
    const int result = SSL_do_handshake(ssl.get());
    if (result != 1) return fail_with(result);
    open = true;
  }
  read();
}

void TlsClient::Inside::read() {
  for (;;) {
    const std::size_t had = plain.size();
    plain.resize(had + kPiece);
    const int got = SSL_read(ssl.get(), plain.data() + had, static_cast<int>(kPiece));
    plain.resize(had + static_cast<std::size_t>(std::max(got, 0)));
    if (got <= 0) return fail_with(got);
  }
}

void TlsClient::Inside::fail_with(int result) {
  const int code = SSL_get_error(ssl.get(), result);
  if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE) return;
  if (code == SSL_ERROR_ZERO_RETURN) {
    failure = Error{ErrorKind::kUnavailable, "the peer closed the connection", {}};
    return;
  }
  const unsigned long first = ERR_get_error();
  const int reason = ERR_GET_REASON(first);
  const char* said = ERR_reason_error_string(first);
  const std::string words = said == nullptr ? "" : said;
  const long verified = SSL_get_verify_result(ssl.get());
  ERR_clear_error();
  if (verified != X509_V_OK) {
    const TlsFault fault = fault_of_verification(verified);
    failure =
        tls_error(fault, fault == TlsFault::kWrongName ? "it names " + names
                                                       : X509_verify_cert_error_string(verified));
  } else if (is_alert(reason)) {
    failure = tls_error(TlsFault::kRefused, words);
  } else if (!open && reason == SSL_R_WRONG_VERSION_NUMBER) {
    failure = tls_error(TlsFault::kNoTls);
  } else {
    failure = tls_error(TlsFault::kBroken, words);
  }
}

Bytes TlsClient::take_output() {
  Bytes bytes(BIO_ctrl_pending(inside_->out), '\0');
  if (bytes.empty()) return bytes;
  const int got = BIO_read(inside_->out, bytes.data(), static_cast<int>(bytes.size()));
  require(got == static_cast<int>(bytes.size()), "what is pending can be read");
  return bytes;
}

Result<void> TlsClient::feed(BytesView bytes) {
  Inside& s = *inside_;
  if (!s.failure && !bytes.empty()) {
    const int took = BIO_write(s.in, bytes.data(), static_cast<int>(bytes.size()));
    require(took == static_cast<int>(bytes.size()), "a buffer in memory takes all");
    s.go_on();
  }
  if (s.failure) return std::unexpected(*s.failure);
  return {};
}

Bytes TlsClient::take_plain() {
  return std::exchange(inside_->plain, {});
}

bool TlsClient::is_open() const {
  return inside_->open;
}

void TlsClient::send(BytesView plain) {
  Inside& s = *inside_;
  require(s.open, "nothing is said before the peer is known");
  if (s.failure || plain.empty()) return;
  ERR_clear_error();
  const int took = SSL_write(s.ssl.get(), plain.data(), static_cast<int>(plain.size()));
  if (took != static_cast<int>(plain.size())) s.failure = tls_error(TlsFault::kBroken, "sending");
}

}  // namespace heed::box

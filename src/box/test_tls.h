// A server's side of TLS for tests, with certificates of every kind, made as they are needed.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "base/bytes.h"
#include "box/test_server.h"

namespace heed::box {

template <auto kFree>
struct TestFreer {
  template <class T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};

/// PEM texts.
struct TestCertificate {
  std::string cert;
  std::string key;
};

struct TestCertificateWishes {
  std::string name = "test";
  std::string alternatives = {};  ///< "DNS:localhost,IP:127.0.0.1"
  int first_day = -1;             ///< From today.
  int last_day = 2;
  bool authority = false;
};

namespace tls {

using X509Ptr = std::unique_ptr<X509, TestFreer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, TestFreer<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, TestFreer<BIO_free_all>>;

inline std::string text_of(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}
inline Bio reader(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}
inline X509Ptr certificate_of(const std::string& pem) {
  return X509Ptr(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
}
inline KeyPtr key_of(const std::string& pem) {
  return KeyPtr(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr));
}
inline void extend(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace tls

/// Signed by `issuer`, or by itself.
inline TestCertificate make_certificate(const TestCertificateWishes& wishes,
                                        const TestCertificate* issuer = nullptr) {
  constexpr long kDay = 86'400;
  char curve[] = "P-256";
  const tls::KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
  const tls::X509Ptr made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), wishes.first_day * kDay);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), wishes.last_day * kDay);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wishes.name.c_str()), -1, -1,
                             0);
  X509_set_pubkey(made.get(), key.get());
  if (wishes.authority) tls::extend(made.get(), NID_basic_constraints, "critical,CA:TRUE");
  if (!wishes.alternatives.empty()) {
    tls::extend(made.get(), NID_subject_alt_name, wishes.alternatives);
  }
  const tls::X509Ptr above = issuer == nullptr ? nullptr : tls::certificate_of(issuer->cert);
  const tls::KeyPtr signing = issuer == nullptr ? nullptr : tls::key_of(issuer->key);
  X509_set_issuer_name(made.get(), X509_get_subject_name(above ? above.get() : made.get()));
  X509_sign(made.get(), signing ? signing.get() : key.get(), EVP_sha256());
  const tls::Bio cert(BIO_new(BIO_s_mem()));
  const tls::Bio secret(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(cert.get(), made.get());
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {tls::text_of(cert.get()), tls::text_of(secret.get())};
}

struct TestTlsWishes {
  TestCertificate shown;
  std::string wants_signed_by = {};  ///< The client's certificate; empty: it needs none.
  int highest_version = TLS1_3_VERSION;
};

/// The server's side without a socket: the client's bytes go in, what it said comes out.
class TestTls {
 public:
  explicit TestTls(const TestTlsWishes& wishes) : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_set_security_level(context_.get(), 0);  // so that it would speak 1.1
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), wishes.highest_version);
    SSL_CTX_use_certificate(context_.get(), tls::certificate_of(wishes.shown.cert).get());
    SSL_CTX_use_PrivateKey(context_.get(), tls::key_of(wishes.shown.key).get());
    if (!wishes.wants_signed_by.empty()) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()),
                          tls::certificate_of(wishes.wants_signed_by).get());
      SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                         nullptr);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_accept_state(ssl_.get());
  }

  void feed(BytesView bytes) {
    if (bytes.empty()) return;
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    const int shaken = open_ ? 1 : SSL_do_handshake(ssl_.get());
    open_ = shaken == 1;
    failed_ = !open_ && SSL_get_error(ssl_.get(), shaken) == SSL_ERROR_SSL;
  }
  std::string take_plain() {
    std::string plain(1 << 16, '\0');
    const int got = open_ ? SSL_read(ssl_.get(), plain.data(), static_cast<int>(plain.size())) : 0;
    plain.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return plain;
  }
  Bytes take_output() {
    Bytes bytes(BIO_ctrl_pending(SSL_get_wbio(ssl_.get())), '\0');
    if (!bytes.empty()) {
      BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    }
    return bytes;
  }
  void say(BytesView plain) { SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())); }
  void leave() { SSL_shutdown(ssl_.get()); }
  bool is_open() const { return open_; }
  bool has_failed() const { return failed_; }

 private:
  const std::unique_ptr<SSL_CTX, TestFreer<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, TestFreer<SSL_free>> ssl_;
  bool open_ = false;
  bool failed_ = false;
};

/// A connection of a TestServer, over TLS.
class TlsPeer {
 public:
  TlsPeer(TestServer::Peer& peer, const TestTlsWishes& wishes) : peer_(peer), tls_(wishes) {}

  bool say(BytesView plain) {
    tls_.say(plain);
    return peer_.say(tls_.take_output());
  }
  std::string hear(int milliseconds = 2'000) {
    tls_.feed(peer_.hear(milliseconds));
    const std::string plain = tls_.take_plain();
    peer_.say(tls_.take_output());
    if (tls_.has_failed()) peer_.leave();
    return plain;
  }
  bool gone() const { return peer_.gone(); }

 private:
  TestServer::Peer& peer_;
  TestTls tls_;
};

}  // namespace heed::box

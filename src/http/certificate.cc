#include "http/certificate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "http/freer.h"
#include "http/guard.h"

namespace heed::http {
namespace {

using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr Duration kLifetime = Duration::days(365);
constexpr Duration kRenewBefore = Duration::days(30);
/// A clock that is a day behind must not make the certificate one of the future.
constexpr Duration kValidSince = Duration::days(1);

std::string system_error() {
  return std::strerror(errno);
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return {};
  return std::move(text).str();
}

/// Whole or not at all: written beside and renamed, never readable by others for a moment.
Result<void> write_private(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(ErrorKind::kUnavailable, fmt::format("Cannot write {}: {}.", path, system_error()),
                "Check that the data directory can be written.");
  }
  const bool written = fchmod(file, 0600) == 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  close(file);
  if (!written || rename(beside.c_str(), path.c_str()) != 0) {
    return fail(ErrorKind::kUnavailable, fmt::format("Cannot write {}: {}.", path, system_error()),
                "Check the space on the data directory's disk.");
  }
  return {};
}

X509Ptr parse_certificate(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

KeyPtr parse_key(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return key;
}

bool belongs(X509* certificate, EVP_PKEY* key) {
  const bool same = X509_check_private_key(certificate, key) == 1;
  ERR_clear_error();
  return same;
}

bool valid_at(X509* certificate, Time time) {
  time_t at = time.seconds();
  return X509_cmp_time(X509_get0_notBefore(certificate), &at) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate), &at) > 0;
}

bool covers(X509* certificate, const std::string& name) {
  if (is_ip_address(name)) return X509_check_ip_asc(certificate, name.c_str(), 0) == 1;
  return X509_check_host(certificate, name.data(), name.size(), 0, nullptr) == 1;
}

bool still_good(const Certificate& pem, const std::vector<std::string>& names, Time now) {
  const X509Ptr certificate = parse_certificate(pem.chain);
  const KeyPtr key = parse_key(pem.key);
  return certificate && key && belongs(certificate.get(), key.get()) &&
         valid_at(certificate.get(), now) && valid_at(certificate.get(), now + kRenewBefore) &&
         std::ranges::all_of(names,
                             [&](const std::string& n) { return covers(certificate.get(), n); });
}

/// "DNS:localhost,IP:127.0.0.1"; names are checked, so none can bring in a field of its own.
Result<std::string> alternative_names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '.' || c == '-' || c == ':' || c == '_';
    });
    if (!plain || (name.find(':') != std::string::npos && !is_ip_address(name))) {
      return fail(ErrorKind::kInvalid, fmt::format("\"{}\" is no host name.", name),
                  "Write it without scheme and port: heed.example.com");
    }
    if (!list.empty()) list += ",";
    list += (is_ip_address(name) ? "IP:" : "DNS:") + name;
  }
  return list;
}

bool add_extension(X509* certificate, int what, const std::string& value) {
  const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  BIGNUM* number = BN_new();
  // 64 random bits, as the CA/Browser Forum asks of every issuer.
  const bool set = number && BN_rand(number, 64, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

bool fill(X509* certificate, EVP_PKEY* key, const std::string& alternative, Time now) {
  X509_NAME* name = X509_get_subject_name(certificate);
  static constexpr unsigned char kName[] = "Heed, self-signed";
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), (now - kValidSince).seconds()) &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), (now + kLifetime).seconds()) &&
         X509_set_pubkey(certificate, key) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, kName, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 &&
         add_extension(certificate, NID_subject_alt_name, alternative) &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string taken(BIO* bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

Result<Certificate> make_certificate(const std::vector<std::string>& names, Time now) {
  ASSIGN_OR_RETURN(const std::string alternative, alternative_names(names));
  const KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  const X509Ptr certificate(X509_new());
  const Bio chain_out(BIO_new(BIO_s_mem()));
  const Bio key_out(BIO_new(BIO_s_mem()));
  const bool made = key && certificate && fill(certificate.get(), key.get(), alternative, now) &&
                    PEM_write_bio_X509(chain_out.get(), certificate.get()) == 1 &&
                    PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                             nullptr) == 1;
  if (!made) {
    ERR_clear_error();
    return fail(ErrorKind::kInternal, "OpenSSL could not make a certificate.");
  }
  return Certificate{.chain = taken(chain_out.get()), .key = taken(key_out.get())};
}

}  // namespace

Result<Certificate> load_certificate(const std::string& chain_file, const std::string& key_file,
                                     Time now) {
  const auto chain = read_file(chain_file);
  if (!chain) return fail(ErrorKind::kInvalid, fmt::format("Cannot read {}.", chain_file));
  const auto key = read_file(key_file);
  if (!key) return fail(ErrorKind::kInvalid, fmt::format("Cannot read {}.", key_file));
  const X509Ptr parsed = parse_certificate(*chain);
  if (!parsed) {
    return fail(ErrorKind::kInvalid, fmt::format("{} is no PEM certificate.", chain_file));
  }
  const KeyPtr parsed_key = parse_key(*key);
  if (!parsed_key) {
    return fail(ErrorKind::kInvalid, fmt::format("{} is no unencrypted PEM key.", key_file));
  }
  if (!belongs(parsed.get(), parsed_key.get())) {
    return fail(ErrorKind::kInvalid,
                fmt::format("The key in {} is not that of {}.", key_file, chain_file));
  }
  if (!valid_at(parsed.get(), now)) {
    return fail(ErrorKind::kInvalid, fmt::format("{} is not valid now.", chain_file),
                "Renew it, or check this machine's clock.");
  }
  return Certificate{*chain, *key};
}

Result<Certificate> own_certificate(const std::string& directory,
                                    const std::vector<std::string>& names, Time now) {
  const std::string chain_file = directory + "/certificate.pem";
  const std::string key_file = directory + "/key.pem";
  const auto chain = read_file(chain_file);
  const auto key = read_file(key_file);
  if (chain && key && still_good({*chain, *key}, names, now)) return Certificate{*chain, *key};
  ASSIGN_OR_RETURN(Certificate made, make_certificate(names, now));
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("Cannot make {}: {}.", directory, system_error()));
  }
  // The key first: a certificate without its key is made again at the next start.
  if (auto done = write_private(key_file, made.key); !done) return std::unexpected(done.error());
  if (auto done = write_private(chain_file, made.chain); !done) {
    return std::unexpected(done.error());
  }
  return made;
}

Result<std::string> fingerprint(const Certificate& certificate) {
  const X509Ptr parsed = parse_certificate(certificate.chain);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (!parsed || X509_digest(parsed.get(), EVP_sha256(), digest.data(), &size) != 1) {
    return fail(ErrorKind::kInvalid, "This is no certificate.");
  }
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest.at(i));
  }
  return text;
}

}  // namespace heed::http

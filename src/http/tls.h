// OpenSSL's settings for the listener, apart from Asio.
#pragma once

#include "base/result.h"
#include "http/certificate.h"

struct ssl_ctx_st;

namespace heed::http {

/// A server context with this certificate: TLS 1.2 with forward secrecy and authenticated
/// encryption, or 1.3; nothing older (O58). The caller owns it (SSL_CTX_free).
Result<ssl_ctx_st*> tls_context(const Certificate& certificate);

}  // namespace heed::http

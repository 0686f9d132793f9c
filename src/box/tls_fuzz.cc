// Any bytes in the place of a TLS server's, from the beginning or after a good handshake, whole and
// in pieces: the same must come of them, and nobody is trusted who has shown no certificate.
#include "box/test_tls.h"
#include "box/tls.h"

namespace heed::box {
namespace {

constexpr std::size_t kMaxInput = std::size_t{1} << 14;

struct Certified {
  TestCertificate ca = make_certificate({.name = "ca", .authority = true});
  TestCertificate shown = make_certificate({.alternatives = "DNS:mill.shop"}, &ca);
};

std::unique_ptr<TlsClient> connected(TestTls* server, const Certified& with) {
  auto client = *TlsClient::create("mill.shop", {.ca = with.ca.cert}, SystemClock().now());
  for (int i = 0; server != nullptr && i < 3; ++i) {
    server->feed(client->take_output());
    require(client->feed(server->take_output()).has_value(), "the handshake is good");
  }
  require(client->is_open() == (server != nullptr), "open after a handshake alone");
  return client;
}

/// How it ended, and what was said.
std::string said(TlsClient& client, BytesView bytes, std::size_t step, bool was_open) {
  std::string all;
  while (!bytes.empty()) {
    const auto fed = client.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    all += client.take_plain();
    client.take_output();
    if (fed) continue;
    require(!client.feed("more").has_value(), "the first failure stays");
    all += "|" + fed.error().message;
    break;
  }
  require(was_open || !client.is_open(), "nobody is trusted without a certificate");
  return all;
}

}  // namespace
}  // namespace heed::box

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::box;
  static const Certified kCertified;
  if (size < 2 || size > kMaxInput) return 0;
  const heed::BytesView bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = 1 + data[0] / 2;
  if (data[0] % 2 == 0) {
    const auto whole = connected(nullptr, kCertified);
    const auto cut = connected(nullptr, kCertified);
    heed::require(said(*whole, bytes, bytes.size(), false) == said(*cut, bytes, step, false),
                  "cuts change nothing");
    return 0;
  }
  TestTls server({.shown = kCertified.shown});
  const auto client = connected(&server, kCertified);
  server.say(bytes);
  const heed::Bytes sealed = server.take_output();
  heed::require(said(*client, sealed, step, true) == bytes, "what was said arrives");
  said(*client, bytes, step, true);
  return 0;
}

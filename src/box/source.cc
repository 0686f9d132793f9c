#include "box/source.h"

#include <algorithm>
#include <charconv>

namespace heed::box {
namespace {

std::unexpected<Error> wrong(std::string what) {
  return fail(
      ErrorKind::kInvalid, std::move(what),
      "Write host:port, for an MTConnect agent http://host:port or "
      "http://host:port/device (ws:// and mqtt:// too), for OPC UA opc.tcp://host:port/path.");
}

bool may_be_in_host(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool may_be_in_number(char c) {
  return may_be_in_host(c) || c == ':' || c == '%';
}

// Takes "host" or "[v6 number]" off the front.
Result<std::string> take_host(std::string_view& rest) {
  std::string_view host;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return wrong("the address has [ without ]");
    host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    if (!std::ranges::all_of(host, may_be_in_number)) return wrong("what is in [ ] is no address");
  } else {
    const auto end = std::ranges::find_if_not(rest, may_be_in_host);
    host = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    rest.remove_prefix(host.size());
  }
  if (host.empty()) return wrong("the address has no host");
  if (host.size() > kLongestHost) return wrong("the host name is too long");
  return std::string(host);
}

Result<std::uint16_t> take_port(std::string_view& rest, std::uint16_t usual) {
  if (!rest.starts_with(':')) return usual;
  rest.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (error != std::errc() || port == 0) return wrong("the port is not a number from 1 to 65535");
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return port;
}

struct Scheme {
  std::string_view begins;
  Transport transport;
  bool tls;
  std::uint16_t port;  ///< 0: that of the protocol.
};
constexpr Scheme kSchemes[] = {
    {"http://", Transport::kHttp, false, 0},      {"https://", Transport::kHttp, true, 0},
    {"ws://", Transport::kWebSocket, false, 0},   {"wss://", Transport::kWebSocket, true, 0},
    {"mqtt://", Transport::kBroker, false, 1883}, {"mqtts://", Transport::kBroker, true, 8883}};

// Takes the scheme off the front; the usual port of what it stands for, or 0.
std::uint16_t take_scheme(std::string_view& rest, Endpoint& endpoint) {
  for (const Scheme& scheme : kSchemes) {
    if (!rest.starts_with(scheme.begins)) continue;
    endpoint.transport = scheme.transport;
    endpoint.tls = scheme.tls;
    rest.remove_prefix(scheme.begins.size());
    return scheme.port;
  }
  return 0;
}

}  // namespace

const ProtocolFacts& facts_of(Protocol protocol) {
  static const ProtocolFacts kShdr{.port = 7878};
  static const ProtocolFacts kMtconnect{.port = 5000, .http = true};
  static const ProtocolFacts kLinuxcnc{.port = 5007};
  static const ProtocolFacts kFanuc{.port = 8193};
  static const ProtocolFacts kHaas{.port = 5051, .serial = SerialLine{.xon_xoff = true}};
  static const ProtocolFacts kModbus{.port = 502};
  static const ProtocolFacts kSmall{.port = 23, .serial = SerialLine{.baud = 115'200}};
  static const ProtocolFacts kLsv2{.port = 19000};
  static const ProtocolFacts kBroker{.port = 1883};
  static const ProtocolFacts kBrother{.port = 10000};
  static const ProtocolFacts kOpcua{
      .port = 4840, .scheme = "opc.tcp://", .look_limit = Duration::seconds(20)};
  switch (protocol) {
    case Protocol::kShdr: return kShdr;
    case Protocol::kMtconnect: return kMtconnect;
    case Protocol::kLinuxcnc: return kLinuxcnc;
    case Protocol::kFanuc: return kFanuc;
    case Protocol::kHaas: return kHaas;
    case Protocol::kModbus: return kModbus;
    case Protocol::kGrbl:
    case Protocol::kMarlin: return kSmall;
    case Protocol::kLsv2: return kLsv2;
    case Protocol::kMqtt:
    case Protocol::kSparkplug: return kBroker;
    case Protocol::kBrother: return kBrother;
    case Protocol::kOpcua: return kOpcua;
  }
  return kShdr;
}

std::string Endpoint::text() const {
  if (serial) return serial->text();
  const bool number_with_colons = host.find(':') != std::string::npos;
  return (number_with_colons ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Endpoint> parse_address(Protocol protocol, std::string_view address) {
  if (address.size() > kLongestAddress) return wrong("the address is too long");
  Endpoint endpoint;
  std::string_view rest = address;
  const ProtocolFacts& facts = facts_of(protocol);
  if (facts.serial && address.starts_with('/')) {
    ASSIGN_OR_RETURN(endpoint.serial, parse_serial(address, *facts.serial));
    return endpoint;
  }
  const bool http = facts.http;
  std::uint16_t port = facts.port;
  if (http) {
    if (const std::uint16_t of_scheme = take_scheme(rest, endpoint)) port = of_scheme;
  }
  if (!facts.scheme.empty() && rest.starts_with(facts.scheme)) {
    rest.remove_prefix(facts.scheme.size());
  }
  ASSIGN_OR_RETURN(endpoint.host, take_host(rest));
  ASSIGN_OR_RETURN(endpoint.port, take_port(rest, port));
  if ((http || !facts.scheme.empty()) && rest.starts_with('/')) {
    while (rest.ends_with('/')) rest.remove_suffix(1);
    const bool plain =
        std::ranges::all_of(rest, [](char c) { return may_be_in_host(c) || c == '/' || c == '~'; });
    if (!plain) return wrong("the path has a character that has no place in one");
    endpoint.path = rest;
    rest = {};
  }
  if (!rest.empty()) return wrong("the address goes on after the port");
  return endpoint;
}

}  // namespace heed::box

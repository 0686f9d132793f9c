// A source: where a machine is read, how that goes, and what a first look at it shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "box/serial.h"
#include "machines/machine.h"
#include "machines/observation.h"

namespace heed::box {

using machines::Protocol;

struct Source {
  machines::MachineId machine;
  Protocol protocol = Protocol::kShdr;
  /// "host:port" (the port may be left out), "http://host:port[/device]" of an MTConnect agent (or
  /// with ws://, wss://, mqtt://, mqtts://, as its documents travel), "opc.tcp://host:port[/path]",
  /// or a serial line (box/serial.h) of a protocol that has them.
  std::string address;
  /// It plays a recording back: placed by device time alone.
  bool recording = false;
  /// What its protocol wants to know beyond the address, as a JSON object; empty: nothing. See
  /// docs/machines/.
  std::string settings = {};
};

/// Where somebody wants to look before a machine is declared.
struct Look {
  Protocol protocol = Protocol::kShdr;
  std::string address;
  std::string settings = {};
};

/// What an MTConnect agent's documents come over: the scheme of its address.
enum class Transport : std::uint8_t {
  kHttp,
  kWebSocket,
  kBroker,  ///< MQTT: host and port are the broker's.
};

/// An address, taken apart.
struct Endpoint {
  std::string host;  ///< A name or a number; an IPv6 number without its brackets.
  std::uint16_t port = 0;
  bool tls = false;                        ///< https, wss, mqtts
  Transport transport = Transport::kHttp;  ///< Where addresses are URLs with http.
  std::string path;  ///< What follows the port in a URL, without a slash at the end; may be empty.
  std::optional<SerialLine> serial;  ///< Instead of all of these.
  std::string text() const;          ///< "host:port", for a person
};

/// What is known of a protocol before anything is connected.
struct ProtocolFacts {
  std::uint16_t port = 0;  ///< The usual one; 0: only over serial lines.
  bool http = false;       ///< Addresses are URLs.
  /// Addresses are URLs too, of this scheme, which may be left out: "opc.tcp://".
  std::string_view scheme = {};
  /// How long a first look waits for a value: who starts a program first needs longer.
  Duration look_limit = Duration::seconds(5);
  /// The usual settings of a serial line, where the protocol has them.
  std::optional<SerialLine> serial;
};
const ProtocolFacts& facts_of(Protocol protocol);

/// A host name is at most this long (RFC 1035), a whole address kLongestAddress.
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestAddress = 300;

/// kInvalid, with the mend, if `address` cannot be one of this protocol. Without a port: the usual
/// one of facts_of() (with http, 80 and 443 must be written).
Result<Endpoint> parse_address(Protocol protocol, std::string_view address);

struct SourceStatus {
  machines::Link link;
  Time since;                      ///< When the link changed last.
  std::optional<Time> last_bytes;  ///< When it said anything last, a heartbeat included.
  std::uint64_t queued = 0;        ///< Reports that the ingest has not acknowledged yet.
  std::uint64_t acknowledged = 0;  ///< Number of the last report that it has.
  std::string waiting;             ///< Why reading or handing on waits; empty when it does not.
};

/// One thing that happened while connecting.
struct Step {
  Duration at;      ///< Since the beginning.
  std::string say;  ///< For a person.
  bool ok = true;
};

struct SampleValue {
  std::string item;
  std::optional<std::string> value;
  std::optional<Time> at;
};

struct Diagnosis {
  bool ok = false;  ///< At least one observation came.
  std::vector<Step> steps;
  std::vector<machines::DataItem> model;
  std::vector<SampleValue> sample;  ///< At most 50.
};

}  // namespace heed::box

// A source: where a machine is read, how that goes, and what a first look at it shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "machines/observation.h"
#include "machines/views.h"

namespace heed::box {

using machines::Protocol;

struct Source {
  machines::MachineId machine;
  Protocol protocol = Protocol::kShdr;
  /// "host:port" (SHDR, LinuxCNC; the port may be left out) or "http://host:port[/device]".
  std::string address;
  /// It plays a recording back: placed by device time alone.
  bool recording = false;
};

/// An address, taken apart.
struct Endpoint {
  std::string host;  ///< A name or a number; an IPv6 number without its brackets.
  std::uint16_t port = 0;
  bool tls = false;  ///< https
  std::string path;  ///< What follows the port in a URL, without a slash at the end; may be empty.
  std::string text() const;  ///< "host:port", for a person
};

/// A host name is at most this long (RFC 1035), a whole address kLongestAddress.
constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestAddress = 300;

/// kInvalid, with the mend, if `address` cannot be one of this protocol. Without a port: SHDR 7878,
/// LinuxCNC 5007, MTConnect 5000 (80 and 443 must be written).
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

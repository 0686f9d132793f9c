// A driver: one source's protocol session, its connection and how what it says becomes reports.
// Drivers connect again by themselves, for ever, with the session's or wire/backoff.h's waits.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "box/net.h"
#include "box/source.h"
#include "machines/observation.h"
#include "wire/backoff.h"
#include "wire/control_session.h"
#include "wire/mqtt/listener.h"
#include "wire/mqtt/login.h"
#include "wire/opcua/settings.h"

namespace heed::box {

/// What a driver tells, on the loop's thread. It must not drop the driver from inside a call.
class DriverListener {
 public:
  virtual ~DriverListener() = default;
  /// Something that a person who adds the machine wants to see.
  virtual void on_step(const std::string& say, bool ok) = 0;
  /// Bytes came, even if they say nothing: the source lives.
  virtual void on_heard() = 0;
  virtual void on_up(const std::string& words) = 0;
  /// The link is down, or this attempt failed; the driver tries again.
  virtual void on_down(const std::string& words) = 0;
  /// All fields but machine, number, recording and link. An empty `resume`: where it was before.
  virtual void on_report(machines::Report report) = 0;
};

/// Used on the loop's thread alone; its destructor closes all it has open.
class Driver {
 public:
  virtual ~Driver() = default;
  virtual void start() = 0;
  /// While paused it reads nothing, so that its source is held back.
  virtual void pause(bool paused) = 0;
};

/// All outlive the driver.
struct DriverPlace {
  Net& net;
  const Clock& clock;
  Random& random;
  Log& log;
  /// Where drivers may keep what is theirs (keys, certificates), each in its own folder.
  std::string directory;
};

/// No connection within this long, to each address of a host: tried again.
constexpr Duration kConnectLimit = Duration::seconds(5);

/// Between attempts: machines are near, and what they say while nobody listens may be lost.
constexpr wire::BackoffLimits kRetry{.first = Duration::milliseconds(500),
                                     .most = Duration::seconds(10)};

/// How a source is read: its protocol, and its address and settings, taken apart.
struct Reading {
  Protocol protocol = Protocol::kShdr;
  Endpoint endpoint;
  /// Of a control that answers (wire/control_session.h): begins a connection.
  std::function<std::unique_ptr<wire::ControlSession>(Duration now)> session = {};
  /// Of a broker (wire/mqtt/listener.h): makes something of its messages.
  std::function<std::unique_ptr<wire::mqtt::Listener>()> listener = {};
  /// How a broker is entered, or an MTConnect agent.
  wire::mqtt::Login login = {};
  /// Of an OPC UA server, which a program beside the box reads (box/opcua_driver.h).
  wire::opcua::Settings opcua = {};
};

/// kInvalid, with the field and the mend, if address or settings cannot be of the protocol.
Result<Reading> parse_reading(Protocol protocol, std::string_view address,
                              std::string_view settings);

/// `cursor` is the `resume` of the last report that is durable; empty for a new source.
std::unique_ptr<Driver> make_driver(const Reading& reading, const std::string& cursor,
                                    DriverPlace place, DriverListener& listener);

}  // namespace heed::box

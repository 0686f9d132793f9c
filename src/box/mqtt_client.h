// A connection to an MQTT broker (3.1.1) that subscribes and listens.
//
// libmosquitto works on a thread of its own here, because it looks names up where it connects; what
// it hears goes to the loop through a bounded queue. There is no function that publishes: the one
// thing that can be sent is Sparkplug's request for a rebirth, whose topic and bytes are made in
// wire/sparkplug/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "box/net.h"
#include "box/source.h"
#include "wire/mqtt/listener.h"
#include "wire/mqtt/login.h"

namespace heed::box {

struct Broker {
  Endpoint endpoint;
  wire::mqtt::Login login;
  std::string client_id;
  std::vector<std::string> filters;  ///< Subscribed to with quality of service 1.
};

/// Called on the loop's thread; may drop the client.
class MqttHandler {
 public:
  virtual ~MqttHandler() = default;
  /// The broker took us, and the filters were asked for.
  virtual void on_open() = 0;
  virtual void on_message(const wire::mqtt::Message& message) = 0;
  /// The broker does not let us read this filter.
  virtual void on_refused(const std::string& filter) = 0;
  /// Not connected, refused, closed or broken; nothing follows. For a person.
  virtual void on_closed(const Error& why) = 0;
};

/// Messages that wait for the loop; beyond, nothing more is read from the broker.
constexpr std::size_t kMostWaitingMessages = 1'000;
/// Silence of the broker is noticed within one and a half of it.
constexpr Duration kKeepAlive = Duration::seconds(15);

/// Belongs to the loop's thread. Closed by its destructor, without a word to the handler; that
/// waits for at most a second.
class MqttClient {
 public:
  /// `net` and `handler` outlive it.
  MqttClient(Net& net, Broker broker, MqttHandler& handler);
  ~MqttClient();
  MqttClient(const MqttClient&) = delete;
  MqttClient& operator=(const MqttClient&) = delete;

  /// While paused nothing is handed on, and once kMostWaitingMessages wait, nothing is read.
  void pause(bool paused);
  /// Asks an edge node of Sparkplug to tell all it has. It changes nothing there but is a message
  /// to it: only for who allowed it.
  void request_rebirth(const wire::sparkplug::EdgeNode& edge);

  struct Shared;

 private:
  const std::shared_ptr<Shared> shared_;
};

}  // namespace heed::box

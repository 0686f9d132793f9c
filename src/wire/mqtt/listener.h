// Who makes something of a broker's messages: JSON topics by a mapping (mapping.h), Sparkplug B
// (sparkplug/host.h). Without sockets: box/mqtt_driver.h moves the messages.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "wire/control_session.h"
#include "wire/sparkplug/topic.h"

namespace heed::wire::mqtt {

/// A longer payload is set aside unread.
inline constexpr std::size_t kLongestPayload = std::size_t{256} << 10;
/// What cannot be read, kept between two calls of take_strange().
inline constexpr std::size_t kMostStrange = 64;

struct Message {
  std::string topic;
  Bytes payload;
  bool retained = false;  ///< The broker kept it: it may be old.
};

/// Something that changed, with the source's own time where it tells one.
struct Told {
  Said said;
  std::optional<Time> at = {};
  bool historical = false;  ///< Kept by the source while it was away: old, whatever came since.
  bool operator==(const Told&) const = default;
};

/// Used for all connections to one broker, one after another. `now` is Clock::steady(). Not
/// thread-safe.
class Listener {
 public:
  virtual ~Listener() = default;
  /// What is subscribed to.
  virtual std::vector<std::string> filters() const = 0;
  virtual void on_connected(Duration now) = 0;
  virtual void on_message(const Message& message, Duration now) = 0;
  /// A message as it is kept beside what was read from it.
  virtual std::string raw_of(const Message& message) const {
    return message.topic + " " + message.payload;
  }
  /// The broker is lost: what was true is not known any more.
  virtual void on_lost() = 0;
  virtual Duration deadline() const { return Duration::max(); }
  virtual void on_time(Duration now) { (void)now; }

  virtual std::vector<Told> take_changes() = 0;
  /// All items there are, when they were learned since the last call; else nothing.
  virtual std::vector<SaidItem> take_items() = 0;
  virtual std::vector<std::string> take_strange() = 0;
  virtual std::vector<std::string> take_steps() = 0;
  /// Sparkplug's edge nodes that should tell all they have anew: the one thing that may be sent,
  /// and only where the settings allow it.
  virtual std::vector<sparkplug::EdgeNode> take_rebirths() { return {}; }
};

}  // namespace heed::wire::mqtt

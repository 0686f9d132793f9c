// A Sparkplug B host that listens to one edge node, for one machine: the node itself or a device.
//
// Births name the metrics, data may use their aliases; each message of a node counts one further,
// from its birth's 0 to 255 and around. No host state is published: this is no primary host.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/mqtt/listener.h"
#include "wire/sparkplug/payload.h"
#include "wire/sparkplug/settings.h"

namespace heed::wire::sparkplug {

/// Between two requests for a rebirth, however much is missing.
inline constexpr Duration kRebirthEvery = Duration::seconds(10);
/// Metrics that a node may name in all.
inline constexpr std::size_t kMostKnown = 20'000;

/// See Listener. The items are the metrics' own names, or what the settings call them, and
///
///   avail           AVAILABLE from the birth to the death of the node or device
///   sparkplug_cond  a WARNING from a gap in the sequence to the next birth: what did not change
///                   since may be old. MISSING, or UNKNOWN for an alias that no birth named
///
/// Before a birth nothing is told: what the names and types are is not known. After a death, and
/// once the broker is lost, all is unavailable.
class Host final : public mqtt::Listener {
 public:
  explicit Host(HostSettings settings);

  std::vector<std::string> filters() const override;
  void on_connected(Duration now) override;
  void on_message(const mqtt::Message& message, Duration now) override;
  std::string raw_of(const mqtt::Message& message) const override;
  void on_lost() override;
  std::vector<mqtt::Told> take_changes() override;
  std::vector<SaidItem> take_items() override;
  std::vector<std::string> take_strange() override;
  std::vector<std::string> take_steps() override;
  std::vector<EdgeNode> take_rebirths() override;

 private:
  struct Known {
    std::string name;
    std::uint32_t type = 0;
  };

  void on_node_birth(const Payload& payload, Duration now);
  void on_birth(const std::string& device, const Payload& payload);
  void on_data(const Topic& topic, const Payload& payload, Duration now);
  void on_node_death(const Payload& payload);
  bool take_seq(const Payload& payload, Duration now);
  void learn(const std::string& device, const Metric& metric);
  std::optional<Known> known_of(const std::string& device, const Metric& metric) const;
  void tell(const Known& known, const Metric& metric, std::optional<Time> at);
  void die();
  void warn(std::string_view code, std::string_view text);
  void ask_for_birth(Duration now);
  void say(std::string_view key, std::optional<std::string> value, std::optional<Time> at);
  void say_strange(const mqtt::Message& message, std::string_view why);
  bool is_ours(std::string_view device) const { return device == settings_.device; }

  const HostSettings settings_;
  bool node_born_ = false;
  bool born_ = false;                          // The node or device that is the machine.
  std::optional<std::uint64_t> death_number_;  // bdSeq of the node's birth.
  std::uint64_t seq_ = 0;
  std::map<std::pair<std::string, std::string>, std::uint32_t> types_;  // By device and name.
  /// Unique in a node by the specification, in a device by some nodes.
  std::map<std::pair<std::string, std::uint64_t>, Known> aliases_;
  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::map<std::string, std::string, std::less<>> warnings_;
  std::vector<mqtt::Told> changes_;
  std::vector<SaidItem> items_;
  std::vector<std::string> strange_;
  std::vector<std::string> steps_;
  std::vector<EdgeNode> rebirths_;
  std::optional<Duration> asked_;
  bool waiting_told_ = false;
};

}  // namespace heed::wire::sparkplug

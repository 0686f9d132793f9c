// What an OPC UA server's variables and events are to machines: a machine tool of OPC 40501-1, or
// the nodes that the settings name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "box/opcua_words.h"
#include "wire/mqtt/mapping.h"
#include "wire/opcua/line.h"

namespace heed::box {

/// Every variable is an item under its path ("Monitoring/Channel1/FeedOverride"). Made of them are
///
///   execution        of the channels, with the program's end; else of the program; else of the
///                    machinery item
///   controller_mode  of the first channel; else of the machine
///   functional_mode  of the machine
///   part_count       PartsProducedInLifetime; else of the job that runs
///   stacklight       the colours that are lit
///   alarm            a condition for each alarm, by its error code
///   message          what the machine tells without an alarm
///   uncertain        variables whose value the server doubts
///
/// A value with a bad status is unavailable, and so is what is made of it. Not thread-safe.
class OpcuaMachine {
 public:
  /// Of the settings' nodes; none: a machine tool.
  explicit OpcuaMachine(std::vector<wire::mqtt::Mapping> mappings);

  void forget_nodes();
  void take(const wire::opcua::Node& node);
  void take(const wire::opcua::Custom& custom);
  /// All nodes are told: take_items() tells them, and their values follow.
  void connected(Duration now);
  void take(const wire::opcua::Value& value, Duration now);
  void take(const wire::opcua::Alarm& alarm);
  void take(const wire::opcua::Message& message);
  /// The server is lost: nothing is known any more.
  void lost();
  /// When on_time() wants to be called; custom nodes alone know of time.
  Duration deadline() const { return custom_.deadline(); }
  void on_time(Duration now);

  /// `historical`: it was told for the first time since nodes were forgotten, so it may be old.
  std::vector<wire::mqtt::Told> take_changes();
  std::vector<wire::SaidItem> take_items();

 private:
  struct Variable {
    std::string key;  ///< Empty: nobody told of such a node.
    std::string unit;
    OpcuaRow row = {};
    std::string object;  ///< The path of what it belongs to.
    bool told = false;
    bool uncertain = false;
    std::optional<std::string> value;
    std::optional<Time> at;
    std::uint32_t status = 0;
  };
  using Text = std::optional<std::string>;

  void take_custom(const wire::opcua::Value& value, std::size_t index, Duration now);
  void take_made();
  void say(std::string_view key, Text value);
  const Variable* first(OpcuaMeaning meaning) const;
  const Variable* beside(const Variable& one, OpcuaMeaning meaning) const;
  Text execution() const;
  Text controller_mode() const;
  Text functional_mode() const;
  Text part_count() const;
  Text stacklight() const;
  Text uncertain() const;
  wire::SaidItem item_of(const Variable& variable) const;

  std::vector<Variable> variables_;
  std::set<std::string, std::less<>> keys_;
  std::vector<std::optional<std::size_t>> custom_index_;
  const bool is_custom_;
  wire::mqtt::MappedTopics custom_;
  std::map<std::string, Text, std::less<>> made_;
  std::map<std::string, std::string> alarms_;  // Condition → code, of those that are active.
  std::vector<wire::mqtt::Told> changes_;
  std::optional<Time> at_;
  bool historical_ = false;
  bool items_wanted_ = false;
};

}  // namespace heed::box

// Sparkplug B's topics (specification 3.0, chapter 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace heed::wire::sparkplug {

struct EdgeNode {
  std::string group;
  std::string node;
  auto operator<=>(const EdgeNode&) const = default;
};

enum class MessageType {
  kNodeBirth,
  kNodeData,
  kNodeDeath,
  kDeviceBirth,
  kDeviceData,
  kDeviceDeath
};

struct Topic {
  EdgeNode edge;
  MessageType type = MessageType::kNodeData;
  std::string device;  ///< Empty: of the node itself.
};

/// `spBv1.0/GROUP/NBIRTH|NDATA|NDEATH/NODE` or `…/DBIRTH|DDATA|DDEATH/NODE/DEVICE`. Nothing for
/// anything else, commands and host states among them.
std::optional<Topic> parse_topic(std::string_view text);

}  // namespace heed::wire::sparkplug

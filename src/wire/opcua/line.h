// What the OPC UA sidecar says (sidecar/opcua/src/lines.ts): one JSON array a line, whose first
// element is its word. The list below is the whole of it.
//
//   ["heed-opcua",1]                                  first of all
//   ["step",true,"connected to …"]                    for who adds the machine; false: it failed
//   ["nodes"]                                         what was told of nodes is void
//   ["node",4,"Monitoring/Channel1/ChannelState","ChannelMonitoringType",""]
//   ["custom",0,2]                                    node 0 is the third of the settings
//   ["up",false,"connected to …"]                     true: it is the old subscription, nothing
//   lost
//   ["broken","…"]  ["down","…"]                      being mended; over, and tried again
//   ["value",4,"2026-11-29T09:31:23.921Z",0,2]        node, source's time, status code, value
//   ["alarm",condition,time,active,severity,code,text]
//   ["message",time,severity,code,text]
//   ["lost",3,"…"]                                    notifications that are missing; 0: unknown
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"

namespace heed::wire::opcua {

inline constexpr std::size_t kLongestLine = std::size_t{64} << 10;
/// Numbers of nodes are below it (kMostVariables of the sidecar).
inline constexpr std::uint32_t kMostNodes = 1'000;
/// The version of these lines.
inline constexpr std::int64_t kVersion = 1;

struct Hello {
  std::int64_t version = 0;
};
struct Step {
  bool ok = true;
  std::string words;
};
struct Nodes {};
struct Node {
  std::uint32_t number = 0;
  std::string path;   ///< Browse names, without their namespaces.
  std::string owner;  ///< The type of the object it belongs to, of the specification; may be empty.
  std::string unit;
};
struct Custom {
  std::uint32_t number = 0;
  std::uint32_t index = 0;  ///< Of the settings' `nodes`.
};
struct Up {
  bool resumed = false;
  std::string words;
};
struct Broken {
  std::string words;
};
struct Down {
  std::string words;
};
/// A value as text; nothing for null.
struct Value {
  std::uint32_t number = 0;
  std::optional<Time> at;
  std::uint32_t status = 0;
  std::optional<std::string> value;
};
struct Alarm {
  std::string condition;
  std::optional<Time> at;
  bool active = false;
  std::int64_t severity = 0;
  std::string code;
  std::string text;
};
struct Message {
  std::optional<Time> at;
  std::int64_t severity = 0;
  std::string code;
  std::string text;
};
struct Lost {
  std::uint64_t count = 0;
  std::string words;
};

using Line =
    std::variant<Hello, Step, Nodes, Node, Custom, Up, Broken, Down, Value, Alarm, Message, Lost>;

/// kInvalid for anything else.
Result<Line> parse_line(std::string_view line);

/// Part 4, 7.39: the two highest bits.
constexpr bool is_bad(std::uint32_t status) {
  return status >= 0x8000'0000;
}
constexpr bool is_uncertain(std::uint32_t status) {
  return status >= 0x4000'0000 && status < 0x8000'0000;
}

}  // namespace heed::wire::opcua

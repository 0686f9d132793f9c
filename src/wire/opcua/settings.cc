#include "wire/opcua/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

namespace heed::wire::opcua {
namespace {

constexpr std::array<std::string_view, 3> kSecurityWords = {"sign_and_encrypt", "sign", "none"};
constexpr std::size_t kLongestText = 256;

// "nsu=URI;s=NAME" or "i=NUMBER" of the standard's own namespace. An index of a namespace is no
// name: it may be another one after the server was started anew.
bool is_node(std::string_view id) {
  if (id.starts_with("nsu=")) {
    const std::size_t end = id.find(';');
    if (end == std::string_view::npos || end == 4) return false;
    id.remove_prefix(end + 1);
  }
  constexpr std::string_view kKinds = "isgb";
  return id.size() > 2 && kKinds.contains(id[0]) && id[1] == '=';
}

void take_node(Fields& fields, std::string& node) {
  fields.require_one_of({"node"});
  node = fields.text("node", "", kLongestNodeId);
  if (fields.has("node") && !is_node(node)) {
    fields.refuse("node", "this is no node",
                  "Write nsu=URI;s=NAME or nsu=URI;i=NUMBER, with the URI of its namespace "
                  "instead of an index; trying it lists them.");
  }
}

Result<void> take_nodes(Fields& fields, Settings& read) {
  const auto nodes = fields.list("nodes", kMostCustomNodes);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const std::string path = fmt::format("settings.nodes[{}]", i);
    Fields member(nodes[i], path);
    mqtt::Mapping mapping{.topic = topic_of(i), .path = "/v", .time = "/t"};
    take_node(member, read.nodes.emplace_back());
    mqtt::take_meaning(member, path, mapping);
    if (auto done = member.done(); !done) return done;
    read.mappings.push_back(std::move(mapping));
  }
  return mqtt::check_items(read.mappings, "settings.nodes");
}

}  // namespace

std::string_view word(Security security) {
  return kSecurityWords.at(static_cast<std::size_t>(security));
}

std::string topic_of(std::size_t index) {
  return std::to_string(index);
}

Result<Settings> settings_of(const Json& settings) {
  Fields fields(settings, "settings");
  Settings read;
  read.security = static_cast<Security>(fields.choice("security", kSecurityWords));
  read.user = fields.text("user", "", kLongestText);
  read.password = fields.text("password", "", kLongestText);
  read.machine = fields.text("machine", "", kLongestText);
  read.fingerprint = fields.text("fingerprint", "", kLongestText);
  read.interval = Duration::milliseconds(fields.integer("interval_ms", 500, {50, 60'000}));
  const auto taken = take_nodes(fields, read);
  if (!read.user.empty() && read.password.empty()) {
    fields.refuse("password", "this is missing", "Give the password of the user, or no user.");
  }
  if (!read.nodes.empty() && !read.machine.empty()) {
    fields.refuse("machine", "this stands beside nodes",
                  "Leave out nodes, to read a machine of OPC 40501-1, or machine.");
  }
  if (!taken) fields.refuse(taken.error());
  if (auto done = fields.done(); !done) return std::unexpected(done.error());
  return read;
}

std::string request_of(const Settings& settings, std::string_view endpoint,
                       std::string_view directory) {
  JsonWriter w;
  w.begin_object().member("endpoint", endpoint).member("security", word(settings.security));
  w.member("user", settings.user).member("password", settings.password);
  w.member("machine", settings.machine).member("fingerprint", settings.fingerprint);
  w.member("interval", settings.interval.count_milliseconds()).member("directory", directory);
  w.key("nodes").begin_array();
  for (const std::string& node : settings.nodes) w.value(node);
  return w.end_array().end_object().take() + "\n";
}

}  // namespace heed::wire::opcua

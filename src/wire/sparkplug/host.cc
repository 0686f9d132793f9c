#include "wire/sparkplug/host.h"

#include <fmt/core.h>

#include <utility>

namespace heed::wire::sparkplug {
namespace {

constexpr std::uint64_t kSequence = 256;
constexpr std::string_view kDeathNumber = "bdSeq";

// What controls a node or device, or counts its lives, is no item of the machine.
bool is_own(std::string_view name) {
  return name == kDeathNumber || name.starts_with("Node Control/") ||
         name.starts_with("Device Control/");
}

}  // namespace

Host::Host(HostSettings settings) : settings_(std::move(settings)) {}

std::vector<std::string> Host::filters() const {
  std::vector<std::string> all;
  for (const char* word : {"NBIRTH", "NDATA", "NDEATH"}) {
    all.push_back(fmt::format("spBv1.0/{}/{}/{}", settings_.edge.group, word, settings_.edge.node));
  }
  // All devices': they share the node's sequence.
  for (const char* word : {"DBIRTH", "DDATA", "DDEATH"}) {
    all.push_back(
        fmt::format("spBv1.0/{}/{}/{}/+", settings_.edge.group, word, settings_.edge.node));
  }
  return all;
}

void Host::on_connected(Duration now) {
  asked_.reset();
  waiting_told_ = false;
  ask_for_birth(now);
}

void Host::on_message(const mqtt::Message& message, Duration now) {
  const auto topic = parse_topic(message.topic);
  if (!topic || topic->edge != settings_.edge) return say_strange(message, "nobody asked for it");
  const auto payload = message.payload.size() <= mqtt::kLongestPayload
                           ? read_payload(message.payload)
                           : std::nullopt;
  if (!payload) return say_strange(message, "it is no Sparkplug B payload, or a too large one");
  if (topic->type == MessageType::kNodeDeath) return on_node_death(*payload);
  if (topic->type == MessageType::kNodeBirth) return on_node_birth(*payload, now);
  if (!node_born_) {
    if (!std::exchange(waiting_told_, true)) {
      steps_.emplace_back(
          "data came before a birth, so that its names are not known: wait for the edge node to "
          "begin anew, or allow the setting rebirth");
    }
    return ask_for_birth(now);
  }
  if (!take_seq(*payload, now)) return say_strange(message, "it has no sequence number");
  switch (topic->type) {
    case MessageType::kDeviceBirth: return on_birth(topic->device, *payload);
    case MessageType::kDeviceDeath:
      if (is_ours(topic->device)) die();
      return;
    default: return on_data(*topic, *payload, now);
  }
}

void Host::on_node_birth(const Payload& payload, Duration now) {
  die();
  types_.clear();
  aliases_.clear();
  death_number_.reset();
  node_born_ = true;
  asked_.reset();
  seq_ = payload.seq.value_or(0);
  for (const Metric& metric : payload.metrics) {
    if (metric.name == kDeathNumber) death_number_ = metric.whole;
  }
  for (const auto& [code, text] : std::exchange(warnings_, {})) {
    changes_.push_back({{"sparkplug_cond", fmt::format("NORMAL|{}|||", code), true}, {}});
  }
  steps_.push_back(fmt::format("edge node {} is born with {} metrics", settings_.edge.node,
                               payload.metrics.size()));
  if (seq_ != 0) {
    warn("MISSING", "the node's birth does not begin its sequence");
    ask_for_birth(now);
  }
  on_birth("", payload);
}

void Host::on_birth(const std::string& device, const Payload& payload) {
  for (const Metric& metric : payload.metrics) learn(device, metric);
  if (!is_ours(device)) return;
  born_ = true;
  items_ = {{"avail", "", "AVAILABILITY", "", "", "", SaidItem::Category::kEvent},
            {"sparkplug_cond", "messages that are missing", "COMMUNICATIONS", "", "", "",
             SaidItem::Category::kCondition}};
  if (!last_.contains("avail")) changes_.push_back({{"sparkplug_cond", "NORMAL||||", true}, {}});
  say("avail", "AVAILABLE", payload.at);
  if (!device.empty()) {
    steps_.push_back(
        fmt::format("device {} is born with {} metrics", device, payload.metrics.size()));
  }
  for (const Metric& metric : payload.metrics) {
    const auto known = known_of(device, metric);
    if (!known || is_own(known->name)) continue;
    const auto name = settings_.names.find(known->name);
    const bool real = known->type == static_cast<std::uint32_t>(DataType::kFloat) ||
                      known->type == static_cast<std::uint32_t>(DataType::kDouble);
    const auto category = real ? SaidItem::Category::kSample : SaidItem::Category::kEvent;
    if (name == settings_.names.end()) {
      items_.push_back({known->name, "", "", "", "", "", category});
    } else {
      items_.push_back({name->second.item, known->name, name->second.type, name->second.sub_type,
                        name->second.units, "", category});
    }
    tell(*known, metric, metric.at ? metric.at : payload.at);
  }
}

void Host::on_data(const Topic& topic, const Payload& payload, Duration now) {
  if (is_ours(topic.device) && !born_) return ask_for_birth(now);
  for (const Metric& metric : payload.metrics) {
    const auto known = known_of(topic.device, metric);
    if (!known) {
      warn("UNKNOWN", "a metric came that no birth named");
      ask_for_birth(now);
    } else if (is_ours(topic.device) && !is_own(known->name)) {
      tell(*known, metric, metric.at ? metric.at : payload.at);
    }
  }
}

// A death of an earlier life comes late, when a broker notices at last that it lost the node.
void Host::on_node_death(const Payload& payload) {
  std::optional<std::uint64_t> number;
  for (const Metric& metric : payload.metrics) {
    if (metric.name == kDeathNumber) number = metric.whole;
  }
  if (node_born_ && number != death_number_) return;
  node_born_ = false;
  die();
}

bool Host::take_seq(const Payload& payload, Duration now) {
  if (!payload.seq) return false;
  const std::uint64_t due = (seq_ + 1) % kSequence;
  seq_ = *payload.seq % kSequence;
  if (seq_ == due) return true;
  warn("MISSING", fmt::format("message {} came instead of {}", seq_, due));
  ask_for_birth(now);
  return true;
}

void Host::learn(const std::string& device, const Metric& metric) {
  if (metric.name.empty() || types_.size() >= kMostKnown) return;
  const std::uint32_t type = metric.type.value_or(0);
  types_.insert_or_assign({device, metric.name}, type);
  if (metric.alias) {
    aliases_.insert_or_assign({device, *metric.alias}, Known{metric.name, type});
  }
}

std::optional<Host::Known> Host::known_of(const std::string& device, const Metric& metric) const {
  if (metric.name.empty()) {
    if (!metric.alias) return {};
    const auto alias = aliases_.find({device, *metric.alias});
    if (alias == aliases_.end()) return {};
    return alias->second;
  }
  const auto type = types_.find({device, metric.name});
  if (type == types_.end()) return {};
  return Known{metric.name, type->second};
}

void Host::tell(const Known& known, const Metric& metric, std::optional<Time> at) {
  std::optional<std::string> value;
  if (!metric.is_null) value = value_text(metric, metric.type.value_or(known.type));
  // Neither null nor a value of a type that a line could hold: a data set, a template, a file.
  if (!metric.is_null && !value && !metric.whole && !metric.real) return;
  std::string_view key = known.name;
  if (const auto name = settings_.names.find(known.name); name != settings_.names.end()) {
    key = name->second.item;
    const auto word = value ? name->second.words.find(*value) : name->second.words.end();
    if (word != name->second.words.end()) value = word->second;
  }
  if (value == "UNAVAILABLE") value.reset();
  if (metric.historical) {
    changes_.push_back({{std::string(key), std::move(value), false}, at, true});
  } else {
    say(key, std::move(value), at);
  }
}

void Host::die() {
  born_ = false;
  for (auto& [key, value] : last_) {
    if (!value) continue;
    value.reset();
    changes_.push_back({{key, std::nullopt, false}, {}});
  }
}

std::string Host::raw_of(const mqtt::Message& message) const {
  constexpr std::size_t kKept = 2'048;
  return message.topic + " " + to_hex(std::string_view(message.payload).substr(0, kKept));
}

void Host::on_lost() {
  node_born_ = false;
  die();
}

void Host::warn(std::string_view code, std::string_view text) {
  if (!warnings_.emplace(code, text).second) return;
  changes_.push_back(
      {{"sparkplug_cond",
        fmt::format("WARNING|{}|||{}: what did not change since may be old", code, text), true},
       {}});
}

void Host::ask_for_birth(Duration now) {
  if (!settings_.rebirth || (asked_ && now - *asked_ < kRebirthEvery)) return;
  asked_ = now;
  rebirths_ = {settings_.edge};
  steps_.push_back("asked edge node " + settings_.edge.node + " for its birth");
}

void Host::say(std::string_view key, std::optional<std::string> value, std::optional<Time> at) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  changes_.push_back({{std::string(key), value, false}, at});
  last_.insert_or_assign(std::string(key), std::move(value));
}

void Host::say_strange(const mqtt::Message& message, std::string_view why) {
  if (strange_.size() >= mqtt::kMostStrange) return;
  constexpr std::size_t kShown = 256;
  strange_.push_back(fmt::format("{}: {}: {}", message.topic, why,
                                 to_hex(std::string_view(message.payload).substr(0, kShown))));
}

std::vector<mqtt::Told> Host::take_changes() {
  return std::exchange(changes_, {});
}

std::vector<SaidItem> Host::take_items() {
  return std::exchange(items_, {});
}

std::vector<std::string> Host::take_strange() {
  return std::exchange(strange_, {});
}

std::vector<std::string> Host::take_steps() {
  return std::exchange(steps_, {});
}

std::vector<EdgeNode> Host::take_rebirths() {
  return std::exchange(rebirths_, {});
}

}  // namespace heed::wire::sparkplug

#include "wire/mtconnect/broker_topics.h"

#include <fmt/core.h>

#include "base/utf8.h"

namespace heed::wire::mtconnect {
namespace {

constexpr std::string_view kByDevice = "/Devices/";
constexpr std::string_view kOfDevice = "/Observations/";
constexpr std::string_view kByPath = "/Observation/";
constexpr std::size_t kLongestShown = 200;

}  // namespace

std::vector<std::string> item_filters(std::string_view prefix) {
  return {fmt::format("{}{}+{}#", prefix, kByDevice, kOfDevice),
          fmt::format("{}{}#", prefix, kByPath)};
}

bool is_item_filter(std::string_view filter) {
  return filter.ends_with(fmt::format("{}#", kOfDevice)) ||
         filter.ends_with(fmt::format("{}#", kByPath));
}

bool is_item_topic(std::string_view topic, std::string_view prefix) {
  if (!topic.starts_with(prefix)) return false;
  topic.remove_prefix(prefix.size());
  if (topic.starts_with(kByPath)) return topic.size() > kByPath.size();
  if (!topic.starts_with(kByDevice)) return false;
  topic.remove_prefix(kByDevice.size());
  const std::size_t device = topic.find('/');
  if (device == std::string_view::npos || device == 0) return false;
  topic.remove_prefix(device);
  return topic.starts_with(kOfDevice) && topic.size() > kOfDevice.size();
}

std::string item_topics_words(std::string_view topic, std::string_view prefix) {
  const bool shown = topic.size() <= kLongestShown && is_utf8(topic);
  return fmt::format(
      "the broker has topics per item ({}) and no document at {}/Probe: they say neither the "
      "device's model nor when the agent began anew, so they are not read. Configure the agent's "
      "sink MqttService beside or instead of it (Mqtt2Service in cppagent before 2.5; of "
      "MTConnect.NET topicStructure: Document)",
      shown ? topic : "…", prefix);
}

}  // namespace heed::wire::mtconnect

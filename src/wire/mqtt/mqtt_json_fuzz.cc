// Any payloads under any topics: what is said has a name, and what is kept is limited.
#include "base/result.h"
#include "wire/mqtt/mapping.h"
#include "wire/mqtt/topic.h"

namespace heed::wire::mqtt {
namespace {

const std::vector<Mapping>& mappings() {
  static const std::vector<Mapping> kMappings = [] {
    const auto json = Json::parse(R"({"topics":[
      {"topic":"a/#","path":"/v/s1/v","time":"/t","item":"x","scale":2,"stale_after_s":1,
       "running":{"on":3,"off":2}},
      {"topic":"a/+","path":"/v/0","item":"y","values":{"true":"UNAVAILABLE"}},
      {"topic":"b","item":"z","counts":{"wraps_at":100}}]})");
    require(json.has_value(), "the settings are JSON");
    auto settings = mapping_settings_of(*json);
    require(settings.has_value(), "the settings are right");
    return std::move(settings->mappings);
  }();
  return kMappings;
}

void feed(std::string_view bytes) {
  MappedTopics topics(mappings());
  Duration now;
  topics.on_connected(now);
  // topic NUL payload NUL …
  while (!bytes.empty()) {
    const std::size_t topic = std::min(bytes.find('\0'), bytes.size());
    Message message;
    message.topic = bytes.substr(0, topic);
    bytes.remove_prefix(std::min(topic + 1, bytes.size()));
    const std::size_t payload = std::min(bytes.find('\0'), bytes.size());
    message.payload = bytes.substr(0, payload);
    bytes.remove_prefix(std::min(payload + 1, bytes.size()));
    if (check_filter(message.topic)) (void)matches(message.topic, message.topic);
    topics.on_message(message, now);
    now += Duration::milliseconds(700);
    topics.on_time(now);
    for (const Told& told : topics.take_changes()) {
      require(!told.said.key.empty(), "what is said has a key");
      require(!told.said.value || told.said.value->size() <= kLongestValue, "values are limited");
    }
    require(topics.take_strange().size() <= kMostStrange, "strange messages are limited");
  }
  topics.on_lost();
}

}  // namespace
}  // namespace heed::wire::mqtt

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  heed::wire::mqtt::feed(std::string(data, data + size));
  return 0;
}

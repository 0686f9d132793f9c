// The documents of an agent behind a broker, for tests: cppagent's JSON of version 2.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

namespace heed::wire::mtconnect::testing {

struct Told {
  std::uint64_t sequence = 0;
  std::string item;
  std::string value;
};

/// A document as an agent publishes it; `time` in seconds after ten o'clock.
inline std::string document(std::uint64_t instance, std::uint64_t next, int time,
                            std::vector<Told> told, std::uint64_t first = 1) {
  std::string events;
  for (const Told& one : told) {
    events += fmt::format(R"({}{{"dataItemId":"{}","sequence":{},"value":"{}"}})",
                          events.empty() ? "" : ",", one.item, one.sequence, one.value);
  }
  return fmt::format(
      R"({{"MTConnectStreams":{{"jsonVersion":2,"Header":{{"instanceId":{},"nextSequence":{},)"
      R"("firstSequence":{},"lastSequence":{},"creationTime":"2024-05-01T10:{:02}:{:02}Z"}},)"
      R"("Streams":{{"DeviceStream":[{{"name":"Mill","uuid":"u-1","ComponentStream":[)"
      R"({{"componentId":"d","Events":{{"Program":[{}]}}}}]}}]}}}}}})",
      instance, next, first, next - 1, time / 60, time % 60, events);
}

inline std::string probe(std::string_view name, std::string_view uuid,
                         std::string_view type = "Device") {
  return fmt::format(R"({{"{}":{{"id":"d","name":"{}","uuid":"{}"}}}})", type, name, uuid);
}

}  // namespace heed::wire::mtconnect::testing

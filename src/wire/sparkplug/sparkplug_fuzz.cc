// Any payloads under a node's topics: what is said has a name, what is kept is limited, and nothing
// is asked for that was not allowed.
#include <array>

#include "base/result.h"
#include "wire/sparkplug/host.h"

namespace heed::wire::sparkplug {
namespace {

constexpr std::array<const char*, 6> kTopics = {"spBv1.0/G/NBIRTH/N",  "spBv1.0/G/NDATA/N",
                                                "spBv1.0/G/NDEATH/N",  "spBv1.0/G/DBIRTH/N/D",
                                                "spBv1.0/G/DDATA/N/D", "spBv1.0/G/DDEATH/N/D"};

// Topic's number, length, payload, and so on.
void feed(std::string_view bytes, bool rebirth) {
  HostSettings settings;
  settings.edge = {"G", "N"};
  settings.device = "D";
  settings.rebirth = rebirth;
  Host host(settings);
  Duration now;
  host.on_connected(now);
  ByteReader reader(bytes);
  while (reader.ok() && !reader.rest().empty()) {
    const std::size_t topic = reader.u8() % kTopics.size();
    const std::size_t size = std::min<std::size_t>(reader.u8(), reader.rest().size());
    host.on_message({kTopics[topic], Bytes(reader.raw(size))}, now);
    now += Duration::seconds(4);
    for (const mqtt::Told& told : host.take_changes()) {
      require(!told.said.key.empty(), "what is said has a key");
      require(told.said.key.size() <= kLongestName, "keys are limited");
    }
    require(host.take_strange().size() <= mqtt::kMostStrange, "strange messages are limited");
    require(rebirth || host.take_rebirths().empty(), "nothing is asked that was not allowed");
    (void)host.take_steps();
  }
  host.on_lost();
}

}  // namespace
}  // namespace heed::wire::sparkplug

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data, data + size);
  heed::wire::sparkplug::feed(std::string_view(bytes).substr(1), data[0] % 2 == 1);
  return 0;
}

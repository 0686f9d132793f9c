#include "wire/sparkplug/rebirth.h"

namespace heed::wire::sparkplug {

std::string rebirth_topic(const EdgeNode& edge) {
  return "spBv1.0/" + edge.group + "/NCMD/" + edge.node;
}

Bytes rebirth_payload() {
  constexpr std::uint8_t kBoolean = 11;
  // Metric: name (1), datatype (4), boolean_value (14). Payload: metrics (2).
  ByteWriter metric;
  metric.u8(1U << 3U | 2U).sized("Node Control/Rebirth");
  metric.u8(4U << 3U).varint(kBoolean);
  metric.u8(14U << 3U).varint(1);
  ByteWriter payload;
  payload.u8(2U << 3U | 2U).sized(metric.view());
  return payload.take();
}

}  // namespace heed::wire::sparkplug

#include "wire/mtconnect/header.h"

namespace heed::wire::mtconnect {

Header read_header(const XmlAttributes& attributes) {
  const auto number = [&](std::string_view name) { return attributes.number(name).value_or(0); };
  Header header;
  header.instance_id = number("instanceId");
  header.version = attributes.text("version");
  header.sender = attributes.text("sender");
  header.buffer_size = number("bufferSize");
  header.first_sequence = number("firstSequence");
  header.last_sequence = number("lastSequence");
  header.next_sequence = number("nextSequence");
  header.asset_buffer_size = number("assetBufferSize");
  header.asset_count = number("assetCount");
  header.creation_time = parse_time(attributes.text("creationTime"));
  header.device_model_change_time = attributes.text("deviceModelChangeTime");
  header.test_indicator = attributes.text("testIndicator") == "true";
  return header;
}

}  // namespace heed::wire::mtconnect

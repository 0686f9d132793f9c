// Any answers, in any pieces, with time passing: nothing but reads may ever be sent.
#include "base/result.h"
#include "wire/control_fuzzing.h"
#include "wire/modbus/session.h"

namespace heed::wire::modbus {
namespace {

std::shared_ptr<const Settings> settings() {
  const auto json = Json::parse(R"({"inputs":[
    {"table":"coil","number":3,"running":{}},
    {"table":"discrete_input","number":0,"counts":{},"item":"relay"},
    {"table":"holding_register","number":10,"format":"f32","item":"force"},
    {"table":"input_register","number":0,"item":"current","scale":0.01},
    {"table":"input_register","number":1,"format":"s32","words":"low_first","item":"way"}]})");
  require(json.has_value(), "the settings are JSON");
  auto settings = settings_of(*json);
  require(settings.has_value(), "the settings are right");
  return std::make_shared<const Settings>(*std::move(settings));
}

void check_sent(Bytes sent) {
  require(sent.size() % 12 == 0, "requests are whole frames");
  while (!sent.empty()) {
    ByteReader frame(std::string_view(sent).substr(0, 12));
    frame.u16();
    require(frame.u16() == 0 && frame.u16() == 6, "a request has its head");
    frame.u8();
    const std::uint8_t function = frame.u8();
    require(function >= 1 && function <= 4, "only reads are sent");
    sent.erase(0, 12);
  }
}

void feed(std::string_view bytes, std::size_t piece) {
  static const auto kSettings = settings();
  Session session(kSettings, std::make_shared<Count>(CountLimits{}), Duration());
  fuzzing::converse(session, {.bytes = bytes, .piece = piece, .most_strange = kMostStrange},
                    check_sent, fuzzing::has_a_key);
}

}  // namespace
}  // namespace heed::wire::modbus

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data, data + size);
  heed::wire::modbus::feed(std::string_view(bytes).substr(1), 1 + data[0] % 64U);
  return 0;
}

// The box and an agent that publishes a topic per item, behind a real mosquitto: as cppagent's
// MqttEntitySink does (its README.md and source, read in 2026).
#include "box/test_broker.h"

namespace heed::box {
namespace {

TEST_F(MqttBox, a_topic_per_item_is_recognized_and_the_sink_to_configure_is_named) {
  start_broker("allow_anonymous true\n");
  publish({"-r", "-t", "MTConnect/Probe/agent-1/Availability", "-m", "AVAILABLE"});
  publish({"-r", "-t", "MTConnect/Devices/OKUMA.123456/Observations/mode", "-m",
           R"({"dataItemId":"mode","name":"ControllerMode","type":"CONTROLLER_MODE",)"
           R"("timestamp":"2025-10-20T15:30:46.000000Z","category":"EVENT",)"
           R"("result":"AUTOMATIC","sequence":1235})"});
  const auto looked = box().diagnose({Protocol::kMtconnect, "mqtt://" + address(), ""});
  ASSERT_TRUE(looked);
  std::string all;
  for (const Step& step : looked->steps) all += step.say + "\n";
  EXPECT_FALSE(looked->ok);
  EXPECT_TRUE(all.contains("MTConnect/Devices/OKUMA.123456/Observations/mode")) << all;
  EXPECT_TRUE(all.contains("MqttService")) << all;
  EXPECT_FALSE(all.contains("does not let us read")) << all;
}

}  // namespace
}  // namespace heed::box

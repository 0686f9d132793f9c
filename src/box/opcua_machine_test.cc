// From OPC 40501-1 v1.02: what a machine tool's variables mean in Heed's words.
#include "box/opcua_machine.h"

#include <gtest/gtest.h>

#include "wire/opcua/settings.h"

namespace heed::box {
namespace {

namespace ua = wire::opcua;
constexpr std::uint32_t kBad = 0x8032'0000;        // BadWaitingForInitialData
constexpr std::uint32_t kUncertain = 0x4090'0000;  // UncertainLastUsableValue
const std::string kTool = "nsu=http://opcfoundation.org/UA/MachineTool/;i=";
const std::string kMachinery = "nsu=http://opcfoundation.org/UA/Machinery/;i=";

class OpcuaMachineTest : public testing::Test {
 protected:
  /// Adds a variable, and gives its number.
  std::uint32_t node(const std::string& path, const std::string& owner,
                     const std::string& unit = "") {
    machine_.take(ua::Node{next_, path, owner, unit});
    return next_++;
  }
  void say(std::uint32_t number, std::optional<std::string> value, std::uint32_t status = 0,
           std::string_view at = "2026-11-29T09:00:00Z") {
    machine_.take(ua::Value{number, parse_time(at), status, std::move(value)}, Duration());
  }
  /// "item=value" of all that was told since the last call; "-" for no value.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const auto& one : machine_.take_changes()) {
      all.push_back(one.said.key + "=" + one.said.value.value_or("-"));
    }
    return all;
  }
  /// The last that was told of an item since the last call.
  std::string last(std::string_view item) {
    std::string value = "nothing";
    for (const auto& one : machine_.take_changes()) {
      if (one.said.key == item) value = one.said.value.value_or("-");
    }
    return value;
  }
  std::uint32_t channel(int number, const std::string& name) {
    return node("Monitoring/Channel" + std::to_string(number) + "/" + name,
                "ChannelMonitoringType");
  }
  const wire::SaidItem* item(const std::string& key) {
    items_ = machine_.take_items();
    const auto at = std::ranges::find(items_, key, &wire::SaidItem::key);
    return at == items_.end() ? nullptr : &*at;
  }

  OpcuaMachine machine_{{}};
  std::vector<wire::SaidItem> items_;
  std::uint32_t next_ = 0;
};

TEST_F(OpcuaMachineTest, executes_while_any_channel_is_active) {
  const auto first = channel(1, "ChannelState");
  const auto second = channel(2, "ChannelState");
  say(first, "2");
  EXPECT_EQ(last("execution"), "READY");
  say(second, "0");
  EXPECT_EQ(last("execution"), "ACTIVE");
  say(second, "1");
  EXPECT_EQ(last("execution"), "INTERRUPTED");
  say(first, "0");
  EXPECT_EQ(last("execution"), "ACTIVE");
}

TEST_F(OpcuaMachineTest, tells_how_the_program_ended_once_the_channel_is_reset) {
  const auto state = channel(1, "ChannelState");
  const auto program = node("Production/ActiveProgram/State/CurrentState/Number",
                            "ProductionProgramStateMachineType");
  say(state, "2");
  for (const auto& [number, execution] :
       {std::pair("2", "PROGRAM_COMPLETED"), std::pair("4", "STOPPED"), std::pair("0", "READY")}) {
    say(program, number);
    EXPECT_EQ(last("execution"), execution);
  }
}

TEST_F(OpcuaMachineTest, takes_the_programs_state_where_there_is_no_channel_by_number_or_node) {
  const auto state =
      node("Production/ActiveProgram/State/CurrentState/Id", "ProductionProgramStateMachineType");
  for (const auto& [node, execution] :
       {std::pair("5041", "ACTIVE"), std::pair("5040", "INTERRUPTED"),
        std::pair("5038", "PROGRAM_COMPLETED"), std::pair("5037", "STOPPED"),
        std::pair("5039", "READY"), std::pair("138", "ACTIVE")}) {
    say(state, kTool + node);
    EXPECT_EQ(last("execution"), execution) << node;
  }
  say(state, "i=0");
  EXPECT_EQ(last("execution"), "-");
}

TEST_F(OpcuaMachineTest, takes_the_machinery_items_state_where_there_is_nothing_better) {
  const auto state = node("MachineryBuildingBlocks/MachineryItemState/CurrentState/Id",
                          "MachineryItemState_StateMachineType");
  for (const auto& [node, execution] : {std::pair("5006", "ACTIVE"), std::pair("5007", "READY"),
                                        std::pair("5004", "STOPPED"), std::pair("5005", "-")}) {
    say(state, kMachinery + node);
    EXPECT_EQ(last("execution"), execution) << node;
  }
}

TEST_F(OpcuaMachineTest, tells_modes_of_the_channel_and_of_the_machine) {
  const auto operation =
      node("Monitoring/MachineTool/OperationMode", "MachineOperationMonitoringType");
  say(operation, "2");
  EXPECT_EQ(told(), (std::vector<std::string>{"Monitoring/MachineTool/OperationMode=Setup",
                                              "controller_mode=MANUAL", "functional_mode=SETUP"}));
  const auto mode = channel(1, "ChannelMode");
  say(mode, "1");
  EXPECT_EQ(last("controller_mode"), "MANUAL_DATA_INPUT");
  say(mode, "7");  // Other: there is no word for it, and none is made up
  EXPECT_EQ(last("controller_mode"), "-");
  say(operation, "4");
  EXPECT_EQ(last("functional_mode"), "MAINTENANCE");
}

TEST_F(OpcuaMachineTest, types_overrides_and_the_program_so_that_the_state_table_knows_them) {
  node("Monitoring/MachineTool/FeedOverride", "MachineOperationMonitoringType");
  channel(1, "FeedOverride");
  channel(1, "RapidOverride");
  node("Production/ActiveProgram/Name", "ProductionActiveProgramType");
  node("Monitoring/Axis/Load", "SomebodysType", "%");
  machine_.connected(Duration());
  item("");
  const auto type = [&](const std::string& key) {
    const auto at = std::ranges::find(items_, key, &wire::SaidItem::key);
    return at->type + " " + at->sub_type + " " + at->units;
  };
  EXPECT_EQ(type("Monitoring/Channel1/FeedOverride"), "PATH_FEEDRATE_OVERRIDE PROGRAMMED PERCENT");
  EXPECT_EQ(type("Monitoring/Channel1/RapidOverride"), "PATH_FEEDRATE_OVERRIDE RAPID PERCENT");
  EXPECT_EQ(type("Monitoring/MachineTool/FeedOverride"), "  PERCENT");  // the channel's counts
  EXPECT_EQ(type("Production/ActiveProgram/Name"), "PROGRAM ACTIVE ");
  EXPECT_EQ(type("Monitoring/Axis/Load"), "  %");
  EXPECT_EQ(type("execution"), "EXECUTION  ");
}

TEST_F(OpcuaMachineTest, takes_the_machines_feed_override_where_no_channel_has_one) {
  node("Monitoring/MachineTool/FeedOverride", "MachineOperationMonitoringType");
  machine_.connected(Duration());
  EXPECT_EQ(item("Monitoring/MachineTool/FeedOverride")->type, "PATH_FEEDRATE_OVERRIDE");
}

TEST_F(OpcuaMachineTest, counts_parts_of_the_machines_life_or_of_the_job_that_runs) {
  const auto job = [&](const std::string& name) {
    const std::string path = "Production/ProductionPlan/" + name;
    return std::pair(node(path + "/RunsCompleted", "ProductionJobType"),
                     node(path + "/State/CurrentState/Number", "ProductionJobStateMachineType"));
  };
  const auto [first_runs, first_state] = job("Job1");
  const auto [second_runs, second_state] = job("Job2");
  say(first_runs, "7");
  say(second_runs, "3");
  say(first_state, "2");
  EXPECT_EQ(last("part_count"), "nothing");
  say(second_state, "1");
  EXPECT_EQ(last("part_count"), "3");
  say(node("Monitoring/MachineTool/OperationCounters/PartsProducedInLifetime",
           "MachineryOperationCounterType"),
      "41");
  EXPECT_EQ(last("part_count"), "41");
}

TEST_F(OpcuaMachineTest, tells_which_lamps_are_lit) {
  const std::string path = "Monitoring/Stacklight/Lamp";
  const auto red = node(path + "1/SignalOn", "StackElementLightType");
  const auto green = node(path + "2/SignalOn", "StackElementLightType");
  say(node(path + "1/SignalColor", "StackElementLightType"), "1");
  say(node(path + "2/SignalColor", "StackElementLightType"), "2");
  say(red, "false");
  EXPECT_EQ(last("stacklight"), "Off");
  say(green, "true");
  EXPECT_EQ(last("stacklight"), "Green");
  say(red, "true");
  EXPECT_EQ(last("stacklight"), "Red, Green");
}

TEST_F(OpcuaMachineTest, has_no_value_where_the_status_is_bad_and_tells_where_it_is_in_doubt) {
  const auto state = channel(1, "ChannelState");
  const auto feed = channel(1, "FeedOverride");
  say(state, "0");
  told();
  say(state, "0", kBad);
  EXPECT_EQ(told(),
            (std::vector<std::string>{"Monitoring/Channel1/ChannelState=-", "execution=-"}));
  say(feed, "80", kUncertain);
  EXPECT_EQ(told(), (std::vector<std::string>{"Monitoring/Channel1/FeedOverride=80",
                                              "uncertain=1: Monitoring/Channel1/FeedOverride"}));
  say(feed, "80", 0, "2026-11-29T09:00:01Z");
  EXPECT_EQ(last("uncertain"), "0");
}

TEST_F(OpcuaMachineTest, keeps_the_sources_time_and_tells_the_first_value_as_an_old_one) {
  const auto state = channel(1, "ChannelState");
  say(state, "0", 0, "2026-11-29T08:00:00.500Z");
  say(state, "2", 0, "2026-11-29T09:00:00.500Z");
  const auto changes = machine_.take_changes();
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(format_time(*changes[0].at), "2026-11-29T08:00:00.500Z");
  EXPECT_TRUE(changes[0].historical && changes[1].historical);
  EXPECT_EQ(changes[3].said.key, "execution");
  EXPECT_EQ(format_time(*changes[3].at), "2026-11-29T09:00:00.500Z");
  EXPECT_FALSE(changes[2].historical || changes[3].historical);
}

TEST_F(OpcuaMachineTest, tells_nothing_twice_when_a_subscription_repeats_it) {
  const auto state = channel(1, "ChannelState");
  say(state, "0");
  told();
  say(state, "0");
  EXPECT_EQ(told(), std::vector<std::string>{});
  say(state, "0", 0, "2026-11-29T09:00:01Z");  // said anew by the machine
  EXPECT_EQ(told(), std::vector<std::string>{"Monitoring/Channel1/ChannelState=Active"});
}

TEST_F(OpcuaMachineTest, makes_conditions_of_alarms_by_their_codes) {
  machine_.take(ua::Alarm{"nsu=x;i=1", {}, true, 800, "700123", "Coolant | low\n"});
  machine_.take(ua::Alarm{"nsu=x;i=2", {}, true, 300, "700123", "Coolant of pump 2"});
  machine_.take(ua::Alarm{"nsu=x;i=1", {}, false, 800, "", ""});
  EXPECT_EQ(told(), (std::vector<std::string>{"alarm=FAULT|700123|800||Coolant / low ",
                                              "alarm=WARNING|700123|300||Coolant of pump 2"}));
  machine_.take(ua::Alarm{"nsu=x;i=2", {}, false, 300, "", "gone"});
  machine_.take(ua::Alarm{"nsu=x;i=9", {}, false, 300, "1", "never was"});
  EXPECT_EQ(told(), std::vector<std::string>{"alarm=NORMAL|700123|300||gone"});
}

TEST_F(OpcuaMachineTest, knows_nothing_any_more_once_the_server_is_lost) {
  say(channel(1, "ChannelState"), "0");
  machine_.take(ua::Alarm{"nsu=x;i=1", {}, true, 800, "1", "x"});
  told();
  machine_.lost();
  EXPECT_EQ(told(), (std::vector<std::string>{"Monitoring/Channel1/ChannelState=-", "execution=-",
                                              "alarm=UNAVAILABLE||||"}));
  machine_.lost();
  EXPECT_EQ(told(), std::vector<std::string>{});
}

TEST_F(OpcuaMachineTest, gives_two_variables_of_one_path_two_keys_and_ignores_unknown_numbers) {
  const auto first = node("Monitoring/Door", "");
  const auto second = node("Monitoring/Door", "");
  say(first, "1");
  say(second, "2");
  say(77, "3");
  EXPECT_EQ(told(), (std::vector<std::string>{"Monitoring/Door=1", "Monitoring/Door#2=2"}));
}

TEST(OpcuaCustomNodes, mean_what_the_settings_say) {
  const auto settings = *wire::opcua::settings_of(*Json::parse(R"({"nodes": [
    {"node": "nsu=x;s=State", "item": "execution", "type": "EXECUTION",
     "values": {"Run": "ACTIVE", "Idle": "READY"}},
    {"node": "nsu=x;s=Load", "item": "load", "scale": 0.1, "units": "PERCENT"}]})"));
  OpcuaMachine machine(settings.mappings);
  machine.take(ua::Custom{0, 0});
  machine.take(ua::Custom{1, 1});
  machine.connected(Duration());
  EXPECT_EQ(machine.take_items().size(), 2U);
  const auto at = parse_time("2026-11-29T09:00:00Z");
  machine.take(ua::Value{0, at, 0, "Run"}, Duration());
  machine.take(ua::Value{1, at, 0, "805"}, Duration());
  machine.take(ua::Value{1, at, kBad, "0"}, Duration());
  const auto changes = machine.take_changes();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].said.value, "ACTIVE");
  EXPECT_EQ(changes[0].at, at);
  EXPECT_EQ(changes[1].said.value, "80.5");
  EXPECT_EQ(changes[2].said.value, std::nullopt);
}

}  // namespace
}  // namespace heed::box

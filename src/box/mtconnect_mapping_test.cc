#include "box/mtconnect_mapping.h"

#include <gtest/gtest.h>

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;

TEST(MtconnectMapping, writes_each_kind_of_observation_as_text) {
  using Case = std::pair<mtc::Observation, std::optional<std::string>>;
  const std::vector<Case> cases = {
      {{.value = "ACTIVE"}, "ACTIVE"},
      {{.unavailable = true}, {}},
      {{.category = mtc::Category::kCondition,
        .value = "door open",
        .level = mtc::Level::kFault,
        .native_code = "404",
        .native_severity = "1",
        .qualifier = "HIGH"},
       "FAULT|404|1|HIGH|door open"},
      {{.category = mtc::Category::kCondition, .level = mtc::Level::kNormal}, "NORMAL||||"},
      {{.category = mtc::Category::kCondition, .level = mtc::Level::kWarning, .condition_id = "c7"},
       "WARNING|c7|||"},
      {{.category = mtc::Category::kCondition, .level = mtc::Level::kUnavailable}, {}},
      {{.type = "Message", .value = "lubricate", .native_code = "12"}, "12|lubricate"},
      {{.type = "Message", .value = "lubricate"}, "lubricate"},
      {{.representation = mtc::Representation::kDataSet,
        .entries = {{.key = "a", .value = "1"},
                    {.key = "b", .value = "x \"y\""},
                    {.key = "gone", .removed = true}},
        .reset_triggered = "MANUAL"},
       ":MANUAL a=1 b=\"x \\\"y\\\"\" gone="},
      {{.representation = mtc::Representation::kTable,
        .entries = {{.key = "r1", .cells = {{"c", "2"}, {"d", ""}}}}},
       "r1={c=2 d=\"\"}"},
      {{.representation = mtc::Representation::kTimeSeries, .samples = {1, 2.5, -3}}, "1 2.5 -3"},
      {{.representation = mtc::Representation::kTimeSeries,
        .samples = {1, 2.5},
        .sample_rate = 0.5},
       "2|0.5|1 2.5"},
  };
  for (const auto& [observation, text] : cases) EXPECT_EQ(value_text(observation), text);
}

mtc::DeviceModel two_devices() {
  mtc::DeviceModel model;
  mtc::Device agent{.name = "Agent", .uuid = "a"};
  agent.components = {{.type = "Agent", .path = "Agent"}};
  mtc::Device mill{.name = "Mill", .uuid = "m"};
  mill.components = {{.type = "Device", .path = "Device"},
                     {.type = "Path", .path = "Device/Controller/Path"}};
  mill.data_items = {
      {.id = "d1", .type = "EXECUTION", .component = 1},
      {.id = "d2",
       .name = "X",
       .type = "POSITION",
       .sub_type = "ACTUAL",
       .category = mtc::Category::kSample,
       .representation = mtc::Representation::kDiscrete,
       .units = "MILLIMETER"},
      {.id = "d3", .type = "WORK_OFFSETS", .representation = mtc::Representation::kTable},
      {.id = "d4",
       .type = "DISPLACEMENT",
       .category = mtc::Category::kSample,
       .representation = mtc::Representation::kTimeSeries,
       .statistic = "MAXIMUM",
       .sample_rate = 100}};
  model.devices = {agent, mill};
  return model;
}

TEST(MtconnectMapping, reads_the_machine_and_not_the_agent_itself) {
  const mtc::DeviceModel model = two_devices();
  EXPECT_EQ(choose_device(model, "")->name, "Mill");
  EXPECT_EQ(choose_device(model, "m")->name, "Mill");
  EXPECT_EQ(choose_device(model, "Agent")->name, "Agent");
  EXPECT_EQ(choose_device(model, "Lathe"), nullptr);
  EXPECT_EQ(choose_device({}, ""), nullptr);
}

TEST(MtconnectMapping, gives_the_items_of_a_device) {
  const auto items = data_items(two_devices().devices[1]);
  ASSERT_EQ(items.size(), 4U);
  EXPECT_EQ(items[0], (machines::DataItem{.key = "d1",
                                          .name = "d1",
                                          .type = "EXECUTION",
                                          .component = "Device/Controller/Path",
                                          .category = machines::ItemCategory::kEvent}));
  EXPECT_EQ(items[1], (machines::DataItem{.key = "d2",
                                          .name = "X",
                                          .type = "POSITION",
                                          .sub_type = "ACTUAL",
                                          .units = "MILLIMETER",
                                          .component = "Device",
                                          .category = machines::ItemCategory::kSample,
                                          .discrete = true}));
  EXPECT_EQ(items[2].form, machines::ItemForm::kTable);
  EXPECT_EQ(items[3].form, machines::ItemForm::kSeries);
  EXPECT_EQ(items[3].statistic, "MAXIMUM");
  EXPECT_EQ(items[3].sample_rate, 100);
}

}  // namespace
}  // namespace heed::box

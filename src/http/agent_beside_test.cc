// What a source told beside a value, as Heed's agent tells it: held against the schemas, and read
// back by our own reader.
#include <gtest/gtest.h>

#include "http/agent_model.h"
#include "wire/mtconnect/schema_testing.h"
#include "wire/mtconnect/vocabulary.h"

namespace heed::http {
namespace {

namespace mtc = wire::mtconnect;
using machines::ItemCategory;

class AgentBeside : public testing::Test {
 protected:
  AgentBeside() {
    machines::MachineItems items;
    items.items = {{.item = {.key = "load",
                             .name = "load",
                             .type = "LOAD",
                             .category = ItemCategory::kSample,
                             .statistic = "AVERAGE"}},
                   {.item = {.key = "parts",
                             .name = "parts",
                             .type = "PART_COUNT",
                             .category = ItemCategory::kEvent}},
                   {.item = {.key = "sys",
                             .name = "sys",
                             .type = "SYSTEM",
                             .category = ItemCategory::kCondition},
                    .condition = true}};
    model_.add({.id = machine_, .name = "Mill"}, items);
  }
  /// As a client has it.
  mtc::Observation told(machines::Numbered said) {
    said.sequence = 7;
    said.machine = machine_;
    said.at = Time::from_seconds(1'700'000'000);
    const auto place = model_.find(machine_, said.item);
    const auto one = told_of(model_, place.value(), said);
    mtc::Header header;
    header.instance_id = header.first_sequence = 1;
    header.buffer_size = 10;
    header.last_sequence = 7;
    header.next_sequence = 8;
    header.sender = "heed";
    header.creation_time = said.at;
    header.device_model_change_time = "2020-09-13T12:26:40.000001Z";
    const std::string document = mtc::write_streams(header, model_.devices, {one.value()});
    mtc::testing::SchemaCheck check;
    if (mtc::testing::SchemaCheck::possible()) {
      EXPECT_EQ(check.fault_of("Streams", document, mtc::write_extension_schema(model_.devices)),
                "")
          << document;
    }
    return mtc::read_streams(document, random_).value().observations.at(0);
  }

  SeededRandom random_{1};
  machines::MachineId machine_ = machines::MachineId::make(random_);
  AgentModel model_;
};

TEST_F(AgentBeside, a_statistic_has_its_duration_and_a_value_its_reset) {
  const auto load =
      told({.item = "load", .value = "55", .beside = {.seconds = 10, .reset = "DAY"}});
  EXPECT_EQ(load.duration_seconds, 10);
  EXPECT_EQ(load.reset_triggered, "DAY");
  EXPECT_EQ(load.statistic, "AVERAGE");
  const auto parts = told({.item = "parts", .value = "0", .beside = {.reset = "lunch"}});
  EXPECT_EQ(parts.reset_triggered, mtc::extension_type("lunch")) << "a word of the vendor's";
  EXPECT_EQ(told({.item = "parts", .value = "3"}).reset_triggered, "");
}

TEST_F(AgentBeside, a_condition_has_its_own_id_or_its_code) {
  const auto own = told({.item = "sys", .value = "FAULT|404||HIGH id:c-17|hot", .condition = true});
  EXPECT_EQ(own.condition_id, "c-17");
  EXPECT_EQ(own.native_code, "404");
  EXPECT_EQ(own.qualifier, "HIGH");
  EXPECT_EQ(own.value, "hot");
  const auto none = told({.item = "sys", .value = "FAULT|404|||hot", .condition = true});
  EXPECT_EQ(none.condition_id, "404");
}

}  // namespace
}  // namespace heed::http

// What an agent tells beside a value, as the box hands it on.
#include <gtest/gtest.h>

#include "box/mtconnect_mapping.h"
#include "box/shdr_observation.h"

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;

std::string condition(const std::string& code, const std::string& id,
                      const std::string& qualifier = "") {
  mtc::Observation observation{.category = mtc::Category::kCondition, .value = "hot"};
  observation.level = mtc::Level::kFault;
  observation.native_code = code;
  observation.condition_id = id;
  observation.qualifier = qualifier;
  return value_text(observation).value();
}

TEST(MtconnectBeside, an_id_that_is_not_the_code_stands_in_the_qualifier) {
  EXPECT_EQ(condition("404", "c-17"), "FAULT|404||id:c-17|hot");
  EXPECT_EQ(condition("404", "c-17", "HIGH"), "FAULT|404||HIGH id:c-17|hot");
  EXPECT_EQ(condition("404", "404"), "FAULT|404|||hot");
  EXPECT_EQ(condition("404", ""), "FAULT|404|||hot");
  EXPECT_EQ(condition("", "c-17"), "FAULT|c-17|||hot") << "where there is no code it is one";
  EXPECT_EQ(condition("404", "c|17"), "FAULT|404|||hot") << "it would be another field";
}

TEST(MtconnectBeside, a_duration_and_a_reset_are_those_of_single_values) {
  mtc::Observation load{.category = mtc::Category::kSample, .value = "55"};
  load.duration_seconds = 10;
  load.reset_triggered = "DAY";
  EXPECT_EQ(beside_of(load), (machines::Beside{.seconds = 10, .reset = "DAY"}));
  mtc::Observation set = load;
  set.representation = mtc::Representation::kDataSet;
  EXPECT_EQ(beside_of(set).reset, "") << "a set has it in its text";
  load.unavailable = true;
  EXPECT_EQ(beside_of(load), machines::Beside{});
}

TEST(MtconnectBeside, an_shdr_line_tells_a_duration_with_its_time) {
  const auto line = wire::shdr::parse_line("2023-11-14T22:00:00Z@2.5|load|55");
  const auto observation = observation_of(line.entries.at(0), line.stamp.time, line.stamp.lasted);
  EXPECT_EQ(observation.beside.seconds, 2.5);
}

}  // namespace
}  // namespace heed::box

// What stands beside a value: a statistic's duration, the reset of an accumulated value, and what
// tells a condition from others of its code.
#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "wire/mtconnect/schema_testing.h"
#include "wire/mtconnect/vocabulary.h"
#include "wire/mtconnect/writer.h"

namespace heed::wire::mtconnect {
namespace {

using testing::header;

const Time kThen = Time::from_milliseconds(1'600'000'000'123);

Device meter() {
  Device device{.id = "d1", .name = "Meter", .uuid = "u1"};
  device.components = {{.type = "Device", .id = "d1", .name = "Meter", .path = "Device"}};
  device.data_items = {
      {.id = "load", .type = "LOAD", .category = Category::kSample, .statistic = "AVERAGE"},
      {.id = "heat", .type = "x:HEAT", .category = Category::kSample, .statistic = "MAXIMUM"},
      {.id = "vib",
       .type = "DISPLACEMENT",
       .category = Category::kSample,
       .representation = Representation::kTimeSeries,
       .statistic = "RANGE"},
      {.id = "parts", .type = "PART_COUNT"},
      {.id = "shots", .type = "x:SHOTS"},
      {.id = "sys", .type = "SYSTEM", .category = Category::kCondition}};
  return device;
}

Told value(std::size_t item, std::uint64_t sequence, double seconds, const std::string& reset) {
  return {.item = item,
          .sequence = sequence,
          .timestamp = kThen,
          .value = "5",
          .reset_triggered = reset,
          .duration_seconds = seconds};
}

Told condition(std::uint64_t sequence, Level level, const std::string& code,
               const std::string& id) {
  return {.item = 5,
          .sequence = sequence,
          .timestamp = kThen,
          .level = level,
          .native_code = code,
          .condition_id = id};
}

/// By sequence, as our own reader has them; the document is held against the schemas.
std::map<std::uint64_t, Observation> read_back(const std::vector<Told>& told) {
  const std::vector<Device> devices = {meter()};
  const std::string document = write_streams(header(), devices, told);
  if (testing::SchemaCheck::possible()) {
    testing::SchemaCheck check;
    EXPECT_EQ(check.fault_of("Streams", document, write_extension_schema(devices)), "") << document;
  }
  SeededRandom random(1);
  std::map<std::uint64_t, Observation> by_sequence;
  for (const Observation& one : read_streams(document, random).value().observations) {
    by_sequence[one.sequence] = one;
  }
  return by_sequence;
}

TEST(WriterBeside, a_statistic_is_told_with_its_duration_and_any_value_with_its_reset) {
  const auto read =
      read_back({value(0, 1, 10, "DAY"), value(1, 2, 0.1, "x:LUNCH"), value(2, 3, 1e-7, "SHIFT"),
                 value(3, 4, 10, "WEEK"), value(4, 5, 0, "LIFE")});
  EXPECT_EQ(read.at(1).duration_seconds, 10);
  EXPECT_EQ(read.at(1).reset_triggered, "DAY");
  EXPECT_EQ(read.at(1).statistic, "AVERAGE");
  EXPECT_EQ(read.at(2).duration_seconds, 0.1);
  EXPECT_EQ(read.at(2).reset_triggered, "x:LUNCH");
  EXPECT_EQ(read.at(3).duration_seconds, 1e-7);
  EXPECT_EQ(read.at(3).reset_triggered, "SHIFT");
  EXPECT_EQ(read.at(4).duration_seconds, 0) << "the schemas have one of samples alone";
  EXPECT_EQ(read.at(4).reset_triggered, "WEEK");
  EXPECT_EQ(read.at(5).reset_triggered, "LIFE");
}

TEST(WriterBeside, what_is_no_duration_and_what_has_no_value_is_told_without) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Told unknown = value(0, 4, 10, "DAY");
  unknown.value.reset();
  const auto read = read_back({value(0, 1, -1, ""), value(0, 2, kInfinity, ""),
                               value(0, 3, std::numeric_limits<double>::quiet_NaN(), ""), unknown});
  for (const auto& [sequence, one] : read) {
    EXPECT_EQ(one.duration_seconds, 0) << sequence;
    EXPECT_EQ(one.reset_triggered, "") << sequence;
  }
}

TEST(WriterBeside, a_condition_has_the_id_of_its_source_or_its_code) {
  const auto read = read_back({condition(1, Level::kFault, "404", "c-<1>"),
                               condition(2, Level::kWarning, "404", ""),
                               condition(3, Level::kNormal, "404", "c-<1>")});
  EXPECT_EQ(read.at(1).condition_id, "c-<1>");
  EXPECT_EQ(read.at(1).native_code, "404");
  EXPECT_EQ(read.at(2).condition_id, "404");
  EXPECT_EQ(read.at(3).condition_id, "") << "the schemas have none of what is not active";
}

}  // namespace
}  // namespace heed::wire::mtconnect

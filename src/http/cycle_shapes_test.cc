#include "http/cycle_shapes.h"

#include "http/openapi.h"
#include "http/routes.h"
#include "http/schema_check.h"

namespace heed::http {
namespace {

constexpr Time kNow = Time::from_seconds(1'700'000'000);

class CycleShapes : public testing::Test {
 protected:
  CycleShapes() {
    Router router;
    add_schemas(router);
    add_cycle_schemas(router);
    document_ = *Json::parse(openapi(router, "test"));
  }
  /// Empty when what was written is what the schema says.
  std::string fault(std::string_view schema, JsonWriter& w) {
    const auto json = Json::parse(w.take());
    return json ? SchemaCheck(document_).fault_of(*json, schema) : json.error().message;
  }
  Json document_;
};

machines::Cycle full_cycle() {
  const TimeRange range{kNow, kNow + Duration::seconds(5)};
  machines::Cycle cycle{.range = range, .program = "O1", .complete = true};
  cycle.evidence = {.counter = true, .program_end = true, .tool_sequence = true};
  cycle.confidence = 0.91;
  cycle.rule = 12;
  cycle.tools = {{"T 1", range, Duration::seconds(5)}};
  return cycle;
}

TEST_F(CycleShapes, are_what_the_api_description_says) {
  JsonWriter list, none, statistics;
  write_cycles(list, {{full_cycle(), machines::Cycle{.rule = 14}}, 3});
  write_cycles(none, {});
  write_cycle_statistics(statistics,
                         machines::cycle_statistics({full_cycle(), machines::Cycle{.rule = 14}}));

  EXPECT_EQ(fault("Cycles", list), "");
  EXPECT_EQ(fault("Cycles", none), "");
  EXPECT_EQ(fault("CycleStatistics", statistics), "");
}

TEST_F(CycleShapes, every_end_is_one_that_the_description_has) {
  for (int end = 0; end < 8; ++end) {
    machines::Cycle cycle = full_cycle();
    cycle.end = static_cast<machines::CycleEnd>(end);
    JsonWriter w;
    write_cycles(w, {{cycle}, 0});
    EXPECT_EQ(fault("Cycles", w), "") << end;
  }
}

}  // namespace
}  // namespace heed::http

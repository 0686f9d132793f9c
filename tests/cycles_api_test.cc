// Cycles over /api/v1: as JSON, as a file, as statistics, within limits.
#include "api_house.h"

namespace heed {
namespace {

using http::Method;

class CyclesApi : public testing::Test {
 protected:
  CyclesApi() {
    for (const std::string line : kLines) {
      house_.clock().step_to(*parse_time(line.substr(0, line.find('|'))));
      const auto sent =
          house_.send(shop_.session, {.method = Method::kPost,
                                      .path = shop_.machine_path() + "/observations",
                                      .body = line + "\n",
                                      .type = "text/plain",
                                      .headers = {{"Idempotency-Key", line.substr(11, 8)}}});
      EXPECT_EQ(sent.status, 200) << sent.body;
    }
  }
  http::Response get(const std::string& rest, const std::string& query) {
    return house_.get(shop_.session, shop_.machine_path() + rest, query);
  }

  static constexpr std::array<const char*, 6> kLines = {
      "2023-11-14T23:00:00Z|execution|READY|program|O 1, \"left\"|part_count|4|tool|1",
      "2023-11-14T23:00:10Z|execution|ACTIVE",
      "2023-11-14T23:02:00Z|tool|2",
      "2023-11-14T23:05:00Z|execution|PROGRAM_COMPLETED|part_count|5",
      "2023-11-14T23:06:00Z|execution|ACTIVE",
      "2023-11-14T23:06:30Z|execution|READY"};
  static constexpr const char* kRange = "from=2023-11-14T22:30:00Z&to=2023-11-15T00:00:00Z";

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
};

TEST_F(CyclesApi, a_cycle_says_what_it_was_and_how_that_is_known) {
  const Json told = json_of(get("/cycles", kRange));

  const auto& items = *told.find("items")->array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(*items[0].find("from")->string(), "2023-11-14T23:00:10.000Z");
  EXPECT_EQ(*items[0].find("program")->string(), "O 1, \"left\"");
  EXPECT_EQ(items[0].find("complete")->boolean(), true);
  EXPECT_EQ(items[0].find("rule")->find("number")->integer(), 1);
  EXPECT_EQ(items[0].find("evidence")->array()->size(), 2U);
  EXPECT_EQ(items[0].find("counted")->integer(), 1);
  EXPECT_EQ(items[0].find("in_cycle")->integer(), 290);
  EXPECT_EQ(items[0].find("tools")->array()->size(), 2U);
  EXPECT_EQ(items[1].find("complete")->boolean(), false);
}

TEST_F(CyclesApi, statistics_leave_tries_apart) {
  const Json told = json_of(get("/cycles/statistics", kRange));

  const auto& items = *told.find("items")->array();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].find("complete")->integer(), 1);
  EXPECT_EQ(items[0].find("tries")->integer(), 1);
  EXPECT_EQ(items[0].find("in_cycle")->find("median")->integer(), 290);
  EXPECT_EQ(items[0].find("in_tries")->integer(), 30);
}

TEST_F(CyclesApi, the_file_has_a_row_for_each_and_quotes_what_was_said) {
  const auto response = get("/cycles", std::string(kRange) + "&format=csv");

  ASSERT_EQ(response.status, 200);
  EXPECT_TRUE(response.body.starts_with("from,to,program,complete,end,rule,confidence,"));
  EXPECT_TRUE(response.body.contains(
      "\r\n2023-11-14T23:00:10.000Z,2023-11-14T23:05:00.000Z,\"O 1, \"\"left\"\"\",1,"
      "program_completed,1,0.98,1,1,0,1,290,290,0,\"1 2\"\r\n"))
      << response.body;
  EXPECT_EQ(std::ranges::count(response.body, '\n'), 3);
}

TEST_F(CyclesApi, a_range_is_at_most_100_days_and_a_format_one_of_two) {
  EXPECT_EQ(get("/cycles", "from=2023-08-06T00:00:00Z&to=2023-11-14T00:00:00Z").status, 200);
  EXPECT_EQ(get("/cycles", "from=2023-08-05T00:00:00Z&to=2023-11-14T00:00:00Z").status, 422);
  EXPECT_EQ(get("/cycles", std::string(kRange) + "&format=xml").status, 422);
  EXPECT_EQ(get("/cycles/statistics", "from=yesterday").status, 422);
}

TEST_F(CyclesApi, another_organization_is_told_nothing) {
  const Shop other = house_.open_shop("Other", "bert@example.com");

  EXPECT_EQ(house_.get(other.session, shop_.machine_path() + "/cycles", kRange).status, 404);
  EXPECT_EQ(house_.get(other.session, shop_.machine_path() + "/cycles/statistics", kRange).status,
            404);
}

}  // namespace
}  // namespace heed

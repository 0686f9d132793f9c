// Tools over /api/v1: what they did, how long they last, and what the control tells of them.
#include "api_house.h"

namespace heed {
namespace {

using http::Method;

class ToolsApi : public testing::Test {
 protected:
  ToolsApi() {
    for (const std::string line : kLines) {
      house_.clock().step_to(*parse_time(line.substr(0, line.find('|'))));
      send(line);
    }
  }
  void send(const std::string& line) {
    const auto sent =
        house_.send(shop_.session, {.method = Method::kPost,
                                    .path = shop_.machine_path() + "/observations",
                                    .body = line + "\n",
                                    .type = "text/plain",
                                    .headers = {{"Idempotency-Key", line.substr(11, 8)}}});
    EXPECT_EQ(sent.status, 200) << sent.body;
  }
  http::Response get(const std::string& query) {
    return house_.get(shop_.session, shop_.machine_path() + "/tools", query);
  }
  http::Response put(const std::string& body) {
    return house_.send(
        shop_.session,
        {.method = Method::kPut, .path = shop_.machine_path() + "/tools/life", .body = body});
  }
  http::Response remove(const std::string& query) {
    return house_.send(
        shop_.session,
        {.method = Method::kDelete, .path = shop_.machine_path() + "/tools/life", .query = query});
  }

  static constexpr std::array<const char*, 4> kLines = {
      "2023-11-14T23:00:00Z|execution|READY|tool|1", "2023-11-14T23:00:10Z|execution|ACTIVE",
      "2023-11-14T23:02:10Z|tool|2", "2023-11-14T23:05:10Z|execution|READY"};
  static constexpr const char* kRange = "from=2023-11-14T22:30:00Z&to=2023-11-15T00:00:00Z";

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
};

TEST_F(ToolsApi, each_tool_has_its_uses_and_its_time_in_cycle) {
  const Json told = json_of(get(kRange));

  EXPECT_EQ(told.find("says_tools")->boolean(), true);
  const auto& items = *told.find("items")->array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(*items[0].find("tool")->string(), "1");
  EXPECT_EQ(items[0].find("in_cycle")->integer(), 120);
  EXPECT_EQ(items[1].find("in_cycle")->integer(), 180);
  EXPECT_TRUE(items[0].find("used")->is_null());
  EXPECT_TRUE(items[0].find("life")->is_null());
}

TEST_F(ToolsApi, the_tool_that_is_nearest_to_its_end_stands_first) {
  ASSERT_EQ(put(R"({"tool":"2","changed":"2023-11-14T22:00:00Z","minutes":4})").status, 204);

  const Json told = json_of(get(kRange));
  const Json& first = told.find("items")->array()->front();
  EXPECT_EQ(*first.find("tool")->string(), "2");
  EXPECT_EQ(first.find("used")->number(), 0.75);
  EXPECT_EQ(first.find("life")->find("in_cycle_since")->integer(), 180);

  EXPECT_EQ(remove("tool=2").status, 204);
  EXPECT_EQ(remove("tool=2").status, 404);
}

TEST_F(ToolsApi, a_life_that_makes_no_sense_names_the_field) {
  for (const auto& [body, field] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"({"tool":"2"})", "minutes"},
           {R"({"tool":"2","minutes":"4"})", "minutes"},
           {R"({"tool":"2","minutes":1e300})", "minutes"},
           {R"({"tool":"2","uses":1.5})", "uses"},
           {R"({"tool":7,"uses":1})", "tool"},
           {R"({"uses":1})", "tool"},
           {R"({"tool":"2","uses":1,"changed":"soon"})", "changed"},
           {R"({"tool":"2","item":"wear"})", "counted"}}) {
    const auto response = put(body);
    EXPECT_EQ(response.status, 422) << body;
    EXPECT_EQ(*json_of(response).find("field")->string(), field) << body;
  }
  EXPECT_EQ(remove("").status, 422);
}

TEST_F(ToolsApi, what_the_control_tells_of_a_tool_stands_beside_it) {
  house_.clock().step_to(*parse_time("2023-11-14T23:10:00Z"));
  send(
      "2023-11-14T23:06:00Z|@ASSET@|M.2|CuttingTool|<CuttingTool assetId=\"M.2\" toolId=\"EM\">"
      "<CuttingToolLifeCycle><ToolLife type=\"PART_COUNT\" countDirection=\"UP\" limit=\"10\">9"
      "</ToolLife><CutterStatus><Status>USED</Status></CutterStatus><ProgramToolNumber>2"
      "</ProgramToolNumber><Location type=\"POT\">8</Location></CuttingToolLifeCycle>"
      "</CuttingTool>");
  send("2023-11-14T23:06:01Z|@ASSET@|M.9|CuttingTool|<CuttingTool assetId=\"M.9\">");
  send("2023-11-14T23:06:02Z|@ASSET@|f|File|<File/>");

  const Json told = json_of(get(kRange));
  const auto& items = *told.find("items")->array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(*items[0].find("tool")->string(), "2");
  EXPECT_EQ(items[0].find("used")->number(), 0.9);
  const Json& asset = *items[0].find("asset");
  EXPECT_EQ(*asset.find("id")->string(), "M.2");
  EXPECT_EQ(*asset.find("location")->string(), "8");
  EXPECT_EQ(*asset.find("states")->array()->front().string(), "USED");
  EXPECT_TRUE(items[1].find("asset")->is_null());
  EXPECT_EQ(told.find("unread")->array()->size(), 2U) << "one is cut short, one is a file";
}

TEST_F(ToolsApi, the_file_has_a_row_for_each) {
  const auto response = get(std::string(kRange) + "&format=csv");
  ASSERT_EQ(response.status, 200);
  EXPECT_TRUE(response.body.starts_with("tool,uses,in_cycle,"));
  EXPECT_TRUE(response.body.contains("\r\n\"1\",1,120,2023-11-14T23:02:10.000Z,")) << response.body;
  EXPECT_EQ(std::ranges::count(response.body, '\n'), 3);
}

TEST_F(ToolsApi, another_organization_is_told_nothing_and_sets_nothing) {
  const Shop other = house_.open_shop("Other", "bert@example.com");
  EXPECT_EQ(house_.get(other.session, shop_.machine_path() + "/tools", kRange).status, 404);
  EXPECT_EQ(house_
                .send(other.session, {.method = Method::kPut,
                                      .path = shop_.machine_path() + "/tools/life",
                                      .body = R"({"tool":"1","uses":1})"})
                .status,
            404);
  EXPECT_EQ(get(std::string("from=2023-08-01T00:00:00Z&to=2023-11-15T00:00:00Z")).status, 422);
}

}  // namespace
}  // namespace heed

// Alarms, comparisons, hand-overs, reports and what Grafana asks, over /api/v1.
#include "api_house.h"
#include "http/schema_check.h"

namespace heed {
namespace {

using http::Method;

constexpr auto kCalendar = R"({"location":"","zone":"UTC","shifts":[
  {"days":["mon","tue","wed","thu","fri","sat","sun"],"name":"Night","from":"22:00","to":"06:00",
   "breaks":[]}]})";

/// A mill that runs from 22:13:20 of a Tuesday, fails at 22:20 for four minutes, and runs again; it
/// is 22:40.
class ReportsApi : public testing::Test {
 protected:
  ReportsApi() {
    EXPECT_EQ(send(Method::kPut, shop_.path() + "/shift-calendars", kCalendar).status, 200);
    say("2023-11-14T22:14:00Z|part_count|1");
    say("2023-11-14T22:15:00Z|part_count|2|Sload|10");
    say("2023-11-14T22:20:00Z|logic|FAULT|77|||TOOL BROKEN");
    say("2023-11-14T22:20:00Z|execution|STOPPED");
    say("2023-11-14T22:24:00Z|logic|NORMAL||||");
    say("2023-11-14T22:24:00Z|execution|ACTIVE|Sload|90");
    house_.clock().step_to(parse_time("2023-11-14T22:40:00Z").value());
  }
  http::Response send(Method method, const std::string& path, const std::string& body = {},
                      const std::string& query = {}) {
    return house_.send(shop_.session,
                       {.method = method, .path = path, .query = query, .body = body});
  }
  http::Response get(const std::string& path, const std::string& query = {}) {
    return house_.get(shop_.session, path, query);
  }
  void say(const std::string& line) {
    const Time at = parse_time(line.substr(0, line.find('|'))).value();
    if (house_.clock().now() < at) house_.clock().step_to(at);
    const auto sent = house_.send(shop_.session, {.method = Method::kPost,
                                                  .path = shop_.machine_path() + "/observations",
                                                  .body = line + "\n",
                                                  .type = "text/plain",
                                                  .headers = {{"Idempotency-Key", line}}});
    ASSERT_EQ(sent.status, 200) << sent.body;
  }
  std::string fault_of(const http::Response& response, std::string_view schema) {
    if (response.status >= 300) return response.body;
    const Json document = json_of(house_.get({}, "/api/v1/openapi.json"));
    return http::SchemaCheck(document).fault_of(json_of(response), schema);
  }
  static const Json& first(const Json& json, std::string_view list) {
    return json.find(list)->array()->front();
  }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  Shop other_ = house_.open_shop("Other", "berta@example.com");
  const std::string range_ = "from=2023-11-14T22:10:00Z&to=2023-11-14T22:40:00Z";
};

// Alarms -----------------------------------------------------------------------------------------

TEST_F(ReportsApi, alarms_of_a_machine_have_their_time_and_repair) {
  const auto answer = get(shop_.machine_path() + "/alarms", range_);
  EXPECT_EQ(fault_of(answer, "Alarms"), "");
  const Json told = json_of(answer);
  const Json& row = first(told, "items");
  EXPECT_EQ(*row.find("code")->string(), "77");
  EXPECT_EQ(*row.find("text")->string(), "TOOL BROKEN");
  EXPECT_EQ(row.find("time")->number(), 240);
  EXPECT_EQ(row.find("mean_to_repair")->number(), 240);
  EXPECT_EQ(row.find("cumulative")->number(), 1);
  EXPECT_EQ(told.find("failures")->find("count")->integer(), 1);
  EXPECT_EQ(told.find("failures")->find("repaired")->integer(), 1);
}

TEST_F(ReportsApi, alarms_of_several_machines_stand_together_and_as_a_file) {
  const auto answer = get(shop_.path() + "/alarms", range_ + "&by=count&level=fault");
  EXPECT_EQ(fault_of(answer, "Alarms"), "");
  EXPECT_EQ(*first(first(json_of(answer), "items"), "machines").string(), shop_.machine.text());
  const auto file = get(shop_.path() + "/alarms", range_ + "&format=csv");
  EXPECT_TRUE(file.body.contains("\"logic\",\"77\",\"TOOL BROKEN\",FAULT,1,1,240,240,1,240,"))
      << file.body;
  EXPECT_EQ(get(shop_.path() + "/alarms", "by=colour").status, 422);
  EXPECT_EQ(get(shop_.path() + "/alarms", "level=low").status, 422);
}

// Comparison -------------------------------------------------------------------------------------

TEST_F(ReportsApi, machines_shifts_and_programs_are_compared_with_the_time_before) {
  for (const char* by : {"machine", "shift", "program"}) {
    const auto answer =
        get(shop_.path() + "/comparison", range_ + "&before=true&by=" + std::string(by));
    EXPECT_EQ(fault_of(answer, "MachineComparison"), "") << by;
  }
  const Json machines = json_of(get(shop_.path() + "/comparison", range_));
  const Json& line = first(machines, "items");
  EXPECT_EQ(*line.find("name")->string(), "Mill-mill");
  EXPECT_EQ(line.find("figures")->find("parts")->integer(), 1);
  EXPECT_EQ(*first(line, "alarms").find("code")->string(), "77");
  const Json shifts = json_of(get(shop_.path() + "/comparison", range_ + "&by=shift"));
  EXPECT_EQ(*first(shifts, "items").find("name")->string(), "Night");
  const auto file = get(shop_.path() + "/comparison", range_ + "&format=csv");
  EXPECT_TRUE(file.body.contains("\"Mill-mill\",asked,")) << file.body;
  EXPECT_EQ(get(shop_.path() + "/comparison", "by=weather").status, 422);
}

TEST_F(ReportsApi, a_machine_that_is_not_there_is_not_found) {
  EXPECT_EQ(get(shop_.path() + "/comparison", "machine=" + other_.machine.text()).status, 404);
  EXPECT_EQ(get(shop_.path() + "/report", "machine=" + other_.machine.text()).status, 404);
}

// Hand-over --------------------------------------------------------------------------------------

TEST_F(ReportsApi, a_hand_over_has_each_machine_in_a_row_and_what_people_wrote) {
  const auto written =
      send(Method::kPost, shop_.path() + "/shift-notes",
           R"({"text":"Coolant is low","begins":"2023-11-14T22:00:00Z","machine":")" +
               shop_.machine.text() + R"("})");
  ASSERT_EQ(written.status, 201) << written.body;
  EXPECT_EQ(fault_of(written, "ShiftNote"), "");
  const auto answer = get(shop_.path() + "/hand-over");
  EXPECT_EQ(fault_of(answer, "HandOver"), "");
  const Json told = json_of(answer);
  EXPECT_EQ(*told.find("shift")->find("name")->string(), "Night");
  EXPECT_EQ(*told.find("shift")->find("from")->string(), "2023-11-14T22:00:00.000Z");
  EXPECT_TRUE(told.find("next")->is_null());
  const Json& row = first(told, "machines");
  EXPECT_EQ(*row.find("card")->find("state")->string(), "IN_CYCLE");
  EXPECT_EQ(*first(row, "stops").find("state")->string(), "ALARM");
  EXPECT_EQ(*first(row, "alarms").find("code")->string(), "77");
  EXPECT_EQ(*row.find("running")->find("program")->string(), "O1");
  EXPECT_TRUE(row.find("running")->find("done")->is_null());
  EXPECT_EQ(*first(told, "notes").find("text")->string(), "Coolant is low");
  EXPECT_EQ(*first(told, "notes").find("who")->string(), shop_.owner.text());
}

TEST_F(ReportsApi, a_hand_over_goes_back_to_the_shift_that_ended_last) {
  house_.clock().step_to(parse_time("2023-11-15T09:00:00Z").value());
  const Json told = json_of(get(shop_.path() + "/hand-over"));
  EXPECT_EQ(*told.find("shift")->find("from")->string(), "2023-11-14T22:00:00.000Z");
  EXPECT_EQ(*told.find("previous")->string(), "2023-11-13T22:00:00.000Z");
}

TEST_F(ReportsApi, a_note_is_taken_back_by_who_wrote_it_and_by_nobody_else) {
  const std::string notes = shop_.path() + "/shift-notes";
  const auto key = house_.key_of(shop_, {people::Scope::kRead, people::Scope::kWrite});
  const auto written =
      house_.send(key, {.method = Method::kPost,
                        .path = notes,
                        .body = R"({"text":"By a program","begins":"2023-11-14T22:00:00Z"})"});
  ASSERT_EQ(written.status, 201) << written.body;
  const std::string id = *json_of(written).find("id")->string();
  EXPECT_EQ(send(Method::kDelete, notes, {}, "id=" + id).status, 422);
  EXPECT_EQ(
      house_.send(key, {.method = Method::kDelete, .path = notes, .query = "id=" + id}).status,
      204);
  EXPECT_EQ(send(Method::kPost, notes, R"({"text":"","begins":"2023-11-14T22:00:00Z"})").status,
            422);
  EXPECT_EQ(send(Method::kPost, notes, R"({"text":"x"})").status, 422);
}

// Reports ----------------------------------------------------------------------------------------

TEST_F(ReportsApi, a_report_is_one_page_without_scripts_and_the_same_bytes_each_time) {
  for (const char* of : {"day", "week", "month"}) {
    const std::string asked = "on=2023-11-14&of=" + std::string(of);
    const auto page = get(shop_.path() + "/report", asked);
    ASSERT_EQ(page.status, 200) << page.body;
    EXPECT_TRUE(page.body.contains("TOOL BROKEN"));
    EXPECT_TRUE(page.body.contains("Mill-mill"));
    EXPECT_FALSE(page.body.contains("<script"));
    EXPECT_FALSE(page.body.contains("style="));
    EXPECT_FALSE(page.body.contains("http"));
    EXPECT_TRUE(page.headers.value("Content-Security-Policy").contains("style-src 'nonce-"));
    EXPECT_EQ(get(shop_.path() + "/report", asked).body, page.body);
  }
}

TEST_F(ReportsApi, a_report_of_a_time_that_is_over_does_not_change_with_the_clock) {
  house_.clock().step_to(parse_time("2023-11-15T09:00:00Z").value());
  const std::string asked = "on=2023-11-14&of=day&download=true";
  const std::string before = get(shop_.path() + "/report", asked).body;
  house_.clock().step_to(parse_time("2023-11-15T10:00:00Z").value());
  EXPECT_EQ(get(shop_.path() + "/report", asked).body, before);
}

TEST_F(ReportsApi, a_report_says_what_is_lost_and_that_little_can_be_compared) {
  const auto page = get(shop_.path() + "/report", "on=2023-11-14&of=day");
  EXPECT_TRUE(page.body.contains("Unplanned stops and failures: 4 min")) << page.body;
  EXPECT_TRUE(page.body.contains("too few periods before to tell"));
  EXPECT_TRUE(page.body.contains("The day is not over"));
}

TEST_F(ReportsApi, a_report_as_a_file_of_facts) {
  const auto file = get(shop_.path() + "/report", "on=2023-11-14&of=day&format=csv");
  EXPECT_TRUE(file.body.starts_with("section,name,figure,value,unit\r\n"));
  EXPECT_TRUE(file.body.contains("alarm,\"77 TOOL BROKEN\",time,240,seconds\r\n")) << file.body;
  EXPECT_TRUE(file.headers.value("Content-Disposition").contains("day-2023-11-14.csv"));
}

TEST_F(ReportsApi, a_report_that_cannot_be_is_refused_by_its_field) {
  for (const char* asked :
       {"of=year", "on=2023-02-30", "on=2023-12-01", "format=pdf", "download=perhaps"}) {
    EXPECT_EQ(get(shop_.path() + "/report", asked).status, 422) << asked;
  }
}

TEST_F(ReportsApi, names_are_text_on_the_page_and_never_markup) {
  const auto renamed = send(Method::kPatch, shop_.machine_path(), R"({"name":"<b>Mill & Co</b>"})");
  ASSERT_EQ(renamed.status, 200) << renamed.body;
  const auto page = get(shop_.path() + "/report", "on=2023-11-14&of=day");
  EXPECT_TRUE(page.body.contains("&lt;b&gt;Mill &amp; Co&lt;/b&gt;"));
  EXPECT_FALSE(page.body.contains("<b>Mill"));
}

// What only some may see -------------------------------------------------------------------------

TEST_F(ReportsApi, nothing_of_it_is_there_for_another_organization) {
  for (const std::string& path :
       {shop_.machine_path() + "/alarms", shop_.path() + "/alarms", shop_.path() + "/comparison",
        shop_.path() + "/hand-over", shop_.path() + "/report", shop_.path() + "/grafana"}) {
    EXPECT_EQ(house_.get(other_.session, path).status, 404) << path;
    EXPECT_EQ(house_.get({}, path).status, 401) << path;
  }
  for (const char* path : {"/search", "/metrics", "/query", "/annotations"}) {
    const auto refused = house_.send(
        house_.key_of(other_, {people::Scope::kRead}),
        {.method = Method::kPost, .path = shop_.path() + "/grafana" + path, .body = "{}"});
    EXPECT_EQ(refused.status, 404) << path;
  }
  EXPECT_EQ(
      house_
          .send(other_.session,
                {.method = Method::kPost, .path = shop_.path() + "/shift-notes", .body = "{}"})
          .status,
      404);
}

// Grafana ----------------------------------------------------------------------------------------

class GrafanaApi : public ReportsApi {
 protected:
  http::Response ask(const std::string& path, const std::string& body) {
    return house_.send(
        key_, {.method = Method::kPost, .path = shop_.path() + "/grafana" + path, .body = body});
  }
  std::string query(const std::string& item, std::string_view more = "") const {
    // As grafana-simple-json-datasource 1.4.2 sends it.
    return R"({"app":"dashboard","requestId":"Q100","timezone":"browser","panelId":2,
      "dashboardId":1,"range":{"from":"2023-11-14T22:10:00.000Z","to":"2023-11-14T22:40:00.000Z",
      "raw":{"from":"now-30m","to":"now"}},"rangeRaw":{"from":"now-30m","to":"now"},
      "interval":"2s","intervalMs":2000,"maxDataPoints":928,"scopedVars":{},"adhocFilters":[],
      "targets":[{"target":")" +
           shop_.machine.text() + "/" + item + R"(","refId":"A","type":"timeserie"}])" +
           std::string(more) + "}";
  }
  const Asker key_ = house_.key_of(shop_, {people::Scope::kRead});
};

TEST_F(GrafanaApi, a_key_with_read_scope_reaches_it_and_finds_targets_by_their_label) {
  EXPECT_EQ(fault_of(house_.get(key_, shop_.path() + "/grafana"), "GrafanaHealth"), "");
  const auto found = ask("/search", R"({"target":"sload"})");
  EXPECT_EQ(fault_of(found, "GrafanaTargets"), "");
  const Json targets = json_of(found);
  const Json& target = targets.array()->front();
  EXPECT_EQ(*target.find("text")->string(), "Mill-mill/Sload");
  EXPECT_EQ(*target.find("value")->string(), shop_.machine.text() + "/Sload");
  const Json metrics = json_of(ask("/metrics", R"({"metric":"in_cycle","payload":{}})"));
  EXPECT_EQ(*metrics.array()->front().find("label")->string(), "Mill-mill/@in_cycle");
  const auto writer = house_.key_of(shop_, {people::Scope::kIngest});
  EXPECT_EQ(house_.get(writer, shop_.path() + "/grafana").status, 403);
}

TEST_F(GrafanaApi, a_query_gives_values_with_milliseconds) {
  const auto answer = ask("/query", query("Sload"));
  EXPECT_EQ(fault_of(answer, "GrafanaSeries"), "");
  EXPECT_TRUE(answer.body.contains(R"("datapoints":[[10,1700000100000],[90,1700000640000]])"))
      << answer.body;
  EXPECT_TRUE(
      ask("/query", query("@in_cycle")).body.contains("[0,1700000400000],[1,1700000640000]"));
}

TEST_F(GrafanaApi, few_points_keep_the_extremes) {
  for (int second = 0; second < 60; ++second) {
    const std::string at = "2023-11-14T22:40:" + std::string(second < 10 ? "0" : "") +
                           std::to_string(second) + "Z|Sload|";
    say(at + std::to_string(second == 31 ? 1000 : second == 33 ? -1000 : 50 + second % 2));
  }
  const std::string body = R"({"range":{"from":"2023-11-14T22:40:00Z","to":"2023-11-14T22:41:00Z"},
      "maxDataPoints":8,"targets":[{"target":")" +
                           shop_.machine.text() + R"(/Sload"}]})";
  const auto answer = ask("/query", body);
  const Json series = json_of(answer);
  const auto& points = *series.array()->front().find("datapoints")->array();
  EXPECT_LE(points.size(), 9U);
  EXPECT_TRUE(answer.body.contains("[1000,"));
  EXPECT_TRUE(answer.body.contains("[-1000,"));
}

TEST_F(GrafanaApi, a_hidden_target_and_an_unknown_one) {
  const auto hidden = ask("/query", R"({"range":{"from":"2023-11-14T22:10:00Z",
      "to":"2023-11-14T22:40:00Z"},"targets":[{"target":"what","hide":true}]})");
  EXPECT_EQ(hidden.body, "[]");
  EXPECT_EQ(ask("/query", query("no_such_item")).status, 404);
  EXPECT_EQ(ask("/query", R"({"targets":[]})").status, 422);
}

TEST_F(GrafanaApi, alarms_are_annotations_with_the_annotation_that_asked) {
  const auto answer = ask("/annotations", R"({"range":{"from":"2023-11-14T22:10:00Z",
      "to":"2023-11-14T22:40:00Z"},"annotation":{"name":"alarms","datasource":"Heed",
      "iconColor":"red","enable":true,"query":"Mill-mill"}})");
  EXPECT_EQ(fault_of(answer, "GrafanaAnnotations"), "");
  const Json annotations = json_of(answer);
  const Json& told = annotations.array()->front();
  EXPECT_EQ(told.find("time")->integer(), 1'700'000'400'000);
  EXPECT_EQ(told.find("timeEnd")->integer(), 1'700'000'640'000);
  EXPECT_EQ(*told.find("title")->string(), "Mill-mill: 77");
  EXPECT_EQ(*told.find("annotation")->find("name")->string(), "alarms");
}

}  // namespace
}  // namespace heed

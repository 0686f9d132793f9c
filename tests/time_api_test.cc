// What time means, over /api/v1: shift calendars, reasons, figures.
#include "api_house.h"
#include "http/schema_check.h"

namespace heed {
namespace {

using http::Method;

constexpr auto kCalendar = R"({"location":"","zone":"Europe/Berlin","shifts":[
  {"days":["mon","tue","wed","thu","fri","sat","sun"],"name":"Night","from":"22:00","to":"06:00",
   "breaks":[{"name":"Meal","from":"02:00","to":"02:30"}]}],
  "holidays":[{"name":"New Year","first":"2024-01-01","last":"2024-01-01"}],"extra_shifts":[]})";

/// A machine that runs since 22:13:20 UTC, 23:13:20 in Berlin. What it says it says in time; then
/// it is ten minutes later.
class TimeApi : public testing::Test {
 protected:
  void settle() {
    const Time now = parse_time("2023-11-14T22:23:20Z").value();
    if (house_.clock().now() < now) house_.clock().step_to(now);
  }
  http::Response send(Method method, const std::string& path, const std::string& body = {},
                      const std::string& query = {}) {
    return house_.send(shop_.session,
                       {.method = method, .path = path, .query = query, .body = body});
  }
  http::Response get(const std::string& path, const std::string& query = {}) {
    return house_.get(shop_.session, path, query);
  }
  http::Response tag(const std::string& body) {
    settle();
    return send(Method::kPost, shop_.machine_path() + "/reason-tags", body);
  }
  Json oee() {
    settle();
    return json_of(get(shop_.machine_path() + "/oee", "from=2023-11-14T20:00:00Z"));
  }
  void say(const std::string& line) {
    house_.clock().step_to(parse_time(line.substr(0, line.find('|'))).value());
    const auto sent = house_.send(shop_.session, {.method = Method::kPost,
                                                  .path = shop_.machine_path() + "/observations",
                                                  .body = line + "\n",
                                                  .type = "text/plain",
                                                  .headers = {{"Idempotency-Key", line}}});
    ASSERT_EQ(sent.status, 200) << sent.body;
  }
  static std::string field_of(const http::Response& response) {
    const Json problem = json_of(response);
    const Json* field = problem.find("field");
    return field != nullptr && field->string() != nullptr ? *field->string() : "";
  }
  static double number(const Json& object, std::string_view member) {
    return object.find(member)->number().value();
  }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  const std::string calendars_ = shop_.path() + "/shift-calendars";
};

// Shifts -----------------------------------------------------------------------------------------

TEST_F(TimeApi, a_calendar_is_kept_as_it_was_sent) {
  ASSERT_EQ(send(Method::kPut, calendars_, kCalendar).status, 200);
  const auto listed = json_of(get(calendars_));
  ASSERT_EQ(listed.find("items")->array()->size(), 1U);
  const Json& kept = listed.find("items")->array()->front();
  EXPECT_EQ(*kept.find("zone")->string(), "Europe/Berlin");
  EXPECT_EQ(*kept.find("shifts")->array()->front().find("to")->string(), "06:00");
  ASSERT_EQ(send(Method::kDelete, calendars_).status, 204);
  EXPECT_EQ(send(Method::kDelete, calendars_).status, 404);
}

TEST_F(TimeApi, a_calendar_that_is_wrong_names_the_field_and_the_mend) {
  const auto refused = send(Method::kPut, calendars_, R"({"zone":"UTC","shifts":[
      {"name":"A","days":["mon"],"from":"06:00","to":"14:00"},
      {"name":"B","days":["mon"],"from":"13:00","to":"22:00"}]})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(field_of(refused), "shifts[1].from");
  const Json problem = json_of(refused);
  EXPECT_EQ(*problem.find("detail")->string(), "“B” overlaps “A”.");
  EXPECT_FALSE(problem.find("mend")->string()->empty());
}

TEST_F(TimeApi, a_machine_has_the_shifts_and_days_of_its_location) {
  ASSERT_EQ(send(Method::kPut, calendars_, kCalendar).status, 200);
  const auto plan = json_of(
      get(shop_.machine_path() + "/shifts", "from=2024-03-30T12:00:00Z&to=2024-03-31T12:00:00Z"));
  EXPECT_EQ(*plan.find("zone")->string(), "Europe/Berlin");
  const auto& shifts = *plan.find("items")->array();
  ASSERT_EQ(shifts.size(), 1U);  // seven hours: clocks go forward
  EXPECT_EQ(*shifts[0].find("from")->string(), "2024-03-30T21:00:00.000Z");
  EXPECT_EQ(*shifts[0].find("to")->string(), "2024-03-31T04:00:00.000Z");
  EXPECT_TRUE(shifts[0].find("breaks")->array()->empty());
  const auto& days = *plan.find("days")->array();
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(*days[1].find("day")->string(), "2024-03-31");
  EXPECT_EQ(*days[1].find("from")->string(), "2024-03-30T23:00:00.000Z");
  EXPECT_EQ(*days[1].find("to")->string(), "2024-03-31T22:00:00.000Z");
}

TEST_F(TimeApi, a_card_counts_today_from_the_location_s_midnight) {
  const auto day_start = [&] {
    return *json_of(get(shop_.machine_path())).find("day_start")->string();
  };
  EXPECT_EQ(day_start(), "2023-11-14T00:00:00.000Z");
  ASSERT_EQ(send(Method::kPut, calendars_, R"({"zone":"Asia/Tokyo"})").status, 200);
  EXPECT_EQ(day_start(), "2023-11-14T15:00:00.000Z");
}

// Reasons ----------------------------------------------------------------------------------------

TEST_F(TimeApi, reasons_begin_with_the_usual_ones_and_are_kept_as_they_were_sent) {
  const std::string path = shop_.path() + "/reasons";
  EXPECT_EQ(json_of(get(path)).find("codes")->array()->size(), 12U);
  ASSERT_EQ(send(Method::kPut, path,
                 R"({"codes":[{"code":"a","name":"A","class":"planned"}],
                     "rules":[{"code":"a","states":["STOPPED"]}]})")
                .status,
            200);
  const Json kept = json_of(get(path));
  EXPECT_EQ(kept.find("codes")->array()->size(), 1U);
  EXPECT_EQ(kept.find("rules")->array()->size(), 1U);
  const auto refused = send(Method::kPut, path, R"({"codes":[{"code":"A","name":"A"}]})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(field_of(refused), "codes[0].code");
}

TEST_F(TimeApi, a_stop_is_tagged_and_who_said_so_is_known) {
  say("2023-11-14T22:20:00Z|execution|STOPPED");
  ASSERT_EQ(tag(R"({"from":"2023-11-14T22:20:00Z","to":"2023-11-14T22:22:00Z","code":"material"})")
                .status,
            204);
  const Json figures = oee();
  const auto& reasons = *figures.find("reasons")->array();
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(*reasons[0].find("code")->string(), "material");
  EXPECT_EQ(*reasons[0].find("by")->string(), "hand");
  EXPECT_EQ(*reasons[0].find("who")->string(), shop_.owner.text());
  EXPECT_DOUBLE_EQ(number(figures, "unexplained"), 80);

  house_.clock().advance(Duration::seconds(1));
  ASSERT_EQ(tag(R"({"from":"2023-11-14T22:20:00Z","code":null})").status, 204);
  EXPECT_TRUE(oee().find("reasons")->array()->empty());
}

TEST_F(TimeApi, who_tagged_a_stop_is_told_no_more_once_they_are_erased_O65) {
  Shop hers = shop_;
  hers.owner = must(house_.people().add_person("Berta", "berta@example.com"));
  const std::string berta = hers.owner.text();
  must(house_.people().add_member(shop_.organization, hers.owner, people::Role::kMember));
  hers.session = house_.sign_in(hers.owner);
  house_.give_password(hers, "correct horse battery");
  const auto send_hers = [&](const std::string& path, const std::string& body) {
    return house_.send(hers.session, {.method = Method::kPost, .path = path, .body = body});
  };
  say("2023-11-14T22:20:00Z|execution|STOPPED");
  settle();
  const auto said = send_hers(shop_.machine_path() + "/reason-tags",
                              R"({"from":"2023-11-14T22:20:00Z","code":"material"})");
  ASSERT_EQ(said.status, 204) << said.body;
  const auto filed = send_hers(shop_.path() + "/records/remark",
                               R"({"id":"r1","source":"api","fields":{"email":"b@example.com"},
                                   "subject":")" +
                                   berta + "\"}");
  ASSERT_EQ(filed.status, 201) << filed.body;
  const auto who = [&] { return *oee().find("reasons")->array()->front().find("who")->string(); };
  ASSERT_EQ(who(), berta);

  const auto erased = send_hers(
      shop_.path() + "/subjects/" + berta + "/erasure",
      R"({"reason":"request 17","confirm":")" + berta + R"(","password":"correct horse battery"})");
  ASSERT_EQ(erased.status, 200) << erased.body;
  EXPECT_FALSE(who().contains(berta)) << who();
  EXPECT_EQ(*oee().find("reasons")->array()->front().find("code")->string(), "material");
}

TEST_F(TimeApi, a_tag_that_is_wrong_names_the_field) {
  const struct {
    std::string body;
    std::string field;
  } cases[] = {{R"({"code":"material"})", "from"},
               {R"({"from":"yesterday","code":"material"})", "from"},
               {R"({"from":"2023-11-14T22:20:00Z"})", "code"},
               {R"({"from":"2023-11-14T22:20:00Z","code":7})", "code"},
               {R"({"from":"2023-11-14T22:20:00Z","code":"none"})", "code"},
               {R"({"from":"2023-11-14T22:20:00Z","to":"2023-11-14T22:20:00Z","code":null})", "to"},
               {R"({"from":"2023-11-01T22:20:00Z","code":"material"})", "to"}};
  for (const auto& c : cases) {
    const auto refused = tag(c.body);
    EXPECT_EQ(refused.status, 422) << c.body;
    EXPECT_EQ(field_of(refused), c.field) << refused.body;
  }
}

// Figures ----------------------------------------------------------------------------------------

TEST_F(TimeApi, figures_open_to_their_intervals_and_multiply) {
  ASSERT_EQ(send(Method::kPut, calendars_, kCalendar).status, 200);
  ASSERT_EQ(send(Method::kPut, shop_.machine_path() + "/goal", R"({"ideal_seconds":60})").status,
            200);
  say("2023-11-14T22:13:30Z|Part_Count|10");
  say("2023-11-14T22:18:20Z|Part_Count|14|execution|STOPPED");
  settle();
  ASSERT_EQ(send(Method::kPost, shop_.machine_path() + "/scrap",
                 R"({"count":1,"at":"2023-11-14T22:19:00Z"})")
                .status,
            204);
  const Json figures = oee();
  EXPECT_DOUBLE_EQ(number(*figures.find("uses"), "not_planned"), 3'600);
  EXPECT_DOUBLE_EQ(number(*figures.find("uses"), "unknown"), 4'400);
  EXPECT_DOUBLE_EQ(number(figures, "known_busy"), 600);
  EXPECT_DOUBLE_EQ(number(*figures.find("availability"), "value"), 0.5);
  EXPECT_DOUBLE_EQ(number(*figures.find("effectiveness"), "value"), 240.0 / 300.0);
  EXPECT_DOUBLE_EQ(number(*figures.find("quality"), "value"), 0.75);
  EXPECT_DOUBLE_EQ(number(*figures.find("oee"), "value"), 0.3);
  const auto& pieces = *figures.find("pieces")->array();
  ASSERT_EQ(pieces.size(), 4U);
  const auto activity = static_cast<std::size_t>(number(pieces[3], "activity"));
  EXPECT_EQ(*figures.find("activities")->array()->at(activity).find("state")->string(), "STOPPED");

  const Json bare = json_of(get(shop_.machine_path() + "/oee", "pieces=false"));
  EXPECT_EQ(bare.find("pieces"), nullptr);
  EXPECT_EQ(get(shop_.machine_path() + "/oee", "pieces=maybe").status, 422);
}

TEST_F(TimeApi, figures_with_everything_in_them_are_what_the_description_says) {
  const Json document = json_of(house_.get({}, "/api/v1/openapi.json"));
  const http::SchemaCheck schemas(document);
  ASSERT_EQ(send(Method::kPut, calendars_, kCalendar).status, 200);
  ASSERT_EQ(send(Method::kPut, shop_.machine_path() + "/goal", R"({"ideal_seconds":60})").status,
            200);
  say("2023-11-14T22:13:30Z|Part_Count|10|auto_time|5");
  say("2023-11-14T22:18:20Z|Part_Count|14|execution|STOPPED|auto_time|295|cut_time|4");
  ASSERT_EQ(tag(R"({"from":"2023-11-14T22:18:20Z","code":"tool_broken"})").status, 204);
  EXPECT_EQ(schemas.fault_of(oee(), "Oee"), "");
  const Json audit = json_of(get(shop_.machine_path() + "/self-audit"));
  EXPECT_EQ(schemas.fault_of(audit, "SelfAudit"), "");
  EXPECT_EQ(audit.find("counts")->boolean(), true);
  EXPECT_EQ(schemas.fault_of(json_of(get(calendars_)), "ShiftCalendars"), "");
  EXPECT_EQ(schemas.fault_of(json_of(get(shop_.machine_path() + "/shifts")), "Shifts"), "");
  EXPECT_EQ(schemas.fault_of(json_of(get(shop_.path() + "/reasons")), "Reasons"), "");
  EXPECT_EQ(schemas.fault_of(json_of(get(shop_.machine_path() + "/goal")), "Goal"), "");
}

TEST_F(TimeApi, goals_and_scrap_that_are_wrong_name_the_field) {
  const struct {
    Method method;
    std::string path, body, field;
  } cases[] = {{Method::kPut, "/goal", R"({"ideal_seconds":"x"})", "ideal_seconds"},
               {Method::kPut, "/goal", R"({"ideal_seconds":0})", "ideal_seconds"},
               {Method::kPut, "/goal", R"({"ideal_seconds":1e300})", "ideal_seconds"},
               {Method::kPut, "/goal", R"({"micro_stop_seconds":601})", "micro_stop_seconds"},
               {Method::kPost, "/scrap", R"({})", "count"},
               {Method::kPost, "/scrap", R"({"count":1.5})", "count"},
               {Method::kPost, "/scrap", R"({"count":0})", "count"},
               {Method::kPost, "/scrap", R"({"count":1,"at":"2023-11-15T22:13:30Z"})", "at"}};
  for (const auto& c : cases) {
    const auto refused = send(c.method, shop_.machine_path() + c.path, c.body);
    EXPECT_EQ(refused.status, 422) << c.body;
    EXPECT_EQ(field_of(refused), c.field) << refused.body;
  }
}

TEST_F(TimeApi, ranges_beyond_a_quarter_are_refused) {
  const std::string range = "from=2023-01-01T00:00:00Z&to=2023-11-14T00:00:00Z";
  for (const char* path : {"/oee", "/shifts", "/self-audit"}) {
    EXPECT_EQ(get(shop_.machine_path() + path, range).status, 422) << path;
  }
}

}  // namespace
}  // namespace heed

// The time machine and the parts, over /api/v1: other rules tried, applied from now on or for all
// that was, taken back; lifetime counts, cycles as parts, thresholds of a signal.
#include "api_house.h"
#include "http/openapi.h"
#include "http/schema_check.h"

namespace heed {
namespace {

using http::Method;

constexpr auto kFigures = "from=2023-11-14T22:00:00Z&to=2023-11-14T23:00:00Z";

/// A machine that runs from 22:13:20 to 22:33:20 UTC and made two parts, stands since, and it is
/// 23:00.
class RulesApi : public testing::Test {
 protected:
  RulesApi() {
    say("2023-11-14T22:13:30Z|part_count|10");
    say("2023-11-14T22:20:00Z|part_count|11");
    say("2023-11-14T22:33:20Z|execution|STOPPED|part_count|12");
    house_.clock().step_to(parse_time("2023-11-14T23:00:00Z").value());
  }
  http::Response send(Method method, const std::string& path, const std::string& body = {},
                      const std::string& query = {}) {
    return house_.send(shop_.session,
                       {.method = method, .path = path, .query = query, .body = body});
  }
  Json get(const std::string& path, const std::string& query = {}) {
    const auto response = house_.get(shop_.session, path, query);
    require(response.status == 200, response.body);
    return json_of(response);
  }
  Json what_if(const std::string& body, const std::string& range = kFigures) {
    const auto response = send(Method::kPost, shop_.path() + "/what-if", body, range);
    require(response.status == 200, response.body);
    EXPECT_EQ(schemas_.fault_of(json_of(response), "WouldHaveBeen"), "");
    return json_of(response);
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
  static const Json& in(const Json& object, std::string_view member) {
    const Json* found = object.find(member);
    require(found != nullptr, member);
    return *found;
  }
  static double number(const Json& object, std::string_view member) {
    return in(object, member).number().value();
  }
  static const Json& first(const Json& object, std::string_view member) {
    require(!in(object, member).array()->empty(), member);
    return in(object, member).array()->front();
  }
  static std::string field_of(const http::Response& response) {
    const Json problem = json_of(response);
    const Json* field = problem.find("field");
    return field != nullptr && field->string() != nullptr ? *field->string() : "";
  }
  std::string quoted_machine() const { return "\"machine\":\"" + shop_.machine.text() + "\""; }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  const Json document_ = must(Json::parse(http::openapi(house_.router(), "test")));
  const http::SchemaCheck schemas_{document_};
  const std::string goal_ = shop_.machine_path() + "/goal";
};

TEST_F(RulesApi, other_rules_show_what_would_have_been_and_nothing_is_stored) {
  ASSERT_EQ(send(Method::kPut, goal_, R"({"ideal_seconds":300})").status, 200);
  const Json would = what_if("{" + quoted_machine() + R"(,"goal":{"ideal_seconds":150},
    "reasons":{"codes":[{"code":"no_order","name":"No order","class":"planned"}],
               "rules":[{"code":"no_order","states":["STOPPED"]}]}})");
  const Json& machine = first(would, "machines");
  EXPECT_DOUBLE_EQ(number(in(in(machine, "present"), "effectiveness"), "over"), 600);
  EXPECT_DOUBLE_EQ(number(in(in(machine, "proposed"), "effectiveness"), "over"), 300);
  EXPECT_DOUBLE_EQ(number(machine, "changed_seconds"), 1'600);
  const Json& change = first(machine, "changes");
  EXPECT_EQ(*in(change, "before").string(), "unplanned");
  EXPECT_EQ(*in(change, "after").string(), "planned_stop");
  EXPECT_EQ(*in(change, "code_after").string(), "no_order");
  const Json& rule = first(would, "rules");
  EXPECT_EQ(number(rule, "stops"), 1);
  EXPECT_DOUBLE_EQ(number(rule, "seconds"), 1'600);
  EXPECT_EQ(*in(first(rule, "examples"), "machine").string(), shop_.machine.text());

  EXPECT_DOUBLE_EQ(number(get(goal_), "ideal_seconds"), 300);
  EXPECT_TRUE(in(get(shop_.path() + "/reasons"), "rules").array()->empty());
}

TEST_F(RulesApi, a_calendar_is_tried_on_the_machines_that_it_is_for) {
  const auto machines = [&](const std::string& location) {
    const Json would =
        what_if(R"({"calendar":{"zone":"UTC","location":")" + location + R"(","shifts":[]}})");
    return in(would, "machines").array()->size();
  };
  EXPECT_EQ(machines(""), 1U);
  EXPECT_EQ(machines("Hall 9"), 0U);
}

TEST_F(RulesApi, a_signal_s_threshold_is_tried_as_the_box_would_have_followed_it) {
  say("2023-11-14T23:05:00Z|current|0.2");
  say("2023-11-14T23:10:00Z|current|5");
  say("2023-11-14T23:15:00Z|current|1.5");
  house_.clock().step_to(parse_time("2023-11-14T23:30:00Z").value());
  const auto production = [&](const std::string& on) {
    const Json would =
        what_if("{" + quoted_machine() + R"(,"running":{"item":"current","off":1,"on":)" + on +
                    R"(,"on_after_ms":1000,"off_after_ms":3000}})",
                "from=2023-11-14T22:00:00Z&to=2023-11-14T23:30:00Z");
    return number(in(first(would, "machines"), "proposed"), "production");
  };
  // As it was before the signal: 20 minutes; then from a second after 23:10 on.
  EXPECT_DOUBLE_EQ(production("3"), 1'200 + 1'199);
  EXPECT_DOUBLE_EQ(production("6"), 1'200);
}

TEST_F(RulesApi, what_cannot_be_tried_is_refused_by_its_field) {
  const auto field = [&](const std::string& body) {
    const auto refused = send(Method::kPost, shop_.path() + "/what-if", body, kFigures);
    EXPECT_EQ(refused.status, 422) << refused.body;
    return field_of(refused);
  };
  EXPECT_EQ(field(R"({"goal":{"ideal_seconds":60}})"), "machine");
  EXPECT_EQ(field("{" + quoted_machine() + R"(,"goal":{"ideal_seconds":-1}})"), "ideal_seconds");
  EXPECT_EQ(field(R"({"calendar":{"zone":"Mars"}})"), "zone");
  EXPECT_EQ(field(R"({"reasons":{"codes":[],"rules":[{"code":"x"}]}})"), "rules[0].code");
  EXPECT_EQ(field("{" + quoted_machine() + R"(,"running":{"on":3}})"), "running.item");
  const auto of_nobody =
      send(Method::kPost, shop_.path() + "/what-if", R"({"machine":"nobody"})", kFigures);
  EXPECT_EQ(of_nobody.status, 404);
  EXPECT_EQ(send(Method::kPost, shop_.path() + "/what-if", "{}",
                 "from=2023-01-01T00:00:00Z&to=2023-03-01T00:00:00Z")
                .status,
            422);
}

TEST_F(RulesApi, anothers_machine_is_not_found_in_a_proposal) {
  const Shop other = house_.open_shop("Lathe", "berta@example.com");
  const auto refused =
      send(Method::kPost, shop_.path() + "/what-if",
           R"({"machine":")" + other.machine.text() + R"(","goal":{"ideal_seconds":60}})");
  EXPECT_EQ(refused.status, 404);
}

TEST_F(RulesApi, a_rule_holds_from_now_on_or_for_all_that_was_and_can_be_taken_back) {
  const auto over = [&](const std::string& as_of = {}) {
    const Json oee =
        get(shop_.machine_path() + "/oee", kFigures + (as_of.empty() ? "" : "&as_of=" + as_of));
    return number(in(oee, "effectiveness"), "over");
  };
  const auto at = [&](int minutes) { house_.clock().advance(Duration::minutes(minutes)); };
  ASSERT_EQ(send(Method::kPut, goal_, R"({"ideal_seconds":300})").status, 200);
  at(1);
  ASSERT_EQ(send(Method::kPut, goal_, R"({"ideal_seconds":100})", "from=now").status, 200);
  EXPECT_DOUBLE_EQ(over(), 600);
  EXPECT_DOUBLE_EQ(number(get(goal_), "ideal_seconds"), 100);
  at(1);
  ASSERT_EQ(send(Method::kPut, goal_, R"({"ideal_seconds":200})", "from=beginning").status, 200);
  EXPECT_DOUBLE_EQ(over(), 400);
  EXPECT_DOUBLE_EQ(over("2023-11-14T23:01:30Z"), 600);
  at(1);
  const std::string versions = shop_.path() + "/rule-versions";
  const std::string named = R"({"rule":"goal","whose":")" + shop_.machine.text() + R"("})";
  ASSERT_EQ(send(Method::kPost, versions + "/undo", named).status, 204);
  EXPECT_DOUBLE_EQ(over(), 600);

  const Json told = get(versions, "rule=goal&whose=" + shop_.machine.text());
  EXPECT_EQ(schemas_.fault_of(told, "RuleVersions"), "");
  ASSERT_EQ(in(told, "items").array()->size(), 3U);
  const Json& newest = first(told, "items");
  EXPECT_TRUE(in(newest, "from").is_null());
  EXPECT_FALSE(in(newest, "undone").is_null());
  EXPECT_DOUBLE_EQ(number(in(newest, "value"), "ideal_seconds"), 200);
  EXPECT_EQ(*in(newest, "by").string(), shop_.owner.text());

  EXPECT_EQ(send(Method::kPost, versions + "/undo", R"({"rule":"calendar"})").status, 404);
  EXPECT_EQ(field_of(send(Method::kPost, versions + "/undo", R"({"rule":"gravity"})")), "rule");
  for (const char* from : {"from=yesterday", "from=2023-11-15T00:00:00Z"}) {
    const auto refused = send(Method::kPut, goal_, R"({"ideal_seconds":1})", from);
    EXPECT_EQ(refused.status, 422) << from;
    EXPECT_EQ(field_of(refused), "from");
  }
}

TEST_F(RulesApi, a_calendar_and_reasons_hold_from_when_they_are_said_to) {
  const auto planned = [&] {
    return number(get(shop_.machine_path() + "/oee", kFigures), "planned_busy");
  };
  const std::string calendars = shop_.path() + "/shift-calendars";
  ASSERT_EQ(send(Method::kPut, calendars, R"({"zone":"UTC"})", "from=now").status, 200);
  EXPECT_DOUBLE_EQ(planned(), 3'600);
  ASSERT_EQ(send(Method::kPut, calendars, R"({"zone":"UTC"})", "from=2023-11-14T22:30:00Z").status,
            200);
  EXPECT_DOUBLE_EQ(planned(), 1'800);
  ASSERT_EQ(send(Method::kDelete, calendars, "", "from=beginning").status, 204);
  EXPECT_DOUBLE_EQ(planned(), 3'600);
  const std::string tree =
      R"({"codes":[{"code":"a","name":"A"}],"rules":[{"code":"a","states":["STOPPED"]}]})";
  const auto explained = [&] {
    return 1'600 - number(get(shop_.machine_path() + "/oee", kFigures), "unexplained");
  };
  ASSERT_EQ(send(Method::kPut, shop_.path() + "/reasons", tree, "from=now").status, 200);
  EXPECT_DOUBLE_EQ(explained(), 0);
  ASSERT_EQ(send(Method::kPut, shop_.path() + "/reasons", tree).status, 200);
  EXPECT_DOUBLE_EQ(explained(), 1'600);
}

// Parts -------------------------------------------------------------------------------------------

TEST_F(RulesApi, figures_say_where_their_parts_come_from) {
  const Json oee = get(shop_.machine_path() + "/oee", kFigures);
  EXPECT_EQ(*in(in(oee, "parts_source"), "from").string(), "counter");
  EXPECT_EQ(in(oee, "steps").array()->size(), 2U);
  const Json told = get(shop_.machine_path() + "/parts", kFigures);
  EXPECT_EQ(schemas_.fault_of(told, "PartsAgreement"), "");
  EXPECT_EQ(number(told, "counter"), 2);
  EXPECT_EQ(number(told, "cycles"), 2);
  EXPECT_EQ(number(told, "counted_cycles"), 2);
}

TEST_F(RulesApi, a_lifetime_count_lists_its_resets_with_the_line_behind_each) {
  say("2023-11-14T23:00:10Z|part_count|0");
  say("2023-11-14T23:00:20Z|part_count|1");
  const Json count = get(shop_.machine_path() + "/lifetime-count");
  EXPECT_EQ(schemas_.fault_of(count, "LifetimeCount"), "");
  EXPECT_EQ(number(count, "parts"), 3);
  const Json& reset = first(count, "items");
  EXPECT_EQ(*in(reset, "change").string(), "reset");
  EXPECT_EQ(number(reset, "before"), 12);
  const Json raw = get(shop_.machine_path() + "/raw",
                       "item=" + *in(count, "item").string() + "&at=" + *in(reset, "at").string());
  EXPECT_EQ(*in(raw, "line").string(), "2023-11-14T23:00:10Z|part_count|0");
}

TEST_F(RulesApi, a_signal_that_tells_no_threshold_says_why) {
  const Json levels =
      get(shop_.machine_path() + "/signal-levels", std::string("item=part_count&") + kFigures);
  EXPECT_EQ(schemas_.fault_of(levels, "SignalLevels"), "");
  EXPECT_TRUE(in(levels, "suggestion").is_null());
  EXPECT_FALSE(in(levels, "why_not").string()->empty());
  EXPECT_EQ(in(in(levels, "histogram"), "seconds").array()->size(), 80U);
}

}  // namespace
}  // namespace heed

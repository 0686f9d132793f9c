// Forecasts and recommendations over /api/v1, from lines that a machine sent: what they say, what
// it would cost, what somebody says back, and whom they are told to.
#include "api_house.h"

#include <algorithm>

#include "http/openapi.h"
#include "http/schema_check.h"

namespace heed {
namespace {

using http::Method;

constexpr Duration kSecond = Duration::seconds(1);

class AdviceApi : public testing::Test {
 protected:
  /// A recording, so that weeks can be sent at once.
  AdviceApi() {
    const auto floor = must(house_.machines_of(shop_.organization));
    shop_.machine = must(floor->add(house_.access(), {.name = "Recorded",
                                                      .address = std::string(http::kSentAddress),
                                                      .recording = true}))
                        .id;
  }
  void send(const std::string& lines) {
    const auto sent =
        house_.send(shop_.session, {.method = Method::kPost,
                                    .path = shop_.machine_path() + "/observations",
                                    .body = lines,
                                    .type = "text/plain",
                                    .headers = {{"Idempotency-Key", std::to_string(++sent_)}}});
    ASSERT_EQ(sent.status, 200) << sent.body;
  }
  http::Response get(const std::string& rest, const std::string& query = {}) {
    return house_.get(shop_.session, shop_.machine_path() + rest, query);
  }
  http::Response put(const std::string& path, const std::string& body) {
    return house_.send(shop_.session, {.method = Method::kPut, .path = path, .body = body});
  }
  /// A day of cycles of five minutes, the first third of each at 60 % feed, held at line 30 in
  /// every other one, with a load that rises; tool 3 cuts, then 5, then 3 again.
  void live_day(Time from) {
    std::string lines;
    const auto say = [&](Time at, const std::string& what) {
      lines += format_time(at) + "|" + what + "\n";
    };
    for (int i = 0; i < 12; ++i) {
      const Time at = from + Duration::minutes(6) * i;
      const int load = 10 + (day_ * 12 + i) / 4;
      say(at, "execution|ACTIVE|mode|AUTOMATIC|program|O7|Fovr|60|tool|3|line|10|Sload|" +
                  std::to_string(load));
      say(at + kSecond * 100, "Fovr|100|line|20");
      say(at + kSecond * 150, "line|30");
      if (i % 2 == 0) {
        say(at + kSecond * 152, "execution|FEED_HOLD");
        say(at + kSecond * 182, "execution|ACTIVE");
      }
      say(at + kSecond * 184, "line|40|tool|5");
      say(at + kSecond * 250, "tool|3");
      say(at + Duration::minutes(5),
          "execution|PROGRAM_COMPLETED|part_count|" + std::to_string(++parts_));
    }
    ++day_;
    house_.clock().step_to(from + Duration::hours(2));
    send(lines);
  }
  void live_days(int days) {
    for (int day = 0; day < days; ++day) {
      live_day(*parse_time("2023-11-20T06:00:00Z") + Duration::days(day));
    }
  }
  const Json* recommendation(const Json& told, std::string_view about) {
    for (const Json& item : *told.find("items")->array()) {
      if (*item.find("about")->string() == about) return &item;
    }
    return nullptr;
  }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  int sent_ = 0, day_ = 0, parts_ = 0;
};

/// The floor's card of a machine.
const Json& card_of(const Json& floor, const std::string& machine) {
  for (const Json& card : *floor.find("items")->array()) {
    if (*card.find("id")->string() == machine) return card;
  }
  require(false, "no such card");
  std::unreachable();
}

TEST_F(AdviceApi, the_floor_tells_what_each_machine_s_own_page_says_and_nobody_else_s) {
  const Time morning = *parse_time("2023-11-20T06:00:00Z");
  send(format_time(morning - kSecond) + "|part_goal|40\n");
  live_days(1);
  std::string counted;
  for (int minute = 0; minute <= 60; ++minute) {
    const Time at = morning + Duration::hours(3) + Duration::minutes(minute);
    counted += format_time(at) + "|auto_time|" + std::to_string(50 * minute) +
               (minute == 0 ? "|execution|ACTIVE\n" : "\n");
  }
  send(counted);
  const auto floor = must(house_.machines_of(shop_.organization));
  while (floor->look_back()) {
  }

  const Json listed = json_of(house_.get(shop_.session, shop_.path() + "/machines"));
  EXPECT_EQ(http::SchemaCheck(must(Json::parse(http::openapi(house_.router(), "test"))))
                .fault_of(listed, "CardPage"),
            "");
  const Json& card = card_of(listed, shop_.machine.text());
  const Json forecast = json_of(get("/forecast"));
  for (const char* member : {"from", "at", "to"}) {
    EXPECT_EQ(*card.find("forecast")->find(member)->string(),
              *forecast.find("forecast")->find(member)->string());
  }
  const Json audit =
      json_of(get("/self-audit", "from=2023-11-13T00:00:00Z&to=2023-11-21T00:00:00Z"));
  const Json& day = audit.find("days")->array()->back();
  EXPECT_EQ(card.find("audit")->find("differs")->number(), day.find("differs")->number());
  EXPECT_EQ(*card.find("audit")->find("day")->string(), *day.find("day")->string());
  EXPECT_TRUE(card.find("audit")->find("drifts")->boolean().value());

  const Shop other = house_.open_shop("Lathe", "ben@example.com");
  EXPECT_EQ(house_.get(other.session, shop_.path() + "/machines").status, 404);
  const Json theirs = json_of(house_.get(other.session, other.path() + "/machines"));
  ASSERT_EQ(theirs.find("items")->array()->size(), 1U);
  EXPECT_TRUE(card_of(theirs, other.machine.text()).find("forecast")->is_null());
  EXPECT_TRUE(card_of(theirs, other.machine.text()).find("audit")->is_null());
}

TEST_F(AdviceApi, a_forecast_says_when_and_what_it_rests_on) {
  live_days(1);

  const Json told = json_of(get("/forecast", "goal=20"));

  EXPECT_EQ(http::SchemaCheck(must(Json::parse(http::openapi(house_.router(), "test"))))
                .fault_of(told, "Forecast"),
            "");
  EXPECT_EQ(told.find("made")->integer(), 12);
  EXPECT_EQ(told.find("goal")->integer(), 20);
  const Json& forecast = *told.find("forecast");
  ASSERT_FALSE(forecast.is_null()) << get("/forecast", "goal=20").body;
  EXPECT_EQ(forecast.find("cycles")->integer(), 12);
  EXPECT_EQ(forecast.find("parts_to_go")->integer(), 8);
  EXPECT_EQ(*forecast.find("program")->string(), "O7");
  // The last cycle ended at 07:11; eight of six minutes each follow.
  EXPECT_EQ(*forecast.find("at")->string(), "2023-11-20T07:59:00.000Z");
  EXPECT_EQ(json_of(get("/forecast", "to_go=3")).find("forecast")->find("parts_to_go")->integer(),
            3);
}

TEST_F(AdviceApi, a_forecast_takes_the_controls_goal_and_is_refused_with_its_reason) {
  const auto why = [&](const std::string& query) {
    const Json told = json_of(get("/forecast", query));
    const Json& refused = *told.find("refused");
    return refused.is_null() ? std::string() : *refused.find("why")->string();
  };
  EXPECT_EQ(why(""), "no_goal");
  EXPECT_EQ(why("goal=5"), "no_counter");
  EXPECT_EQ(why("to_go=5"), "too_few_cycles");
  live_days(1);
  send(format_time(house_.clock().now()) + "|part_goal|12\n");
  EXPECT_EQ(why(""), "done");
  EXPECT_EQ(json_of(get("/forecast")).find("goal_by_control")->boolean(), true);
  EXPECT_EQ(get("/forecast", "to_go=-1").status, 422);
  EXPECT_EQ(get("/forecast", "goal=many").status, 422);
  EXPECT_EQ(get("/forecast", "goal=1000000").status, 422);
}

TEST_F(AdviceApi, what_the_lines_show_is_recommended_with_hours_money_and_evidence) {
  live_days(25);
  EXPECT_EQ(put(shop_.path() + "/machine-hour", R"({"cost":80,"currency":"EUR"})").status, 200);

  const Json told = json_of(get("/recommendations"));

  EXPECT_EQ(http::SchemaCheck(must(Json::parse(http::openapi(house_.router(), "test"))))
                .fault_of(told, "Recommendations"),
            "");
  EXPECT_EQ(told.find("basis")->find("cycles")->integer(), 25 * 12);
  EXPECT_EQ(told.find("basis")->find("load")->boolean(), true);
  const Json* override = recommendation(told, "override");
  ASSERT_NE(override, nullptr) << get("/recommendations").body;
  // 12 cycles a day of 100 s at 60 %: 480 s on each of 25 days in four weeks.
  const double hours = *override->find("hours_a_week")->find("usual")->number();
  EXPECT_NEAR(hours, 480.0 / 3'600 * 25 / 4, 0.01);
  EXPECT_NEAR(*override->find("money_a_week")->find("usual")->number(), hours * 80, 0.01);
  const Json& first = (*override->find("evidence")->array())[0];
  EXPECT_EQ(*first.find("words")->string(), "1 min 40 s at 60 % feed");
  ASSERT_NE(recommendation(told, "holds"), nullptr);
  EXPECT_EQ(*recommendation(told, "holds")->find("line")->string(), "30");
  std::vector<std::pair<std::string, std::optional<std::int64_t>>> loaded;
  for (const Json& one : *told.find("items")->array()) {
    if (*one.find("about")->string() != "load") continue;
    loaded.emplace_back(*one.find("tool")->string(), one.find("use")->integer());
  }
  std::ranges::sort(loaded);
  EXPECT_EQ(loaded, (decltype(loaded){{"3", 1}, {"3", 2}, {"5", std::nullopt}}));
  EXPECT_EQ(recommendation(told, "waiting"), nullptr);
  EXPECT_EQ(recommendation(told, "drift"), nullptr);
}

TEST_F(AdviceApi, a_recommendation_is_dismissed_for_a_time_and_shown_again) {
  live_days(12);
  const auto override_now = [&] {
    const Json told = json_of(get("/recommendations"));
    const Json* one = recommendation(told, "override");
    return one == nullptr ? Json() : *one;
  };
  const std::string id = *override_now().find("id")->string();
  const std::string dismissal = shop_.machine_path() + "/recommendations/" + id + "/dismissal";
  EXPECT_EQ(put(dismissal, R"({"reason":""})").status, 422);
  EXPECT_EQ(put(dismissal, R"({"reason":"thin walls","until":"2023-11-01T00:00:00Z"})").status,
            422);
  EXPECT_EQ(put(dismissal, R"({"reason":"thin walls","until":"2023-12-02T00:00:00Z"})").status,
            204);

  EXPECT_EQ(*override_now().find("dismissed")->find("reason")->string(), "thin walls");
  house_.clock().step_to(*parse_time("2023-12-02T00:00:01Z"));
  EXPECT_TRUE(override_now().find("dismissed")->is_null());

  EXPECT_EQ(put(dismissal, R"({"reason":"it stays so"})").status, 204);
  EXPECT_TRUE(override_now().find("dismissed")->find("until")->is_null());
  const Ask undo{.method = Method::kDelete, .path = dismissal};
  EXPECT_EQ(house_.send(shop_.session, undo).status, 204);
  EXPECT_EQ(house_.send(shop_.session, undo).status, 204);
  EXPECT_TRUE(override_now().find("dismissed")->is_null());
}

TEST_F(AdviceApi, an_hours_cost_is_said_and_taken_back) {
  const std::string hour = shop_.path() + "/machine-hour";
  const auto cost = [&] { return json_of(house_.get(shop_.session, hour)).find("cost")->number(); };
  EXPECT_EQ(cost(), std::nullopt);
  EXPECT_EQ(put(hour, R"({"cost":85.5,"currency":"EUR"})").status, 200);
  EXPECT_EQ(cost(), 85.5);
  EXPECT_EQ(put(hour, R"({"cost":0,"currency":"EUR"})").status, 422);
  EXPECT_EQ(put(hour, R"({"cost":1,"currency":""})").status, 422);
  EXPECT_EQ(put(hour, R"({"cost":1})").status, 422);
  EXPECT_EQ(put(hour, R"({})").status, 422);
  EXPECT_EQ(put(hour, R"({"cost":null,"currency":null})").status, 200);
  EXPECT_EQ(cost(), std::nullopt);
}

TEST_F(AdviceApi, another_organization_is_told_nothing) {
  const Shop other = house_.open_shop("Other", "bert@example.com");
  for (const char* rest : {"/forecast", "/recommendations"}) {
    EXPECT_EQ(house_.get(other.session, shop_.machine_path() + rest).status, 404) << rest;
  }
  EXPECT_EQ(house_.get(other.session, shop_.path() + "/machine-hour").status, 404);
}

}  // namespace
}  // namespace heed

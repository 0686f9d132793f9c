#include "http/json_shapes.h"

#include "http/openapi.h"
#include "http/routes.h"
#include "http/schema_check.h"

namespace heed::http {
namespace {

constexpr Time kNow = Time::from_seconds(1'700'000'000);

Json parsed(JsonWriter& w) {
  const std::string text = w.take();
  auto json = Json::parse(text);
  require(json.has_value(), json ? "" : json.error().message + text);
  return *std::move(json);
}

class Shapes : public testing::Test {
 protected:
  Shapes() {
    Router router;
    add_schemas(router);
    document_ = *Json::parse(openapi(router, "test"));
  }
  /// Empty when what `write` writes is what the schema says.
  std::string fault(std::string_view schema, const std::function<void(JsonWriter&)>& write) {
    JsonWriter w;
    write(w);
    return SchemaCheck(document_).fault_of(parsed(w), schema);
  }
  Json document_;
};

machines::Card bare_card() {
  return {.machine = {.name = "Mazak", .address = "10.0.0.7:7878"},
          .link = {.up = false, .words = "never connected", .since = kNow},
          .day_start = kNow};
}

machines::Card full_card() {
  machines::Card card = bare_card();
  card.machine.location = "Hall \"2\"";
  card.standing = {machines::State::kInCycle, machines::Bucket::kProduction, true, true};
  card.since = kNow;
  card.program = {"O1234", kNow};
  card.parts = {"17", kNow};
  card.override_percent = {"99.5", kNow};
  card.last_seen = kNow;
  card.conditions = {{"servo", "FAULT", "401", "1", "HIGH", "overload | X", kNow}};
  return card;
}

machines::Plot plot_of_words(const machines::DataItem& item) {
  return {.item = item,
          .words = {{kNow, "ACTIVE"}, {kNow, {}}},
          .damage = {2, {kNow, kNow + Duration::hours(24)}}};
}

machines::Rollup small_rollup() {
  const Duration cell = Duration::hours(8);
  const Duration blink = Duration::microseconds(3);
  return {.range = {kNow, kNow + cell * 2},
          .cell = cell,
          .shares = {{machines::State::kAlarm, machines::Bucket::kUnplanned, {blink, Duration()}}},
          .in_cycle = {cell, cell},
          .executing = {cell, Duration()},
          .doubtful = {Duration(), Duration()},
          .gaps = {0, 3}};
}

TEST_F(Shapes, tell_of_the_shortest_alarm_in_the_longest_cell) {
  JsonWriter w;
  write_overview(w, {.rollup = small_rollup()});
  EXPECT_TRUE(w.view().contains(R"("seconds":[0.001,0])")) << w.view();
}

TEST_F(Shapes, are_what_the_api_description_says) {
  using machines::Gap;
  const machines::DataItem item{.key = "x", .category = machines::ItemCategory::kSample};
  const Gap gap{Gap::Reason::kOutOfRange, kNow, kNow + Duration::seconds(5), 333, "wrapped"};
  const struct {
    std::string_view schema;
    std::function<void(JsonWriter&)> write;
  } cases[] = {
      {"Card", [](JsonWriter& w) { write_card(w, bare_card()); }},
      {"Card", [](JsonWriter& w) { write_card(w, full_card()); }},
      {"Machine", [](JsonWriter& w) { write_machine(w, {.card = full_card(), .items = 3}); }},
      {"Activities",
       [&](JsonWriter& w) {
         machines::Timeline timeline;
         timeline.activities = {{.range = {kNow, kNow + Duration::seconds(5)}, .rule = 3}};
         timeline.totals.at(6) = Duration::seconds(5);
         timeline.gaps = {gap};
         write_timeline(w, timeline);
       }},
      {"Overview", [](JsonWriter& w) { write_overview(w, {.activities = machines::Timeline()}); }},
      {"Overview", [](JsonWriter& w) { write_overview(w, {.rollup = small_rollup()}); }},
      {"DataItem",
       [&](JsonWriter& w) {
         w.begin_object();
         write_data_item(w, item);
         w.end_object();
       }},
      {"Items",
       [&](JsonWriter& w) {
         w.begin_object().key("items").begin_array();
         write_item(w, {.item = item, .role = "execution", .last = {}});
         const machines::ItemView::Last last{kNow, kNow, kNow, {}, machines::Placed::kHeld};
         write_item(w, {.item = item, .role = "", .last = last});
         w.end_array().end_object();
       }},
      {"Samples",
       [&](JsonWriter& w) {
         write_plot(w, {.item = item,
                        .numeric = true,
                        .points = {{kNow, 1.5, 1.0, 2.0}, {kNow, {}, {}, {}}}});
       }},
      {"Samples", [&](JsonWriter& w) { write_plot(w, plot_of_words(item)); }},
      {"Explanation",
       [](JsonWriter& w) {
         machines::Explanation explanation{.at = kNow, .rule = 4, .words = "no link"};
         explanation.because.push_back({.role = "execution", .item = "execution"});
         write_explanation(w, explanation);
       }},
      {"RawLine", [](JsonWriter& w) { write_raw_line(w, {.item = "x", .line = "…|x|1"}); }},
      {"LinkHistory",
       [&](JsonWriter& w) {
         write_link_history(w, {.changes = {{kNow, true, "connected"}}, .gaps = {gap}});
       }},
      {"Probe",
       [&](JsonWriter& w) {
         write_diagnosis(w, {.ok = true,
                             .steps = {{Duration::milliseconds(3), "connected", true}},
                             .model = {item},
                             .sample = {{"x", {}, {}}, {"x", "1", kNow}}});
       }},
      {"Person", [](JsonWriter& w) { write_person(w, {{}, "Anna", "anna@example.com"}); }},
      {"ApiKey",
       [](JsonWriter& w) {
         w.begin_object();
         write_key_members(w, {.name = "ERP", .scopes = {people::Scope::kIngest}});
         w.end_object();
       }},
  };
  for (const auto& c : cases) EXPECT_EQ(fault(c.schema, c.write), "") << c.schema;
}

TEST_F(Shapes, are_held_to_their_description_in_earnest) {
  const auto bad = [](std::string_view json) { return [json](JsonWriter& w) { w.raw(json); }; };
  EXPECT_NE(fault("Person", bad(R"({"id":"a","name":"b"})")), "");
  EXPECT_NE(fault("Person", bad(R"({"id":"a","name":"b","email":7})")), "");
  EXPECT_NE(fault("State", bad(R"("BROKEN")")), "");
  EXPECT_NE(fault("Conditions", bad(R"({"items":[{"item":"x"}]})")), "");
}

TEST_F(Shapes, a_card_tells_numbers_as_numbers_and_the_unknown_as_null) {
  JsonWriter w;
  write_card(w, full_card());
  const Json full = parsed(w);
  EXPECT_EQ(full.find("parts")->number(), 17);
  EXPECT_EQ(full.find("override")->number(), 99.5);
  EXPECT_EQ(*full.find("state")->string(), "IN_CYCLE");
  JsonWriter v;
  machines::Card odd = bare_card();
  odd.parts = {"many", kNow};
  write_card(v, odd);
  const Json bare = parsed(v);
  EXPECT_TRUE(bare.find("parts")->is_null());
  EXPECT_TRUE(bare.find("program")->is_null());
  EXPECT_TRUE(bare.find("since")->is_null());
  EXPECT_TRUE(bare.find("location")->is_null());
}

TEST_F(Shapes, a_plots_times_are_milliseconds_to_the_microsecond) {
  JsonWriter w;
  const Time at = Time::from_nanoseconds(1'477'904'916'189'250'000);
  write_plot(w, {.numeric = true, .points = {{at, 1.0, 1.0, 1.0}}});
  const Json plot = parsed(w);
  const Json& first = plot.find("columns")->find("at")->array()->front();
  EXPECT_DOUBLE_EQ(*first.number(), 1'477'904'916'189.25);
}

}  // namespace
}  // namespace heed::http

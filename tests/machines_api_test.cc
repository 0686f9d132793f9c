// Machines over /api/v1: declaring, changing, removing, sending to, reading back.
#include "api_house.h"

namespace heed {
namespace {

using http::Method;

class MachinesApi : public testing::Test {
 protected:
  http::Response send(Method method, const std::string& path, const std::string& body = {},
                      const std::string& query = {}) {
    return house_.send(shop_.session,
                       {.method = method, .path = path, .query = query, .body = body});
  }
  http::Response get(const std::string& path, const std::string& query = {}) {
    return house_.get(shop_.session, path, query);
  }
  http::Response declare(const std::string& name, const std::string& address = "10.0.0.7:7878") {
    return send(Method::kPost, machines(),
                R"({"name":")" + name + R"(","protocol":"shdr","address":")" + address + R"("})");
  }
  http::Response say(const std::string& lines, const std::string& key) {
    return house_.send(shop_.session, {.method = Method::kPost,
                                       .path = shop_.machine_path() + "/observations",
                                       .body = lines,
                                       .type = "text/plain",
                                       .headers = {{"Idempotency-Key", key}}});
  }
  std::string machines() const { return shop_.path() + "/machines"; }
  static std::string field_of(const http::Response& response) {
    const Json problem = json_of(response);
    const Json* field = problem.find("field");
    return field != nullptr && field->string() != nullptr ? *field->string() : "";
  }
  static machines::MachineId id_of(const http::Response& response) {
    return *machines::MachineId::parse(*json_of(response).find("id")->string());
  }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
};

// Declaring --------------------------------------------------------------------------------------

TEST_F(MachinesApi, a_declared_machine_is_on_the_floor_and_read_by_the_box) {
  const auto added = declare("Mazak");
  ASSERT_EQ(added.status, 201) << added.body;
  ASSERT_TRUE(house_.box().sources.contains(id_of(added)));
  EXPECT_EQ(house_.box().sources.at(id_of(added)).address, "10.0.0.7:7878");
  EXPECT_TRUE(get(machines()).body.contains("Mazak"));
}

TEST_F(MachinesApi, a_form_that_is_wrong_names_the_field_and_declares_nothing) {
  const struct {
    std::string body;
    std::string field;
  } cases[] = {
      {R"({"protocol":"shdr","address":"10.0.0.7:7878"})", "name"},
      {R"({"name":"Mazak","address":"10.0.0.7:7878"})", "protocol"},
      {R"({"name":"Mazak","protocol":"telex","address":"10.0.0.7:7878"})", "protocol"},
      {R"({"name":"Mazak","protocol":"shdr"})", "address"},
      {R"({"name":"Mazak","protocol":"shdr","address":"no such address:99999"})", "address"},
      {R"({"name":"Mazak","protocol":"shdr","address":"10.0.0.7:7878","location":7})", "location"},
      {R"({"name":"Mazak","protocol":"shdr","address":"10.0.0.7:7878","recording":"x"})",
       "recording"},
  };
  for (const auto& c : cases) {
    const auto response = send(Method::kPost, machines(), c.body);
    EXPECT_EQ(response.status, 422) << c.body;
    EXPECT_EQ(field_of(response), c.field) << response.body;
  }
  EXPECT_EQ(json_of(get(machines())).find("items")->array()->size(), 1U);
  EXPECT_TRUE(house_.box().sources.empty());
}

TEST_F(MachinesApi, a_name_is_taken_once) {
  ASSERT_EQ(declare("Mazak").status, 201);
  const auto again = declare("Mazak", "10.0.0.8:7878");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(field_of(again), "name");
}

TEST_F(MachinesApi, what_the_box_does_not_take_is_not_declared) {
  house_.box().refuses = true;
  EXPECT_EQ(declare("Mazak").status, 429);
  EXPECT_FALSE(get(machines()).body.contains("Mazak"));
}

TEST_F(MachinesApi, a_probe_says_what_happened_and_declares_nothing) {
  const auto probed = send(Method::kPost, machines() + "/probe",
                           R"({"protocol":"shdr","address":"10.0.0.7:7878"})");
  EXPECT_EQ(probed.status, 200);
  EXPECT_TRUE(probed.body.contains("refused by 10.0.0.7:7878"));
  EXPECT_EQ(json_of(get(machines())).find("items")->array()->size(), 1U);
}

TEST_F(MachinesApi, a_change_leaves_what_it_does_not_name) {
  const auto changed = send(Method::kPatch, shop_.machine_path(), R"({"location":"Hall 3"})");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(*json_of(changed).find("location")->string(), "Hall 3");
  EXPECT_EQ(*json_of(changed).find("name")->string(), shop_.machine_name);
}

TEST_F(MachinesApi, a_password_in_the_settings_goes_in_and_never_comes_out) {
  const auto body = [](const std::string& address, const std::string& password) {
    return R"({"name":"Gateway","protocol":"mqtt","address":")" + address + R"(",)" +
           R"("settings":"{\"user\":\"heed\",\"password\":\")" + password +
           R"(\",\"topics\":[{\"topic\":\"a\",\"item\":\"x\"}]}"})";
  };
  const auto declared = send(Method::kPost, machines(), body("127.0.0.1:9", "s3cret"));
  ASSERT_EQ(declared.status, 201) << declared.body;
  EXPECT_FALSE(declared.body.contains("s3cret"));
  const std::string path = machines() + "/" + id_of(declared).text();
  const auto shown = get(path);
  EXPECT_FALSE(shown.body.contains("s3cret"));
  EXPECT_TRUE(shown.body.contains("(kept)"));
  // Sent back as shown, it stays; to another address it must be given anew.
  EXPECT_EQ(send(Method::kPatch, path, body("127.0.0.1:9", "(kept)")).status, 200);
  for (const auto& moved : {body("127.0.0.1:10", "(kept)"), std::string(R"({"address":"b:1"})")}) {
    const auto refused = send(Method::kPatch, path, moved);
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(field_of(refused), "settings");
  }
  EXPECT_EQ(send(Method::kPatch, path, body("127.0.0.1:10", "other")).status, 200);
}

TEST_F(MachinesApi, a_probe_takes_the_password_that_is_kept_to_its_own_address_alone) {
  const auto body = [](std::string_view address, std::string_view password, std::string_view more) {
    return fmt::format(R"({{"protocol":"mtconnect","address":"{}",{})"
                       R"("settings":"{{\"user\":\"heed\",\"password\":\"{}\"}}"}})",
                       address, more, password);
  };
  const auto declared =
      send(Method::kPost, machines(), body("http://10.0.0.7:5000", "s3cret", R"("name":"Mill",)"));
  ASSERT_EQ(declared.status, 201) << declared.body;
  const std::string own = R"("machine":")" + id_of(declared).text() + R"(",)";
  const auto try_it = [&](std::string_view address, std::string_view more) {
    return send(Method::kPost, machines() + "/probe", body(address, "(kept)", more));
  };
  ASSERT_EQ(try_it("http://10.0.0.7:5000", own).status, 200);
  EXPECT_TRUE(house_.box().looked->settings.contains("s3cret"));
  for (const auto& refused :
       {try_it("http://10.0.0.8:5000", own), try_it("http://10.0.0.7:5000", ""),
        try_it("http://10.0.0.7:5000", R"("machine":"x",)")}) {
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(field_of(refused), "settings");
  }
  const Shop other = house_.open_shop("Other", "otto@example.com");
  const std::string foreign = R"("machine":")" + other.machine.text() + R"(",)";
  EXPECT_EQ(try_it("http://10.0.0.7:5000", foreign).status, 404);
}

TEST_F(MachinesApi, removing_needs_the_machines_own_name) {
  EXPECT_EQ(send(Method::kDelete, shop_.machine_path()).status, 422);
  EXPECT_EQ(send(Method::kDelete, shop_.machine_path(), "", "confirm=Another").status, 422);
  EXPECT_EQ(get(shop_.machine_path()).status, 200);
}

TEST_F(MachinesApi, a_removed_machine_is_read_no_more_and_can_be_restored) {
  const auto id = id_of(declare("Mazak"));
  const std::string path = machines() + "/" + id.text();
  ASSERT_EQ(send(Method::kDelete, path, "", "confirm=Mazak").status, 204);
  EXPECT_FALSE(house_.box().sources.contains(id));
  EXPECT_EQ(get(path).status, 404);
  EXPECT_EQ(send(Method::kPost, path + "/restore").status, 200);
  EXPECT_TRUE(house_.box().sources.contains(id));
  EXPECT_EQ(get(path).status, 200);
}

TEST_F(MachinesApi, the_floor_comes_in_pages_by_name) {
  for (const char* name : {"Mill-9", "Mazak", "Okuma", "Haas"})
    ASSERT_EQ(declare(name).status, 201);
  std::vector<std::string> names;
  std::string query = "limit=2";
  for (int page = 0; page < 3; ++page) {
    const Json floor = json_of(get(machines(), query));
    for (const Json& card : *floor.find("items")->array()) {
      names.push_back(*card.find("name")->string());
    }
    if (floor.find("next")->is_null()) break;
    query = "limit=2&cursor=" + *floor.find("next")->string();
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Haas", "Mazak", "Mill-9", "Mill-mill", "Okuma"}));
  EXPECT_EQ(field_of(get(machines(), "cursor=!")), "cursor");
  EXPECT_EQ(field_of(get(machines(), "limit=0")), "limit");
  EXPECT_EQ(field_of(get(machines(), "limit=1001")), "limit");
}

// Sending ----------------------------------------------------------------------------------------

TEST_F(MachinesApi, sent_lines_are_read_back_to_the_letter) {
  const std::string line = "2023-11-14T22:13:28Z|program|O4711";
  ASSERT_EQ(say(line + "\n", "second").status, 200);
  const auto raw = get(shop_.machine_path() + "/raw", "item=program");
  ASSERT_EQ(raw.status, 200) << raw.body;
  EXPECT_EQ(*json_of(raw).find("line")->string(), line);
  EXPECT_EQ(*json_of(raw).find("value")->string(), "O4711");
}

TEST_F(MachinesApi, a_repeated_batch_is_stored_once_and_answered_the_same) {
  const auto first = say("2023-11-14T22:13:28Z|Xact|2.5\n", "again");
  ASSERT_EQ(first.status, 200) << first.body;
  ASSERT_EQ(say("2023-11-14T22:13:29Z|Xact|3.5\n", "other").status, 200);
  const auto repeated = say("2023-11-14T22:13:28Z|Xact|2.5\n", "again");
  EXPECT_EQ(repeated.body, first.body);
  const auto samples = get(shop_.machine_path() + "/samples", "item=Xact");
  EXPECT_EQ(json_of(samples).find("count")->integer(), 3) << samples.body;
}

TEST_F(MachinesApi, sent_lines_that_cannot_be_read_are_stored_not_at_all) {
  const auto refused = say("2023-11-14T22:13:28Z|Xact|2.5\nnonsense\n", "second");
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(refused.body.contains("line 2")) << refused.body;
  EXPECT_EQ(json_of(get(shop_.machine_path() + "/samples", "item=Xact")).find("count")->integer(),
            1);
}

TEST_F(MachinesApi, a_batch_needs_an_idempotency_key_of_at_most_200_bytes) {
  EXPECT_EQ(field_of(say("|x|1\n", "")), "Idempotency-Key");
  EXPECT_EQ(say("|x|1\n", std::string(200, 'k')).status, 200);
  EXPECT_EQ(field_of(say("|x|1\n", std::string(201, 'k'))), "Idempotency-Key");
}

TEST_F(MachinesApi, a_batch_has_at_most_as_many_observations_as_a_report) {
  std::string most;
  for (std::size_t i = 0; i < machines::Machines::kMostObservations; ++i) {
    if (i % 1'000 == 0 && i > 0) most += "\n";
    most += "|x|" + std::to_string(i);
  }
  EXPECT_EQ(say(most + "|x|1\n", "too many").status, 413);
  EXPECT_EQ(say(most + "\n", "most").status, 200);
}

TEST_F(MachinesApi, a_machine_that_the_server_reads_takes_no_lines_from_others) {
  shop_.machine = id_of(declare("Mazak"));
  EXPECT_EQ(say("|x|1\n", "one").status, 409);
}

// Reading back -----------------------------------------------------------------------------------

TEST_F(MachinesApi, samples_as_csv_are_every_sample_to_the_letter) {
  ASSERT_EQ(say("2023-11-14T22:13:28Z|message|say \"hi\", twice\n"
                "2023-11-14T22:13:29Z|message|UNAVAILABLE\n",
                "second")
                .status,
            200);
  const auto csv = get(shop_.machine_path() + "/samples", "item=message&format=csv");
  ASSERT_EQ(csv.status, 200) << csv.body;
  EXPECT_TRUE(csv.headers.value("Content-Type").starts_with("text/csv"));
  const std::string body = body_of(csv);
  EXPECT_TRUE(body.starts_with("at,device,arrival,value,placed\r\n")) << body;
  EXPECT_TRUE(body.contains(R"(,"say ""hi"", twice",)")) << body;
  EXPECT_TRUE(body.contains("2023-11-14T22:13:29.000Z,2023-11-14T22:13:29.000Z,")) << body;
  EXPECT_EQ(std::ranges::count(body, '\n'), 3);
}

TEST_F(MachinesApi, a_long_csv_comes_in_pieces_without_loss_even_at_equal_times) {
  std::string lines;
  constexpr int kSamples = 5'000;
  for (int i = 0; i < kSamples; ++i) {
    // Runs of a thousand at one time: more than a piece holds.
    const Time at = house_.clock().now() - Duration::seconds(5 - i / 1'000);
    lines += format_time(at) + "|Zact|" + std::to_string(i) + "\n";
  }
  ASSERT_EQ(say(lines, "many").status, 200);
  const auto csv = get(shop_.machine_path() + "/samples", "item=Zact&format=csv");
  std::size_t pieces = 0;
  std::string body;
  while (const auto piece = must(csv.body_stream())) {
    ++pieces;
    body += *piece;
  }
  EXPECT_GT(pieces, 3U);
  EXPECT_EQ(std::ranges::count(body, '\n'), kSamples + 1);
  for (const int i : {0, 999, 1'000, 2'500, kSamples - 1}) {
    EXPECT_TRUE(body.contains(",\"" + std::to_string(i) + "\",")) << i;
  }
}

TEST_F(MachinesApi, samples_are_asked_for_within_limits) {
  const std::string path = shop_.machine_path() + "/samples";
  const struct {
    std::string query;
    std::string field;
  } cases[] = {
      {"", "item"},
      {"item=Xact&points=1", "points"},
      {"item=Xact&points=5001", "points"},
      {"item=Xact&from=yesterday", "from"},
      {"item=Xact&from=2023-11-15T00:00:00Z&to=2023-11-14T00:00:00Z", "from"},
      {"item=Xact&from=2003-11-15T00:00:00Z&to=2023-11-14T00:00:00Z", "from"},
      {"item=Xact&to=1677-09-21T00:12:44Z", "to"},
      {"item=Xact&to=2262-04-11T23:47:16Z", "to"},
      {"item=Xact&format=xml", "format"},
  };
  for (const auto& c : cases) {
    const auto response = get(path, c.query);
    EXPECT_EQ(response.status, 422) << c.query;
    EXPECT_EQ(field_of(response), c.field) << response.body;
  }
  EXPECT_EQ(get(path, "item=Xact&points=2").status, 200);
  EXPECT_EQ(get(path, "item=Xact&points=5000").status, 200);
  EXPECT_EQ(get(path, "item=nothing").status, 404);
  EXPECT_EQ(get(path, "item=nothing&format=csv").status, 404);
}

TEST_F(MachinesApi, activities_are_asked_for_a_year_at_most) {
  const std::string path = shop_.machine_path() + "/activities";
  EXPECT_EQ(get(path, "from=2022-11-14T00:00:00Z&to=2023-11-15T00:00:00Z").status, 200);
  EXPECT_EQ(get(path, "from=2022-11-13T00:00:00Z&to=2023-11-15T00:00:00Z").status, 422);
}

TEST_F(MachinesApi, an_overview_has_limits_and_is_the_activities_where_they_are_few) {
  const std::string path = shop_.machine_path() + "/activities/overview";
  for (const char* query : {"cells=0", "cells=4001", "activities=-1", "activities=10001",
                            "from=2022-11-13T00:00:00Z&to=2023-11-15T00:00:00Z"}) {
    EXPECT_EQ(get(path, query).status, 422) << query;
  }
  ASSERT_EQ(say("|execution|ACTIVE\n", "first").status, 200);
  house_.clock().advance(Duration::minutes(1));
  const Json few = json_of(get(path, "activities=10000"));
  ASSERT_NE(few.find("activities"), nullptr);
  EXPECT_EQ(few.find("rollup"), nullptr);
  const Json many = json_of(get(path, "activities=0&cells=4000"));
  EXPECT_EQ(many.find("activities"), nullptr);
  EXPECT_EQ(many.find("rollup")->find("executing")->array()->size(), 4'000U);
}

// Now --------------------------------------------------------------------------------------------

std::vector<http::Event> taken(const http::Response& stream,
                               std::optional<std::uint64_t> after = {}) {
  return stream.events->next(after).events;
}

TEST_F(MachinesApi, a_stream_wakes_and_tells_the_card_that_changed) {
  const auto stream = get(shop_.path() + "/live");
  ASSERT_NE(stream.events, nullptr) << stream.body;
  bool woken = false;
  const auto subscription = stream.events->subscribe([&] { woken = true; });
  (void)taken(stream);
  house_.clock().advance(Duration::seconds(5));
  ASSERT_EQ(say("|program|O99\n", "second").status, 200);
  must(house_.machines_of(shop_.organization))->tick();
  EXPECT_TRUE(woken);
  const auto events = taken(stream);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().type, "machine");
  EXPECT_GT(events.back().id, 0U);
  EXPECT_TRUE(events.back().data.contains("O99"));
}

TEST_F(MachinesApi, a_stream_resumes_after_the_event_that_was_seen_last) {
  const auto first = get(shop_.path() + "/live");
  const auto subscription = first.events->subscribe([] {});
  const auto change = [&](const std::string& program) {
    house_.clock().advance(Duration::seconds(5));
    ASSERT_EQ(say("|program|" + program + "\n", program).status, 200);
    must(house_.machines_of(shop_.organization))->tick();
  };
  change("O1001");
  const auto seen = taken(first);
  ASSERT_FALSE(seen.empty());
  change("O1002");
  const auto again = get(shop_.path() + "/live", "after=" + std::to_string(seen.back().id));
  const auto resumed = again.events->subscribe([] {});
  std::string all;
  for (const http::Event& event : taken(again, seen.back().id)) all += event.data;
  EXPECT_TRUE(all.contains("O1002"));
  EXPECT_FALSE(all.contains("O1001"));
}

TEST_F(MachinesApi, a_stream_from_before_a_restart_is_told_to_reset) {
  const auto stream = get(shop_.path() + "/live", "after=999999999");
  const auto subscription = stream.events->subscribe([] {});
  const auto events = taken(stream, 999'999'999);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.front().type, "reset");
}

TEST_F(MachinesApi, a_stream_carries_values_of_the_machine_that_is_watched_alone) {
  const auto watching = get(shop_.path() + "/live", "machine=" + shop_.machine.text());
  const auto looking = get(shop_.path() + "/live");
  const auto one = watching.events->subscribe([] {});
  const auto two = looking.events->subscribe([] {});
  (void)taken(watching);
  (void)taken(looking);
  house_.clock().advance(Duration::seconds(5));
  ASSERT_EQ(say("|Xact|42.5\n", "second").status, 200);
  must(house_.machines_of(shop_.organization))->tick();
  const auto is_values = [](const http::Event& event) { return event.type == "values"; };
  const auto seen = taken(watching);
  const auto values = std::ranges::find_if(seen, is_values);
  ASSERT_NE(values, seen.end());
  EXPECT_TRUE(values->data.contains("42.5"));
  EXPECT_EQ(values->id, 0U);
  const auto others = taken(looking);
  EXPECT_EQ(std::ranges::find_if(others, is_values), others.end());
}

TEST_F(MachinesApi, an_event_id_that_is_no_number_is_refused) {
  EXPECT_EQ(field_of(get(shop_.path() + "/live", "after=x")), "after");
}

}  // namespace
}  // namespace heed

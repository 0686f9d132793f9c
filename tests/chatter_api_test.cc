// Chatter's published client against this server: what it asks (chattertools: machine_service,
// state_service, transaction_service, macro_service) and what its models make of the answers.
#include <gtest/gtest.h>

#include "api_house.h"
#include "http/chatter_types.h"

namespace heed {
namespace {

using http::Method;

class ChatterApi : public testing::Test {
 protected:
  /// As ChatterRequestor: an error stops it, else it takes "data".
  Json data(Method method, const std::string& path, const std::string& query = {},
            const std::string& body = {}, const http::Headers& = {}) {
    const auto response =
        house_.send(key_, {.method = method, .path = path, .query = query, .body = body});
    require(response.status < 400, response.body);
    const Json json = json_of(response);
    require(json.find("data") != nullptr, response.body);
    return *json.find("data");
  }
  Json get(const std::string& path, const std::string& query = {}) {
    return data(Method::kGet, path, query);
  }
  int status(Method method, const std::string& path, const std::string& body = {}) {
    return house_.send(key_, {.method = method, .path = path, .body = body}).status;
  }
  std::string path() const {
    return "/machines/" + std::to_string(http::chatter::number_of(shop_.machine));
  }
  /// A digit for each 0, and the rest to the letter.
  static bool looks_like(std::string_view text, std::string_view form) {
    return std::ranges::equal(text, form, [](char c, char in_form) {
      return in_form == '0' ? c >= '0' && c <= '9' : c == in_form;
    });
  }
  /// By data type, as Transaction.fromDict reads them; what it could not read ends the test.
  std::map<std::int64_t, std::string> values(const Json& list) {
    std::map<std::int64_t, std::string> by_type;
    for (const Json& one : *list.array()) {
      EXPECT_TRUE(looks_like(*one.find("timestamp")->string(), "0000-00-00T00:00:00.000000Z"));
      const auto number = one.find("dataType")->integer();
      const auto* type = http::chatter::find_type(*number);
      require(type != nullptr, "a data type that the client has");
      const std::string& value = *one.find("value")->string();
      using enum http::chatter::ValueType;
      if (type->value == kWhole) {
        EXPECT_TRUE(looks_like(value, std::string(value.size(), '0'))) << value;
      }
      if (type->value == kTruth) {
        EXPECT_TRUE(value == "true" || value == "false") << value;
      }
      by_type.try_emplace(*number, value);
    }
    return by_type;
  }
  void send(int type, const std::string& value, const std::string& time = "") {
    const std::string at = time.empty() ? format_time(house_.clock().now(), 6) : time;
    const Json told = data(Method::kPost, path() + "/transactions", "",
                           R"({"timestamp":")" + at + R"(","dataType":)" + std::to_string(type) +
                               R"(,"value":")" + value + "\"}");
    EXPECT_EQ(*told.find("dataType")->integer(), type);
    EXPECT_EQ(*told.find("value")->string(), value);
  }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("acme", "owner@acme.example");
  Asker key_ =
      house_.key_of(shop_, {people::Scope::kRead, people::Scope::kWrite, people::Scope::kIngest});
};

TEST_F(ChatterApi, lists_machines_with_whole_numbers_for_ids_in_pages) {
  house_.furnish(shop_, "second");
  const Json all = get("/machines", "limit=100&offset=0");
  ASSERT_EQ(all.array()->size(), 2U);
  const auto first = all.array()->at(0).find("id")->integer();
  ASSERT_TRUE(first);
  EXPECT_LT(*first, std::int64_t{1} << 53) << "a double holds it";
  EXPECT_EQ(get("/machines", "limit=1&offset=1").array()->at(0).find("id")->integer(),
            all.array()->at(1).find("id")->integer());
  EXPECT_TRUE(get("/machines", "limit=1&offset=2").array()->empty());
  const Json one = get("/machines/" + std::to_string(*first));
  EXPECT_EQ(*one.find("id")->integer(), *first);
  EXPECT_EQ(*one.find("name")->string(), *all.array()->at(0).find("name")->string());
}

TEST_F(ChatterApi, tells_the_state_of_a_machine_by_data_type) {
  auto said = values(get(path() + "/state"));
  EXPECT_EQ(said[1], "AUTOMATIC");
  EXPECT_EQ(said[2], "O1");
  EXPECT_EQ(said[32], "true");
  EXPECT_EQ(said[33], "true");
  EXPECT_EQ(said[6], "false");
}

TEST_F(ChatterApi, takes_a_value_of_each_type_and_tells_it_again) {
  house_.furnish(shop_, "sender");
  const std::map<int, std::string> sent = {{1, "MEM"},   {2, "O2000"}, {3, "12"},   {4, "50"},
                                           {5, "B"},     {9, "hello"}, {10, "5"},   {11, "90"},
                                           {21, "800"},  {22, "71.5"}, {24, "33"},  {25, "44"},
                                           {29, "mine"}, {13, "Q"},    {14, "BUSY"}};
  for (const auto& [type, value] : sent) send(type, value);
  house_.clock().advance(Duration::seconds(1));
  auto said = values(get(path() + "/state"));
  for (const auto& [type, value] : sent) EXPECT_EQ(said[type], value) << type;
  const Json listed = get(path() + "/transactions", "limit=100&offset=0");
  auto told = values(listed);
  for (const auto& [type, value] : sent) EXPECT_EQ(told[type], value) << type;
  const Json page = get(path() + "/transactions", "limit=2&offset=1");
  ASSERT_EQ(page.array()->size(), 2U);
  EXPECT_EQ(*page.array()->at(0).find("dataType")->integer(),
            *listed.array()->at(1).find("dataType")->integer());
}

TEST_F(ChatterApi, what_is_sent_is_understood_on_the_floor) {
  house_.furnish(shop_, "sender");
  send(33, "true");
  send(1, "AUTOMATIC");
  send(32, "True");
  house_.clock().advance(Duration::seconds(1));
  EXPECT_EQ(*json_of(house_.get(shop_.session, shop_.machine_path())).find("state")->string(),
            "IN_CYCLE");
  send(32, "False");
  send(6, "True");
  house_.clock().advance(Duration::seconds(1));
  const Json card = json_of(house_.get(shop_.session, shop_.machine_path()));
  EXPECT_EQ(*card.find("state")->string(), "ALARM");
  auto said = values(get(path() + "/state"));
  EXPECT_EQ(said[32], "false");
  EXPECT_EQ(said[6], "true");
  EXPECT_EQ(said[7], "an alarm is active");
}

TEST_F(ChatterApi, takes_the_clients_time_without_a_zone_for_utc) {
  house_.furnish(shop_, "sender");
  std::string now = format_time(house_.clock().now(), 0);
  now.pop_back();
  now[10] = ' ';
  send(10, "7", now);
  EXPECT_EQ(values(get(path() + "/state"))[10], "7");
}

TEST_F(ChatterApi, says_which_field_is_wrong_and_stores_nothing) {
  house_.furnish(shop_, "sender");
  for (const char* body : {R"({"dataType":999,"value":"1"})", R"({"dataType":10,"value":"blunt"})",
                           R"({"dataType":10})", R"({"dataType":32,"value":"maybe"})",
                           R"({"timestamp":"yesterday","dataType":10,"value":"1"})", "[]"}) {
    EXPECT_EQ(status(Method::kPost, path() + "/transactions", body), 422) << body;
  }
  EXPECT_FALSE(values(get(path() + "/state")).contains(10));
}

TEST_F(ChatterApi, a_machine_that_the_server_reads_takes_no_values_from_outside) {
  const auto floor = *house_.machines_of(shop_.organization);
  const auto read = floor->add(house_.access(), {.name = "read", .address = "10.0.0.7:7878"});
  ASSERT_TRUE(read);
  const std::string at = "/machines/" + std::to_string(http::chatter::number_of(read->id));
  EXPECT_EQ(status(Method::kPost, at + "/transactions", R"({"dataType":10,"value":"1"})"), 409);
}

TEST_F(ChatterApi, lists_the_variables_that_are_read_and_takes_one_away) {
  const auto floor = *house_.machines_of(shop_.organization);
  const auto read = floor->add(
      house_.access(),
      {.name = "vf2",
       .address = "10.0.0.7:7878",
       .settings = R"({"macros":[{"number":3901,"item":"part_count"},{"number":500,"item":"a"}],)"
                   R"("other":[1,2.5,true,null,"x"]})"});
  ASSERT_TRUE(read);
  const std::string at = "/machines/" + std::to_string(http::chatter::number_of(read->id));
  const Json macros = get(at + "/macros");
  ASSERT_EQ(macros.array()->size(), 2U);
  EXPECT_EQ(*macros.array()->at(0).find("macroVariable")->integer(), 3901);
  const std::int64_t id = *macros.array()->at(1).find("id")->integer();
  EXPECT_TRUE(data(Method::kDelete, at + "/macros/" + std::to_string(id)).is_null());
  EXPECT_EQ(get(at + "/macros").array()->size(), 1U);
  EXPECT_EQ(floor->machine(house_.access(), read->id)->settings,
            R"({"macros":[{"number":3901,"item":"part_count"}],"other":[1,2.5,true,null,"x"]})");
  EXPECT_EQ(status(Method::kDelete, at + "/macros/501"), 404);
  EXPECT_TRUE(house_.box().sources.contains(read->id)) << "it is read by the new settings";
}

TEST_F(ChatterApi, another_organizations_machine_is_not_there) {
  const Shop other = house_.open_shop("rival", "owner@rival.example");
  const std::string at = "/machines/" + std::to_string(http::chatter::number_of(other.machine));
  for (const char* below : {"", "/state", "/transactions", "/macros"}) {
    EXPECT_EQ(status(Method::kGet, at + below), 404) << below;
  }
  EXPECT_EQ(status(Method::kPost, at + "/transactions", R"({"dataType":10,"value":"1"})"), 404);
  EXPECT_EQ(get("/machines").array()->size(), 1U);
}

}  // namespace
}  // namespace heed

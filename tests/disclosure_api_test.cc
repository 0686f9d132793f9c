// What went out of an organization through the API: contracts, the ledger of what went to whom, how
// it is called back, the list of erasures, and what somebody fetches of their own.
#include <gtest/gtest.h>

#include "api_house.h"
#include "silo/erasure.h"
#include "silo/journal_export.h"

namespace heed {
namespace {

using http::Method;

constexpr auto kPassword = "correct horse battery";
constexpr auto kDeclarations = R"(
kind client 901 record of usage "who buys" {
  name text personal.identity
  email text personal.contact
  partner subject on erasure empties personal.identity
}
clause 6.9 "Whom a person asks in writing may have them erased." {
  allow usage, personal for rights.deletion to engine when asked_for
})";

class DisclosureApi : public testing::Test {
 protected:
  DisclosureApi() { house_.give_password(shop_, kPassword); }

  http::Response send(const Asker& asker, Method method, const std::string& path,
                      const std::string& body = {}) {
    return house_.send(asker, {.method = method, .path = shop_.path() + path, .body = body});
  }
  http::Response post(const std::string& path, const std::string& body = {}) {
    return send(shop_.session, Method::kPost, path, body);
  }
  http::Response get(const std::string& path, const std::string& query = {}) {
    return house_.get(shop_.session, shop_.path() + path, query);
  }
  Json listed(const std::string& path, const std::string& query = {}) {
    const auto response = get(path, query);
    require(response.status == 200, response.body);
    return json_of(response);
  }
  static const Json::Array& items(const Json& page) { return *page.find("items")->array(); }
  void file(const std::string& id, SubjectId subject, SubjectId partner = {}) {
    const std::string named = partner.is_nil() ? "" : R"(,"partner":")" + partner.text() + "\"";
    const auto filed =
        post("/records/client",
             R"({"id":")" + id + R"(","source":"api","subject":")" + subject.text() +
                 R"(","fields":{"name":"Ben","email":"ben@example.com")" + named + "}}");
    require(filed.status == 201, filed.body);
  }
  static std::string contract(std::string_view id = "c1", std::string_view more = {}) {
    return R"({"id":")" + std::string(id) + R"(","recipient":"payments-gmbh",)" +
           R"("party":"processor.payments","purposes":["service.billing"],)" +
           R"("tasks":[{"kind":"client","fields":["name","email"]}],"confidential":true,)" +
           R"("ends":"2024-01-31T00:00:00Z",)" + R"("key":"09)" + std::string(62, '0') + "\"" +
           std::string(more) + "}";
  }
  http::Response share(const std::string& id) {
    return post("/records/client/" + id + "/share",
                R"({"purpose":"service.billing","party":"processor.payments",)"
                R"("recipient":"payments-gmbh","fields":["name","email"]})");
  }
  void erase(SubjectId subject, const std::string& reason = "request 17") {
    const auto erased =
        post("/subjects/" + subject.text() + "/erasure",
             R"({"reason":")" + reason + R"(","confirm":")" + subject.text() + R"(","password":")" +
                 kPassword + R"(","facts":{"asked_for":true}})");
    require(erased.status == 200, erased.body);
  }

  ApiHouse house_{kDeclarations};
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  silo::TestRandom ids_{7};
  SubjectId ben_ = SubjectId::make(ids_);
  SubjectId carl_ = SubjectId::make(ids_);
};

// Contracts -------------------------------------------------------------------------------------

TEST_F(DisclosureApi, a_contract_lets_out_what_it_lists_until_it_is_ended_O43_O52_O53) {
  file("a", ben_);
  EXPECT_EQ(share("a").status, 403) << "without a contract nothing goes";
  const auto placed = post("/contracts", contract());
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(*json_of(placed).find("state")->string(), "in_force");
  EXPECT_EQ(*json_of(placed).find("by")->string(), shop_.owner.text());
  EXPECT_EQ(share("a").status, 200);
  EXPECT_EQ(post("/contracts/c1/end").status, 204);
  EXPECT_EQ(post("/contracts/c1/end").status, 404) << "it has ended";
  EXPECT_EQ(share("a").status, 403);
  const Json all = listed("/contracts");
  ASSERT_EQ(items(all).size(), 1U);
  EXPECT_EQ(*items(all)[0].find("state")->string(), "ended");
  EXPECT_EQ(parse_time(*items(all)[0].find("stopped")->string()), house_.clock().now());
}

TEST_F(DisclosureApi, a_contract_ends_by_itself_and_its_recipient_is_called_on_O53) {
  ASSERT_EQ(post("/contracts", contract()).status, 201);
  ASSERT_EQ(post("/contracts", contract("later", R"(,"starts":"2024-01-01T00:00:00Z")")).status,
            201);
  EXPECT_EQ(*items(listed("/contracts"))[1].find("state")->string(), "agreed");
  house_.clock().advance(Duration::days(80));
  shop_.session = house_.sign_in(shop_.owner);
  EXPECT_EQ(*items(listed("/contracts"))[0].find("state")->string(), "ended");
  EXPECT_TRUE(items(listed("/contracts"))[0].find("stopped")->is_null()) << "not noted yet";
  must(must(house_.store().silo(shop_.organization))->purge());
  EXPECT_FALSE(items(listed("/contracts"))[0].find("stopped")->is_null());
  const Json recalls = listed("/recalls");
  ASSERT_EQ(items(recalls).size(), 2U);
  EXPECT_EQ(*items(recalls)[0].find("why")->string(), "contract_ended");
  EXPECT_EQ(*items(recalls)[0].find("contract")->string(), "c1");
}

TEST_F(DisclosureApi, a_contract_that_is_not_whole_is_not_placed_O50_O51) {
  const auto without = [](std::string_view member, std::string_view instead) {
    std::string body = contract();
    const auto at = body.find("\"" + std::string(member) + "\":");
    require(at != std::string::npos, "the contract has it");
    return body.insert(at + 1, "x")
        .insert(1, "\"" + std::string(member) + "\":" + std::string(instead) + ",");
  };
  const struct {
    std::string_view member, instead, field;
  } cases[] = {
      {"id", "null", "id"},         {"recipient", "7", "recipient"},
      {"party", "null", "party"},   {"purposes", "\"service\"", "purposes"},
      {"tasks", "{}", "tasks"},     {"tasks", R"([{"fields":["name"]}])", "tasks"},
      {"ends", "\"soon\"", "ends"}, {"ends", "null", "ends"},
      {"key", "\"key\"", "key"},    {"confidential", "\"yes\"", "confidential"},
  };
  for (const auto& c : cases) {
    const auto refused = post("/contracts", without(c.member, c.instead));
    EXPECT_EQ(refused.status, 422) << c.member << refused.body;
    EXPECT_EQ(*json_of(refused).find("field")->string(), c.field) << refused.body;
  }
  for (const auto& [member, instead] : {std::pair{"party", "\"nobody\""},
                                        {"purposes", "[\"fun\"]"},
                                        {"tasks", R"([{"kind":"poem","fields":["a"]}])"},
                                        {"tasks", R"([{"kind":"client","fields":["shoe"]}])"},
                                        {"tasks", "[]"},
                                        {"key", "\"00\""},
                                        {"ends", "\"2020-01-01T00:00:00Z\""}}) {
    EXPECT_EQ(post("/contracts", without(member, instead)).status, 422) << member << instead;
  }
  const auto sold = post("/contracts", contract("c1", R"(,"for_consideration":true)"));
  EXPECT_EQ(sold.status, 422);
  EXPECT_TRUE(sold.body.contains("sale")) << sold.body;
  EXPECT_EQ(post("/contracts", contract("c1", R"(,"independent":true)")).status, 422);
  EXPECT_TRUE(items(listed("/contracts")).empty());
  EXPECT_EQ(post("/contracts", contract()).status, 201);
  EXPECT_EQ(post("/contracts", contract()).status, 409);
}

// The ledger ------------------------------------------------------------------------------------

TEST_F(DisclosureApi, everybody_is_told_to_whom_what_about_them_went) {
  file("a", ben_);
  file("b", carl_, ben_);
  ASSERT_EQ(post("/contracts", contract()).status, 201);
  for (const char* id : {"a", "b", "a"}) ASSERT_EQ(share(id).status, 200);
  const std::string of_ben = "/subjects/" + ben_.text() + "/disclosures";
  const Json all = listed(of_ben);
  ASSERT_EQ(items(all).size(), 3U);
  const Json& first = items(all)[0];
  EXPECT_EQ(*first.find("recipient")->string(), "payments-gmbh");
  EXPECT_EQ(*first.find("contract")->string(), "c1");
  EXPECT_EQ(first.find("fields")->array()->size(), 2U);
  EXPECT_EQ(*first.find("clauses")->array()->at(0).string(), "4.2");
  EXPECT_TRUE(all.find("next")->is_null());
  const Json page = listed(of_ben, "limit=2");
  EXPECT_EQ(items(page).size(), 2U);
  const Json rest = listed(of_ben, "limit=2&from=" + std::to_string(*page.find("next")->integer()));
  EXPECT_EQ(items(rest).size(), 1U);
  EXPECT_TRUE(rest.find("next")->is_null());
  EXPECT_EQ(items(listed("/subjects/" + carl_.text() + "/disclosures")).size(), 1U);
  EXPECT_EQ(get("/subjects/ben/disclosures").status, 404);
  EXPECT_EQ(get(of_ben, "limit=501").status, 422);
  EXPECT_EQ(get(of_ben, "limit=0").status, 422);
  EXPECT_EQ(get(of_ben, "from=-1").status, 422);
}

TEST_F(DisclosureApi, a_page_of_what_a_recipient_got_never_parts_the_lines_of_one_hand_over) {
  file("b", carl_, ben_);
  ASSERT_EQ(post("/contracts", contract()).status, 201);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(share("b").status, 200);
  std::size_t lines = 0;
  std::string from = "1";
  for (int pages = 0; pages < 3; ++pages) {
    const Json page = listed("/disclosures", "recipient=payments-gmbh&limit=1&from=" + from);
    EXPECT_EQ(items(page).size(), 2U) << "one about each of the two";
    lines += items(page).size();
    const Json* next = page.find("next");
    EXPECT_EQ(next->is_null(), pages == 2);
    if (!next->is_null()) from = std::to_string(*next->integer());
  }
  EXPECT_EQ(lines, 6U);
  EXPECT_EQ(get("/disclosures").status, 422);
  EXPECT_TRUE(items(listed("/disclosures", "recipient=nobody")).empty());
}

// Recalls ---------------------------------------------------------------------------------------

TEST_F(DisclosureApi, what_went_out_is_called_back_and_settled_once_it_came_O40) {
  file("a", ben_);
  ASSERT_EQ(post("/contracts", contract()).status, 201);
  ASSERT_EQ(share("a").status, 200);
  const std::string recall = "/subjects/" + ben_.text() + "/recall";
  EXPECT_EQ(json_of(post(recall)).find("recipients")->integer(), 1);
  EXPECT_EQ(json_of(post("/subjects/" + carl_.text() + "/recall")).find("recipients")->integer(),
            0);
  EXPECT_EQ(post("/subjects/ben/recall").status, 404);
  erase(ben_);
  const Json all = listed("/recalls");
  ASSERT_EQ(items(all).size(), 2U);
  EXPECT_EQ(*items(all)[0].find("why")->string(), "opted_out");
  EXPECT_EQ(*items(all)[1].find("why")->string(), "erased");
  EXPECT_EQ(items(all)[0].find("packages")->array()->size(), 1U);
  const Json page = listed("/recalls", "limit=1");
  const std::string next = std::to_string(*page.find("next")->integer());
  EXPECT_EQ(*items(listed("/recalls", "limit=1&after=" + next))[0].find("why")->string(), "erased");
  const std::string number = std::to_string(*items(all)[0].find("number")->integer());
  EXPECT_EQ(post("/recalls/" + number + "/settle").status, 204);
  EXPECT_EQ(post("/recalls/" + number + "/settle").status, 404);
  EXPECT_EQ(post("/recalls/first/settle").status, 404);
  EXPECT_EQ(items(listed("/recalls")).size(), 1U);
  EXPECT_TRUE(items(listed("/subjects/" + ben_.text() + "/disclosures")).empty())
      << "the ledger forgets them too";
}

// Erasures --------------------------------------------------------------------------------------

TEST_F(DisclosureApi, erasures_are_listed_with_their_clocks_and_where_their_receipts_are) {
  std::vector<SubjectId> persons;
  for (int i = 0; i < 3; ++i) {
    persons.push_back(SubjectId::make(ids_));
    file("c" + std::to_string(i), persons.back());
    erase(persons.back(), "request " + std::to_string(i));
    house_.clock().advance(Duration::hours(1));
  }
  const Json page = listed("/erasures", "limit=2");
  ASSERT_EQ(items(page).size(), 2U);
  const Json& last = items(page)[0];
  EXPECT_EQ(last.find("number")->integer(), 3);
  EXPECT_EQ(*last.find("reason")->string(), "request 2");
  EXPECT_EQ(last.find("removed")->integer(), 1);
  EXPECT_TRUE(last.find("physical")->is_null());
  const auto receipt = house_.get(shop_.session, *last.find("receipt")->string());
  EXPECT_EQ(receipt.status, 200);
  EXPECT_EQ(receipt.headers.value("Content-Type"), "application/jsonl");
  const Json rest = listed("/erasures", "before=" + std::to_string(*page.find("next")->integer()));
  ASSERT_EQ(items(rest).size(), 1U);
  EXPECT_EQ(items(rest)[0].find("number")->integer(), 1);
  EXPECT_TRUE(rest.find("next")->is_null());
  house_.clock().advance(Duration::hours(13));
  must(must(house_.store().silo(shop_.organization))->scrub(false));
  EXPECT_FALSE(items(listed("/erasures"))[0].find("physical")->is_null());
  EXPECT_FALSE(get("/erasures").body.contains(persons[0].text())) << "it names nobody";
}

// One's own entries -----------------------------------------------------------------------------

TEST_F(DisclosureApi, everybody_fetches_their_own_entries_and_a_stranger_verifies_each) {
  const auto person = must(house_.people().add_person("Eve", "eve@example.com"));
  must(house_.people().add_member(shop_.organization, person, people::Role::kMember));
  const Asker eve = house_.sign_in(person);
  file("e", person);
  ASSERT_EQ(post("/contracts", contract()).status, 201);
  ASSERT_EQ(share("e").status, 200);
  const std::string path = "/subjects/" + person.text() + "/entries";
  const auto answered = send(eve, Method::kGet, path);
  ASSERT_EQ(answered.status, 200) << answered.body;
  const Json own = json_of(answered);
  ASSERT_EQ(items(own).size(), 1U);
  EXPECT_EQ(*items(own)[0].find("what")->string(), "shared");
  EXPECT_EQ(*items(own)[0].find("record")->string(), "e");
  EXPECT_EQ(items(own)[0].find("theirs")->boolean(), false);
  EXPECT_FALSE(answered.body.contains(shop_.owner.text())) << "others stand under a pseudonym";
  const auto number = static_cast<std::uint64_t>(*items(own)[0].find("number")->integer());
  const std::string alone =
      silo::export_line(silo::ExportHeader{shop_.organization, number, number, 0}) +
      *own.find("head")->string() + *items(own)[0].find("line")->string();
  const auto key = must(PublicKey::from_bytes(*from_hex(*own.find("key")->string())));
  EXPECT_TRUE(silo::verify_export(alone, key));
  std::string changed = alone;
  changed.replace(changed.find("shared"), 6, "stared");
  EXPECT_FALSE(silo::verify_export(changed, key));
}

TEST_F(DisclosureApi, whose_entries_they_are_or_who_owns_the_organization_fetches_them_O56) {
  const auto person = must(house_.people().add_person("Eve", "eve@example.com"));
  must(house_.people().add_member(shop_.organization, person, people::Role::kMember));
  const Asker eve = house_.sign_in(person);
  file("a", ben_);
  file("b", ben_);
  ASSERT_EQ(post("/contracts", contract()).status, 201);
  for (const char* id : {"a", "b"}) ASSERT_EQ(share(id).status, 200);
  const std::string path = "/subjects/" + ben_.text() + "/entries";
  EXPECT_EQ(send(eve, Method::kGet, path).status, 403);
  EXPECT_EQ(send(eve, Method::kPost, "/subjects/" + ben_.text() + "/recall").status, 403);
  EXPECT_EQ(send(eve, Method::kPost, "/subjects/" + person.text() + "/recall").status, 200);
  EXPECT_EQ(items(listed(path)).size(), 2U);
  const Json page = listed(path, "limit=1");
  ASSERT_EQ(items(page).size(), 1U);
  const std::string next = std::to_string(*page.find("next")->integer());
  EXPECT_EQ(items(listed(path, "limit=1&from=" + next)).size(), 1U);
  EXPECT_EQ(get("/subjects/ben/entries").status, 404);
  const Asker key = house_.key_of(shop_, {people::Scope::kRead});
  EXPECT_EQ(send(key, Method::kGet, path).status, 403) << "a session's alone";
}

}  // namespace
}  // namespace heed

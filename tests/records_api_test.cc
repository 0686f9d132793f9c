// Records of kinds that a policy declares: filed, read and handed on, each decided by the policy.
#include "policy_house.h"

namespace heed {
namespace {

using http::Method;

// ApiHouse declares: kind remark { text of usage, email of personal.contact, weight, at, raw }.
class RecordsApi : public PolicyHouse {
 protected:
  http::Response file(const std::string& body, const std::string& kind = "remark") {
    return house_.send(
        shop_.session,
        {.method = Method::kPost, .path = shop_.path() + "/records/" + kind, .body = body});
  }
  http::Response read(const std::string& query = {}, const std::string& id = "r1") {
    return house_.get(shop_.session, shop_.path() + "/records/remark/" + id, query);
  }
  http::Response share(const std::string& body, const std::string& id = "r1") {
    return house_.send(shop_.session, {.method = Method::kPost,
                                       .path = shop_.path() + "/records/remark/" + id + "/share",
                                       .body = body});
  }
  std::vector<silo::JournalEntry> journal() {
    const auto silo = must(house_.store().silo(shop_.organization));
    return must(silo->journal(house_.access(), 1, 1'000));
  }

  static inline const std::string kWhole =
      R"({"id":"r1","source":"api","subject":"01hf0abcdefghjkmnpqrstvwxy","fields":{
        "said":"hello","email":"eve@example.com","weight":1.5,"moment":"2023-11-14T00:00:00Z",
        "raw":"AAEC"}})";
};

TEST_F(RecordsApi, a_record_is_read_as_it_was_filed_with_its_label_O1) {
  ASSERT_EQ(file(kWhole).status, 201) << file(kWhole).body;
  const auto response = read();
  ASSERT_EQ(response.status, 200) << response.body;
  const Json record = json_of(response);
  EXPECT_EQ(*record.find("source")->string(), "api");
  EXPECT_EQ(*record.find("subject")->string(), "01hf0abcdefghjkmnpqrstvwxy");
  EXPECT_EQ(record.find("policy_version")->integer(), 1);
  const Json& fields = *record.find("fields");
  EXPECT_EQ(*fields.find("said")->string(), "hello");
  EXPECT_EQ(fields.find("weight")->number(), 1.5);
  EXPECT_EQ(*fields.find("raw")->string(), "AAEC");
  EXPECT_EQ(parse_time(*fields.find("moment")->string()), parse_time("2023-11-14T00:00:00Z"));
}

TEST_F(RecordsApi, what_a_device_tells_beyond_the_declared_is_dropped_and_counted_O7_O15) {
  const std::string fields = R"("source":"api","fields":{"said":"1920x1080","fonts":"312"}})";
  const auto refused = file(R"({"id":"d1",)" + fields);
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_EQ(read({}, "d1").status, 404);
  const auto filed = file(R"({"id":"d1","further":"drop",)" + fields);
  ASSERT_EQ(filed.status, 201) << filed.body;
  ASSERT_EQ(json_of(filed).find("dropped")->array()->size(), 1U);
  EXPECT_EQ(*json_of(filed).find("dropped")->array()->at(0).string(), "fonts");
  const auto stored = read({}, "d1");
  EXPECT_TRUE(stored.body.contains("1920x1080")) << stored.body;
  EXPECT_FALSE(stored.body.contains("312")) << stored.body;
  EXPECT_EQ(file(R"({"id":"d2","further":"keep",)" + fields).status, 422);
}

TEST_F(RecordsApi, a_refusal_says_its_clause_and_its_sentence) {
  ASSERT_EQ(file(kWhole).status, 201);
  const auto response = read("purpose=improvement");
  EXPECT_EQ(response.status, 403) << response.body;
  const Json problem = json_of(response);
  EXPECT_NE(problem.find("clause"), nullptr) << response.body;
  const auto put = file(R"({"id":"r2","source":"api","purpose":"marketing","fields":{}})");
  EXPECT_EQ(put.status, 403) << put.body;
  EXPECT_EQ(read({}, "r2").status, 404);
}

TEST_F(RecordsApi, what_does_not_fit_the_kind_is_named_and_nothing_is_filed) {
  const struct {
    std::string body;
    std::string_view field;
  } cases[] = {
      {R"({"source":"api","fields":{}})", "id"},
      {R"({"id":"r1","fields":{}})", "source"},
      {R"({"id":"r1","source":"api"})", "fields"},
      {R"({"id":"r1","source":"api","fields":{"colour":"red"}})", "fields"},
      {R"({"id":"r1","source":"api","fields":{"said":1}})", "fields"},
      {R"({"id":"r1","source":"api","fields":{"weight":"heavy"}})", "fields"},
      {R"({"id":"r1","source":"api","fields":{"moment":"today"}})", "fields"},
      {R"({"id":"r1","source":"api","fields":{"raw":"*"}})", "fields"},
      {R"({"id":"r1","source":"api","subject":"eve","fields":{}})", "subject"},
      {R"({"id":"r1","source":"api","purpose":"fun","fields":{}})", "purpose"},
  };
  for (const auto& c : cases) {
    const auto response = file(c.body);
    EXPECT_EQ(response.status, 422) << c.body << response.body;
    EXPECT_EQ(*json_of(response).find("field")->string(), c.field) << c.body;
  }
  EXPECT_EQ(read().status, 404);
}

TEST_F(RecordsApi, a_source_that_the_policy_does_not_name_is_refused_O1) {
  EXPECT_EQ(file(R"({"id":"r1","source":"scraper","fields":{}})").status, 422);
  EXPECT_EQ(read().status, 404);
}

TEST_F(RecordsApi, kinds_that_rooms_of_the_program_keep_are_not_there) {
  for (const char* kind : {"machine", "person", "password", "session", "nothing"}) {
    EXPECT_EQ(file(kWhole, kind).status, 404) << kind;
    EXPECT_EQ(house_.get(shop_.session, shop_.path() + "/records/" + kind + "/x").status, 404);
  }
}

TEST_F(RecordsApi, nobody_reads_here_for_another_party) {
  ASSERT_EQ(file(kWhole).status, 201);
  EXPECT_EQ(read("party=organization").status, 200);
  EXPECT_EQ(read("party=engine").status, 422);
  EXPECT_EQ(read("party=staff").status, 422);
}

TEST_F(RecordsApi, facts_that_the_program_finds_out_cannot_be_claimed) {
  ASSERT_EQ(file(kWhole).status, 201);
  for (const char* fact :
       {"contract_valid", "verified_login", "aggregated", "ground_logged", "required_by_law"}) {
    const std::string name = fact;
    EXPECT_EQ(read("holds=" + name).status, 422) << fact;
    EXPECT_EQ(read("fails=minor," + name).status, 422) << fact;
    const auto shared =
        share(R"({"purpose":"service","party":"processor.mail","recipient":"x","fields":["email"],)"
              R"("facts":{")" +
              name + R"(":true}})");
    EXPECT_EQ(shared.status, 422) << fact;
  }
  EXPECT_EQ(read("holds=consented&fails=minor,opted_out").status, 200);
}

TEST_F(RecordsApi, only_what_a_party_may_have_is_handed_on_and_the_journal_knows_O44_O52) {
  ASSERT_EQ(file(kWhole).status, 201);
  const auto response = share(
      R"({"purpose":"improvement","party":"staff","recipient":"quality",
          "fields":["said","email"]})");
  ASSERT_EQ(response.status, 200) << response.body;
  const Json shared = json_of(response);
  EXPECT_EQ(*shared.find("fields")->find("said")->string(), "hello");
  EXPECT_EQ(shared.find("fields")->find("email"), nullptr);
  EXPECT_EQ(*shared.find("stripped")->array()->at(0).string(), "email");
  EXPECT_EQ(*shared.find("clauses")->array()->at(0).string(), "3.4");
  const auto last = journal().back();
  EXPECT_TRUE(last.detail.contains("quality")) << last.what << last.detail;
  EXPECT_FALSE(last.detail.contains("hello"));
}

TEST_F(RecordsApi, nothing_is_handed_on_to_who_may_have_nothing_of_it_O40) {
  ASSERT_EQ(file(kWhole).status, 201);
  const auto response = share(
      R"({"purpose":"marketing","party":"third_party","recipient":"broker","fields":["said"]})");
  EXPECT_EQ(response.status, 403) << response.body;
  EXPECT_EQ(*json_of(response).find("clause")->string(), "4.3");
  EXPECT_FALSE(json_of(response).find("sentence")->string()->empty());
}

TEST_F(RecordsApi, a_ground_is_given_whole_or_not_at_all_O48) {
  ASSERT_EQ(file(kWhole).status, 201);
  const std::string rest =
      R"("purpose":"legal","party":"authority","recipient":"court","fields":["said"],)";
  EXPECT_EQ(share("{" + rest + R"("ground":{"basis":"subpoena"}})").status, 422);
  EXPECT_EQ(share("{" + rest +
                  R"("ground":{"basis":"","reference":"1","approver":"a","jurisdiction":"DE"}})")
                .status,
            422);
}

TEST_F(RecordsApi, a_blobs_content_is_put_and_given_back_to_the_byte) {
  const std::string path = shop_.path() + "/records/remark/r1/blobs/picture";
  const auto put = [&](std::string body, const std::string& at) {
    return house_.send(shop_.session, {.method = Method::kPut,
                                       .path = at,
                                       .body = std::move(body),
                                       .type = "application/octet-stream"});
  };
  const std::string content = SeededRandom(7).bytes(700'000);
  EXPECT_EQ(put(content, path).status, 404);
  ASSERT_EQ(file(kWhole).status, 201);
  EXPECT_EQ(house_.get(shop_.session, path).status, 404);
  const auto done = put(content, path);
  ASSERT_EQ(done.status, 204) << done.body;
  const auto given = house_.get(shop_.session, path);
  ASSERT_EQ(given.status, 200);
  EXPECT_EQ(given.headers.value("Content-Type"), "application/octet-stream");
  EXPECT_EQ(body_of(given), content);
  EXPECT_EQ(put("x", shop_.path() + "/records/remark/r1/blobs/said").status, 404);
  EXPECT_EQ(house_.get(house_.open_shop("Other", "eve@example.com").session, path).status, 404);
  // The record names it, and keeps it when it is corrected.
  const Json record = json_of(read());
  const std::string named = *record.find("fields")->find("picture")->string();
  EXPECT_TRUE(named.ends_with(" 700000")) << named;
}

TEST_F(RecordsApi, a_key_needs_the_scope_to_file_and_to_read) {
  const Asker reader = house_.key_of(shop_, {people::Scope::kRead});
  const Asker writer = house_.key_of(shop_, {people::Scope::kWrite});
  const std::string path = shop_.path() + "/records/remark";
  const Ask filing{.method = Method::kPost, .path = path, .body = kWhole};
  EXPECT_EQ(house_.send(reader, filing).status, 403);
  EXPECT_EQ(house_.send(writer, filing).status, 201);
  EXPECT_EQ(house_.get(writer, path + "/r1").status, 403);
  EXPECT_EQ(house_.get(reader, path + "/r1").status, 200);
}

}  // namespace
}  // namespace heed

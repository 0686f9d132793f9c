// A person's data through the API: what is held, corrected, held back and erased, and what a
// stranger can check of it.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "api_house.h"
#include "app/erasure_command.h"
#include "silo/erasure.h"

namespace heed {
namespace {

using http::Method;

constexpr auto kPassword = "correct horse battery";
constexpr auto kDeclarations = R"(
kind letter 901 record of usage "what somebody wrote" {
  body text
  topic text indexed
  friend subject on erasure empties
}
kind note 902 record of usage "what somebody noted" { body text }
clause 6.9 "Whom a person asks in writing may have them erased." {
  allow usage, personal for rights.deletion to engine when asked_for
})";

class ErasureApi : public testing::Test {
 protected:
  ErasureApi() { house_.give_password(shop_, kPassword); }

  http::Response send(Method method, const std::string& path, const std::string& body = {},
                      http::Headers headers = {}) {
    return house_.send(shop_.session, {.method = method,
                                       .path = shop_.path() + path,
                                       .body = body,
                                       .headers = std::move(headers)});
  }
  http::Response get(const std::string& path, const std::string& query = {}) {
    return house_.get(shop_.session, shop_.path() + path, query);
  }
  void file(const std::string& id, SubjectId subject, const std::string& fields,
            const std::string& kind = "letter") {
    const auto filed = send(Method::kPost, "/records/" + kind,
                            R"({"id":")" + id + R"(","source":"api","subject":")" + subject.text() +
                                R"(","fields":)" + fields + "}");
    ASSERT_EQ(filed.status, 201) << filed.body;
  }
  static std::string of(SubjectId subject) { return "/subjects/" + subject.text(); }
  Json subject(SubjectId subject) {
    const auto shown = get(of(subject));
    require(shown.status == 200, shown.body);
    return json_of(shown);
  }
  std::string state(SubjectId subject) { return *this->subject(subject).find("state")->string(); }
  /// An owner's order for somebody who asked in writing.
  http::Response erase(SubjectId subject) {
    return send(Method::kPost, of(subject) + "/erasure",
                R"({"reason":"request 17","confirm":")" + subject.text() + R"(","password":")" +
                    kPassword + R"(","facts":{"asked_for":true}})");
  }
  silo::ErasureReceipt receipt_of(const http::Response& response) {
    require(response.status == 200, response.body);
    return must(silo::parse_receipt(response.body));
  }
  /// Longer than a session lasts: the owner signs in again.
  void pass(Duration span) {
    house_.clock().advance(span);
    shop_.session = house_.sign_in(shop_.owner);
  }
  silo::Silo& silo() {
    silo_ = must(house_.store().silo(shop_.organization));
    return *silo_;
  }

  ApiHouse house_{kDeclarations, Duration::days(30)};
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  silo::TestRandom ids_{7};
  SubjectId ben_ = SubjectId::make(ids_);
  SubjectId carl_ = SubjectId::make(ids_);
  std::shared_ptr<silo::Silo> silo_;
};

// Gone for a while ------------------------------------------------------------------------------

TEST_F(ErasureApi, who_goes_comes_back_with_the_code_that_was_shown_once) {
  file("a", ben_, R"({"body":"hello"})");
  const auto gone = send(Method::kPost, of(ben_) + "/suspension",
                         R"({"reason":"request 17","confirm":")" + ben_.text() +
                             R"(","password":")" + kPassword + R"(","facts":{"asked_for":true}})");
  ASSERT_EQ(gone.status, 200) << gone.body;
  const std::string code = *json_of(gone).find("code")->string();
  EXPECT_EQ(state(ben_), "gone");
  EXPECT_EQ(get("/records/letter/a").status, 404);
  const auto back = [&](const std::string& with) {
    return send(Method::kPost, of(ben_) + "/return", R"({"code":")" + with + "\"}");
  };
  const auto wrong = back(std::string(40, '0'));
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(*json_of(wrong).find("field")->string(), "code");
  EXPECT_EQ(back(code).status, 204);
  EXPECT_EQ(state(ben_), "held");
  EXPECT_EQ(get("/records/letter/a").status, 200);
  EXPECT_EQ(back(code).status, 404);
}

// What is held ----------------------------------------------------------------------------------

TEST_F(ErasureApi, what_is_held_about_somebody_is_told_by_kind_with_its_age_and_its_end_O72) {
  const Time before = house_.clock().now();
  file("a", ben_, R"({"body":"one"})");
  house_.clock().advance(Duration::days(3));
  file("b", ben_, R"({"body":"two"})");
  file("c", carl_, R"({"body":"dear ben","friend":")" + ben_.text() + "\"}");
  file("n", ben_, R"({"body":"x"})", "note");
  const Json told = subject(ben_);
  EXPECT_EQ(*told.find("state")->string(), "held");
  EXPECT_TRUE(told.find("erasure")->is_null());
  ASSERT_EQ(told.find("items")->array()->size(), 2U);
  const Json& letters = told.find("items")->array()->at(0);
  EXPECT_EQ(*letters.find("kind")->string(), "letter");
  EXPECT_EQ(letters.find("items")->integer(), 3);
  EXPECT_EQ(letters.find("shared")->integer(), 1);
  EXPECT_EQ(parse_time(*letters.find("oldest")->string()), before);
  EXPECT_GT(parse_time(*letters.find("until")->string()), before + Duration::days(390));
  EXPECT_EQ(state(SubjectId::make(ids_)), "nothing");
  EXPECT_EQ(get("/subjects/ben").status, 404);
}

TEST_F(ErasureApi, records_about_somebody_come_in_pages) {
  for (const char* id : {"a", "b", "c"}) file(id, ben_, R"({"body":"hello"})");
  file("d", carl_, R"({"body":"hello"})");
  const std::string path = of(ben_) + "/records";
  const Json first = json_of(get(path, "kind=letter&limit=2"));
  ASSERT_EQ(first.find("items")->array()->size(), 2U);
  EXPECT_EQ(*first.find("items")->array()->at(0).find("id")->string(), "a");
  const std::string next = *first.find("next")->string();
  const Json second = json_of(get(path, "kind=letter&limit=2&after=" + next));
  ASSERT_EQ(second.find("items")->array()->size(), 1U);
  EXPECT_TRUE(second.find("next")->is_null());
  EXPECT_EQ(get(path, "kind=letter&after=AAAA").status, 422);
  EXPECT_EQ(get(of(carl_) + "/records", "kind=letter&after=" + next).status, 422);
  EXPECT_EQ(get(path, "kind=letter&limit=0").status, 422);
  EXPECT_EQ(get(path, "kind=letter&limit=1001").status, 422);
  EXPECT_EQ(get(path).status, 422);
  EXPECT_EQ(get(path, "kind=person").status, 404);
}

TEST_F(ErasureApi, records_are_found_by_an_indexed_field_and_by_no_other) {
  file("a", ben_, R"({"body":"x","topic":"rain"})");
  file("b", carl_, R"({"body":"x","topic":"sun"})");
  const Json found = json_of(get("/records/letter", "field=topic&value=rain"));
  ASSERT_EQ(found.find("items")->array()->size(), 1U);
  EXPECT_EQ(*found.find("items")->array()->at(0).find("id")->string(), "a");
  EXPECT_EQ(json_of(get("/records/letter")).find("items")->array()->size(), 2U);
  EXPECT_EQ(get("/records/letter", "field=body&value=x").status, 422);
  EXPECT_EQ(get("/records/letter", "field=topic").status, 422);
  EXPECT_EQ(get("/records/letter", "purpose=marketing").status, 403);
}

// Correcting ------------------------------------------------------------------------------------

TEST_F(ErasureApi, a_correction_changes_it_wherever_it_is_found_and_keeps_who_and_when_O62) {
  file("a", ben_, R"({"body":"x","topic":"rain"})");
  const std::string tag(get("/records/letter/a").headers.value("ETag"));
  house_.clock().advance(Duration::hours(1));
  const auto corrected = send(Method::kPatch, "/records/letter/a", R"({"fields":{"topic":"sun"}})",
                              {{"If-Match", tag}});
  ASSERT_EQ(corrected.status, 200) << corrected.body;
  EXPECT_NE(corrected.headers.value("ETag"), tag);
  const Json now = json_of(get("/records/letter/a"));
  EXPECT_EQ(*now.find("fields")->find("topic")->string(), "sun");
  EXPECT_EQ(*now.find("fields")->find("body")->string(), "x");
  EXPECT_EQ(*now.find("corrected")->find("by")->string(), shop_.owner.text());
  EXPECT_EQ(parse_time(*now.find("corrected")->find("at")->string()), house_.clock().now());
  const auto with = [&](const std::string& topic) {
    return json_of(get("/records/letter", "field=topic&value=" + topic))
        .find("items")
        ->array()
        ->size();
  };
  EXPECT_EQ(with("rain"), 0U);
  EXPECT_EQ(with("sun"), 1U);
}

TEST_F(ErasureApi, a_correction_of_what_was_changed_meanwhile_is_refused) {
  file("a", ben_, R"({"body":"x","topic":"rain"})");
  const std::string tag(get("/records/letter/a").headers.value("ETag"));
  const auto correct = [&](const std::string& fields, http::Headers headers) {
    return send(Method::kPatch, "/records/letter/a", R"({"fields":)" + fields + "}",
                std::move(headers));
  };
  ASSERT_EQ(correct(R"({"body":"y"})", {}).status, 200);
  EXPECT_EQ(correct(R"({"body":"z"})", {{"If-Match", tag}}).status, 412);
  EXPECT_EQ(correct(R"({"body":"z"})", {{"If-Match", "1"}}).status, 422);
  EXPECT_EQ(correct(R"({"colour":"z"})", {}).status, 422);
  EXPECT_EQ(correct("{}", {}).status, 422);
  EXPECT_EQ(*json_of(get("/records/letter/a")).find("fields")->find("body")->string(), "y");
  EXPECT_EQ(send(Method::kPatch, "/records/letter/b", R"({"fields":{"body":"z"}})").status, 404);
}

// Who may erase ---------------------------------------------------------------------------------

TEST_F(ErasureApi, without_the_persons_id_typed_nothing_goes_and_the_answer_tells_what_would) {
  file("a", ben_, R"({"body":"one"})");
  const std::string path = of(ben_) + "/erasure";
  const auto dry = send(Method::kPost, path, R"({"reason":"request 17"})");
  EXPECT_EQ(dry.status, 422);
  EXPECT_TRUE(json_of(dry).find("detail")->string()->contains("1 of kind letter")) << dry.body;
  EXPECT_EQ(*json_of(dry).find("field")->string(), "confirm");
  const auto other =
      send(Method::kPost, path, R"({"reason":"request 17","confirm":")" + carl_.text() + "\"}");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(send(Method::kPost, path, "{}").status, 422);
  EXPECT_EQ(state(ben_), "held");
  EXPECT_EQ(send(Method::kPost, of(carl_) + "/erasure", R"({"reason":"r"})").status, 404);
  EXPECT_EQ(erase(carl_).status, 404);
}

TEST_F(ErasureApi, every_member_has_what_is_about_themselves_erased_by_signing_in_again_O68) {
  const auto person = must(house_.people().add_person("Eve", "eve@example.com"));
  must(house_.people().add_member(shop_.organization, person, people::Role::kMember));
  file("a", person, R"({"body":"mine"})");
  Asker eve = house_.sign_in(person);
  const auto in = must(house_.people().set_password(eve.cookie, kPassword, std::nullopt));
  eve = {.cookie = in.token, .csrf = in.session.csrf, .key = {}};
  const auto order = [&](const std::string& more) {
    return house_.send(
        eve, {.method = Method::kPost,
              .path = shop_.path() + of(person) + "/erasure",
              .body = R"({"reason":"mine","confirm":")" + person.text() + "\"" + more + "}"});
  };
  const auto not_again = order("");
  EXPECT_EQ(not_again.status, 403) << not_again.body;
  EXPECT_EQ(*json_of(not_again).find("clause")->string(), "6.2");
  EXPECT_EQ(order(R"(,"password":"wrong battery")").status, 422);
  EXPECT_EQ(state(person), "held");
  const auto erased = order(std::string(R"(,"password":")") + kPassword + "\"");
  EXPECT_EQ(erased.status, 200) << erased.body;
  EXPECT_EQ(state(person), "erased");
  EXPECT_EQ(house_.get(eve, "/api/v1/session").status, 200) << "their session goes on";
  EXPECT_FALSE(get("/erasures/1/receipt").body.contains(person.text())) << "it names nobody";
}

TEST_F(ErasureApi, an_owner_erases_somebody_else_only_under_a_clause_that_says_so_O64) {
  file("a", ben_, R"({"body":"one"})");
  const auto refused = send(Method::kPost, of(ben_) + "/erasure",
                            R"({"reason":"request 17","confirm":")" + ben_.text() +
                                R"(","password":")" + kPassword + "\"}");
  EXPECT_EQ(refused.status, 403) << refused.body;
  EXPECT_FALSE(json_of(refused).find("clause")->string()->empty());
  const auto claimed = send(
      Method::kPost, of(ben_) + "/erasure",
      R"({"reason":"request 17","confirm":")" + ben_.text() + R"(","facts":{"same_person":true}})");
  EXPECT_EQ(claimed.status, 422) << "it is found out, not said";
  EXPECT_EQ(state(ben_), "held");
  EXPECT_EQ(erase(ben_).status, 200);
  EXPECT_EQ(state(ben_), "erased");
}

TEST_F(ErasureApi, a_key_and_a_member_who_is_no_owner_erase_nobody_else) {
  file("a", ben_, R"({"body":"one"})");
  const auto person = must(house_.people().add_person("Eve", "eve@example.com"));
  must(house_.people().add_member(shop_.organization, person, people::Role::kMember));
  const Ask order{.method = Method::kPost,
                  .path = shop_.path() + of(ben_) + "/erasure",
                  .body = R"({"reason":"r","confirm":")" + ben_.text() + "\"}"};
  EXPECT_EQ(house_.send(house_.sign_in(person), order).status, 403);
  EXPECT_EQ(house_.send(house_.key_of(shop_, {people::Scope::kWrite}), order).status, 403);
  EXPECT_EQ(state(ben_), "held");
}

// Erasing ---------------------------------------------------------------------------------------

TEST_F(ErasureApi, an_erasure_removes_what_is_theirs_and_leaves_what_is_others_O62) {
  file("a", ben_, R"({"body":"one"})");
  file("c", carl_, R"({"body":"dear ben","friend":")" + ben_.text() + "\"}");
  const silo::ErasureReceipt receipt = receipt_of(erase(ben_));
  EXPECT_EQ(receipt.number, 1U);
  EXPECT_EQ(receipt.reason, "request 17");
  ASSERT_EQ(receipt.counts.size(), 1U);
  EXPECT_EQ(receipt.counts[0], (silo::ErasureCount{"letter", 1, 1, 0}));
  EXPECT_EQ(get("/records/letter/a").status, 404);
  const Json left = json_of(get("/records/letter/c"));
  EXPECT_EQ(*left.find("fields")->find("body")->string(), "dear ben");
  EXPECT_TRUE(left.find("fields")->find("friend")->is_null());
  EXPECT_EQ(json_of(get(of(ben_) + "/records", "kind=letter")).find("items")->array()->size(), 0U);
  EXPECT_EQ(subject(ben_).find("erasure")->integer(), 1);
  // Said again, it is the same; and what is about whom was forgotten is taken in no more.
  EXPECT_EQ(receipt_of(erase(ben_)), receipt);
  const auto again =
      send(Method::kPost, "/records/letter",
           R"({"id":"z","source":"api","fields":{},"subject":")" + ben_.text() + "\"}");
  EXPECT_EQ(again.status, 409) << again.body;
}

TEST_F(ErasureApi, what_a_hold_keeps_is_listed_with_its_reason_and_end_and_read_by_nobody_O67_O73) {
  file("a", ben_, R"({"body":"one"})");
  file("n", ben_, R"({"body":"two"})", "note");
  const auto placed = send(Method::kPost, "/holds",
                           R"({"id":"h1","subject":")" + ben_.text() +
                               R"(","kind":"letter","reason":"litigation 4 O 17/26",)"
                               R"("until":"2024-06-01T00:00:00Z"})");
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(*json_of(placed).find("by")->string(), shop_.owner.text());
  const silo::ErasureReceipt stopped = receipt_of(erase(ben_));
  EXPECT_EQ(stopped.number, 0U);
  EXPECT_FALSE(stopped.cryptographic);
  ASSERT_EQ(stopped.exceptions.size(), 1U);
  EXPECT_EQ(stopped.exceptions[0].reason, "litigation 4 O 17/26");
  EXPECT_EQ(stopped.exceptions[0].until, *parse_time("2024-06-01T00:00:00Z"));
  const Json told = subject(ben_);
  EXPECT_EQ(*told.find("state")->string(), "restricted");
  EXPECT_EQ(told.find("holds")->array()->size(), 1U);
  EXPECT_EQ(told.find("items")->array()->size(), 1U) << "what no hold spares is gone";
  EXPECT_EQ(get("/records/letter/a").status, 404);
  EXPECT_EQ(get("/erasures/0/receipt").status, 404);
  must(silo().purge());
  EXPECT_EQ(state(ben_), "restricted");

  EXPECT_EQ(send(Method::kDelete, "/holds/h1").status, 204);
  EXPECT_EQ(send(Method::kDelete, "/holds/h1").status, 404);
  must(silo().purge());
  EXPECT_EQ(state(ben_), "erased");
  EXPECT_EQ(get("/erasures/1/receipt").status, 200);
}

TEST_F(ErasureApi, a_hold_that_is_not_whole_is_not_placed) {
  const struct {
    std::string body;
    std::string_view field;
  } cases[] = {
      {R"({"reason":"r","until":"2030-01-01T00:00:00Z"})", "id"},
      {R"({"id":"h","until":"2030-01-01T00:00:00Z"})", "reason"},
      {R"({"id":"h","reason":"r"})", "until"},
      {R"({"id":"h","reason":"r","until":"soon"})", "until"},
      {R"({"id":"h","reason":"r","until":"2030-01-01T00:00:00Z","subject":"ben"})", "subject"},
      {R"({"id":"h","reason":"r","until":"2030-01-01T00:00:00Z","kind":"poem"})", "kind"},
  };
  for (const auto& c : cases) {
    const auto refused = send(Method::kPost, "/holds", c.body);
    EXPECT_EQ(refused.status, 422) << c.body << refused.body;
    EXPECT_EQ(*json_of(refused).find("field")->string(), c.field) << c.body;
  }
  const std::string over = R"({"id":"h","reason":"r","until":"2020-01-01T00:00:00Z"})";
  EXPECT_EQ(send(Method::kPost, "/holds", over).status, 422);
  const std::string good = R"({"id":"h","reason":"r","until":"2030-01-01T00:00:00Z"})";
  EXPECT_EQ(send(Method::kPost, "/holds", good).status, 201);
  EXPECT_EQ(send(Method::kPost, "/holds", good).status, 409);
  EXPECT_EQ(json_of(get("/holds")).find("items")->array()->size(), 1U);
}

// Retention -------------------------------------------------------------------------------------

TEST_F(ErasureApi, nothing_is_read_after_its_end_even_where_the_purge_is_late_O72) {
  file("a", ben_, R"({"body":"one","topic":"rain"})");
  const Time end = *parse_time(*json_of(get("/records/letter/a")).find("deadline")->string());
  const auto retention = [&] { return json_of(get("/retention")); };
  EXPECT_EQ(retention().find("logical_overdue")->number(), 0);
  pass(end - house_.clock().now() + Duration::minutes(20));
  EXPECT_EQ(get("/records/letter/a").status, 404);
  EXPECT_TRUE(json_of(get("/records/letter")).find("items")->array()->empty());
  EXPECT_TRUE(
      json_of(get("/records/letter", "field=topic&value=rain")).find("items")->array()->empty());
  EXPECT_TRUE(json_of(get(of(ben_) + "/records", "kind=letter")).find("items")->array()->empty());
  EXPECT_EQ(state(ben_), "nothing");
  const Json late = retention();
  EXPECT_EQ(late.find("logical_overdue")->number(), 20 * 60);
  EXPECT_EQ(late.find("late")->boolean(), true);
  must(silo().purge());
  const Json again = retention();
  EXPECT_EQ(again.find("logical_overdue")->number(), 0);
  EXPECT_EQ(again.find("late")->boolean(), false);
  house_.clock().advance(Duration::hours(25));
  EXPECT_EQ(retention().find("physical_overdue")->number(), 60 * 60);
  EXPECT_EQ(retention().find("late")->boolean(), true);
  must(silo().scrub(false));
  EXPECT_EQ(retention().find("physical_overdue")->number(), 0);
  EXPECT_FALSE(retention().find("scrubbed")->is_null());
}

TEST_F(ErasureApi, a_hold_stops_the_purge_and_never_the_denial_of_reads_O73) {
  file("a", ben_, R"({"body":"one"})");
  const std::string all = R"({"id":"all","reason":"audit","until":"2030-01-01T00:00:00Z"})";
  ASSERT_EQ(send(Method::kPost, "/holds", all).status, 201);
  pass(Duration::days(500));
  must(silo().purge());
  EXPECT_EQ(get("/records/letter/a").status, 404);
  EXPECT_EQ(json_of(get("/retention")).find("logical_overdue")->number(), 0) << "it is not late";
  ASSERT_EQ(send(Method::kDelete, "/holds/all").status, 204);
  EXPECT_GT(*json_of(get("/retention")).find("logical_overdue")->number(), 0) << "it is there";
  EXPECT_EQ(get("/records/letter/a").status, 404);
  EXPECT_EQ(must(silo().purge()).records, 1U);
}

// Receipts --------------------------------------------------------------------------------------

/// What tests/offline/receipt_verify.py says, which was written from docs/ERASURE.md alone.
std::string offline_verdict(const std::string& path, const std::string& key) {
  const std::string command =
      "python3 " HEED_SOURCE_DIR "/tests/offline/receipt_verify.py " + path + " " + key + " 2>&1";
  std::FILE* const program = ::popen(command.c_str(), "r");
  std::string said(4'096, '\0');
  said.resize(std::fread(said.data(), 1, said.size(), program));
  ::pclose(program);
  return said;
}

struct Said {
  int status = 0;
  std::string out, error;
};

Said verify_command(std::vector<const char*> words) {
  words.insert(words.begin(), "erasure");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Said said;
  said.status = app::erasure_command(static_cast<int>(words.size()), words.data());
  static_cast<void>(std::fflush(stdout));
  said.out = testing::internal::GetCapturedStdout();
  said.error = testing::internal::GetCapturedStderr();
  return said;
}

class Receipts : public ErasureApi {
 protected:
  Receipts() {
    file("a", ben_, R"({"body":"one"})");
    require(erase(ben_).status == 200, "an owner may erase");
    key_ = *json_of(get("/journal/key")).find("key")->string();
  }
  std::string write(const std::string& lines) {
    const std::string path = directory_.path() + "/receipt.jsonl";
    std::ofstream(path) << lines;
    return path;
  }
  std::string given() {
    const auto response = get("/erasures/1/receipt");
    require(response.status == 200, response.body);
    return response.body;
  }

  const silo::TemporaryDirectory directory_;
  std::string key_;
};

TEST_F(Receipts, a_stranger_verifies_a_receipt_with_the_public_key_alone) {
  const auto response = get("/erasures/1/receipt");
  EXPECT_EQ(response.headers.value("Content-Type"), "application/jsonl");
  EXPECT_EQ(response.headers.value("Content-Disposition"),
            "attachment; filename=\"erasure-1.jsonl\"");
  const std::string path = write(response.body);
  EXPECT_TRUE(offline_verdict(path, key_).starts_with("holds: erasure 1, found by nobody since "))
      << offline_verdict(path, key_);
  const Said said = verify_command({"verify", path.c_str(), "--key", key_.c_str()});
  EXPECT_EQ(said.status, 0) << said.error;
  EXPECT_TRUE(said.out.contains("letter: 1 removed")) << said.out;
  const Said told = verify_command({"verify", path.c_str(), "--key", key_.c_str(), "--json"});
  const Json json = must(Json::parse(told.out));
  EXPECT_EQ(json.find("holds")->boolean(), true);
  EXPECT_EQ(json.find("receipt")->find("number")->integer(), 1);
}

TEST_F(Receipts, a_receipt_that_was_changed_holds_for_nobody) {
  const std::string lines = given();
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string text = lines;
    const std::size_t at = text.find(from);
    require(at != std::string::npos, "the receipt has it");
    return write(text.replace(at, from.size(), to));
  };
  const struct {
    std::string_view from, to, offline;
  } cases[] = {
      {"request 17", "request 18", "the receipt is not signed\n"},
      {"removed\\\":1", "removed\\\":2", "the receipt is not signed\n"},
      {"subject.erased", "subject.erasee", "entry "},
  };
  for (const auto& c : cases) {
    const std::string path = changed(c.from, c.to);
    EXPECT_TRUE(offline_verdict(path, key_).starts_with(c.offline)) << c.from;
    const Said said = verify_command({"verify", path.c_str(), "--key", key_.c_str()});
    EXPECT_EQ(said.status, 1) << c.from;
    EXPECT_FALSE(said.error.empty());
    const Said json = verify_command({"verify", path.c_str(), "--key", key_.c_str(), "--json"});
    EXPECT_EQ(json.status, 1);
    EXPECT_EQ(must(Json::parse(json.out)).find("holds")->boolean(), false);
  }
  const std::string other(64, '0');
  const std::string path = write(lines);
  EXPECT_EQ(verify_command({"verify", path.c_str(), "--key", other.c_str()}).status, 1);
  EXPECT_EQ(verify_command({"verify", path.c_str(), "--key", "key"}).status, 1);
  EXPECT_EQ(verify_command({"verify", "/no/such/file", "--key", key_.c_str()}).status, 1);
  EXPECT_TRUE(verify_command({"--help"}).out.contains("heed erasure verify"));
}

TEST_F(Receipts, once_the_bytes_are_gone_the_receipt_says_since_when) {
  const PublicKey key = must(PublicKey::from_bytes(*from_hex(key_)));
  const auto before = must(silo::verify_receipt(given(), key));
  EXPECT_FALSE(before.physical);
  EXPECT_EQ(before.physical_by, before.logical + Duration::hours(24));
  house_.clock().advance(Duration::hours(13));
  must(silo().scrub(false));
  const auto after = must(silo::verify_receipt(given(), key));
  EXPECT_EQ(after.physical, house_.clock().now());
  EXPECT_TRUE(offline_verdict(write(given()), key_)
                  .contains("gone from every file " + format_time(*after.physical, 9)));
  EXPECT_EQ(get("/erasures/2/receipt").status, 404);
  EXPECT_EQ(get("/erasures/one/receipt").status, 404);
}

}  // namespace
}  // namespace heed

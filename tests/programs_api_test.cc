// Programs over /api/v1: texts and their revisions, and the way to a control that is there.
#include <unistd.h>

#include "api_house.h"
#include "base/crypto.h"
#include "box/test_file_servers.h"
#include "http/schema_check.h"

namespace heed {
namespace {

using http::Method;

constexpr auto kBytes = "application/octet-stream";

class ProgramsApi : public testing::Test {
 protected:
  http::Response send(Method method, const std::string& path, const std::string& body = {},
                      const std::string& query = {}, const std::string& type = "application/json") {
    return house_.send(
        shop_.session,
        {.method = method, .path = path, .query = query, .body = body, .type = type});
  }
  http::Response get(const std::string& path, const std::string& query = {}) {
    return house_.get(shop_.session, path, query);
  }
  std::string make(const std::string& name) {
    const auto made = send(Method::kPost, programs_, R"({"name":")" + name + "\"}");
    require(made.status == 201, made.body);
    return programs_ + "/" + *json_of(made).find("id")->string();
  }
  http::Response keep(const std::string& program, const std::string& text,
                      const std::string& query = {}) {
    return send(Method::kPost, program + "/revisions", text, query, kBytes);
  }
  /// Begins a transfer and waits until it has ended.
  Json transfer(const std::string& form) {
    const auto begun = send(Method::kPost, shop_.machine_path() + "/transfers", form);
    require(begun.status == 202, begun.body);
    const std::string path = shop_.path() + "/transfers/" + *json_of(begun).find("id")->string();
    for (int i = 0; i < 3'000; ++i) {
      Json now = json_of(get(path));
      if (!*now.find("running")->boolean()) return now;
      ::usleep(10'000);
    }
    ADD_FAILURE() << "the transfer does not end";
    return {};
  }
  void reach(const box::FilePlace& place) {
    const auto set = send(Method::kPut, shop_.machine_path() + "/transfer-settings",
                          R"({"protocol":"ftp","host":"127.0.0.1","port":)" +
                              std::to_string(place.port) + R"(,"user":"cnc","password":"s3cret"})");
    ASSERT_EQ(set.status, 200) << set.body;
  }
  static std::string text(const Json& object, std::string_view member) {
    const Json* found = object.find(member);
    return found != nullptr && found->string() != nullptr ? *found->string() : "";
  }
  void check_shape(const http::Response& response, const std::string& schema) {
    const Json document = json_of(house_.get({}, "/api/v1/openapi.json"));
    EXPECT_EQ(http::SchemaCheck(document).fault_of(json_of(response), schema), "") << response.body;
  }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
  const std::string programs_ = shop_.path() + "/programs";
};

TEST_F(ProgramsApi, a_text_is_put_read_compared_and_restored) {
  const std::string program = make("O1.nc");
  EXPECT_EQ(keep(program, "N10 G0\nN20 M30\n", "comment=first").status, 201);
  EXPECT_EQ(keep(program, "N10 G0\nN20 M30\n").status, 200) << "the same bytes";
  EXPECT_EQ(keep(program, "N10 G1\nN20 M30\n", "expected=1").status, 201);
  EXPECT_EQ(keep(program, "late\n", "expected=1").status, 409);

  const Json revisions = json_of(get(program + "/revisions"));
  ASSERT_EQ(revisions.find("items")->array()->size(), 2U);
  const Json& first = revisions.find("items")->array()->at(1);
  EXPECT_EQ(text(first, "comment"), "first");
  EXPECT_EQ(text(first, "origin"), "uploaded");
  EXPECT_EQ(text(first, "who"), shop_.owner.text());
  const auto content = get(program + "/revisions/1/content");
  EXPECT_EQ(content.body, "N10 G0\nN20 M30\n");
  EXPECT_EQ(content.headers.value("Content-Disposition"), "attachment; filename*=UTF-8''O1.nc");
  const Json lines = json_of(get(program + "/revisions/2/text", "from=2&lines=1"));
  EXPECT_EQ(*lines.find("lines")->array()->at(0).string(), "N20 M30");
  EXPECT_EQ(*lines.find("all")->integer(), 2);
  const Json diff = json_of(get(program + "/diff", "before=1&after=2"));
  EXPECT_EQ(*diff.find("removed")->integer(), 1);
  const auto restored = send(Method::kPost, program + "/revisions/1/restore");
  EXPECT_EQ(restored.status, 201) << restored.body;
  EXPECT_EQ(*json_of(restored).find("revision")->find("number")->integer(), 3);
}

TEST_F(ProgramsApi, a_removed_program_is_previewed_listed_apart_and_taken_back) {
  const std::string program = make("O1.nc");
  keep(program, "one");
  const Json preview = json_of(get(program + "/removal"));
  EXPECT_EQ(*preview.find("revisions")->integer(), 1);
  ASSERT_EQ(send(Method::kDelete, program).status, 204);
  EXPECT_TRUE(json_of(get(programs_)).find("items")->array()->empty());
  EXPECT_EQ(json_of(get(programs_, "removed=true")).find("items")->array()->size(), 1U);
  ASSERT_EQ(send(Method::kPost, program + "/take-back").status, 200);
  EXPECT_EQ(json_of(get(programs_, "words=o1")).find("items")->array()->size(), 1U);
}

TEST_F(ProgramsApi, a_list_goes_on_where_its_page_ended) {
  for (const char* name : {"A", "B", "C"}) make(name);
  const Json first = json_of(get(programs_, "limit=2"));
  ASSERT_EQ(first.find("items")->array()->size(), 2U);
  const Json rest = json_of(get(programs_, "limit=2&cursor=" + text(first, "next")));
  ASSERT_EQ(rest.find("items")->array()->size(), 1U);
  EXPECT_EQ(text(rest.find("items")->array()->at(0), "name"), "C");
}

TEST_F(ProgramsApi, what_is_wrong_names_its_field) {
  const auto refused = send(Method::kPost, programs_, R"({"name":"../x"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(text(json_of(refused), "field"), "name");
  make("O1.nc");
  const auto taken = send(Method::kPost, programs_, R"({"name":"O1.nc"})");
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(text(json_of(taken), "field"), "name");
}

TEST_F(ProgramsApi, O56_no_key_reaches_a_control_s_files_or_how_they_are_reached) {
  const Asker key =
      house_.key_of(shop_, {people::Scope::kRead, people::Scope::kWrite, people::Scope::kIngest});
  const std::string settings = shop_.machine_path() + "/transfer-settings";
  EXPECT_EQ(house_.get(key, settings).status, 403);
  EXPECT_EQ(house_
                .send(key, {.method = Method::kPut,
                            .path = settings,
                            .body = R"({"protocol":"ftp","host":"127.0.0.1"})"})
                .status,
            403);
  EXPECT_EQ(house_
                .send(key, {.method = Method::kPost,
                            .path = shop_.machine_path() + "/transfers",
                            .body = R"({"kind":"list"})"})
                .status,
            403);
  EXPECT_EQ(house_.get(key, programs_).status, 200) << "programs themselves may be read";
}

TEST_F(ProgramsApi, transfer_settings_are_shown_without_their_secrets_anywhere) {
  reach({.port = 2121});
  const auto shown = get(shop_.machine_path() + "/transfer-settings");
  check_shape(shown, "TransferSettingsShown");
  EXPECT_TRUE(shown.body.contains("(kept)"));
  for (const auto& path : {shop_.machine_path(), shop_.path() + "/machines",
                           shop_.machine_path() + "/transfer-settings"}) {
    EXPECT_FALSE(get(path).body.contains("s3cret")) << path;
  }
  EXPECT_EQ(text(json_of(get(shop_.machine_path())), "settings"), "");
  // What its driver reads is changed apart from them.
  ASSERT_EQ(send(Method::kPatch, shop_.machine_path(), R"({"location":"Hall 9"})").status, 200);
  EXPECT_TRUE(get(shop_.machine_path() + "/transfer-settings").body.contains("(kept)"));
  EXPECT_EQ(send(Method::kDelete, shop_.machine_path() + "/transfer-settings").status, 204);
  EXPECT_EQ(get(shop_.machine_path() + "/transfer-settings").body, R"({"settings":null})");
}

TEST_F(ProgramsApi, a_program_is_looked_at_sent_and_fetched_back_by_a_person) {
  const box::TestFtpServer server;
  reach(server.place());
  const std::string program = make("O1.nc");
  keep(program, "G0 X77.125\nM30\n");
  const std::string id = program.substr(programs_.size() + 1);
  const std::string about = R"("program":")" + id + R"(","place":"O1.nc")";

  const Json looked = transfer(R"({"kind":"preview",)" + about + "}");
  ASSERT_NE(looked.find("preview"), nullptr);
  EXPECT_TRUE(looked.find("preview")->find("there")->is_null());
  const auto blind =
      send(Method::kPost, shop_.machine_path() + "/transfers", R"({"kind":"send",)" + about + "}");
  EXPECT_EQ(blind.status, 422) << "nothing is sent that was not looked at";
  const Json careless = transfer(R"({"kind":"send","expected":null,)" + about + "}");
  ASSERT_NE(careless.find("failed"), nullptr);
  EXPECT_EQ(text(*careless.find("failed"), "detail"), "the machine is running O1");
  const Json sent = transfer(R"({"kind":"send","expected":null,"insist":true,)" + about + "}");
  ASSERT_NE(sent.find("sent"), nullptr);
  EXPECT_EQ(box::read_file(server.file("O1.nc")), "G0 X77.125\nM30\n");

  box::write_file(server.file("O1.nc"), "changed at the control\n");
  const Json fetched = transfer(R"({"kind":"fetch","place":"O1.nc"})");
  ASSERT_NE(fetched.find("fetched"), nullptr);
  EXPECT_EQ(text(*fetched.find("fetched"), "program"), id);
  const auto ledger = get(shop_.machine_path() + "/program-ledger");
  check_shape(ledger, "ProgramLedger");
  const Json lines = json_of(ledger);
  ASSERT_EQ(lines.find("items")->array()->size(), 2U);
  EXPECT_EQ(text(lines.find("items")->array()->at(1), "what"), "sent");
  EXPECT_EQ(text(lines.find("items")->array()->at(1), "who"), shop_.owner.text());
  std::string journal;
  const auto silo = must(house_.store().silo(shop_.organization));
  for (const auto& entry : must(silo->journal(house_.access(), 1, 1'000))) {
    journal += entry.what + entry.detail + "\n";
  }
  EXPECT_TRUE(journal.contains("program.sending")) << journal;
  EXPECT_TRUE(journal.contains("program.sent"));
  EXPECT_TRUE(journal.contains(to_hex(sha256("G0 X77.125\nM30\n"))));
  EXPECT_FALSE(journal.contains("X77.125"));
}

TEST_F(ProgramsApi, a_control_s_own_words_reach_whoever_asked) {
  const box::TestFtpServer server;
  reach(server.place());
  const auto set =
      send(Method::kPut, shop_.machine_path() + "/transfer-settings",
           R"({"protocol":"ftp","host":"127.0.0.1","port":)" + std::to_string(server.place().port) +
               R"(,"user":"cnc","password":"wrong"})");
  ASSERT_EQ(set.status, 200);
  const Json refused = transfer(R"({"kind":"list"})");
  ASSERT_NE(refused.find("failed"), nullptr);
  EXPECT_TRUE(text(*refused.find("failed"), "detail").contains("530 Authentication failed"));
  EXPECT_EQ(text(*refused.find("failed"), "mend"), "Check user and password.");
}

TEST_F(ProgramsApi, answers_have_the_shapes_that_openapi_promises) {
  const std::string program = make("O1.nc");
  check_shape(keep(program, "one\n"), "KeptRevision");
  check_shape(keep(program, "two\n"), "KeptRevision");
  check_shape(get(programs_), "ProgramPage");
  check_shape(get(program), "Program");
  check_shape(get(program + "/removal"), "ProgramRemoval");
  check_shape(get(program + "/revisions"), "Revisions");
  check_shape(get(program + "/revisions/1"), "Revision");
  check_shape(get(program + "/revisions/1/text"), "ProgramText");
  check_shape(get(program + "/diff", "before=1&after=2"), "ProgramDiff");
  check_shape(get(program + "/ledger"), "ProgramLedger");
}

}  // namespace
}  // namespace heed

// /api/v1/policy…: reading, asking, checking and changing the policy.
#include <atomic>
#include <sstream>
#include <thread>

#include "http/limits.h"
#include "http/notices.h"
#include "http/schema_check.h"
#include "policy_house.h"

namespace heed {
namespace {

using http::Method;

class PolicyApi : public PolicyHouse {
 protected:
  std::string fault(const http::Response& response, std::string_view schema) {
    const Json document = json_of(house_.get({}, "/api/v1/openapi.json"));
    return http::SchemaCheck(document).fault_of(json_of(response), schema);
  }
  static std::string question(std::string_view category, std::string_view purpose,
                              std::string_view party, std::string_view more = {}) {
    return R"({"category":")" + std::string(category) + R"(","purpose":")" + std::string(purpose) +
           R"(","party":")" + std::string(party) + "\"" + std::string(more) + "}";
  }
};

// Reading it --------------------------------------------------------------------------------------

TEST_F(PolicyApi, anybody_may_read_the_policy_in_force_and_nobody_s_name_is_in_it) {
  const auto response = house_.get({}, kPolicy);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(fault(response, "Policy"), "");
  const Json policy = json_of(response);
  EXPECT_EQ(*policy.find("source")->string(), source());
  EXPECT_EQ(*policy.find("hash")->string(), hash());
  EXPECT_EQ(policy.find("version")->integer(), 1);
  EXPECT_EQ(policy.find("by"), nullptr);
  EXPECT_FALSE(response.body.contains(shop_.owner.text()));
}

TEST_F(PolicyApi, each_clause_says_how_often_it_decided_in_the_last_days) {
  must(house_.store().silo(shop_.organization))->seal(true).value();
  const Json policy = json_of(house_.get({}, kPolicy));
  std::int64_t allowed = 0;
  for (const Json& clause : *policy.find("clauses")->array()) {
    allowed += *clause.find("allowed")->integer();
  }
  EXPECT_GT(allowed, 0);
}

TEST_F(PolicyApi, who_has_the_policy_already_is_told_so) {
  const auto first = house_.get({}, kPolicy);
  const std::string etag(first.headers.value("ETag"));
  ASSERT_FALSE(etag.empty());
  const Ask again{.path = kPolicy, .headers = {{"If-None-Match", etag}}};
  EXPECT_EQ(house_.send({}, again).status, 304);
}

// Asking it ---------------------------------------------------------------------------------------

TEST_F(PolicyApi, a_decision_comes_with_its_clause_its_sentence_and_its_reasons) {
  const auto response =
      post("/decide", question("machine_data.production", "service.monitoring", "organization"));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(fault(response, "PolicyDecision"), "");
  const Json decision = json_of(response);
  EXPECT_EQ(decision.find("allowed")->boolean(), true);
  EXPECT_EQ(*decision.find("clause")->string(), "3.1");
  EXPECT_FALSE(decision.find("sentence")->string()->empty());
  EXPECT_FALSE(decision.find("reasons")->array()->empty());
}

TEST_F(PolicyApi, a_reason_s_line_is_the_line_of_the_text_that_is_published) {
  const Json decision =
      json_of(post("/decide", question("machine_data.production", "improvement", "organization")));
  EXPECT_EQ(decision.find("allowed")->boolean(), false);
  std::istringstream text(source());
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  for (const Json& reason : *decision.find("reasons")->array()) {
    const auto line = static_cast<std::size_t>(*reason.find("line")->integer());
    ASSERT_LE(line, lines.size());
    const std::string verdict = reason.find("allow")->boolean() == true ? "allow" : "deny";
    EXPECT_TRUE(lines.at(line - 1).contains(verdict)) << lines.at(line - 1);
  }
}

TEST_F(PolicyApi, what_is_known_of_the_request_decides) {
  const struct {
    std::string_view more;
    bool allowed;
  } cases[] = {
      {R"(,"fails":["condition:opted_out","condition:minor"])", true},
      {R"(,"fails":["condition:opted_out"])", false},
      {R"(,"holds":["condition:minor"],"fails":["condition:opted_out"])", false},
      {"", false},
  };
  for (const auto& c : cases) {
    const auto response =
        post("/decide", question("personal.contact", "marketing", "engine", c.more));
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(json_of(response).find("allowed")->boolean(), c.allowed) << c.more;
  }
}

TEST_F(PolicyApi, a_proposed_text_can_be_asked_before_it_is_in_force) {
  const std::string asked =
      question("personal.contact", "marketing", "engine",
               R"(,"fails":["condition:opted_out"],"text":)" + json_quote(weaker()));
  EXPECT_EQ(json_of(post("/decide", asked)).find("allowed")->boolean(), true);
}

TEST_F(PolicyApi, a_word_that_the_policy_does_not_have_is_named_with_its_field) {
  const struct {
    std::string body;
    std::string_view field;
  } cases[] = {
      {question("nothing", "service", "engine"), "category"},
      {question("usage", "nothing", "engine"), "purpose"},
      {question("usage", "service", "nobody"), "party"},
      {question("usage", "service", "engine", R"(,"holds":["condition:rain"])"), "holds"},
      {question("usage", "service", "engine", R"(,"fails":"condition:minor")"), "fails"},
      {question("usage", "service", "engine", R"(,"text":1)"), "text"},
      {R"({"purpose":"service"})", "category"},
  };
  for (const auto& c : cases) {
    const auto response = post("/decide", c.body);
    EXPECT_EQ(response.status, 422) << c.body;
    EXPECT_EQ(*json_of(response).find("field")->string(), c.field);
  }
}

// Checking a text ---------------------------------------------------------------------------------

TEST_F(PolicyApi, the_text_in_force_has_no_error_and_changes_nothing) {
  const auto response = post("/check", with_text(source()));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(fault(response, "PolicyCheck"), "");
  const Json checked = json_of(response);
  EXPECT_EQ(*checked.find("hash")->string(), hash());
  EXPECT_EQ(*checked.find("formatted")->string(), source());
  EXPECT_EQ(checked.find("comparison")->find("widened")->integer(), 0);
  EXPECT_EQ(checked.find("comparison")->find("narrowed")->integer(), 0);
  for (const Json& finding : *checked.find("findings")->array()) {
    EXPECT_EQ(*finding.find("severity")->string(), "warning");
  }
}

TEST_F(PolicyApi, an_error_is_told_with_its_place_and_its_mend) {
  const std::string text = edited(source(), "unless opted_out, minor", "unless opted_aut, minor");
  const Json checked = check(text);
  EXPECT_TRUE(checked.find("hash")->is_null());
  EXPECT_TRUE(checked.find("comparison")->is_null());
  const Json& finding = checked.find("findings")->array()->at(0);
  EXPECT_EQ(*finding.find("severity")->string(), "error");
  EXPECT_EQ(*finding.find("clause")->string(), "3.5");
  EXPECT_TRUE(finding.find("message")->string()->contains("opted_aut"));
  EXPECT_FALSE(finding.find("mend")->string()->empty());
  const std::string before = text.substr(0, text.find("opted_aut"));
  EXPECT_EQ(finding.find("line")->integer(), std::ranges::count(before, '\n') + 1);
}

TEST_F(PolicyApi, a_weaker_text_is_told_in_sentences_and_needs_a_notice_O84) {
  const Json checked = check(weaker());
  EXPECT_EQ(checked.find("needs_notice")->boolean(), true);
  const Json& comparison = *checked.find("comparison");
  EXPECT_EQ(comparison.find("weakened")->boolean(), true);
  EXPECT_GT(*comparison.find("widened")->integer(), 0);
  const Json& cell = comparison.find("cells")->array()->at(0);
  EXPECT_EQ(*cell.find("purpose")->string(), "marketing");
  EXPECT_EQ(*cell.find("change")->string(), "widened");
  EXPECT_FALSE(cell.find("sentence")->string()->empty());
}

TEST_F(PolicyApi, a_stricter_text_needs_none) {
  const Json checked = check(stricter());
  EXPECT_EQ(checked.find("needs_notice")->boolean(), false);
  EXPECT_EQ(checked.find("comparison")->find("duties")->array()->size(), 1U);
}

TEST_F(PolicyApi, a_text_is_at_most_two_mebibytes) {
  const auto body = [](std::size_t size) {
    return with_text(std::string(size - with_text("").size(), '#'));
  };
  EXPECT_EQ(post("/check", body(http::kMaxPolicyFormBytes)).status, 200);
  EXPECT_EQ(post("/check", body(http::kMaxPolicyFormBytes + 1)).status, 413);
  EXPECT_EQ(post("/check", "{}").status, 422);
}

// Changing it -------------------------------------------------------------------------------------

TEST_F(PolicyApi, a_stricter_text_comes_into_force_at_once_and_is_in_every_journal_O81) {
  const std::string text = stricter();
  const auto response = post("/activate", with_text(text));
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(fault(response, "PolicyVersion"), "");
  EXPECT_EQ(source(), text);
  for (const OrganizationId silo : {people::house_id(), shop_.organization}) {
    const auto opened = must(house_.store().silo(silo));
    const auto entries = must(opened->journal(house_.access(), 1, 1'000));
    std::string pinned;
    for (const silo::JournalEntry& entry : entries) {
      if (entry.what == "policy.activated") pinned = entry.detail;
    }
    EXPECT_TRUE(pinned.contains(hash())) << pinned;
  }
}

TEST_F(PolicyApi, a_weaker_text_is_refused_without_its_notice_O84) {
  const std::string text = weaker();
  const std::string before = hash();
  EXPECT_EQ(post("/activate", with_text(text)).status, 409);
  const std::string other =
      give_notice(edited(text, "keep usage for 13 months", "keep usage for 14 months"));
  EXPECT_EQ(post("/activate", with_text(text, R"(,"notice":")" + other + "\"")).status, 409);
  EXPECT_EQ(post("/activate", with_text(text, R"(,"notice":"none")")).status, 422);
  EXPECT_EQ(post("/activate", with_text(text, R"(,"notice":1)")).status, 422);
  EXPECT_EQ(hash(), before);
}

TEST_F(PolicyApi, after_its_notice_a_weaker_text_comes_into_force_and_says_who_and_when_O84) {
  const std::string text = weaker();
  const std::string notice = give_notice(text);
  const auto response = post("/activate", with_text(text, R"(,"notice":")" + notice + "\""));
  ASSERT_EQ(response.status, 201) << response.body;
  const auto listed = get("/versions");
  EXPECT_EQ(fault(listed, "PolicyVersions"), "");
  const Json versions = json_of(listed);
  const Json::Array& all = *versions.find("versions")->array();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(*all[1].find("by")->string(), "Owner of Mill");
  EXPECT_EQ(*all[1].find("notice")->find("text")->string(), "It changes.");
  EXPECT_TRUE(all[0].find("notice")->is_null());
  EXPECT_EQ(fault(get("/versions/2"), "PolicyVersion"), "");
  EXPECT_EQ(*json_of(get("/versions/2")).find("source")->string(), text);
  EXPECT_NE(*json_of(get("/versions/1")).find("source")->string(), text);
  for (const char* number : {"0", "3", "01", "x", "99999999999"}) {
    EXPECT_EQ(get("/versions/" + std::string(number)).status, 404) << number;
  }
}

TEST_F(PolicyApi, a_text_that_does_not_compile_is_refused_with_its_findings) {
  for (const char* path : {"/activate", "/decide", "/replay"}) {
    const std::string more = R"(,"days":1,"purpose":"service","category":"usage","party":"engine")";
    const auto response = post(path, with_text("policy p \"P\" clause 1 { allow", more));
    EXPECT_EQ(response.status, 422) << path;
    EXPECT_EQ(response.headers.value("Content-Type"), "application/problem+json");
    EXPECT_FALSE(json_of(response).find("findings")->array()->empty());
  }
}

TEST_F(PolicyApi, the_text_in_force_is_not_activated_again) {
  EXPECT_EQ(post("/activate", with_text(source())).status, 422);
}

TEST_F(PolicyApi, notices_stand_in_the_journal_and_are_listed) {
  const std::string id = give_notice(weaker());
  const auto listed = get("/notices");
  EXPECT_EQ(fault(listed, "Notices"), "");
  const Json notices = json_of(listed);
  const Json& notice = notices.find("notices")->array()->at(0);
  EXPECT_EQ(*notice.find("id")->string(), id);
  EXPECT_EQ(*notice.find("by")->string(), "Owner of Mill");
  EXPECT_EQ(notice.find("reaches_earlier_items")->boolean(), false);
}

TEST_F(PolicyApi, a_notice_says_something_about_a_text) {
  const std::string of = hash();
  const auto notice = [&](const std::string& hash, const std::string& text) {
    return post("/notices", "{\"hash\":\"" + hash + "\",\"text\":\"" + text + "\"}");
  };
  const struct {
    http::Response response;
    std::string_view field;
  } cases[] = {
      {notice(of, ""), "text"},
      {notice(of, std::string(http::kLongestNotice + 1, 'a')), "text"},
      {notice("12", "It changes."), "hash"},
      {notice(std::string(64, 'x'), "It changes."), "hash"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.response.status, 422);
    EXPECT_EQ(*json_of(c.response).find("field")->string(), c.field);
  }
  EXPECT_EQ(notice(of, std::string(http::kLongestNotice, 'a')).status, 201);
}

TEST_F(PolicyApi, the_policy_changes_while_requests_run_and_none_sees_two) {
  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto machine = house_.get(shop_.session, shop_.machine_path());
        EXPECT_EQ(machine.status, 200) << machine.body;
        const auto response = house_.get({}, "/privacy/policy.txt");
        EXPECT_EQ(response.headers.value("Heed-Policy-Hash"), to_hex(sha256(response.body)));
        ++answered;
      }
    });
  }
  std::string span = "13 months";
  for (const char* shorter : {"12 months", "11 months", "10 months", "9 months"}) {
    const int before = answered;
    const std::string text =
        edited(source(), "keep usage for " + span, "keep usage for " + std::string(shorter));
    span = shorter;
    const auto activated = post("/activate", with_text(text));
    EXPECT_EQ(activated.status, 201) << activated.body;
    while (answered < before + 4) std::this_thread::yield();
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(house_.store().book()->versions().size(), 5U);
}

// Looking back ------------------------------------------------------------------------------------

TEST_F(PolicyApi, a_replay_tells_for_each_organization_what_would_newly_be_refused) {
  ASSERT_EQ(house_.get(shop_.session, shop_.machine_path()).status, 200);
  const std::string text = edited(source(), "allow any for service to organization, engine",
                                  "allow any for service to engine");
  const auto response = post("/replay", with_text(text, R"(,"days":7)"));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(fault(response, "Replay"), "");
  const Json replay = json_of(response);
  const Json& mill = replay.find("organizations")->array()->at(1);
  EXPECT_EQ(*mill.find("name")->string(), "Mill");
  EXPECT_GT(*mill.find("newly_refused")->integer(), 0);
  EXPECT_EQ(mill.find("newly_allowed")->integer(), 0);
}

TEST_F(PolicyApi, a_replay_by_the_text_in_force_changes_nothing) {
  const Json replay = json_of(post("/replay", with_text(source(), R"(,"days":366)")));
  for (const Json& organization : *replay.find("organizations")->array()) {
    EXPECT_EQ(organization.find("newly_refused")->integer(), 0);
    EXPECT_EQ(organization.find("newly_allowed")->integer(), 0);
    EXPECT_GT(*organization.find("decisions")->integer(), 0);
  }
}

TEST_F(PolicyApi, a_replay_goes_back_one_to_366_days) {
  for (const char* days : {"0", "367", "\"7\"", "1.5"}) {
    const auto response = post("/replay", with_text(source(), ",\"days\":" + std::string(days)));
    EXPECT_EQ(response.status, 422) << days;
    EXPECT_EQ(*json_of(response).find("field")->string(), "days");
  }
}

TEST_F(PolicyApi, coverage_says_what_the_text_and_the_program_lack_of_each_other) {
  const auto response = get("/coverage");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(fault(response, "PolicyCoverage"), "");
  EXPECT_EQ(json_of(response).find("obligations")->array()->size(), 88U);
}

// Who may -----------------------------------------------------------------------------------------

TEST_F(PolicyApi, only_who_runs_the_server_may_check_and_change) {
  const Shop other = house_.open_shop("Lathe", "berta@example.com");
  std::size_t tried = 0;
  for (const http::Route& route : house_.router().routes()) {
    if (route.need != http::Need::kOperator) continue;
    ++tried;
    std::string path = route.pattern;
    if (const auto at = path.find("{number}"); at != std::string::npos) path.replace(at, 8, "1");
    const auto answer = [&](const Asker& asker) {
      return house_
          .send(asker, {.method = route.method,
                        .path = path,
                        .body = route.request ? with_text(source()) : ""})
          .status;
    };
    EXPECT_EQ(answer(other.session), 403) << route.name;
    EXPECT_EQ(answer({}), 401) << route.name;
    EXPECT_EQ(answer(house_.key_of(shop_, {people::Scope::kRead, people::Scope::kWrite})), 403)
        << route.name;
    EXPECT_NE(answer(shop_.session), 403) << route.name;
  }
  EXPECT_EQ(tried, 8U);
}

TEST_F(PolicyApi, who_runs_the_server_is_said_by_the_session_and_the_house_is_no_organization) {
  const Json session = json_of(house_.get(shop_.session, "/api/v1/session"));
  EXPECT_EQ(session.find("operator")->boolean(), true);
  EXPECT_EQ(session.find("organizations")->array()->size(), 1U);
  const std::string house = "/api/v1/organizations/" + people::house_id().text();
  for (const char* path : {"/members", "/machines", "/api-keys"}) {
    EXPECT_EQ(house_.get(shop_.session, house + path).status, 404) << path;
  }
}

TEST_F(PolicyApi, who_runs_it_no_more_is_refused_at_once_and_one_always_stays) {
  const Shop other = house_.open_shop("Lathe", "berta@example.com");
  must(house_.people().add_operator(other.owner));
  EXPECT_EQ(house_.get(other.session, kPolicy + "/versions").status, 200);
  must(house_.people().remove_member(people::house_id(), other.owner));
  EXPECT_EQ(house_.get(other.session, kPolicy + "/versions").status, 403);
  EXPECT_FALSE(house_.people().remove_member(people::house_id(), shop_.owner).has_value());
  EXPECT_EQ(must(house_.people().operators()), std::vector{shop_.owner});
}

}  // namespace
}  // namespace heed

// The policy as it is published: /privacy and its forms for machines.
#include "policy_house.h"

namespace heed {
namespace {

constexpr const char* kForms[] = {"/privacy",
                                  "/privacy/policy.md",
                                  "/privacy/policy.jsonld",
                                  "/privacy/policy.fides.yml",
                                  "/privacy/policy.txt",
                                  "/.well-known/gpc.json"};

using PrivacyPage = PolicyHouse;

TEST_F(PrivacyPage, every_form_is_public_and_names_the_version_that_decides_O81) {
  for (const char* form : kForms) {
    const auto response = house_.get({}, form);
    EXPECT_EQ(response.status, 200) << form;
    EXPECT_FALSE(response.body.empty()) << form;
    EXPECT_EQ(response.headers.value("Heed-Policy-Hash"), hash()) << form;
  }
}

TEST_F(PrivacyPage, the_hash_is_that_of_the_text_that_is_served_and_of_the_journal_s_O81) {
  const auto response = house_.get({}, "/privacy/policy.txt");
  EXPECT_EQ(to_hex(sha256(response.body)), hash());
  const auto silo = must(house_.store().silo(shop_.organization));
  const auto entries = must(silo->journal(house_.access(), 1, 100));
  const auto activated = std::ranges::find(entries, "policy.activated", &silo::JournalEntry::what);
  ASSERT_NE(activated, entries.end());
  EXPECT_TRUE(activated->detail.contains(hash())) << activated->detail;
}

TEST_F(PrivacyPage, a_new_version_is_on_every_form_at_once) {
  std::map<std::string, std::string> etags;
  for (const char* form : kForms) etags[form] = house_.get({}, form).headers.value("ETag");
  house_.clock().advance(Duration::days(10));
  ASSERT_EQ(post("/activate", with_text(stricter())).status, 201);
  for (const char* form : kForms) {
    const auto response = house_.get({}, form);
    EXPECT_EQ(response.headers.value("Heed-Policy-Hash"), hash()) << form;
    const bool says_what_changed = std::string_view(form) != "/.well-known/gpc.json";
    if (says_what_changed) {
      EXPECT_NE(response.headers.value("ETag"), etags[form]) << form;
    }
  }
  EXPECT_TRUE(house_.get({}, "/privacy").body.contains("12 months"));
}

TEST_F(PrivacyPage, who_has_a_form_already_gets_nothing_but_that) {
  for (const char* form : kForms) {
    const std::string etag(house_.get({}, form).headers.value("ETag"));
    const auto again = house_.send({}, {.path = form, .headers = {{"If-None-Match", etag}}});
    EXPECT_EQ(again.status, 304) << form;
    EXPECT_TRUE(again.body.empty()) << form;
    const auto other = house_.send({}, {.path = form, .headers = {{"If-None-Match", "\"x\""}}});
    EXPECT_EQ(other.status, 200) << form;
  }
}

TEST_F(PrivacyPage, the_page_allows_its_own_style_and_nothing_else) {
  const auto response = house_.get({}, "/privacy");
  const std::string rules(response.headers.value("Content-Security-Policy"));
  EXPECT_TRUE(rules.starts_with("default-src 'none'; style-src 'nonce-")) << rules;
  const std::size_t from = rules.find("nonce-") + 6;
  const std::string nonce = rules.substr(from, rules.find('\'', from) - from);
  EXPECT_GE(nonce.size(), 22U);
  EXPECT_TRUE(response.body.contains("nonce=\"" + nonce + "\""));
  EXPECT_FALSE(response.body.contains("<script"));
}

TEST_F(PrivacyPage, a_stored_copy_keeps_the_nonce_that_it_was_sent_with) {
  const auto first = house_.get({}, "/privacy");
  const std::string etag(first.headers.value("ETag"));
  const auto again = house_.send({}, {.path = "/privacy", .headers = {{"If-None-Match", etag}}});
  EXPECT_EQ(again.headers.value("Content-Security-Policy"),
            first.headers.value("Content-Security-Policy"));
}

TEST_F(PrivacyPage, machines_get_json_where_json_is_promised) {
  for (const char* form : {"/privacy/policy.jsonld", "/.well-known/gpc.json"}) {
    EXPECT_TRUE(Json::parse(house_.get({}, form).body).has_value()) << form;
  }
}

TEST_F(PrivacyPage, a_clause_has_an_anchor_that_a_refusal_can_lead_to) {
  const std::string page = house_.get({}, "/privacy").body;
  for (const policy::Clause& clause : house_.store().policy()->clauses()) {
    EXPECT_TRUE(page.contains("id=\"clause-" + clause.id + "\"")) << clause.id;
  }
}

}  // namespace
}  // namespace heed

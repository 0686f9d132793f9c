// What leaves a silo, and what never comes in.
#include "base/json.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr KindId kLead{30};
constexpr KindId kConfession{31};

constexpr std::string_view kShop = R"(
policy shop "A shop" version 2026-01-01 uses heed_words
category taste "what somebody likes"
category personal { title }
purpose gathering
party sponsor "who pays for an event"
source site { form counter }
kind lead 30 record of taste { name text personal.identity  email text personal.contact
  title text personal.title  likes text }
kind confession 31 record of special { told text }
clause 1 "We take in what our form and our counter take." {
  allow any for service, operation to organization, engine
  allow any for collection to engine from site
  deny taste for service to organization from site.counter
  deny personal for service.transfer to organization unless aggregated
}
clause 2 "A sponsor gets name and address." {
  allow personal.identity, personal.contact for gathering to sponsor when signed_up
}
clause 3 "An authority gets what the law demands, with its ground on record." {
  allow personal, taste for legal to authority when required_by_law  log ground for legal
}
clause 4 "Nobody sends us what is nobody's business." { deny special }
clause 5 "Staff sees groups of three." {
  allow taste for improvement to staff  aggregate taste for improvement to staff at least 3
}
clause 6 "Nobody else." { deny any to third_party unless required_by_law }
clause 9 "A year." { keep any for 1 year }
)";

Record lead(TemporaryStore& store, std::string id, std::string likes,
            std::string source = "site.form") {
  return {kLead,
          std::move(id),
          SubjectId::make(store.random()),
          std::move(source),
          {std::string("Ann"), std::string("ann@example.org"), std::string("Dr"), std::move(likes)},
          {}};
}

Access knowing(const TemporaryStore& store, Access access, std::string_view condition) {
  access.conditions = store.store().policy()->conditions({{condition, true}});
  return access;
}

class SharingTest : public ::testing::Test {
 protected:
  void put(const Record& record) { ASSERT_TRUE(store_.silo().put(store_.access(), record)); }
  JournalEntry last_entry() {
    return store_.silo().journal(store_.access("operation", "engine"), 1, 100)->back();
  }
  TemporaryStore store_{policy::policy_of(kShop)};
};

TEST_F(SharingTest, a_record_of_an_undeclared_source_is_not_taken_in_O1) {
  const auto put = store_.silo().put(store_.access(), lead(store_, "a", "tea", "site.chat"));
  ASSERT_FALSE(put);
  ASSERT_NE(put.error().error(), nullptr);
  EXPECT_EQ(put.error().error()->kind, ErrorKind::kInvalid);
  EXPECT_NE(put.error().error()->message.find("'site.chat'"), std::string::npos);
  EXPECT_TRUE(
      store_.silo().scan(store_.access("operation", "engine"), kLead, "", "", 9)->records.empty());
}

TEST_F(SharingTest, a_put_and_a_read_are_decided_with_the_source_of_the_item) {
  const Access engine = store_.access("service", "engine");
  EXPECT_FALSE(store_.silo().put(store_.access(), lead(store_, "c", "tea", "site.counter")));
  ASSERT_TRUE(store_.silo().put(engine, lead(store_, "c", "tea", "site.counter")));
  put(lead(store_, "f", "tea", "site.form"));
  EXPECT_TRUE(*store_.silo().find(store_.access(), kLead, "f"));
  EXPECT_FALSE(*store_.silo().find(store_.access(), kLead, "nobody"));
  const auto refused = store_.silo().find(store_.access(), kLead, "c");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().refusal()->clause, "1");
  Access claimed = store_.access();
  claimed.conditions =
      store_.store().policy()->knowing({}, policy::Dimension::kSource, "site.form");
  EXPECT_FALSE(store_.silo().find(claimed, kLead, "c")) << "a source cannot be claimed";
  const Page page = *store_.silo().scan(store_.access(), kLead, "", "", 9);
  EXPECT_EQ(page.records.size(), 1U);
  EXPECT_EQ(page.withheld, 1U);
}

TEST_F(SharingTest, what_is_sensitive_leaves_no_trace_of_its_text_O78) {
  const auto put = store_.silo().put(
      store_.access(), {kConfession, "x", SubjectId(), "site.form", {std::string("a secret")}, {}});
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().refusal()->clause, "4");
  const Access engine = store_.access("operation", "engine");
  for (const JournalEntry& entry : *store_.silo().journal(engine, 1, 100)) {
    EXPECT_EQ(entry.detail.find("secret"), std::string::npos) << entry.detail;
  }
  EXPECT_EQ(put.error().message().find("secret"), std::string::npos);
}

TEST_F(SharingTest,
       only_the_fields_that_the_policy_gives_a_recipient_leave_and_are_journalled_O44) {
  put(lead(store_, "a", "tea"));
  const Access sponsor = knowing(store_, store_.access("gathering", "sponsor"), "signed_up");
  const auto shared = store_.silo().share(
      sponsor, {kLead, "a", {"name", "title", "email", "likes"}, "sponsor-7", {}});
  ASSERT_TRUE(shared) << shared.error().message();
  ASSERT_EQ(shared->fields.size(), 2U);
  EXPECT_EQ(shared->fields[0].first, "name");
  EXPECT_EQ(shared->fields[1].first, "email");
  EXPECT_EQ(shared->stripped, (std::vector<std::string>{"title", "likes"}));
  const JournalEntry entry = last_entry();
  EXPECT_EQ(entry.what, "shared");
  const Json detail = *Json::parse(entry.detail);
  EXPECT_EQ(*detail.find("recipient")->string(), "sponsor-7");
  EXPECT_EQ(*detail.find("party")->string(), "sponsor");
  EXPECT_EQ(*detail.find("purpose")->string(), "gathering");
  EXPECT_EQ(*detail.find("clauses")->array()->at(0).string(), "2");
  EXPECT_EQ(detail.find("fields")->array()->size(), 2U);
  EXPECT_EQ(detail.find("stripped")->integer(), 2);
  EXPECT_EQ(entry.detail.find("ann@"), std::string::npos) << "a journal has no personal values";
  EXPECT_EQ(detail.find("id"), nullptr) << "nor the id of a record that is about somebody";
  EXPECT_FALSE(entry.sealed_subject.empty());
}

TEST_F(SharingTest, nothing_leaves_that_no_clause_gives_to_that_party_O40) {
  put(lead(store_, "a", "tea"));
  const ShareRequest request{kLead, "a", {"name", "email"}, "somebody", {}};
  const auto unsigned_up = store_.silo().share(store_.access("gathering", "sponsor"), request);
  ASSERT_FALSE(unsigned_up);
  EXPECT_EQ(unsigned_up.error().refusal()->what, "lead.name");
  EXPECT_EQ(last_entry().what, "refused");
  const auto absent = store_.silo().share(store_.access("gathering", "sponsor"),
                                          {kLead, "nobody", {"name"}, "somebody", {}});
  EXPECT_NE(absent.error().refusal(), nullptr) << "whether it is there is not told either";
}

TEST_F(SharingTest, what_the_law_demands_leaves_with_a_complete_ground_alone_O34_O48) {
  put(lead(store_, "a", "tea"));
  const Access court = knowing(store_, store_.access("legal", "authority"), "required_by_law");
  ShareRequest request{kLead, "a", {"name"}, "court of Kiel", {}};
  EXPECT_FALSE(store_.silo().share(court, request)) << "no ground";
  request.ground = Ground{"court_order", "7 O 12/26", "", "DE"};
  EXPECT_FALSE(store_.silo().share(court, request)) << "nobody answers for it";
  Access claimed = court;
  claimed.conditions =
      store_.store().policy()->conditions({{"required_by_law", true}, {"ground_logged", true}});
  EXPECT_FALSE(store_.silo().share(claimed, {kLead, "a", {"name"}, "court of Kiel", {}}))
      << "that a ground is on record cannot be claimed";
  request.ground->approver = "person-1";
  ASSERT_TRUE(store_.silo().share(court, request));
  const Json detail = *Json::parse(last_entry().detail);
  EXPECT_EQ(*detail.find("ground")->find("reference")->string(), "7 O 12/26");
  EXPECT_EQ(*detail.find("ground")->find("approver")->string(), "person-1");
}

TEST_F(SharingTest, what_is_no_request_is_refused_by_name) {
  put(lead(store_, "a", "tea"));
  const Access sponsor = knowing(store_, store_.access("gathering", "sponsor"), "signed_up");
  const std::pair<ShareRequest, const char*> cases[] = {
      {{kLead, "a", {}, "s", {}}, "1 to 64 fields are shared at once"},
      {{kLead, "a", {"shoe"}, "s", {}}, "kind 'lead' has no field 'shoe'"},
      {{kLead, "a", {"name", "name"}, "s", {}}, "field 'name' is asked for twice"},
      {{kLead, "a", {"name"}, "", {}}, "a recipient is named in 1 to 128 bytes"},
      {{kLead, "b", {"name"}, "s", {}}, "there is no such 'lead'"},
      {{KindId{77}, "b", {"name"}, "s", {}}, "kind 77 is not declared"},
  };
  for (const auto& [request, message] : cases) {
    const auto shared = store_.silo().share(sponsor, request);
    ASSERT_FALSE(shared) << message;
    ASSERT_NE(shared.error().error(), nullptr) << message;
    EXPECT_EQ(shared.error().error()->message, message);
  }
}

TEST_F(SharingTest, an_aggregate_tells_of_no_group_below_its_least_size_O32_O45) {
  for (const char* id : {"a", "b", "c", "d"}) put(lead(store_, id, "tea"));
  put(lead(store_, "e", "coffee"));
  Record again = lead(store_, "f", "milk");
  for (const char* id : {"f", "g", "h"}) {  // three records of one person are one
    again.id = id;
    put(again);
  }
  const Access staff = store_.access("improvement", "staff");
  EXPECT_FALSE(store_.silo().find(staff, kLead, "a")) << "single records are refused";
  const auto aggregate = store_.silo().aggregate(staff, kLead, "likes");
  ASSERT_TRUE(aggregate) << aggregate.error().message();
  EXPECT_EQ(aggregate->least, 3U);
  ASSERT_EQ(aggregate->groups.size(), 1U);
  EXPECT_EQ(aggregate->groups[0].value, FieldValue(std::string("tea")));
  EXPECT_EQ(aggregate->groups[0].records, 4U);
  EXPECT_EQ(aggregate->too_small, 2U);
  EXPECT_FALSE(store_.silo().aggregate(staff, kLead, "name"))
      << "names are not staff's, grouped or not";
}

TEST_F(SharingTest, that_something_is_aggregated_cannot_be_claimed_nor_follows_from_no_size) {
  put(lead(store_, "a", "tea"));
  Access claimed = store_.access("service.transfer", "organization");
  EXPECT_FALSE(store_.silo().find(claimed, kLead, "a"));
  claimed = knowing(store_, claimed, "aggregated");
  EXPECT_FALSE(store_.silo().find(claimed, kLead, "a"));
  EXPECT_FALSE(store_.silo().aggregate(claimed, kLead, "name"));
}

}  // namespace
}  // namespace heed::silo

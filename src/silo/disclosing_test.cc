// Handing on under a contract: to whom, what of it, until when, and how it is called back.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/json.h"
#include "silo/disclosure_package.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr KindId kLead{30};
constexpr KindId kGauge{31};

constexpr std::string_view kShop = R"(
policy shop "A shop" version 2026-01-01 uses heed_words
category taste "what somebody likes"
purpose sale "giving it away for an advantage"
source site { form }
kind lead 30 record of taste {
  name text personal.identity  email text personal.contact  likes text  since time
  friend subject on erasure empties personal.identity
}
kind gauge 31 record of machine_data.production { reading text }
clause 1 "We work with what our form takes." {
  allow any for service, operation to organization, engine
  allow any for collection to engine
}
clause 2 "A provider gets what its task needs." {
  allow personal, taste for service.billing, service.support to processor.payments
  allow machine_data for service.support to processor.hosting
}
clause 3 "It gets nothing without a contract, and nothing after it." {
  expire sharing with processor at contract_end
}
clause 4 "Staff needs no contract." { allow personal, taste for service.support to staff }
clause 5 "Nobody has it for their own ends unless the law demands it." {
  allow personal, taste for legal to authority, third_party when required_by_law
  deny any to third_party unless required_by_law  log ground for legal
}
clause 6 "Nothing is sold." { deny any for sale }
clause 7 "Nobody sends us what is nobody's business." { deny special }
clause 9 "A year." { keep any for 1 year }
)";

constexpr std::string_view kPayments = "payments-gmbh";

class DisclosingTest : public ::testing::Test {
 protected:
  Silo& silo() { return store_.silo(); }
  Access owner() const { return store_.access("operation", "engine"); }
  Access billing() const { return store_.access("service.billing", "processor.payments"); }
  Time now() { return store_.clock().now(); }

  SubjectId lead(std::string id, SubjectId person = {}, SubjectId friend_of = {}) {
    if (person.is_nil()) person = SubjectId::make(store_.random());
    FieldValue named;
    if (!friend_of.is_nil()) named = friend_of.text();
    const auto put =
        silo().put(store_.access(), {kLead,
                                     std::move(id),
                                     person,
                                     "site.form",
                                     {std::string("Ann"), std::string("ann@example.org"),
                                      std::string("tea"), Time::from_seconds(5), named},
                                     {}});
    EXPECT_TRUE(put) << put.error().message();
    return person;
  }
  Contract contract(std::string id = "c1") {
    return {.id = std::move(id),
            .recipient = std::string(kPayments),
            .party = "processor.payments",
            .purposes = {"service.billing"},
            .tasks = {{"lead", {"name", "email", "since"}}},
            .confidential = true,
            .starts = now() - Duration::days(1),
            .ends = now() + Duration::days(30),
            .safeguard = "",
            .key = key_.public_key().bytes()};
  }
  void place(const Contract& placed) {
    const auto done = silo().place_contract(owner(), placed);
    ASSERT_TRUE(done) << done.error().message();
  }
  Governed<Shared> share(std::string id, std::vector<std::string> fields = {"name", "email"},
                         std::string recipient = std::string(kPayments)) {
    return silo().share(billing(),
                        {kLead, std::move(id), std::move(fields), std::move(recipient), {}});
  }
  std::string why_not(const Contract& placed) {
    const auto done = silo().place_contract(owner(), placed);
    return done ? "placed" : done.error().message();
  }
  JournalEntry last() { return silo().journal(owner(), 1, 1'000)->back(); }
  bool any_file_holds(std::string_view needle) {
    for (const auto& file : std::filesystem::recursive_directory_iterator(store_.directory())) {
      if (!file.is_regular_file()) continue;
      std::ifstream in(file.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (bytes.contains(needle)) return true;
    }
    return false;
  }

  TemporaryStore store_{policy::policy_of(kShop)};
  const OpeningKey key_ = OpeningKey::make(store_.random());
};

TEST_F(DisclosingTest, without_a_contract_that_binds_them_a_provider_gets_nothing_O40_O43) {
  lead("a");
  const auto refused = share("a");
  ASSERT_FALSE(refused);
  ASSERT_NE(refused.error().refusal(), nullptr);
  EXPECT_EQ(refused.error().refusal()->clause, "3");
  Contract open = contract();
  open.confidential = false;
  place(open);
  EXPECT_FALSE(share("a")) << "it does not bind them to confidentiality";
  place(contract("c2"));
  EXPECT_TRUE(share("a"));
  EXPECT_FALSE(share("a", {"name"}, "somebody else"));
}

TEST_F(DisclosingTest, that_a_contract_is_in_force_cannot_be_claimed_O43) {
  lead("a");
  Access claimed = billing();
  claimed.conditions = store_.store().policy()->conditions({{"contract_valid", true}});
  const auto refused = silo().share(claimed, {kLead, "a", {"name"}, std::string(kPayments), {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().refusal()->clause, "3");
}

TEST_F(DisclosingTest, a_contract_counts_for_its_party_and_its_purposes_alone_O43) {
  lead("a");
  place(contract());
  const ShareRequest request{kLead, "a", {"name"}, std::string(kPayments), {}};
  EXPECT_TRUE(silo().share(billing(), request));
  EXPECT_FALSE(silo().share(store_.access("service.support", "processor.payments"), request));
  EXPECT_FALSE(silo().share(store_.access("service.billing", "processor.hosting"), request));
  Contract wide = contract("c2");
  wide.recipient = "everything-ag";
  wide.party = "processor";
  wide.purposes = {"service"};
  place(wide);
  EXPECT_TRUE(silo().share(store_.access("service.support", "processor.payments"),
                           {kLead, "a", {"name"}, "everything-ag", {}}))
      << "what stands above covers what is below";
}

TEST_F(DisclosingTest, a_provider_gets_the_fields_of_its_task_and_the_rest_is_counted_O44_O52) {
  lead("a");
  place(contract());
  const auto shared = share("a", {"name", "likes", "email"});
  ASSERT_TRUE(shared) << shared.error().message();
  ASSERT_EQ(shared->fields.size(), 2U);
  EXPECT_EQ(shared->fields[0].first, "name");
  EXPECT_EQ(shared->fields[1].first, "email");
  EXPECT_EQ(shared->stripped, std::vector<std::string>{"likes"});
  EXPECT_EQ(shared->contract, "c1");
  const Json detail = *Json::parse(last().detail);
  EXPECT_EQ(detail.find("stripped")->integer(), 1);
  EXPECT_EQ(*detail.find("contract")->string(), "c1");
  const auto none = share("a", {"likes"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().refusal()->clause, "3");
}

TEST_F(DisclosingTest, who_has_a_contract_gets_no_more_than_is_in_it_where_none_is_needed_O44) {
  lead("a");
  Contract staff = contract();
  staff.party = "staff";
  staff.purposes = {"service.support"};
  place(staff);
  const Access support = store_.access("service.support", "staff");
  const std::vector<std::string> fields = {"name", "likes"};
  const auto shared = silo().share(support, {kLead, "a", fields, std::string(kPayments), {}});
  ASSERT_TRUE(shared);
  EXPECT_EQ(shared->stripped, std::vector<std::string>{"likes"});
  EXPECT_FALSE(silo().share(support, {kLead, "a", {"likes"}, std::string(kPayments), {}}));
  const auto other = silo().share(support, {kLead, "a", fields, "desk-2", {}});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->fields.size(), 2U);
  EXPECT_TRUE(other->sealed.empty()) << "without a contract there is no key to seal to";
}

TEST_F(DisclosingTest, when_a_contract_ends_sharing_stops_by_itself_and_the_owner_is_told_O53) {
  lead("a");
  Contract early = contract("later");
  early.recipient = "later-gmbh";
  early.starts = now() + Duration::days(1);
  early.ends = now() + Duration::days(60);
  place(early);
  place(contract());
  EXPECT_FALSE(share("a", {"name"}, "later-gmbh")) << "it has not begun";
  EXPECT_TRUE(share("a"));
  store_.clock().advance(Duration::days(30));
  EXPECT_TRUE(share("a", {"name"}, "later-gmbh")) << "it has";
  const auto refused = share("a");
  ASSERT_FALSE(refused) << "at its end, whether or not upkeep has run";
  EXPECT_EQ(refused.error().refusal()->clause, "3");
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(last().what, "contract.ended");
  EXPECT_TRUE(last().detail.contains(R"("contract":"c1")"));
  const std::uint64_t entries = last().number;
  const auto all = *silo().contracts(owner());
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].stopped, now());
  EXPECT_EQ(all[1].stopped, std::nullopt);
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(last().number, entries) << "the owner is told once";
  const auto recalls = *silo().recalls(owner(), 0, 10);
  ASSERT_EQ(recalls.size(), 1U);
  EXPECT_EQ(recalls[0].why, Recall::Why::kContractEnded);
  EXPECT_EQ(recalls[0].recipient, kPayments);
  EXPECT_EQ(recalls[0].contract, "c1");
}

TEST_F(DisclosingTest, ending_a_contract_stops_sharing_at_once_and_for_good_O53) {
  lead("a");
  Access person = owner();
  person.actor = SubjectId::make(store_.random()).text();
  ASSERT_TRUE(silo().place_contract(person, contract()));
  EXPECT_TRUE(share("a"));
  EXPECT_FALSE(*silo().end_contract(owner(), "nothing"));
  EXPECT_TRUE(*silo().end_contract(owner(), "c1"));
  EXPECT_FALSE(*silo().end_contract(owner(), "c1"));
  EXPECT_FALSE(share("a"));
  store_.reopen();
  EXPECT_FALSE(share("a"));
  EXPECT_EQ(silo().recalls(owner(), 0, 10)->size(), 1U);
  const auto all = *silo().contracts(owner());
  ASSERT_EQ(all.size(), 1U);
  Contract expected = contract();
  expected.by = person.actor;
  expected.placed = expected.stopped.emplace(now());
  EXPECT_EQ(all[0], expected) << "it stays on record";
  EXPECT_EQ(silo().place_contract(owner(), contract()).error().error()->kind, ErrorKind::kConflict);
}

TEST_F(DisclosingTest, what_is_no_contract_is_refused_by_name_O50_O51) {
  const auto with = [&](const std::function<void(Contract&)>& change) {
    Contract changed = contract();
    change(changed);
    return why_not(changed);
  };
  EXPECT_EQ(with([](Contract& c) { c.for_consideration = true; }),
            "for a consideration it is a sale, whatever else it is: not 'service.billing'");
  EXPECT_EQ(with([](Contract& c) { c.independent = true; }),
            "who uses it for ends of their own is no 'processor.payments'");
  EXPECT_EQ(with([](Contract& c) { c.id = ""; }), "a contract's id has 1 to 64 bytes");
  EXPECT_EQ(with([](Contract& c) { c.id.assign(65, 'c'); }), "a contract's id has 1 to 64 bytes");
  EXPECT_EQ(with([](Contract& c) { c.recipient.assign(129, 'r'); }),
            "a recipient is named in 1 to 128 bytes");
  EXPECT_EQ(with([](Contract& c) { c.party = "friend"; }), "the policy has no party 'friend'");
  EXPECT_EQ(with([](Contract& c) { c.purposes = {"fun"}; }), "the policy has no purpose 'fun'");
  EXPECT_EQ(with([](Contract& c) { c.purposes = {}; }), "a contract is for 1 to 32 purposes");
  EXPECT_EQ(with([](Contract& c) { c.tasks = {}; }), "a contract lists 1 to 64 kinds");
  EXPECT_EQ(with([](Contract& c) { c.tasks = {{"shoe", {"size"}}}; }),
            "kind 'shoe' is not declared");
  EXPECT_EQ(with([](Contract& c) { c.tasks = {{"lead", {"size"}}}; }),
            "kind 'lead' has no field 'size'");
  EXPECT_EQ(with([](Contract& c) { c.tasks = {{"lead", {}}}; }),
            "of kind 'lead' no field is listed");
  EXPECT_EQ(with([](Contract& c) { c.safeguard.assign(201, 's'); }),
            "a safeguard is named in at most 200 bytes");
  EXPECT_EQ(with([](Contract& c) { c.ends = c.starts; }),
            "a contract ends, and not before it begins");
  EXPECT_EQ(with([](Contract& c) { c.ends = Time::max(); }),
            "a contract ends, and not before it begins");
  EXPECT_EQ(with([](Contract& c) { c.key = "short"; }), "an X25519 public key has 32 bytes");
  EXPECT_EQ(with([](Contract& c) { c.key.assign(32, '\0'); }),
            "to this X25519 public key nothing can be sealed");
  EXPECT_FALSE(silo().place_contract(billing(), contract())) << "a provider places none";
  EXPECT_TRUE(silo().contracts(owner())->empty());
}

TEST_F(DisclosingTest, a_sale_under_contract_is_what_the_policy_says_of_sales_O51) {
  lead("a");
  Contract sale = contract();
  sale.for_consideration = true;
  sale.purposes = {"sale"};
  place(sale);
  const auto refused = silo().share(store_.access("sale", "processor.payments"),
                                    {kLead, "a", {"name"}, std::string(kPayments), {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().refusal()->clause, "6");
}

TEST_F(DisclosingTest, who_uses_it_for_their_own_ends_gets_what_the_law_demands_alone_O48_O50) {
  const SubjectId ann = lead("a");
  Contract own = contract();
  own.party = "third_party";
  own.purposes = {"legal"};
  own.independent = true;
  place(own);
  Access third = store_.access("legal", "third_party");
  ShareRequest request{kLead, "a", {"name"}, std::string(kPayments), {}};
  EXPECT_FALSE(silo().share(third, request)) << "a contract is no ground";
  third.conditions = store_.store().policy()->conditions({{"required_by_law", true}});
  EXPECT_FALSE(silo().share(third, request)) << "nor is a law without its paper";
  request.ground =
      Ground{"court_order", "7 O 12/26", SubjectId::make(store_.random()).text(), "DE"};
  ASSERT_TRUE(silo().share(third, request));
  const auto told = silo().name_entry(owner(), last());
  EXPECT_TRUE(told->detail.contains(request.ground->approver));
  EXPECT_FALSE(last().detail.contains(request.ground->approver));
  EXPECT_TRUE(last().detail.contains(R"("notify_subject":true)"));
  EXPECT_TRUE(silo().disclosures(owner(), ann, 1, 10)->back().notify_subject)
      << "unless it is said otherwise the person is to be told";
  request.ground->notify_subject = false;
  ASSERT_TRUE(silo().share(third, request));
  EXPECT_FALSE(silo().disclosures(owner(), ann, 1, 10)->back().notify_subject);
}

TEST_F(DisclosingTest, what_is_handed_over_is_sealed_to_its_recipient) {
  lead("a");
  place(contract());
  const auto shared = share("a", {"name", "since", "likes"});
  ASSERT_TRUE(shared);
  EXPECT_FALSE(shared->sealed.contains("Ann"));
  const auto opened = open_package(shared->sealed, key_);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->organization, store_.organization());
  EXPECT_EQ(opened->package, shared->package);
  const Json text = *Json::parse(opened->text);
  EXPECT_EQ(*text.find("recipient")->string(), kPayments);
  EXPECT_EQ(*text.find("contract")->string(), "c1");
  EXPECT_EQ(*text.find("purpose")->string(), "service.billing");
  EXPECT_EQ(*text.find("policy")->string(), store_.store().policy()->hash());
  EXPECT_EQ(*text.find("fields")->find("name")->string(), "Ann");
  EXPECT_EQ(*text.find("fields")->find("since")->string(), "1970-01-01T00:00:05.000000000Z");
  EXPECT_EQ(text.find("fields")->find("likes"), nullptr);
  EXPECT_FALSE(open_package(shared->sealed, OpeningKey::make(store_.random())));
  for (std::size_t i = 0; i < shared->sealed.size(); i += 7) {
    Bytes bent = shared->sealed;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    EXPECT_FALSE(open_package(bent, key_)) << i;
  }
  EXPECT_FALSE(open_package(shared->sealed.substr(0, 40), key_));
}

TEST_F(DisclosingTest, the_ledger_tells_of_each_person_to_whom_what_went_O40) {
  const SubjectId ben = lead("b");
  const SubjectId ann = lead("a", {}, ben);
  place(contract());
  const auto shared = share("a", {"name", "likes"});
  ASSERT_TRUE(shared);
  ASSERT_TRUE(share("b"));
  const auto of_ann = *silo().disclosures(owner(), ann, 1, 10);
  ASSERT_EQ(of_ann.size(), 1U);
  const Disclosed expected{.entry = shared->entry,
                           .at = now(),
                           .subject = ann,
                           .recipient = std::string(kPayments),
                           .party = "processor.payments",
                           .purpose = "service.billing",
                           .kind = "lead",
                           .record = "a",
                           .fields = {"name"},
                           .clauses = {"2"},
                           .stripped = 1,
                           .contract = "c1",
                           .package = shared->package,
                           .notify_subject = false};
  EXPECT_EQ(of_ann[0], expected);
  EXPECT_EQ(silo().journal(owner(), shared->entry, 1)->front().what, "shared");
  EXPECT_EQ(silo().disclosures(owner(), ben, 1, 10)->size(), 2U) << "ann's record names ben too";
  EXPECT_EQ(silo().disclosures(owner(), ben, 1, 1)->front().record, "a");
  EXPECT_EQ(silo().disclosures(owner(), ben, shared->entry + 1, 10)->front().record, "b");
  EXPECT_EQ(silo().disclosures_to(owner(), kPayments, 1, 10)->size(), 3U);
  EXPECT_TRUE(silo().disclosures_to(owner(), "somebody", 1, 10)->empty());
  EXPECT_TRUE(silo().disclosures(owner(), SubjectId::make(store_.random()), 1, 10)->empty());
  EXPECT_FALSE(silo().disclosures(billing(), ann, 1, 10));
  EXPECT_FALSE(silo().disclosures(owner(), ann, 1, 0));
  EXPECT_FALSE(silo().disclosures_to(owner(), kPayments, 1, 1'001));
  store_.reopen();
  EXPECT_EQ(silo().disclosures(owner(), ann, 1, 10)->front(), expected);
}

TEST_F(DisclosingTest, what_is_about_nobody_is_in_its_recipients_ledger_with_its_name) {
  ASSERT_TRUE(
      silo().put(store_.access(), {kGauge, "g1", SubjectId(), "box", {std::string("7")}, {}}));
  Contract hosting = contract();
  hosting.party = "processor.hosting";
  hosting.purposes = {"service.support"};
  hosting.tasks = {{"gauge", {"reading"}}};
  place(hosting);
  ASSERT_TRUE(silo().share(store_.access("service.support", "processor.hosting"),
                           {kGauge, "g1", {"reading"}, std::string(kPayments), {}}));
  EXPECT_TRUE(last().detail.contains(R"("id":"g1")"));
  EXPECT_TRUE(last().sealed_subject.empty());
  const auto told = *silo().disclosures_to(owner(), kPayments, 1, 10);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].subject.is_nil());
  EXPECT_EQ(told[0].record, "g1");
  EXPECT_FALSE(silo().recall(owner(), SubjectId()));
}

TEST_F(DisclosingTest, forgetting_somebody_calls_back_what_went_out_and_leaves_no_line_of_it_O40) {
  constexpr std::string_view kRecord = "lead-of-ann-4711";
  const SubjectId ann = lead(std::string(kRecord));
  const SubjectId ben = lead("b");
  place(contract());
  const auto first = share(std::string(kRecord));
  const auto second = share(std::string(kRecord));
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(silo().share(store_.access("service.support", "staff"),
                           {kLead, std::string(kRecord), {"name"}, "desk-2", {}}));
  ASSERT_TRUE(share("b"));
  const auto receipt = silo().forget(store_.access(), ann, "request 1");
  ASSERT_TRUE(receipt) << receipt.error().message();
  EXPECT_EQ(receipt->recalls, 2U);
  const auto written = silo().receipt(owner(), receipt->number);
  ASSERT_TRUE(written);
  EXPECT_EQ(verify_receipt(*written, silo().journal_key())->recalls, 2U);
  ASSERT_TRUE(silo().scrub(true));

  const auto recalls = *silo().recalls(owner(), 0, 10);
  ASSERT_EQ(recalls.size(), 2U);
  EXPECT_EQ(recalls[0].recipient, "desk-2");
  EXPECT_EQ(recalls[1].recipient, kPayments);
  EXPECT_EQ(recalls[1].why, Recall::Why::kErased);
  EXPECT_EQ(recalls[1].packages, (std::vector{first->package, second->package}));
  EXPECT_TRUE(silo().disclosures(owner(), ann, 1, 10)->empty());
  const auto rest = *silo().disclosures_to(owner(), kPayments, 1, 10);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].subject, ben);
  for (const JournalEntry& entry : *silo().journal(owner(), 1, 100)) {
    EXPECT_FALSE(entry.detail.contains(first->package.text())) << "nothing leads from notice to it";
  }
  EXPECT_FALSE(share(std::string(kRecord)));
  store_.close();
  for (const std::string& canary : {ann.text(), ann.bytes(), std::string(kRecord)}) {
    EXPECT_FALSE(any_file_holds(canary));
  }
  EXPECT_TRUE(any_file_holds(ben.bytes())) << "the scan finds what is there";
}

TEST_F(DisclosingTest, who_is_forgotten_while_they_are_handed_on_leaves_nothing_behind_O40) {
  const SubjectId ann = lead("a");
  place(contract());
  std::atomic<std::uint64_t> handed_on = 0;
  std::vector<std::thread> sharers;
  for (int i = 0; i < 3; ++i) {
    sharers.emplace_back([&] {
      while (share("a")) ++handed_on;
    });
  }
  while (handed_on < 5) std::this_thread::yield();
  ASSERT_TRUE(silo().forget(store_.access(), ann, "request 1"));
  for (std::thread& sharer : sharers) sharer.join();
  std::size_t called_back = 0;
  for (const Recall& recall : *silo().recalls(owner(), 0, 1'000)) {
    called_back += recall.packages.size();
  }
  EXPECT_EQ(called_back, handed_on) << "whatever went out is called back";
  EXPECT_TRUE(silo().disclosures(owner(), ann, 1, 10)->empty());
  ASSERT_TRUE(silo().scrub(true));
  store_.close();
  EXPECT_FALSE(any_file_holds(ann.bytes()));
}

TEST_F(DisclosingTest, who_says_no_is_called_back_from_each_recipient_and_stays_in_the_ledger) {
  const SubjectId ann = lead("a");
  place(contract());
  EXPECT_EQ(*silo().recall(owner(), ann), 0U);
  const auto shared = share("a");
  ASSERT_TRUE(shared);
  EXPECT_EQ(*silo().recall(owner(), ann), 1U);
  EXPECT_EQ(last().what, "recalled");
  EXPECT_EQ(silo().name_entry(owner(), last())->subject, ann);
  const auto recalls = *silo().recalls(owner(), 0, 10);
  ASSERT_EQ(recalls.size(), 1U);
  EXPECT_EQ(recalls[0].why, Recall::Why::kOptedOut);
  EXPECT_EQ(recalls[0].packages, std::vector{shared->package});
  EXPECT_EQ(silo().disclosures(owner(), ann, 1, 10)->size(), 1U);
  EXPECT_FALSE(silo().recall(billing(), ann));
  EXPECT_FALSE(silo().recalls(billing(), 0, 10));
}

TEST_F(DisclosingTest, a_notice_goes_when_it_is_settled_and_its_number_never_comes_again) {
  const SubjectId ann = lead("a");
  place(contract());
  ASSERT_TRUE(share("a"));
  ASSERT_TRUE(silo().recall(owner(), ann));
  const auto before = *silo().recalls(owner(), 0, 10);
  ASSERT_EQ(before.size(), 1U);
  EXPECT_FALSE(silo().settle_recall(billing(), before[0].number));
  EXPECT_TRUE(*silo().settle_recall(owner(), before[0].number));
  EXPECT_EQ(last().what, "recall.settled");
  EXPECT_FALSE(*silo().settle_recall(owner(), before[0].number));
  EXPECT_TRUE(silo().recalls(owner(), 0, 10)->empty());
  store_.reopen();
  ASSERT_TRUE(silo().recall(owner(), ann));
  const auto after = *silo().recalls(owner(), before[0].number, 10);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_GT(after[0].number, before[0].number);
}

TEST_F(DisclosingTest, whom_a_hold_keeps_back_is_handed_to_nobody_but_for_the_law_O73) {
  const SubjectId ann = lead("a");
  place(contract());
  ASSERT_TRUE(
      silo().place_hold(owner(), {"h1", ann, {}, "litigation", now() + Duration::days(9), {}, {}}));
  ASSERT_TRUE(silo().forget(store_.access(), ann, "request 1"));
  const auto kept = share("a");
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().error()->kind, ErrorKind::kNotFound);
  Access court = store_.access("legal", "authority");
  court.conditions = store_.store().policy()->conditions({{"required_by_law", true}});
  EXPECT_TRUE(silo().share(court, {kLead,
                                   "a",
                                   {"name"},
                                   "court of Kiel",
                                   Ground{"court_order", "7 O 12/26", "person-1", "DE"}}));
}

}  // namespace
}  // namespace heed::silo

// A new version of the policy while the server runs: what it does to what is stored already.
#include <atomic>
#include <thread>

#include "base/json.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr std::string_view kUsageIsClosed =
    "clause 90.1 \"Who runs the service does not see how it is used.\" {\n"
    "  deny usage for improvement to staff }\n";
constexpr std::string_view kUsageIsShort =
    "clause 90.2 \"How the service is used is kept for ten days.\" { keep usage for 10 days }\n";

Access staff(const TemporaryStore& store) {
  return store.access("improvement", "staff");
}

std::string clause_of(const policy::Withheld& why) {
  return why.refusal() != nullptr ? why.refusal()->clause : "no refusal: " + why.message();
}

std::vector<std::string> texts(TemporaryStore& store, const Access& access, SeriesId series) {
  std::vector<std::string> all;
  const auto read = store.silo().read(access, series, {}, [&](const SampleView& sample) {
    all.emplace_back(sample.text);
    return true;
  });
  if (!read) all.push_back("refused by " + clause_of(read.error()));
  return all;
}

TEST(PolicyChange, is_in_every_journal_with_its_hash_before_anything_is_decided_by_it_O81) {
  TemporaryStore store(test_policy());
  const OrganizationId second = OrganizationId::make(store.random());
  const OrganizationId closed = OrganizationId::make(store.random());
  ASSERT_TRUE(store.store().create(second));
  ASSERT_TRUE(store.store().create(closed));
  store.reopen();
  ASSERT_TRUE(store.store().silo(second));
  ASSERT_TRUE(store.silo().put(store.access(), visit("a")));
  store.activate(test_text(kUsageIsClosed));
  const auto refused = store.silo().find(staff(store), kVisitKind, "a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(clause_of(refused.error()), "90.1");
  const OrganizationId later = OrganizationId::make(store.random());
  ASSERT_TRUE(store.store().create(later));
  for (const OrganizationId organization : {store.organization(), second, closed}) {
    const auto silo = *store.store().silo(organization);
    const auto entries = *silo->journal(store.access(), 1, 10);
    ASSERT_GE(entries.size(), 2U);
    EXPECT_EQ(entries[0].what, "policy.activated");
    EXPECT_EQ(entries[1].what, "policy.activated");
    const Json detail = *Json::parse(entries[1].detail);
    EXPECT_EQ(detail.find("version")->integer(), 2);
    EXPECT_EQ(*detail.find("hash")->string(), store.store().policy()->hash());
  }
  store.reopen();
  EXPECT_EQ(store.store().book()->current().number, 2U);
  EXPECT_EQ(store.silo().journal(store.access(), 1, 10)->size(), 3U) << "2 versions, 1 refusal";
}

TEST(PolicyChange, that_weakens_a_promise_waits_for_its_notice_O84) {
  TemporaryStore store(heed_policy_with(std::string(kTestKinds) + std::string(kUsageIsClosed)));
  const auto proposal = store.propose(test_text());
  ASSERT_TRUE(proposal.needs_notice);
  const auto refused = store.store().activate(proposal, "test", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  const policy::Notice other{TemporaryStore::kStart - Duration::days(1), "test", "It changes.",
                             "another text's hash"};
  EXPECT_FALSE(store.store().activate(proposal, "test", other));
  EXPECT_EQ(store.store().book()->current().number, 1U);
  store.reopen();
  EXPECT_EQ(store.store().book()->current().number, 1U);
}

TEST(PolicyChange, leaves_earlier_records_under_the_stricter_of_both_versions_O82) {
  TemporaryStore store(heed_policy_with(std::string(kTestKinds) + std::string(kUsageIsClosed)));
  ASSERT_TRUE(store.silo().put(store.access(), visit("earlier")));
  store.activate(test_text());
  ASSERT_TRUE(store.silo().put(store.access(), visit("later")));
  ASSERT_TRUE(store.silo().put(store.access(), visit("earlier")));  // a rewrite sheds nothing
  for (int start = 0; start < 2; ++start) {
    const auto earlier = store.silo().find(staff(store), kVisitKind, "earlier");
    ASSERT_FALSE(earlier);
    EXPECT_EQ(clause_of(earlier.error()), "90.1");
    EXPECT_TRUE(*store.silo().find(staff(store), kVisitKind, "later"));
    const Page page = *store.silo().scan(staff(store), kVisitKind, "", "", 10);
    ASSERT_EQ(page.records.size(), 1U);
    EXPECT_EQ(page.records[0].id, "later");
    EXPECT_EQ(page.withheld, 1U);
    store.reopen();
  }
}

TEST(PolicyChange, reaches_earlier_items_when_its_notice_did_O82) {
  TemporaryStore store(heed_policy_with(std::string(kTestKinds) + std::string(kUsageIsClosed)));
  ASSERT_TRUE(store.silo().put(store.access(), visit("earlier")));
  store.activate(test_text(), /*reaches_earlier_items=*/true);
  EXPECT_TRUE(*store.silo().find(staff(store), kVisitKind, "earlier"));
}

TEST(PolicyChange, leaves_earlier_samples_under_the_stricter_of_both_versions_O82) {
  TemporaryStore store(heed_policy_with(std::string(kTestKinds) + std::string(kUsageIsClosed)));
  const SeriesId x = *store.silo().series(store.access(), kPoseKind, "x");
  const auto append = [&](int second, std::string value) {
    const Time at = TemporaryStore::kStart + Duration::seconds(second);
    ASSERT_TRUE(store.silo().append(store.access(), {"", 0, {{x, sample(at, std::move(value))}}}));
  };
  append(1, "sealed before");
  ASSERT_TRUE(store.silo().seal(true));
  append(2, "held before");
  EXPECT_EQ(texts(store, staff(store), x), std::vector<std::string>{"refused by 90.1"});
  store.activate(test_text());
  EXPECT_EQ(texts(store, staff(store), x), std::vector<std::string>{"refused by 90.1"});
  append(3, "after");
  const std::vector<std::string> all = {"sealed before", "held before", "after"};
  const auto expect_withheld = [&] {
    EXPECT_EQ(texts(store, staff(store), x), std::vector<std::string>{"after"});
    EXPECT_EQ(texts(store, store.access(), x), all);
    EXPECT_EQ(store.silo().downsample(staff(store), x, {}, 2)->size(), 1U);
    const Time second = TemporaryStore::kStart + Duration::seconds(2);
    EXPECT_FALSE(store.silo().last_at(staff(store), x, second));
  };
  expect_withheld();
  store.reopen();  // the log tells the version, too
  expect_withheld();
  ASSERT_TRUE(store.silo().seal(true));  // both versions in one sealing
  expect_withheld();
  append(4, "merged");
  ASSERT_TRUE(store.silo().seal(true));
  store.reopen();
  EXPECT_EQ(texts(store, staff(store), x), (std::vector<std::string>{"after", "merged"}));
  EXPECT_EQ(store.silo().statistics().sealed_samples, 4U);
  EXPECT_EQ(store.silo().statistics().sealed_chunks, 2U);
}

TEST(PolicyChange, to_a_shorter_keep_denies_at_once_and_is_purged) {
  TemporaryStore store(test_policy());
  const SeriesId x = *store.silo().series(store.access(), kPoseKind, "x");
  const Access access = store.access();
  ASSERT_TRUE(store.silo().put(access, visit("old")));
  ASSERT_TRUE(store.silo().append(access, {"", 0, {{x, sample(TemporaryStore::kStart, "old")}}}));
  ASSERT_TRUE(store.silo().seal(true));
  store.clock().advance(Duration::days(20));
  ASSERT_TRUE(store.silo().put(access, visit("young")));
  ASSERT_TRUE(store.silo().append(access, {"", 0, {{x, sample(store.clock().now(), "young")}}}));
  EXPECT_EQ(store.silo().statistics().overdue, Duration());
  store.activate(test_text(kUsageIsShort));
  EXPECT_FALSE(*store.silo().find(access, kVisitKind, "old"));
  EXPECT_TRUE(*store.silo().find(access, kVisitKind, "young"));
  EXPECT_EQ(texts(store, access, x), std::vector<std::string>{"young"});
  EXPECT_EQ(store.silo().statistics().overdue, Duration::days(10));
  const Purged purged = *store.silo().purge();
  EXPECT_EQ(purged.records, 1U);
  EXPECT_EQ(purged.chunks, 1U);
  EXPECT_EQ(store.silo().statistics().overdue, Duration());
  EXPECT_EQ(store.silo().statistics().sealed_samples, 0U) << "the young one is in the head";
  EXPECT_EQ(texts(store, access, x), std::vector<std::string>{"young"});
  store.clock().advance(Duration::days(11));
  EXPECT_EQ(store.silo().purge()->records, 1U);
  EXPECT_EQ(texts(store, access, x), std::vector<std::string>());
}

TEST(PolicyChange, cannot_take_the_kind_of_what_is_stored) {
  TemporaryStore store(test_policy());
  constexpr std::string_view kNote = R"(kind note 10 record of administration {
  title text  count integer  ratio real  done truth  due time  raw bytes
}
)";
  std::string renamed = test_text();
  renamed.replace(renamed.find("title text"), 10, "heading text");
  std::string without = test_text();
  without.erase(without.find(kNote), kNote.size());
  ASSERT_TRUE(store.silo().put(store.access(), note_record("a", "t")));
  for (const std::string& text : {renamed, without}) {
    const auto refused = store.store().activate(store.propose(text), "test", {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kConflict) << refused.error().message;
    EXPECT_NE(refused.error().message.find("'note'"), std::string::npos);
  }
  ASSERT_TRUE(store.silo().remove(store.access(), kNoteKind, "a"));
  store.activate(without);
  EXPECT_FALSE(store.silo().put(store.access(), note_record("a", "t")));
}

TEST(PolicyChange, may_add_a_field_behind_the_others) {
  TemporaryStore store(test_policy());
  ASSERT_TRUE(store.silo().put(store.access(), note_record("a", "t")));
  std::string longer = test_text();
  longer.replace(longer.find("raw bytes"), 9, "raw bytes  more text");
  store.activate(longer);
  const auto found = *store.silo().find(store.access(), kNoteKind, "a");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->fields.size(), 7U);
  EXPECT_EQ(found->fields.back(), FieldValue());
}

/// The tests' kinds and one of letters, in whose declaration `to` stands for `from`.
std::string with_letters(std::string_view from = {}, std::string_view to = {}) {
  std::string kind = R"(kind letter 30 record of usage {
  writer subject on erasure owns  reader subject on erasure removes
  answers reference to note on erasure removes  place text indexed  date time
}
)";
  if (!from.empty()) kind.replace(kind.find(from), from.size(), to);
  return test_text(kind);
}

Record letter(TemporaryStore& store) {
  const std::string writer = SubjectId::make(store.random()).text();
  return {KindId{30}, "a", {}, "api", {writer, FieldValue(), std::string("b"), "X", Time()}, {}};
}

TEST(PolicyChange, may_change_what_an_erasure_does_to_what_is_stored) {
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"subject on erasure removes", "subject on erasure empties"},
           {"note on erasure removes", "note on erasure empties"},
           {"text indexed", "text"},
           {"date time",
            "date time  more text indexed with friend friend subject on erasure "
            "empties"}}) {
    SCOPED_TRACE(to);
    TemporaryStore store(policy::policy_of(with_letters()));
    ASSERT_TRUE(store.silo().put(store.access(), letter(store)));
    store.activate(with_letters(from, to));
    EXPECT_TRUE(*store.silo().find(store.access(), KindId{30}, "a"));
  }
}

TEST(PolicyChange, cannot_change_who_owns_what_is_stored_or_how_it_is_found) {
  TemporaryStore store(policy::policy_of(with_letters()));
  ASSERT_TRUE(store.silo().put(store.access(), letter(store)));
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"subject on erasure owns", "subject on erasure removes"},
           {"subject on erasure removes", "subject on erasure owns"},
           {"subject on erasure owns", "text"},
           {"reference to note", "reference to visit_record"},
           {"date time", "date time indexed"}}) {
    SCOPED_TRACE(to);
    const policy::Proposal proposal = store.propose(with_letters(from, to));
    const policy::Notice notice{store.clock().now() - Duration::seconds(1), "test", "It changes.",
                                proposal.checked.policy->hash(), false};
    const auto refused = store.store().activate(proposal, "test", notice);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
    EXPECT_EQ(refused.error().message,
              "items of kind 'letter' are stored, and the new policy changes its number, shape or "
              "fields");
  }
}

TEST(PolicyChange, stops_no_reader_and_no_writer) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const auto silo = store.shared_silo();
  std::atomic<bool> done = false;
  std::atomic<int> failures = 0;
  const auto work = [&](int which) {
    for (int i = 0; !done; ++i) {
      const std::string id = std::to_string(which) + "." + std::to_string(i % 20);
      if (!silo->put(access, note_record(id, "t")) || !silo->find(access, kNoteKind, id) ||
          !silo->scan(access, kNoteKind, "", "", 100)) {
        ++failures;
      }
    }
  };
  std::thread one(work, 1);
  std::thread two(work, 2);
  store.activate(test_text(kUsageIsClosed));
  store.activate(test_text(kUsageIsShort));
  store.activate(test_text());
  done = true;
  one.join();
  two.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(store.store().book()->current().number, 4U);
  EXPECT_TRUE(silo->verify_journal());
}

}  // namespace
}  // namespace heed::silo

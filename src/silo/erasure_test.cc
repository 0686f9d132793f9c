// What becomes of records when somebody is forgotten, and what a receipt of it proves.

#include "silo/forgetting_testing.h"
#include "silo/keyring.h"
#include "silo/subject_keys.h"

namespace heed::silo {
namespace {

constexpr KindId kLetter{30};
constexpr KindId kAlbum{31};
constexpr KindId kCard{32};
constexpr KindId kReply{33};
constexpr KindId kBookmark{34};

constexpr std::string_view kKinds = R"(
kind letter 30 record of usage { body text  topic text indexed }
kind album 31 record of usage {
  title text
  partner subject on erasure owns
}
kind card 32 record of usage {
  wish text
  friend subject on erasure empties
  friend_name text with friend
}
kind reply 33 record of usage {
  body text
  letter reference to letter on erasure removes
}
kind bookmark 34 record of usage {
  note text
  letter reference to letter on erasure empties
  reply reference to reply on erasure stays
  person subject on erasure removes
}
clause 6.9 "For these tests." { allow usage for rights.deletion to engine }
)";

std::shared_ptr<const policy::Policy> erasure_policy() {
  return policy::policy_of(heed_text_with(kKinds));
}

class Forgetting : public ::testing::Test {
 protected:
  Forgetting() {
    anna_ = SubjectId::make(store_.random());
    ben_ = SubjectId::make(store_.random());
    carl_ = SubjectId::make(store_.random());
  }
  Silo& silo() { return store_.silo(); }
  Access use() const { return store_.access(); }
  Access deleting() const { return deleting_access(*store_.store().policy()); }
  void put(KindId kind, std::string id, SubjectId subject, std::vector<FieldValue> fields) {
    const Record record{kind, std::move(id), subject, "api", std::move(fields), {}};
    const auto done = silo().put(use(), record);
    ASSERT_TRUE(done) << done.error().message();
  }
  std::optional<Record> find(KindId kind, std::string_view id) {
    auto found = silo().find(use(), kind, id);
    require(found.has_value(), found ? "" : found.error().message());
    return *found;
  }
  std::string field(KindId kind, std::string_view id, std::size_t index) {
    const auto found = find(kind, id);
    if (!found) return "(no record)";
    const auto* text = std::get_if<std::string>(&found->fields[index]);
    return text == nullptr ? "(empty)" : *text;
  }
  ErasureReceipt forget(SubjectId subject) { return heed::silo::forget(store_, subject); }
  std::size_t about(SubjectId subject, KindId kind) {
    const auto page = silo().query(use(), {.kind = kind, .subject = subject});
    require(page.has_value(), "a query by subject is answered");
    return page->records.size();
  }
  std::vector<std::string> files_with(BytesView needle) {
    return heed::silo::files_with(store_.directory(), needle);
  }

  TemporaryStore store_{erasure_policy()};
  SubjectId anna_, ben_, carl_;
};

TEST_F(Forgetting, O62_removes_all_that_is_somebodys_and_nothing_else) {
  put(kLetter, "a", anna_, {std::string("from anna"), std::string("greeting")});
  put(kLetter, "b", ben_, {std::string("from ben"), std::string("greeting")});
  const ErasureReceipt receipt = forget(anna_);
  EXPECT_FALSE(find(kLetter, "a"));
  EXPECT_EQ(field(kLetter, "b", 0), "from ben");
  EXPECT_EQ(receipt.number, 1U);
  ASSERT_EQ(receipt.counts.size(), 1U);
  EXPECT_EQ(receipt.counts[0], (ErasureCount{"letter", 1, 0, 0}));
  EXPECT_EQ(about(anna_, kLetter), 0U);
  EXPECT_EQ(silo().scan(use(), kLetter, "", "", 10)->records.size(), 1U);
  const auto by_topic =
      silo().query(use(), {.kind = kLetter, .field = {{"topic", std::string("greeting")}}});
  EXPECT_EQ(by_topic->records.size(), 1U);
}

TEST_F(Forgetting, what_two_own_stays_until_the_last_one_leaves) {
  put(kAlbum, "x", anna_, {std::string("summer"), ben_.text()});
  const ErasureReceipt first = forget(anna_);
  EXPECT_EQ(first.counts[0], (ErasureCount{"album", 0, 0, 1}));
  const auto left = find(kAlbum, "x");
  ASSERT_TRUE(left);
  EXPECT_EQ(left->subject, ben_);
  EXPECT_TRUE(left->label.owners.empty() || left->label.owners == std::vector{ben_});
  EXPECT_EQ(field(kAlbum, "x", 0), "summer");
  EXPECT_EQ(about(anna_, kAlbum), 0U);
  EXPECT_EQ(about(ben_, kAlbum), 1U);
  forget(ben_);
  EXPECT_FALSE(find(kAlbum, "x"));
}

TEST_F(Forgetting, the_second_owner_may_leave_first) {
  put(kAlbum, "x", anna_, {std::string("summer"), ben_.text()});
  forget(ben_);
  const auto left = find(kAlbum, "x");
  ASSERT_TRUE(left);
  EXPECT_EQ(left->subject, anna_);
  EXPECT_EQ(field(kAlbum, "x", 1), "(empty)");
  forget(anna_);
  EXPECT_FALSE(find(kAlbum, "x"));
}

TEST_F(Forgetting, fields_that_tell_of_somebody_else_are_emptied_with_that_person) {
  put(kCard, "c", anna_, {std::string("get well"), ben_.text(), std::string("Ben Miller")});
  EXPECT_EQ(field(kCard, "c", 2), "Ben Miller");
  const ErasureReceipt receipt = forget(ben_);
  EXPECT_EQ(receipt.counts[0], (ErasureCount{"card", 0, 1, 0}));
  EXPECT_EQ(field(kCard, "c", 0), "get well");
  EXPECT_EQ(field(kCard, "c", 1), "(empty)");
  EXPECT_EQ(field(kCard, "c", 2), "(empty)");
  forget(anna_);
  EXPECT_FALSE(find(kCard, "c"));
}

TEST_F(Forgetting, references_do_what_they_declare) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  put(kReply, "r", ben_, {std::string("hello back"), std::string("a")});
  put(kBookmark, "m", carl_,
      {std::string("see both"), std::string("a"), std::string("r"), FieldValue()});
  put(kBookmark, "n", carl_, {std::string("about ben"), FieldValue(), FieldValue(), ben_.text()});
  const ErasureReceipt receipt = forget(anna_);
  EXPECT_FALSE(find(kReply, "r"));  // the reply goes with the letter that it answers
  EXPECT_EQ(field(kBookmark, "m", 1), "(empty)");
  EXPECT_EQ(field(kBookmark, "m", 2), "r");
  EXPECT_EQ(receipt.counts.size(), 3U);
  forget(ben_);
  EXPECT_FALSE(find(kBookmark, "n"));
  EXPECT_TRUE(find(kBookmark, "m"));
}

TEST_F(Forgetting, nothing_is_stored_any_more_about_whom_was_forgotten) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  forget(anna_);
  const Record again{kLetter, "z", anna_, "api", {std::string("x"), std::string("t")}, {}};
  const auto refused = silo().put(use(), again);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error()->kind, ErrorKind::kConflict);
  const Record mention{kCard, "z", ben_, "api", {FieldValue(), anna_.text(), FieldValue()}, {}};
  EXPECT_FALSE(silo().put(use(), mention));
  store_.reopen();
  EXPECT_FALSE(silo().put(use(), again));
}

TEST_F(Forgetting, said_again_gives_the_first_receipt_and_a_stranger_is_not_found) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  const ErasureReceipt first = forget(anna_);
  store_.clock().advance(Duration::hours(1));
  EXPECT_EQ(forget(anna_), first);
  const auto stranger = silo().forget(store_.access("operation", "engine"), carl_, "request 18");
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().error()->kind, ErrorKind::kNotFound);
  // Whether somebody is known at all is not told to who asks for their own data alone.
  const auto asked = silo().forget(deleting(), carl_, "request 18");
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().error(), nullptr);
}

TEST_F(Forgetting, is_refused_to_who_may_not_remove) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  const auto refused = silo().forget(store_.access("marketing", "third_party"), anna_, "no");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error(), nullptr);
  EXPECT_TRUE(find(kLetter, "a"));
}

TEST_F(Forgetting, a_dry_run_tells_what_would_go) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  put(kLetter, "b", anna_, {std::string("hello"), std::string("t")});
  put(kCard, "c", ben_, {std::string("get well"), anna_.text(), std::string("Anna")});
  const auto held = silo().holdings(deleting(), anna_);
  ASSERT_TRUE(held);
  ASSERT_EQ(held->size(), 2U);
  EXPECT_EQ((*held)[0].name, "letter");
  EXPECT_EQ((*held)[0].items, 2U);
  EXPECT_EQ((*held)[0].shared, 0U);
  EXPECT_EQ((*held)[1].shared, 1U);
}

TEST_F(Forgetting, what_a_crash_cut_short_is_finished_when_the_silo_is_opened) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  put(kAlbum, "x", anna_, {std::string("summer"), ben_.text()});
  store_.close();
  {  // the key was overwritten, and nothing else happened before the power went
    const auto ring = Keyring::open(store_.options().key_directory, store_.random());
    const auto key = (*ring)->organization_key(store_.organization());
    auto keys =
        SubjectKeys::open((*ring)->subjects_path(store_.organization()), store_.organization(),
                          (*key)->first_secret().view(), store_.random());
    ASSERT_TRUE((*keys)->erase(1, (*keys)->tag_of(anna_), store_.clock().now()));
  }
  store_.reopen();
  EXPECT_FALSE(find(kLetter, "a"));
  EXPECT_EQ(find(kAlbum, "x")->subject, ben_);
  const auto receipt = silo().receipt(store_.access("operation", "engine"), 1);
  ASSERT_TRUE(receipt) << receipt.error().message();
  EXPECT_TRUE(verify_receipt(*receipt, silo().journal_key()));
}

TEST_F(Forgetting, leaves_no_byte_behind_once_the_files_are_written_anew) {
  const std::string canary = "canary 4711 in plain words";
  put(kLetter, "letter-of-anna", anna_, {canary, canary});
  EXPECT_TRUE(files_with(canary).empty());  // it never lay there in the clear
  EXPECT_FALSE(files_with("letter-of-anna").empty());
  forget(anna_);
  EXPECT_TRUE(*silo().scrub(true));
  store_.close();
  EXPECT_EQ(files_with("letter-of-anna"), std::vector<std::string>());
  EXPECT_EQ(files_with(anna_.bytes()), std::vector<std::string>());
  store_.reopen();
  const auto receipt = silo().receipt(store_.access("operation", "engine"), 1);
  EXPECT_TRUE(verify_receipt(*receipt, silo().journal_key())->physical);
}

TEST_F(Forgetting, removed_bytes_are_gone_within_the_bound_and_late_ones_are_told) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  const ErasureReceipt receipt = forget(anna_);
  EXPECT_EQ(receipt.physical_by, receipt.logical + Duration::hours(24));
  EXPECT_FALSE(*silo().scrub(false));
  store_.clock().advance(Duration::hours(25));
  EXPECT_EQ(silo().statistics().physically_overdue, Duration::hours(1));
  store_.reopen();
  EXPECT_EQ(silo().statistics().physically_overdue, Duration::hours(1));
  EXPECT_TRUE(*silo().scrub(false));
  EXPECT_EQ(silo().statistics().physically_overdue, Duration());
  EXPECT_FALSE(*silo().scrub(true));
}

TEST_F(Forgetting, O67_a_hold_keeps_what_it_is_about_and_nobody_but_the_law_reads_it) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  put(kCard, "c", anna_, {std::string("x"), FieldValue(), FieldValue()});
  const Access engine = store_.access("operation", "engine");
  Hold hold{"h1", anna_, kLetter, "litigation 4 O 17/26", store_.clock().now() + Duration::days(90),
            {},   {}};
  ASSERT_TRUE(silo().place_hold(engine, hold));
  EXPECT_FALSE(silo().place_hold(engine, hold));
  const ErasureReceipt receipt = forget(anna_);
  EXPECT_EQ(receipt.number, 0U);
  EXPECT_FALSE(receipt.cryptographic);
  ASSERT_EQ(receipt.exceptions.size(), 1U);
  EXPECT_EQ(receipt.exceptions[0].reason, "litigation 4 O 17/26");
  EXPECT_EQ(receipt.exceptions[0].until, hold.until);
  EXPECT_FALSE(find(kCard, "c"));    // no hold is about cards
  EXPECT_FALSE(find(kLetter, "a"));  // there, but not for them
  EXPECT_TRUE(silo().scan(use(), kLetter, "", "", 10)->records.empty());
  store_.reopen();
  EXPECT_FALSE(find(kLetter, "a"));

  store_.clock().advance(Duration::days(91));
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(silo().statistics().erasures, 1U);
  EXPECT_FALSE(find(kLetter, "a"));
}

TEST_F(Forgetting, O73_a_hold_stops_the_purge_and_not_the_denial_of_reads) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  const Access engine = store_.access("operation", "engine");
  const Time until = store_.clock().now() + Duration::days(500);
  ASSERT_TRUE(silo().place_hold(engine, {"h", {}, {}, "audit", until, {}, {}}));
  store_.clock().advance(Duration::days(400));  // usage is kept for thirteen months
  EXPECT_FALSE(find(kLetter, "a"));
  EXPECT_EQ(silo().purge()->records, 0U);
  EXPECT_EQ(silo().statistics().overdue, Duration());
  EXPECT_TRUE(*silo().lift_hold(engine, "h"));
  EXPECT_FALSE(*silo().lift_hold(engine, "h"));
  EXPECT_EQ(silo().purge()->records, 1U);
}

class Closing : public ::testing::Test {
 protected:
  static constexpr std::string_view kText = R"(
words w "W" version 2026-01-01
category personal { account }
category administration
purpose service
purpose operation
purpose collection
party engine
party organization
source api
event account_closed
kind account 40 record of personal.account { plan text }
policy p "P" version 2026-01-01 uses w review every 12 months
clause 1 "All for the service." {
  allow any for service, operation to engine, organization
  allow any for collection to engine
}
clause 2 "Kept until you leave, and a month longer; the rest ten years." {
  keep personal until account_closed + 1 month
  keep administration for 10 years
}
)";
  static constexpr KindId kAccount{40};
  void put(std::string id, SubjectId subject) {
    const Record record{kAccount, std::move(id), subject, "api", {std::string("plain")}, {}};
    const auto done = store_.silo().put(use(), record);
    ASSERT_TRUE(done) << done.error().message();
  }
  bool there(std::string_view id) { return store_.silo().find(use(), kAccount, id)->has_value(); }
  Access use() const { return store_.access("service", "organization"); }
  Access engine() const { return store_.access("operation", "engine"); }

  TemporaryStore store_{policy::policy_of(std::string(kText))};
};

TEST_F(Closing, O73_an_account_starts_the_clocks_of_all_its_items_and_of_later_ones) {
  const SubjectId anna = SubjectId::make(store_.random());
  const SubjectId ben = SubjectId::make(store_.random());
  put("a", anna);
  put("b", ben);
  store_.clock().advance(Duration::days(10'000));
  EXPECT_TRUE(there("a"));  // no span ends it
  const Time closed = store_.clock().now();
  EXPECT_EQ(*store_.silo().happened(engine(), "account_closed", anna, closed), 1U);
  put("late", anna);
  store_.clock().advance(Duration::days(27));
  EXPECT_TRUE(there("a"));
  store_.clock().advance(Duration::days(2));  // spans are read at their shortest
  EXPECT_FALSE(there("a"));
  EXPECT_FALSE(there("late"));
  EXPECT_TRUE(there("b"));
  store_.reopen();
  EXPECT_FALSE(there("a"));
  EXPECT_EQ(store_.silo().purge()->records, 2U);
  EXPECT_EQ(*store_.silo().happened(engine(), "account_closed", {}, closed), 1U);
  EXPECT_FALSE(there("b"));
  const auto unknown = store_.silo().happened(engine(), "moon_landing", {}, closed);
  EXPECT_EQ(unknown.error().error()->kind, ErrorKind::kInvalid);
}

TEST_F(Forgetting, a_receipt_verifies_offline_and_not_after_a_single_changed_byte) {
  put(kLetter, "a", anna_, {std::string("hello"), std::string("t")});
  const ErasureReceipt receipt = forget(anna_);
  const std::string text = *silo().receipt(store_.access("operation", "engine"), 1);
  const PublicKey key = silo().journal_key();
  EXPECT_EQ(*verify_receipt(text, key), receipt);
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(verify_receipt(changed, key)) << i << ": " << text.substr(i, 20);
  }
  const SigningKey other = SigningKey::make(store_.random());
  EXPECT_FALSE(verify_receipt(text, other.public_key()));
}

}  // namespace
}  // namespace heed::silo

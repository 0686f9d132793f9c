// Somebody with many records is forgotten at once, and their rows go afterwards: nobody sees any of
// them meanwhile, the receipt is right from the first moment, and no crash changes that.
#include "silo/eraser.h"
#include "silo/forgetting_testing.h"
#include "silo/kv_faults.h"

namespace heed::silo {
namespace {

constexpr KindId kPulse{30};
constexpr KindId kLetter{31};
constexpr KindId kReply{32};
constexpr KindId kAlbum{33};
constexpr KindId kCard{34};

constexpr std::string_view kKinds = R"(
kind pulse 30 record of usage { beats text indexed }
kind letter 31 record of usage { body text }
kind reply 32 record of usage { letter reference to letter on erasure removes }
kind album 33 record of usage { title text  partner subject on erasure owns }
kind card 34 record of usage { wish text  friend subject on erasure empties }
clause 6.9 "For these tests." { allow usage for rights.deletion to engine }
)";

constexpr std::size_t kMany = 1'200;
static_assert(kMany > Eraser::kMostAtOnce);

std::string pulse(std::size_t n) {
  return "pulse-" + std::to_string(n);
}

class ForgettingMany : public ::testing::Test {
 protected:
  explicit ForgettingMany(std::shared_ptr<kv::Disk> disk = nullptr)
      : store_(policy::policy_of(heed_text_with(kKinds)), 200'000, std::move(disk)) {}

  Silo& silo() { return store_.silo(); }
  Access use() const { return store_.access(); }
  Access engine() const { return store_.access("operation", "engine"); }
  Access deleting() const { return deleting_access(*store_.store().policy()); }
  void put(KindId kind, std::string id, SubjectId subject, std::vector<FieldValue> fields) {
    const Record record{kind, std::move(id), subject, "api", std::move(fields), {}};
    const auto done = silo().put(use(), record, Expect::kAbsent);
    ASSERT_TRUE(done) << done.error().message();
  }
  void put_pulses(SubjectId subject, std::size_t count = kMany) {
    std::vector<Change> changes;
    for (std::size_t n = 0; n < count; ++n) {
      changes.emplace_back(
          Put{.record = {kPulse, pulse(n), subject, "api", {std::string("60")}, {}}});
      if (changes.size() < kMostChanges && n + 1 < count) continue;
      const auto done = silo().commit(use(), changes);
      ASSERT_TRUE(done) << done.error().message();
      changes.clear();
    }
  }
  ErasureReceipt forget(SubjectId subject) { return heed::silo::forget(store_, subject); }
  ErasureReceipt receipt(std::uint64_t number = 1) {
    const auto text = silo().receipt(engine(), number);
    require(text.has_value(), text ? "" : text.error().message());
    const auto receipt = verify_receipt(*text, silo().journal_key());
    require(receipt.has_value(), receipt ? "" : receipt.error().message);
    return *receipt;
  }
  bool there(KindId kind, std::string_view id) {
    const auto found = silo().find(use(), kind, id);
    require(found.has_value(), found ? "" : found.error().message());
    return found->has_value();
  }
  std::size_t entries_of_erasures() {
    std::size_t seen = 0;
    for (std::uint64_t from = 1;;) {
      const auto entries = silo().journal(engine(), from, 1'000);
      require(entries.has_value(), "the journal is read");
      if (entries->empty()) return seen;
      for (const JournalEntry& entry : *entries) seen += entry.what == "subject.erased" ? 1 : 0;
      from = entries->back().number + 1;
    }
  }
  /// Rows of records and of what finds and ends them. Closes the store.
  std::size_t rows_left() {
    store_.close();
    const kv::SharedMemory memory(1U << 20, 1U << 20, store_.options().disk);
    const auto database = kv::Database::open(
        store_.options().data_directory + "/silos/" + store_.organization().text(), memory);
    require(database.has_value(), "the closed database opens");
    std::size_t rows = 0;
    const auto count = [&](kv::Family family, BytesView prefix) {
      auto cursor = (*database)->cursor(family);
      for (cursor.seek(prefix); cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) {
        ++rows;
      }
    };
    count(kv::Family::kRecords, {});
    count(kv::Family::kDeadlines, {});
    for (const char* prefix : {"s", "f", "t", "r"}) count(kv::Family::kIndexes, prefix);
    count(kv::Family::kSubjects, "a");
    count(kv::Family::kSubjects, "l");
    return rows;
  }

  TemporaryStore store_;
  const SubjectId anna_ = SubjectId::make(store_.random());
  const SubjectId ben_ = SubjectId::make(store_.random());
};

TEST_F(ForgettingMany, O62_is_told_in_full_at_once) {
  put_pulses(anna_);
  put(kLetter, "a", anna_, {std::string("hello")});
  const ErasureReceipt first = forget(anna_);
  ASSERT_EQ(first.counts.size(), 2U);
  EXPECT_EQ(first.counts[0], (ErasureCount{"pulse", kMany, 0, 0}));
  EXPECT_EQ(first.counts[1], (ErasureCount{"letter", 1, 0, 0}));
  EXPECT_EQ(receipt(), first);
  EXPECT_EQ(entries_of_erasures(), 1U);
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(forget(anna_), first);
  EXPECT_EQ(receipt(), first);
  EXPECT_EQ(entries_of_erasures(), 1U);
}

TEST_F(ForgettingMany, leaves_their_rows_to_upkeep_and_few_to_nobody) {
  put_pulses(anna_);
  forget(anna_);
  EXPECT_GE(rows_left(), 5 * kMany);
  store_.reopen();
  EXPECT_EQ(silo().statistics().erasures, 1U);
  EXPECT_GE(rows_left(), 5 * kMany);  // no opening waits for their removal
  store_.reopen();
  EXPECT_FALSE(there(kPulse, pulse(7)));
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(rows_left(), 0U);
  store_.reopen();
  put_pulses(ben_, Eraser::kMostAtOnce);
  forget(ben_);
  EXPECT_EQ(rows_left(), 0U);
}

TEST_F(ForgettingMany, no_read_finds_what_waits_to_be_removed) {
  put_pulses(anna_);
  put(kPulse, "ben's", ben_, {std::string("60")});
  const Time stored = store_.clock().now();
  forget(anna_);
  EXPECT_FALSE(there(kPulse, pulse(7)));
  for (const Access& access : {use(), store_.access("marketing", "third_party")}) {
    const auto page = silo().scan(access, kPulse, "pulse-", "", 10);
    if (!page) continue;
    EXPECT_TRUE(page->records.empty());
    EXPECT_EQ(page->withheld, 0U);
    EXPECT_EQ(page->next, "");
  }
  const auto found = [&](Query query) {
    query.limit = 1;
    const auto page = silo().query(use(), query);
    require(page.has_value(), page ? "" : page.error().message());
    EXPECT_EQ(page->next, "");
    EXPECT_EQ(page->withheld, 0U);
    return page->records.size();
  };
  EXPECT_EQ(found({.kind = kPulse, .subject = anna_}), 0U);
  EXPECT_EQ(found({.kind = kPulse, .field = {{"beats", std::string("60")}}}), 1U);
  EXPECT_EQ(found({.kind = kPulse, .stored = TimeRange{stored, stored + Duration::seconds(1)}}),
            1U);
  EXPECT_EQ(found({.kind = kPulse}), 1U);
  EXPECT_TRUE(silo().holdings(deleting(), anna_)->empty());
  const auto counted = silo().aggregate(use(), kPulse, "beats");
  ASSERT_TRUE(counted) << counted.error().message();
  std::uint64_t records = 0;
  for (const Aggregate::Group& group : counted->groups) records += group.records;
  EXPECT_EQ(records + counted->withheld, 1U);
}

TEST_F(ForgettingMany, nothing_can_be_done_to_what_waits_to_be_removed) {
  put_pulses(anna_);
  forget(anna_);
  EXPECT_FALSE(*silo().remove(use(), kPulse, pulse(1)));
  const std::vector<Change> patch{Patch{kPulse, pulse(2), {{"beats", std::string("61")}}, {}}};
  EXPECT_EQ(silo().commit(use(), patch).error().error()->kind, ErrorKind::kConflict);
  const std::vector<Change> removal{Removal{kPulse, pulse(3), 1}};
  const auto refused = silo().commit(use(), removal);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().contains("revision 0")) << refused.error().message();
  EXPECT_FALSE(*silo().remove(use(), kPulse, pulse(4)));
}

TEST_F(ForgettingMany, what_waits_is_neither_overdue_nor_removed_as_expired) {
  put_pulses(anna_);
  forget(anna_);
  store_.clock().advance(Duration::days(500));  // usage is kept for thirteen months
  EXPECT_EQ(silo().statistics().overdue, Duration());
  EXPECT_EQ(silo().purge()->records, 0U);
  EXPECT_EQ(rows_left(), 0U);
}

TEST_F(ForgettingMany, what_somebody_else_stores_under_the_same_id_meanwhile_stays) {
  put_pulses(anna_);
  forget(anna_);
  put(kPulse, pulse(5), ben_, {std::string("90")});
  EXPECT_EQ(silo().find(use(), kPulse, pulse(5))->value().label.revision, 1U);
  ASSERT_TRUE(silo().purge());
  EXPECT_TRUE(there(kPulse, pulse(5)));
  EXPECT_EQ(silo().query(use(), {.kind = kPulse, .subject = ben_})->records.size(), 1U);
  EXPECT_EQ(silo()
                .query(use(), {.kind = kPulse, .field = {{"beats", std::string("90")}}})
                ->records.size(),
            1U);
  EXPECT_EQ(forget(ben_).counts.at(0), (ErasureCount{"pulse", 1, 0, 0}));
  EXPECT_EQ(rows_left(), 0U);
}

TEST_F(ForgettingMany, what_others_see_changes_at_once) {
  put_pulses(anna_);
  put(kAlbum, "x", anna_, {std::string("summer"), ben_.text()});
  put(kCard, "c", ben_, {std::string("get well"), anna_.text()});
  put(kLetter, "a", anna_, {std::string("hello")});
  put(kReply, "r", ben_, {std::string("a")});
  const ErasureReceipt told = forget(anna_);
  EXPECT_FALSE(there(kReply, "r"));
  EXPECT_EQ(silo().find(use(), kAlbum, "x")->value().subject, ben_);
  const auto card = silo().find(use(), kCard, "c")->value();
  EXPECT_TRUE(std::holds_alternative<std::monostate>(card.fields[1]));
  EXPECT_EQ(card.label.revision, 2U);
  const std::vector<ErasureCount> expected{{"pulse", kMany, 0, 0},
                                           {"letter", 1, 0, 0},
                                           {"reply", 1, 0, 0},
                                           {"album", 0, 0, 1},
                                           {"card", 0, 1, 0}};
  EXPECT_EQ(told.counts, expected);
  ASSERT_TRUE(silo().purge());
  EXPECT_TRUE(there(kAlbum, "x"));
  EXPECT_TRUE(there(kCard, "c"));
}

TEST_F(ForgettingMany, what_was_counted_once_is_not_counted_with_what_it_leads_to) {
  put(kLetter, "b", ben_, {std::string("hello")});
  std::vector<Change> changes;
  for (std::size_t n = 0; n < kMostChanges; ++n) {
    changes.emplace_back(
        Put{.record = {kReply, "r" + std::to_string(n), anna_, "api", {std::string("b")}, {}}});
  }
  ASSERT_TRUE(silo().commit(use(), changes));
  put(kReply, "one more", anna_, {std::string("b")});
  EXPECT_EQ(forget(anna_).counts.at(0), (ErasureCount{"reply", kMostChanges + 1, 0, 0}));
  const ErasureReceipt second = forget(ben_);
  ASSERT_EQ(second.counts.size(), 1U);
  EXPECT_EQ(second.counts[0], (ErasureCount{"letter", 1, 0, 0}));
}

TEST_F(ForgettingMany, the_bytes_are_not_told_gone_before_the_rows_are) {
  put_pulses(anna_);
  forget(anna_);
  EXPECT_FALSE(receipt().physical);
  EXPECT_TRUE(*silo().scrub(true));  // removes the rows first
  EXPECT_TRUE(receipt().physical);
  EXPECT_EQ(receipt().counts.at(0), (ErasureCount{"pulse", kMany, 0, 0}));
  EXPECT_EQ(entries_of_erasures(), 1U);
  EXPECT_EQ(rows_left(), 0U);
}

TEST_F(ForgettingMany, O67_when_the_last_hold_ends_the_same_purge_removes_all) {
  put_pulses(anna_);
  const Time until = store_.clock().now() + Duration::days(9);
  ASSERT_TRUE(silo().place_hold(engine(), {"h", anna_, kPulse, "audit", until, {}, {}}));
  EXPECT_EQ(forget(anna_).number, 0U);
  store_.clock().advance(Duration::days(10));
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(receipt().counts.at(0), (ErasureCount{"pulse", kMany, 0, 0}));
  EXPECT_EQ(rows_left(), 0U);
}

class CrashingWhileForgettingMany : public ForgettingMany {
 protected:
  CrashingWhileForgettingMany()
      : CrashingWhileForgettingMany(std::make_shared<kv::FaultyDisk>(1)) {}
  explicit CrashingWhileForgettingMany(std::shared_ptr<kv::FaultyDisk> disk)
      : ForgettingMany(disk), disk_(std::move(disk)) {}

  void crash_and_reopen() {
    disk_->cut_power();
    store_.close();
    disk_->restore_power();
    store_.reopen();
  }

  const std::shared_ptr<kv::FaultyDisk> disk_;
};

TEST_F(CrashingWhileForgettingMany, at_any_change_of_the_disk_the_next_opening_tells_it_in_full) {
  std::uint64_t number = 0;
  bool forgotten = false;
  for (std::uint64_t change = 1; !forgotten; ++change) {
    SCOPED_TRACE(change);
    const SubjectId whom = SubjectId::make(store_.random());
    put_pulses(whom);
    put(kLetter, "a", whom, {std::string("hello")});
    put(kReply, "r", ben_, {std::string("a")});
    disk_->cut_power_at(change);
    forgotten = silo().forget(deleting(), whom, "request 17").has_value() && disk_->powered();
    crash_and_reopen();
    ASSERT_TRUE(silo().is_erased(whom));  // the ring is overwritten before any of these
    const std::vector<ErasureCount> counts = receipt(++number).counts;
    ASSERT_FALSE(counts.empty());
    EXPECT_EQ(counts[0], (ErasureCount{"pulse", kMany, 0, 0}));
    EXPECT_FALSE(there(kPulse, pulse(1)));
    EXPECT_FALSE(there(kReply, "r"));
    EXPECT_TRUE(silo().verify_journal());
  }
  put(kLetter, "last", ben_, {std::string("hello")});
  forget(ben_);
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(rows_left(), 0U);
}

TEST_F(CrashingWhileForgettingMany, between_batches_of_the_removal_nothing_comes_back) {
  bool purged = false;
  std::uint64_t number = 0;
  for (std::uint64_t change = 1; !purged; change += 2) {
    SCOPED_TRACE(change);
    const SubjectId whom = SubjectId::make(store_.random());
    put_pulses(whom);
    const ErasureReceipt told = forget(whom);
    disk_->cut_power_at(change);
    purged = silo().purge().has_value() && disk_->powered();
    crash_and_reopen();
    EXPECT_EQ(receipt(++number), told);
    EXPECT_EQ(entries_of_erasures(), number);
    EXPECT_FALSE(there(kPulse, pulse(kMany - 1)));
    EXPECT_TRUE(silo().query(use(), {.kind = kPulse})->records.empty());
  }
  ASSERT_TRUE(silo().purge());
  EXPECT_EQ(rows_left(), 0U);
}

TEST_F(CrashingWhileForgettingMany, a_full_disk_leaves_the_rows_and_no_claim_that_they_are_gone) {
  put_pulses(anna_);
  forget(anna_);
  disk_->fill_up_after(2'000);
  EXPECT_FALSE(silo().scrub(true));
  EXPECT_FALSE(there(kPulse, pulse(kMany - 1)));
  disk_->free_space();
  crash_and_reopen();
  EXPECT_FALSE(receipt().physical);
  EXPECT_TRUE(*silo().scrub(true));
  EXPECT_TRUE(receipt().physical);
  EXPECT_EQ(rows_left(), 0U);
}

}  // namespace
}  // namespace heed::silo

// What a hold stops and what it does not: it keeps what it is about, for legal purposes alone once
// the person asked to be forgotten; all else goes as ever, and what it kept goes when it ends.
#include <atomic>
#include <thread>

#include "silo/forgetting_testing.h"
#include "silo/kv_faults.h"

namespace heed::silo {
namespace {

constexpr KindId kNote{30};
constexpr KindId kAlbum{31};
constexpr KindId kReply{32};
constexpr KindId kVisit{33};
constexpr KindId kPhoto{35};
constexpr KindId kPose{41};

constexpr std::string_view kKinds = R"(
kind note 30 record of usage { said text  friend subject on erasure empties }
kind album 31 record of usage { title text  partner subject on erasure owns }
kind reply 32 record of usage { body text  note reference to note on erasure removes }
kind visit 33 record of usage { page text }
kind photo 35 record of usage {
  title text  guest subject on erasure empties  portrait blob with guest
}
kind pose 41 series of usage { value text }
clause 6.9 "For these tests." { allow usage for rights.deletion to engine }
clause 6.10 "For these tests too." { allow usage for legal to organization }
)";

class HoldTest : public ::testing::Test {
 protected:
  explicit HoldTest(std::shared_ptr<kv::Disk> disk = nullptr)
      : store_(policy::policy_of(heed_text_with(kKinds)), 200'000, std::move(disk)) {
    anna_ = SubjectId::make(store_.random());
    ben_ = SubjectId::make(store_.random());
  }
  Silo& silo() { return store_.silo(); }
  Access use() const { return store_.access(); }
  Access legal() const { return store_.access("legal", "organization"); }
  Access engine() const { return store_.access("operation", "engine"); }
  Governed<void> try_put(KindId kind, std::string id, SubjectId subject, FieldValue second = {}) {
    Record made{kind, std::move(id), subject, "api", {std::string("said")}, {}};
    if (kind != kVisit) made.fields.push_back(std::move(second));
    if (kind == kPhoto) made.fields.emplace_back();
    return silo().put(use(), made);
  }
  void put(KindId kind, std::string id, SubjectId subject, FieldValue second = {}) {
    const auto done = try_put(kind, std::move(id), subject, std::move(second));
    ASSERT_TRUE(done) << done.error().message();
  }
  std::optional<Record> find(KindId kind, std::string_view id) { return find(kind, id, use()); }
  std::optional<Record> find(KindId kind, std::string_view id, const Access& access) {
    auto found = silo().find(access, kind, id);
    require(found.has_value(), found ? "" : found.error().message());
    return *found;
  }
  bool is_empty(const Record& record, std::size_t field) {
    return std::holds_alternative<std::monostate>(record.fields[field]);
  }
  std::size_t about(SubjectId subject, KindId kind) {
    const auto page = silo().query(use(), {.kind = kind, .subject = subject});
    require(page.has_value(), "a query by subject is answered");
    return page->records.size();
  }
  ErasureReceipt forget(SubjectId subject) { return heed::silo::forget(store_, subject); }
  void hold(std::string id, SubjectId subject, std::optional<KindId> kind) {
    const Time until = store_.clock().now() + Duration::days(900);
    const auto done =
        silo().place_hold(engine(), {std::move(id), subject, kind, "audit", until, {}, {}});
    ASSERT_TRUE(done) << done.error().message();
  }
  void lift(std::string_view id) { ASSERT_TRUE(*silo().lift_hold(engine(), id)); }
  void purge() { ASSERT_TRUE(silo().purge()); }
  static ErrorKind kind_of(const policy::Withheld& why) {
    return why.error() == nullptr ? ErrorKind::kInternal : why.error()->kind;
  }
  std::size_t samples(SeriesId series, const Access& access) {
    std::size_t count = 0;
    const auto read =
        silo().read(access, series, {}, [&](const SampleView&) { return ++count > 0; });
    require(read.has_value(), read ? "" : read.error().message());
    return count;
  }
  SeriesId series(SubjectId subject) { return *silo().series(use(), kPose, "pose", subject); }
  Appended append(SeriesId series, std::string text) {
    const Time at = store_.clock().now();
    return *silo().append(use(), {"", 0, {{series, {at, at, at, 0, std::move(text)}}}});
  }

  TemporaryStore store_;
  SubjectId anna_, ben_;
};

TEST_F(HoldTest, O67_what_no_hold_keeps_goes_at_once_and_all_that_goes_with_it) {
  put(kNote, "a", anna_);
  put(kNote, "b", ben_, anna_.text());
  put(kReply, "r", ben_, std::string("a"));
  put(kAlbum, "x", anna_, ben_.text());
  put(kVisit, "v", anna_);
  hold("h", anna_, kVisit);
  const ErasureReceipt receipt = forget(anna_);
  EXPECT_EQ(receipt.number, 0U);
  EXPECT_FALSE(find(kNote, "a", legal()));
  EXPECT_FALSE(find(kReply, "r"));
  ASSERT_TRUE(find(kNote, "b"));
  EXPECT_TRUE(is_empty(*find(kNote, "b"), 1));
  EXPECT_EQ(about(anna_, kNote), 0U);
  ASSERT_TRUE(find(kAlbum, "x"));  // Ben's alone now
  EXPECT_EQ(find(kAlbum, "x")->subject, ben_);
  EXPECT_TRUE(find(kVisit, "v", legal()));
  const std::vector<ErasureCount> counts = {
      {"note", 1, 1, 0}, {"album", 0, 0, 1}, {"reply", 1, 0, 0}};
  EXPECT_EQ(receipt.counts, counts);

  lift("h");
  purge();
  EXPECT_TRUE(silo().is_erased(anna_));
  EXPECT_FALSE(find(kVisit, "v", legal()));
  EXPECT_TRUE(find(kAlbum, "x"));
}

TEST_F(HoldTest, O73_keeps_somebodys_record_when_what_it_leads_to_goes_with_somebody_else) {
  put(kNote, "a", anna_);
  put(kNote, "c", anna_);
  put(kReply, "r", ben_, std::string("a"));
  put(kReply, "s", ben_, std::string("a"));
  put(kReply, "t", ben_, std::string("c"));
  hold("h", ben_, kReply);
  EXPECT_EQ(forget(anna_).number, 1U);
  EXPECT_TRUE(find(kReply, "r"));
  purge();
  EXPECT_TRUE(find(kReply, "r"));
  put(kReply, "s", ben_, std::string("another"));  // leads to what is gone no more
  store_.clock().advance(Duration::seconds(1));
  put(kReply, "t", ben_, std::string("c"));  // written since
  store_.reopen();
  lift("h");
  EXPECT_TRUE(find(kReply, "r"));
  purge();
  EXPECT_FALSE(find(kReply, "r"));
  EXPECT_TRUE(find(kReply, "s"));
  EXPECT_TRUE(find(kReply, "t"));
}

TEST_F(HoldTest, nothing_is_taken_in_any_more_about_who_waits_to_be_forgotten) {
  put(kNote, "a", anna_);
  const SeriesId annas = series(anna_);
  append(annas, "a1");
  hold("h", anna_, {});
  forget(anna_);
  for (const auto& refused : {try_put(kNote, "z", anna_), try_put(kNote, "z", ben_, anna_.text()),
                              try_put(kAlbum, "z", ben_, anna_.text())}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(kind_of(refused.error()), ErrorKind::kConflict);
  }
  const auto made = silo().series(use(), kPose, "pose", anna_);
  ASSERT_FALSE(made);
  EXPECT_EQ(kind_of(made.error()), ErrorKind::kConflict);
  EXPECT_EQ(append(annas, "a2").forgotten, 1U);
  store_.reopen();
  EXPECT_FALSE(try_put(kNote, "z", anna_));
  EXPECT_EQ(samples(annas, legal()), 1U);
}

TEST_F(HoldTest, O73_what_a_hold_keeps_of_who_waits_is_not_written_over_nor_removed) {
  put(kNote, "a", anna_);
  hold("h", anna_, {});
  forget(anna_);
  const auto over = try_put(kNote, "a", ben_);
  ASSERT_FALSE(over);
  EXPECT_EQ(kind_of(over.error()), ErrorKind::kConflict);
  const auto patched = silo().commit(use(), {Patch{kNote, "a", {{"said", std::string("x")}}}});
  ASSERT_FALSE(patched);
  EXPECT_EQ(kind_of(patched.error()), ErrorKind::kConflict);
  EXPECT_FALSE(*silo().remove(use(), kNote, "a"));
  EXPECT_TRUE(silo().commit(use(), {Removal{kNote, "a"}}));  // passes over it
  const auto kept = find(kNote, "a", legal());
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->subject, anna_);
}

TEST_F(HoldTest, O67_what_is_nobodys_but_theirs_is_kept_whoever_it_is_about) {
  put(kAlbum, "x", SubjectId(), anna_.text());
  hold("h", anna_, {});
  forget(anna_);
  EXPECT_FALSE(find(kAlbum, "x"));
  EXPECT_TRUE(find(kAlbum, "x", legal()));
  EXPECT_FALSE(try_put(kAlbum, "x", ben_));
  EXPECT_FALSE(*silo().remove(use(), kAlbum, "x"));
  lift("h");
  purge();
  EXPECT_FALSE(find(kAlbum, "x", legal()));
  EXPECT_TRUE(try_put(kAlbum, "x", ben_));
}

TEST_F(HoldTest, O67_what_a_hold_keeps_of_others_tells_nothing_of_who_waits) {
  put(kNote, "b", ben_, anna_.text());
  put(kAlbum, "x", ben_, anna_.text());
  put(kPhoto, "p", ben_, anna_.text());
  const BlobPlace portrait{kPhoto, "p", "portrait"};
  const auto source = [left = true]() mutable -> Result<Bytes> {
    return std::exchange(left, false) ? Bytes("Anna's face") : Bytes();
  };
  ASSERT_TRUE(silo().put_blob(use(), portrait, source));
  hold("h", {}, {});
  EXPECT_EQ(forget(anna_).number, 0U);
  const auto nobody_reads = [&] {
    for (const auto& [kind, id] : {std::pair(kNote, "b"), {kAlbum, "x"}, {kPhoto, "p"}}) {
      const auto record = find(kind, id);
      ASSERT_TRUE(record);
      EXPECT_TRUE(is_empty(*record, 1)) << id;
      EXPECT_TRUE(record->label.owners.empty()) << id;
      EXPECT_EQ(about(anna_, kind), 0U) << id;
      const auto page = silo().scan(use(), kind, "", "", 10);
      EXPECT_TRUE(is_empty(page->records.at(0), 1)) << id;
      EXPECT_FALSE(is_empty(*find(kind, id, legal()), 1)) << id;
    }
    EXPECT_TRUE(is_empty(*find(kPhoto, "p"), 2));
    const auto all = [](BytesView) { return true; };
    EXPECT_FALSE(*silo().read_blob(use(), portrait, 0, all));
    EXPECT_TRUE(*silo().read_blob(legal(), portrait, 0, all));
    EXPECT_FALSE(silo().put_blob(use(), portrait, source));
  };
  nobody_reads();
  // Ben corrects what is his, and what the hold keeps stays in it.
  ASSERT_TRUE(silo().commit(use(), {Patch{kNote, "b", {{"said", std::string("x")}}}}));
  store_.reopen();
  nobody_reads();
}

TEST_F(HoldTest, whom_a_hold_kept_is_read_by_nobody_while_they_are_erased) {
  put(kNote, "a", anna_);
  hold("h", anna_, {});
  forget(anna_);
  lift("h");
  std::atomic<bool> done = false;
  bool seen = false;
  std::thread reader([&] {
    while (!done) seen = seen || find(kNote, "a").has_value();
  });
  purge();
  done = true;
  reader.join();
  EXPECT_FALSE(seen);
  EXPECT_TRUE(silo().is_erased(anna_));
}

class CrashingWithHolds : public HoldTest {
 protected:
  CrashingWithHolds() : CrashingWithHolds(std::make_shared<kv::FaultyDisk>(1)) {}
  explicit CrashingWithHolds(std::shared_ptr<kv::FaultyDisk> disk)
      : HoldTest(disk), disk_(std::move(disk)) {}
  void crash_and_reopen() {
    disk_->cut_power();
    store_.close();
    disk_->restore_power();
    store_.reopen();
  }

  const std::shared_ptr<kv::FaultyDisk> disk_;
};

TEST_F(CrashingWithHolds, when_the_last_hold_ends_nothing_of_whom_it_kept_is_seen_again) {
  bool purged = false;
  for (std::uint64_t change = 1; !purged; ++change) {
    SCOPED_TRACE(change);
    const SubjectId whom = SubjectId::make(store_.random());
    put(kNote, fmt::format("a{}", change), whom);
    hold("h", whom, {});
    ASSERT_EQ(forget(whom).number, 0U);
    lift("h");
    disk_->cut_power_at(change);
    purged = silo().purge().has_value() && disk_->powered();
    crash_and_reopen();
    EXPECT_FALSE(find(kNote, fmt::format("a{}", change)));
    purge();
    EXPECT_TRUE(silo().is_erased(whom));
  }
}

TEST_F(CrashingWithHolds, what_no_hold_keeps_is_gone_after_the_next_opening_if_anything_is) {
  bool told = false;
  for (std::uint64_t change = 1; !told; ++change) {
    SCOPED_TRACE(change);
    const SubjectId whom = SubjectId::make(store_.random());
    const std::string id = fmt::format("a{}", change);
    put(kNote, id, whom);
    put(kReply, id, ben_, id);
    put(kVisit, id, whom);
    const SeriesId theirs = series(whom);
    append(theirs, "a1");
    hold(id, whom, kVisit);
    disk_->cut_power_at(change);
    told =
        silo().forget(deleting_access(*store_.store().policy()), whom, "request 17").has_value() &&
        disk_->powered();
    crash_and_reopen();
    const bool waits = silo().standing(engine(), whom)->restricted;
    EXPECT_TRUE(waits || !told);
    EXPECT_EQ(find(kNote, id, legal()).has_value(), !waits);
    EXPECT_EQ(find(kReply, id).has_value(), !waits);
    EXPECT_EQ(silo().list_series(legal(), kPose, "")->empty(), waits);
    EXPECT_TRUE(find(kVisit, id, legal()));
    lift(id);
    forget(whom);
  }
}

}  // namespace
}  // namespace heed::silo

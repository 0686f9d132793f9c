// What a silo does on a disk that is full, rotten, slow or out of descriptors, and when the clock
// steps: an outcome that is defined, and a message that a person can act on.
#include <atomic>
#include <thread>

#include "silo/kv_faults.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

class FaultyStore {
 protected:
  const std::shared_ptr<kv::FaultyDisk> disk_ = std::make_shared<kv::FaultyDisk>(1);
  TemporaryStore store_{test_policy(), 200'000, disk_};
  const Access access_ = store_.access();

  std::string title(std::string_view id) {
    const auto found = store_.silo().find(access_, kNoteKind, id);
    if (!found) return found.error().message();
    return *found ? std::get<std::string>((*found)->fields[0]) : "nothing";
  }
  template <class T>
  static Error error_of(const policy::Governed<T>& done) {
    require(!done && done.error().error() != nullptr, "it fails");
    return *done.error().error();
  }
  std::size_t count(SeriesId series) {
    std::size_t seen = 0;
    const auto visit = [&](const SampleView&) { return ++seen > 0; };
    EXPECT_TRUE(store_.silo().read(access_, series, {}, visit));
    return seen;
  }
};

class Faults : public FaultyStore, public testing::Test {};

TEST_F(Faults, a_full_disk_refuses_what_is_new_and_takes_it_again_once_there_is_space) {
  const SeriesId x = *store_.silo().series(access_, kItemKind, "x");
  const Batch first{"box", 1, {{x, sample(TemporaryStore::kStart, "1")}}};
  const Batch second{"box", 2, {{x, sample(TemporaryStore::kStart, "2")}}};
  ASSERT_TRUE(store_.silo().put(access_, note_record("a", "kept")));
  ASSERT_TRUE(store_.silo().append(access_, first));
  disk_->fill_up_after(30);
  const Error refused = error_of(store_.silo().put(access_, note_record("b", "too much")));
  EXPECT_EQ(refused.kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(refused.mend.starts_with("free space on the disk of ")) << refused.mend;
  EXPECT_EQ(error_of(store_.silo().append(access_, second)).kind, ErrorKind::kUnavailable);
  EXPECT_FALSE(store_.silo().note(access_, "noted", "{}"));
  EXPECT_EQ(title("a"), "kept");
  EXPECT_EQ(title("b"), "nothing");
  EXPECT_EQ(count(x), 1U);
  disk_->free_space();
  EXPECT_TRUE(store_.silo().put(access_, note_record("b", "now")));
  EXPECT_FALSE(store_.silo().append(access_, second)->duplicate);
  EXPECT_TRUE(store_.silo().note(access_, "noted", "{}"));
  EXPECT_TRUE(store_.silo().seal(true));
  disk_->cut_power();
  store_.close();
  disk_->restore_power();
  store_.reopen();
  EXPECT_EQ(title("a"), "kept");
  EXPECT_EQ(title("b"), "now");
  EXPECT_EQ(count(x), 2U);
  EXPECT_TRUE(store_.silo().verify_journal());
}

TEST_F(Faults, a_silo_that_gets_no_descriptors_says_so_and_the_others_go_on) {
  const OrganizationId other = OrganizationId::make(store_.random());
  ASSERT_TRUE(store_.store().create(other));
  store_.reopen();
  ASSERT_TRUE(store_.silo().put(access_, note_record("a", "1")));
  disk_->limit_descriptors(disk_->open_files() + 3);
  const auto refused = store_.store().silo(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(refused.error().mend.contains("LimitNOFILE")) << refused.error().mend;
  EXPECT_TRUE(store_.silo().put(access_, note_record("a", "2")));
  EXPECT_EQ(title("a"), "2");
  disk_->limit_descriptors(10'000);
  EXPECT_TRUE(store_.store().silo(other)) << "no start is needed";
}

TEST_F(Faults, rot_among_the_records_leaves_the_other_records_and_all_else) {
  constexpr int kNotes = 150;
  const SeriesId x = *store_.silo().series(access_, kItemKind, "x");
  ASSERT_TRUE(store_.silo().append(access_, {"", 0, {{x, sample(TemporaryStore::kStart, "1")}}}));
  for (int i = 0; i < kNotes; ++i) {
    ASSERT_TRUE(store_.silo().put(access_, note_record("n" + std::to_string(i), "title")));
  }
  store_.close();
  store_.reopen();
  (void)store_.silo();  // what was in the log is in tables now
  store_.close();
  const auto tables = disk_->files(".sst");
  const auto largest = std::ranges::max_element(
      tables, {}, [&](const std::string& name) { return disk_->size(name); });
  disk_->flip_bit(*largest, 8 * 2'000);
  store_.reopen();
  int right = 0;
  for (int i = 0; i < kNotes; ++i) {
    const auto found = store_.silo().find(access_, kNoteKind, "n" + std::to_string(i));
    if (found) {
      right += found->has_value() ? 1 : 0;
    } else {
      const Error damage = error_of(found);
      EXPECT_EQ(damage.kind, ErrorKind::kCorrupt);
      EXPECT_TRUE(damage.message.contains(*largest)) << damage.message;
    }
  }
  EXPECT_GT(right, kNotes / 2);
  EXPECT_LT(right, kNotes);
  EXPECT_EQ(count(x), 1U);
  EXPECT_TRUE(store_.silo().put(access_, note_record("new", "written")));
  EXPECT_EQ(title("new"), "written");
  EXPECT_TRUE(store_.silo().verify_journal());
}

TEST_F(Faults, on_a_slow_disk_appends_of_many_threads_share_a_sync) {
  constexpr int kThreads = 8;
  constexpr int kEach = 10;
  const SeriesId x = *store_.silo().series(access_, kItemKind, "x");
  std::atomic<int> running = kThreads;
  std::atomic<int> writing = 0;
  std::atomic<int> syncs = 0;
  // As slow as it takes for all the others to be in the same place.
  disk_->at_sync(".log", [&] {
    ++syncs;
    for (int i = 0; i < 100 && writing < running; ++i) ::usleep(100);
    ::usleep(2'000);
  });
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const Batch batch{"sender" + std::to_string(thread),
                          static_cast<std::uint64_t>(i) + 1,
                          {{x, sample(TemporaryStore::kStart, "1")}}};
        ++writing;
        EXPECT_TRUE(store_.silo().append(access_, batch));
        --writing;
      }
      --running;
    });
  }
  for (std::thread& thread : threads) thread.join();
  disk_->at_sync({}, {});
  EXPECT_EQ(count(x), std::size_t{kThreads * kEach});
  EXPECT_LT(syncs, kThreads * kEach / 2) << "each append has its own";
}

TEST_F(Faults, a_clock_that_steps_back_brings_nothing_back_that_is_purged_and_no_time_runs_back) {
  ASSERT_TRUE(store_.silo().put(access_, visit("v")));
  ASSERT_TRUE(store_.silo().note(access_, "noted", "{}"));
  const Time before = store_.clock().now();
  const Time past_deadline = before + Duration::days(400);
  store_.clock().step_to(past_deadline);
  EXPECT_FALSE(*store_.silo().find(access_, kVisitKind, "v"));
  const SignedHead head = *store_.silo().journal_head();
  // Not purged yet: what can be read follows the clock, as the deadline does.
  store_.clock().step_to(before);
  EXPECT_TRUE(*store_.silo().find(access_, kVisitKind, "v"));
  EXPECT_EQ(store_.silo().purge()->records, 0U);
  store_.clock().step_to(past_deadline);
  EXPECT_EQ(store_.silo().purge()->records, 1U);
  store_.clock().step_to(before - Duration::days(10));
  EXPECT_FALSE(*store_.silo().find(access_, kVisitKind, "v"));
  ASSERT_TRUE(store_.silo().note(access_, "noted", "{}"));
  store_.reopen();
  ASSERT_TRUE(store_.silo().note(access_, "noted", "{}"));
  EXPECT_GE(store_.silo().journal_head()->head.time, head.head.time);
  const auto entries = *store_.silo().journal(access_, 1, 100);
  EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &JournalEntry::at));
  EXPECT_TRUE(store_.silo().verify_journal());
}

TEST_F(Faults, a_clock_that_steps_forward_and_back_does_not_shorten_what_is_stored_after_it) {
  const Time before = store_.clock().now();
  store_.clock().step_to(before + Duration::days(10'000));
  ASSERT_TRUE(store_.silo().put(access_, visit("in the future")));
  store_.clock().step_to(before);
  ASSERT_TRUE(store_.silo().put(access_, visit("after")));
  EXPECT_EQ((*store_.silo().find(access_, kVisitKind, "after"))->label.stored, before);
  // What was stored by a wrong clock keeps its own deadline until it is written anew.
  ASSERT_TRUE(store_.silo().put(access_, visit("in the future")));
  const auto again = *store_.silo().find(access_, kVisitKind, "in the future");
  EXPECT_EQ(again->label.stored, before);
  EXPECT_LT(again->label.deadline, before + Duration::days(500));
}

}  // namespace
}  // namespace heed::silo

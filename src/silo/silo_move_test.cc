#include "silo/silo_move.h"

#include <gtest/gtest.h>

#include "silo/backup_testing.h"

namespace heed::silo {
namespace {

/// Two servers under the same policy; the first alone has a silo with a person's records, one of
/// whom was erased, and samples.
class SiloMove : public ::testing::Test {
 protected:
  SiloMove() {
    must_visit("a", ann_, "/prices");
    must_visit("b", ben_, "/gone");
    from_.sample(0, "1.5");
    const auto erased = from_.silo()->forget(from_.access(), ben_, "request 17");
    require(erased.has_value(), erased ? "" : erased.error().message());
    from_.close();
    to_.close();
  }
  void must_visit(const std::string& id, SubjectId subject, const std::string& page) {
    from_.visit(0, id, subject, page);
  }
  MoveOptions options(bool dry_run = false) const {
    return {{from_.data(), from_.keys()}, {to_.data(), to_.keys()}, id(), dry_run};
  }
  OrganizationId id() const { return from_.organization(); }
  Result<MoveReport> move(const OnStep& on_step = no_step) {
    return move_silo(options(), random_, on_step);
  }
  bool live_here() const { return path_exists(from_.data() + "/silos/" + id().text()); }
  bool live_there() const { return path_exists(to_.data() + "/silos/" + id().text()); }
  /// What the silo says at its new place.
  void expect_whole() {
    to_.open();
    const auto silo = *to_.store().silo(id());
    const auto found = silo->find(to_.access(), kVisitKind, "a");
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_TRUE(*found);
    EXPECT_EQ(std::get<std::string>((*found)->fields[0]), "/prices");
    EXPECT_FALSE(*silo->find(to_.access(), kVisitKind, "b"));
    EXPECT_TRUE(silo->is_erased(ben_));
    EXPECT_EQ(silo->list_series(to_.access(), kPoseKind, {})->size(), 1U);
    const auto head = silo->verify_journal();
    EXPECT_TRUE(head) << head.error().message;
    to_.close();
  }

  BackupHouse from_{1};
  BackupHouse to_{0};
  TestRandom random_{11};
  SubjectId ann_ = SubjectId::make(random_);
  SubjectId ben_ = SubjectId::make(random_);
};

TEST_F(SiloMove, a_silo_is_at_its_new_place_with_records_series_journal_and_erasures) {
  const auto would = move_silo(options(true), random_);
  ASSERT_TRUE(would) << would.error().message;
  EXPECT_GT(would->files, 3U);
  EXPECT_EQ(would->policies, 1U);
  EXPECT_FALSE(would->moved);
  EXPECT_TRUE(live_here());
  const auto moved = move();
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_TRUE(moved->moved);
  EXPECT_FALSE(live_here());
  expect_whole();
  EXPECT_TRUE(move()->moved) << "said again, it is done";
  ASSERT_TRUE(end_move(options()));
  EXPECT_FALSE(path_exists(from_.keys() + "/organizations/" + id().text() + ".key"));
  EXPECT_FALSE(path_exists(from_.data() + "/silos.leaving/" + id().text()));
  EXPECT_TRUE(end_move(options())) << "and this too";
  expect_whole();
}

TEST_F(SiloMove, stopped_anywhere_there_are_never_two_and_always_one_to_go_on_from) {
  bool was_nowhere = false;
  for (std::uint64_t stop = 1;; ++stop) {
    StopAt stop_at(stop);
    const auto done = move(std::ref(stop_at));
    EXPECT_FALSE(live_here() && live_there()) << stop;
    if (done) break;
    ASSERT_EQ(done.error().kind, ErrorKind::kCancelled) << done.error().message;
    EXPECT_FALSE(live_there()) << stop;
    was_nowhere |= !live_here();
    ASSERT_FALSE(end_move(options())) << "nothing is removed before it has arrived";
  }
  EXPECT_TRUE(was_nowhere) << "it was stopped between the two renames, too";
  for (std::uint64_t stop = 1;; ++stop) {
    StopAt stop_at(stop);
    if (end_move(options(), std::ref(stop_at))) break;
  }
  expect_whole();
}

TEST_F(SiloMove, it_goes_where_its_versions_of_the_policy_are_the_first_ones_and_nowhere_else) {
  const auto place = [](TemporaryStore& store) {
    store.close();
    return SiloPlace{store.options().data_directory, store.options().key_directory};
  };
  MoveOptions options = this->options();
  TemporaryStore other(heed_policy_with("kind poem 77 record of usage { line text }"));
  options.to = place(other);
  const auto refused = move_silo(options, random_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(refused.error().message.contains("version 1")) << refused.error().message;

  TemporaryStore further(test_policy());
  further.activate(test_text("clause 99 \"Not for news.\" { deny usage for marketing }"));
  const OrganizationId theirs = further.organization();
  const SiloPlace ahead = place(further);
  const MoveOptions back{ahead, this->options().from, theirs, false};
  const auto lacks = move_silo(back, random_);
  ASSERT_FALSE(lacks);
  EXPECT_TRUE(lacks.error().message.contains("version 2")) << lacks.error().message;

  options.to = ahead;
  const auto moved = move_silo(options, random_);
  ASSERT_TRUE(moved) << moved.error().message;
  further.reopen();
  EXPECT_TRUE(*(*further.store().silo(id()))->find(further.access(), kVisitKind, "a"));
}

TEST_F(SiloMove, what_cannot_be_moved_says_why_and_stays) {
  MoveOptions same = options();
  same.to = same.from;
  EXPECT_EQ(move_silo(same, random_).error().kind, ErrorKind::kInvalid);
  MoveOptions unknown = options();
  unknown.organization = OrganizationId::make(random_);
  EXPECT_EQ(move_silo(unknown, random_).error().kind, ErrorKind::kNotFound);
  to_.open();
  EXPECT_EQ(move().error().kind, ErrorKind::kConflict) << "a server runs there";
  require(to_.store().create(id()).has_value(), "another one of that id");
  to_.close();
  EXPECT_EQ(move().error().kind, ErrorKind::kConflict);
  EXPECT_EQ(end_move(options()).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(live_here());
}

}  // namespace
}  // namespace heed::silo

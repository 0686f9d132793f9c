#include "silo/restore_drill.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "silo/backup_testing.h"

namespace heed::silo {
namespace {

DrillOptions options_of(const BackupHouse& house) {
  DrillOptions options;
  options.repository = house.repository();
  options.key_directory = house.keys();
  options.scratch_directory = house.path("scratch");
  options.policy = test_policy();
  return options;
}

/// A host with a backup from before an erasure.
struct Erased {
  BackupHouse house;
  SubjectId stays = SubjectId::make(house.random());
  SubjectId goes = SubjectId::make(house.random());

  Erased() {
    house.visit(0, "a", stays, "/stays");
    house.visit(0, "b", goes, "/canary-7");
    house.sample(0, "12.5");
    house.backup();
    house.forget(goes);
    const auto told = update_ledger(house.repository(), *house.silo());
    require(told.has_value(), "the repository's ledger is brought up");
  }
};

TEST(Drill, finds_nothing_where_erasures_are_replayed) {
  Erased erased;
  DrillOptions options = options_of(erased.house);
  options.canaries = {"canary-7"};
  const auto report = drill(options, erased.house.clock(), erased.house.random());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->passed()) << report->findings[0].what;
  EXPECT_EQ(report->erasures, 1U);
  EXPECT_EQ(report->records, 1U);
  EXPECT_EQ(report->subjects, 1U);
  EXPECT_EQ(report->samples, 1U);
  EXPECT_GT(report->entries, 1U);
  EXPECT_GT(report->bytes, 10'000U);
  EXPECT_TRUE(report->not_seen.empty());
}

TEST(Drill, finds_a_canary_that_can_be_read) {
  Erased erased;
  DrillOptions options = options_of(erased.house);
  options.canaries = {"something else", "/stays"};  // of a record that nobody erased
  const auto report = drill(options, erased.house.clock(), erased.house.random());
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->findings.size(), 1U);
  EXPECT_EQ(report->findings[0].what, "canary 2 can be read");
}

TEST(Drill, finds_a_canary_that_stands_in_a_file_in_the_clear) {
  BackupHouse house;
  house.backup();
  DrillOptions options = options_of(house);
  options.canaries = {"\"by\":\"engine\""};  // of the policy's version, which is published
  const auto report = drill(options, house.clock(), house.random());
  ASSERT_TRUE(report) << report.error().message;
  const auto in_policy = [](const DrillReport::Finding& f) {
    return f.where == "file policy/1.json";
  };
  EXPECT_TRUE(std::ranges::any_of(report->findings, in_policy));
}

TEST(Drill, leaves_nothing_behind_and_touches_nothing_else) {
  Erased erased;
  const Bytes ring = *read_small_file(erased.house.subjects_file());
  ASSERT_TRUE(drill(options_of(erased.house), erased.house.clock(), erased.house.random()));
  EXPECT_FALSE(path_exists(erased.house.path("scratch")));
  EXPECT_EQ(*read_small_file(erased.house.subjects_file()), ring);
  std::filesystem::create_directories(erased.house.path("scratch/mine"));
  const auto refused = drill(options_of(erased.house), erased.house.clock(), erased.house.random());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(path_exists(erased.house.path("scratch/mine")));
}

/// What a host does for years, in little: visits come, subjects are erased, backups are made, and
/// now and then data and key ring come back from any of them.
class Years {
 public:
  explicit Years(std::uint64_t seed) : random_(seed) {}

  void live() {
    for (std::uint64_t i = 0; i < below(4) + 1; ++i) {
      const SubjectId subject = SubjectId::make(house_.random());
      const std::string id = std::to_string(++visits_);
      house_.visit(0, id, subject, "/" + id);
      alive_[id] = subject;
    }
  }
  void forget() {
    if (alive_.empty()) return;
    const auto chosen =
        std::next(alive_.begin(), static_cast<std::ptrdiff_t>(below(alive_.size())));
    erased_.insert(chosen->second);
    house_.forget(chosen->second);
    const auto told = update_ledger(house_.repository(), *house_.silo());
    require(told.has_value(), told ? "" : told.error().message);
    alive_.erase(chosen);
  }
  void back_up() {
    const BackupReport made = house_.backup(3);
    backups_[made.generation] = alive_;
    ring_ = *read_small_file(house_.subjects_file());
  }
  void lose_everything_and_restore() {
    const std::uint64_t generation = any_generation();
    house_.close();
    // As often as not the key ring comes back too, from before the erasures since the last backup.
    if (below(2) == 0) {
      require(write_small_file(house_.subjects_file(), ring_).has_value(), "the ring comes back");
    }
    std::filesystem::remove_all(house_.data());
    RestoreOptions options = house_.restore_options("data" + std::to_string(++restores_));
    options.generation = generation;
    const auto done = house_.try_restore(options);
    require(done.has_value(), done ? "" : done.error().message);
    house_.open("data" + std::to_string(restores_));
    alive_ = backups_[generation];
    std::erase_if(alive_, [&](const auto& visit) { return erased_.contains(visit.second); });
  }
  /// How many items of erased subjects can be read.
  std::size_t resurrected() const {
    std::size_t count = 0;
    for (const auto& [id, visit] : house_.held().visits) count += erased_.contains(visit.first);
    return count;
  }
  bool holds_what_it_should() const {
    std::map<std::string, SubjectId> found;
    for (const auto& [id, visit] : house_.held().visits) found[id] = visit.first;
    return found == alive_;
  }
  std::size_t erasures() const { return erased_.size(); }
  bool has_backups() const { return !backups_.empty(); }
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

 private:
  std::uint64_t any_generation() {
    const auto opened = *Repository::open(house_.repository(), Repository::Use::kRead);
    const auto all = opened->generations();
    return all[below(all.size())];
  }

  BackupHouse house_;
  std::mt19937_64 random_;
  std::map<std::string, SubjectId> alive_;
  std::set<SubjectId> erased_;
  std::map<std::uint64_t, std::map<std::string, SubjectId>> backups_;
  Bytes ring_;  ///< As it was at the last backup
  std::uint64_t visits_ = 0;
  std::uint64_t restores_ = 0;
};

TEST(Drill, two_hundred_restores_of_random_backups_bring_nobody_back) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Years years(seed);
  for (int round = 0; round < 200; ++round) {
    years.live();
    if (years.below(4) == 0 || !years.has_backups()) years.back_up();
    if (years.below(2) == 0) years.forget();
    years.lose_everything_and_restore();
    ASSERT_EQ(years.resurrected(), 0U) << "round " << round;
    ASSERT_TRUE(years.holds_what_it_should()) << "round " << round;
  }
  EXPECT_GT(years.erasures(), 50U);
}

}  // namespace
}  // namespace heed::silo

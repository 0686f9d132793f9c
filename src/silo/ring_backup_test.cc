#include "silo/ring_backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "silo/files.h"
#include "silo/keyring.h"
#include "silo/testing.h"

namespace heed::silo {
namespace {

class RingBackupTest : public testing::Test {
 protected:
  RingBackupTest() {
    ring_ = *Keyring::open(keys(), random_);
    secret_ = (*ring_->ensure_organization_key(organization_))->first_secret().view();
    require(ring_->ensure_signing_key(organization_).has_value(), "a key is made");
    require(write_small_file(file("subjects"), "slots").has_value(), "it is written");
  }
  std::string keys() const { return directory_.path() + "/keys"; }
  std::string to() const { return directory_.path() + "/backups"; }
  std::string file(const std::string& ending) const {
    return keys() + "/organizations/" + organization_.text() + "." + ending;
  }
  RingBackupOptions options(std::size_t keep = 3) const {
    return {
        .keys = keys(), .to = to(), .keep = keep, .with_root = false, .giver = {}, .progress = {}};
  }
  RingBackedUp back_up(const RingBackupOptions& asked) {
    clock_.advance(Duration::days(1));
    auto done = back_up_ring(asked, clock_);
    require(done.has_value(), done ? "" : done.error().message);
    return *std::move(done);
  }

  const TemporaryDirectory directory_;
  ManualClock clock_{TemporaryStore::kStart};
  TestRandom random_{3};
  OrganizationId organization_ = OrganizationId::make(random_);
  std::unique_ptr<Keyring> ring_;
  Bytes secret_;
};

TEST_F(RingBackupTest, a_ring_in_use_is_copied_without_its_root_and_comes_back_with_it) {
  EXPECT_EQ(*ring_->next_data_key(organization_, 0), 1U);
  const RingBackedUp done = back_up(options());
  EXPECT_TRUE(done.opened);
  EXPECT_FALSE(path_exists(done.made.path + "/root.key"));
  EXPECT_EQ(done.made.files, 4U);
  const std::string copy = directory_.path() + "/copy";
  ASSERT_TRUE(restore_ring(done.made.path, copy));
  EXPECT_FALSE(Keyring::open(copy, random_)) << "nobody opens it without the root";
  std::filesystem::copy(keys() + "/root.key", copy + "/root.key");
  const auto ring = Keyring::open(copy, random_);
  ASSERT_TRUE(ring) << ring.error().message;
  EXPECT_EQ((*(*ring)->organization_key(organization_))->first_secret().view(), secret_);
  EXPECT_EQ(*(*ring)->next_data_key(organization_, 0), 2U + Keyring::kLeftOutAtRestore);
  EXPECT_EQ(*read_small_file(copy + "/organizations/" + organization_.text() + ".subjects"),
            "slots");
}

TEST_F(RingBackupTest, with_its_root_a_backup_opens_by_itself) {
  RingBackupOptions asked = options();
  asked.with_root = true;
  const RingBackedUp done = back_up(asked);
  EXPECT_TRUE(done.made.has_root);
  const std::string copy = directory_.path() + "/copy";
  ASSERT_TRUE(restore_ring(done.made.path, copy));
  EXPECT_TRUE(Keyring::open(copy, random_));
}

TEST_F(RingBackupTest, an_erased_key_is_gone_when_as_many_backups_were_made_as_are_kept) {
  const auto holders = [&] {
    std::size_t count = 0;
    for (const RingBackup& one : list_ring_backups(to())) {
      const auto bytes =
          read_small_file(one.path + "/organizations/" + organization_.text() + ".subjects");
      count += bytes && *bytes == "slots" ? 1U : 0U;
    }
    return count;
  };
  std::string oldest;
  for (int i = 0; i < 3; ++i)
    oldest = i == 0 ? back_up(options()).made.path : (back_up(options()), oldest);
  EXPECT_EQ(holders(), 3U);
  ASSERT_TRUE(write_small_file(file("subjects"), "gone!"));
  const RingStatus status = *ring_status(keys());
  ASSERT_TRUE(status.erased_now_gone);
  EXPECT_EQ(*status.erased_now_gone, clock_.now() + Duration::days(3));
  EXPECT_EQ(back_up(options()).removed, std::vector{oldest});
  EXPECT_FALSE(path_exists(oldest));
  EXPECT_EQ(holders(), 2U);
  back_up(options());
  back_up(options());
  EXPECT_EQ(holders(), 0U);
  EXPECT_EQ(list_ring_backups(to()).size(), 3U);
}

TEST_F(RingBackupTest, what_is_removed_is_overwritten_first) {
  const RingBackedUp first = back_up(options(1));
  const std::string kept = directory_.path() + "/second_name";
  std::filesystem::create_hard_link(
      first.made.path + "/organizations/" + organization_.text() + ".subjects", kept);
  back_up(options(1));
  EXPECT_EQ(*read_small_file(kept), Bytes(5, '\0'));
}

TEST_F(RingBackupTest, a_damaged_key_fails_the_backup_and_removes_no_older_one) {
  back_up(options(1));
  Bytes bytes = *read_small_file(file("signing"));
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_TRUE(write_small_file(file("signing"), bytes));
  clock_.advance(Duration::days(1));
  const auto refused = back_up_ring(options(1), clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kCorrupt);
  EXPECT_NE(refused.error().message.find(organization_.text()), std::string::npos);
  EXPECT_EQ(names_in(to()).size(), 1U);
}

TEST_F(RingBackupTest, a_backup_that_was_changed_is_not_restored) {
  const RingBackedUp done = back_up(options());
  ASSERT_TRUE(check_ring_backup(done.made.path));
  const std::string subjects =
      done.made.path + "/organizations/" + organization_.text() + ".subjects";
  ASSERT_TRUE(write_small_file(subjects, "slotz"));
  const auto refused = restore_ring(done.made.path, directory_.path() + "/copy");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(subjects), std::string::npos);
  EXPECT_FALSE(path_exists(directory_.path() + "/copy"));
}

TEST_F(RingBackupTest, a_manifest_cannot_name_a_file_outside) {
  const RingBackedUp done = back_up(options());
  const std::string path = done.made.path + "/manifest.json";
  const Bytes good = *read_small_file(path);
  const std::size_t at = good.find("organizations/");
  ASSERT_NE(at, Bytes::npos);
  for (const char* const bad : {"../", "organizations/../../", "/etc/", ".hidden"}) {
    Bytes text = good;
    ASSERT_TRUE(write_small_file(path, text.replace(at, 14, bad)));
    EXPECT_FALSE(check_ring_backup(done.made.path)) << bad;
  }
}

TEST_F(RingBackupTest, a_ring_that_is_there_is_not_replaced) {
  const RingBackedUp done = back_up(options());
  const auto refused = restore_ring(done.made.path, keys());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(ring_->check());
}

TEST_F(RingBackupTest, is_refused_into_the_ring_itself_and_beyond_its_bounds) {
  RingBackupOptions inside = options();
  inside.to = keys() + "/backups";
  EXPECT_EQ(back_up_ring(inside, clock_).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(back_up_ring(options(0), clock_).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(back_up_ring(options(366), clock_).error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(back_up_ring(options(365), clock_));
  ASSERT_EQ(::chmod(to().c_str(), 0755), 0);
  clock_.advance(Duration::days(1));
  EXPECT_EQ(back_up_ring(options(), clock_).error().mend, "chmod 700 " + to());
}

TEST_F(RingBackupTest, waits_for_a_change_of_the_root_and_holds_what_was_left_half_changed) {
  bool tried = false;
  const auto during = [&](std::size_t, std::size_t) {
    tried = true;
    EXPECT_EQ(back_up_ring(options(), clock_).error().kind, ErrorKind::kConflict);
  };
  ASSERT_TRUE(ring_->rotate_root(RootSource::kFile, {}, {during, {}}));
  EXPECT_TRUE(tried);
  const auto stop = [&](const std::string& path) -> Result<void> {
    if (path.ends_with("root.key")) return fail(ErrorKind::kCancelled, "stopped");
    return {};
  };
  ASSERT_FALSE(ring_->rotate_root(RootSource::kFile, {}, {{}, stop}));
  EXPECT_TRUE(ring_status(keys())->is_rotating);
  RingBackupOptions asked = options();
  asked.with_root = true;
  const RingBackedUp done = back_up(asked);
  const std::string copy = directory_.path() + "/copy";
  ASSERT_TRUE(restore_ring(done.made.path, copy));
  const auto ring = *Keyring::open(copy, random_);
  EXPECT_EQ((*ring->organization_key(organization_))->first_secret().view(), secret_);
  EXPECT_FALSE(ring_status(copy)->is_rotating);
}

TEST_F(RingBackupTest, an_unfinished_backup_is_removed_by_the_next_one) {
  ASSERT_TRUE(make_private_directory(to() + "/.ring-20230101T000000.000Z/organizations"));
  ASSERT_TRUE(write_small_file(to() + "/.ring-20230101T000000.000Z/organizations/a.key", "half"));
  back_up(options());
  EXPECT_EQ(names_in(to()).size(), 1U);
}

TEST_F(RingBackupTest, status_needs_no_root_and_tells_what_is_there) {
  EXPECT_EQ(ring_status(directory_.path() + "/none").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(ring_status(keys())->backups_in, "");
  back_up(options(5));
  const RingStatus status = *ring_status(keys());
  EXPECT_EQ(status.organizations, 1U);
  EXPECT_EQ(status.source, RootSource::kFile);
  EXPECT_EQ(status.backups_in, to());
  EXPECT_EQ(status.keep, 5U);
  ASSERT_EQ(status.backups.size(), 1U);
  EXPECT_EQ(status.backups[0].taken, clock_.now());
  EXPECT_FALSE(status.erased_now_gone) << "one backup has no pace";
}

}  // namespace
}  // namespace heed::silo

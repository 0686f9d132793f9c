#include "silo/silo_removal.h"

#include <gtest/gtest.h>

#include "silo/backup_testing.h"

namespace heed::silo {
namespace {

RemovalOptions options_of(const BackupHouse& house, std::size_t i, bool dry_run) {
  return {house.data(), house.keys(), house.organization(i), dry_run};
}

TEST(SiloRemoval, takes_keys_and_files_of_one_organization_and_nothing_else) {
  BackupHouse house(2);
  house.visit(0, "a", {}, "/gone");
  house.visit(1, "b", {}, "/stays");
  house.backup();
  house.close();
  const auto told = remove_silo(options_of(house, 0, true));
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->key_files.size(), 4U);  // its key, its subjects', its signing key, its count
  EXPECT_GT(told->files, 3U);
  EXPECT_TRUE(path_exists(told->key_files[0]));
  const auto done = remove_silo(options_of(house, 0, false));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->bytes, told->bytes);
  for (const std::string& path : done->key_files) EXPECT_FALSE(path_exists(path));
  house.open();
  EXPECT_EQ(house.store().organizations(), std::vector{house.organization(1)});
  EXPECT_EQ(house.held(1).visits.at("b").second, "/stays");
  house.close();
  EXPECT_EQ(remove_silo(options_of(house, 0, false)).error().kind, ErrorKind::kNotFound);
}

TEST(SiloRemoval, makes_its_backups_unreadable) {
  BackupHouse house(2);
  house.backup();
  house.close();
  ASSERT_TRUE(remove_silo(options_of(house, 0, false)));
  RestoreOptions options = house.restore_options("restored");
  const auto refused = house.try_restore(options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(house.organization(0).text()), std::string::npos);
  options.organizations = {house.organization(1)};
  EXPECT_TRUE(house.try_restore(options));
}

TEST(SiloRemoval, refuses_while_a_store_is_open) {
  BackupHouse house;
  const auto refused = remove_silo(options_of(house, 0, false));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
}

TEST(SiloRemoval, cut_short_can_be_done_again) {
  BackupHouse house;
  house.close();
  for (std::uint64_t stop = 1;; ++stop) {
    StopAt stop_at(stop);
    const auto done = remove_silo(options_of(house, 0, false), std::ref(stop_at));
    if (done) break;
    ASSERT_EQ(done.error().kind, ErrorKind::kCancelled);
    // The keys go first.
    EXPECT_TRUE(path_exists(house.data() + "/silos/" + house.organization().text()));
  }
  EXPECT_FALSE(path_exists(house.data() + "/silos/" + house.organization().text()));
}

}  // namespace
}  // namespace heed::silo

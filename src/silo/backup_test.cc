#include "silo/backup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "silo/backup_testing.h"

namespace heed::silo {
namespace {

std::unique_ptr<Repository> open_repository(const BackupHouse& house) {
  auto opened = Repository::open(house.repository(), Repository::Use::kRead);
  require(opened.has_value(), opened ? "" : opened.error().message);
  return *std::move(opened);
}

RepositoryCheck check(const BackupHouse& house) {
  const auto checked = open_repository(house)->verify(no_step);
  require(checked.has_value(), checked ? "" : checked.error().message);
  return *checked;
}

std::vector<std::string> files_of(const std::string& directory) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) paths.push_back(entry.path().string());
  }
  return paths;
}

bool anywhere(const std::string& directory, std::string_view text) {
  return std::ranges::any_of(files_of(directory), [&](const std::string& path) {
    return read_file_up_to(path, 64U << 20)->find(text) != Bytes::npos;
  });
}

void flip_a_byte(const std::string& path) {
  Bytes content = *read_file_up_to(path, 64U << 20);
  content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
  std::ofstream(path, std::ios::binary) << content;
}

TEST(Backup, of_all_silos_is_whole_and_verifies) {
  BackupHouse house(2);
  house.visit(0, "a", {}, "/floor");
  const BackupReport made = house.backup();
  EXPECT_EQ(made.generation, 1U);
  EXPECT_EQ(made.organizations.size(), 2U);
  const RepositoryCheck checked = check(house);
  EXPECT_EQ(checked.manifests, 2U);
  EXPECT_EQ(checked.unreferenced, 0U);
  EXPECT_TRUE(checked.findings.empty()) << checked.findings[0].where << checked.findings[0].what;
  EXPECT_FALSE(path_exists(checkpoint_directory(house.data()) + "/" + house.organization().text()));
}

TEST(Backup, holds_neither_plaintext_nor_keys) {
  BackupHouse house;
  house.visit(0, "a", SubjectId::make(house.random()), "canary in a record");
  house.sample(0, "canary in a sample");
  require(house.silo()->seal(true).has_value(), "the silo is sealed");
  house.backup();
  EXPECT_FALSE(anywhere(house.repository(), "canary in"));
  for (const std::string& key : files_of(house.keys())) {
    const Bytes content = *read_small_file(key);
    if (content.size() < 32) continue;  // a lock and a number, which are no keys
    EXPECT_FALSE(anywhere(house.repository(), content)) << key;
  }
}

TEST(Backup, copies_only_what_changed) {
  BackupHouse house;
  for (int i = 0; i < 200; ++i) {
    house.visit(0, std::to_string(i), {}, house.random().bytes(2'000));
  }
  const BackupReport first = house.backup();
  EXPECT_GT(first.copied_bytes, 400'000U);
  house.visit(0, "one more", {}, "/floor");
  const BackupReport second = house.backup();
  EXPECT_GT(second.bytes, first.bytes);
  EXPECT_LT(second.copied_bytes, 40'000U);
  const BackupReport third = house.backup();
  EXPECT_LT(third.copied_bytes, 40'000U);
  EXPECT_TRUE(check(house).findings.empty());
}

TEST(Backup, of_one_organization_holds_no_other) {
  BackupHouse house(2);
  const BackupOptions options{house.repository(), house.data(), {house.organization(1)}, 0};
  ASSERT_TRUE(create_backup(house.store(), options, house.clock()));
  EXPECT_EQ(open_repository(house)->organizations(1), std::vector{house.organization(1)});
  EXPECT_FALSE(anywhere(house.repository(), house.organization(0).text()));
}

TEST(Backup, pruning_leaves_the_newest_and_removes_what_only_the_others_had) {
  BackupHouse house;
  for (int i = 0; i < 4; ++i) {
    house.visit(0, "a", {}, house.random().bytes(5'000));
    house.backup();
  }
  const auto before = files_of(house.repository()).size();
  const BackupReport made = house.backup(2);
  EXPECT_EQ(made.pruned.generations, 3U);
  EXPECT_GT(made.pruned.files, 0U);
  EXPECT_LT(files_of(house.repository()).size(), before);
  EXPECT_EQ(open_repository(house)->generations(), (std::vector<std::uint64_t>{4, 5}));
  const RepositoryCheck checked = check(house);
  EXPECT_TRUE(checked.findings.empty());
  EXPECT_EQ(checked.unreferenced, 0U);
}

TEST(Backup, pruning_keeps_the_only_copy_of_an_organization) {
  BackupHouse house(2);
  house.backup();
  const BackupOptions options{house.repository(), house.data(), {house.organization(1)}, 1};
  ASSERT_TRUE(create_backup(house.store(), options, house.clock()));
  EXPECT_EQ(open_repository(house)->generations(), (std::vector<std::uint64_t>{1, 2}));
}

TEST(Backup, pruning_removes_nothing_while_a_manifest_cannot_be_read) {
  BackupHouse house;
  house.backup();
  house.visit(0, "a", {}, "/floor");
  house.backup();
  const std::string manifest = house.organization(0).text() + ".json";
  flip_a_byte(house.repository() + "/generations/2/" + manifest);
  const auto before = files_of(house.repository() + "/files").size();
  {
    const auto opened = *Repository::open(house.repository(), Repository::Use::kWrite);
    const auto pruned = opened->prune(1, no_step);
    ASSERT_FALSE(pruned);
    EXPECT_NE(pruned.error().message.find(manifest), std::string::npos);
  }
  EXPECT_EQ(files_of(house.repository() + "/files").size(), before);
}

TEST(Backup, that_was_tampered_with_is_found_and_named) {
  const auto tampered = [](const std::function<std::string(BackupHouse&)>& tamper) {
    BackupHouse house;
    house.visit(0, "a", {}, "/floor");
    house.forget(SubjectId::make(house.random()));
    house.backup();
    const std::string where = tamper(house);
    const RepositoryCheck checked = check(house);
    ASSERT_EQ(checked.findings.size(), 1U) << where;
    EXPECT_EQ(checked.findings[0].where, where);
    EXPECT_FALSE(checked.findings[0].mend.empty());
  };
  const auto in_repository = [](BackupHouse& house, const std::string& path) {
    flip_a_byte(house.repository() + "/" + path);
    return path;
  };
  const auto first_file = [](BackupHouse& house) {
    return files_of(house.repository() + "/files")[0].substr(house.repository().size() + 1);
  };
  tampered([&](BackupHouse& house) { return in_repository(house, first_file(house)); });
  tampered([&](BackupHouse& house) {
    const std::string path = first_file(house);
    std::filesystem::remove(house.repository() + "/" + path);
    return path;
  });
  tampered([&](BackupHouse& house) {
    return in_repository(house, "generations/1/" + house.organization(0).text() + ".json");
  });
  tampered([&](BackupHouse& house) {
    return in_repository(house, "ledger/" + house.organization(0).text());
  });
}

TEST(Backup, heals_a_file_that_its_disk_lost_while_the_server_has_it) {
  BackupHouse house;
  house.backup();
  // The version of the policy, which is hashed again by each backup.
  const Manifest manifest = open_repository(house)->newest(house.organization())->value().manifest;
  ASSERT_EQ(manifest.files[0].path, "policy/1.json");
  flip_a_byte(open_repository(house)->path_of(manifest.files[0].content));
  EXPECT_FALSE(check(house).findings.empty());
  house.backup();
  EXPECT_TRUE(check(house).findings.empty());
}

TEST(Backup, refuses_a_directory_that_holds_something_else) {
  BackupHouse house;
  std::filesystem::create_directory(house.repository());
  std::ofstream(house.repository() + "/letter.txt") << "Dear";
  const auto made = house.try_backup();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(made.error().message.find("letter.txt"), std::string::npos);
  EXPECT_EQ(Repository::open(house.repository(), Repository::Use::kRead).error().kind,
            ErrorKind::kNotFound);
}

TEST(Backup, is_made_by_one_process_at_a_time) {
  BackupHouse house;
  house.backup();
  const auto held = open_repository(house);
  const auto made = house.try_backup();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kConflict);
}

TEST(Backup, refuses_a_server_that_forgot_erasures) {
  BackupHouse house(2);
  constexpr auto kWhole = std::filesystem::copy_options::recursive;
  std::filesystem::copy(house.keys(), house.path("old keys"), kWhole);
  house.close();
  std::filesystem::copy(house.data(), house.path("old data"), kWhole);
  house.open();
  house.forget(SubjectId::make(house.random()));
  house.backup();
  house.close();
  // Both come back from before the erasure, and not by a restore, which would have replayed it.
  std::filesystem::remove_all(house.keys());
  std::filesystem::copy(house.path("old keys"), house.keys(), kWhole);
  house.open("old data");
  const auto made = house.try_backup();
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->failed.size(), 1U);
  const Error& why = made->failed[0].why;
  EXPECT_EQ(why.kind, ErrorKind::kConflict);
  EXPECT_NE(why.message.find("holds 1 erasures, the server's 0"), std::string::npos) << why.message;
  EXPECT_EQ(made->organizations, std::vector{house.organization(1)});
}

TEST(Backup, the_ledger_is_brought_up_after_each_erasure) {
  BackupHouse house;
  ASSERT_TRUE(update_ledger(house.repository(), *house.silo()));
  EXPECT_FALSE(path_exists(house.repository()));
  house.backup();
  house.forget(SubjectId::make(house.random()));
  ASSERT_TRUE(update_ledger(house.repository(), *house.silo()));
  EXPECT_EQ(open_repository(house)->ledger(house.organization())->ledger.erasures, 1U);
  EXPECT_TRUE(check(house).findings.empty());
}

// What ends a backup between two steps leaves the disk as a kill would: nothing is tidied then.
TEST(Backup, cut_short_at_any_step_leaves_whole_generations_alone) {
  BackupHouse house;
  house.visit(0, "a", {}, "/floor");
  house.backup();
  std::uint64_t stop = 1;
  bool whole = false;
  for (; !whole; ++stop) {
    house.visit(0, "a", {}, "/floor/" + std::to_string(stop));
    StopAt stop_at(stop);
    whole = house.try_backup(std::ref(stop_at)).has_value();
    house.open();
    const RepositoryCheck checked = check(house);
    ASSERT_TRUE(checked.findings.empty()) << stop << checked.findings[0].what;
    EXPECT_EQ(checked.manifests, checked.generations) << stop;
    EXPECT_FALSE(path_exists(checkpoint_directory(house.data()))) << stop;
  }
  EXPECT_GT(stop, 20U);
  EXPECT_EQ(open_repository(house)->generations().size(), 2U);
  house.backup(1);
  const RepositoryCheck checked = check(house);
  EXPECT_EQ(checked.generations, 1U);
  EXPECT_EQ(checked.unreferenced, 0U);
}

}  // namespace
}  // namespace heed::silo

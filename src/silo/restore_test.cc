#include "silo/restore.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "silo/backup_testing.h"
#include "silo/journal_export.h"
#include "silo/keyring.h"

namespace heed::silo {
namespace {

void flip_a_byte(const std::string& path) {
  Bytes content = *read_file_up_to(path, 64U << 20);
  content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
  std::ofstream(path, std::ios::binary) << content;
}

void copy_tree(const std::string& from, const std::string& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

/// One backup of a silo with a little of everything.
void fill(BackupHouse& house) {
  const SubjectId subject = SubjectId::make(house.random());
  for (int i = 0; i < 20; ++i) {
    house.visit(0, "v" + std::to_string(i), subject, "/page/" + std::to_string(i));
    house.sample(0, std::to_string(i) + ".5");
    if (i == 10) require(house.silo()->seal(true).has_value(), "the silo is sealed");
  }
}

TEST(Restore, gives_back_records_series_and_journal_of_the_moment_of_the_backup) {
  BackupHouse house(2);
  fill(house);
  house.visit(1, "other", {}, "/other");
  const Held first = house.held(0);
  const Held second = house.held(1);
  const SignedHead head = *house.silo()->journal_head();
  house.backup();
  house.visit(0, "later", {}, "/later");
  house.sample(0, "later");
  const auto report = house.try_restore(house.restore_options("restored"));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->silos.size(), 2U);
  house.open("restored");
  EXPECT_EQ(house.held(0), first);
  EXPECT_EQ(house.held(1), second);
  const auto verified = house.silo()->verify_journal();
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(verified->head.entries, head.head.entries + 1);
  const auto proof =
      house.silo()->prove_growth(house.access(), head.head.entries, verified->head.entries);
  ASSERT_TRUE(proof);
  EXPECT_TRUE(merkle::verify_consistency(head.head.entries, verified->head.entries, head.head.root,
                                         verified->head.root, *proof));
  const auto last = house.silo()->journal(house.access(), verified->head.entries, 1);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->at(0).what, "restored");
}

TEST(Restore, of_any_generation_and_of_one_organization) {
  BackupHouse house(2);
  house.visit(0, "a", {}, "/first");
  house.backup();
  house.visit(0, "a", {}, "/second");
  house.backup();
  RestoreOptions options = house.restore_options("restored");
  options.generation = 1;
  options.organizations = {house.organization(0)};
  const auto report = house.try_restore(options);
  ASSERT_TRUE(report) << report.error().message;
  house.open("restored");
  EXPECT_EQ(house.store().organizations(), std::vector{house.organization(0)});
  EXPECT_EQ(house.held().visits.at("a").second, "/first");
}

TEST(Restore, goes_on_being_backed_up_into_the_same_repository) {
  BackupHouse house;
  fill(house);
  house.backup();
  ASSERT_TRUE(house.try_restore(house.restore_options("restored")));
  house.open("restored");
  house.visit(0, "after", {}, "/after");
  const Held held = house.held();
  EXPECT_EQ(house.backup().generation, 2U);
  ASSERT_TRUE(house.try_restore(house.restore_options("again")));
  house.open("again");
  EXPECT_EQ(house.held(), held);
}

TEST(Restore, dry_run_tells_and_writes_nothing) {
  BackupHouse house;
  fill(house);
  house.backup();
  RestoreOptions options = house.restore_options("restored");
  options.dry_run = true;
  const auto told = house.try_restore(options);
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_FALSE(path_exists(house.path("restored")));
  options.dry_run = false;
  const auto done = house.try_restore(options);
  ASSERT_TRUE(done);
  EXPECT_EQ(told->files, done->files);
  EXPECT_EQ(told->bytes, done->bytes);
  EXPECT_EQ(told->silos[0].entries, done->silos[0].entries);
}

struct Refused {
  ErrorKind kind;
  std::string message;
};

void expect_refused(BackupHouse& house, const RestoreOptions& options, const Refused& expected) {
  const auto done = house.try_restore(options);
  ASSERT_FALSE(done) << expected.message;
  EXPECT_EQ(done.error().kind, expected.kind) << done.error().message;
  EXPECT_NE(done.error().message.find(expected.message), std::string::npos) << done.error().message;
  EXPECT_FALSE(done.error().mend.empty()) << done.error().message;
  EXPECT_FALSE(path_exists(options.data_directory + "/silos"));
}

TEST(Restore, refuses_what_it_cannot_do_and_says_how_it_can) {
  BackupHouse house;
  house.backup();
  RestoreOptions options = house.restore_options("restored");
  options.generation = 7;
  expect_refused(house, options, {ErrorKind::kNotFound, "no generation 7"});
  options = house.restore_options("restored");
  options.organizations = {OrganizationId::make(house.random())};
  expect_refused(house, options, {ErrorKind::kNotFound, "holds no organization"});
  options = house.restore_options("restored");
  options.key_directory = house.path("other keys");
  expect_refused(house, options, {ErrorKind::kNotFound, "holds no keys of"});
  options = house.restore_options("restored");
  options.repository = house.path("nowhere");
  expect_refused(house, options, {ErrorKind::kNotFound, "is no repository"});
  options = house.restore_options("restored");
  std::filesystem::create_directories(options.data_directory + "/box");
  expect_refused(house, options, {ErrorKind::kConflict, "not empty: it holds box"});
}

TEST(Restore, refuses_a_directory_that_is_in_use) {
  BackupHouse house;
  house.backup();
  const Held held = house.held();
  const auto done = house.try_restore(house.restore_options("data"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(house.held(), held);
}

TEST(Restore, refuses_another_servers_repository) {
  BackupHouse house;
  house.backup();
  // The same organization, with keys that another ring made.
  const std::string signing =
      house.keys() + "/organizations/" + house.organization().text() + ".signing";
  std::filesystem::remove(signing);
  ASSERT_TRUE(
      (*Keyring::open(house.keys(), house.random()))->ensure_signing_key(house.organization()));
  expect_refused(house, house.restore_options("restored"),
                 {ErrorKind::kCorrupt, "signed with another key"});
}

TEST(Restore, refuses_a_file_that_was_tampered_with) {
  BackupHouse house;
  fill(house);
  house.backup();
  std::string name;
  {
    const auto repository = *Repository::open(house.repository(), Repository::Use::kRead);
    const BackupFile file = repository->manifest(1, house.organization())->manifest.files.back();
    flip_a_byte(repository->path_of(file.content));
    name = file.path;
  }
  expect_refused(house, house.restore_options("restored"), {ErrorKind::kCorrupt, name});
  EXPECT_FALSE(house.try_open("restored"));
}

TEST(Restore, refuses_a_ledger_that_is_older_than_a_manifest_and_names_both_counts) {
  BackupHouse house;
  house.backup();
  const std::string ledger = house.repository() + "/ledger/" + house.organization().text();
  const Bytes old = *read_small_file(ledger);
  for (int i = 0; i < 2; ++i) {
    house.forget(SubjectId::make(house.random()));
  }
  house.backup();
  ASSERT_TRUE(write_small_file(ledger, old));
  for (const std::uint64_t generation : {1U, 2U}) {
    RestoreOptions options = house.restore_options("restored");
    options.generation = generation;
    expect_refused(house, options,
                   {ErrorKind::kConflict, "holds 0 erasures, and generation 2 knew 2"});
  }
  std::filesystem::remove(ledger);
  expect_refused(house, house.restore_options("restored"), {ErrorKind::kConflict, "no ledger"});
}

TEST(Restore, refuses_a_ledger_that_is_older_than_a_head_somebody_kept) {
  BackupHouse house;
  house.backup();
  RestoreOptions options = house.restore_options("restored");
  options.heads = {export_line(*house.silo()->journal_head())};
  options.dry_run = true;
  EXPECT_TRUE(house.try_restore(options));
  ASSERT_TRUE(house.silo()->note(house.access(), "something", "{}"));
  const SignedHead head = *house.silo()->journal_head();
  options.heads = {export_line(head)};
  expect_refused(
      house, options,
      {ErrorKind::kConflict, "had " + std::to_string(head.head.entries - 1) + " entries"});
  ASSERT_TRUE(update_ledger(house.repository(), *house.silo()));
  EXPECT_TRUE(house.try_restore(options));
  options.heads = {"{}"};
  expect_refused(house, options, {ErrorKind::kInvalid, "no head of a journal"});
}

TEST(Restore, O62_replays_what_was_erased_after_the_backup_before_the_store_opens) {
  BackupHouse house;
  const SubjectId stays = SubjectId::make(house.random());
  const SubjectId goes = SubjectId::make(house.random());
  house.visit(0, "stays", stays, "/a");
  house.visit(0, "goes", goes, "/b");
  copy_tree(house.keys(), house.path("old keys"));
  house.backup();
  house.forget(goes);
  ASSERT_TRUE(update_ledger(house.repository(), *house.silo()));
  house.close();
  // Both the data and the key ring come back from before the erasure.
  copy_tree(house.path("old keys"), house.keys());
  const auto report = house.try_restore(house.restore_options("restored"));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->silos[0].erasures, 1U);
  EXPECT_EQ(report->silos[0].known_then, 0U);
  house.open("restored");
  EXPECT_TRUE(house.held().visits.contains("stays"));
  EXPECT_FALSE(house.held().visits.contains("goes"));
  EXPECT_TRUE(house.silo()->is_erased(goes));
}

TEST(Restore, O62_brings_nobody_back_who_came_anew_after_an_older_restore_and_was_erased_then) {
  BackupHouse house;
  const SubjectId goes = SubjectId::make(house.random());
  house.visit(0, "stays", SubjectId::make(house.random()), "/a");
  house.backup();
  house.visit(0, "goes", goes, "/b");
  const auto series = house.silo()->series(house.access(), kPoseKind, "pose", goes);
  ASSERT_TRUE(series) << series.error().message();
  Batch batch;
  batch.samples.push_back({*series, sample(house.clock().now(), "standing")});
  ASSERT_TRUE(house.silo()->append(house.access(), batch));
  house.backup();
  // In the older one nothing is of them yet: they get another key, and that one is overwritten.
  house.close();
  RestoreOptions older = house.restore_options("older");
  older.generation = 1;
  ASSERT_TRUE(house.try_restore(older));
  house.open("older");
  house.forget(goes);
  ASSERT_TRUE(update_ledger(house.repository(), *house.silo()));
  house.close();
  const auto report = house.try_restore(house.restore_options("newer"));
  ASSERT_TRUE(report) << report.error().message;
  house.open("newer");
  EXPECT_TRUE(house.held().visits.contains("stays"));
  EXPECT_FALSE(house.held().visits.contains("goes"));
  EXPECT_TRUE(house.silo()->list_series(house.access(), kPoseKind, "")->empty());
  EXPECT_TRUE(house.held().samples.empty());
  EXPECT_EQ(house.silo()->erasures(), 2U) << "the key in the newer backup is not overwritten";
}

TEST(Restore, O72_gives_back_nothing_that_is_past_its_deadline) {
  BackupHouse house;
  house.visit(0, "old", {}, "/old");
  house.backup();
  house.clock().advance(Duration::days(394));  // usage is kept for 13 months
  ASSERT_TRUE(house.try_restore(house.restore_options("restored")));
  house.open("restored");
  EXPECT_TRUE(house.held().visits.empty());
  EXPECT_EQ(house.silo()->purge()->records, 1U);
}

TEST(Restore, opens_no_store_while_its_erasures_cannot_be_replayed) {
  BackupHouse house;
  const SubjectId goes = SubjectId::make(house.random());
  house.visit(0, "goes", goes, "/b");
  house.backup();
  house.forget(goes);
  ASSERT_TRUE(update_ledger(house.repository(), *house.silo()));
  house.close();
  ASSERT_TRUE(house.try_restore(house.restore_options("restored")));
  const std::string ledger =
      house.path("restored/restore.pending/ledger/" + house.organization().text());
  const Bytes whole = *read_small_file(ledger);
  ASSERT_TRUE(write_small_file(ledger, whole.substr(0, whole.size() / 2)));
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(house.try_open("restored"));
  ASSERT_TRUE(write_small_file(ledger, whole));
  house.open("restored");
  EXPECT_FALSE(house.held().visits.contains("goes"));
  EXPECT_FALSE(path_exists(house.path("restored/restore.pending")));
}

TEST(Restore, interrupted_at_any_step_opens_nothing_and_can_be_run_again) {
  BackupHouse house;
  fill(house);
  const Held held = house.held();
  house.backup();
  house.close();
  std::uint64_t steps = 0;
  for (std::uint64_t stop = 1;; ++stop) {
    StopAt stop_at(stop);
    const auto done = house.try_restore(house.restore_options("restored"), std::ref(stop_at));
    steps = stop_at.steps;
    if (done) break;
    ASSERT_EQ(done.error().kind, ErrorKind::kCancelled) << done.error().message;
    // Before its first step the directory is a fresh one.
    const auto opened =
        stop == 1 ? Result<void>(fail(ErrorKind::kConflict, "")) : house.try_open("restored");
    ASSERT_FALSE(opened) << stop;
    EXPECT_EQ(opened.error().kind, ErrorKind::kConflict) << stop << opened.error().message;
  }
  EXPECT_GT(steps, 20U);
  const auto again = house.try_restore(house.restore_options("restored"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  house.open("restored");
  EXPECT_EQ(house.held(), held);
}

}  // namespace
}  // namespace heed::silo

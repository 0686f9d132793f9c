#include "silo/archive.h"

#include <unistd.h>

#include "base/crypto.h"
#include "silo/files.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr std::string_view kAnother =
    "clause 90.1 \"Who runs the service does not see how it is used.\" {\n"
    "  deny usage for improvement to staff }\n";

std::string path(const TemporaryStore& store, std::string_view name) {
  return store.options().data_directory + "/policy/" + std::string(name);
}

policy::Version next_version(const TemporaryStore& store) {
  const auto proposal = store.propose(test_text(kAnother));
  return {2, TemporaryStore::kStart, "test", {}, proposal.checked.policy};
}

std::optional<Error> failure_to_open(TemporaryStore& store) {
  store.close();
  const auto opened = Store::open(store.options(), store.clock(), store.random(), store.log());
  return opened ? std::nullopt : std::optional<Error>(opened.error());
}

TEST(Archive, holds_each_version_as_it_was_activated) {
  TemporaryStore store(heed_policy_with(std::string(kTestKinds) + std::string(kAnother)));
  store.activate(test_text(), /*reaches_earlier_items=*/true);
  const std::string hash = store.store().policy()->hash();
  EXPECT_EQ(to_hex(sha256(*read_small_file(path(store, "2.policy")))), hash);
  store.reopen();
  const auto book = store.store().book();
  ASSERT_EQ(book->versions().size(), 2U);
  EXPECT_EQ(book->policy().hash(), hash);
  EXPECT_EQ(book->current().by, "test");
  EXPECT_EQ(book->current().activated, TemporaryStore::kStart);
  ASSERT_TRUE(book->current().notice);
  EXPECT_EQ(book->current().notice->text, "It changes.");
  EXPECT_EQ(book->current().notice->hash, hash);
  EXPECT_TRUE(book->current().notice->reaches_earlier_items);
}

TEST(Archive, a_version_whose_text_alone_was_written_is_not_in_force) {
  TemporaryStore store(test_policy());
  const policy::Version version = next_version(store);
  store.close();
  ASSERT_TRUE(write_small_file(path(store, "2.policy"), version.policy->source()));
  store.reopen();
  EXPECT_EQ(store.store().book()->current().number, 1U);
  store.activate(test_text(kAnother));
  store.reopen();
  EXPECT_EQ(store.store().book()->current().number, 2U);
}

TEST(Archive, a_version_that_was_archived_and_not_yet_journalled_is_in_force_after_a_crash) {
  TemporaryStore store(test_policy());
  const policy::Version version = next_version(store);
  store.close();
  ASSERT_TRUE(PolicyArchive::open(store.options().data_directory)->add(version));
  store.reopen();
  EXPECT_EQ(store.store().policy()->hash(), version.policy->hash());
  const auto entries = *store.silo().journal(store.access(), 1, 10);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_NE(entries[1].detail.find(version.policy->hash()), std::string::npos);
  store.reopen();
  EXPECT_EQ(store.silo().journal(store.access(), 1, 10)->size(), 2U) << "it is noted once";
}

TEST(Archive, a_text_that_was_changed_is_refused_by_its_hash) {
  TemporaryStore store(test_policy());
  Bytes text = *read_small_file(path(store, "1.policy"));
  text.replace(text.find("ten years"), 9, "two years");
  ASSERT_TRUE(write_small_file(path(store, "1.policy"), text));
  const auto failure = failure_to_open(store);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, ErrorKind::kCorrupt);
  EXPECT_NE(failure->message.find("1.policy"), std::string::npos);
  EXPECT_FALSE(failure->mend.empty());
}

TEST(Archive, a_missing_version_never_puts_an_earlier_one_in_force) {
  TemporaryStore store(test_policy());
  store.activate(test_text(kAnother));
  ASSERT_EQ(::unlink(path(store, "1.json").c_str()), 0);
  const auto failure = failure_to_open(store);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace heed::silo

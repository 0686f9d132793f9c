#include "silo/subject_keys.h"

#include <set>

#include "silo/files.h"
#include "silo/testing.h"

namespace heed::silo {
namespace {

class SubjectKeysTest : public ::testing::Test {
 protected:
  std::unique_ptr<SubjectKeys> open() {
    auto opened = SubjectKeys::open(path_, organization_, key_, random_);
    require(opened.has_value(), opened ? "" : opened.error().message);
    return *std::move(opened);
  }
  SubjectId somebody() { return SubjectId::make(random_); }
  static Time at(std::int64_t second) { return Time::from_seconds(1'700'000'000 + second); }

  TestRandom random_{7};
  const TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/o.subjects";
  const OrganizationId organization_ = OrganizationId::make(random_);
  const Bytes key_ = random_.bytes(32);
};

TEST_F(SubjectKeysTest, a_key_is_the_same_until_it_is_erased_and_then_nothing) {
  auto keys = open();
  const SubjectId subject = somebody();
  const std::uint32_t slot = *keys->take();
  const Bytes key = **keys->key(slot);
  EXPECT_EQ(key.size(), 32U);
  EXPECT_EQ(**keys->key(slot), key);
  const Erasure erasure = *keys->erase(slot, keys->tag_of(subject), at(1));
  EXPECT_EQ(erasure.number, 1U);
  EXPECT_FALSE(*keys->key(slot));
  EXPECT_TRUE(keys->is_erased(subject));
  EXPECT_FALSE(keys->is_erased(somebody()));
  EXPECT_EQ(*keys->erase(slot, keys->tag_of(subject), at(2)), erasure);  // said again
  const Bytes file = *read_small_file(path_);
  EXPECT_EQ(file.find(key), Bytes::npos);
}

TEST_F(SubjectKeysTest, a_slot_is_never_given_twice_whatever_is_restored_beside_it) {
  std::set<std::uint32_t> given;
  for (int round = 0; round < 4; ++round) {
    auto keys = open();
    for (int i = 0; i < 70; ++i) EXPECT_TRUE(given.insert(*keys->take()).second);
  }
  std::set<Bytes> distinct;
  auto keys = open();
  for (const std::uint32_t slot : given) distinct.insert(**keys->key(slot));
  EXPECT_EQ(distinct.size(), given.size());
}

TEST_F(SubjectKeysTest, erasures_are_found_again_when_the_file_is_opened) {
  std::vector<SubjectId> subjects;
  auto keys = open();
  for (int i = 0; i < 5; ++i) {
    subjects.push_back(somebody());
    ASSERT_TRUE(keys->erase(*keys->take(), keys->tag_of(subjects.back()), at(i)));
  }
  const auto before = keys->erasures();
  keys = open();
  EXPECT_EQ(keys->erasures(), before);
  for (const SubjectId subject : subjects) EXPECT_TRUE(keys->is_erased(subject));
}

TEST_F(SubjectKeysTest, a_ledger_erases_in_an_older_ring_what_the_newer_one_erased) {
  auto keys = open();
  const std::uint32_t kept = *keys->take();
  const std::uint32_t first = *keys->take();
  const Bytes older = *read_small_file(path_);
  const SubjectId subject = somebody();
  ASSERT_TRUE(keys->erase(first, keys->tag_of(subject), at(1)));
  std::uint32_t late = 0;
  for (int i = 0; i < 100; ++i) late = *keys->take();
  ASSERT_TRUE(keys->erase(late, keys->tag_of(somebody()), at(2)));
  const Bytes ledger = keys->ledger();
  EXPECT_EQ(*keys->check_ledger(ledger), 2U);

  ASSERT_TRUE(write_small_file(path_, older));
  auto restored = open();
  EXPECT_TRUE(*restored->key(first));
  EXPECT_EQ(*restored->apply_ledger(ledger), 2U);
  EXPECT_EQ(*restored->apply_ledger(ledger), 0U);
  EXPECT_FALSE(*restored->key(first));
  EXPECT_TRUE(*restored->key(kept));
  EXPECT_TRUE(restored->is_erased(subject));
  EXPECT_EQ(restored->ledger(), ledger);
  EXPECT_GT(*restored->take(), late);
}

TEST_F(SubjectKeysTest, a_ledger_that_was_changed_or_is_of_another_organization_is_refused) {
  auto keys = open();
  ASSERT_TRUE(keys->erase(*keys->take(), keys->tag_of(somebody()), at(1)));
  const Bytes ledger = keys->ledger();
  for (std::size_t i = 0; i < ledger.size(); ++i) {
    Bytes changed = ledger;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(keys->check_ledger(changed).error().kind, ErrorKind::kCorrupt) << i;
    EXPECT_FALSE(keys->check_ledger(ledger.substr(0, i))) << i;
  }
  auto other = SubjectKeys::open(directory_.path() + "/p.subjects", OrganizationId::make(random_),
                                 random_.bytes(32), random_);
  EXPECT_FALSE((*other)->check_ledger(ledger));
}

TEST_F(SubjectKeysTest, an_erasure_that_was_changed_on_disk_keeps_the_file_from_opening) {
  auto keys = open();
  const std::uint32_t slot = *keys->take();
  ASSERT_TRUE(keys->erase(slot, keys->tag_of(somebody()), at(1)));
  const Bytes file = *read_small_file(path_);
  for (std::size_t i = 4; i < SubjectKeys::kSlotSize; ++i) {
    Bytes changed = file;
    changed[slot * SubjectKeys::kSlotSize + i] ^= 1;
    ASSERT_TRUE(write_small_file(path_, changed));
    const auto opened = SubjectKeys::open(path_, organization_, key_, random_);
    ASSERT_FALSE(opened) << i;
    EXPECT_EQ(opened.error().kind, ErrorKind::kCorrupt);
    EXPECT_FALSE(opened.error().mend.empty());
  }
}

TEST_F(SubjectKeysTest, another_organizations_file_does_not_open_as_this_ones) {
  (void)open();
  const auto other = SubjectKeys::open(path_, OrganizationId::make(random_), key_, random_);
  EXPECT_FALSE(other);
  auto wrong_key = SubjectKeys::open(path_, organization_, random_.bytes(32), random_);
  ASSERT_TRUE(wrong_key);
  auto keys = open();
  const std::uint32_t slot = *keys->take();
  EXPECT_EQ((*wrong_key)->key(slot).error().kind, ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace heed::silo

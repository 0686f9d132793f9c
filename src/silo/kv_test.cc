#include "silo/kv.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "silo/files.h"
#include "silo/testing.h"

namespace heed::silo::kv {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  void open() {
    auto opened = Database::open(path(), memory_);
    require(opened.has_value(), opened ? "" : opened.error().message);
    database_ = *std::move(opened);
  }
  void close() { database_.reset(); }
  std::string path() const { return directory_.path() + "/db"; }
  void put(Family family, BytesView key, BytesView value) {
    ASSERT_TRUE(database_->write(Changes().put(family, key, value), Sync::kYes));
  }
  std::string get(Family family, BytesView key) {
    const auto got = database_->get(family, key);
    if (!got) return got.error().message;
    return got->value_or("nothing");
  }
  static Bytes content(const std::string& file) {
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(bytes).str();
  }
  /// Names of the files that hold `wanted`.
  static std::vector<std::string> holding(const std::string& directory, BytesView wanted) {
    std::vector<std::string> found;
    for (const std::string& name : names_in(directory)) {
      if (content(directory + "/" + name).contains(wanted)) found.push_back(name);
    }
    return found;
  }
  std::vector<std::string> logs() const {
    auto names = names_in(path());
    std::erase_if(names, [](const std::string& name) { return !name.ends_with(".log"); });
    return names;
  }

  const TemporaryDirectory directory_;
  const SharedMemory memory_{1U << 20, 1U << 20};
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, changes_that_are_appended_happen_after_the_others_and_with_them) {
  open();
  Changes first = std::move(Changes().put(Family::kMeta, "a", "1"));
  Changes second = std::move(Changes().remove(Family::kMeta, "a").put(Family::kMeta, "b", "2"));
  Changes all;
  all.append(std::move(first)).append(std::move(second));
  EXPECT_EQ(all.size(), 3U);
  ASSERT_TRUE(database_->write(all, Sync::kYes));
  EXPECT_EQ(get(Family::kMeta, "a"), "nothing");
  EXPECT_EQ(get(Family::kMeta, "b"), "2");
}

TEST_F(DatabaseTest, several_keys_are_read_at_once_in_their_order) {
  open();
  put(Family::kSubjects, "a", "1");
  put(Family::kSubjects, "c", "");
  const std::vector<Bytes> keys = {"c", "b", "a", "a"};
  const auto found = database_->multi_get(Family::kSubjects, keys);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (std::vector<std::optional<Bytes>>{"", std::nullopt, "1", "1"}));
  EXPECT_TRUE(database_->multi_get(Family::kSubjects, {})->empty());
}

TEST_F(DatabaseTest, a_cursor_within_a_prefix_sees_its_keys_and_no_others) {
  open();
  const Bytes last = Bytes("\xff\xff", 2);
  for (const Bytes& key :
       {Bytes("a"), Bytes("b"), Bytes("b1"), Bytes("b\xff", 2), Bytes("c"), last, last + "1"}) {
    put(Family::kRecords, key, "v");
  }
  const auto within = [&](BytesView prefix) {
    std::vector<Bytes> keys;
    auto cursor = database_->cursor_within(Family::kRecords, prefix);
    for (cursor.seek(prefix); cursor.valid(); cursor.next()) keys.emplace_back(cursor.key());
    EXPECT_TRUE(cursor.status());
    return keys;
  };
  EXPECT_EQ(within("b"), (std::vector<Bytes>{"b", "b1", Bytes("b\xff", 2)}));
  EXPECT_EQ(within(last), (std::vector<Bytes>{last, last + "1"}));
  EXPECT_EQ(within("d"), std::vector<Bytes>());
  EXPECT_EQ(within("").size(), 7U);
}

TEST_F(DatabaseTest, a_snapshot_shows_all_families_as_they_were) {
  open();
  put(Family::kRecords, "a", "old");
  put(Family::kIndexes, "a", "old");
  auto before = database_->snapshot();
  put(Family::kRecords, "a", "new");
  ASSERT_TRUE(database_->write(Changes().remove(Family::kIndexes, "a"), Sync::kYes));
  put(Family::kIndexes, "b", "new");
  ASSERT_TRUE(database_->flush());
  ASSERT_TRUE(database_->compact(Family::kIndexes, {}, {}));
  EXPECT_EQ(**database_->get(Family::kRecords, "a", before.get()), "old");
  EXPECT_EQ(get(Family::kRecords, "a"), "new");
  auto cursor = database_->cursor(Family::kIndexes, before.get());
  cursor.seek({});
  ASSERT_TRUE(cursor.valid());
  EXPECT_EQ(cursor.key(), "a");
  cursor.next();
  EXPECT_FALSE(cursor.valid());
}

TEST_F(DatabaseTest, a_flush_leaves_no_log_behind_that_holds_anything) {
  open();
  for (std::size_t i = 0; i < kFamilies; ++i) {
    put(static_cast<Family>(i), "a", "CANARY-" + std::to_string(i));
  }
  ASSERT_FALSE(logs().empty());
  ASSERT_TRUE(database_->flush());
  ASSERT_EQ(logs().size(), 1U);
  EXPECT_EQ(content(path() + "/" + logs()[0]), "");
  ASSERT_TRUE(database_->flush()) << "with nothing to flush";
  EXPECT_EQ(get(Family::kBlobs, "a"), "CANARY-9");
}

TEST_F(DatabaseTest, what_is_removed_is_in_no_file_after_flush_and_compaction) {
  open();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 50; ++i) {
      const std::string number = std::to_string(i);
      put(Family::kRecords, "kept-" + number, Bytes(100, 'x'));
      put(Family::kRecords, "CANARY-" + number, "CANARY-value" + Bytes(100, 'y'));
    }
    ASSERT_TRUE(database_->flush());
  }
  ASSERT_TRUE(database_->compact(Family::kRecords, {}, {}));
  put(Family::kRecords, "CANARY-in-the-log", "1");
  ASSERT_FALSE(holding(path(), "CANARY").empty());
  auto cursor = std::make_unique<Cursor>(database_->cursor(Family::kRecords));
  Changes changes;
  for (cursor->seek("CANARY"); cursor->valid() && cursor->key() < "CANARZ"; cursor->next()) {
    changes.remove(Family::kRecords, cursor->key());
  }
  cursor.reset();
  EXPECT_EQ(changes.size(), 51U);
  ASSERT_TRUE(database_->write(changes, Sync::kYes));
  ASSERT_TRUE(database_->flush());
  ASSERT_TRUE(database_->compact(Family::kRecords, "CANARY", "CANARZ"));
  EXPECT_EQ(holding(path(), "CANARY"), std::vector<std::string>());
  EXPECT_EQ(get(Family::kRecords, "kept-49"), Bytes(100, 'x'));
}

TEST_F(DatabaseTest, a_checkpoint_is_a_database_with_everything_written_before_it) {
  open();
  put(Family::kRecords, "a", "in a file");
  ASSERT_TRUE(database_->flush());
  put(Family::kRecords, "b", "in memory");
  const std::string copy = directory_.path() + "/copy";
  ASSERT_TRUE(database_->checkpoint(copy));
  put(Family::kRecords, "c", "later");
  const auto again = database_->checkpoint(copy);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  const auto opened = *Database::open(copy, memory_);
  EXPECT_EQ(**opened->get(Family::kRecords, "a"), "in a file");
  EXPECT_EQ(**opened->get(Family::kRecords, "b"), "in memory");
  EXPECT_FALSE(*opened->get(Family::kRecords, "c"));
}

TEST_F(DatabaseTest, an_older_database_without_the_later_families_opens_and_gets_them) {
  {
    rocksdb::Options options;
    options.create_if_missing = options.create_missing_column_families = true;
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const char* name :
         {"default", "records", "deadlines", "journal", "series", "log", "chunks"}) {
      families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* made = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, path(), families, &handles, &made).ok());
    const std::unique_ptr<rocksdb::DB> older(made);
    ASSERT_TRUE(older->Put({}, handles[6], "a", "old").ok());
    for (auto* handle : handles) ASSERT_TRUE(older->DestroyColumnFamilyHandle(handle).ok());
  }
  open();
  EXPECT_EQ(get(Family::kChunks, "a"), "old");
  put(Family::kBlobs, "b", "new");
  close();
  open();
  EXPECT_EQ(get(Family::kBlobs, "b"), "new");
}

}  // namespace
}  // namespace heed::silo::kv

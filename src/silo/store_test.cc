#include "silo/test_kinds.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>

#include "silo/chunk_store.h"
#include "silo/files.h"
#include "silo/forgetting_testing.h"

namespace heed::silo {
namespace {

StoreOptions options_in(const std::string& directory) {
  StoreOptions options;
  options.data_directory = directory + "/data";
  options.key_directory = directory + "/keys";
  options.policy = test_policy();
  return options;
}

std::optional<Error> failure_to_open(const StoreOptions& options) {
  ManualClock clock(TemporaryStore::kStart);
  TestRandom random(2);
  Log log(clock, LogLevel::kError, Log::nowhere());
  const auto store = Store::open(options, clock, random, log);
  return store ? std::nullopt : std::optional<Error>(store.error());
}

TEST(Store, a_second_process_is_refused) {
  TemporaryStore store(test_policy());
  const pid_t child = ::fork();
  if (child == 0) {
    const auto failure = failure_to_open(store.options());
    ::_exit(failure && failure->kind == ErrorKind::kConflict && !failure->mend.empty() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST(Store, keys_that_others_may_touch_are_refused_with_the_mend) {
  const TemporaryDirectory directory;
  const StoreOptions options = options_in(directory.path());
  ASSERT_FALSE(failure_to_open(options));
  const std::string root = options.key_directory + "/root.key";
  ::chmod(root.c_str(), 0640);
  auto failure = failure_to_open(options);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->mend, "chmod 600 " + root);
  ::chmod(root.c_str(), 0600);
  ::chmod(options.key_directory.c_str(), 0755);
  failure = failure_to_open(options);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->mend, "chmod 700 " + options.key_directory);
}

TEST(Store, a_lost_root_key_is_never_replaced_by_a_new_one) {
  TemporaryStore store(test_policy());
  store.close();
  ASSERT_EQ(::unlink((store.options().key_directory + "/root.key").c_str()), 0);
  const auto failure = failure_to_open(store.options());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, ErrorKind::kInvalid);
}

TEST(Store, silos_are_made_once_and_found_by_their_organization_alone) {
  TemporaryStore store(test_policy());
  const auto again = store.store().create(store.organization());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  const auto nobody = store.store().silo(OrganizationId::make(store.random()));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(store.store().organizations(), std::vector{store.organization()});
}

/// Raw hands on the files of closed silos, as somebody with the disk would have.
class Surgery {
 public:
  explicit Surgery(const std::string& directory)
      : database_(*kv::Database::open(directory, memory_)) {}
  Bytes get(kv::Family family, BytesView key) { return **database_->get(family, key); }
  void put(kv::Family family, BytesView key, BytesView value) {
    require(database_->write(kv::Changes().put(family, key, value), kv::Sync::kYes).has_value(),
            "surgery succeeds");
  }
  Bytes first_key(kv::Family family) {
    auto cursor = database_->cursor(family);
    cursor.seek({});
    return Bytes(cursor.key());
  }

 private:
  kv::SharedMemory memory_{1U << 20, 1U << 20};
  std::unique_ptr<kv::Database> database_;
};

Bytes note_key(std::string_view id) {
  return ByteWriter().u16(kNoteKind.number).raw(id).take();
}

TEST(Store, a_silo_in_another_format_is_refused_with_the_mend_and_left_as_it_is) {
  TemporaryStore store(test_policy());
  ASSERT_TRUE(store.silo().put(store.access(), note_record("a", "1")));
  const auto format = [&](BytesView value) {
    with_database(store, [&](kv::Database& database) {
      ASSERT_TRUE(
          database.write(kv::Changes().put(kv::Family::kMeta, "format", value), kv::Sync::kYes));
    });
  };
  format(ByteWriter().u32(1).view());
  const auto opened = store.store().silo(store.organization());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kUnsupported);
  EXPECT_NE(opened.error().message.find("another format"), std::string::npos);
  EXPECT_NE(opened.error().mend.find("heed silo export"), std::string::npos);
  format(ByteWriter().u32(2).view());
  EXPECT_TRUE(*store.silo().find(store.access(), kNoteKind, "a"));
}

ErrorKind kind_of(const Governed<std::optional<Record>>& found) {
  require(!found && found.error().error() != nullptr, "the read fails");
  return found.error().error()->kind;
}

TEST(Silo, a_value_that_is_moved_to_another_silo_or_id_or_relabelled_does_not_open) {
  TemporaryStore store(test_policy());
  const OrganizationId other = OrganizationId::make(store.random());
  const Access access = store.access();
  {
    const auto second = *store.store().create(other);
    ASSERT_TRUE(second->put(access, note_record("a", "theirs")));
    ASSERT_TRUE(second->put(access, note_record("b", "theirs too")));
    ASSERT_TRUE(store.silo().put(access, note_record("a", "ours")));
  }
  const std::string silos = store.options().data_directory + "/silos/";
  store.close();
  {
    Surgery ours(silos + store.organization().text());
    Surgery theirs(silos + other.text());
    const Bytes value = ours.get(kv::Family::kRecords, note_key("a"));
    theirs.put(kv::Family::kRecords, note_key("a"), value);
    ours.put(kv::Family::kRecords, note_key("moved"), value);
    Bytes relabelled = theirs.get(kv::Family::kRecords, note_key("b"));
    relabelled[10] = static_cast<char>(relabelled[10] ^ 1);  // in the label, beside the seal
    theirs.put(kv::Family::kRecords, note_key("b"), relabelled);
  }
  store.reopen();
  const auto second = *store.store().silo(other);
  EXPECT_EQ(kind_of(second->find(access, kNoteKind, "a")), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(second->find(access, kNoteKind, "b")), ErrorKind::kCorrupt);
  EXPECT_EQ(kind_of(store.silo().find(access, kNoteKind, "moved")), ErrorKind::kCorrupt);
  EXPECT_TRUE(*store.silo().find(access, kNoteKind, "a"));
}

TEST(Silo, a_chunk_that_is_moved_to_another_series_or_deadline_does_not_open) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const SeriesId x = *store.silo().series(access, kItemKind, "x");
  const SeriesId y = *store.silo().series(access, kItemKind, "y");
  const SeriesId z = *store.silo().series(access, kItemKind, "z");
  const Sample one = sample(TemporaryStore::kStart, "1");
  ASSERT_TRUE(store.silo().append(access, {"", 0, {{x, one}}}));
  ASSERT_TRUE(store.silo().seal(true));
  const std::string directory =
      store.options().data_directory + "/silos/" + store.organization().text();
  store.close();
  {
    Surgery silo(directory);
    const Bytes key = silo.first_key(kv::Family::kChunks);
    const Bytes value = silo.get(kv::Family::kChunks, key);
    ChunkKey moved = *ChunkKey::parse(key);
    moved.series = y.number;
    silo.put(kv::Family::kChunks, moved.bytes(), value);
    ChunkKey longer = *ChunkKey::parse(key);
    longer.series = z.number;
    longer.deadline = longer.deadline + Duration::days(1);
    silo.put(kv::Family::kChunks, longer.bytes(), value);
  }
  store.reopen();
  const auto read = [&](SeriesId series) {
    std::size_t seen = 0;
    const auto done =
        store.silo().read(access, series, {}, [&](const SampleView&) { return ++seen > 0; });
    return done && seen == (series == x ? 1U : 0U);
  };
  EXPECT_TRUE(read(x));
  for (const SeriesId series : {y, z}) {
    EXPECT_TRUE(read(series));
    EXPECT_EQ(store.silo().damage(access, series, {})->chunks, 1U);
  }
}

}  // namespace
}  // namespace heed::silo

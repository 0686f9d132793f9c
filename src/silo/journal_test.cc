#include "silo/journal.h"

#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

std::string silo_path(const TemporaryStore& store) {
  return store.options().data_directory + "/silos/" + store.organization().text();
}

Bytes number_key(std::uint64_t number) {
  return ByteWriter().u64(number).take();
}

TEST(Journal, entries_are_numbered_without_holes_and_survive) {
  TemporaryStore store(test_kinds());
  const Access access = store.access();
  ASSERT_TRUE(store.silo().note(access, "machine.added", R"({"machine":"m1"})"));
  store.reopen();
  ASSERT_TRUE(store.silo().note(access, "machine.removed", "{}"));
  const auto entries = *store.silo().journal(access, 1, 10);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].what, "policy.activated");
  EXPECT_EQ(entries[1].what, "machine.added");
  EXPECT_EQ(entries[1].detail, R"({"machine":"m1"})");
  EXPECT_EQ(entries[1].actor, "test");
  EXPECT_EQ(entries[1].at, TemporaryStore::kStart);
  EXPECT_EQ(entries[2].number, 3U);
  EXPECT_EQ(store.silo().verify_journal()->entries, 3U);
  EXPECT_EQ(store.silo().verify_journal()->hash, entries[2].hash);
}

TEST(Journal, what_is_no_entry_is_refused) {
  TemporaryStore store(test_kinds());
  const Access access = store.access();
  const std::string long_word(Journal::kLongestWord + 1, 'w');
  const std::string long_detail = "{\"a\":\"" + std::string(Journal::kLongestDetail, 'd') + "\"}";
  EXPECT_FALSE(store.silo().note(access, "", "{}"));
  EXPECT_FALSE(store.silo().note(access, long_word, "{}"));
  EXPECT_FALSE(store.silo().note(access, "what", "[]"));
  EXPECT_FALSE(store.silo().note(access, "what", "no json"));
  EXPECT_FALSE(store.silo().note(access, "what", long_detail));
  EXPECT_FALSE(store.silo().journal(access, 1, 0));
  EXPECT_FALSE(store.silo().journal(access, 1, 1'001));
  EXPECT_EQ(store.silo().verify_journal()->entries, 1U);
}

/// The journal's entries 1 to 6, after somebody with the disk did something to them.
std::string verified_after(const std::function<void(kv::Database&)>& surgery) {
  TemporaryStore store(test_kinds());
  for (int i = 0; i < 5; ++i)
    require(store.silo().note(store.access(), "it", "{}").has_value(), "");
  store.close();
  {
    const kv::SharedMemory memory(1U << 20, 1U << 20);
    const auto database = *kv::Database::open(silo_path(store), memory);
    surgery(*database);
  }
  store.reopen();
  const auto head = store.silo().verify_journal();
  return head ? "whole" : head.error().message;
}

TEST(Journal, a_changed_missing_or_swapped_entry_shows) {
  const auto family = kv::Family::kJournal;
  const auto write = [](kv::Database& database, const kv::Changes& changes) {
    require(database.write(changes, kv::Sync::kYes).has_value(), "surgery succeeds");
  };
  EXPECT_EQ(verified_after([](kv::Database&) {}), "whole");
  EXPECT_EQ(verified_after([&](kv::Database& database) {
              Bytes value = **database.get(family, number_key(3));
              value.back() = static_cast<char>(value.back() ^ 1);
              write(database, kv::Changes().put(family, number_key(3), value));
            }),
            "entry 3 of the journal does not fit the chain");
  EXPECT_EQ(verified_after([&](kv::Database& database) {
              write(database, kv::Changes().remove(family, number_key(4)));
            }),
            "entry 4 of the journal does not fit the chain");
  EXPECT_EQ(verified_after([&](kv::Database& database) {
              const Bytes two = **database.get(family, number_key(2));
              const Bytes five = **database.get(family, number_key(5));
              write(database,
                    kv::Changes().put(family, number_key(2), five).put(family, number_key(5), two));
            }),
            "entry 2 of the journal does not fit the chain");
}

TEST(Journal, refusals_are_noted_but_cannot_fill_the_disk) {
  TemporaryStore store(test_kinds());
  const Access nobody = store.access("marketing", "third_party");
  for (int i = 0; i < 500; ++i) EXPECT_FALSE(store.silo().find(nobody, kNoteKind, "a"));
  EXPECT_EQ(store.silo().statistics().journal_entries, 21U);
  store.clock().advance(Duration::seconds(2));
  for (int i = 0; i < 500; ++i) EXPECT_FALSE(store.silo().find(nobody, kNoteKind, "a"));
  const auto entries = *store.silo().journal(store.access(), 22, 10);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].what, "refused");
  EXPECT_EQ(entries[0].detail, R"({"clause":"default","what":"note.title","purpose":"marketing",)"
                               R"("party":"third_party","unnoted_before":480})");
}

}  // namespace
}  // namespace heed::silo

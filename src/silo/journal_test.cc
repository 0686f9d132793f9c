#include "silo/journal.h"

#include "base/crypto.h"
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
  TemporaryStore store(test_policy());
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
  EXPECT_EQ(store.silo().verify_journal()->head.entries, 3U);
}

TEST(Journal, what_is_no_entry_is_refused) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const std::string long_word(Journal::kLongestWord + 1, 'w');
  const std::string long_detail = "{\"a\":\"" + std::string(Journal::kLongestDetail, 'd') + "\"}";
  EXPECT_FALSE(store.silo().note(access, "", "{}"));
  EXPECT_FALSE(store.silo().note(access, long_word, "{}"));
  EXPECT_FALSE(store.silo().note(access, "\xff", "{}"));
  EXPECT_FALSE(store.silo().note(access, "what", "{\"a\":\"\xff\"}"));
  EXPECT_FALSE(store.silo().note(access, "what", "[]"));
  EXPECT_FALSE(store.silo().note(access, "what", "no json"));
  EXPECT_FALSE(store.silo().note(access, "what", long_detail));
  EXPECT_FALSE(store.silo().journal(access, 1, 0));
  EXPECT_FALSE(store.silo().journal(access, 1, 1'001));
  EXPECT_EQ(store.silo().verify_journal()->head.entries, 1U);
}

/// The journal's entries 1 to 6, after somebody with the disk did something to them.
std::string verified_after(const std::function<void(kv::Database&)>& surgery) {
  TemporaryStore store(test_policy());
  for (int i = 0; i < 5; ++i)
    require(store.silo().note(store.access(), "it", "{}").has_value(), "");
  require(store.silo().journal_head().has_value(), "a head is given away");
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
            "entry 3 of the journal does not fit its tree");
  EXPECT_EQ(verified_after([&](kv::Database& database) {
              write(database, kv::Changes().remove(family, number_key(4)));
            }),
            "entry 4 of the journal does not fit its tree");
  EXPECT_EQ(verified_after([&](kv::Database& database) {
              const Bytes two = **database.get(family, number_key(2));
              const Bytes five = **database.get(family, number_key(5));
              write(database,
                    kv::Changes().put(family, number_key(2), five).put(family, number_key(5), two));
            }),
            "entry 2 of the journal does not fit its tree");
  EXPECT_EQ(verified_after([&](kv::Database& database) {
              write(database, kv::Changes().remove(family, number_key(6)));
            }),
            "entry 6 of the journal does not fit its tree");
  EXPECT_EQ(verified_after([&](kv::Database& database) {
              Bytes value = **database.get(family, number_key(4));
              value[2 * merkle::kHashSize] ^= 1;  // the root of the first four
              write(database, kv::Changes().put(family, number_key(4), value));
            }),
            "entry 4 of the journal does not fit its tree");
}

TEST(Journal, a_changed_head_shows) {
  const Bytes key = "journal.head." + number_key(1);
  const std::string message =
      "the head that was kept after entry 1 of the journal does not fit its tree";
  EXPECT_EQ(verified_after([&](kv::Database& database) {
              Bytes head = **database.get(kv::Family::kMeta, key);
              head.back() = static_cast<char>(head.back() ^ 1);
              require(
                  database.write(kv::Changes().put(kv::Family::kMeta, key, head), kv::Sync::kYes)
                      .has_value(),
                  "surgery succeeds");
            }),
            message);
}

TEST(Journal, a_stranger_verifies_its_export) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  for (int i = 0; i < 10; ++i) require(store.silo().note(access, "it", "{}").has_value(), "");
  std::string text;
  const auto collect = [&](std::string_view line) -> Result<void> {
    text += line;
    return {};
  };
  ASSERT_TRUE(store.silo().export_journal(access, 1, ~0ULL, collect));
  const auto verified = verify_export(text, store.silo().journal_key());
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_TRUE(verified->whole());
  EXPECT_EQ(verified->head.entries, 11U);
  EXPECT_EQ(verified->head.organization, store.organization());
  EXPECT_EQ(to_hex(verified->head.policy_hash), store.store().policy()->hash());
  EXPECT_EQ(verified->told.earlier, 1U);  // kept when the policy came into force
  EXPECT_FALSE(store.silo().export_journal(access, 0, 3, collect));
  EXPECT_FALSE(store.silo().export_journal(access, 13, 13, collect));
}

TEST(Journal, entries_and_growth_are_proved_against_a_head_that_was_given_away) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  Silo& silo = store.silo();
  for (int i = 0; i < 4; ++i) require(silo.note(access, "early", "{}").has_value(), "");
  const SignedHead given = *silo.journal_head();
  for (int i = 0; i < 20; ++i) require(silo.note(access, "late", "{}").has_value(), "");
  const SignedHead now = *silo.journal_head();
  ASSERT_TRUE(verify_head(given, silo.journal_key()));
  ASSERT_TRUE(verify_head(now, silo.journal_key()));
  const auto growth = silo.prove_growth(access, given.head.entries, now.head.entries);
  ASSERT_TRUE(growth);
  EXPECT_TRUE(merkle::verify_consistency(given.head.entries, now.head.entries, given.head.root,
                                         now.head.root, *growth));
  const JournalEntry entry = silo.journal(access, 3, 1)->front();
  const auto proof = silo.prove_entry(access, 3, given.head.entries);
  ASSERT_TRUE(proof);
  EXPECT_TRUE(merkle::verify_inclusion(
      2, given.head.entries, merkle::leaf_hash(encode_entry(entry)), *proof, given.head.root));
  EXPECT_FALSE(silo.prove_entry(access, 0, 5));
  EXPECT_FALSE(silo.prove_entry(access, 6, 5));
  EXPECT_FALSE(silo.prove_entry(access, 6, 26));
  EXPECT_FALSE(silo.prove_growth(access, 0, 5));
  EXPECT_FALSE(silo.prove_growth(access, 6, 26));
}

std::size_t kept_heads(TemporaryStore& store) {
  std::size_t heads = 0;
  const auto count = [&](std::string_view line) -> Result<void> {
    heads += line.starts_with("{\"earlier\"") ? 1 : 0;
    return {};
  };
  require(store.silo().note(store.access(), "it", "{}").has_value(), "");
  require(store.silo().export_journal(store.access(), 1, 1, count).has_value(), "");
  return heads;
}

TEST(Journal, a_head_is_kept_when_a_policy_comes_into_force_and_by_upkeep_once_an_hour) {
  TemporaryStore store(test_policy());
  EXPECT_EQ(kept_heads(store), 1U);
  ASSERT_TRUE(store.silo().seal(false));
  EXPECT_EQ(kept_heads(store), 1U);
  store.clock().advance(Journal::kHeadEvery);
  ASSERT_TRUE(store.silo().seal(false));
  ASSERT_TRUE(store.silo().seal(false));
  EXPECT_EQ(kept_heads(store), 2U);
  store.reopen();
  ASSERT_TRUE(store.silo().seal(false));
  EXPECT_EQ(kept_heads(store), 2U);
}

TEST(Journal, a_head_is_never_before_an_earlier_one_even_if_the_clock_steps_back) {
  TemporaryStore store(test_policy());
  const Time before = store.silo().journal_head()->head.time;
  store.clock().step_to(before - Duration::days(1));
  EXPECT_EQ(store.silo().journal_head()->head.time, before);
  store.reopen();
  EXPECT_EQ(store.silo().journal_head()->head.time, before);
}

TEST(Journal, a_head_that_was_given_away_is_verified_too) {
  EXPECT_EQ(verified_after([](kv::Database& database) {
              Bytes head = **database.get(kv::Family::kMeta, "journal.given");
              head.back() = static_cast<char>(head.back() ^ 1);
              require(database
                          .write(kv::Changes().put(kv::Family::kMeta, "journal.given", head),
                                 kv::Sync::kYes)
                          .has_value(),
                      "surgery succeeds");
            }),
            "the head that was kept after entry 6 of the journal does not fit its tree");
}

TEST(Journal, a_signing_key_that_is_gone_is_not_made_anew) {
  TemporaryStore store(test_policy());
  store.close();
  const std::string path =
      store.options().key_directory + "/organizations/" + store.organization().text() + ".signing";
  ASSERT_EQ(std::remove(path.c_str()), 0);
  store.reopen();
  EXPECT_FALSE(store.store().silo(store.organization()));
}

/// A journal without the silo around it.
struct BareJournal {
  TemporaryDirectory directory;
  ManualClock clock{TemporaryStore::kStart};
  TestRandom random{1};
  kv::SharedMemory memory{1U << 20, 1U << 20};
  std::unique_ptr<kv::Database> database = *kv::Database::open(directory.path() + "/db", memory);
  OrganizationId organization = OrganizationId::make(random);
  std::uint32_t data_keys = 0;
  Sealer sealer{organization, [](std::uint32_t) { return Secret(); },
                [this]() -> Result<std::uint32_t> { return ++data_keys; }, random};
  std::unique_ptr<Journal> journal =
      *Journal::open({organization, *database, sealer, clock}, SigningKey::make(random));
  Bytes policy_hash = merkle::leaf_hash("policy");

  void append(std::size_t count, BytesView sealed_subject = {}) {
    const std::vector<Journal::NewEntry> batch(count, {"test", "it", "{}", sealed_subject});
    require(journal->append(batch, kv::Sync::kNo).has_value(), "entries are appended");
  }
  Bytes value(kv::Family family, BytesView key) { return **database->get(family, key); }
  void write(const kv::Changes& changes) {
    require(database->write(changes, kv::Sync::kNo).has_value(), "it is written");
  }
  std::string export_text() {
    std::string text;
    const auto collect = [&](std::string_view line) -> Result<void> {
      text += line;
      return {};
    };
    require(journal->write_export(1, ~0ULL, policy_hash, collect).has_value(), "it is exported");
    return text;
  }
};

TEST(Journal, a_thousand_tamperings_with_its_rows_are_all_found) {
  BareJournal bare;
  bare.append(15);
  ASSERT_TRUE(bare.journal->keep_head(bare.policy_hash));
  bare.append(17);
  ASSERT_TRUE(bare.journal->verify(bare.policy_hash));
  SeededRandom random(2);
  const auto family = kv::Family::kJournal;
  for (int i = 0; i < 1'000; ++i) {
    const Bytes key = number_key(1 + random.u64() % 32);
    const Bytes other = number_key(1 + random.u64() % 32);
    const Bytes value = bare.value(family, key);
    Bytes changed = value;
    switch (random.u64() % 4) {
      case 0:
        changed[random.u64() % changed.size()] ^= static_cast<char>(1 + random.u64() % 255);
        break;
      case 1: changed.resize(random.u64() % changed.size()); break;
      case 2: changed = key == other ? Bytes() : bare.value(family, other); break;
      default: changed.clear();
    }
    bare.write(changed.empty() ? kv::Changes().remove(family, key)
                               : kv::Changes().put(family, key, changed));
    EXPECT_FALSE(bare.journal->verify(bare.policy_hash)) << i;
    bare.write(kv::Changes().put(family, key, value));
  }
  EXPECT_TRUE(bare.journal->verify(bare.policy_hash));
}

TEST(Journal, a_batch_is_appended_whole_or_not_at_all) {
  BareJournal bare;
  const std::string long_subject(Journal::kLongestSubject + 1, 's');
  const Journal::NewEntry good{"test", "it", "{}"};
  EXPECT_FALSE(bare.journal->append(
      std::vector<Journal::NewEntry>{good, {"test", "it", "{}", long_subject}}, kv::Sync::kNo));
  EXPECT_EQ(bare.journal->entries(), 0U);
  EXPECT_TRUE(bare.journal->append(std::vector<Journal::NewEntry>{good, good}, kv::Sync::kNo));
  EXPECT_EQ(bare.journal->read(1, 10)->size(), 2U);
  EXPECT_TRUE(bare.journal->verify(bare.policy_hash));
}

TEST(Journal, a_head_that_is_cut_does_not_keep_the_silo_from_opening) {
  TemporaryStore store(test_policy());
  store.close();
  {
    const kv::SharedMemory memory(1U << 20, 1U << 20);
    const auto database = *kv::Database::open(silo_path(store), memory);
    const auto cut = kv::Changes().put(kv::Family::kMeta, "journal.head." + number_key(1), "cut");
    require(database->write(cut, kv::Sync::kYes).has_value(), "surgery succeeds");
  }
  store.reopen();
  EXPECT_TRUE(store.silo().note(store.access(), "it", "{}"));
  EXPECT_EQ(store.silo().verify_journal().error().kind, ErrorKind::kCorrupt);
}

TEST(Journal, losing_a_subjects_key_blinds_its_entries_and_breaks_no_proof) {
  BareJournal bare;
  const Bytes key = bare.random.bytes(kAeadKeySize);
  const Bytes nonce = bare.random.bytes(kAeadNonceSize);
  const SubjectId subject = SubjectId::make(bare.random);
  bare.append(3);
  bare.append(1, aead_seal(key, nonce, "subject", subject.bytes()));
  bare.append(3);
  const Bytes sealed = bare.journal->read(4, 1)->front().sealed_subject;
  EXPECT_EQ(aead_open(key, nonce, "subject", sealed), subject.bytes());
  // The key is overwritten: nobody can say any more whom entry 4 is about.
  const Bytes overwritten(kAeadKeySize, '\0');
  EXPECT_FALSE(aead_open(overwritten, nonce, "subject", sealed));
  EXPECT_TRUE(bare.journal->verify(bare.policy_hash));
  EXPECT_TRUE(verify_export(bare.export_text(), bare.journal->key()));
}

TEST(Journal, refusals_are_noted_but_cannot_fill_the_disk) {
  TemporaryStore store(test_policy());
  const Access nobody = store.access("marketing", "third_party");
  for (int i = 0; i < 500; ++i) EXPECT_FALSE(store.silo().find(nobody, kNoteKind, "a"));
  EXPECT_EQ(store.silo().statistics().journal_entries, 21U);
  store.clock().advance(Duration::seconds(2));
  for (int i = 0; i < 500; ++i) EXPECT_FALSE(store.silo().find(nobody, kNoteKind, "a"));
  const auto entries = *store.silo().journal(store.access(), 22, 10);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].what, "refused");
  EXPECT_EQ(entries[0].detail, R"({"clause":"4.3","what":"note.title","purpose":"marketing",)"
                               R"("party":"third_party","unnoted_before":480})");
}

}  // namespace
}  // namespace heed::silo

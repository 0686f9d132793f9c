// Data keys over the life of a silo: how often one seals, which number is next, and from which of
// the organization's secrets it comes.
#include "silo/test_kinds.h"

#include <filesystem>
#include <map>

#include "silo/keyring.h"
#include "silo/sealer.h"

namespace heed::silo {
namespace {

/// What a seal says its data key is (silo/sealer.h).
std::uint64_t data_key_of(BytesView sealed) {
  ByteReader in(sealed);
  in.u8();
  return in.varint();
}

TEST(DataKeys, none_seals_more_than_its_bound_over_crashes_and_restored_databases) {
  constexpr std::uint64_t kBound = 3;
  const TemporaryDirectory directory;
  TestRandom random(1);
  const OrganizationId organization = OrganizationId::make(random);
  std::map<std::uint64_t, std::uint64_t> seals;
  std::uint32_t in_database = 0;
  for (int life = 0; life < 20; ++life) {
    // Each life ends without a word; every third begins with an older copy of the database.
    if (life % 3 == 0) in_database /= 2;
    const auto ring = *Keyring::open(directory.path() + "/keys", random);
    const auto key = *ring->ensure_organization_key(organization);
    Sealer sealer(
        organization, [key](std::uint32_t number) { return key->secret_of(number); },
        [&]() -> Result<std::uint32_t> {
          ASSIGN_OR_RETURN(in_database, ring->next_data_key(organization, in_database));
          return in_database;
        },
        random, nullptr, kBound);
    if (life % 5 == 0) ASSERT_TRUE(ring->rotate_organization(organization, in_database));
    const SealContext context{kv::Family::kMeta, "key", {}, {}, {}};
    for (int i = 0; i < life; ++i) {
      const Bytes sealed = *sealer.seal(context, "value");
      ++seals[data_key_of(sealed)];
      EXPECT_EQ(*sealer.open(context, sealed), "value");
    }
  }
  EXPECT_GT(seals.size(), 60U);
  for (const auto& [number, count] : seals) EXPECT_LE(count, kBound) << number;
}

std::uint32_t last_number(const std::string& silo) {
  const kv::SharedMemory memory(1U << 20, 1U << 20);
  const auto database = *kv::Database::open(silo, memory);
  return ByteReader(**database->get(kv::Family::kMeta, "data_key")).u32();
}

TEST(DataKeys, a_number_is_not_given_again_when_an_older_copy_of_the_data_is_restored) {
  TemporaryStore store(test_policy());
  const std::string data = store.options().data_directory;
  const std::string silo = data + "/silos/" + store.organization().text();
  const std::string older = store.directory() + "/older";
  const auto live_once = [&](std::string id) {
    store.reopen();
    require(store.silo().put(store.access(), note_record(std::move(id), "text")).has_value(),
            "it is put");
    store.close();
    return last_number(silo);
  };
  const std::uint32_t first = live_once("a");
  std::filesystem::copy(data, older, std::filesystem::copy_options::recursive);
  const std::uint32_t second = live_once("b");
  EXPECT_GT(second, first);
  std::filesystem::remove_all(data);
  std::filesystem::rename(older, data);
  EXPECT_EQ(last_number(silo), first);
  EXPECT_GT(live_once("c"), second);
}

TEST(DataKeys, what_was_sealed_before_a_rotation_is_read_after_it) {
  TemporaryStore store(test_policy());
  const auto shared = store.shared_silo();
  ASSERT_TRUE(shared->put(store.access(), note_record("before", "text")));
  ASSERT_TRUE(store.store().rotate_organization_key(store.organization()));
  ASSERT_TRUE(shared->put(store.access(), note_record("after", "text")));
  const auto both_are_read = [&] {
    for (const char* id : {"before", "after"}) {
      const auto found = store.silo().find(store.access(), kNoteKind, id);
      EXPECT_TRUE(found && *found) << id;
    }
  };
  both_are_read();
  EXPECT_TRUE(shared->verify_journal());
  const auto entries = *shared->journal(store.access("operation", "engine"), 1, 100);
  EXPECT_EQ(entries.back().what, "key.rotated");
}

TEST(DataKeys, what_is_sealed_after_a_rotation_needs_the_new_secret) {
  TemporaryStore store(test_policy());
  const std::string file =
      store.options().key_directory + "/organizations/" + store.organization().text() + ".key";
  ASSERT_TRUE(store.silo().put(store.access(), note_record("before", "text")));
  std::filesystem::copy_file(file, store.directory() + "/old.key");
  ASSERT_TRUE(store.store().rotate_organization_key(store.organization()));
  ASSERT_TRUE(store.silo().put(store.access(), note_record("after", "text")));
  store.close();
  std::filesystem::rename(store.directory() + "/old.key", file);
  store.reopen();
  // The journal's tip was sealed last: the silo says so rather than opening half.
  const auto opened = store.store().silo(store.organization());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kCorrupt);
}

TEST(DataKeys, the_root_changes_while_silos_are_made_opened_and_used) {
  TemporaryStore store(test_policy());
  std::vector<OrganizationId> made;
  const auto use = [&](std::size_t, std::size_t) {
    made.push_back(OrganizationId::make(store.random()));
    const auto silo = store.store().create(made.back());
    ASSERT_TRUE(silo) << silo.error().message;
    ASSERT_TRUE((*silo)->put(store.access(), note_record("a", "text")));
    ASSERT_TRUE(store.silo().put(store.access(), note_record("a", "text")));
  };
  ASSERT_TRUE(store.store().rotate_root(RootSource::kFile, {}, {use, {}}));
  store.reopen();
  EXPECT_GE(made.size(), 4U);
  for (const OrganizationId organization : made) {
    const auto silo = store.store().silo(organization);
    ASSERT_TRUE(silo) << silo.error().message;
    EXPECT_TRUE(*(*silo)->find(store.access(), kNoteKind, "a"));
  }
}

}  // namespace
}  // namespace heed::silo

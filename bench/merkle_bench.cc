// The journal's tree: appends in batches, with and without a disk under them, and checking proofs.
// Bars: 200,000 appends a second, 100 µs a proof.
#include <benchmark/benchmark.h>

#include "silo/journal.h"
#include "silo/merkle_testing.h"
#include "silo/testing.h"

namespace heed::silo {
namespace {

constexpr std::size_t kBatch = 1'000;
constexpr std::size_t kEntryBytes = 200;

std::vector<Bytes> entries(std::size_t count) {
  SeededRandom random(1);
  std::vector<Bytes> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(random.bytes(kEntryBytes));
  return made;
}

void append_in_memory(benchmark::State& state) {
  const auto batch = entries(kBatch);
  merkle::Frontier frontier;
  for (auto _ : state) {
    for (const Bytes& entry : batch) {
      benchmark::DoNotOptimize(frontier.append(merkle::leaf_hash(entry)));
    }
    benchmark::DoNotOptimize(frontier.root());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(append_in_memory);

/// The journal itself: entries checked, sealed, hashed, one synced write a batch.
void append_to_a_journal(benchmark::State& state) {
  const TemporaryDirectory directory;
  const SystemClock clock;
  SystemRandom random;
  const kv::SharedMemory memory(16U << 20, 16U << 20);
  const auto database = *kv::Database::open(directory.path() + "/journal", memory);
  const auto organization = OrganizationId::make(random);
  std::uint32_t data_keys = 0;
  const auto next_key = [&]() -> Result<std::uint32_t> { return ++data_keys; };
  Sealer sealer(organization, [](std::uint32_t) { return Secret(); }, next_key, random);
  const auto journal =
      *Journal::open({organization, *database, sealer, clock}, SigningKey::make(random));
  const std::string detail = R"({"machine":"5enx9fxfkgc1jc0bcabt3tztk2","fields":["name"]})";
  const std::vector<Journal::NewEntry> batch(kBatch, {"browser", "machine.changed", detail});
  for (auto _ : state) {
    require(journal->append(batch, kv::Sync::kYes).has_value(), "the batch is appended");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(append_to_a_journal)->UseRealTime();

struct Proved {
  std::vector<Bytes> entries = silo::entries(100'000);
  merkle::TreeInMemory tree = merkle::tree_of(entries);
  merkle::Hash root = tree.frontier.root();
};

const Proved& proved() {
  static const Proved kProved;
  return kProved;
}

void prove_an_entry_of_100000(benchmark::State& state) {
  const Proved& p = proved();
  SeededRandom random(2);
  for (auto _ : state) {
    const auto leaf = random.u64() % p.entries.size();
    benchmark::DoNotOptimize(merkle::prove_inclusion(leaf, p.entries.size(), p.tree.reader()));
  }
}
BENCHMARK(prove_an_entry_of_100000);

void check_an_entry_of_100000(benchmark::State& state) {
  const Proved& p = proved();
  constexpr std::uint64_t kLeaf = 54'321;
  const auto proof = *merkle::prove_inclusion(kLeaf, p.entries.size(), p.tree.reader());
  for (auto _ : state) {
    const bool holds = merkle::verify_inclusion(kLeaf, p.entries.size(),
                                                merkle::leaf_hash(p.entries[kLeaf]), proof, p.root)
                           .has_value();
    require(holds, "a proof holds");
  }
}
BENCHMARK(check_an_entry_of_100000);

void check_that_100000_entries_begin_with_54321(benchmark::State& state) {
  const Proved& p = proved();
  constexpr std::uint64_t kEarlier = 54'321;
  const auto proof = *merkle::prove_consistency(kEarlier, p.entries.size(), p.tree.reader());
  const auto before = *merkle::root_of(kEarlier, p.tree.reader());
  for (auto _ : state) {
    const bool holds =
        merkle::verify_consistency(kEarlier, p.entries.size(), before, p.root, proof).has_value();
    require(holds, "a proof holds");
  }
}
BENCHMARK(check_that_100000_entries_begin_with_54321);

void sign_a_head(benchmark::State& state) {
  SeededRandom random(3);
  const SigningKey key = SigningKey::make(random);
  JournalHead head;
  head.root = proved().root;
  head.policy_hash = random.bytes(32);
  for (auto _ : state) benchmark::DoNotOptimize(sign_head(head, key));
}
BENCHMARK(sign_a_head);

void verify_a_head(benchmark::State& state) {
  SeededRandom random(3);
  const SigningKey key = SigningKey::make(random);
  JournalHead head;
  head.root = proved().root;
  head.policy_hash = random.bytes(32);
  const SignedHead signed_head = sign_head(head, key);
  const PublicKey reader = key.public_key();
  for (auto _ : state) require(verify_head(signed_head, reader).has_value(), "a head verifies");
}
BENCHMARK(verify_a_head);

}  // namespace
}  // namespace heed::silo

BENCHMARK_MAIN();

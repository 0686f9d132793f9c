#include "silo/merkle.h"

#include <gtest/gtest.h>

#include "silo/merkle_testing.h"

namespace heed::silo::merkle {
namespace {

TEST(Merkle, roots_and_proofs_are_those_of_the_recursive_definition) {
  SeededRandom random(1);
  constexpr std::size_t kLargest = 40;
  const auto entries = random_entries(random, kLargest);
  const TreeInMemory tree = tree_of(entries);
  for (std::size_t size = 0; size <= kLargest; ++size) {
    const Entries now = Entries(entries).first(size);
    EXPECT_EQ(root_of(size, tree.reader()), naive_root(now));
    for (std::size_t leaf = 0; leaf < size; ++leaf) {
      EXPECT_EQ(prove_inclusion(leaf, size, tree.reader()), naive_inclusion(leaf, now));
    }
    for (std::size_t earlier = 1; earlier <= size; ++earlier) {
      EXPECT_EQ(prove_consistency(earlier, size, tree.reader()), naive_consistency(earlier, now));
    }
  }
  EXPECT_EQ(tree.frontier.root(), naive_root(entries));
}

TEST(Merkle, every_proof_of_a_tree_verifies) {
  SeededRandom random(2);
  constexpr std::size_t kLargest = 40;
  const auto entries = random_entries(random, kLargest);
  const TreeInMemory tree = tree_of(entries);
  for (std::uint64_t size = 1; size <= kLargest; ++size) {
    const Hash root = *root_of(size, tree.reader());
    for (std::uint64_t leaf = 0; leaf < size; ++leaf) {
      const Proof proof = *prove_inclusion(leaf, size, tree.reader());
      EXPECT_TRUE(verify_inclusion(leaf, size, leaf_hash(entries[leaf]), proof, root));
    }
    for (std::uint64_t earlier = 1; earlier <= size; ++earlier) {
      const Proof proof = *prove_consistency(earlier, size, tree.reader());
      const Hash before = *root_of(earlier, tree.reader());
      EXPECT_TRUE(verify_consistency(earlier, size, before, root, proof));
    }
  }
}

TEST(Merkle, an_append_writes_two_hashes_on_the_average_and_a_proof_reads_few_rows) {
  SeededRandom random(3);
  constexpr std::uint64_t kSize = 100'000;  // 17 levels
  TreeInMemory tree;
  std::size_t written = 0;
  for (std::uint64_t i = 0; i < kSize; ++i) {
    tree.append(ByteWriter().u64(i).view());
    written += tree.rows.back().size();
  }
  EXPECT_LT(written, 2 * kSize * kHashSize);
  for (int i = 0; i < 1'000; ++i) {
    const std::uint64_t size = 1 + random.u64() % kSize;
    tree.reads = 0;
    ASSERT_TRUE(prove_inclusion(random.u64() % size, size, tree.reader()));
    EXPECT_LE(tree.reads, 34U);
    tree.reads = 0;
    ASSERT_TRUE(prove_consistency(1 + random.u64() % size, size, tree.reader()));
    EXPECT_LE(tree.reads, 34U);
  }
}

TEST(Merkle, a_tree_goes_on_from_its_rows) {
  SeededRandom random(4);
  const auto entries = random_entries(random, 200);
  const TreeInMemory whole = tree_of(entries);
  for (std::size_t size = 0; size < entries.size(); size += 7) {
    auto resumed = Frontier::load(size, whole.reader());
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->size(), size);
    for (std::size_t i = size; i < entries.size(); ++i) {
      EXPECT_EQ(resumed->append(leaf_hash(entries[i])), whole.rows[i]);
    }
    EXPECT_EQ(resumed->root(), whole.frontier.root());
  }
}

TEST(Merkle, a_tree_goes_on_from_its_edge) {
  SeededRandom random(9);
  const TreeInMemory tree = tree_of(random_entries(random, 21));
  auto restored = Frontier::restore(21, tree.frontier.peaks());
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->root(), tree.frontier.root());
  EXPECT_FALSE(Frontier::restore(22, {tree.frontier.peaks()[0]}));
  EXPECT_FALSE(Frontier::restore(1, {"short"}));
  EXPECT_EQ(Frontier::restore(0, {})->root(), empty_root());
  for (std::size_t i = 0; i < tree.rows.size(); ++i) EXPECT_EQ(tree.rows[i].size(), row_size(i));
}

TEST(Merkle, what_cannot_be_proved_is_refused) {
  SeededRandom random(5);
  const TreeInMemory tree = tree_of(random_entries(random, 10));
  EXPECT_FALSE(prove_inclusion(10, 10, tree.reader()));
  EXPECT_FALSE(prove_inclusion(0, 0, tree.reader()));
  EXPECT_FALSE(prove_inclusion(0, kLargestTree + 1, tree.reader()));
  EXPECT_FALSE(prove_consistency(0, 10, tree.reader()));
  EXPECT_FALSE(prove_consistency(10, 9, tree.reader()));
  EXPECT_FALSE(prove_consistency(1, kLargestTree + 1, tree.reader()));
}

TEST(Merkle, a_row_that_is_cut_or_cannot_be_read_fails_the_proof) {
  SeededRandom random(6);
  TreeInMemory tree = tree_of(random_entries(random, 8));
  tree.rows[3].resize(2 * kHashSize);
  EXPECT_EQ(prove_inclusion(5, 8, tree.reader()).error().kind, ErrorKind::kCorrupt);
  const ReadRow no_disk = [](std::uint64_t) -> Result<Bytes> {
    return fail(ErrorKind::kUnavailable, "no disk");
  };
  EXPECT_EQ(prove_inclusion(5, 8, no_disk).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(prove_consistency(5, 8, no_disk).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(Frontier::load(8, no_disk).error().kind, ErrorKind::kUnavailable);
}

/// One thing of a proof, bent.
void tamper(Random& random, Proof& proof) {
  const std::size_t at = random.u64() % proof.size();
  switch (random.u64() % 4) {
    case 0: proof[at][random.u64() % kHashSize] ^= static_cast<char>(1 << random.u64() % 8); break;
    case 1: proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(at)); break;
    case 2:
      proof.insert(proof.begin() + static_cast<std::ptrdiff_t>(at), random.bytes(kHashSize));
      break;
    default: proof[at].pop_back();
  }
}

TEST(Merkle, a_thousand_tamperings_of_proofs_are_all_found) {
  SeededRandom random(7);
  constexpr std::uint64_t kSize = 1'000;
  const auto entries = random_entries(random, kSize);
  const TreeInMemory tree = tree_of(entries);
  for (int i = 0; i < 500; ++i) {
    SCOPED_TRACE(i);
    const std::uint64_t size = 2 + random.u64() % (kSize - 1);
    const std::uint64_t leaf = random.u64() % size;
    Proof inclusion = *prove_inclusion(leaf, size, tree.reader());
    tamper(random, inclusion);
    EXPECT_FALSE(verify_inclusion(leaf, size, leaf_hash(entries[leaf]), inclusion,
                                  *root_of(size, tree.reader())));
    const std::uint64_t earlier = 1 + random.u64() % (size - 1);
    Proof consistency = *prove_consistency(earlier, size, tree.reader());
    tamper(random, consistency);
    EXPECT_FALSE(verify_consistency(earlier, size, *root_of(earlier, tree.reader()),
                                    *root_of(size, tree.reader()), consistency));
  }
}

TEST(Merkle, a_thousand_changed_entries_are_all_found) {
  SeededRandom random(8);
  constexpr std::uint64_t kSize = 64;
  const auto entries = random_entries(random, kSize);
  const TreeInMemory tree = tree_of(entries);
  const Hash root = tree.frontier.root();
  for (int i = 0; i < 1'000; ++i) {
    const std::uint64_t at = random.u64() % kSize;
    Bytes changed = entries[at] + "x";
    changed[random.u64() % changed.size()] ^= static_cast<char>(1 + random.u64() % 255);
    const Proof proof = *prove_inclusion(at, kSize, tree.reader());
    EXPECT_FALSE(verify_inclusion(at, kSize, leaf_hash(changed), proof, root));
    auto other = entries;
    other[at] = changed;
    EXPECT_NE(tree_of(other).frontier.root(), root);
  }
}

}  // namespace
}  // namespace heed::silo::merkle

// The hash tree of RFC 6962 §2.1 over a growing list of entries: its root names the whole list, and
// a few hashes prove that an entry is in it, or that a longer list begins with it.
//
// In:  leaf hashes, one after the other. Out: roots, rows to keep, proofs, and whether they hold.
// Pure: where the rows rest is not known here.
//
// Leaves are counted from 0. A row belongs to a leaf and holds the roots of the full subtrees that
// end with it: its own hash, then those of 2, 4, 8 … leaves. So an append writes one row, of two
// hashes on the average, and nothing that was written is ever changed.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace heed::silo::merkle {

constexpr std::size_t kHashSize = 32;  ///< Bytes
/// Leaves of a tree; a tree of one a nanosecond would grow for 292 years.
constexpr std::uint64_t kLargestTree = 1ULL << 63;
/// Hashes of an inclusion or consistency proof in a tree of that size.
constexpr std::size_t kLongestProof = 64;

/// 32 bytes.
using Hash = Bytes;
/// From the leaf to the root.
using Proof = std::vector<Hash>;

/// Bytes of the row of a leaf.
std::size_t row_size(std::uint64_t leaf);

/// A leaf and a node are hashed with different first bytes, so that none passes for the other.
Hash leaf_hash(BytesView entry);
Hash node_hash(BytesView left, BytesView right);
/// The root of a tree without leaves.
Hash empty_root();

/// Leaves from `start` up to but without `end`.
struct LeafRange {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
};

// Growing -----------------------------------------------------------------------------------------

/// The row of a leaf, as Frontier::append() gave it. What it fails with is passed on.
using ReadRow = std::function<Result<Bytes>(std::uint64_t leaf)>;

/// What an append and the root need of a tree: the roots of its full subtrees, largest first, one
/// for each bit of its size.
class Frontier {
 public:
  Frontier() = default;
  /// Of the tree of the first `size` leaves, from O(log size) of its rows.
  static Result<Frontier> load(std::uint64_t size, const ReadRow& row);
  /// kCorrupt if that many leaves do not have that many full subtrees.
  static Result<Frontier> restore(std::uint64_t size, std::vector<Hash> peaks);
  /// Adds a leaf and gives its row, to be kept.
  Bytes append(BytesView leaf);
  std::uint64_t size() const { return size_; }
  Hash root() const;
  const std::vector<Hash>& peaks() const { return peaks_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;
};

// Proving, from the rows that were kept -----------------------------------------------------------

// All read at most 2 log₂(size) rows, and give kCorrupt where one is too short.

/// Of the first `size` leaves.
Result<Hash> root_of(std::uint64_t size, const ReadRow& row);
/// That `leaf` is in the tree of the first `size` leaves. kInvalid if it is not.
Result<Proof> prove_inclusion(std::uint64_t leaf, std::uint64_t size, const ReadRow& row);
/// That the tree of `later` leaves begins with that of `earlier` leaves, 1 ≤ earlier ≤ later;
/// kInvalid otherwise.
Result<Proof> prove_consistency(std::uint64_t earlier, std::uint64_t later, const ReadRow& row);

// Verifying, without the tree ---------------------------------------------------------------------

/// kInvalid if the numbers cannot be, kCorrupt if the proof does not lead to the root.
Result<void> verify_inclusion(std::uint64_t leaf, std::uint64_t size, BytesView leaf_hash,
                              std::span<const Hash> proof, BytesView root);
/// The tree of no leaves begins every tree, so a proof from it says nothing and is kInvalid.
Result<void> verify_consistency(std::uint64_t earlier, std::uint64_t later, BytesView earlier_root,
                                BytesView later_root, std::span<const Hash> proof);

/// The same for a part of a tree that starts at a multiple of the least power of two that is not
/// below its length (draft-ietf-plants-merkle-tree-certs §4): such a part has a root of its own.
Result<void> verify_subtree_inclusion(std::uint64_t leaf, LeafRange subtree, BytesView leaf_hash,
                                      std::span<const Hash> proof, BytesView root);
/// That `subtree` of the tree of `size` leaves has the root `subtree_root`.
Result<void> verify_subtree_consistency(LeafRange subtree, std::uint64_t size,
                                        BytesView subtree_root, BytesView root,
                                        std::span<const Hash> proof);

}  // namespace heed::silo::merkle

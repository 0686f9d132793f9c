#include <algorithm>
#include <bit>

#include "silo/merkle.h"

namespace heed::silo::merkle {
namespace {

/// Whether a tree would have a node, full or at its right edge, over just these leaves.
bool is_subtree(LeafRange range) {
  if (range.start >= range.end) return false;
  const std::uint64_t length = range.end - range.start;
  if (length > kLargestTree) return range.start == 0;  // bit_ceil would not fit
  return range.start % std::bit_ceil(length) == 0;
}

bool is_hash(BytesView bytes) {
  return bytes.size() == kHashSize;
}

std::unexpected<Error> impossible(std::string_view what) {
  return fail(ErrorKind::kInvalid, "there is no proof " + std::string(what));
}

std::unexpected<Error> misfit() {
  return fail(ErrorKind::kCorrupt, "the proof does not lead to the root");
}

/// Where the ways to three leaves are at one level of the tree, each counted from the left.
struct Ways {
  std::uint64_t first;  ///< of the subtree
  std::uint64_t last;   ///< of the subtree
  std::uint64_t end;    ///< of the tree
  void up() {
    first >>= 1;
    last >>= 1;
    end >>= 1;
  }
};

bool all_hashes(std::span<const Hash> proof) {
  return proof.size() <= kLongestProof && std::ranges::all_of(proof, is_hash);
}

}  // namespace

Result<void> verify_inclusion(std::uint64_t leaf, std::uint64_t size, BytesView leaf_hash,
                              std::span<const Hash> proof, BytesView root) {
  return verify_subtree_inclusion(leaf, {0, size}, leaf_hash, proof, root);
}

// RFC 9162 §2.1.3.2, which gives the steps that RFC 6962 leaves to the reader.
Result<void> verify_subtree_inclusion(std::uint64_t leaf, LeafRange subtree, BytesView leaf_hash,
                                      std::span<const Hash> proof, BytesView root) {
  if (!is_subtree(subtree) || leaf < subtree.start || leaf >= subtree.end) {
    return impossible("of a leaf in leaves that it is not among");
  }
  if (!is_hash(leaf_hash) || !is_hash(root) || !all_hashes(proof)) return misfit();
  std::uint64_t way = leaf - subtree.start;
  std::uint64_t last = subtree.end - subtree.start - 1;
  Hash seen(leaf_hash);
  for (const Hash& sibling : proof) {
    if (last == 0) return misfit();
    if ((way & 1) != 0 || way == last) {
      seen = node_hash(sibling, seen);
      // At the right edge, levels without a sibling are passed over.
      for (; (way & 1) == 0 && way != 0; way >>= 1) last >>= 1;
    } else {
      seen = node_hash(seen, sibling);
    }
    way >>= 1;
    last >>= 1;
  }
  if (last != 0 || seen != root) return misfit();
  return {};
}

Result<void> verify_consistency(std::uint64_t earlier, std::uint64_t later, BytesView earlier_root,
                                BytesView later_root, std::span<const Hash> proof) {
  if (earlier == 0) return impossible("from a tree without leaves");
  return verify_subtree_consistency({0, earlier}, later, earlier_root, later_root, proof);
}

// RFC 9162 §2.1.4.2, for a subtree as in draft-ietf-plants-merkle-tree-certs §4.
Result<void> verify_subtree_consistency(LeafRange subtree, std::uint64_t size,
                                        BytesView subtree_root, BytesView root,
                                        std::span<const Hash> proof) {
  if (subtree.end > size) return impossible("of leaves that the tree does not have");
  if (subtree.start == subtree.end) {
    if (!proof.empty() || subtree_root != empty_root()) return misfit();
    return {};
  }
  if (!is_subtree(subtree)) return impossible("of leaves that are no subtree");
  if (subtree.start == 0 && subtree.end == size) {
    if (!proof.empty() || subtree_root != root) return misfit();
    return {};
  }
  if (!is_hash(subtree_root) || !is_hash(root) || !all_hashes(proof)) return misfit();

  Ways way{subtree.start, subtree.end - 1, size - 1};
  if (way.last == way.end) {
    while (way.first != way.last) way.up();
  } else {
    while (way.first != way.last && (way.last & 1) != 0) way.up();
  }
  // A full subtree is a node of the tree: its root is where the way begins, not part of the proof.
  const bool is_node = way.first == way.last;
  if (!is_node && proof.empty()) return misfit();
  Hash part(is_node ? subtree_root : BytesView(proof.front()));
  Hash whole = part;
  for (const Hash& sibling : proof.subspan(is_node ? 0 : 1)) {
    if (way.end == 0) return misfit();
    if ((way.last & 1) != 0 || way.last == way.end) {
      if (way.first < way.last) part = node_hash(sibling, part);
      whole = node_hash(sibling, whole);
      while ((way.last & 1) == 0 && way.last != 0) way.up();
    } else {
      whole = node_hash(whole, sibling);
    }
    way.up();
  }
  if (way.end != 0 || part != subtree_root || whole != root) return misfit();
  return {};
}

}  // namespace heed::silo::merkle

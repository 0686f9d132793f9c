#include "silo/merkle.h"

#include <algorithm>
#include <bit>

#include "base/crypto.h"

namespace heed::silo::merkle {
namespace {

/// The most leaves that the left half of `range` takes (RFC 6962 §2.1: k < n ≤ 2k).
std::uint64_t left_part(LeafRange range) {
  return std::bit_floor(range.end - range.start - 1);
}

/// The root of the full subtree of 2^level leaves that ends with `last`.
Result<Hash> read_node(std::uint64_t last, unsigned level, const ReadRow& read) {
  ASSIGN_OR_RETURN(const Bytes row, read(last));
  if (row.size() < (level + 1) * kHashSize) {
    return fail(ErrorKind::kCorrupt,
                "the hashes of leaf " + std::to_string(last) + " of the tree are not whole");
  }
  return row.substr(level * kHashSize, kHashSize);
}

/// Roots of the full subtrees that a range from a split consists of, largest first.
Result<std::vector<Hash>> read_peaks(LeafRange range, const ReadRow& read) {
  std::vector<Hash> peaks;
  for (std::uint64_t start = range.start; start < range.end;) {
    const std::uint64_t leaves = std::bit_floor(range.end - start);
    start += leaves;
    ASSIGN_OR_RETURN(Hash peak,
                     read_node(start - 1, static_cast<unsigned>(std::countr_zero(leaves)), read));
    peaks.push_back(std::move(peak));
  }
  return peaks;
}

Hash fold(std::span<const Hash> peaks) {
  if (peaks.empty()) return empty_root();
  Hash root = peaks.back();
  for (std::size_t i = peaks.size() - 1; i-- > 0;) root = node_hash(peaks[i], root);
  return root;
}

Result<void> push_root(Proof& proof, LeafRange range, const ReadRow& read) {
  ASSIGN_OR_RETURN(const auto peaks, read_peaks(range, read));
  proof.push_back(fold(peaks));
  return {};
}

}  // namespace

std::size_t row_size(std::uint64_t leaf) {
  return (static_cast<std::size_t>(std::countr_one(leaf)) + 1) * kHashSize;
}

Hash leaf_hash(BytesView entry) {
  return sha256({BytesView("\0", 1), entry});
}

Hash node_hash(BytesView left, BytesView right) {
  return sha256({BytesView("\1", 1), left, right});
}

Hash empty_root() {
  return sha256("");
}

Bytes Frontier::append(BytesView leaf) {
  require(leaf.size() == kHashSize && size_ < kLargestTree, "a leaf is a hash, and there is room");
  Hash subtree(leaf);
  Bytes row(leaf);
  for (std::uint64_t full = size_; (full & 1) != 0; full >>= 1) {
    subtree = node_hash(peaks_.back(), subtree);
    peaks_.pop_back();
    row += subtree;
  }
  peaks_.push_back(std::move(subtree));
  ++size_;
  return row;
}

Hash Frontier::root() const {
  return fold(peaks_);
}

Result<Frontier> Frontier::load(std::uint64_t size, const ReadRow& row) {
  ASSIGN_OR_RETURN(auto peaks, read_peaks({0, size}, row));
  return restore(size, std::move(peaks));
}

Result<Frontier> Frontier::restore(std::uint64_t size, std::vector<Hash> peaks) {
  const auto is_hash = [](const Hash& peak) { return peak.size() == kHashSize; };
  if (peaks.size() != static_cast<std::size_t>(std::popcount(size)) || size > kLargestTree ||
      !std::ranges::all_of(peaks, is_hash)) {
    return fail(ErrorKind::kCorrupt, "the edge of a tree is damaged");
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.peaks_ = std::move(peaks);
  return frontier;
}

Result<Hash> root_of(std::uint64_t size, const ReadRow& row) {
  ASSIGN_OR_RETURN(const Frontier frontier, Frontier::load(size, row));
  return frontier.root();
}

// PATH of RFC 6962 §2.1.1, from the root down.
Result<Proof> prove_inclusion(std::uint64_t leaf, std::uint64_t size, const ReadRow& row) {
  if (leaf >= size || size > kLargestTree) {
    return fail(ErrorKind::kInvalid, "leaf " + std::to_string(leaf) + " is not in a tree of " +
                                         std::to_string(size) + " leaves");
  }
  Proof proof;
  for (LeafRange at{0, size}; at.end - at.start > 1;) {
    const std::uint64_t middle = at.start + left_part(at);
    const bool left = leaf < middle;
    const auto pushed =
        left ? push_root(proof, {middle, at.end}, row) : push_root(proof, {at.start, middle}, row);
    if (!pushed) return std::unexpected(pushed.error());
    at = left ? LeafRange{at.start, middle} : LeafRange{middle, at.end};
  }
  std::ranges::reverse(proof);
  return proof;
}

// SUBPROOF of RFC 6962 §2.1.2, from the root down.
Result<Proof> prove_consistency(std::uint64_t earlier, std::uint64_t later, const ReadRow& row) {
  if (earlier == 0 || earlier > later || later > kLargestTree) {
    return fail(ErrorKind::kInvalid, "no tree of " + std::to_string(later) +
                                         " leaves can be proved to begin with one of " +
                                         std::to_string(earlier));
  }
  Proof proof;
  LeafRange at{0, later};
  while (earlier < at.end) {
    const std::uint64_t middle = at.start + left_part(at);
    const bool left = earlier <= middle;
    const auto pushed =
        left ? push_root(proof, {middle, at.end}, row) : push_root(proof, {at.start, middle}, row);
    if (!pushed) return std::unexpected(pushed.error());
    at = left ? LeafRange{at.start, middle} : LeafRange{middle, at.end};
  }
  // From the first leaf on, the verifier has that root itself.
  if (at.start > 0) {
    if (auto pushed = push_root(proof, at, row); !pushed) return std::unexpected(pushed.error());
  }
  std::ranges::reverse(proof);
  return proof;
}

}  // namespace heed::silo::merkle

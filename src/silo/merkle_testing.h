// RFC 6962 §2.1 as its text has it, by recursion over a list: the oracle of this room's tests.
// Never included by the program.
#pragma once

#include <bit>

#include "base/random.h"
#include "silo/merkle.h"

namespace heed::silo::merkle {

using Entries = std::span<const Bytes>;

inline std::size_t naive_split(Entries entries) {
  return std::bit_floor(entries.size() - 1);
}

/// MTH(D[n])
inline Hash naive_root(Entries entries) {
  if (entries.empty()) return empty_root();
  if (entries.size() == 1) return leaf_hash(entries[0]);
  const std::size_t k = naive_split(entries);
  return node_hash(naive_root(entries.first(k)), naive_root(entries.subspan(k)));
}

/// PATH(m, D[n])
inline Proof naive_inclusion(std::size_t m, Entries entries) {
  if (entries.size() == 1) return {};
  const std::size_t k = naive_split(entries);
  Proof proof =
      m < k ? naive_inclusion(m, entries.first(k)) : naive_inclusion(m - k, entries.subspan(k));
  proof.push_back(naive_root(m < k ? entries.subspan(k) : entries.first(k)));
  return proof;
}

/// SUBPROOF(m, D[n], whole)
inline Proof naive_consistency(std::size_t m, Entries entries, bool whole = true) {
  if (m == entries.size()) return whole ? Proof{} : Proof{naive_root(entries)};
  const std::size_t k = naive_split(entries);
  Proof proof = m <= k ? naive_consistency(m, entries.first(k), whole)
                       : naive_consistency(m - k, entries.subspan(k), false);
  proof.push_back(naive_root(m <= k ? entries.subspan(k) : entries.first(k)));
  return proof;
}

/// A tree whose rows rest in memory.
struct TreeInMemory {
  Frontier frontier;
  std::vector<Bytes> rows;
  mutable std::size_t reads = 0;

  void append(BytesView entry) { rows.push_back(frontier.append(leaf_hash(entry))); }
  ReadRow reader() const {
    return [this](std::uint64_t leaf) -> Result<Bytes> {
      ++reads;
      return rows.at(leaf);
    };
  }
};

inline std::vector<Bytes> random_entries(Random& random, std::size_t count) {
  std::vector<Bytes> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back(random.bytes(random.u64() % 80));
  return entries;
}

inline TreeInMemory tree_of(Entries entries) {
  TreeInMemory tree;
  for (const Bytes& entry : entries) tree.append(entry);
  return tree;
}

}  // namespace heed::silo::merkle

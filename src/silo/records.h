// Records of one silo: typed documents, sealed, with their label and deadline.
//
//   family records:   kind u16 | id → label (sized) | sealed fields
//   family deadlines: deadline i64 | kind u16 | id → nothing
#pragma once

#include <array>

#include "base/sync.h"
#include "silo/declarations.h"
#include "silo/sealer.h"
#include "silo/silo.h"

namespace heed::silo {

constexpr std::size_t kLongestId = 128;           ///< Bytes
constexpr std::size_t kLongestSource = 32;        ///< Bytes
constexpr std::size_t kLargestRecord = 1U << 20;  ///< Bytes of all fields, encoded

/// Decides nothing about access: that is the gate's. Thread-safe.
class Records {
 public:
  Records(kv::Database& database, Sealer& sealer, const Clock& clock)
      : database_(database), sealer_(sealer), clock_(clock) {}

  Result<void> put(const DeclaredKind& kind, const Record& record, Expect expect);
  Result<std::optional<Record>> find(const DeclaredKind& kind, std::string_view id) const;
  Result<bool> remove(const DeclaredKind& kind, std::string_view id);
  Result<Page> scan(const DeclaredKind& kind, std::string_view prefix, std::string_view after,
                    std::size_t limit) const;
  /// Removes what is past its deadline; how many.
  Result<std::uint64_t> purge();

 private:
  Mutex& stripe(BytesView key);
  Result<bool> purge_one(BytesView deadline_key, Time now);

  kv::Database& database_;
  Sealer& sealer_;
  const Clock& clock_;
  /// A put reads what it replaces; records of one stripe are changed one at a time, those of
  /// others share a sync.
  std::array<Mutex, 64> stripes_;
};

}  // namespace heed::silo

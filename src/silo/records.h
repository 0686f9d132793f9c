// Records of one silo: typed documents, sealed, with their label and deadline.
//
//   family records:   kind u16 | id → label (sized) | sealed fields
//   family deadlines: deadline i64 | kind u16 | id → nothing
#pragma once

#include <array>
#include <functional>
#include <map>

#include "base/sync.h"
#include "silo/rulings.h"
#include "silo/sealer.h"
#include "silo/silo.h"

namespace heed::silo {

constexpr std::size_t kLongestId = 128;           ///< Bytes
constexpr std::size_t kLongestSource = 64;        ///< Bytes
constexpr std::size_t kLargestRecord = 1U << 20;  ///< Bytes of all fields, encoded

/// Decides nothing about access: that is the gate's. Thread-safe.
class Records {
 public:
  Records(kv::Database& database, Sealer& sealer, const Clock& clock)
      : database_(database), sealer_(sealer), clock_(clock) {}

  /// Whether a record with this label is to be given.
  using Admit = std::function<bool(const Label& label)>;
  /// Returns false to stop.
  using Visitor = std::function<bool(Record record)>;

  /// A record that replaces a live one keeps the version which that was collected under.
  Result<void> put(const Rulings& rulings, const DeclaredKind& kind, const Record& record,
                   Expect expect);
  Result<std::optional<Record>> find(const Rulings& rulings, const DeclaredKind& kind,
                                     std::string_view id) const;
  /// The label alone, of a record that is not past its deadline.
  Result<std::optional<Label>> find_label(const Rulings& rulings, const DeclaredKind& kind,
                                          std::string_view id) const;
  Result<bool> remove(const Rulings& rulings, const DeclaredKind& kind, std::string_view id);
  /// Those that are not admitted are counted in Page::withheld, and not opened.
  Result<Page> scan(const Rulings& rulings, const DeclaredKind& kind, std::string_view prefix,
                    std::string_view after, std::size_t limit, const Admit& admit) const;
  /// All records of the kind that are admitted.
  Result<void> visit(const Rulings& rulings, const DeclaredKind& kind, const Admit& admit,
                     const Visitor& visit) const;
  /// Whether there is any, live or not.
  Result<bool> any(KindId kind) const;
  /// Removes what is past its deadline; how many of each kind.
  Result<std::map<KindId, std::uint64_t>> purge(const Rulings& rulings);
  /// When the record that is due longest was due; Time::max() when none is.
  Result<Time> first_due(const Rulings& rulings) const;

 private:
  Mutex& stripe(BytesView key);
  Result<bool> purge_one(const Rulings& rulings, BytesView deadline_key, Time now);

  kv::Database& database_;
  Sealer& sealer_;
  const Clock& clock_;
  /// A put reads what it replaces; records of one stripe are changed one at a time, those of
  /// others share a sync.
  std::array<Mutex, 64> stripes_;
};

}  // namespace heed::silo

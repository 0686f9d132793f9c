// What a hand-over would take, item by item, and what the policy says to it.
#pragma once

#include <string>
#include <vector>

#include "silo/handover_manifest.h"
#include "silo/silo.h"

namespace heed::silo {

/// What may not go, and by which clause.
struct HandoverRefusal {
  std::string kind;
  std::uint64_t items = 0;  ///< Records, or series
  policy::Refusal why;
};

struct HandoverCount {
  std::vector<HandedKind> kinds;  ///< Of which there is something
  std::vector<HandoverRefusal> refused;
};

/// Reads all of the silo. Each item is decided as what it is, by the version in force and by the
/// one that it keeps, with a ground on record and what the record states as facts; of what a series
/// says every version that declares its kind is asked. kInvalid, with the mend, where the policy
/// has no such purpose or party.
Result<HandoverCount> count_handover(const Store& store, const Silo& silo,
                                     const TransferRecord& record, const std::string& purpose,
                                     const std::string& party);

/// The clause, with its sentence, by which that policy asks for a record; empty if none does.
std::string record_clause(const policy::Book& book, const std::string& purpose,
                          const std::string& party);

}  // namespace heed::silo

// A whole silo in the clear, as JSON lines that any program reads (docs/BACKUP.md §6): what an
// organization takes along when it leaves.
#pragma once

#include <string>
#include <vector>

#include "silo/silo.h"

namespace heed::silo {

/// How much was told.
struct ExportedSilo {
  std::uint64_t records = 0;
  std::uint64_t blobs = 0;  ///< Contents of records' blob fields
  std::uint64_t series = 0;
  std::uint64_t samples = 0;
  std::uint64_t entries = 0;  ///< Of the journal, which is told last
  /// Kinds of which something was kept back, as the policy does not give it to this access.
  std::vector<std::string> withheld;
};

/// Every read passes the gate with `access`; what it refuses is left out and said so in the export.
/// Notes in the journal that and for whom the silo was exported, before the first line. Stops where
/// `line` fails, and fails so.
Governed<ExportedSilo> export_silo(const Store& store, Silo& silo, const Access& access,
                                   const Clock& clock, const ExportLine& line);

}  // namespace heed::silo

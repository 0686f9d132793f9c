// Whether RocksDB's logs are whole: the write-ahead logs, and the list of files (MANIFEST), which
// has the same format. Part of the adapter silo/kv.h.
//
// RocksDB 7.8 offers two ways to recover after a power cut, and neither will do. Both must take a
// log whose end is torn. kTolerateCorruptedTailRecords refuses a damaged record, unless it is the
// record's length that is damaged so that it reaches past the end of the file: then everything
// behind it, acknowledged or not, is silently dropped as torn (up to 32 KiB). It also replays a
// later log behind a torn one, so that a write can survive one that came before it, which breaks
// the journal. kPointInTimeRecovery keeps the order, but drops all that follows any damaged record.
// So a database is opened with kPointInTimeRecovery after this has found nothing but torn ends.
//
// A record at the very end that is complete but does not fit its checksum counts as damage: the
// file systems of Linux make a file longer only after its bytes are down, so a power cut leaves
// no such thing, and a refusal loses nothing. What cannot be told is a log that ends too early
// exactly between two records, or that is missing altogether.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace rocksdb {
class Env;
}

namespace heed::silo::kv {

struct LogEnd {
  std::uint64_t at = 0;  ///< Behind the last whole record
  bool torn = false;     ///< A record begins there that is not whole.
  bool damaged = false;  ///< What is there is no torn end.
};
LogEnd find_end(BytesView log);

/// kCorrupt names the file and the place. Also when a database's files are there, but not the file
/// that says which of them count (CURRENT): RocksDB would begin anew and remove them.
Result<void> check_logs(rocksdb::Env& environment, const std::string& directory);

/// Removes the write-ahead logs behind a torn one. For a database of which RocksDB says that it
/// needs a torn log: no later one then holds anything that was acknowledged, as a sync takes the
/// earlier logs along.
Result<void> drop_logs_after_torn(rocksdb::Env& environment, const std::string& directory);

}  // namespace heed::silo::kv

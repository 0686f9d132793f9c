// Files of a package that is handed over: sealed block by block under the package's own key, so
// that nothing of a silo lies in it, and none of its size is held.
#pragma once

#include <string>

#include "silo/backup_files.h"

namespace heed::silo {

/// A key seals one package: `file` is the place of the file in it.
struct HandoverSeal {
  BytesView key;
  std::uint32_t file = 0;
};

/// Into a new file of mode 0600, synced. What its sealed bytes are.
Result<Content> seal_file(const std::string& from, const std::string& to, const HandoverSeal& seal,
                          const OnBlock& on_block);
/// The way back; kCorrupt if it does not open. What the sealed bytes were.
Result<Content> open_file(const std::string& from, const std::string& to, const HandoverSeal& seal,
                          const OnBlock& on_block);

}  // namespace heed::silo

// How far a long command is, on standard error.
#pragma once

#include <cstdint>
#include <string>

#include "silo/backup_files.h"

namespace heed::app {

/// On a terminal one line that changes, elsewhere a line now and then. For one thread.
class Progress {
 public:
  explicit Progress(const Clock& clock);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Never fails.
  Result<void> operator()(const silo::BackupStep& step);

 private:
  const Clock& clock_;
  const bool terminal_;
  Duration told_;
  bool any_ = false;
};

/// "1.5 MB"; three digits at the most.
std::string in_bytes(std::uint64_t bytes);

}  // namespace heed::app

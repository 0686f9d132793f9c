// Changes to the key ring's files, each of which a test can stop before it happens.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace heed::silo {

/// Called before each change of a file. A failure stops the work there, as a crash would.
using BeforeChange = std::function<Result<void>(const std::string& path)>;

/// Overwrites the file with zeros, syncs that and removes it. Nothing to do where it is not. A file
/// system that copies on write, or a flash disk, may keep the old bytes all the same: what is
/// shredded is also worthless, or its medium is encrypted (docs/KEYS.md).
Result<void> shred_file(const std::string& path);

/// As write_small_file(), and what stood there before is shredded. Whenever it is stopped, `path`
/// holds the old or the new content whole; `path`.old may then hold the old one still.
Result<void> replace_and_shred(const std::string& path, BytesView content,
                               const BeforeChange& before);

/// Replaces a file by as many bytes, at most a sector of them, with one sync where
/// write_small_file() needs two. kNotFound if there is no such file.
Result<void> overwrite_in_place(const std::string& path, BytesView content);

/// Who has the ring open: many may read it and make keys, one alone may change its root.
class RingLock {
 public:
  /// kConflict while somebody holds the lock alone.
  static Result<RingLock> share(const std::string& path);
  /// kConflict while others share it. Holds it as before then.
  Result<void> hold_alone();
  Result<void> share_again();
  RingLock(RingLock&& other) noexcept;
  RingLock& operator=(RingLock&&) = delete;
  ~RingLock();

 private:
  explicit RingLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace heed::silo

// The one door to RocksDB 7.8: ordered keys in a few families, atomic changes, snapshot cursors.
// No other file of the house includes a RocksDB header.
//
// Left unused on purpose, because later versions fix data loss in them: async reads, WAL
// compression, ingestion with change_level, atomic flush without WAL, WAL tracking with SyncWAL.
// Range tombstones are left unused because they slow reads and no promise may rest on them.
#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace rocksdb {
class Env;
}

namespace heed::silo::kv {

/// Numbers are part of the stored format (names of column families and associated data of seals).
enum class Family : std::uint8_t {
  kMeta = 0,       ///< Small things of the silo itself.
  kRecords = 1,    ///< kind | id → label, sealed fields
  kDeadlines = 2,  ///< deadline | kind | id → nothing
  kJournal = 3,    ///< number → hash, sealed entry
  kSeries = 4,     ///< series number → sealed kind and name
  kLog = 5,        ///< position → sealed batch
  kChunks = 6,     ///< day | series | deadline | part → sealed samples
  kSubjects = 7,   ///< Who is known and where their keys are; who was erased.
  kIndexes = 8,    ///< Ways to find records: by subject, field, time, reference.
  kBlobs = 9,      ///< What large content belongs to.
};
constexpr std::size_t kFamilies = 10;

/// What databases stand on, where it is not the machine's own disk: a test's disk that fails
/// (silo/kv_faults.h). Outlives the databases on it.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual rocksdb::Env* environment() = 0;
};

/// What all databases of a host share: the block cache, a bound on unflushed writes, and the disk.
class SharedMemory {
 public:
  /// Without `disk`, the machine's.
  SharedMemory(std::size_t cache_bytes, std::size_t write_buffer_bytes,
               std::shared_ptr<Disk> disk = nullptr);
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  struct Parts;
  const Parts& parts() const { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

/// Changes that happen together or not at all.
class Changes {
 public:
  Changes& put(Family family, BytesView key, BytesView value) {
    list_.push_back({family, false, Bytes(key), Bytes(value)});
    return *this;
  }
  Changes& remove(Family family, BytesView key) {
    list_.push_back({family, true, Bytes(key), {}});
    return *this;
  }
  /// Those of `other` happen after those that are here, and with them.
  Changes& append(Changes&& other) {
    if (list_.empty()) {
      list_ = std::move(other.list_);
    } else {
      list_.insert(list_.end(), std::make_move_iterator(other.list_.begin()),
                   std::make_move_iterator(other.list_.end()));
    }
    other.list_.clear();
    return *this;
  }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }

 private:
  friend class Database;
  struct Change {
    Family family;
    bool removal;
    Bytes key;
    Bytes value;
  };
  std::vector<Change> list_;
};

/// A moment of one database: reads that are given it see the state of then, of all families
/// together. While it lives nothing that was there is really gone from the files, so let it go
/// soon; it must not outlive its database, which checks.
class Snapshot {
 public:
  struct Parts;
  explicit Snapshot(std::unique_ptr<const Parts> parts);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  const Parts& parts() const { return *parts_; }

 private:
  const std::unique_ptr<const Parts> parts_;
};

/// Walks the keys of one family in byte order, over the state at its making. Views are valid until
/// the cursor moves. One thread at a time; must not outlive its database.
class Cursor {
 public:
  struct Parts;
  explicit Cursor(std::unique_ptr<Parts> parts);
  Cursor(Cursor&&) noexcept;
  ~Cursor();
  /// To the first key ≥ `key`.
  void seek(BytesView key);
  /// To the last key ≤ `key`.
  void seek_back(BytesView key);
  void next();
  bool valid() const;
  BytesView key() const;
  BytesView value() const;
  /// Whether the walk ended because of a failure rather than the end of the keys.
  Result<void> status() const;

 private:
  std::unique_ptr<Parts> parts_;
};

enum class Sync : bool { kNo, kYes };

/// One database directory. Thread-safe. One process at a time.
class Database {
 public:
  /// kConflict when another process has it open; kCorrupt names the file that is damaged or gone.
  /// One damaged table is no reason to refuse: see damage().
  static Result<std::unique_ptr<Database>> open(const std::string& directory,
                                                const SharedMemory& memory);
  struct Parts;
  explicit Database(std::unique_ptr<Parts> parts);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Of the moment `at`, or of now; so for all that reads.
  Result<std::optional<Bytes>> get(Family family, BytesView key,
                                   const Snapshot* at = nullptr) const;
  /// What is there of each key, in their order; all of one moment.
  Result<std::vector<std::optional<Bytes>>> multi_get(Family family, std::span<const Bytes> keys,
                                                      const Snapshot* at = nullptr) const;
  /// With Sync::kYes it survives a power cut once it returns; concurrent callers share one sync.
  /// Without, it may not, and then neither does anything that was written after it.
  /// All of it or nothing, also where it fails; but what failed may be there after a power cut or
  /// a kill, whole. A full disk is tried again with each call. After any other failure of the disk
  /// all writes fail until the database is opened again, and reads go on.
  Result<void> write(const Changes& changes, Sync sync);
  /// What was written before survives a power cut once it returns.
  Result<void> sync();
  Cursor cursor(Family family, const Snapshot* at = nullptr) const;
  /// Over the keys that start with `prefix` alone. Where many keys behind them were removed and not
  /// merged away yet, a walk that ends at the prefix is spared looking at every one.
  Cursor cursor_within(Family family, BytesView prefix, const Snapshot* at = nullptr) const;
  std::shared_ptr<const Snapshot> snapshot() const;
  /// Drops whole files that hold nothing but keys in [from, to); keys in other files stay.
  Result<void> drop_files(Family family, BytesView from, BytesView to);
  /// Moves what is in memory into files, and merges a family's files into one run.
  Result<void> flush_and_compact(Family family);
  /// Moves what is in memory of all families into files. When it returns, no write-ahead log is
  /// left in the directory that holds anything written before the call.
  Result<void> flush();
  /// Rewrites the files that hold keys in [from, to), down to the last level; an empty `to` is the
  /// end of the family. When it returns, what was removed before the call is in no file of the
  /// family any more, nor its key in the list of files, unless a snapshot or a cursor still sees
  /// it. The write-ahead log is flush()'s: call that first.
  Result<void> compact(Family family, BytesView from, BytesView to);
  /// Makes `directory` a database of its own with all that was written before the call: hard links
  /// where it is on the same file system. Writes go on meanwhile. kConflict if it exists.
  Result<void> checkpoint(const std::string& directory) const;
  /// What is known to be damaged, if anything: what was found as files were opened or merged. The
  /// family concerned is merged no more, so what is removed from it stays in its files.
  std::optional<std::string> damage() const;
  /// Bytes of a family's files.
  std::uint64_t file_bytes(Family family) const;

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace heed::silo::kv

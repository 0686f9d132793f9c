#include "silo/kv.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_buffer_manager.h>

#include <array>
#include <atomic>

namespace heed::silo::kv {
namespace {

constexpr std::array<const char*, kFamilies> kNames = {
    "default", "records", "deadlines", "journal", "series",
    "log",     "chunks",  "subjects",  "indexes", "blobs"};

rocksdb::Slice slice(BytesView v) {
  return {v.data() == nullptr ? "" : v.data(), v.size()};  // RocksDB compares no null
}

std::unexpected<Error> failure(const rocksdb::Status& status, const std::string& doing) {
  ErrorKind kind = ErrorKind::kInternal;
  std::string mend;
  if (status.IsCorruption()) {
    kind = ErrorKind::kCorrupt;
    mend = "restore this silo from a backup";
  } else if (status.IsNoSpace()) {
    kind = ErrorKind::kUnavailable;
    mend = "free space on the data disk";
  } else if (status.IsIOError() || status.IsBusy()) {
    kind = ErrorKind::kUnavailable;
    mend = "look at the data disk and its permissions";
  }
  return fail(kind, doing + ": " + status.ToString(), mend);
}

rocksdb::ColumnFamilyOptions family_options(const SharedMemory::Parts& memory, Family family);
rocksdb::DBOptions database_options(const SharedMemory::Parts& memory);

}  // namespace

struct SharedMemory::Parts {
  std::shared_ptr<rocksdb::Cache> cache;
  std::shared_ptr<rocksdb::WriteBufferManager> write_buffer;
  std::shared_ptr<Disk> disk;
};

SharedMemory::SharedMemory(std::size_t cache_bytes, std::size_t write_buffer_bytes,
                           std::shared_ptr<Disk> disk)
    : parts_(std::make_unique<Parts>()) {
  parts_->disk = std::move(disk);
  parts_->cache = rocksdb::NewLRUCache(cache_bytes);
  parts_->write_buffer = std::make_shared<rocksdb::WriteBufferManager>(write_buffer_bytes);
}

SharedMemory::~SharedMemory() = default;

struct Snapshot::Parts {
  rocksdb::DB& db;
  const rocksdb::Snapshot* moment;
  std::atomic<int>& alive;
};

Snapshot::Snapshot(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}

Snapshot::~Snapshot() {
  parts_->db.ReleaseSnapshot(parts_->moment);
  --parts_->alive;
}

namespace {

rocksdb::ReadOptions seen_at(const Snapshot& snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.parts().moment;
  return options;
}

}  // namespace

struct Cursor::Parts {
  std::unique_ptr<rocksdb::Iterator> iterator;
};

Cursor::Cursor(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

void Cursor::seek(BytesView key) {
  parts_->iterator->Seek(slice(key));
}
void Cursor::seek_back(BytesView key) {
  parts_->iterator->SeekForPrev(slice(key));
}
void Cursor::next() {
  parts_->iterator->Next();
}
bool Cursor::valid() const {
  return parts_->iterator->Valid();
}
BytesView Cursor::key() const {
  return parts_->iterator->key().ToStringView();
}
BytesView Cursor::value() const {
  return parts_->iterator->value().ToStringView();
}
Result<void> Cursor::status() const {
  if (const auto status = parts_->iterator->status(); !status.ok()) {
    return failure(status, "reading the silo");
  }
  return {};
}

struct Database::Parts {
  std::string directory;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  std::shared_ptr<Disk> disk;
  mutable std::atomic<int> snapshots = 0;

  rocksdb::ColumnFamilyHandle* family(Family f) const {
    return families[static_cast<std::size_t>(f)];
  }
  Result<std::optional<Bytes>> get(const rocksdb::ReadOptions& options, Family f,
                                   BytesView key) const;
  Cursor cursor(const rocksdb::ReadOptions& options, Family f) const;
  rocksdb::Status drop_obsolete_files() const;
};

Database::Database(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Database::~Database() {
  require(parts_->snapshots == 0, "snapshots are let go before their database");
  for (auto* family : parts_->families) parts_->db->DestroyColumnFamilyHandle(family);
  parts_->db->Close().PermitUncheckedError();
}

Result<std::unique_ptr<Database>> Database::open(const std::string& directory,
                                                 const SharedMemory& memory) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < kFamilies; ++i) {
    families.emplace_back(kNames[i], family_options(memory.parts(), static_cast<Family>(i)));
  }
  auto parts = std::make_unique<Parts>();
  parts->directory = directory;
  parts->disk = memory.parts().disk;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(database_options(memory.parts()), directory, families,
                                        &parts->families, &db);
  if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
    return fail(ErrorKind::kConflict, "another process has the silo " + directory + " open",
                "stop the other process, or start this one on another data directory");
  }
  if (!status.ok()) return failure(status, "opening the silo " + directory);
  parts->db.reset(db);
  return std::make_unique<Database>(std::move(parts));
}

Result<std::optional<Bytes>> Database::Parts::get(const rocksdb::ReadOptions& options, Family f,
                                                  BytesView key) const {
  Bytes value;
  const auto status = db->Get(options, family(f), slice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return failure(status, "reading the silo");
  return std::optional<Bytes>(std::move(value));
}

Result<std::optional<Bytes>> Database::get(Family family, BytesView key) const {
  return parts_->get(rocksdb::ReadOptions(), family, key);
}

Result<std::optional<Bytes>> Database::get(Family family, BytesView key, const Snapshot& at) const {
  return parts_->get(seen_at(at), family, key);
}

Result<std::vector<std::optional<Bytes>>> Database::multi_get(Family family,
                                                              std::span<const Bytes> keys) const {
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  parts_->db->MultiGet(rocksdb::ReadOptions(), parts_->family(family), keys.size(), slices.data(),
                       values.data(), statuses.data());
  std::vector<std::optional<Bytes>> found(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return failure(statuses[i], "reading the silo");
    found[i] = values[i].ToString();
  }
  return found;
}

Result<void> Database::write(const Changes& changes, Sync sync) {
  rocksdb::WriteBatch batch;
  for (const auto& change : changes.list_) {
    auto* family = parts_->family(change.family);
    const auto status = change.removal ? batch.Delete(family, slice(change.key))
                                       : batch.Put(family, slice(change.key), slice(change.value));
    if (!status.ok()) return failure(status, "preparing a write");
  }
  rocksdb::WriteOptions options;
  options.sync = sync == Sync::kYes;
  if (const auto status = parts_->db->Write(options, &batch); !status.ok()) {
    return failure(status, "writing to the silo");
  }
  return {};
}

Cursor Database::Parts::cursor(const rocksdb::ReadOptions& options, Family f) const {
  auto made = std::make_unique<Cursor::Parts>();
  made->iterator.reset(db->NewIterator(options, family(f)));
  return Cursor(std::move(made));
}

Cursor Database::cursor(Family family) const {
  return parts_->cursor(rocksdb::ReadOptions(), family);
}

Cursor Database::cursor(Family family, const Snapshot& at) const {
  return parts_->cursor(seen_at(at), family);
}

std::shared_ptr<const Snapshot> Database::snapshot() const {
  ++parts_->snapshots;
  return std::make_shared<const Snapshot>(std::make_unique<const Snapshot::Parts>(
      *parts_->db, parts_->db->GetSnapshot(), parts_->snapshots));
}

Result<void> Database::drop_files(Family family, BytesView from, BytesView to) {
  const rocksdb::Slice begin = slice(from);
  const rocksdb::Slice end = slice(to);
  const auto status = rocksdb::DeleteFilesInRange(parts_->db.get(), parts_->family(family), &begin,
                                                  &end, /*include_end=*/false);
  if (!status.ok()) return failure(status, "dropping files");
  return {};
}

Result<void> Database::flush_and_compact(Family family) {
  auto status = parts_->db->Flush(rocksdb::FlushOptions(), parts_->family(family));
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  if (status.ok()) {
    status = parts_->db->CompactRange(options, parts_->family(family), nullptr, nullptr);
  }
  if (!status.ok()) return failure(status, "compacting the silo");
  return {};
}

Result<void> Database::flush() {
  auto status = parts_->db->Flush(rocksdb::FlushOptions(), parts_->families);
  if (status.ok()) status = parts_->drop_obsolete_files();
  if (!status.ok()) return failure(status, "moving what is in memory into files");
  return {};
}

Result<void> Database::compact(Family family, BytesView from, BytesView to) {
  rocksdb::CompactRangeOptions options;
  // Not kForceOptimized, which leaves out what another merge made meanwhile: it may have begun
  // before the removal that this call is about.
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Slice begin = slice(from);
  const rocksdb::Slice end = slice(to);
  auto* handle = parts_->family(family);
  auto status = parts_->db->CompactRange(options, handle, from.empty() ? nullptr : &begin,
                                         to.empty() ? nullptr : &end);
  // The list of files names the first and last key of each. It is written anew with every change
  // (max_manifest_file_size), as of before that change: one that changes nothing takes the last
  // old keys out.
  if (status.ok()) status = parts_->db->SetOptions(handle, {{"disable_auto_compactions", "false"}});
  if (status.ok()) status = parts_->drop_obsolete_files();
  if (!status.ok()) return failure(status, "compacting the silo");
  return {};
}

/// RocksDB removes files in the background. Listing the logs waits for removals under way while
/// new ones are put off; what became obsolete until then is removed by the call that allows them.
rocksdb::Status Database::Parts::drop_obsolete_files() const {
  auto status = db->DisableFileDeletions();
  if (!status.ok()) return status;
  rocksdb::VectorLogPtr logs;
  status = db->GetSortedWalFiles(logs);
  const auto enabled = db->EnableFileDeletions(/*force=*/false);
  return status.ok() ? enabled : status;
}

Result<void> Database::checkpoint(const std::string& directory) const {
  if (parts_->db->GetEnv()->FileExists(directory).ok()) {
    return fail(ErrorKind::kConflict, directory + " exists already",
                "give a directory that does not exist yet");
  }
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(parts_->db.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // 0: what is in memory becomes files first. A copy of the log would bring along what was removed.
  if (status.ok()) status = checkpoint->CreateCheckpoint(directory, /*log_size_for_flush=*/0);
  if (!status.ok()) return failure(status, "copying the silo to " + directory);
  return {};
}

std::uint64_t Database::file_bytes(Family family) const {
  std::uint64_t bytes = 0;
  parts_->db->GetIntProperty(parts_->family(family), rocksdb::DB::Properties::kTotalSstFilesSize,
                             &bytes);
  return bytes;
}

namespace {

rocksdb::ColumnFamilyOptions family_options(const SharedMemory::Parts& memory, Family family) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = memory.cache;
  table.cache_index_and_filter_blocks = true;  // bounded by the cache, however many silos are open
  table.format_version = 5;
  if (family == Family::kRecords || family == Family::kSubjects)
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  if (family == Family::kChunks) {
    table.block_size = 32U << 10;
    // A chunk's seal is its checksum. One over a block would lose all chunks of it for one rotten
    // bit, and make the silo read-only when its files are merged.
    table.checksum = rocksdb::kNoChecksum;
  }
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kNoCompression;  // sealed values do not shrink
  // Small, so that an idle host stays small; the log's is larger because its entries come and go
  // within minutes and need never reach a file.
  options.write_buffer_size = family == Family::kLog ? 8U << 20 : 2U << 20;
  options.arena_block_size = 32U << 10;
  return options;
}

rocksdb::DBOptions database_options(const SharedMemory::Parts& memory) {
  rocksdb::DBOptions options;
  if (memory.disk) options.env = memory.disk->environment();
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.write_buffer_manager = memory.write_buffer;
  options.max_open_files = 128;
  options.max_background_jobs = 2;
  options.max_total_wal_size = 32U << 20;
  options.max_file_opening_threads = 1;
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::ERROR_LEVEL;
  options.keep_log_file_num = 1;
  // The list of files holds keys, and those of files that are gone until it is written anew: with
  // so small a bound, at every change of the files.
  options.max_manifest_file_size = 1;
  return options;
}

}  // namespace
}  // namespace heed::silo::kv

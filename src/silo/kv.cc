#include "silo/kv.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <shared_mutex>

#include "base/sync.h"
#include "silo/kv_environment.h"
#include "silo/kv_errors.h"
#include "silo/kv_logs.h"

namespace heed::silo::kv {
namespace {

/// No key begins with it.
constexpr const char* kNobodysKey = "\xff";

constexpr std::array<const char*, kFamilies> kNames = {
    "default", "records", "deadlines", "journal", "series",
    "log",     "chunks",  "subjects",  "indexes", "blobs"};

rocksdb::Slice slice(BytesView v) {
  return {v.data() == nullptr ? "" : v.data(), v.size()};  // RocksDB compares no null
}

using Descriptors = std::vector<rocksdb::ColumnFamilyDescriptor>;

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

rocksdb::ReadOptions seen_at(const Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  if (snapshot != nullptr) options.snapshot = snapshot->parts().moment;
  return options;
}

}  // namespace

struct Cursor::Parts {
  /// Where the walk ends; the iterator refers to it, so it goes last.
  Bytes end;
  rocksdb::Slice end_slice;
  std::unique_ptr<rocksdb::Iterator> iterator;
  const std::string& directory;
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
    return failure(status, "reading the silo " + parts_->directory, parts_->directory);
  }
  return {};
}

/// Decides what a failure in the background means; RocksDB's own threads call it.
class Watcher final : public rocksdb::EventListener {
 public:
  explicit Watcher(Environment& environment) : environment_(environment) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override {
    judge(reason, error);
    const bool stops = !error->ok() && error->severity() >= rocksdb::Status::Severity::kHardError;
    if (!stops && reason == rocksdb::BackgroundErrorReason::kCompaction) return;
    environment_.note_error(stops, db_);
  }
  static void judge(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) {
    if (error->IsNoSpace()) return;
    if (reason == rocksdb::BackgroundErrorReason::kCompaction) {
      // What was to be merged is as it was before. RocksDB would refuse all writes to the silo.
      *error = rocksdb::Status::OK();
    } else if (error->severity() < rocksdb::Status::Severity::kFatalError) {
      // Without paranoid_checks (a damaged file at the opening) it would go on after a failed sync.
      *error = rocksdb::Status(*error, rocksdb::Status::Severity::kFatalError);
    }
  }
  /// Otherwise it looks every five seconds whether there is space again, and a write that comes
  /// before is refused for no reason. Database::write() resumes.
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* by_itself) override {
    *by_itself = false;
  }
  /// RocksDB would try again every second, for ever.
  void OnCompactionCompleted(rocksdb::DB* db, const rocksdb::CompactionJobInfo& done) override {
    if (!done.status.IsCorruption() && !done.status.IsIOError()) return;
    if (done.status.IsNoSpace()) return;
    const Lock lock(mutex_);
    if (!damage_) damage_ = text_of(done.status);
    if (done.cf_id >= families_.size()) return;
    db->SetOptions(families_[done.cf_id], {{"disable_auto_compactions", "true"}})
        .PermitUncheckedError();
  }
  void OnMemTableSealed(const rocksdb::MemTableInfo& sealed) override {
    if (sealed.cf_name == kNames.front()) marked_ = false;
  }
  /// Whether to mark; the caller does.
  bool mark() { return !marked_ && !marked_.exchange(true); }
  void unmark() { marked_ = false; }
  void begin(rocksdb::DB* db, const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
    db_ = db;
    const Lock lock(mutex_);
    families_ = families;
  }
  void end() { begin(nullptr, {}); }
  void note(std::string damage) {
    const Lock lock(mutex_);
    damage_ = std::move(damage);
  }
  std::optional<std::string> damage() const {
    const Lock lock(mutex_);
    return damage_;
  }

 private:
  Environment& environment_;
  std::atomic<rocksdb::DB*> db_ = nullptr;
  std::atomic<bool> marked_ = false;
  mutable Mutex mutex_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_ HEED_GUARDED_BY(mutex_);
  std::optional<std::string> damage_ HEED_GUARDED_BY(mutex_);
};

struct Database::Parts {
  explicit Parts(rocksdb::Env& machine) : environment(machine) {}
  std::string directory;
  std::shared_ptr<Disk> disk;
  Environment environment;
  std::shared_ptr<Watcher> watcher = std::make_shared<Watcher>(environment);
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  mutable std::atomic<int> snapshots = 0;
  /// Held alone while it is resumed, and shared where flushes and merges are asked for: what asks
  /// while it is resumed would pass for what resuming asks for.
  mutable std::shared_mutex resuming;
  /// RocksDB 7.8 does not forget that it was stopped, and no longer waits for the flushes that it
  /// is asked for.
  std::atomic<bool> resumed = false;
  /// Not after a change of the list of files failed that was made by this adapter: RocksDB takes
  /// note of those by its own flushes and merges alone, and would abort.
  std::atomic<bool> resumable = true;

  rocksdb::ColumnFamilyHandle* family(Family f) const {
    return families[static_cast<std::size_t>(f)];
  }
  rocksdb::Status open(const SharedMemory::Parts& memory);
  rocksdb::Status try_open(const rocksdb::DBOptions& options, const Descriptors& wanted);
  rocksdb::Status sync_parent() const;
  rocksdb::Status make(const rocksdb::DBOptions& options, const Descriptors& wanted);
  Result<std::optional<Bytes>> get(const rocksdb::ReadOptions& options, Family f,
                                   BytesView key) const;
  Cursor cursor(const rocksdb::ReadOptions& options, Family f) const;
  rocksdb::Status write(const rocksdb::WriteOptions& options, rocksdb::WriteBatch& batch) const;
  rocksdb::Status write_after_resuming(const rocksdb::WriteOptions& options,
                                       rocksdb::WriteBatch& batch);
  /// Until they are in files.
  rocksdb::Status flush(const std::vector<rocksdb::ColumnFamilyHandle*>& wanted) const;
  rocksdb::Status drop_obsolete_files() const;
};

Database::Database(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Database::~Database() {
  require(parts_->snapshots == 0, "snapshots are let go before their database");
  parts_->watcher->end();
  if (!parts_->db) return;
  for (auto* family : parts_->families) parts_->db->DestroyColumnFamilyHandle(family);
  parts_->db->Close().PermitUncheckedError();
}

Result<std::unique_ptr<Database>> Database::open(const std::string& directory,
                                                 const SharedMemory& memory) {
  const auto options = database_options(memory.parts());
  if (auto whole = check_logs(*options.env, directory); !whole) {
    return std::unexpected(whole.error());
  }
  auto parts = std::make_unique<Parts>(*options.env);
  parts->directory = directory;
  parts->disk = memory.parts().disk;
  Parts& opening = *parts;
  auto database = std::make_unique<Database>(std::move(parts));  // closes what was opened
  auto status = opening.open(memory.parts());
  if (status.ok()) status = opening.sync_parent();
  const std::string message = status.ToString();
  if (message.contains("While lock file") || message.contains("lock hold by")) {
    return fail(ErrorKind::kConflict, "another process has the silo " + directory + " open",
                "stop the other process, or start this one on another data directory");
  }
  if (!status.ok()) return failure(status, "opening the silo " + directory, directory);
  opening.watcher->begin(opening.db.get(), opening.families);
  return database;
}

rocksdb::Status Database::Parts::open(const SharedMemory::Parts& memory) {
  Descriptors wanted;
  for (std::size_t i = 0; i < kFamilies; ++i) {
    wanted.emplace_back(kNames[i], family_options(memory, static_cast<Family>(i)));
  }
  auto options = database_options(memory);
  options.env = environment.env();
  options.listeners.push_back(watcher);
  if (!options.env->FileExists(directory + "/CURRENT").ok()) return make(options, wanted);
  auto status = try_open(options, wanted);
  if (status.IsCorruption() && status.ToString().contains("ahead of WALs")) {
    // RocksDB notes of a family with nothing in memory that it needs no log before the newest, and
    // then, when that is torn, takes the family for newer than the logs. It is not.
    if (!drop_logs_after_torn(*options.env, directory)) return status;
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    status = try_open(options, wanted);
  }
  const std::string message = text_of(status);
  const bool unreadable = message.contains(".sst") && message.contains(std::strerror(EIO));
  if (status.IsCorruption() || unreadable) {
    // The logs are whole, so it is a table: what lies in the others can be read, and written.
    options.paranoid_checks = false;
    status = try_open(options, wanted);
    if (status.ok()) watcher->note(message);
  }
  return status;
}

rocksdb::Status Database::Parts::try_open(const rocksdb::DBOptions& options,
                                          const Descriptors& wanted) {
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(options, directory, wanted, &families, &opened);
  db.reset(opened);
  return status;
}

/// Families that are made at the opening write all options anew each; ten of them took a second
/// on a busy disk.
rocksdb::Status Database::Parts::make(const rocksdb::DBOptions& options,
                                      const Descriptors& wanted) {
  rocksdb::DB* opened = nullptr;
  auto status = rocksdb::DB::Open(options, directory, {wanted.front()}, &families, &opened);
  db.reset(opened);
  if (!status.ok()) return status;
  std::vector<rocksdb::ColumnFamilyHandle*> others;
  status = db->CreateColumnFamilies({wanted.begin() + 1, wanted.end()}, &others);
  families.insert(families.end(), others.begin(), others.end());
  return status;
}

/// A directory's own name is in its parent, which RocksDB does not sync.
rocksdb::Status Database::Parts::sync_parent() const {
  std::unique_ptr<rocksdb::Directory> parent;
  const auto status =
      db->GetEnv()->NewDirectory(directory.substr(0, directory.rfind('/')), &parent);
  return status.ok() ? parent->Fsync() : status;
}

Result<std::optional<Bytes>> Database::Parts::get(const rocksdb::ReadOptions& options, Family f,
                                                  BytesView key) const {
  Bytes value;
  const auto status = db->Get(options, family(f), slice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return failure(status, "reading the silo " + directory, directory);
  return std::optional<Bytes>(std::move(value));
}

Result<std::optional<Bytes>> Database::get(Family family, BytesView key, const Snapshot* at) const {
  return parts_->get(seen_at(at), family, key);
}

Result<std::vector<std::optional<Bytes>>> Database::multi_get(Family family,
                                                              std::span<const Bytes> keys,
                                                              const Snapshot* at) const {
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  parts_->db->MultiGet(seen_at(at), parts_->family(family), keys.size(), slices.data(),
                       values.data(), statuses.data());
  std::vector<std::optional<Bytes>> found(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok())
      return failure(statuses[i], "reading the silo " + parts_->directory, parts_->directory);
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
    if (!status.ok()) return failure(status, "preparing a write", parts_->directory);
  }
  rocksdb::WriteOptions options;
  options.sync = sync == Sync::kYes;
  auto status = parts_->write(options, batch);
  if (status.IsNoSpace()) status = parts_->write_after_resuming(options, batch);
  if (status.IsIOError() && !status.IsNoSpace()) {  // the first such failure does not say so itself
    status = rocksdb::Status(status, rocksdb::Status::Severity::kFatalError);
  }
  if (!status.ok()) {
    return failure(status, "writing to the silo", parts_->directory);
  }
  return {};
}

Result<void> Database::sync() {
  return write(Changes().remove(Family::kMeta, kNobodysKey), Sync::kYes);
}

/// Resuming begins a new log only where something is in memory to be moved into a file; the old
/// log takes no more writes after one that failed (RocksDB would abort). So something always is: a
/// removal of nothing, which needs no log itself.
rocksdb::Status Database::Parts::write(const rocksdb::WriteOptions& options,
                                       rocksdb::WriteBatch& batch) const {
  if (watcher->mark()) {
    rocksdb::WriteOptions unlogged;
    unlogged.disableWAL = true;
    if (!db->Delete(unlogged, family(Family::kMeta), kNobodysKey).ok()) watcher->unmark();
  }
  return db->Write(options, &batch);
}

/// RocksDB refuses all writes after one that found the disk full, until it is told to go on.
rocksdb::Status Database::Parts::write_after_resuming(const rocksdb::WriteOptions& options,
                                                      rocksdb::WriteBatch& batch) {
  const std::unique_lock lock(resuming);
  // Another write may have resumed it. If not, none that could still tell of a failure is under
  // way: they come one after the other, and this one was refused.
  const auto refused = write(options, batch);
  if (!refused.IsNoSpace() || !resumable) return refused;
  std::uint64_t active = 0;
  std::uint64_t waiting = 0;
  auto* meta = family(Family::kMeta);
  db->GetIntProperty(meta, rocksdb::DB::Properties::kNumEntriesActiveMemTable, &active);
  db->GetIntProperty(meta, rocksdb::DB::Properties::kNumEntriesImmMemTables, &waiting);
  if (active + waiting == 0 && environment.logs().failed()) return refused;
  resumed = true;
  const auto status = environment.resume(*db);
  return status.ok() ? write(options, batch) : status;
}

Cursor Database::Parts::cursor(const rocksdb::ReadOptions& options, Family f) const {
  std::unique_ptr<rocksdb::Iterator> iterator(db->NewIterator(options, family(f)));
  return Cursor(
      std::make_unique<Cursor::Parts>(Bytes(), rocksdb::Slice(), std::move(iterator), directory));
}

Cursor Database::cursor_within(Family family, BytesView prefix, const Snapshot* at) const {
  auto parts =
      std::make_unique<Cursor::Parts>(Bytes(prefix), rocksdb::Slice(), nullptr, parts_->directory);
  // The first key behind all that start with the prefix.
  while (!parts->end.empty() && parts->end.back() == '\xff') parts->end.pop_back();
  rocksdb::ReadOptions options = seen_at(at);
  if (!parts->end.empty()) {
    parts->end.back() = static_cast<char>(parts->end.back() + 1);
    parts->end_slice = slice(parts->end);
    options.iterate_upper_bound = &parts->end_slice;
  }
  parts->iterator.reset(parts_->db->NewIterator(options, parts_->family(family)));
  return Cursor(std::move(parts));
}

Cursor Database::cursor(Family family, const Snapshot* at) const {
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
  if (!status.ok()) parts_->resumable = false;
  if (!status.ok()) return failure(status, "dropping files", parts_->directory);
  return {};
}

Result<void> Database::flush_and_compact(Family family) {
  const std::shared_lock lock(parts_->resuming);
  auto status = parts_->flush({parts_->family(family)});
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  if (status.ok()) {
    status = parts_->db->CompactRange(options, parts_->family(family), nullptr, nullptr);
  }
  if (!status.ok()) return failure(status, "compacting the silo", parts_->directory);
  return {};
}

Result<void> Database::flush() {
  const std::shared_lock lock(parts_->resuming);
  auto status = parts_->flush(parts_->families);
  if (status.ok()) status = parts_->drop_obsolete_files();
  if (!status.ok())
    return failure(status, "moving what is in memory into files", parts_->directory);
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
  const std::shared_lock lock(parts_->resuming);
  auto status = parts_->resumed ? parts_->flush({handle}) : rocksdb::Status::OK();
  if (status.ok()) {
    status = parts_->db->CompactRange(options, handle, from.empty() ? nullptr : &begin,
                                      to.empty() ? nullptr : &end);
  }
  // The list of files names the first and last key of each. It is written anew with every change
  // (max_manifest_file_size), as of before that change: one that changes nothing takes the last
  // old keys out.
  if (status.ok()) {
    status = parts_->db->SetOptions(handle, {{"disable_auto_compactions", "false"}});
    if (!status.ok()) parts_->resumable = false;
  }
  if (status.ok()) status = parts_->drop_obsolete_files();
  if (!status.ok()) return failure(status, "compacting the silo", parts_->directory);
  return {};
}

rocksdb::Status Database::Parts::flush(
    const std::vector<rocksdb::ColumnFamilyHandle*>& wanted) const {
  const rocksdb::FlushOptions options;
  auto status = db->Flush(options, wanted);
  if (!resumed) return status;
  for (auto* handle : wanted) {
    std::uint64_t left = 0;
    while (status.ok()) {
      db->GetIntProperty(handle, rocksdb::DB::Properties::kNumImmutableMemTable, &left);
      if (left == 0) break;
      if (environment.stopped()) status = db->Flush(options, handle);  // tells why
      environment.env()->SleepForMicroseconds(1'000);
    }
  }
  return status;
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
  const std::shared_lock lock(parts_->resuming);
  auto status = parts_->resumed ? parts_->flush(parts_->families) : rocksdb::Status::OK();
  rocksdb::Checkpoint* made = nullptr;
  if (status.ok()) status = rocksdb::Checkpoint::Create(parts_->db.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // 0: what is in memory becomes files first. A copy of the log would bring along what was removed.
  if (status.ok()) status = checkpoint->CreateCheckpoint(directory, /*log_size_for_flush=*/0);
  if (!status.ok()) return failure(status, "copying the silo to " + directory, parts_->directory);
  return {};
}

std::optional<std::string> Database::damage() const {
  return parts_->watcher->damage();
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
  // A record is some hundred bytes and is looked up by its whole key: with every other key written
  // out a look-up reads two of a block, not eight, at 1 % more space.
  if (family == Family::kRecords) table.block_restart_interval = 2;
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
  // Damage has been looked for before (silo/kv_logs.h). paranoid_checks and the checksums of reads
  // are on by themselves.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.write_buffer_manager = memory.write_buffer;
  options.max_open_files = 128;
  options.max_background_jobs = 2;
  options.max_total_wal_size = 32U << 20;
  options.max_file_opening_threads = 1;
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::ERROR_LEVEL;
  options.avoid_flush_during_shutdown = true;  // the log has all that counts
  options.keep_log_file_num = 1;
  // The list of files holds keys, and those of files that are gone until it is written anew: with
  // so small a bound, at every change of the files.
  options.max_manifest_file_size = 1;
  return options;
}

}  // namespace
}  // namespace heed::silo::kv

#include "silo/kv.h"

#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <array>

namespace heed::silo::kv {
namespace {

constexpr std::array<const char*, kFamilies> kNames = {
    "default", "records", "deadlines", "journal", "series",
    "log",     "chunks",  "subjects",  "indexes", "blobs"};

rocksdb::Slice slice(BytesView v) {
  return {v.data(), v.size()};
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
};

SharedMemory::SharedMemory(std::size_t cache_bytes, std::size_t write_buffer_bytes)
    : parts_(std::make_unique<Parts>()) {
  parts_->cache = rocksdb::NewLRUCache(cache_bytes);
  parts_->write_buffer = std::make_shared<rocksdb::WriteBufferManager>(write_buffer_bytes);
}

SharedMemory::~SharedMemory() = default;

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
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;

  rocksdb::ColumnFamilyHandle* family(Family f) const {
    return families[static_cast<std::size_t>(f)];
  }
};

Database::Database(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Database::~Database() {
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

Result<std::optional<Bytes>> Database::get(Family family, BytesView key) const {
  Bytes value;
  const auto status =
      parts_->db->Get(rocksdb::ReadOptions(), parts_->family(family), slice(key), &value);
  if (status.IsNotFound()) return std::optional<Bytes>();
  if (!status.ok()) return failure(status, "reading the silo");
  return std::optional<Bytes>(std::move(value));
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

Cursor Database::cursor(Family family) const {
  auto parts = std::make_unique<Cursor::Parts>();
  parts->iterator.reset(parts_->db->NewIterator(rocksdb::ReadOptions(), parts_->family(family)));
  return Cursor(std::move(parts));
}

Result<void> Database::drop_files(Family family, BytesView from, BytesView to) {
  const rocksdb::Slice begin = slice(from);
  const rocksdb::Slice end = slice(to);
  const auto status = rocksdb::DeleteFilesInRange(parts_->db.get(), parts_->family(family), &begin,
                                                  &end, /*include_end=*/false);
  if (!status.ok()) return failure(status, "dropping files");
  return {};
}

Result<void> Database::flush() {
  for (auto* family : parts_->families) {
    if (const auto status = parts_->db->Flush(rocksdb::FlushOptions(), family); !status.ok()) {
      return failure(status, "flushing the silo");
    }
  }
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
  if (family == Family::kRecords) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  if (family == Family::kChunks) table.block_size = 32U << 10;
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
  return options;
}

}  // namespace
}  // namespace heed::silo::kv

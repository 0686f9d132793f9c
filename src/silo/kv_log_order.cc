#include "silo/kv_log_order.h"

#include <rocksdb/file_system.h>

#include <atomic>

#include "base/sync.h"

namespace heed::silo::kv {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class LogFile;

}  // namespace

/// The log that is written to, while it is open.
struct LogOrder::Newest {
  Mutex mutex;
  LogFile* file HEED_GUARDED_BY(mutex) = nullptr;
};

namespace {

/// Knows whether all of it is down.
class LogFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  LogFile(std::unique_ptr<FSWritableFile> file, std::shared_ptr<LogOrder::Newest> newest)
      : FSWritableFileOwnerWrapper(std::move(file)), newest_(std::move(newest)) {
    const Lock lock(newest_->mutex);
    newest_->file = this;
  }
  ~LogFile() override { leave(); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return refuses() ? refusal() : appended(target()->Append(data, options, debug));
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return refuses() ? refusal() : appended(target()->Append(data, options, verification, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return sync([&] { return target()->Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return sync([&] { return target()->Fsync(options, debug); });
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    leave();
    return target()->Close(options, debug);
  }
  bool failed() const { return failed_; }

 private:
  void leave() {
    const Lock lock(newest_->mutex);
    if (newest_->file == this) newest_->file = nullptr;
  }
  /// RocksDB goes on behind a write that failed, and may have left a part, where its checks are off
  /// (a damaged table): no opening could read that.
  bool refuses() const {
    if (!failed_) return false;
    const Lock lock(newest_->mutex);
    return newest_->file == this;
  }
  static IOStatus refusal() { return IOStatus::IOError("a write to the log before has failed"); }
  /// Failed ones too, which may have left a part. Once they are over: a sync meanwhile need not
  /// have them.
  IOStatus appended(IOStatus status) {
    ++appends_;
    return noted(std::move(status));
  }
  IOStatus noted(IOStatus status) {
    if (!status.ok()) failed_ = true;
    return status;
  }
  /// Not again where nothing came since: RocksDB does not know of a sync before the next log.
  template <class Call>
  IOStatus sync(const Call& call) {
    const std::uint64_t before = appends_;
    std::uint64_t down = down_;
    if (down == before) return IOStatus::OK();
    auto synced = noted(call());
    while (synced.ok() && down < before && !down_.compare_exchange_weak(down, before)) {
    }
    return synced;
  }

  const std::shared_ptr<LogOrder::Newest> newest_;
  std::atomic<std::uint64_t> appends_ = 0;
  std::atomic<std::uint64_t> down_ = 0;  ///< So many of them survive a power cut.
  std::atomic<bool> failed_ = false;
};

class OrderedLogs final : public rocksdb::FileSystemWrapper {
 public:
  OrderedLogs(const std::shared_ptr<rocksdb::FileSystem>& files,
              std::shared_ptr<LogOrder::Newest> newest)
      : FileSystemWrapper(files), newest_(std::move(newest)) {}
  const char* Name() const override { return "OrderedLogs"; }
  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    if (!path.ends_with(".log")) return target()->NewWritableFile(path, options, file, debug);
    // RocksDB begins a log while no write is under way.
    if (auto synced = sync_newest(options.io_options, debug); !synced.ok()) return synced;
    std::unique_ptr<rocksdb::FSWritableFile> made;
    auto opened = target()->NewWritableFile(path, options, &made, debug);
    if (opened.ok()) *file = std::make_unique<LogFile>(std::move(made), newest_);
    return opened;
  }

 private:
  IOStatus sync_newest(const IOOptions& options, IODebugContext* debug) {
    const Lock lock(newest_->mutex);  // it stays open meanwhile
    return newest_->file == nullptr ? IOStatus::OK() : newest_->file->Sync(options, debug);
  }

  const std::shared_ptr<LogOrder::Newest> newest_;
};

}  // namespace

LogOrder::LogOrder(const std::shared_ptr<rocksdb::FileSystem>& files)
    : newest_(std::make_shared<Newest>()), files_(std::make_shared<OrderedLogs>(files, newest_)) {}

bool LogOrder::failed() const {
  const Lock lock(newest_->mutex);
  return newest_->file != nullptr && newest_->file->failed();
}

}  // namespace heed::silo::kv

#include "silo/kv_faults.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/system_clock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <set>

#include "base/random.h"
#include "base/sync.h"

namespace heed::silo::kv {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::uint64_t kNever = ~0ULL;
constexpr std::size_t kRecent = 300;

/// The bytes of a file, however many names it has.
struct Content {
  Bytes bytes;
  std::size_t durable = 0;  ///< So many of them survive a cut
  bool lost = false;        ///< A sync failed: no later one makes more durable
};

struct Directory {
  std::map<std::string, std::shared_ptr<Content>> names;
  std::map<std::string, std::shared_ptr<Content>> durable_names;
  bool durable = false;  ///< Its own name, in its parent
};

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}
std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}
/// RocksDB writes some paths with two slashes or one behind.
std::string plain(const std::string& path) {
  std::string made;
  for (const char c : path) {
    if (c != '/' || made.empty() || made.back() != '/') made.push_back(c);
  }
  if (made.size() > 1 && made.back() == '/') made.pop_back();
  return made;
}

IOStatus failure(const std::string& doing, const std::string& path, int error) {
  const std::string context = "While " + doing + ": " + path;
  if (error == ENOENT) return IOStatus::PathNotFound(context, std::strerror(error));
  if (error != ENOSPC) return IOStatus::IOError(context, std::strerror(error));
  IOStatus full = IOStatus::NoSpace(context, std::strerror(error));
  full.SetRetryable(true);  // as RocksDB's own file system says
  return full;
}

}  // namespace

class FaultyDisk::State {
 public:
  explicit State(std::uint64_t seed) : random_(seed) {}

  /// One change that is about to happen; an error instead of it.
  IOStatus change(const std::string& doing, const std::string& path, std::uint64_t life)
      HEED_REQUIRES(mutex_) {
    if (auto alive = check_alive(path, life); !alive.ok()) return alive;
    if (read_only_) return failure(doing, path, EROFS);
    ++changes_;
    recent_.push_back(std::to_string(changes_) + " " + doing + " " + name_of(path));
    if (recent_.size() > kRecent) recent_.pop_front();
    if (changes_ == cut_at_) {
      cut();
      return check_alive(path, life);
    }
    return fails(path, changes_, fail_at_) ? failure(doing, path, EIO) : IOStatus::OK();
  }
  /// Whether number `now` is the one that fails; one that is spared leaves it to the next.
  bool fails(const std::string& path, std::uint64_t now, std::uint64_t& at) HEED_REQUIRES(mutex_) {
    if (now != at) return false;
    if (!is_earlier_log(path)) return true;
    ++at;
    return false;
  }
  bool is_earlier_log(const std::string& path) const HEED_REQUIRES(mutex_) {
    const auto directory = directories_.find(parent_of(path));
    if (!path.ends_with(".log") || directory == directories_.end()) return false;
    return std::ranges::any_of(directory->second.names, [&](const auto& name) {
      return name.first.ends_with(".log") && name.first > name_of(path);
    });
  }
  /// A file that was opened before a cut is dead after it.
  IOStatus check_alive(const std::string& path, std::uint64_t life) const HEED_REQUIRES(mutex_) {
    return powered_ && life == life_ ? IOStatus::OK() : failure("without power", path, EIO);
  }
  void cut() HEED_REQUIRES(mutex_);

  std::shared_ptr<Content> find(const std::string& path) const HEED_REQUIRES(mutex_) {
    const auto directory = directories_.find(parent_of(path));
    if (directory == directories_.end()) return nullptr;
    const auto file = directory->second.names.find(name_of(path));
    return file == directory->second.names.end() ? nullptr : file->second;
  }
  Directory* directory(const std::string& path) HEED_REQUIRES(mutex_) {
    const auto found = directories_.find(path);
    return found == directories_.end() ? nullptr : &found->second;
  }
  IOStatus open_one(const std::string& path) HEED_REQUIRES(mutex_) {
    if (open_ >= most_open_) return failure("opening a file", path, EMFILE);
    ++open_;
    return IOStatus::OK();
  }
  std::uint64_t below(std::uint64_t bound) HEED_REQUIRES(mutex_) { return random_.u64() % bound; }

  IOStatus append(const std::string& path, Content& content, BytesView data, std::uint64_t life);
  IOStatus sync(const std::string& path, Content& content, std::uint64_t life);
  IOStatus sync_directory(const std::string& path, std::uint64_t life);

  mutable Mutex mutex_;
  std::map<std::string, Directory> directories_ HEED_GUARDED_BY(mutex_);
  std::set<std::string> locked_ HEED_GUARDED_BY(mutex_);
  bool powered_ HEED_GUARDED_BY(mutex_) = true;
  std::uint64_t life_ HEED_GUARDED_BY(mutex_) = 0;  ///< Cuts so far
  std::uint64_t changes_ HEED_GUARDED_BY(mutex_) = 0;
  std::uint64_t cut_at_ HEED_GUARDED_BY(mutex_) = kNever;
  std::uint64_t fail_at_ HEED_GUARDED_BY(mutex_) = kNever;
  std::uint64_t syncs_ HEED_GUARDED_BY(mutex_) = 0;
  std::uint64_t fail_sync_at_ HEED_GUARDED_BY(mutex_) = kNever;
  std::uint64_t space_ HEED_GUARDED_BY(mutex_) = kNever;
  bool read_only_ HEED_GUARDED_BY(mutex_) = false;
  std::deque<std::string> recent_ HEED_GUARDED_BY(mutex_);
  std::string unreadable_ HEED_GUARDED_BY(mutex_);
  std::uint64_t open_ HEED_GUARDED_BY(mutex_) = 0;
  std::uint64_t most_open_ HEED_GUARDED_BY(mutex_) = kNever;
  std::string hooked_ HEED_GUARDED_BY(mutex_);
  std::function<void()> hook_ HEED_GUARDED_BY(mutex_);

 private:
  SeededRandom random_ HEED_GUARDED_BY(mutex_);
};

void FaultyDisk::State::cut() {
  powered_ = false;
  ++life_;
  cut_at_ = kNever;
  locked_.clear();
  for (auto at = directories_.begin(); at != directories_.end();) {
    Directory& directory = at->second;
    if (!directory.durable) {
      ::rmdir(at->first.c_str());
      at = directories_.erase(at);
      continue;
    }
    directory.names = directory.durable_names;
    for (auto& [name, content] : directory.names) {
      const std::size_t before = content->bytes.size();
      const std::size_t unsynced = content->bytes.size() - content->durable;
      // None, all, or torn at any byte.
      const std::size_t kept = below(4) == 0 ? unsynced * below(2) : below(unsynced + 1);
      content->bytes.resize(content->durable + kept);
      if (content->bytes.size() < before) {
        recent_.push_back(name + " cut from " + std::to_string(before) + " to " +
                          std::to_string(content->bytes.size()));
      }
      content->durable = content->bytes.size();
      content->lost = false;
    }
    ++at;
  }
}

IOStatus FaultyDisk::State::append(const std::string& path, Content& content, BytesView data,
                                   std::uint64_t life) {
  const Lock lock(mutex_);
  const bool was_powered = powered_;
  if (auto may = change("writing to a file", path, life); !may.ok()) {
    // A part of it may have come down. After a cut that has been decided for the file as a whole.
    if (powered_ && !read_only_ && was_powered)
      content.bytes += data.substr(0, below(data.size() + 1));
    return may;
  }
  const BytesView fits = data.substr(0, space_);
  content.bytes += fits;
  if (space_ != kNever) space_ -= fits.size();
  return fits.size() == data.size() ? IOStatus::OK() : failure("writing to a file", path, ENOSPC);
}

IOStatus FaultyDisk::State::sync(const std::string& path, Content& content, std::uint64_t life) {
  std::function<void()> hook;
  {
    const Lock lock(mutex_);
    if (!hooked_.empty() && path.ends_with(hooked_)) hook = hook_;
  }
  if (hook) hook();
  const Lock lock(mutex_);
  auto may = change("syncing a file", path, life);
  if (may.ok() && fails(path, ++syncs_, fail_sync_at_)) may = failure("syncing a file", path, EIO);
  if (!may.ok()) {
    content.lost = true;
    return may;
  }
  if (!content.lost) content.durable = content.bytes.size();
  return IOStatus::OK();
}

IOStatus FaultyDisk::State::sync_directory(const std::string& path, std::uint64_t life) {
  const Lock lock(mutex_);
  if (auto may = change("syncing a directory", path, life); !may.ok()) return may;
  if (Directory* own = directory(path)) own->durable_names = own->names;
  for (auto& [name, child] : directories_) {
    if (parent_of(name) == path) child.durable = true;
  }
  return IOStatus::OK();
}

namespace {

using State = FaultyDisk::State;

/// What an open file has in common; counts as one descriptor while it lives.
struct Handle {
  std::shared_ptr<State> state;
  std::string path;
  std::shared_ptr<Content> content;
  std::uint64_t life = 0;

  Handle(std::shared_ptr<State> on, std::string at, std::shared_ptr<Content> of,
         std::uint64_t opened_in)
      : state(std::move(on)), path(std::move(at)), content(std::move(of)), life(opened_in) {}
  ~Handle() {
    const Lock lock(state->mutex_);
    --state->open_;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  IOStatus read(std::uint64_t offset, std::size_t size, Slice* result, char* scratch) const {
    const Lock lock(state->mutex_);
    *result = Slice(scratch, 0);
    if (auto alive = state->check_alive(path, life); !alive.ok()) return alive;
    if (!state->unreadable_.empty() && path.ends_with(state->unreadable_)) {
      return failure("reading a file", path, EIO);
    }
    if (offset >= content->bytes.size()) return IOStatus::OK();
    const std::size_t got = std::min(size, content->bytes.size() - offset);
    std::memcpy(scratch, content->bytes.data() + offset, got);
    *result = Slice(scratch, got);
    return IOStatus::OK();
  }
};

class SequentialFile final : public rocksdb::FSSequentialFile {
 public:
  explicit SequentialFile(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
  IOStatus Read(std::size_t size, const IOOptions&, Slice* result, char* scratch,
                IODebugContext*) override {
    auto done = handle_->read(offset_, size, result, scratch);
    offset_ += result->size();
    return done;
  }
  IOStatus Skip(std::uint64_t size) override {
    offset_ += size;
    return IOStatus::OK();
  }

 private:
  const std::unique_ptr<Handle> handle_;
  std::uint64_t offset_ = 0;
};

class RandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  explicit RandomAccessFile(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions&, Slice* result,
                char* scratch, IODebugContext*) const override {
    return handle_->read(offset, size, result, scratch);
  }

 private:
  const std::unique_ptr<Handle> handle_;
};

class WritableFile final : public rocksdb::FSWritableFile {
 public:
  explicit WritableFile(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions&, IODebugContext*) override {
    return handle_->state->append(handle_->path, *handle_->content, data.ToStringView(),
                                  handle_->life);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    const Lock lock(handle_->state->mutex_);
    auto may = handle_->state->change("truncating a file", handle_->path, handle_->life);
    if (!may.ok()) return may;
    Content& content = *handle_->content;
    content.bytes.resize(size);
    content.durable = std::min(content.durable, content.bytes.size());
    return may;
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return handle_->state->sync(handle_->path, *handle_->content, handle_->life);
  }
  bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override {
    const Lock lock(handle_->state->mutex_);
    return handle_->content->bytes.size();
  }

 private:
  const std::unique_ptr<Handle> handle_;
};

class OpenDirectory final : public rocksdb::FSDirectory {
 public:
  explicit OpenDirectory(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return handle_->state->sync_directory(handle_->path, handle_->life);
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  const std::unique_ptr<Handle> handle_;
};

struct HeldLock final : rocksdb::FileLock {
  explicit HeldLock(std::string at) : path(std::move(at)) {}
  std::string path;
};

/// What RocksDB tells is of no use to a test.
class NoLog final : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFileSystem(std::shared_ptr<State> state)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), state_(std::move(state)) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  // Opening -------------------------------------------------------------------------------------

  IOStatus NewSequentialFile(const std::string& path, const FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             IODebugContext*) override {
    return open_for_reading<SequentialFile>(plain(path), file);
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                               IODebugContext*) override {
    return open_for_reading<RandomAccessFile>(plain(path), file);
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext*) override {
    const Lock lock(state_->mutex_);
    return open_for_writing(plain(path), /*fresh=*/true, file);
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions&,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext*) override {
    const Lock lock(state_->mutex_);
    return open_for_writing(plain(path), /*fresh=*/false, file);
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string& old,
                             const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                             IODebugContext* debug) override {
    if (auto renamed = RenameFile(old, path, {}, debug); !renamed.ok()) return renamed;
    return NewWritableFile(path, options, file, debug);
  }
  IOStatus NewRandomRWFile(const std::string& path, const FileOptions&,
                           std::unique_ptr<rocksdb::FSRandomRWFile>*, IODebugContext*) override {
    return IOStatus::NotSupported("RocksDB writes in place only when it ingests", path);
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions&,
                        std::unique_ptr<rocksdb::FSDirectory>* made, IODebugContext*) override {
    const Lock lock(state_->mutex_);
    const std::string at = plain(path);
    if (!known(at)) return failure("opening a directory", at, ENOENT);
    if (auto may = state_->check_alive(at, state_->life_); !may.ok()) return may;
    if (auto may = state_->open_one(at); !may.ok()) return may;
    *made = std::make_unique<OpenDirectory>(handle(at, nullptr));
    return IOStatus::OK();
  }
  IOStatus NewLogger(const std::string&, const IOOptions&, std::shared_ptr<rocksdb::Logger>* logger,
                     IODebugContext*) override {
    *logger = std::make_shared<NoLog>();
    return IOStatus::OK();
  }

  // Names ---------------------------------------------------------------------------------------

  IOStatus FileExists(const std::string& path, const IOOptions&, IODebugContext*) override {
    const Lock lock(state_->mutex_);
    const std::string at = plain(path);
    if (auto alive = state_->check_alive(at, state_->life_); !alive.ok()) return alive;
    if (state_->find(at) || state_->directory(at) != nullptr) return IOStatus::OK();
    return IOStatus::NotFound();
  }
  IOStatus GetChildren(const std::string& path, const IOOptions&, std::vector<std::string>* names,
                       IODebugContext*) override {
    const Lock lock(state_->mutex_);
    names->clear();
    const std::string at = plain(path);
    if (auto alive = state_->check_alive(at, state_->life_); !alive.ok()) return alive;
    const Directory* found = state_->directory(at);
    if (found == nullptr) return IOStatus::NotFound(at);
    for (const auto& [name, content] : found->names) names->push_back(name);
    return IOStatus::OK();
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions&, IODebugContext*) override {
    const Lock lock(state_->mutex_);
    const std::string at = plain(path);
    if (!state_->find(at)) return failure("unlinking a file", at, ENOENT);
    if (auto may = state_->change("unlinking a file", at, state_->life_); !may.ok()) return may;
    state_->directory(parent_of(at))->names.erase(name_of(at));
    return IOStatus::OK();
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&,
                      IODebugContext*) override {
    const Lock lock(state_->mutex_);
    if (Directory* moved = state_->directory(plain(from)))
      return rename(*moved, plain(from), plain(to));
    return put_name(plain(from), plain(to), /*keep=*/false);
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions&,
                    IODebugContext*) override {
    const Lock lock(state_->mutex_);
    return put_name(plain(from), plain(to), /*keep=*/true);
  }
  IOStatus NumFileLinks(const std::string&, const IOOptions&, std::uint64_t* count,
                        IODebugContext*) override {
    *count = 1;
    return IOStatus::OK();
  }
  IOStatus AreFilesSame(const std::string& one, const std::string& other, const IOOptions&,
                        bool* same, IODebugContext*) override {
    const Lock lock(state_->mutex_);
    *same = state_->find(plain(one)) == state_->find(plain(other));
    return IOStatus::OK();
  }

  // Directories ---------------------------------------------------------------------------------

  IOStatus CreateDir(const std::string& path, const IOOptions& options,
                     IODebugContext* debug) override {
    {
      const Lock lock(state_->mutex_);
      if (state_->directory(plain(path)) != nullptr) return IOStatus::IOError(path, "is there");
    }
    return CreateDirIfMissing(path, options, debug);
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions&, IODebugContext*) override {
    const Lock lock(state_->mutex_);
    const std::string at = plain(path);
    if (state_->directory(at) != nullptr) return IOStatus::OK();
    if (auto may = state_->change("making a directory", at, state_->life_); !may.ok()) return may;
    if (::mkdir(at.c_str(), 0700) != 0 && errno != EEXIST) {
      return failure("making a directory", at, errno);
    }
    state_->directories_[at];
    return IOStatus::OK();
  }
  IOStatus DeleteDir(const std::string& path, const IOOptions&, IODebugContext*) override {
    const Lock lock(state_->mutex_);
    const std::string at = plain(path);
    if (auto may = state_->change("removing a directory", at, state_->life_); !may.ok()) return may;
    state_->directories_.erase(at);
    ::rmdir(at.c_str());
    return IOStatus::OK();
  }
  IOStatus IsDirectory(const std::string& path, const IOOptions&, bool* is_one,
                       IODebugContext*) override {
    const Lock lock(state_->mutex_);
    *is_one = known(plain(path));
    return IOStatus::OK();
  }

  // About files ---------------------------------------------------------------------------------

  IOStatus GetFileSize(const std::string& path, const IOOptions&, std::uint64_t* size,
                       IODebugContext*) override {
    const Lock lock(state_->mutex_);
    const auto content = state_->find(plain(path));
    if (!content) return failure("looking at a file", path, ENOENT);
    *size = content->bytes.size();
    return state_->check_alive(path, state_->life_);
  }
  IOStatus GetFileModificationTime(const std::string&, const IOOptions&, std::uint64_t* time,
                                   IODebugContext*) override {
    *time = 1'700'000'000;
    return IOStatus::OK();
  }
  IOStatus Truncate(const std::string& path, std::size_t, const IOOptions&,
                    IODebugContext*) override {
    return IOStatus::NotSupported("RocksDB truncates open files only", path);
  }
  IOStatus GetFreeSpace(const std::string&, const IOOptions&, std::uint64_t* bytes,
                        IODebugContext*) override {
    const Lock lock(state_->mutex_);
    *bytes = std::min<std::uint64_t>(state_->space_, 1ULL << 40);
    return IOStatus::OK();
  }
  IOStatus LockFile(const std::string& path, const IOOptions&, rocksdb::FileLock** held,
                    IODebugContext*) override {
    const Lock lock(state_->mutex_);
    *held = nullptr;
    const std::string at = plain(path);
    Directory* parent = state_->directory(parent_of(at));
    if (parent == nullptr) return failure("open a file for lock", at, ENOENT);
    auto may = state_->change("open a file for lock", at, state_->life_);
    if (!may.ok()) return may;
    auto& content = parent->names[name_of(at)];
    if (content == nullptr) content = std::make_shared<Content>();
    if (!state_->locked_.insert(at).second) {
      return IOStatus::IOError("While lock file: " + at, std::strerror(EAGAIN));
    }
    *held = std::make_unique<HeldLock>(at).release();  // RocksDB gives it back to UnlockFile()
    return IOStatus::OK();
  }
  IOStatus UnlockFile(rocksdb::FileLock* held, const IOOptions&, IODebugContext*) override {
    const std::unique_ptr<HeldLock> own(static_cast<HeldLock*>(held));
    const Lock lock(state_->mutex_);
    state_->locked_.erase(own->path);
    return IOStatus::OK();
  }

 private:
  /// One of this disk, or a real one above it.
  bool known(const std::string& path) const HEED_REQUIRES(state_->mutex_) {
    if (state_->directory(path) != nullptr) return true;
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0;
  }
  std::unique_ptr<Handle> handle(const std::string& path, std::shared_ptr<Content> content)
      HEED_REQUIRES(state_->mutex_) {
    return std::make_unique<Handle>(state_, path, std::move(content), state_->life_);
  }
  template <class File, class Base>
  IOStatus open_for_reading(const std::string& path, std::unique_ptr<Base>* file) {
    const Lock lock(state_->mutex_);
    if (auto alive = state_->check_alive(path, state_->life_); !alive.ok()) return alive;
    const auto content = state_->find(path);
    if (!content) return failure("opening a file", path, ENOENT);
    if (auto may = state_->open_one(path); !may.ok()) return may;
    *file = std::make_unique<File>(handle(path, content));
    return IOStatus::OK();
  }
  IOStatus open_for_writing(const std::string& path, bool fresh,
                            std::unique_ptr<rocksdb::FSWritableFile>* file)
      HEED_REQUIRES(state_->mutex_) {
    Directory* parent = state_->directory(parent_of(path));
    if (parent == nullptr) return failure("opening a file", path, ENOENT);
    if (auto may = state_->change("opening a file", path, state_->life_); !may.ok()) return may;
    if (auto may = state_->open_one(path); !may.ok()) return may;
    auto& content = parent->names[name_of(path)];
    if (fresh || content == nullptr) content = std::make_shared<Content>();
    *file = std::make_unique<WritableFile>(handle(path, content));
    return IOStatus::OK();
  }
  IOStatus put_name(const std::string& from, const std::string& to, bool keep)
      HEED_REQUIRES(state_->mutex_) {
    const auto content = state_->find(from);
    Directory* target = state_->directory(parent_of(to));
    if (!content || target == nullptr) return failure("renaming a file", from, ENOENT);
    if (auto may = state_->change("renaming a file", from, state_->life_); !may.ok()) return may;
    target->names[name_of(to)] = content;
    if (!keep) state_->directory(parent_of(from))->names.erase(name_of(from));
    return IOStatus::OK();
  }
  IOStatus rename(const Directory& moved, const std::string& from, const std::string& to)
      HEED_REQUIRES(state_->mutex_) {
    if (auto may = state_->change("renaming a directory", from, state_->life_); !may.ok()) {
      return may;
    }
    ::rename(from.c_str(), to.c_str());
    Directory copy = moved;
    copy.durable = false;
    state_->directories_.erase(from);
    state_->directories_.insert_or_assign(to, std::move(copy));
    return IOStatus::OK();
  }

  const std::shared_ptr<State> state_;
};

/// RocksDB sleeps for a second after each failure in the background.
class ImpatientClock final : public rocksdb::SystemClockWrapper {
 public:
  ImpatientClock() : SystemClockWrapper(SystemClock::Default()) {}
  const char* Name() const override { return "ImpatientClock"; }
  void SleepForMicroseconds(int micros) override {
    target_->SleepForMicroseconds(std::min(micros, 1'000));
  }
};

class FaultyEnvironment final : public rocksdb::EnvWrapper {
 public:
  explicit FaultyEnvironment(const std::shared_ptr<rocksdb::FileSystem>& files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;
    system_clock_ = std::make_shared<ImpatientClock>();
  }
};

}  // namespace

FaultyDisk::FaultyDisk(std::uint64_t seed)
    : state_(std::make_shared<State>(seed)),
      environment_(
          std::make_unique<FaultyEnvironment>(std::make_shared<FaultyFileSystem>(state_))) {}

FaultyDisk::~FaultyDisk() = default;

rocksdb::Env* FaultyDisk::environment() {
  return environment_.get();
}

void FaultyDisk::cut_power_at(std::uint64_t change) {
  const Lock lock(state_->mutex_);
  state_->cut_at_ = state_->changes_ + change;
}
void FaultyDisk::cut_power() {
  const Lock lock(state_->mutex_);
  if (state_->powered_) state_->cut();
}
bool FaultyDisk::powered() const {
  const Lock lock(state_->mutex_);
  return state_->powered_;
}
void FaultyDisk::restore_power() {
  const Lock lock(state_->mutex_);
  state_->powered_ = true;
}
std::uint64_t FaultyDisk::changes() const {
  const Lock lock(state_->mutex_);
  return state_->changes_;
}
std::string FaultyDisk::recent() const {
  const Lock lock(state_->mutex_);
  std::string lines;
  for (const std::string& line : state_->recent_) lines += line + "\n";
  return lines;
}
void FaultyDisk::note(std::string_view line) {
  const Lock lock(state_->mutex_);
  state_->recent_.emplace_back(line);
}
void FaultyDisk::fill_up_after(std::uint64_t bytes) {
  const Lock lock(state_->mutex_);
  state_->space_ = bytes;
}
void FaultyDisk::free_space() {
  fill_up_after(kNever);
}
void FaultyDisk::read_only(bool on) {
  const Lock lock(state_->mutex_);
  state_->read_only_ = on;
}
void FaultyDisk::fail_change_at(std::uint64_t change) {
  const Lock lock(state_->mutex_);
  state_->fail_at_ = state_->changes_ + change;
}
void FaultyDisk::fail_sync_at(std::uint64_t sync) {
  const Lock lock(state_->mutex_);
  state_->fail_sync_at_ = state_->syncs_ + sync;
}
void FaultyDisk::fail_reads_of(std::string suffix) {
  const Lock lock(state_->mutex_);
  state_->unreadable_ = std::move(suffix);
}
void FaultyDisk::limit_descriptors(std::uint64_t most) {
  const Lock lock(state_->mutex_);
  state_->most_open_ = most;
}
std::uint64_t FaultyDisk::open_files() const {
  const Lock lock(state_->mutex_);
  return state_->open_;
}
void FaultyDisk::at_sync(std::string suffix, std::function<void()> hook) {
  const Lock lock(state_->mutex_);
  state_->hooked_ = std::move(suffix);
  state_->hook_ = std::move(hook);
}

std::vector<std::string> FaultyDisk::files(std::string_view suffix) const {
  const Lock lock(state_->mutex_);
  std::vector<std::string> found;
  for (const auto& [path, directory] : state_->directories_) {
    for (const auto& [name, content] : directory.names) {
      if (name.ends_with(suffix)) found.push_back(path + "/" + name);
    }
  }
  return found;
}

Bytes FaultyDisk::content(const std::string& path) const {
  const Lock lock(state_->mutex_);
  const auto found = state_->find(path);
  require(found != nullptr, "the file is there");
  return found->bytes;
}

std::uint64_t FaultyDisk::size(const std::string& path) const {
  return content(path).size();
}

std::uint64_t FaultyDisk::durable_size(const std::string& path) const {
  const Lock lock(state_->mutex_);
  const auto found = state_->find(path);
  require(found != nullptr, "the file is there");
  return found->durable;
}

void FaultyDisk::replace(const std::string& path, Bytes content) {
  const Lock lock(state_->mutex_);
  const auto found = state_->find(path);
  require(found != nullptr, "the file is there");
  found->durable = content.size();
  found->bytes = std::move(content);
}

void FaultyDisk::flip_bit(const std::string& path, std::uint64_t bit) {
  Bytes bytes = content(path);
  char& flipped = bytes.at(bit / 8);
  flipped = static_cast<char>(flipped ^ (1 << (bit % 8)));
  replace(path, std::move(bytes));
}

void FaultyDisk::remove(const std::string& path) {
  const Lock lock(state_->mutex_);
  Directory* directory = state_->directory(parent_of(path));
  require(directory != nullptr, "the directory is there");
  directory->names.erase(name_of(path));
  directory->durable_names.erase(name_of(path));
}

}  // namespace heed::silo::kv

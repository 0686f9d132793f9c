#include "silo/kv_errors.h"

#include <rocksdb/status.h>

#include <cerrno>
#include <cstring>

namespace heed::silo::kv {
namespace {

/// RocksDB keeps of an error number but its text.
bool names(const std::string& message, int error) {
  return message.contains(std::strerror(error));
}

Error of_the_disk(const rocksdb::Status& status, std::string message,
                  const std::string& directory) {
  const std::string disk = "the disk of " + directory;
  // RocksDB takes nothing more after it: what it thinks is on the disk may not be there.
  const bool for_good = status.severity() >= rocksdb::Status::Severity::kFatalError;
  const std::string then = for_good ? ", then start the program again" : "";
  if (status.IsNoSpace()) {
    return {ErrorKind::kUnavailable, std::move(message),
            "free space on " + disk + (for_good ? then : "; writing then goes on by itself")};
  }
  if (names(message, EROFS)) {
    return {ErrorKind::kUnavailable, std::move(message),
            "make " + disk + " writable (mount -o remount,rw)" + then};
  }
  if (names(message, EMFILE) || names(message, ENFILE)) {
    return {ErrorKind::kUnavailable, std::move(message),
            "let the program open more files (LimitNOFILE= or ulimit -n)" + then};
  }
  if (names(message, EACCES) || names(message, EPERM)) {
    return {ErrorKind::kUnavailable, std::move(message),
            "give " + directory + " and what is in it to the user that the program runs as" + then};
  }
  return {ErrorKind::kUnavailable, std::move(message),
          "look at " + disk + " (dmesg, smartctl)" + then};
}

}  // namespace

std::string text_of(const rocksdb::Status& status) {
  std::string text = status.ToString();
  // Of a table that is gone it says the name that LevelDB would have given it.
  constexpr std::string_view kElsewhere = ".ldb";
  for (auto at = text.find(kElsewhere); at != std::string::npos; at = text.find(kElsewhere)) {
    text.replace(at, kElsewhere.size(), ".sst");
  }
  return text;
}

std::unexpected<Error> failure(const rocksdb::Status& status, const std::string& doing,
                               const std::string& directory) {
  std::string message = doing + ": " + text_of(status);
  if (status.IsCorruption()) {
    return fail(ErrorKind::kCorrupt, std::move(message),
                "restore this silo from a backup; what lies elsewhere in it can be read");
  }
  if (status.IsPathNotFound()) {
    return fail(ErrorKind::kCorrupt, std::move(message),
                "a file is gone from " + directory + ": restore this silo from a backup");
  }
  if (status.IsInvalidArgument() && message.contains("Column families not opened")) {
    return fail(ErrorKind::kUnsupported, std::move(message),
                "a later version of the program wrote it: start that one");
  }
  if (status.IsIOError() || status.IsNoSpace()) {
    return std::unexpected(of_the_disk(status, std::move(message), directory));
  }
  if (status.IsBusy() || status.IsTryAgain() || status.IsTimedOut()) {
    return fail(ErrorKind::kUnavailable, std::move(message), "try again");
  }
  if (status.IsShutdownInProgress()) return fail(ErrorKind::kCancelled, std::move(message));
  return fail(ErrorKind::kInternal, std::move(message));
}

}  // namespace heed::silo::kv

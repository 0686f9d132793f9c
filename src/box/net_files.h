// The file service of a control, over FTP (RFC 959) or SFTP: list a directory, get, put, rename,
// delete. libcurl's easy interface, one connection; every call blocks, so it has a thread of its
// own. What is written, and whether it may be, is decided in box/transfer.h.
//
// A name is that of a file in the one directory: no call can leave it (machines::check_file_name).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/ftp/listing.h"

namespace heed::box {

enum class FileProtocol : std::uint8_t { kFtp, kSftp };

/// Where a control's files are, and how to be let in.
struct FilePlace {
  FileProtocol protocol = FileProtocol::kFtp;
  std::string host;
  std::uint16_t port = 21;
  std::string user;  ///< Empty: anonymous.
  std::string password;
  std::string private_key;  ///< PEM, of SFTP; instead of the password.
  /// "" is where a login leads; "PROG", "/home/cnc/prog".
  std::string directory;
  bool passive = true;  ///< FTP: who opens the connection that carries a file.
  /// "SHA256:…" as `ssh-keygen -l` writes it; empty: whichever the control shows.
  std::string host_key;
};

struct FileLimits {
  Duration connect = Duration::seconds(10);
  Duration silence = Duration::seconds(30);  ///< Without a byte.
  Duration whole = Duration::minutes(10);    ///< For one call.
  std::size_t file = std::size_t{64} << 20;
  std::size_t listing = std::size_t{4} << 20;
};

struct FileWatch {
  std::stop_token stop;
  /// Bytes that have gone over, and of how many; 0 where that is not known.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress = {};
};

/// Not thread-safe. Errors say what the control answered: "the control answered 530 Login
/// incorrect". kNotFound for a file that is not there, kExhausted beyond a limit, kCancelled where
/// the watch said stop, kConflict for another host key than the pinned one.
class FileService {
 public:
  FileService(FilePlace place, FileLimits limits, FileWatch watch);
  ~FileService();
  FileService(const FileService&) = delete;
  FileService& operator=(const FileService&) = delete;

  Result<wire::ftp::Listing> list();
  Result<Bytes> fetch(const std::string& name);
  /// Over what has this name.
  Result<void> store(const std::string& name, BytesView content);
  Result<void> rename(const std::string& from, const std::string& to);
  Result<void> remove(const std::string& name);
  /// The one that the control has shown; empty before the first call, and with FTP.
  const std::string& host_key() const;

 private:
  struct Inside;
  const std::unique_ptr<Inside> inside_;
};

}  // namespace heed::box

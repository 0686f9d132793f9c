// Changing the root key of a server that runs: `heed keys rotate-root --to-file` leaves a request
// in the key ring, which only the ring's owner can write to; the server does it and leaves the
// answer. Nothing secret passes between them, so a passphrase cannot be changed in this way.
#pragma once

#include <string>
#include <thread>

#include "base/log.h"
#include "base/sync.h"
#include "silo/silo.h"

namespace heed::app {

/// The server's side, while it lives: looks once a second, on a thread of its own, as changing the
/// root of a large ring takes a while. Stops within a file's change; the next opening of the ring
/// then finishes it or takes it back.
class RotationRequests {
 public:
  /// `store` and `log` outlive it.
  RotationRequests(silo::Store& store, std::string keys, Log& log);
  ~RotationRequests();
  RotationRequests(const RotationRequests&) = delete;
  RotationRequests& operator=(const RotationRequests&) = delete;

 private:
  void run();
  void answer();
  bool stopping();

  silo::Store& store_;
  const std::string keys_;
  Log& log_;
  Mutex mutex_;
  Condition wake_;
  bool stopping_ HEED_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

/// The command's side: returns when the server has done it. kUnavailable when nobody takes the
/// request up within ten seconds.
Result<void> ask_server_to_rotate(const std::string& keys);

}  // namespace heed::app

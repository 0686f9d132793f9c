// A serial line for tests: its far end, where a script plays the control on a thread of its own.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/sync.h"
#include "box/fd.h"

namespace heed::box {

class TestPty {
 public:
  /// `answer` is called with what came, and gives what is said back.
  explicit TestPty(std::function<std::string(std::string_view)> answer)
      : answer_(std::move(answer)), far_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    char name[64] = {};
    const bool made = ::grantpt(far_.number()) == 0 && ::unlockpt(far_.number()) == 0 &&
                      ::ptsname_r(far_.number(), name, sizeof(name)) == 0;
    require(made, "the test's serial line is there");
    name_ = name;
    // Kept open, so that the line does not hang up between two owners.
    near_ = Fd(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    thread_ = std::thread([this] { play(); });
  }
  ~TestPty() {
    stopped_ = true;
    thread_.join();
  }
  TestPty(const TestPty&) = delete;
  TestPty& operator=(const TestPty&) = delete;

  const std::string& name() const { return name_; }
  /// Everything that was written to the line.
  std::string received() {
    const Lock lock(mutex_);
    return received_;
  }

 private:
  void play() {
    while (!stopped_) {
      pollfd one{far_.number(), POLLIN, 0};
      if (::poll(&one, 1, 20) <= 0) continue;
      std::string bytes(4'096, '\0');
      const ssize_t got = ::read(far_.number(), bytes.data(), bytes.size());
      if (got <= 0) continue;
      bytes.resize(static_cast<std::size_t>(got));
      {
        const Lock lock(mutex_);
        received_ += bytes;
      }
      const std::string said = answer_(bytes);
      require(::write(far_.number(), said.data(), said.size()) == static_cast<ssize_t>(said.size()),
              "the test's serial line takes what is said");
    }
  }

  const std::function<std::string(std::string_view)> answer_;
  const Fd far_;
  Fd near_;
  std::string name_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
  Mutex mutex_;
  std::string received_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::box

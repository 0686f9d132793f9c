// A file descriptor that closes itself, and what its system calls say when they fail.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace heed::box {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { close(); }

  int number() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_ = -1;
};

/// The words of the C library for an errno: "Connection refused".
std::string system_words(int error);
/// kUnavailable: `what`, then the words for the present errno.
std::unexpected<Error> system_failure(const std::string& what);

}  // namespace heed::box

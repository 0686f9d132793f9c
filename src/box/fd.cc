#include "box/fd.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace heed::box {

void Fd::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

std::string system_words(int error) {
  return std::generic_category().message(error);
}

std::unexpected<Error> system_failure(const std::string& what) {
  return fail(ErrorKind::kUnavailable, what + ": " + system_words(errno));
}

}  // namespace heed::box

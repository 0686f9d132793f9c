#include "base/random.h"

#include <sys/random.h>

#include "base/result.h"

namespace heed {

Bytes SystemRandom::bytes(std::size_t size) {
  Bytes out(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t n = ::getrandom(out.data() + filled, size - filled, 0);
    if (n > 0) filled += static_cast<std::size_t>(n);
    require(n > 0 || errno == EINTR, "getrandom(2) answers");
  }
  return out;
}

Bytes SeededRandom::bytes(std::size_t size) {
  Bytes out;
  out.reserve(size + 8);
  while (out.size() < size) {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    out += ByteWriter().u64(z ^ (z >> 31)).view();
  }
  out.resize(size);
  return out;
}

}  // namespace heed

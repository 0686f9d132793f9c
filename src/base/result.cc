#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace heed {

void require(bool holds, std::string_view invariant, std::source_location where) {
  if (holds) return;
  std::fprintf(stderr, "heed stopped: %.*s does not hold (%s:%u)\n",
               static_cast<int>(invariant.size()), invariant.data(), where.file_name(),
               static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace heed

#include "wire/mtconnect/request.h"

#include <fmt/core.h>

namespace heed::wire::mtconnect {

std::string path_segment(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    // A segment of dots alone would climb the path.
    const bool kept = kUnreserved.contains(c) && (c != '.' || !out.empty());
    out += kept ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace heed::wire::mtconnect

#include "wire/mtconnect/request.h"

#include <fmt/core.h>

namespace heed::wire::mtconnect {

std::string path_segment(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  // These two would climb the path.
  const bool dots = text == "." || text == "..";
  std::string out;
  for (const char c : text) {
    const bool kept = kUnreserved.contains(c) && !dots;
    out += kept ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace heed::wire::mtconnect

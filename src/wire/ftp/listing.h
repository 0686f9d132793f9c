// What a file service says lies in a directory: the machine-readable listing of RFC 3659 §7 (MLSD),
// and the two shapes that servers answer LIST with, those of UNIX (SFTP servers write it too) and
// of DOS. RFC 959 gives LIST no format, so lines that are none of these are counted and left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heed::wire::ftp {

constexpr std::size_t kMostListed = 20'000;  ///< Files of one listing.

struct Listed {
  std::string name;  ///< As the server wrote it; may be in any encoding.
  std::optional<std::uint64_t> size;
  /// As the server wrote it ("Nov 14 22:13"), as it says neither year nor zone; MLSD's in RFC 3339.
  std::string changed;
  bool directory = false;
};

struct Listing {
  std::vector<Listed> files;
  bool cut = false;        ///< There are more than kMostListed.
  std::size_t unread = 0;  ///< Lines that were not understood.
};

Listing read_mlsd(std::string_view text);
Listing read_list(std::string_view text);

}  // namespace heed::wire::ftp

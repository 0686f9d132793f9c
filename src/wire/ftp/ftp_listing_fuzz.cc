// Any bytes as a listing: bounded, and never a name with an end of line in it.
#include "base/result.h"
#include "wire/ftp/listing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& listing : {heed::wire::ftp::read_mlsd(text), heed::wire::ftp::read_list(text)}) {
    heed::require(listing.files.size() <= heed::wire::ftp::kMostListed, "a listing is bounded");
    for (const auto& file : listing.files) {
      heed::require(!file.name.empty() && !file.name.contains('\n'), "a name is within its line");
    }
  }
  return 0;
}

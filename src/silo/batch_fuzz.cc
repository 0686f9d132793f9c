// Whatever bytes come from the log: no crash, and samples within their bounds.
#include "base/result.h"
#include "silo/batch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const heed::BytesView bytes(reinterpret_cast<const char*>(data), size);
  (void)heed::silo::decode_batch(
      bytes, [](heed::silo::SeriesId, const heed::silo::Run::Item&, std::string_view text) {
        heed::require(text.size() <= heed::silo::kLongestValue, "a text keeps its bound");
      });
  return 0;
}

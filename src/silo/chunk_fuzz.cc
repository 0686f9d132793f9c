// Whatever bytes come: no crash, bounded memory, and what decodes is a run that survives the codec.
#include "base/result.h"
#include "silo/chunk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto run =
      heed::silo::decode_chunk(heed::BytesView(reinterpret_cast<const char*>(data), size));
  (void)heed::silo::digest_of_chunk(heed::BytesView(reinterpret_cast<const char*>(data), size));
  if (!run) return 0;
  const heed::Bytes again = heed::silo::encode_chunk(*run);
  const auto twice = heed::silo::decode_chunk(again);
  heed::require(twice && twice->size() == run->size(), "a run survives its codec");
  for (std::size_t i = 0; i < run->size(); ++i) {
    const auto& a = run->items()[i];
    const auto& b = twice->items()[i];
    heed::require(a.at == b.at && a.device == b.device && a.arrival_ms == b.arrival_ms &&
                      a.flags == b.flags && a.gap == b.gap && run->text(a) == twice->text(b),
                  "a sample survives the codec");
  }
  return 0;
}

// Whatever somebody seals to a successor's key: no crash, bounded memory, keys or an error.
#include "silo/handover_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const heed::BytesView bytes(reinterpret_cast<const char*>(data), size);
  const auto opened = heed::silo::decode_handed_keys(bytes);
  if (opened) heed::require(!opened->keys.key.empty(), "what decodes has a key");
  return 0;
}

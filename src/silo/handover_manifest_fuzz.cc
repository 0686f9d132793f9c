// Whatever a package says of itself: no crash, bounded memory, and what decodes has one form.
#include "silo/handover_manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const heed::BytesView text(reinterpret_cast<const char*>(data), size);
  const auto handover = heed::silo::decode_handover(text);
  if (handover) {
    heed::require(heed::silo::encode_handover(*handover) == text, "a manifest has one form");
  }
  const auto record = heed::silo::parse_transfer_record(text);
  if (record) heed::require(record->ground.complete(), "a record is whole or refused");
  return 0;
}

// Whatever a repository holds: no crash, bounded memory, and what decodes has one form.
#include "silo/backup_manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const heed::BytesView text(reinterpret_cast<const char*>(data), size);
  const auto manifest = heed::silo::decode_manifest(text);
  if (manifest) {
    heed::require(heed::silo::encode_manifest(*manifest) == text, "a manifest has one form");
  }
  const auto ledger = heed::silo::decode_ledger(text);
  if (ledger) heed::require(heed::silo::encode_ledger(*ledger) == text, "a ledger has one form");
  return 0;
}

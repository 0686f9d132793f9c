// Whatever text comes: no crash, bounded memory. What verifies with a key whose other half is
// nowhere kept but in the corpus says of itself only what is in the text.
#include "silo/journal_export.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Of the secret of 32 letters k, with which tests/corpus/journal_export was signed.
  static const auto key =
      heed::SigningKey::from_bytes(heed::Bytes(heed::kEd25519KeySize, 'k'))->public_key();
  const heed::BytesView text(reinterpret_cast<const char*>(data), size);
  const auto verified = heed::silo::verify_export(text, key);
  if (verified) {
    heed::require(verified->told.to <= verified->head.entries, "no more is told than there is");
  }
  const auto entry = heed::silo::decode_entry(text);
  if (entry) heed::require(heed::silo::encode_entry(*entry) == text, "an entry has one form");
  const auto head = heed::silo::decode_head(text);
  if (head) heed::require(heed::silo::encode_head(*head) == text, "a head has one form");
  return 0;
}

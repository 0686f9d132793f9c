#include "base/result.h"
#include "box/report_codec.h"

// Whatever bytes come: no crash, and what decodes encodes to something that decodes to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const heed::BytesView bytes(reinterpret_cast<const char*>(data), size);
  const auto report = heed::box::decode_report(bytes);
  if (!report) return 0;
  const heed::Bytes again = heed::box::encode_report(*report);
  const auto twice = heed::box::decode_report(again);
  heed::require(twice && heed::box::encode_report(*twice) == again, "a report survives its codec");
  return 0;
}

// Any bytes as any document, whole and in pieces: the same must come out.
#include "wire/mtconnect/document_fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::wire::mtconnect::fuzzing;
  if (size > kMaxInput) return 0;
  read_as_everything(heed::BytesView(reinterpret_cast<const char*>(data), size));
  return 0;
}

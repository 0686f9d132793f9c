// Any bytes within the braces of a JSON document; what an asset keeps of itself must read as the
// same asset again.
#include "wire/mtconnect/document_fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::wire::mtconnect;
  if (size > fuzzing::kMaxInput) return 0;
  const std::string document = "{" + std::string(reinterpret_cast<const char*>(data), size) + "}";
  fuzzing::read_as_everything(document);
  heed::SeededRandom random(1);
  const auto read = read_assets(document, random);
  if (!read) return 0;
  for (const Asset& asset : read->assets) {
    const auto again = read_assets(asset.raw, random);
    if (!again) continue;  // its name is no element's
    heed::require(again->assets.size() == 1, "an asset is one");
    heed::require(again->assets[0].asset_id == asset.asset_id, "an asset keeps its id");
  }
  return 0;
}

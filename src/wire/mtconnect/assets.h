// The assets document: cutting tools, files, fixtures and whatever a later version adds, by their
// common attributes; their insides stay XML.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/mtconnect/error.h"
#include "wire/mtconnect/header.h"

namespace heed::wire::mtconnect {

inline constexpr std::size_t kMaxAssets = 10'000;

struct Asset {
  /// The element's local name: `CuttingTool`, `File`, `RawMaterial`, ….
  std::string type;
  std::string asset_id;
  std::string device_uuid;
  std::optional<Time> timestamp;
  bool removed = false;
  /// The whole element, exactly as it came in.
  Bytes raw;
  bool operator==(const Asset&) const = default;
};

struct AssetsDocument {
  Header header;
  std::vector<Asset> assets;
  std::vector<AgentError> errors;
};

/// Reads one assets document that arrives in pieces. Holds the assets, within its limits.
class AssetsReader {
 public:
  explicit AssetsReader(Random& random);
  ~AssetsReader();
  Result<void> feed(BytesView piece);
  Result<AssetsDocument> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Result<AssetsDocument> read_assets(BytesView document, Random& random);

}  // namespace heed::wire::mtconnect

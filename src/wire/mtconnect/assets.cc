#include "wire/mtconnect/assets.h"

#include <fmt/core.h>

#include "wire/mtconnect/document.h"

namespace heed::wire::mtconnect {
namespace {

/// Depth of an asset: below the root and `<Assets>`.
constexpr std::size_t kAssetDepth = 3;

class AssetsBody final : public Document {
 public:
  explicit AssetsBody(Random& random) : Document("MTConnectAssets", random, "Assets") {}
  std::vector<Asset> take() { return std::move(assets_); }

 private:
  void start_body(std::string_view name, const XmlAttributes& attributes) override {
    if (depth() == kAssetDepth - 1) in_assets_ = name == "Assets";
    if (depth() != kAssetDepth || !in_assets_) return;
    if (assets_.size() == kMaxAssets) {
      return refuse({ErrorKind::kExhausted, fmt::format("more than {} assets", kMaxAssets), {}});
    }
    Asset asset;
    asset.type = name;
    asset.asset_id = attributes.text("assetId");
    asset.device_uuid = attributes.text("deviceUuid");
    asset.timestamp = parse_time(attributes.text("timestamp"));
    asset.removed = attributes.text("removed") == "true";
    assets_.push_back(std::move(asset));
    parser().mark();
  }
  void end_body(std::string_view) override {
    if (depth() == kAssetDepth && in_assets_) assets_.back().raw = parser().marked();
  }
  void text_body(std::string_view) override {}

  std::vector<Asset> assets_;
  bool in_assets_ = false;
};

}  // namespace

struct AssetsReader::State {
  explicit State(Random& random) : document(random) {}
  AssetsBody document;
};

AssetsReader::AssetsReader(Random& random) : state_(std::make_unique<State>(random)) {}
AssetsReader::~AssetsReader() = default;

Result<void> AssetsReader::feed(BytesView piece) {
  return state_->document.feed(piece);
}

Result<AssetsDocument> AssetsReader::finish() {
  AssetsBody& document = state_->document;
  if (const auto finished = document.finish(); !finished) {
    return std::unexpected(finished.error());
  }
  return AssetsDocument{document.header(), document.take(), document.errors()};
}

Result<AssetsDocument> read_assets(BytesView document, Random& random) {
  AssetsReader reader(random);
  return read_whole(reader, document);
}

}  // namespace heed::wire::mtconnect

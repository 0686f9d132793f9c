#include "wire/mtconnect/cutting_tool.h"

#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "wire/mtconnect/notation.h"
#include "wire/xml.h"

namespace heed::wire::mtconnect {
namespace {

constexpr XmlLimits kLimits{.document_bytes = std::size_t{1} << 20, .depth = 32};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

/// Finite; nothing for any other text.
std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

class ToolElement final : public XmlHandler {
 public:
  explicit ToolElement(Random& random) : parser_(*this, random, kLimits, {.may_be_alone = true}) {}

  Result<CuttingTool> read(BytesView element) {
    auto read = parser_.feed(element);
    if (read) read = parser_.finish();
    if (!read) return std::unexpected(read.error());
    return std::move(tool_);
  }

 private:
  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    if (depth_++ == 0) return start_tool(name, attributes);
    text_.clear();
    if (name == "Location") tool_.location_type = shortened(attributes.text("type"));
    // An edge's life is an ItemLife, the tool's a ToolLife; both count alike.
    if (name == "ToolLife" || name == "ItemLife") start_life(attributes);
  }
  void start_tool(std::string_view name, const XmlAttributes& attributes) {
    if (name != "CuttingTool") {
      return parser_.refuse(
          {ErrorKind::kInvalid, fmt::format("this asset is a {}, not a CuttingTool", name), {}});
    }
    tool_.asset_id = shortened(attributes.text("assetId"));
    tool_.tool_id = shortened(attributes.text("toolId"));
    tool_.serial_number = shortened(attributes.text("serialNumber"));
  }
  void start_life(const XmlAttributes& attributes) {
    if (tool_.lives.size() == CuttingTool::kMostLives) return refuse("lives");
    tool_.lives.push_back({.type = shortened(attributes.text("type")),
                           .down = attributes.text("countDirection") == "DOWN",
                           .value = {},
                           .initial = number_in(attributes.text("initial")),
                           .warning = number_in(attributes.text("warning")),
                           .limit = number_in(attributes.text("limit"))});
  }
  void end_element(std::string_view name) override {
    --depth_;
    const std::string_view said = trimmed(text_);
    if (name == "Description") tool_.description = said;
    if (name == "ProgramToolNumber") tool_.number = said;
    if (name == "ProgramToolGroup") tool_.group = said;
    if (name == "Location") tool_.location = said;
    if (name == "Status") {
      if (tool_.statuses.size() == CuttingTool::kMostStatuses) return refuse("states");
      tool_.statuses.emplace_back(said);
    }
    if (name == "ToolLife" || name == "ItemLife") tool_.lives.back().value = number_in(said);
    text_.clear();
  }
  void text(std::string_view piece) override {
    text_ += piece.substr(0, CuttingTool::kLongestText - text_.size());
  }
  void refuse(std::string_view of_what) {
    parser_.refuse({ErrorKind::kExhausted, fmt::format("the tool has too many {}", of_what), {}});
  }
  static std::string shortened(std::string_view text) {
    return std::string(text.substr(0, CuttingTool::kLongestText));
  }

  NotationParser parser_;
  CuttingTool tool_;
  std::string text_;
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<double> CutterLife::used() const {
  if (!value) return {};
  if (down) {
    if (!initial || *initial <= 0) return {};
    return 1 - *value / *initial;
  }
  if (!limit || *limit <= 0) return {};
  return *value / *limit;
}

Result<CuttingTool> read_cutting_tool(BytesView element, Random& random) {
  // JSON comes alone; a brace before an element is part of what an adapter sent.
  const bool is_json = trimmed(element).starts_with('{');
  const std::size_t begin = is_json ? 0 : element.find('<');
  if (begin == BytesView::npos) return fail(ErrorKind::kCorrupt, "there is no element in it");
  return ToolElement(random).read(element.substr(begin));
}

}  // namespace heed::wire::mtconnect

#include "policy/publish/html.h"

#include <algorithm>
#include <array>

#include "base/result.h"

namespace heed::policy {
namespace {

/// Stand within a line of text; all others begin a line of the source.
bool is_inline(std::string_view tag) {
  constexpr std::array<std::string_view, 6> kInline = {"a",      "code", "span",
                                                       "strong", "time", "small"};
  return std::ranges::find(kInline, tag) != kInline.end();
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r') safe += c;
    }
  }
  return safe;
}

void Html::begin(std::string_view tag, Attributes attributes) {
  if (!is_inline(tag) && !text_.empty() && text_.back() != '\n') text_ += '\n';
  text_ += '<';
  text_ += tag;
  for (const auto& [name, value] : attributes) {
    if (value.empty()) continue;
    text_ += ' ';
    text_ += name;
    text_ += "=\"";
    text_ += html_escaped(value);
    text_ += '"';
  }
}

Html& Html::open(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  text_ += '>';
  open_.emplace_back(tag);
  return *this;
}

Html& Html::close() {
  require(!open_.empty(), "each close() has its open()");
  text_ += "</";
  text_ += open_.back();
  text_ += '>';
  if (!is_inline(open_.back())) text_ += '\n';
  open_.pop_back();
  return *this;
}

Html& Html::text(std::string_view text) {
  text_ += html_escaped(text);
  return *this;
}

Html& Html::element(std::string_view tag, std::string_view text, Attributes attributes) {
  return open(tag, attributes).text(text).close();
}

Html& Html::empty(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  text_ += " />";
  return *this;
}

Html& Html::raw(std::string_view markup) {
  text_ += markup;
  return *this;
}

}  // namespace heed::policy

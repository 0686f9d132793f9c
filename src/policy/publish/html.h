// Writes HTML in XML's syntax, so that an XML parser can check it. Everything that is not a tag is
// escaped here and nowhere else.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heed::policy {

/// Safe between tags and within a quoted attribute. Bytes below space but tab and line ends are
/// left out: no document may hold them.
std::string html_escaped(std::string_view text);

/// Builds one document; each open() has its close().
class Html {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  Html& open(std::string_view tag, Attributes attributes = {});
  Html& close();
  Html& text(std::string_view text);
  /// An element that holds text alone.
  Html& element(std::string_view tag, std::string_view text, Attributes attributes = {});
  /// An element that holds nothing: <meta />.
  Html& empty(std::string_view tag, Attributes attributes);
  /// Text that is markup or style already; never from outside.
  Html& raw(std::string_view markup);

  std::string take() { return std::move(text_); }

 private:
  void begin(std::string_view tag, Attributes attributes);
  std::string text_;
  std::vector<std::string> open_;
};

}  // namespace heed::policy

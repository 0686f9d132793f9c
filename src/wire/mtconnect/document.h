// What all MTConnect documents share: the root that says which kind it is, the header, and that any
// of them may turn out to be an error document instead. Known to this folder alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "wire/mtconnect/error.h"
#include "wire/mtconnect/header.h"
#include "wire/mtconnect/notation.h"
#include "wire/xml.h"

namespace heed::wire::mtconnect {

/// Takes the blanks off both ends, in place.
void trim_text(std::string& text);

/// Feeds a reader all it will get.
template <class Reader>
auto read_whole(Reader& reader, BytesView document) -> decltype(reader.finish()) {
  if (const auto fed = reader.feed(document); !fed) return std::unexpected(fed.error());
  return reader.finish();
}

class Document : private XmlHandler {
 public:
  /// `root` is the local name that the document must have, if it is not MTConnectError;
  /// `container` the element of it that a lone element of JSON stands in, if it may be alone.
  Document(std::string_view root, Random& random, std::string_view container = {});

  Result<void> feed(BytesView piece) { return parser_.feed(piece); }
  Result<void> finish() { return parser_.finish(); }
  void refuse(Error error) { parser_.refuse(std::move(error)); }

  const Header& header() const { return header_; }
  bool is_error() const { return is_error_; }
  const std::vector<AgentError>& errors() const { return errors_; }

 protected:
  /// Elements below the root other than the header; depth() is 2 for the root's children.
  virtual void start_body(std::string_view name, const XmlAttributes& attributes) = 0;
  /// depth() is that of the element that ends.
  virtual void end_body(std::string_view name) = 0;
  virtual void text_body(std::string_view piece) = 0;
  /// Of a document that is no error document.
  virtual void header_read() {}

  std::size_t depth() const { return depth_; }
  NotationParser& parser() { return parser_; }
  /// Appends, up to kMaxTextBytes; beyond, the document is refused.
  void append(std::string& to, std::string_view piece);

 private:
  void start_element(std::string_view name, const XmlAttributes& attributes) final;
  void end_element(std::string_view name) final;
  void text(std::string_view piece) final;
  void start_root(std::string_view name);
  void start_header(const XmlAttributes& attributes);
  void start_error(std::string_view name, const XmlAttributes& attributes);

  std::string root_;
  NotationParser parser_;
  Header header_;
  std::vector<AgentError> errors_;
  std::size_t depth_ = 0;
  bool has_header_ = false;
  bool is_error_ = false;
  /// Depth of the error element and of the element whose text is its message; 0: none is open.
  std::size_t error_depth_ = 0;
  std::size_t message_depth_ = 0;
};

}  // namespace heed::wire::mtconnect

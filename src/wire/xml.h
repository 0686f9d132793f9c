// The one way in which XML enters the house: a push parser in constant memory, over expat.
//
// Document type declarations are refused, so there are no entities to expand and nothing to fetch
// (billion laughs, XXE). Names are compared by local name: what the vendors of machines declare as
// namespace differs from version to version, and some declare none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace heed::wire {

/// What a document may grow to. Beyond any of them the document is refused (kExhausted).
struct XmlLimits {
  std::size_t document_bytes = std::size_t{64} << 20;
  /// Open elements at once.
  std::size_t depth = 64;
  /// Attributes of one element.
  std::size_t attributes = 128;
  /// One tag, comment or processing instruction: expat holds an unfinished one in memory.
  std::size_t token_bytes = std::size_t{1} << 20;
  /// What mark() may hold back.
  std::size_t marked_bytes = std::size_t{8} << 20;
};

/// A decimal number without sign, blank or rest; nothing for any other text.
std::optional<std::uint64_t> whole_number(std::string_view text);

/// The attributes of one element; valid during the call that gives them.
class XmlAttributes {
 public:
  /// `pairs` is expat's array: name, value, name, value, …, null.
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  /// The value of the attribute with this local name (`a` also finds `x:a`); nothing if there is
  /// none.
  std::optional<std::string_view> find(std::string_view local_name) const;
  /// The same, or the empty text.
  std::string_view text(std::string_view local_name) const {
    return find(local_name).value_or(std::string_view());
  }
  /// A whole number without sign; nothing if the attribute is absent or anything else.
  std::optional<std::uint64_t> number(std::string_view local_name) const;
  /// Namespace declarations included.
  std::size_t size() const;
  /// In document order, names as written.
  std::string_view name_at(std::size_t i) const { return pairs_[2 * i]; }
  std::string_view value_at(std::size_t i) const { return pairs_[2 * i + 1]; }

 private:
  const char* const* pairs_;
};

/// Takes what an XmlParser finds. Views are valid during the call; `name` is the local name.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start_element(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end_element(std::string_view name) = 0;
  /// Character data, in as many pieces as it pleases the parser.
  virtual void text(std::string_view piece) = 0;
};

/// Parses one document that arrives in pieces. Not thread-safe; not copyable or movable.
class XmlParser {
 public:
  /// `random` gives the salt of expat's hash tables (against crafted collisions) and is not kept.
  XmlParser(XmlHandler& handler, Random& random, XmlLimits limits = {});
  ~XmlParser();
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;

  /// The next bytes of the document, of any size. The first failure stays: later calls repeat it.
  Result<void> feed(BytesView piece);
  /// No more bytes will come. kCorrupt if the document is not complete.
  Result<void> finish();

  /// From inside a handler: give the document up with this error.
  void refuse(Error error);
  /// From inside start_element: keep the document's own bytes from this tag on.
  void mark();
  /// From inside end_element: the bytes from the marked tag up to the end of this one, exactly as
  /// they came in; the mark is taken off. Valid during the call.
  BytesView marked();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heed::wire

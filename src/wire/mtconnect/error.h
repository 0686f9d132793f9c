// MTConnectError documents, 1.0 to 2.7: `<Error errorCode="OUT_OF_RANGE">text</Error>`, and since
// 2.6 `<OutOfRange errorCode="OUT_OF_RANGE"><ErrorMessage>text</ErrorMessage>…`.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "wire/mtconnect/header.h"

namespace heed::wire::mtconnect {

/// Beyond this many errors in one document the rest is left out.
inline constexpr std::size_t kMaxErrors = 64;

struct ErrorDocument {
  Header header;
  std::vector<AgentError> errors;

  /// Whether one of the errors has this code.
  bool has(std::string_view code) const;
};

/// The part of an MTConnectError document below its root; the readers of all documents share it,
/// because any request may be answered with one.
class ErrorReader final : public XmlHandler {
 public:
  void start_element(std::string_view name, const XmlAttributes& attributes) override;
  void end_element(std::string_view name) override;
  void text(std::string_view piece) override;
  const ErrorDocument& document() const { return document_; }

 private:
  ErrorDocument document_;
  bool in_error_ = false;
  bool in_other_ = false;
};

/// Reads a whole error document. kCorrupt if it is anything else.
Result<ErrorDocument> read_error(BytesView document, Random& random);

}  // namespace heed::wire::mtconnect

// MTConnectError documents, 1.0 to 2.7: `<Error errorCode="OUT_OF_RANGE">text</Error>`, and since
// 2.6 `<OutOfRange><ErrorMessage>text</ErrorMessage>…`.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "wire/mtconnect/header.h"

namespace heed::wire::mtconnect {

/// Beyond this many errors in one document the rest is left out.
inline constexpr std::size_t kMaxErrors = 64;

struct ErrorDocument {
  Header header;
  std::vector<AgentError> errors;
};

/// Whether one of the errors has this code.
bool has_error(const std::vector<AgentError>& errors, std::string_view code);

/// Reads a whole error document. kCorrupt if it is anything else. (The readers of the other
/// documents understand an error document too, because any request may be answered with one.)
Result<ErrorDocument> read_error(BytesView document, Random& random);

}  // namespace heed::wire::mtconnect

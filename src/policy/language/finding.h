// What a person is told about a policy file: where, what is wrong, and the mend.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/language/document.h"

namespace heed::policy {

enum class Severity : std::uint8_t {
  kError,    ///< It does not compile.
  kWarning,  ///< It compiles; a lawyer or an engineer should look.
};

struct Finding {
  Severity severity = Severity::kError;
  /// Stable name of the check: "syntax", "unknown-word", "overdue-review", …
  std::string check;
  std::string file;
  Place place;
  std::string clause;   ///< Id of the clause it stands in, or empty.
  std::string message;  ///< One sentence.
  std::string mend;     ///< What to do about it; never empty.
};

/// One finding for a terminal, with the line it stands in:
///   chatter.policy:14:9: error: the policy has no party 'procesor' (clause 4.2)
///     14 |   allow personal to procesor
///        |                     ^^^^^^^^
///        = did you mean 'processor'?
/// `text` is the file's.
std::string excerpt(const Finding& finding, std::string_view text);

}  // namespace heed::policy

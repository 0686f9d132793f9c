// From text to the tree, and back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/language/document.h"
#include "policy/language/finding.h"

namespace heed::policy {

struct ParseLimits {
  static constexpr std::size_t kText = 4U << 20;       ///< Bytes of a file
  static constexpr std::size_t kFindings = 50;         ///< Errors told in one run
  static constexpr std::size_t kNesting = 32;          ///< Of words and of exceptions, each
  static constexpr std::size_t kLongestText = 16'384;  ///< Bytes of a sentence
  static constexpr std::size_t kLongestName = 128;     ///< Bytes
  static constexpr std::int64_t kLongestYears = 200;   ///< Of a span
};

struct Parsed {
  /// The file's units, with what could be read of them: after an error the parser goes on at the
  /// next statement or declaration.
  std::vector<Document> documents;
  std::vector<Finding> findings;  ///< Errors of syntax, in the order of the file.
  bool ok() const { return findings.empty(); }
};

/// Linear in the size of `text`. Never fails: what is wrong is in the findings. `file` is what
/// messages call it.
Parsed parse(std::string_view text, std::string file);

/// The one way to write it: two spaces, a statement a line, lines broken at 100 columns, a line for
/// each word of which more is said than its name.
/// format(parse(format(d))) is format(d), and the tree stays the same but for its places.
std::string format(const Document& document);

}  // namespace heed::policy

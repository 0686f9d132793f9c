// A cell of a CSV file (RFC 4180).
#pragma once

#include <string>
#include <string_view>

namespace heed::http {

/// Always quoted, so that a value can be told from a gap. A spreadsheet takes a leading =, + or @
/// for a formula; what a machine said is given to the letter all the same, as the raw data it is.
void append_quoted(std::string& out, std::string_view value);

}  // namespace heed::http

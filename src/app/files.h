// Whole files of text, as a command reads and writes them.
#pragma once

#include <string>

#include "base/result.h"

namespace heed::app {

/// The file's text, or the standard input's for "-". kNotFound if it is not there, kInvalid for a
/// directory, kExhausted beyond `most` bytes; each names the file.
Result<std::string> read_text(const std::string& path, std::size_t most);

/// Writes all of it or leaves the file as it was; gives the number of bytes.
Result<std::size_t> write_text(const std::string& path, const std::string& text);

}  // namespace heed::app

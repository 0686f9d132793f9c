// What a program is called: by a control, in a directory, in a call.
#pragma once

#include <string_view>

namespace heed::machines {

/// Whether two names are one program's: without path and ending, without regard to case, and O0012
/// is O12.
bool is_same_program(std::string_view name, std::string_view other);

}  // namespace heed::machines

// A machine's constants as words: "rapid=24000", as a person writes them at a command line.
#pragma once

#include <string>
#include <string_view>

#include "machines/nc/estimate.h"

namespace heed::machines::nc {

/// Sets what the word says, which is then believed within 5 %. kInvalid names the words that there
/// are. Units are a shop's: mm/min and degrees/min for rapids, else mm, mm/s², s.
Result<void> set_constant(Constants& constants, std::string_view word);

/// All constants as such words, each with a blank before the next; what is the same for all linear
/// or rotary axes is said once. Spreads are not told.
std::string constant_words(const Constants& constants);

/// The words that there are, one a line, with what they mean.
std::string_view machine_words_help();

}  // namespace heed::machines::nc

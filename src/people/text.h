// Names as people write them, and times as coarse as they are worth keeping.
#pragma once

#include <string_view>

#include "base/base.h"

namespace heed::people {

constexpr std::size_t kLongestName = 100;  ///< Characters, of a person, an organization or a key.

/// UTF-8 characters; bytes that are not UTF-8 count as some.
std::size_t count_characters(std::string_view text);
/// kInvalid unless it is 1 to kLongestName characters on one line; `whose` begins the sentence.
Result<void> check_name(std::string_view name, std::string_view whose);
/// When something was last used is kept to the hour: finer would cost a disk sync each use, and
/// tell more about a person than anybody needs.
Time to_the_hour(Time t);

}  // namespace heed::people

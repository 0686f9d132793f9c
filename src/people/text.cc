#include "people/text.h"

#include <algorithm>
#include <string>

namespace heed::people {

std::size_t count_characters(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

Result<void> check_name(std::string_view name, std::string_view whose) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
  const bool blank = name.find_first_not_of(' ') == std::string_view::npos;
  if (!blank && std::ranges::none_of(name, is_control) && count_characters(name) <= kLongestName) {
    return {};
  }
  return fail(ErrorKind::kInvalid,
              std::string(whose) + " is empty, longer than 100 characters, or has a line break",
              "give 1 to 100 characters on one line");
}

Time to_the_hour(Time t) {
  constexpr std::int64_t kHour = 3'600;
  return Time::from_seconds(t.seconds() / kHour * kHour);
}

}  // namespace heed::people

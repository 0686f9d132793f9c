#include "wire/mqtt/topic.h"

#include <algorithm>

namespace heed::wire::mqtt {
namespace {

// Takes the level up to the next slash off the front; `more` is false after the last.
std::string_view take_level(std::string_view& text, bool& more) {
  const std::size_t slash = text.find('/');
  more = slash != std::string_view::npos;
  const std::string_view level = text.substr(0, slash);
  text.remove_prefix(more ? slash + 1 : text.size());
  return level;
}

}  // namespace

bool matches(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
  bool more_filter = true;
  bool more_topic = true;
  while (more_filter && more_topic) {
    const std::string_view wanted = take_level(filter, more_filter);
    if (wanted == "#") return true;
    const std::string_view level = take_level(topic, more_topic);
    if (wanted != "+" && wanted != level) return false;
  }
  // `a/#` is also `a` itself.
  return more_filter == more_topic || (more_filter && filter == "#");
}

Result<void> check_filter(std::string_view filter) {
  const bool plain = std::ranges::none_of(
      filter, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
  bool good = !filter.empty() && filter.size() <= kLongestTopic && plain;
  std::string_view rest = filter;
  for (bool more = true; good && more;) {
    const std::string_view level = take_level(rest, more);
    if (level.find_first_of("+#") == std::string_view::npos) continue;
    good = level == "+" || (level == "#" && !more);
  }
  if (good) return {};
  return fail(ErrorKind::kInvalid, "this is no topic filter",
              "Write the topic; + stands for one level, # at the end for all that follow.");
}

}  // namespace heed::wire::mqtt

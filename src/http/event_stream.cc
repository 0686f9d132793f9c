#include "http/event_stream.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

namespace heed::http {

std::string format_event(const Event& event) {
  std::string text;
  text.reserve(event.data.size() + event.type.size() + 48);
  if (event.id != 0) text += fmt::format("id: {}\n", event.id);
  if (!event.type.empty()) text.append("event: ").append(event.type).append("\n");
  std::string_view rest = event.data;
  if (!rest.contains('\n') && !rest.contains('\r')) {  // JSON on one line: nearly always.
    return text.append("data: ").append(rest).append("\n\n");
  }
  for (;;) {
    // The three line ends that a browser would take for one of ours.
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    text.append("data: ").append(rest.substr(0, end)).append("\n");
    if (end == rest.size()) break;
    rest.remove_prefix(rest.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  return text += "\n";
}

std::string EventSource::written(const Event& event) const {
  return format_event(event);
}

std::optional<std::uint64_t> parse_event_id(std::string_view text) {
  std::uint64_t id = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || stopped != text.data() + text.size() || text.empty()) return {};
  return id;
}

}  // namespace heed::http

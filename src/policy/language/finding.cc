#include "policy/language/finding.h"

#include <algorithm>

#include "policy/language/utf8.h"

namespace heed::policy {
namespace {

constexpr std::size_t kWidest = 120;  ///< Characters of a line that are shown.
constexpr std::size_t kBefore = 60;   ///< Of those, at least, before the place in a longer line.

/// One character in print: a column each, and nothing that a terminal would obey.
std::string_view printed(std::string_view text, std::size_t at) {
  const Character character = character_at(text, at);
  if (character.code == '\t') return " ";
  const bool plain = character.valid && !is_deceptive(character.code) && character.code >= ' ';
  return plain ? text.substr(at, character.length) : "?";
}

struct Excerpt {
  std::string line;
  std::string marks;
};

Excerpt cut(std::string_view text, const Place& place) {
  const std::size_t at = std::min<std::size_t>(place.offset, text.size());
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::string_view line = text.substr(begin, text.substr(begin).find_first_of("\r\n"));
  const std::size_t end = std::min(at - begin + place.length, line.size());
  const std::size_t column = count_characters(line.substr(0, at - begin));
  const std::size_t skipped = column + kBefore > kWidest ? column - kBefore : 0;
  Excerpt excerpt;
  std::size_t count = 0;
  for (std::size_t i = 0; i < line.size() && count < skipped + kWidest; ++count) {
    if (count >= skipped) excerpt.line += printed(line, i);
    if (count >= skipped && i < end) excerpt.marks += i < at - begin ? ' ' : '^';
    i += character_at(line, i).length;
  }
  if (!excerpt.marks.ends_with('^')) {
    excerpt.marks.assign(column - skipped, ' ');
    excerpt.marks += '^';
  }
  return excerpt;
}

}  // namespace

std::string excerpt(const Finding& finding, std::string_view text) {
  const bool warning = finding.severity == Severity::kWarning;
  const std::string number = std::to_string(finding.place.line);
  const std::string gutter(number.size() + 3, ' ');
  const Excerpt shown = cut(text, finding.place);
  std::string out =
      fmt::format("{}:{}:{}: {}: {}", finding.file, finding.place.line, finding.place.column,
                  warning ? "warning" : "error", finding.message);
  if (!finding.clause.empty()) out += fmt::format(" (clause {})", finding.clause);
  out += fmt::format("\n  {} | {}\n{}| {}\n{}= {}\n", number, shown.line, gutter, shown.marks,
                     gutter, finding.mend);
  return out;
}

}  // namespace heed::policy

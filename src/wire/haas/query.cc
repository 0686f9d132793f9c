#include "wire/haas/query.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "wire/text.h"

namespace heed::wire::haas {
namespace {

struct Row {
  Query query;
  std::string_view command;
  /// First words of its answers, without blanks: the newer control's and the older one's.
  std::array<std::string_view, 2> answers;
};

constexpr std::array<Row, kQueries> kTable = {{
    {Query::kSerialNumber, "?Q100\r\n", {"SERIALNUMBER", "S/N"}},
    {Query::kSoftware, "?Q101\r\n", {"SOFTWAREVERSION", "SOFTWARE"}},
    {Query::kModel, "?Q102\r\n", {"MODEL", {}}},
    {Query::kMode, "?Q104\r\n", {"MODE", {}}},
    {Query::kToolChanges, "?Q200\r\n", {"TOOLCHANGES", {}}},
    {Query::kTool, "?Q201\r\n", {"USINGTOOL", {}}},
    {Query::kPowerOnTime, "?Q300\r\n", {"P.O.TIME", {}}},
    {Query::kMotionTime, "?Q301\r\n", {"C.S.TIME", {}}},
    {Query::kLastCycle, "?Q303\r\n", {"LASTCYCLE", {}}},
    {Query::kPreviousCycle, "?Q304\r\n", {"PREVCYCLE", {}}},
    {Query::kCounter1, "?Q402\r\n", {"M30#1", {}}},
    {Query::kCounter2, "?Q403\r\n", {"M30#2", {}}},
    {Query::kStatus, "?Q500\r\n", {"PROGRAM", "STATUS"}},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].query) != i) return false;
  }
  return true;
}
static_assert(in_order(), "a query is its row's number");

constexpr std::string_view kReadMacro = "?Q600 ";

std::string spelled(std::string_view command, Spelling spelling) {
  return std::string(spelling == Spelling::kPlain ? command.substr(1) : command);
}

// Controls differ in the blanks inside of a word ("C.S. TIME", "C.S.TIME").
bool is_word(std::string_view told, std::string_view word) {
  if (word.empty()) return false;
  std::string plain;
  std::ranges::copy_if(told, std::back_inserter(plain), [](char c) { return !is_blank(c); });
  return equals_ignoring_case(plain, word);
}

std::optional<Query> query_answered_by(std::string_view word) {
  for (const Row& row : kTable) {
    if (is_word(word, row.answers[0]) || is_word(word, row.answers[1])) return row.query;
  }
  return {};
}

// `801, 333.339996` of an older control, `333.339996` of a newer one.
Answer macro_answer(std::string_view text) {
  Answer answer{.kind = Answer::Kind::kMacro, .text = text};
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return answer;
  const std::string_view number = trim(text.substr(0, comma));
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size()) {
    return {.kind = Answer::Kind::kUnknown, .text = text};
  }
  answer.macro = value;
  answer.text = trim(text.substr(comma + 1));
  return answer;
}

}  // namespace

std::string command_text(Query query, Spelling spelling) {
  return spelled(kTable[static_cast<std::size_t>(query)].command, spelling);
}

std::string command_text(MacroNumber macro, Spelling spelling) {
  return spelled(fmt::format("{}{}\r\n", kReadMacro, macro.number()), spelling);
}

Answer read_answer(std::string_view line) {
  using Kind = Answer::Kind;
  if (line.starts_with('?')) return {.kind = Kind::kRefusal, .text = line.substr(1)};
  if (line.starts_with('!')) return {.kind = Kind::kWritten, .text = line.substr(1)};
  const std::size_t comma = line.find(',');
  const std::string_view word = line.substr(0, comma);
  const std::string_view text =
      comma == std::string_view::npos ? std::string_view() : trim(line.substr(comma + 1));
  if (is_word(word, "UNKNOWN")) return {.kind = Kind::kRefusal, .text = text};
  if (is_word(word, "MACRO") && !text.empty()) return macro_answer(text);
  if (is_word(word, "STATUSBUSY")) {
    return {.kind = Kind::kValue, .query = Query::kStatus, .text = line};
  }
  const auto query = query_answered_by(word);
  if (!query || text.empty()) return {.text = line};
  return {.kind = Kind::kValue, .query = *query, .text = *query == Query::kStatus ? line : text};
}

}  // namespace heed::wire::haas

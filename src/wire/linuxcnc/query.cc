#include "wire/linuxcnc/query.h"

#include <fmt/core.h>

#include <algorithm>

#include "wire/text.h"

namespace heed::wire::linuxcnc {
namespace {

struct Row {
  Query query;
  std::string_view command;
  std::string_view answer;
};

constexpr std::array<Row, kQueries> kTable = {{
    {Query::kEstop, "get estop\r\n", "ESTOP"},
    {Query::kMachine, "get machine\r\n", "MACHINE"},
    {Query::kMode, "get mode\r\n", "MODE"},
    {Query::kProgram, "get program\r\n", "PROGRAM"},
    {Query::kProgramStatus, "get program_status\r\n", "PROGRAM_STATUS"},
    {Query::kProgramLine, "get program_line\r\n", "PROGRAM_LINE"},
    {Query::kTool, "get tool\r\n", "TOOL"},
    {Query::kFeedOverride, "get feed_override\r\n", "FEED_OVERRIDE"},
    {Query::kAbsActPos, "get abs_act_pos\r\n", "ABS_ACT_POS"},
    {Query::kJointHomed, "get joint_homed\r\n", "JOINT_HOMED"},
    {Query::kJointLimit, "get joint_limit\r\n", "JOINT_LIMIT"},
    {Query::kJointFault, "get joint_fault\r\n", "JOINT_FAULT"},
    {Query::kError, "get error\r\n", "ERROR"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].query) != i) return false;
  }
  return true;
}
static_assert(in_order(), "a query is its row's number");

bool is_word(std::string_view word) {
  return !word.empty() && word.size() <= kLongestGreetingWord &&
         std::ranges::all_of(word, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::string_view command_text(Query query) {
  return kTable[static_cast<std::size_t>(query)].command;
}

std::string_view answer_word(Query query) {
  return kTable[static_cast<std::size_t>(query)].answer;
}

std::optional<Query> query_of(std::string_view word) {
  for (const Row& row : kTable) {
    if (equals_ignoring_case(word, row.answer)) return row.query;
  }
  return {};
}

Result<Greeting> Greeting::with(std::string_view password, std::string_view client) {
  if (!is_word(password) || !is_word(client)) {
    return fail(ErrorKind::kInvalid,
                "the control's password and our name must be 1 to 64 printable characters "
                "without blanks",
                "give the connect password of linuxcncrsh (EMC unless it was changed)");
  }
  return Greeting(fmt::format("hello {} {} 1.0\r\n", password, client));
}

}  // namespace heed::wire::linuxcnc

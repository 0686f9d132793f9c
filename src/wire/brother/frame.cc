#include "wire/brother/frame.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "wire/text.h"

namespace heed::wire::brother {
namespace {

struct Row {
  File file;
  std::string_view name;
};
constexpr std::array<Row, kFiles> kTable = {{
    {File::kMemory, "MEM"},
    {File::kProduction, "PDSP"},
    {File::kPanel, "PANEL"},
    {File::kAlarms, "ALARM"},
    {File::kCounters, "WKCNTR"},
    {File::kVersion, "VER"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].file) != i || kTable[i].name.size() > 8) return false;
  }
  return true;
}
static_assert(in_order(), "a file is its row's number, and its name fits");

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t end = line.find(','); end != std::string_view::npos; end = line.find(',')) {
    fields.push_back(trim(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  fields.push_back(trim(line));
  return fields;
}

// The last line is the check sum, and no data.
std::vector<std::vector<std::string_view>> lines_of(std::string_view text) {
  std::vector<std::vector<std::string_view>> lines;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    const std::string_view line = trim(text.substr(0, end));
    if (!line.empty()) lines.push_back(fields_of(line));
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

// The sum goes over everything between the first % and the check sum's line, modulo 16.
Bytes frame_of(File file) {
  const std::string command = fmt::format("CLOD    {:<8}  \r\n", name_of(file));
  unsigned sum = 0;
  for (const char c : command) sum += static_cast<unsigned char>(c);
  return fmt::format("%{}\r\n{:02}%\r\n", command, sum % 16);
}

std::string_view name_of(File file) {
  return kTable[static_cast<std::size_t>(file)].name;
}

std::optional<Answer> first_answer(std::string_view bytes) {
  if (bytes.size() < 2 || is_no_answer(bytes)) return {};
  const std::size_t last = bytes.find('%', 1);
  if (last == std::string_view::npos) return {};
  Answer answer;
  answer.size = last + 1;
  const std::string_view body = bytes.substr(0, last);
  const std::string_view head = body.substr(0, body.find_first_of("\r\n"));
  if (head.size() >= kHead) {
    answer.name = trim(head.substr(9, 8));
    answer.code = head.substr(17, 2);
  }
  answer.lines = lines_of(body.substr(head.size()));
  return answer;
}

bool is_no_answer(std::string_view bytes) {
  if (bytes.size() > kLongestAnswer) return true;
  return !bytes.empty() && (bytes[0] != '%' || (bytes.size() > 1 && bytes[1] != 'R'));
}

std::string words_of_code(std::string_view code) {
  struct Words {
    std::string_view code;
    std::string_view words;
  };
  constexpr std::array kWords = {
      Words{"01", "the command is not understood"},
      Words{"02", "the command is not known"},
      Words{"04", "the check sum is wrong"},
      Words{"07", "there is no such data"},
      Words{"08", "the data's name is wrong"},
      Words{"11", "remote operation is not permitted"},
      Words{"15", "the control starts"},
      Words{"16", "this data cannot be read"},
      Words{"23", "access is restricted"},
      Words{"40", "another port is communicating"},
      Words{"97", "it is communicating"},
  };
  const auto* at = std::ranges::find(kWords, code, &Words::code);
  if (at == kWords.end()) return std::string(code);
  return fmt::format("{}: {}", code, at->words);
}

}  // namespace heed::wire::brother

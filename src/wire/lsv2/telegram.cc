#include "wire/lsv2/telegram.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace heed::wire::lsv2 {
namespace {

using namespace std::string_view_literals;

struct Row {
  Request request;
  std::string_view letters;
  std::string_view data;
  std::string_view words;
  std::string_view answer;
};

constexpr std::array<Row, kRequests> kTable = {{
    {Request::kLogInInspect, "A_LG", "INSPECT\0"sv, "login INSPECT", "T_OK"},
    {Request::kLogInDnc, "A_LG", "DNC\0"sv, "login DNC", "T_OK"},
    {Request::kControl, "R_VR", "\x01"sv, "R_VR 1", "S_VR"},
    {Request::kSoftware, "R_VR", "\x02"sv, "R_VR 2", "S_VR"},
    {Request::kOperatingMode, "R_RI", "\0\x17"sv, "R_RI 23", "S_RI"},
    {Request::kSelectedProgram, "R_RI", "\0\x18"sv, "R_RI 24", "S_RI"},
    {Request::kOverrides, "R_RI", "\0\x19"sv, "R_RI 25", "S_RI"},
    {Request::kProgramState, "R_RI", "\0\x1a"sv, "R_RI 26", "S_RI"},
    {Request::kFirstError, "R_RI", "\0\x1b"sv, "R_RI 27", "S_RI"},
    {Request::kNextError, "R_RI", "\0\x1c"sv, "R_RI 28", "S_RI"},
    {Request::kTool, "R_RI", "\0\x33"sv, "R_RI 51", "S_RI"},
}};

constexpr bool reads_only() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].request) != i) return false;
    if (kTable[i].letters[0] != 'R' && kTable[i].letters != "A_LG") return false;
  }
  return true;
}
static_assert(reads_only(), "a request is its row's number, and reads");

const Row& row_of(Request request) {
  return kTable[static_cast<std::size_t>(request)];
}

std::uint32_t length_of(BytesView bytes) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  return length;
}

bool is_letters(std::string_view letters) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return upper(letters[0]) && letters[1] == '_' && upper(letters[2]) && upper(letters[3]);
}

}  // namespace

Bytes telegram_of(Request request) {
  const Row& row = row_of(request);
  Bytes telegram(3, '\0');
  telegram += static_cast<char>(row.data.size());
  telegram += row.letters;
  telegram += row.data;
  return telegram;
}

std::string_view words_of(Request request) {
  return row_of(request).words;
}

std::string_view answer_of(Request request) {
  return row_of(request).answer;
}

std::optional<Telegram> first_telegram(BytesView bytes) {
  if (bytes.size() < kHead || is_no_telegram(bytes)) return {};
  const std::uint32_t length = length_of(bytes);
  if (bytes.size() < kHead + length) return {};
  return Telegram{bytes.substr(4, 4), bytes.substr(kHead, length)};
}

bool is_no_telegram(BytesView bytes) {
  if (bytes.size() >= 4 && length_of(bytes) > kLongestTelegram) return true;
  return bytes.size() >= kHead && !is_letters(bytes.substr(4, 4));
}

Refusal refusal_of(BytesView data) {
  if (data.size() < 2) return {};
  return {static_cast<std::uint8_t>(data[0]), static_cast<std::uint8_t>(data[1])};
}

std::string words_of(Refusal refusal) {
  struct Words {
    std::uint8_t code;
    std::string_view words;
  };
  constexpr std::array kWords = {
      Words{20, "bad format"},       Words{21, "unexpected telegram"},
      Words{22, "unknown telegram"}, Words{23, "no privilege"},
      Words{24, "wrong parameter"},  Words{46, "wrong DNC status"},
      Words{49, "no such login"},    Words{56, "wrong operating mode"},
      Words{57, "no next error"},    Words{58, "access timed out"},
      Words{67, "not activated"},    Words{80, "too many connections"},
      Words{81, "no free handle"},   Words{90, "busy"},
  };
  const auto* at = std::ranges::find(kWords, refusal.code, &Words::code);
  return fmt::format("{}{}{}", refusal.code, at == kWords.end() ? "" : ": ",
                     at == kWords.end() ? "" : at->words);
}

}  // namespace heed::wire::lsv2

#include "machines/nc/dialect.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "machines/nc/token.h"

namespace heed::machines::nc {
namespace {

constexpr std::size_t kLookedAt = 64U << 10;

struct Named {
  Dialect dialect;
  std::string_view word;
};
constexpr std::array<Named, 6> kNames = {{{Dialect::kFanuc, "fanuc"},
                                          {Dialect::kHaas, "haas"},
                                          {Dialect::kLinuxCnc, "linuxcnc"},
                                          {Dialect::kGrbl, "grbl"},
                                          {Dialect::kMarlin, "marlin"},
                                          {Dialect::kHeidenhain, "heidenhain"}}};

/// How much speaks for each dialect, by `Dialect`.
using Votes = std::array<int, 6>;
int& of(Votes& votes, Dialect dialect) {
  return votes.at(static_cast<std::size_t>(dialect));
}

std::string lower(std::string_view text) {
  std::string low(text);
  for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return low;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void listen_to_comment(std::string_view comment, Votes& votes) {
  const std::string text = lower(comment);
  if (has(text, "haas")) of(votes, Dialect::kHaas) += 5;
  if (has(text, "fanuc")) of(votes, Dialect::kFanuc) += 5;
  if (has(text, "linuxcnc") || has(text, "emc2")) of(votes, Dialect::kLinuxCnc) += 5;
  if (has(text, "grbl")) of(votes, Dialect::kGrbl) += 5;
  if (has(text, "flavor:marlin") || has(text, "slicer")) of(votes, Dialect::kMarlin) += 5;
  if (text.starts_with("(debug,") || text.starts_with("(probe")) of(votes, Dialect::kLinuxCnc) += 2;
}

/// The whole number of a word, -1 if it has none.
int number_of(std::string_view word) {
  const std::size_t digit = word.find_first_of("0123456789");
  int number = -1;
  if (digit == std::string_view::npos) return number;
  static_cast<void>(std::from_chars(word.data() + digit, word.data() + word.size(), number));
  return number;
}

void listen_to_macro(std::string_view text, Votes& votes) {
  constexpr std::array<std::string_view, 8> kOWords = {"sub",    "endsub", "endif",  "endwhile",
                                                       "repeat", "call",   "return", "elseif"};
  if (text.starts_with("#<") || std::ranges::find(kOWords, lower(text)) != kOWords.end()) {
    of(votes, Dialect::kLinuxCnc) += 3;
  }
  if (text.starts_with("$")) of(votes, Dialect::kGrbl) += 3;
  if (lower(text) == "goto" || lower(text) == "dprnt") of(votes, Dialect::kFanuc) += 1;
}

void listen_to(const Token& token, std::string_view text, Votes& votes) {
  const int number = number_of(text);
  switch (token.kind) {
    case TokenKind::kComment: listen_to_comment(text, votes); break;
    case TokenKind::kMacro: listen_to_macro(text, votes); break;
    case TokenKind::kLabel:
      if (has(text, "<") && token.letter == 'O') of(votes, Dialect::kLinuxCnc) += 1;
      break;
    case TokenKind::kFunction:
      if (number == 97) of(votes, Dialect::kHaas) += 2;
      if (number >= 82 && number <= 84) of(votes, Dialect::kMarlin) += 1;
      if (number == 104 || number == 109 || number == 140 || number == 190) {
        of(votes, Dialect::kMarlin) += 4;
      }
      break;
    case TokenKind::kMotion:
      if (number == 187 || number == 150) of(votes, Dialect::kHaas) += 2;
      break;
    default: break;
  }
}

}  // namespace

std::string_view word(Dialect dialect) {
  return std::ranges::find(kNames, dialect, &Named::dialect)->word;
}

std::optional<Dialect> dialect_named(std::string_view word) {
  const auto* const found = std::ranges::find(kNames, word, &Named::word);
  if (found == kNames.end()) return std::nullopt;
  return found->dialect;
}

Dialect recognize(std::string_view text) {
  text = text.substr(0, kLookedAt);
  if (has(text, "BEGIN PGM ")) return Dialect::kHeidenhain;
  Votes votes{};
  of(votes, Dialect::kFanuc) = 1;
  Lexer lexer(text, Dialect::kFanuc);
  for (Token token; lexer.next(token);) {
    listen_to(token, text.substr(token.offset, token.size), votes);
  }
  return static_cast<Dialect>(std::ranges::max_element(votes) - votes.begin());
}

}  // namespace heed::machines::nc

#include "machines/nc/token.h"

#include <algorithm>
#include <array>

namespace heed::machines::nc {
namespace {

constexpr std::size_t kLongestToken = 64U << 10;
constexpr std::size_t kLongestName = 200;  ///< Of o<name> and #<name>.
constexpr std::size_t kMostReturns = 8;    ///< CR before an LF.

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
constexpr bool is_letter(char c) {
  return upper(c) >= 'A' && upper(c) <= 'Z';
}
/// With what tapes and serial lines leave behind: NUL, the DC codes, SUB.
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\0' || (c >= 0x11 && c <= 0x14) || c == 0x1A;
}
constexpr bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}
constexpr std::string_view kIsoSigns = "(;%$/#<[]=+-*,:.";
constexpr std::string_view kKlartextSigns = ";*\"~=+-/():,.<>%";

// The longer before those that they begin with.
constexpr std::array<std::string_view, 46> kKeywords = {
    "ENDREPEAT", "ENDWHILE", "CONTINUE", "ELSEIF", "ENDSUB", "EXISTS", "RETURN", "REPEAT",
    "ENDIF",     "WHILE",    "BREAK",    "ROUND",  "DPRNT",  "BPRNT",  "POPEN",  "PCLOS",
    "SETVN",     "ELSE",     "THEN",     "GOTO",   "CALL",   "SQRT",   "ACOS",   "ASIN",
    "ATAN",      "END",      "SUB",      "SIN",    "COS",    "TAN",    "ABS",    "EXP",
    "FIX",       "FUP",      "MOD",      "AND",    "XOR",    "BIN",    "BCD",    "ADP",
    "IF",        "DO",       "EQ",       "NE",     "GT",     "GE"};
constexpr std::array<std::string_view, 4> kShortKeywords = {"LT", "LE", "OR", "LN"};

std::size_t letters_at(std::string_view text, std::size_t at, std::size_t most) {
  std::size_t size = 0;
  while (size < most && at + size < text.size() && is_letter(text[at + size])) ++size;
  return size;
}

bool is_word(std::string_view text, std::string_view word) {
  return std::ranges::equal(text.substr(0, word.size()), word, {}, upper);
}

/// The size of the keyword that stands at the beginning, 0 if none does.
std::size_t keyword_size(std::string_view text) {
  const std::size_t letters = letters_at(text, 0, 9);
  if (letters < 2) return 0;
  for (const std::string_view word : kKeywords) {
    if (word.size() <= letters && is_word(text, word)) return word.size();
  }
  for (const std::string_view word : kShortKeywords) {
    if (is_word(text, word)) return word.size();
  }
  return 0;
}

std::size_t blanks_at(std::string_view text, std::size_t at) {
  std::size_t size = 0;
  while (size < kLongestName && at + size < text.size() && is_blank(text[at + size])) ++size;
  return size;
}

/// Of digits with at most one point, and a sign before if that is allowed.
std::size_t number_at(std::string_view text, std::size_t at, bool sign) {
  std::size_t end = at;
  if (sign && end < text.size() && (text[end] == '+' || text[end] == '-')) ++end;
  bool point = false;
  bool any = false;
  for (; end < text.size() && end - at < kLongestToken / 2; ++end) {
    if (text[end] == '.' && !point) {
      point = true;
    } else if (!is_digit(text[end])) {
      break;
    }
    any = true;
  }
  return any ? end - at : 0;
}

/// Of <…> on one line, 0 if it is not closed.
std::size_t name_at(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '<') return 0;
  for (std::size_t end = at + 1; end < text.size() && end - at < kLongestName; ++end) {
    if (text[end] == '>') return end + 1 - at;
    if (is_line_end(text[end])) break;
  }
  return 0;
}

TokenKind kind_of(char letter) {
  switch (letter) {
    case 'G': return TokenKind::kMotion;
    case 'M': return TokenKind::kFunction;
    case 'F': return TokenKind::kFeed;
    case 'S': return TokenKind::kSpeed;
    case 'T':
    case 'H':
    case 'D': return TokenKind::kTool;
    case 'N':
    case 'O': return TokenKind::kLabel;
    case 'P':
    case 'Q':
    case 'L': return TokenKind::kNumber;
    default: return TokenKind::kCoordinate;
  }
}

/// M words of Marlin whose line goes on with a text or a file's name.
bool is_followed_by_text(std::string_view word) {
  constexpr std::array<std::string_view, 6> kWords = {"M23", "M28", "M32", "M117", "M118", "M928"};
  return std::ranges::any_of(
      kWords, [&](auto known) { return word.size() == known.size() && is_word(word, known); });
}

/// What a word of Klartext is about.
TokenKind klartext_kind(std::string_view name) {
  constexpr std::array<std::string_view, 17> kMotions = {
      "L",   "C",   "CC",   "CR",  "CT",  "CP",   "LP",   "LT", "LN",
      "RND", "CHF", "APPR", "DEP", "CTP", "FMAX", "FPOL", "FL"};
  const auto is = [&](std::string_view word) {
    return name.size() == word.size() && is_word(name, word);
  };
  if (is("FMAX") || is("FAUTO") || is("F") || is("FU") || is("FZ")) return TokenKind::kFeed;
  if (std::ranges::any_of(kMotions, is)) return TokenKind::kMotion;
  if (is("S")) return TokenKind::kSpeed;
  if (is("M")) return TokenKind::kFunction;
  if (is("TOOL") || is("T")) return TokenKind::kTool;
  if (is("LBL") || is("PGM")) return TokenKind::kLabel;
  if (is("RL") || is("RR") || is("DR")) return TokenKind::kFunction;
  const char last = upper(name.back());
  const bool is_axis = std::string_view("XYZABCUVWPR").find(last) != std::string_view::npos;
  if (is_axis && (name.size() == 1 || (name.size() == 2 && upper(name.front()) == 'I'))) {
    return TokenKind::kCoordinate;
  }
  return TokenKind::kMacro;
}

}  // namespace

std::string_view word(TokenKind kind) {
  constexpr std::array<std::string_view, 13> kWords = {
      "blank", "line_end",   "comment", "motion", "function", "feed", "speed",
      "tool",  "coordinate", "macro",   "number", "label",    "error"};
  return kWords.at(static_cast<std::size_t>(kind));
}

std::size_t line_end(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  if (text[at] == '\n') return 1;
  if (text[at] != '\r') return 0;
  std::size_t returns = 1;
  while (returns < kMostReturns && at + returns < text.size() && text[at + returns] == '\r') {
    ++returns;
  }
  const bool feeds = at + returns < text.size() && text[at + returns] == '\n';
  return feeds ? returns + 1 : 1;
}

bool Lexer::next(Token& token) {
  if (at_ >= text_.size()) return false;
  const char c = text_[at_];
  if (const std::size_t size = line_end(text_, at_); size != 0) {
    token = make(size, TokenKind::kLineEnd);
    begins_ = true;
    is_text_ = false;
  } else if (is_blank(c)) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && end - at_ < kLongestToken && is_blank(text_[end])) ++end;
    token = make(end - at_, TokenKind::kBlank);
  } else {
    token = is_text_                           ? rest_of_line(TokenKind::kComment)
            : dialect_ == Dialect::kHeidenhain ? klartext()
                                               : iso();
    begins_ = false;
  }
  at_ += token.size;
  return true;
}

Token Lexer::make(std::size_t size, TokenKind kind, char letter) const {
  return {at_, static_cast<std::uint32_t>(size), kind, letter};
}

Token Lexer::rest_of_line(TokenKind kind) {
  std::size_t end = at_;
  while (end < text_.size() && end - at_ < kLongestToken && !is_line_end(text_[end])) ++end;
  is_text_ = true;  // what is longer goes on as text
  return make(end - at_, kind);
}

Token Lexer::stranger(std::string_view signs) const {
  std::size_t end = at_ + 1;
  while (end < text_.size() && end - at_ < kLongestToken && !is_letter(text_[end]) &&
         !is_digit(text_[end]) && !is_blank(text_[end]) && !is_line_end(text_[end]) &&
         signs.find(text_[end]) == std::string_view::npos) {
    ++end;
  }
  return make(end - at_, TokenKind::kError);
}

Token Lexer::iso() {
  const char c = text_[at_];
  if (is_letter(c)) return letter();
  if (is_digit(c) || c == '.') return make(number_at(text_, at_, false), TokenKind::kNumber);
  switch (c) {
    case ';': return rest_of_line(TokenKind::kComment);
    case '%': return make(1, TokenKind::kLabel);
    case '(': {
      std::size_t end = at_ + 1;
      while (end < text_.size() && text_[end] != ')' && !is_line_end(text_[end])) {
        if (++end - at_ == kLongestToken) return rest_of_line(TokenKind::kComment);
      }
      const bool closed = end < text_.size() && text_[end] == ')';
      return make(end - at_ + (closed ? 1 : 0), TokenKind::kComment);
    }
    case '$':
      if (begins_) return rest_of_line(TokenKind::kMacro);
      return stranger(kIsoSigns);
    case '#': {
      const std::size_t name = name_at(text_, at_ + 1);
      if (name != 0) return make(1 + name, TokenKind::kMacro);
      std::size_t end = at_ + 1;
      while (end < text_.size() && end - at_ < kLongestName && is_digit(text_[end])) ++end;
      return make(end - at_, TokenKind::kMacro);
    }
    case '/': {
      const bool numbered = begins_ && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
      return make(numbered ? 2 : 1, TokenKind::kMacro);
    }
    case '<': {
      const std::size_t name = name_at(text_, at_);
      return name != 0 ? make(name, TokenKind::kLabel) : stranger(kIsoSigns);
    }
    case ':': {
      const std::size_t number = begins_ ? number_at(text_, at_ + 1, false) : 0;
      return number != 0 ? make(1 + number, TokenKind::kLabel, 'O') : stranger(kIsoSigns);
    }
    case '[':
    case ']':
    case '=':
    case '+':
    case '-':
    case '*':
    case ',': return make(1, TokenKind::kMacro);
    default: return stranger(kIsoSigns);
  }
}

Token Lexer::letter() {
  const std::string_view rest = text_.substr(at_, kLongestName);
  const char address = upper(rest.front());
  const char second = rest.size() > 1 ? rest[1] : '\0';
  if (is_letter(second)) {
    if (const std::size_t size = keyword_size(rest); size != 0) {
      is_text_ = is_word(rest, "DPRNT") || is_word(rest, "BPRNT");
      return make(size, TokenKind::kMacro);
    }
  }
  const std::size_t blanks = blanks_at(text_, at_ + 1);
  if (address == 'O') {
    if (const std::size_t name = name_at(text_, at_ + 1 + blanks); name != 0) {
      return make(1 + blanks + name, TokenKind::kLabel, address);
    }
  }
  const std::size_t number = number_at(text_, at_ + 1 + blanks, true);
  const Token token = make(number == 0 ? 1 : 1 + blanks + number, kind_of(address), address);
  if (dialect_ == Dialect::kMarlin && address == 'M') {
    is_text_ = is_followed_by_text(text_.substr(at_, token.size));
  }
  return token;
}

Token Lexer::klartext() {
  const char c = text_[at_];
  if (c == ';' || (c == '*' && begins_)) return rest_of_line(TokenKind::kComment);
  if (c == '"') {
    std::size_t end = at_ + 1;
    while (end < text_.size() && end - at_ < kLongestName && text_[end] != '"' &&
           !is_line_end(text_[end])) {
      ++end;
    }
    const bool closed = end < text_.size() && text_[end] == '"';
    return make(end - at_ + (closed ? 1 : 0), TokenKind::kComment);
  }
  if (is_digit(c) || c == '.') {
    return make(number_at(text_, at_, false), begins_ ? TokenKind::kLabel : TokenKind::kNumber);
  }
  if (is_letter(c)) {
    const std::size_t letters = letters_at(text_, at_, kLongestName);
    const TokenKind kind = klartext_kind(text_.substr(at_, letters));
    const bool has_value = kind != TokenKind::kMotion && kind != TokenKind::kMacro;
    const std::size_t value = has_value ? number_at(text_, at_ + letters, true) : 0;
    return make(letters + value, kind, letters == 1 ? upper(c) : '\0');
  }
  if (kKlartextSigns.find(c) != std::string_view::npos) return make(1, TokenKind::kMacro);
  return stranger(kKlartextSigns);
}

std::vector<Token> tokens(std::string_view text, Dialect dialect) {
  std::vector<Token> all;
  Lexer lexer(text, dialect);
  for (Token token; lexer.next(token);) all.push_back(token);
  return all;
}

}  // namespace heed::machines::nc

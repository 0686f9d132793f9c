#include "policy/language/lexer.h"

#include "policy/language/keywords.h"
#include "policy/language/utf8.h"

namespace heed::policy {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Adds a character of a text: white space of any length is one space, and none at the ends.
void add_folded(std::string& into, std::string_view character, bool& blank) {
  if (is_blank(character.front())) {
    blank = true;
    return;
  }
  if (blank && !into.empty()) into += ' ';
  blank = false;
  into += character;
}

/// Whether a line inside a text looks like the head of a declaration, `clause 3.2 "The …`: then the
/// quote that should have ended the text is missing. A quote that really ends a text follows a
/// letter or stands before white space.
bool begins_declaration(std::string_view rest) {
  const std::string_view line = trimmed(rest.substr(0, rest.find('\n')));
  const std::size_t quote = line.find('"');
  if (quote == std::string_view::npos || quote == 0 || quote + 1 >= line.size()) return false;
  const std::string_view head = line.substr(0, quote);
  if (!is_blank(head.back()) || is_blank(line[quote + 1]) || line[quote + 1] == '{') return false;
  for (const char c : head) {
    if (!is_word_character(c) && !is_blank(c) && c != ',') return false;
  }
  return is_declaration(head.substr(0, head.find_first_of(" \t")));
}

std::string code_of(char32_t code) {
  return fmt::format("U+{:04X}", static_cast<std::uint32_t>(code));
}

/// Letters that no name has, such as "é": told, and read as if a name had them.
bool is_foreign_letter(char32_t code) {
  return code >= 0xc0 && code != 0xd7 && code != 0xf7 && (code < 0x2000 || code > 0x303f);
}

/// What a word processor makes of a straight quote.
bool is_foreign_quote(char32_t code) {
  return code == '\'' || (code >= 0x2018 && code <= 0x201f) || code == 0xab || code == 0xbb;
}

std::string mend_for_stray(char32_t code) {
  if (is_foreign_quote(code)) {
    return "a text stands between straight double quotes: \"…\"";
  }
  if (code == ';' || code == ':') return "remove it: white space alone separates statements";
  if (code == '(' || code == '[') return "write '{' if something begins here, or remove it";
  if (code == ')' || code == ']') return "write '}' if something ends here, or remove it";
  if (code == '/') return "a comment begins with '#'";
  if (code == '\\') return "a '\\' belongs into a text only";
  if (code == '*') return "write 'any' for all";
  return "remove it, or put it into a text: \"…\"";
}

}  // namespace

Lexer::Lexer(std::string_view text, FindingList& findings) : text_(text), findings_(findings) {
  if (text_.starts_with("\xef\xbb\xbf")) place_.offset = 3;
}

Token Lexer::next() {
  for (;;) {
    skip_blanks();
    if (ended()) return token(Token::Kind::kEnd, place_);
    const char c = now();
    if (is_word_character(c) || at_foreign_letter()) return read_word();
    if (c == '"') return read_text();
    if (at_foreign_text()) return read_foreign_text();
    const auto kind = c == ','   ? Token::Kind::kComma
                      : c == '+' ? Token::Kind::kPlus
                      : c == '{' ? Token::Kind::kOpen
                      : c == '}' ? Token::Kind::kClose
                                 : Token::Kind::kEnd;
    if (kind == Token::Kind::kEnd) {
      skip_stray();
      continue;
    }
    const Place from = place_;
    const bool begins_line = line_is_blank_;
    step();
    Token made = token(kind, from);
    made.begins_line = begins_line;
    return made;
  }
}

Token Lexer::token(Token::Kind kind, const Place& from) const {
  Token made;
  made.kind = kind;
  made.place = from;
  made.place.length = place_.offset - from.offset;
  made.raw = text_.substr(from.offset, made.place.length);
  made.last_line = place_.line;
  return made;
}

void Lexer::step() {
  const Character character = character_at(text_, place_.offset);
  if (!character.valid || is_deceptive(character.code)) tell_wrong_bytes();
  place_.offset += character.length;
  ++place_.column;
  if (character.code == '\n') {
    ++place_.line;
    place_.column = 1;
    line_is_blank_ = true;
  } else if (character.code != ' ' && character.code != '\t' && character.code != '\r') {
    line_is_blank_ = false;
  }
}

void Lexer::tell_wrong_bytes() {
  const Character character = character_at(text_, place_.offset);
  const bool goes_on = wrong_until_ == place_.offset && place_.offset != 0;
  wrong_until_ = place_.offset + character.length;
  if (goes_on || !findings_.wants_more()) return;
  Place place = place_;
  place.length = character.length;
  if (character.valid) {
    findings_.add(place,
                  fmt::format("an invisible character, {}, stands at byte {}",
                              code_of(character.code), place.offset),
                  "remove it: what is published must read as it looks");
    return;
  }
  findings_.add(place,
                fmt::format("byte {} (0x{:02x}) is not UTF-8", place.offset,
                            static_cast<unsigned char>(text_[place.offset])),
                "save the file as UTF-8");
}

void Lexer::skip_blanks() {
  while (!ended()) {
    if (now() == '#') {
      read_comment();
    } else if (is_blank(now())) {
      step();
    } else {
      return;
    }
  }
}

void Lexer::read_comment() {
  const Place from = place_;
  while (!ended() && now() != '\n') step();
  const std::string_view raw = text_.substr(from.offset + 1, place_.offset - from.offset - 1);
  comments_.push_back({std::string(trimmed(raw)), from.line, from.offset});
}

Token Lexer::read_word() {
  const Place from = place_;
  const bool begins_line = line_is_blank_;
  bool foreign = false;
  while (!ended() && (is_word_character(now()) || at_foreign_letter())) {
    foreign = foreign || !is_word_character(now());
    step();
  }
  Token made = token(Token::Kind::kWord, from);
  made.begins_line = begins_line;
  made.is_keyword = is_keyword(made.raw);
  if (foreign && findings_.wants_more()) {
    findings_.add(made.place, fmt::format("{} has letters that no name has", quoted(made.raw)),
                  "write it with a to z, or put it into a text: \"…\"");
  }
  if (made.raw.size() > ParseLimits::kLongestName) {
    findings_.add(made.place,
                  fmt::format("{} is longer than the {} bytes that a name may have",
                              quoted(made.raw), ParseLimits::kLongestName),
                  "choose a shorter name");
  }
  return made;
}

Token Lexer::read_text() {
  const Place from = place_;
  const bool begins_line = line_is_blank_;
  step();
  std::string said;
  bool blank = false;
  bool unclosed = false;
  while (!ended() && now() != '"') {
    if (now() == '\\') {
      if (blank && !said.empty()) said += ' ';
      blank = false;
      read_escape(said);
      continue;
    }
    const std::uint32_t at = place_.offset;
    const bool line_ends = now() == '\n';
    step();
    // A longer one is told below; what it says is not needed then.
    if (said.size() <= ParseLimits::kLongestText) {
      add_folded(said, text_.substr(at, place_.offset - at), blank);
    }
    unclosed = line_ends && begins_declaration(text_.substr(place_.offset));
    if (unclosed) break;
  }
  unclosed = unclosed || ended();
  if (!unclosed) step();
  Token made = token(Token::Kind::kText, from);
  made.begins_line = begins_line;
  made.unclosed = unclosed;
  if (unclosed) {
    made.place.length = 1;
    findings_.add(made.place,
                  fmt::format("the text that begins in line {} has no closing quote", from.line),
                  "write '\"' where it ends");
  } else if (said.size() > ParseLimits::kLongestText) {
    made.place.length = 1;
    findings_.add(made.place,
                  fmt::format("the text that begins in line {} is longer than {} bytes", from.line,
                              ParseLimits::kLongestText),
                  "make several clauses of it, or look for a missing closing quote");
  }
  made.text = std::move(said);
  return made;
}

void Lexer::read_escape(std::string& into) {
  Place from = place_;
  step();
  if (!ended() && (now() == '"' || now() == '\\')) {
    into += now();
    step();
    return;
  }
  from.length = 1;
  findings_.add(from, "a '\\' in a text stands before '\"' or another '\\' only",
                "write '\\\\' for the character '\\' itself");
}

bool Lexer::at_foreign_letter() const {
  const Character character = character_at(text_, place_.offset);
  return character.valid && is_foreign_letter(character.code);
}

/// Whether a text between wrong quotes begins here and ends in the same line.
bool Lexer::at_foreign_text() const {
  const Character open = character_at(text_, place_.offset);
  if (!open.valid || !is_foreign_quote(open.code)) return false;
  const std::string_view rest = text_.substr(place_.offset + open.length);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  for (std::size_t at = 0; at < line.size(); at += character_at(line, at).length) {
    if (is_foreign_quote(character_at(line, at).code)) return true;
  }
  return false;
}

Token Lexer::read_foreign_text() {
  const Place from = place_;
  const bool begins_line = line_is_blank_;
  step();
  const std::uint32_t begin = place_.offset;
  while (!is_foreign_quote(character_at(text_, place_.offset).code)) step();
  const std::string_view said = text_.substr(begin, place_.offset - begin);
  step();
  Token made = token(Token::Kind::kText, from);
  made.begins_line = begins_line;
  made.text = trimmed(said);
  findings_.add(made.place, "this text does not stand between straight double quotes",
                "write \" before and behind it");
  return made;
}

void Lexer::skip_stray() {
  const Place from = place_;
  const Character character = character_at(text_, place_.offset);
  const std::string_view same = text_.substr(place_.offset, character.length);
  do {
    step();
  } while (text_.substr(place_.offset).starts_with(same));
  const bool told = !character.valid || is_deceptive(character.code);
  if (told || !findings_.wants_more()) return;
  Place place = from;
  place.length = character.length;
  const bool spaces = character.code == 0xa0 || character.code == 0x3000;
  findings_.add(place,
                spaces ? fmt::format("{} is no space of the language", code_of(character.code))
                       : fmt::format("the character {} means nothing here", quoted(same)),
                spaces ? "write an ordinary space" : mend_for_stray(character.code));
}

}  // namespace heed::policy

#include "policy/language/cursor.h"

#include <algorithm>

#include "policy/language/keywords.h"
#include "policy/language/spelling.h"
#include "policy/language/utf8.h"

namespace heed::policy {
namespace {

using TokenKind = Token::Kind;

constexpr std::size_t kMostDigits = 9;

std::string described(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd: return "the end of the file";
    case TokenKind::kText: return "a text in quotes";
    case TokenKind::kWord:
      return token.is_keyword ? "the keyword " + quoted(token.raw) : quoted(token.raw);
    case TokenKind::kComma:
    case TokenKind::kPlus:
    case TokenKind::kOpen:
    case TokenKind::kClose: break;
  }
  return quoted(token.raw);
}

std::string lower(std::string_view text) {
  std::string out(text.substr(0, ParseLimits::kLongestName));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::uint32_t value_of(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<std::uint32_t>(c - '0');
  return value;
}

}  // namespace

Cursor::Cursor(std::string_view text, std::string file)
    : findings_(std::move(file)), lexer_(text, findings_) {
  now_ = lexer_.next();
  then_ = lexer_.next();
}

bool Cursor::at(std::string_view word) const {
  return now_.is_keyword && now_.raw == word;
}

bool Cursor::at_any(std::span<const std::string_view> words) const {
  return now_.is_keyword && std::ranges::find(words, now_.raw) != words.end();
}

bool Cursor::then_at_any(std::span<const std::string_view> words) const {
  return then_.is_keyword && std::ranges::find(words, then_.raw) != words.end();
}

void Cursor::advance() {
  last_ = std::move(now_);
  now_ = std::move(then_);
  then_ = lexer_.next();
}

bool Cursor::take(Token::Kind kind) {
  if (!at(kind)) return false;
  advance();
  return true;
}

bool Cursor::take(std::string_view word) {
  if (!at(word)) return false;
  advance();
  return true;
}

bool Cursor::read_keyword(std::string_view word, std::string_view form) {
  if (take(word)) return true;
  incomplete(quoted(word), {&word, 1}, fmt::format("write it like this: {}", form));
  return false;
}

bool Cursor::take_word(Name& into) {
  into = {std::string(now_.raw), now_.place};
  advance();
  return true;
}

bool Cursor::read_new_name(Name& into, std::string_view what) {
  if (now_.is_keyword) {
    constexpr std::string_view kMend = "a keyword cannot be a name: choose another one";
    if (now_.begins_line && at_any(kDeclarationWords)) {
      incomplete(what, {}, kMend);
      return false;
    }
    unexpected(what, {}, kMend);
    return take_word(into);
  }
  if (has_form_of_name(now_.raw)) return take_word(into);
  if (has_form_of_path(now_.raw)) {
    tell(now_.place, fmt::format("{} is a path; here stands one name", quoted(now_.raw)),
         "write what is below a word into its braces: 'personal { contact }'");
    advance();
    return true;
  }
  incomplete(what, {}, "write a letter, then letters, digits, '_' or '-'");
  return false;
}

bool Cursor::read_name(Name& into, std::string_view what) {
  if (!now_.is_keyword && has_form_of_name(now_.raw)) return take_word(into);
  incomplete(what, {}, fmt::format("write {} here; a keyword cannot be one", what));
  return false;
}

bool Cursor::read_names(std::vector<Name>& into, std::string_view what) {
  do {
    if (!read_name(into.emplace_back(), what)) return false;
  } while (take(TokenKind::kComma));
  return true;
}

bool Cursor::read_path(Name& into, std::string_view what) {
  if (!now_.is_keyword && has_form_of_path(now_.raw)) return take_word(into);
  incomplete(what, {}, fmt::format("write {} here, or 'any'; a keyword cannot be one", what));
  return false;
}

bool Cursor::read_paths(std::vector<Name>& into, std::string_view what) {
  do {
    const bool any = at("any");
    if (any) {
      into.push_back({"any", now_.place});
      advance();
    } else if (!read_path(into.emplace_back(), what)) {
      return false;
    }
    if (any && (into.size() > 1 || at(TokenKind::kComma))) {
      tell(last_.place, "'any' stands alone: it means every word", "remove the other words");
      return false;
    }
  } while (take(TokenKind::kComma));
  return true;
}

bool Cursor::read_id(Name& into) {
  if (at(TokenKind::kWord) && !now_.is_keyword && has_form_of_id(now_.raw)) return take_word(into);
  incomplete("the number of the clause", {}, "write it after 'clause', such as 3.2");
  return false;
}

bool Cursor::read_text(std::string& into, std::string_view what) {
  if (!at(TokenKind::kText)) {
    incomplete(fmt::format("{} in quotes", what), {}, "write it between double quotes: \"…\"");
    return false;
  }
  into = std::move(now_.text);
  advance();
  return true;
}

bool Cursor::read_number(std::uint32_t& into, std::string_view what) {
  if (!at(TokenKind::kWord) || !is_digits(now_.raw)) {
    incomplete(what, {}, "write a whole number in digits");
    return false;
  }
  if (now_.raw.size() > kMostDigits) {
    tell(now_.place, fmt::format("the number {} is too big", quoted(now_.raw)),
         fmt::format("write at most {} digits", kMostDigits));
    return false;
  }
  into = value_of(now_.raw);
  advance();
  return true;
}

bool Cursor::read_span(Span& into) {
  const Token count = now_;
  if (!read_number(into.count, "a span of time, such as 30 days")) return false;
  constexpr std::array<std::string_view, 4> kPlurals = {"hours", "days", "months", "years"};
  for (std::size_t i = 0; i < kUnitsOfTime.size(); ++i) {
    if (!at(kUnitsOfTime[i]) && !at(kPlurals[i])) continue;
    into.unit = static_cast<Unit>(i);
    advance();
    check_span(into, since(count));
    return true;
  }
  incomplete("a unit of time", kPlurals, "write hours, days, months or years");
  return false;
}

/// An error here does not hinder reading on.
void Cursor::check_span(const Span& span, const Place& place) {
  if (span.count == 0) {
    tell(place, "a span of time is at least 1", "write how long, such as 30 days");
  } else if (span.shortest() > Duration::days(366 * ParseLimits::kLongestYears)) {
    tell(place, fmt::format("a span of time is at most {} years", ParseLimits::kLongestYears),
         "write a shorter one");
  }
}

bool Cursor::read_date(std::string& into) {
  constexpr std::string_view kMend = "write year, month and day, such as 2026-03-01";
  if (!at(TokenKind::kWord) || now_.is_keyword) {
    incomplete("a date", {}, kMend);
    return false;
  }
  if (!has_form_of_date(now_.raw) || !is_day(now_.raw)) {
    tell(now_.place, fmt::format("{} is no date", quoted(now_.raw)), std::string(kMend));
  }
  into = now_.raw;
  advance();
  return true;
}

void Cursor::take_comments(Comments& into) {
  std::vector<Comment>& all = lexer_.comments();
  std::size_t taken = 0;
  while (taken < all.size() && all[taken].offset < now_.place.offset) {
    into.push_back(std::move(all[taken++].text));
  }
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(taken));
}

void Cursor::take_own_comments(Comments& into) {
  std::vector<Comment>& all = lexer_.comments();
  std::size_t taken = 0;
  while (taken < all.size() &&
         (all[taken].offset < last_.place.offset ||
          (all[taken].line == last_.last_line && all[taken].offset < now_.place.offset))) {
    into.push_back(std::move(all[taken++].text));
  }
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(taken));
}

std::string_view Cursor::near_word(std::span<const std::string_view> candidates) const {
  if (!at(TokenKind::kWord) || now_.is_keyword) return {};
  return nearest(lower(now_.raw), candidates);
}

bool Cursor::line_ended() const {
  return (now_.begins_line || at(TokenKind::kEnd)) && now_.place.line > last_.last_line &&
         last_.last_line == last_.place.line && !last_.raw.empty();
}

Place Cursor::behind_last() const {
  Place place = last_.place;
  place.column += static_cast<std::uint32_t>(count_characters(last_.raw));
  place.offset += place.length;
  place.length = 0;
  return place;
}

void Cursor::tell_expected(const Place& place, std::string_view expected, std::string_view found,
                           std::string_view near, std::string_view mend) {
  tell(place, fmt::format("expected {}{}", expected, found),
       near.empty() ? std::string(mend) : fmt::format("did you mean {}?", quoted(near)));
}

void Cursor::unexpected(std::string_view expected, std::span<const std::string_view> candidates,
                        std::string_view mend) {
  // After a text without its end, whatever follows is not where it should be.
  if (last_.unclosed || !findings_.wants_more()) return;
  tell_expected(now_.place, expected, ", found " + described(now_), near_word(candidates), mend);
}

void Cursor::incomplete(std::string_view expected, std::span<const std::string_view> candidates,
                        std::string_view mend) {
  if (last_.unclosed || !findings_.wants_more()) return;
  if (!line_ended() || !near_word(candidates).empty())
    return unexpected(expected, candidates, mend);
  const std::string after = last_.kind == TokenKind::kText ? "the text" : described(last_);
  tell_expected(behind_last(), expected, " after " + after, {}, mend);
}

void Cursor::tell(const Place& place, std::string message, std::string mend) {
  findings_.add(place, std::move(message), std::move(mend));
}

bool Cursor::in_block(const Token& open, bool of_statements) {
  if (at(TokenKind::kClose)) return false;
  const bool declares = at_any(kDeclarationWords) && (of_statements || now_.begins_line);
  if (!at(TokenKind::kEnd) && !declares) return true;
  if (last_.unclosed) return false;
  tell(
      line_ended() ? behind_last() : now_.place,
      fmt::format("the '{{' of line {} is not closed before {}{}", open.place.line, described(now_),
                  at(TokenKind::kEnd) ? "" : fmt::format(" of line {}", now_.place.line)),
      of_statements || at(TokenKind::kEnd)
          ? "write '}' here"
          : "write '}' here; if a name is meant: a keyword cannot be one");
  return false;
}

void Cursor::skip_block() {
  std::size_t depth = 0;
  do {
    if (at(TokenKind::kOpen)) ++depth;
    if (at(TokenKind::kClose)) --depth;
    advance();
    if (now_.begins_line && at_any(kDeclarationWords)) return;
  } while (depth > 0 && !at(TokenKind::kEnd));
}

void Cursor::skip_to_body() {
  while (!at(TokenKind::kEnd) && !at(TokenKind::kOpen) && !at(TokenKind::kClose)) {
    if (now_.begins_line && (at_any(kDeclarationWords) || at_any(kStatementWords))) return;
    advance();
  }
}

// A word at the start of a line that stands no deeper than where the failed thing began is taken
// for the start of the next one, so that several misspelt ones in a row are all told.
bool Cursor::begins_like(const Token& began) const {
  return now_.kind == TokenKind::kWord && now_.begins_line && began.begins_line &&
         now_.place.column <= began.place.column;
}

void Cursor::skip_to_statement(const Token& began) {
  bool moved = now_.begins_line && now_.place.offset != began.place.offset;
  while (!at(TokenKind::kEnd) && !at(TokenKind::kClose)) {
    if (at_any(kDeclarationWords) && now_.begins_line) return;
    if (moved && (at_any(kStatementWords) || begins_like(began))) return;
    moved = true;
    if (at(TokenKind::kOpen)) {
      skip_block();
    } else {
      advance();
    }
  }
}

void Cursor::skip_to_declaration(const Token& began) {
  bool moved = now_.place.offset != began.place.offset;
  while (!at(TokenKind::kEnd)) {
    if (moved && (at_any(kDeclarationWords) || begins_like(began))) return;
    moved = true;
    if (at(TokenKind::kOpen)) {
      skip_block();
    } else {
      advance();
    }
  }
}

Place Cursor::since(const Token& from) const {
  Place place = from.place;
  place.length = last_.place.offset + last_.place.length - place.offset;
  return place;
}

}  // namespace heed::policy

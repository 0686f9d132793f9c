#include "policy/language/keywords.h"

#include <algorithm>

namespace heed::policy {
namespace {

/// All of them, sorted.
constexpr std::array<std::string_view, 77> kKeywords = {
    "about",     "aggregate",   "allow",     "answer",      "any",     "as",      "at",
    "blob",      "by",          "bytes",     "category",    "channel", "clause",  "condition",
    "day",       "days",        "deny",      "empties",     "erasure", "event",   "every",
    "except",    "expire",      "for",       "from",        "ground",  "hour",    "hours",
    "in",        "independent", "indexed",   "information", "integer", "keep",    "keeps",
    "kind",      "least",       "log",       "month",       "months",  "notify",  "of",
    "on",        "overlay",     "owns",      "paid",        "party",   "policy",  "purpose",
    "real",      "record",      "reference", "region",      "removes", "review",  "section",
    "sensitive", "series",      "sharing",   "source",      "stays",   "subject", "text",
    "time",      "to",          "truth",     "unless",      "until",   "uses",    "verify",
    "version",   "when",        "with",      "within",      "words",   "year",    "years"};
static_assert(std::ranges::is_sorted(kKeywords));

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

bool is_keyword(std::string_view word) {
  return std::ranges::binary_search(kKeywords, word);
}

bool is_declaration(std::string_view word) {
  return is_in(kDeclarationWords, word);
}

bool is_word_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

bool has_form_of_name(std::string_view word) {
  return !word.empty() && is_letter(word.front()) && !word.contains('.');
}

bool has_form_of_path(std::string_view word) {
  for (;;) {
    const std::size_t dot = word.find('.');
    if (!has_form_of_name(word.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    word.remove_prefix(dot + 1);
  }
}

bool has_form_of_id(std::string_view word) {
  return !word.empty() && !word.contains('_');
}

bool is_digits(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, is_digit);
}

bool has_form_of_date(std::string_view word) {
  return word.size() == 10 && is_digits(word.substr(0, 4)) && word[4] == '-' &&
         is_digits(word.substr(5, 2)) && word[7] == '-' && is_digits(word.substr(8));
}

bool is_day(std::string_view word) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = number(word.substr(0, 4));
  const int month = number(word.substr(5, 2));
  const int day = number(word.substr(8));
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<std::size_t>(month) - 1] + (leap && month == 2 ? 1 : 0);
}

}  // namespace heed::policy

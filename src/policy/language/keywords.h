// The fixed words of the language, and which texts can be a name, path, number, date or id.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace heed::policy {

/// By what begins with them; the parser and its messages use the same lists.
inline constexpr std::array<std::string_view, 3> kUnitWords = {"policy", "overlay", "words"};
inline constexpr std::array<std::string_view, 3> kHeaderWords = {"version", "uses", "review"};
inline constexpr std::array<std::string_view, 9> kVocabularyWords = {
    "category", "purpose", "party", "source", "subject", "region", "channel", "condition", "event"};
inline constexpr std::array<std::string_view, 14> kDeclarationWords = {
    "category",  "purpose", "party", "source", "subject", "region",  "channel",
    "condition", "event",   "kind",  "clause", "policy",  "overlay", "words"};
inline constexpr std::array<std::string_view, 9> kStatementWords = {
    "allow", "deny", "keep", "expire", "notify", "verify", "answer", "aggregate", "log"};
inline constexpr std::array<std::string_view, 8> kScopeWords = {"for", "to", "from", "about",
                                                                "in",  "by", "when", "unless"};
inline constexpr std::array<std::string_view, 9> kTypeWords = {
    "text", "integer", "real", "truth", "time", "bytes", "blob", "subject", "reference"};
inline constexpr std::array<std::string_view, 4> kErasureWords = {"owns", "removes", "empties",
                                                                  "stays"};
inline constexpr std::array<std::string_view, 4> kUnitsOfTime = {"hour", "day", "month", "year"};
inline constexpr std::array<std::string_view, 3> kMarks = {"sensitive", "independent", "paid"};

bool is_keyword(std::string_view word);
/// Whether a declaration or the head of a unit begins with it.
bool is_declaration(std::string_view word);

/// Letters, digits, "_", "-" and ".".
bool is_word_character(char c);
/// A keyword has the form of a name, too.
bool has_form_of_name(std::string_view word);
bool has_form_of_path(std::string_view word);
bool has_form_of_id(std::string_view word);
bool is_digits(std::string_view word);
/// YYYY-MM-DD in digits; whether there is such a day is another question.
bool has_form_of_date(std::string_view word);
/// Of `word`, which has the form of a date, by the Gregorian calendar from the year 1 on.
bool is_day(std::string_view word);

}  // namespace heed::policy

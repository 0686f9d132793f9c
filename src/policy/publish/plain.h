// Plain English for what a policy says: lists, spans, words. Shared by tell, explain, lint and the
// page, so that a word is called the same everywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/language/document.h"

namespace heed::policy {

/// "a", "a and b", "a, b and c"; `word` is "and" or "or".
std::string list_of(const std::vector<std::string>& parts, std::string_view word = "and");
/// `personal.co_sponsor` as "personal co sponsor".
std::string spaced(std::string_view path);
/// With its first letter large, if it is one of ASCII.
std::string sentence_case(std::string text);
/// "1 day", "13 months".
std::string tell_span(const Span& span);
/// "1 thing", "2 things": a count with its noun, whose plural takes an "s".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace heed::policy

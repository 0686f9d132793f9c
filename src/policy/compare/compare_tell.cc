// The words of a comparison.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "policy/compare/compare_parts.h"

namespace heed::policy {
namespace {

std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) text += i + 1 == all.size() ? " and " : ", ";
    text += all[i];
  }
  return text;
}

/// "site.demo" for a fact "source:site.demo" after "source:"; empty for others.
std::string_view after_prefix(std::string_view fact, std::string_view prefix) {
  return fact.starts_with(prefix) ? fact.substr(prefix.size()) : std::string_view();
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kPrepositions = {
    std::pair{"source:", "from"}, {"subject:", "about"}, {"region:", "in"}, {"channel:", "by"}};

std::string conditions_of(const std::vector<std::string>& facts, std::string_view one,
                          std::string_view many) {
  std::vector<std::string> conditions;
  for (const std::string& fact : facts) {
    if (!fact.contains(':')) conditions.push_back(fact);
  }
  if (conditions.empty()) return "";
  return fmt::format("{} {}", listed(conditions), conditions.size() == 1 ? one : many);
}

std::string places_of(const std::vector<std::string>& facts, bool holds) {
  std::string text;
  for (const auto& [prefix, preposition] : kPrepositions) {
    std::vector<std::string> paths;
    for (const std::string& fact : facts) {
      const std::string_view path = after_prefix(fact, prefix);
      if (!path.empty()) paths.push_back(spoken(path));
    }
    if (paths.empty()) continue;
    text += fmt::format(" {}{} {}", holds ? "" : "not ", preposition, listed(paths));
  }
  return text;
}

}  // namespace

std::string spoken(std::string_view path) {
  std::string words(path);
  std::ranges::replace_if(words, [](char c) { return c == '.' || c == '_'; }, ' ');
  return words;
}

std::string spoken_facts(const CellChange& cell) {
  const std::string hold = conditions_of(cell.holds, "holds", "hold");
  const std::string fail = conditions_of(cell.fails, "does not hold", "do not hold");
  std::string text = places_of(cell.holds, true) + places_of(cell.fails, false);
  if (!hold.empty() && !fail.empty()) {
    text += fmt::format(" when {} and {}", hold, fail);
  } else if (!hold.empty() || !fail.empty()) {
    text += fmt::format(" when {}{}", hold, fail);
  }
  return text;
}

Change change_of(bool widened, bool narrowed) {
  if (widened) return narrowed ? Change::kBoth : Change::kWidened;
  return narrowed ? Change::kNarrowed : Change::kEqual;
}

bool widens(Change change) {
  return change == Change::kWidened || change == Change::kBoth;
}

}  // namespace heed::policy

#include "policy/compare/compare_facts.h"

#include <algorithm>
#include <array>
#include <bit>

namespace heed::policy {
namespace {

constexpr std::string_view kCondition = "condition:";

/// Each degree includes those before it; whoever sets one sets them all.
constexpr std::array<std::string_view, 4> kDegrees = {
    "condition:verified_address", "condition:verified_login", "condition:verified_two_points",
    "condition:verified_three_points_signed"};

bool implies(std::string_view fact, std::string_view other) {
  if (fact == other) return true;
  if (fact.size() > other.size() && fact.starts_with(other) && fact[other.size()] == '.') {
    return true;
  }
  const auto* degree = std::ranges::find(kDegrees, fact);
  return degree != kDegrees.end() && std::find(kDegrees.begin(), degree, other) != degree;
}

FactBits bits(const std::vector<std::size_t>& numbers, std::uint64_t mask) {
  FactBits all;
  for (; mask != 0; mask &= mask - 1) {
    all.set(numbers[static_cast<std::size_t>(std::countr_zero(mask))]);
  }
  return all;
}

}  // namespace

FactSpace::FactSpace(const Policy& before, const Policy& after) {
  before_ = number(before);
  after_ = number(after);
  find_implications();
}

FactSpace::Numbers FactSpace::number(const Policy& policy) {
  Numbers numbers;
  for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
    const std::string& name = policy.facts().path({i});
    const auto found = std::ranges::find(names_, name);
    numbers.push_back(static_cast<std::size_t>(found - names_.begin()));
    if (found == names_.end()) names_.push_back(name);
  }
  return numbers;
}

void FactSpace::find_implications() {
  implies_.resize(names_.size());
  implied_by_.resize(names_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    for (std::size_t j = 0; j < names_.size(); ++j) {
      if (!implies(names_[i], names_[j])) continue;
      implies_[i].set(j);
      implied_by_[j].set(i);
    }
  }
}

Knowledge FactSpace::both(const Numbers& numbers, const CellRule& rule) const {
  return {bits(numbers, rule.must), bits(numbers, rule.must_not)};
}

Conditions FactSpace::in(const Numbers& numbers, const Knowledge& known) const {
  Conditions conditions;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Fact fact{static_cast<std::uint16_t>(i)};
    if (known.holds.test(numbers[i])) conditions = conditions.with(fact, true);
    if (known.fails.test(numbers[i])) conditions = conditions.with(fact, false);
  }
  return conditions;
}

Knowledge FactSpace::closed(const Knowledge& known) const {
  Knowledge all;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (known.holds.test(i)) all.holds |= implies_[i];
    if (known.fails.test(i)) all.fails |= implied_by_[i];
  }
  return all;
}

Knowledge FactSpace::with(Knowledge known, std::size_t fact, bool holds) const {
  if (holds) {
    known.holds |= implies_[fact];
  } else {
    known.fails |= implied_by_[fact];
  }
  return known;
}

Knowledge FactSpace::reduced(const Knowledge& known) const {
  Knowledge least = known;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    FactBits above = implied_by_[i];
    FactBits below = implies_[i];
    above.reset(i);
    below.reset(i);
    if ((known.holds & above).any()) least.holds.reset(i);
    if ((known.fails & below).any()) least.fails.reset(i);
  }
  return least;
}

std::vector<std::string> FactSpace::names(const FactBits& facts) const {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (!facts.test(i)) continue;
    const bool condition = names_[i].starts_with(kCondition);
    all.push_back(condition ? names_[i].substr(kCondition.size()) : names_[i]);
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace heed::policy

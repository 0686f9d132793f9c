#include "machines/rules.h"

#include <algorithm>
#include <array>

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 3> kRuleWords = {"calendar", "reasons", "goal"};

}  // namespace

Result<void> check_goal(const ProductionGoal& goal) {
  if (goal.ideal &&
      (*goal.ideal < Duration::milliseconds(1) || *goal.ideal > ProductionGoal::kLongestIdeal)) {
    return fail(ErrorKind::kInvalid, "ideal_seconds: an ideal time is above 0 and at most 7 days",
                "Leave it out where there is none.");
  }
  if (goal.micro_stop < Duration() || goal.micro_stop > ProductionGoal::kLongestMicroStop) {
    return fail(ErrorKind::kInvalid, "micro_stop_seconds: a micro-stop has at most 10 minutes",
                "60 seconds is usual; 0 makes every stop a stop.");
  }
  return {};
}

std::string_view word(Rule rule) {
  return kRuleWords.at(static_cast<std::size_t>(rule));
}

std::optional<Rule> parse_rule(std::string_view text) {
  const auto found = std::ranges::find(kRuleWords, text);
  if (found == kRuleWords.end()) return {};
  return static_cast<Rule>(found - kRuleWords.begin());
}

}  // namespace heed::machines

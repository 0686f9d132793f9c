#include "machines/reason.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

#include "machines/said_words.h"
#include "machines/text.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 3> kClassWords = {"unplanned", "planned", "setup"};

[[nodiscard]] std::unexpected<Error> wrong(std::string_view field, std::string_view what,
                                           std::string mend) {
  return fail(ErrorKind::kInvalid, fmt::format("{}: {}", field, what), std::move(mend));
}

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= ReasonTree::kLongestCode &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

Result<void> check_parent(const std::string& field, const ReasonTree& tree,
                          const ReasonCode& code) {
  if (code.parent.empty()) return {};
  const ReasonCode* parent = tree.find(code.parent);
  if (parent == nullptr) {
    return wrong(field + ".parent", "there is no such code", "Name one of the list, or none.");
  }
  if (!parent->parent.empty() || parent == &code) {
    return wrong(field + ".parent", "the tree has two levels",
                 "Put the code below one that stands below none.");
  }
  return {};
}

Result<void> check_codes(const ReasonTree& tree) {
  if (tree.codes.size() > ReasonTree::kMostCodes) {
    return wrong("codes", "there are at most 60 codes",
                 "Join some: with many codes people take “Other”.");
  }
  for (std::size_t i = 0; i < tree.codes.size(); ++i) {
    const ReasonCode& code = tree.codes[i];
    const std::string field = fmt::format("codes[{}]", i);
    if (!is_code(code.code)) {
      return wrong(field + ".code", "a code has 1 to 40 of a to z, 0 to 9 and _",
                   "Write for instance tool_broken.");
    }
    if (tree.find(code.code) != &code) {
      return wrong(field + ".code", "another one has this code", "Give each a code of its own.");
    }
    const std::size_t length = characters(code.name);
    if (length == 0 || length > ReasonTree::kLongestName) {
      return wrong(field + ".name", "a name has 1 to 60 characters", "Give it a short name.");
    }
    if (auto parent = check_parent(field, tree, code); !parent) return parent;
  }
  return {};
}

bool is_wall_span(const WallSpan& span) {
  const auto fits = [](Duration time) { return parse_minutes(format_minutes(time)) == time; };
  return fits(span.from) && fits(span.to);
}

Result<void> check_rule(const std::string& field, const ReasonTree& tree, const ReasonRule& rule) {
  const ReasonCode* code = tree.find(rule.code);
  if (code == nullptr || code->retired) {
    return wrong(field + ".code", "there is no such code, or it is retired",
                 "Name one that is offered.");
  }
  for (const auto& [name, text] : {std::pair{".condition_code", &rule.condition_code},
                                   std::pair{".condition_text", &rule.condition_text},
                                   std::pair{".location", &rule.location}}) {
    if (text->size() <= ReasonTree::kLongestMatch) continue;
    return wrong(field + name, "it has at most 100 bytes", "A part of the text is enough.");
  }
  if (rule.window && !is_wall_span(*rule.window)) {
    return wrong(field + ".window", "it is no time of a day", "Write hours and minutes.");
  }
  return {};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool holds_text(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  return !std::ranges::search(text, part, same).empty() || part.empty();
}

bool in_window(const WallSpan& window, Duration since_midnight) {
  if (window.from < window.to) return window.from <= since_midnight && since_midnight < window.to;
  return since_midnight >= window.from || since_midnight < window.to;
}

bool fits(const ReasonRule& rule, const Activity& activity, const ReasonInput& input) {
  const Standing& standing = activity.standing;
  const bool named = std::ranges::find(rule.states, standing.state) != rule.states.end();
  if (!named && (!rule.states.empty() || standing.bucket == Bucket::kNone)) return false;
  if (!rule.location.empty() && rule.location != input.location) return false;
  if (rule.window &&
      !in_window(*rule.window,
                 input.zone.at(activity.range.from).wall(activity.range.from).since_midnight)) {
    return false;
  }
  if (rule.condition_code.empty() && rule.condition_text.empty()) return true;
  return std::ranges::any_of(input.conditions(activity.range.from), [&](const Condition& active) {
    return active.code.starts_with(rule.condition_code) &&
           holds_text(active.text, rule.condition_text);
  });
}

ReasonSpan span_of(const ReasonTree& tree, TimeRange range, const std::string& code, ReasonBy by) {
  const ReasonCode* known = tree.find(code);
  return {range, code, known == nullptr ? ReasonClass::kUnplanned : known->reason_class, by};
}

/// What holds when, as what is painted later covers what was painted before.
class Paint {
 public:
  void over(TimeRange range, std::optional<ReasonSpan> span) {
    if (range.empty()) return;
    split(range.to);
    split(range.from);
    from_.erase(from_.find(range.from), from_.find(range.to));
    from_.emplace(range.from, std::move(span));
  }
  std::vector<ReasonSpan> take() && {
    std::vector<ReasonSpan> spans;
    for (auto here = from_.begin(); here != from_.end(); ++here) {
      const auto next = std::next(here);
      if (!here->second || next == from_.end()) continue;
      here->second->range = {here->first, next->first};
      spans.push_back(*std::move(here->second));
    }
    return spans;
  }

 private:
  void split(Time at) {
    const auto after = from_.upper_bound(at);
    auto held = after == from_.begin() ? std::nullopt : std::prev(after)->second;
    from_.emplace(at, std::move(held));  // changes nothing where something begins there anyway
  }
  /// From when on; after the last one nothing holds.
  std::map<Time, std::optional<ReasonSpan>> from_;
};

bool is_stop(const Activity& activity) {
  const Bucket bucket = activity.standing.bucket;
  return bucket == Bucket::kUnplanned || bucket == Bucket::kStop || bucket == Bucket::kOperator ||
         bucket == Bucket::kIdle;
}

std::optional<ReasonSpan> by_rule(const ReasonInput& input, const Activity& activity, bool micro) {
  if (micro || activity.standing.bucket == Bucket::kProduction) return {};
  const ReasonTree& tree = input.tree.at(activity.range.from);
  const auto rule = std::ranges::find_if(
      tree.rules, [&](const ReasonRule& r) { return fits(r, activity, input); });
  if (rule == tree.rules.end()) return {};
  ReasonSpan span = span_of(tree, activity.range, rule->code, ReasonBy::kRule);
  span.rule = static_cast<std::size_t>(rule - tree.rules.begin());
  return span;
}

std::vector<ReasonSpan> all_by_hand(const ReasonInput& input) {
  std::vector<const ReasonTag*> tags;
  for (const ReasonTag& tag : input.tags) tags.push_back(&tag);
  std::ranges::sort(tags, [](const ReasonTag* a, const ReasonTag* b) {
    return a->said != b->said ? a->said < b->said : a < b;  // of one moment, as they came
  });
  // What was taken back shows what lies below, so only what is left of the tags is told.
  Paint paint;
  for (const ReasonTag* tag : tags) {
    if (tag->code.empty()) {
      paint.over(tag->range, std::nullopt);
      continue;
    }
    ReasonSpan span =
        span_of(input.tree.at(tag->range.from), tag->range, tag->code, ReasonBy::kHand);
    span.who = tag->by;
    paint.over(tag->range, std::move(span));
  }
  return std::move(paint).take();
}

/// What is left of `below` beside `above`, both in order and without overlap, with `above`.
std::vector<ReasonSpan> laid_over(std::vector<ReasonSpan> below,
                                  const std::vector<ReasonSpan>& above) {
  if (above.empty()) return below;
  std::vector<ReasonSpan> all;
  auto over = above.begin();
  for (ReasonSpan& span : below) {
    while (over != above.end() && over->range.from < span.range.to) {
      if (span.range.from < over->range.from) {
        all.push_back(span);
        all.back().range.to = over->range.from;
      }
      span.range.from = std::max(span.range.from, over->range.to);
      if (over->range.to > span.range.to) break;  // it lies over the next one too
      all.push_back(*over++);
    }
    if (!span.range.empty()) all.push_back(std::move(span));
  }
  all.insert(all.end(), over, above.end());
  return all;
}

}  // namespace

std::string_view word(ReasonClass reason_class) {
  return kClassWords.at(static_cast<std::size_t>(reason_class));
}

std::optional<ReasonClass> parse_reason_class(std::string_view text) {
  const auto found = std::ranges::find(kClassWords, text);
  if (found == kClassWords.end()) return {};
  return static_cast<ReasonClass>(found - kClassWords.begin());
}

std::string_view word(ReasonBy by) {
  return by == ReasonBy::kHand ? "hand" : "rule";
}

const ReasonCode* ReasonTree::find(std::string_view code) const {
  const auto found = std::ranges::find(codes, code, &ReasonCode::code);
  return found == codes.end() ? nullptr : &*found;
}

ReasonTree usual_reasons() {
  using enum ReasonClass;
  return {{{"setup", "Set-up", "", kSetup},
           {"material", "No material", "", kUnplanned},
           {"operator", "No operator", "", kUnplanned},
           {"tool", "Tool", "", kUnplanned},
           {"tool_broken", "Tool broken", "tool", kUnplanned},
           {"tool_worn", "Tool worn, changed", "tool", kUnplanned},
           {"program", "Program", "", kUnplanned},
           {"quality", "Measuring, quality", "", kUnplanned},
           {"fault", "Machine fault", "", kUnplanned},
           {"maintenance", "Planned maintenance", "", kPlanned},
           {"no_order", "No order", "", kPlanned},
           {"other", "Other", "", kUnplanned}},
          {}};
}

Result<void> check_reasons(const ReasonTree& tree) {
  if (auto codes = check_codes(tree); !codes) return codes;
  if (tree.rules.size() > ReasonTree::kMostRules) {
    return wrong("rules", "there are at most 50 rules", "Let one rule name several states.");
  }
  for (std::size_t i = 0; i < tree.rules.size(); ++i) {
    if (auto rule = check_rule(fmt::format("rules[{}]", i), tree, tree.rules[i]); !rule) {
      return rule;
    }
  }
  return {};
}

std::vector<ReasonSpan> resolve_reasons(const ReasonInput& input) {
  std::vector<ReasonSpan> by_rules;
  for (std::size_t i = 0; i < input.activities.size(); ++i) {
    if (auto span = by_rule(input, input.activities[i], input.micro[i])) {
      by_rules.push_back(*std::move(span));
    }
  }
  return laid_over(std::move(by_rules), all_by_hand(input));
}

std::vector<bool> micro_stops(const std::vector<Activity>& activities,
                              const Dated<Duration>& threshold) {
  std::vector<bool> micro(activities.size(), false);
  for (std::size_t from = 0; from < activities.size();) {
    std::size_t to = from;
    while (to < activities.size() && is_stop(activities[to]) &&
           (to == from || activities[to - 1].range.to == activities[to].range.from)) {
      ++to;
    }
    if (to == from) {
      ++from;
      continue;
    }
    const Time begun = activities[from].range.from;
    const bool brief = activities[to - 1].range.to - begun < threshold.at(begun);
    for (; from < to; ++from) micro[from] = brief;
  }
  return micro;
}

}  // namespace heed::machines

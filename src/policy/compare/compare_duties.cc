// Duties of two policies by what they come to for each word, so that it does not matter which
// statements say it: how long a category is kept, how soon a purpose is answered and how well its
// asker is known, how soon a party is told of an event, how often the policy is reviewed.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "policy/compare/compare_parts.h"

namespace heed::policy {
namespace {

constexpr std::array<std::string_view, 4> kDegrees = {"address", "login", "two_points",
                                                      "three_points_signed"};

/// One value of a duty; less is stricter.
struct Bound {
  std::int64_t value = 0;
  std::string text;  ///< "2 years", "account_closed + 30 days", "login"
  std::uint16_t clause = 0;
  bool operator==(const Bound& other) const { return value == other.value; }
};
/// By event, where a duty has one.
using Bounds = std::map<std::string, Bound>;

std::string told(const Span& span) {
  constexpr std::array<std::string_view, 4> kUnits = {"hour", "day", "month", "year"};
  return fmt::format("{} {}{}", span.count, kUnits[static_cast<std::size_t>(span.unit)],
                     span.count == 1 ? "" : "s");
}

Bound bound_of(const Duty& duty) {
  if (duty.kind == DutyKind::kVerify) {
    const auto* at = std::ranges::find(kDegrees, duty.degree);
    return {kDegrees.end() - at, spoken(duty.degree), duty.clause};
  }
  std::string text;
  if (duty.kind == DutyKind::kKeep && !duty.event.empty()) {
    text = "until " + spoken(duty.event);
    if (duty.span.count > 0) text += " + " + told(duty.span);
  } else {
    text = told(duty.span);
  }
  return {duty.span.shortest().count_nanoseconds(), std::move(text), duty.clause};
}

template <class Tag>
std::vector<Bounds> bounds_by_word(const Policy& policy, const Vocabulary<Tag>& words,
                                   DutyKind kind, std::vector<Name> Scope::* part) {
  std::vector<Bounds> all(words.size());
  for (const Duty& duty : policy.duties()) {
    if (duty.kind != kind) continue;
    const Bound bound = bound_of(duty);
    const std::vector<bool> covered = covered_words(words, duty.scope.*part);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!covered[i]) continue;
      const auto [at, is_new] = all[i].try_emplace(duty.event, bound);
      if (bound.value < at->second.value) at->second = bound;
    }
  }
  return all;
}

Change change_between(const Bounds& before, const Bounds& after) {
  bool widened = false;
  bool narrowed = false;
  for (const auto& [event, bound] : before) {
    const auto other = after.find(event);
    if (other == after.end() || other->second.value > bound.value) widened = true;
    if (other != after.end() && other->second.value < bound.value) narrowed = true;
  }
  for (const auto& [event, bound] : after) narrowed = narrowed || !before.contains(event);
  return change_of(widened, narrowed);
}

/// Of the events whose bounds differ.
std::string told(const Bounds& bounds, const Bounds& other, bool with_event) {
  std::string text;
  for (const auto& [event, bound] : bounds) {
    const auto same = other.find(event);
    if (same != other.end() && same->second == bound) continue;
    if (!text.empty()) text += ", ";
    text += bound.text;
    if (with_event && !event.empty()) text += " of " + spoken(event);
  }
  return text;
}

struct Words {
  DutyKind kind;
  std::string_view what;      ///< "keep {}"
  std::string_view longer;    ///< Sentences: subject, before, after.
  std::string_view dropped;   ///< Subject, before.
  std::string_view stricter;  ///< Subject, after.
};
constexpr Words kKeepWords = {DutyKind::kKeep, "keep {}",
                              "After this change {0} could be kept {2} instead of {1}.",
                              "After this change no clause ends the keeping of {0}; it was {1}.",
                              "After this change {0} could be kept {1} at most."};
constexpr Words kAnswerWords = {
    DutyKind::kAnswer, "answer {}",
    "After this change a request for {0} could wait {2} for its answer instead of {1}.",
    "After this change no clause says when a request for {0} is answered; it was within {1}.",
    "After this change a request for {0} is answered within {1}."};
constexpr Words kVerifyWords = {
    DutyKind::kVerify, "verify for {}",
    "After this change {2} would be enough to prove who asks for {0}; it was {1}.",
    "After this change nobody would need to prove who they are for {0}; it was {1}.",
    "After this change {1} is needed to prove who asks for {0}."};
constexpr Words kNotifyWords = {
    DutyKind::kNotify, "notify {}",
    "After this change {0} could be told within {2} only, instead of within {1}.",
    "After this change {0} would no longer be told; it was within {1}.",
    "After this change {0} is told within {1}."};

std::string sentence_of(const Words& words, const std::string& subject, const DutyChange& change) {
  if (!widens(change.change)) {
    return fmt::format(fmt::runtime(words.stricter), subject, change.after);
  }
  if (change.after.empty()) return fmt::format(fmt::runtime(words.dropped), subject, change.before);
  return fmt::format(fmt::runtime(words.longer), subject, change.before, change.after);
}

/// Tells what differs for a pair of words, unless the same is told of the word above.
template <class Tag>
void compare_bounds(const Comparing& comparing, const Words& words, const Pairing<Tag>& pairing,
                    const Vocabulary<Tag>& old_words, const Vocabulary<Tag>& new_words,
                    std::vector<Name> Scope::* part, std::vector<bool>& broken,
                    Comparison& result) {
  const auto before = bounds_by_word(comparing.before, old_words, words.kind, part);
  const auto after = bounds_by_word(comparing.after, new_words, words.kind, part);
  const bool with_event = words.kind == DutyKind::kNotify;
  for (std::size_t i = 0; i < pairing.pairs.size(); ++i) {
    const WordPair<Tag>& pair = pairing.pairs[i];
    if (!pair.before || !pair.after) continue;
    const Bounds& old_bounds = before[pair.before->index];
    const Bounds& new_bounds = after[pair.after->index];
    DutyChange change;
    change.change = change_between(old_bounds, new_bounds);
    if (change.change == Change::kEqual) continue;
    broken[i] = true;
    const auto above = new_words.parent(*pair.after);
    const auto above_pair = above ? pairing.by_after[above->index] : Pairing<Tag>::kNone;
    if (above_pair != Pairing<Tag>::kNone && pairing.pairs[above_pair].before &&
        before[pairing.pairs[above_pair].before->index] == old_bounds &&
        after[above->index] == new_bounds) {
      continue;
    }
    const std::string& path = new_words.path(*pair.after);
    change.what = fmt::format(fmt::runtime(words.what), path);
    change.before = told(old_bounds, new_bounds, with_event);
    change.after = told(new_bounds, old_bounds, with_event);
    const Bounds& saying = new_bounds.empty() ? old_bounds : new_bounds;
    const Policy& policy = new_bounds.empty() ? comparing.before : comparing.after;
    change.clause = policy.clauses()[saying.begin()->second.clause].id;
    change.sentence = sentence_of(words, spoken(path), change);
    result.duties.push_back(std::move(change));
  }
}

void compare_reviews(const Comparing& comparing, Comparison& result) {
  const auto& before = comparing.before.review();
  const auto& after = comparing.after.review();
  const Duration old_span = before ? before->shortest() : Duration::max();
  const Duration new_span = after ? after->shortest() : Duration::max();
  if (old_span == new_span) return;
  DutyChange change;
  change.change = new_span > old_span ? Change::kWidened : Change::kNarrowed;
  change.what = "review";
  if (before) change.before = told(*before);
  if (after) change.after = told(*after);
  if (!after) {
    change.sentence =
        fmt::format("After this change the policy would no longer be reviewed; it was every {}.",
                    change.before);
  } else {
    change.sentence = fmt::format("After this change the policy would be reviewed every {}{}{}.",
                                  change.after, before ? " instead of every " : "", change.before);
  }
  result.duties.push_back(std::move(change));
}

}  // namespace

void compare_duties(Comparing& comparing, Comparison& result) {
  const Policy& before = comparing.before;
  const Policy& after = comparing.after;
  Matched& words = comparing.words;
  compare_bounds(comparing, kKeepWords, words.categories, before.categories(), after.categories(),
                 &Scope::categories, words.broken_categories, result);
  for (const Words& duty : {kAnswerWords, kVerifyWords}) {
    compare_bounds(comparing, duty, words.purposes, before.purposes(), after.purposes(),
                   &Scope::purposes, words.broken_purposes, result);
  }
  compare_bounds(comparing, kNotifyWords, words.parties, before.parties(), after.parties(),
                 &Scope::parties, words.broken_parties, result);
  compare_reviews(comparing, result);
}

}  // namespace heed::policy

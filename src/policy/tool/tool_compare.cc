// Two texts, a text and the program, a text and the past.
#include <fmt/core.h>

#include <algorithm>

#include "policy/compare/compare.h"
#include "policy/publish/plain.h"
#include "policy/tool/tool_parts.h"

namespace heed::policy {
namespace {

constexpr std::size_t kMostTold = 60;  ///< Lines of one kind on a terminal.

std::string_view mark(Change change) {
  return change == Change::kWidened || change == Change::kBoth ? "weakened  " : "narrowed  ";
}

template <class Changes>
std::string told(const Changes& changes) {
  std::string text;
  std::size_t count = 0;
  for (const auto& change : changes) {
    if (change.change == Change::kEqual) continue;
    if (count++ < kMostTold) text += fmt::format("{}{}\n", mark(change.change), change.sentence);
  }
  if (count > kMostTold) {
    text += fmt::format("… and {} more (--json tells up to 500)\n", count - kMostTold);
  }
  return text;
}

std::string told_whole(const Comparison& comparison) {
  std::string text = told(comparison.cells) + told(comparison.duties) + told(comparison.fields);
  for (const FieldChange& field : comparison.fields) {
    if (field.change == Change::kEqual && field.stays())
      text += "changed   " + field.sentence + "\n";
  }
  for (const std::string& renamed : comparison.renamed) text += "renamed   " + renamed + "\n";
  for (const std::string& reworded : comparison.reworded) {
    text += "reworded  clause " + reworded + "\n";
  }
  text += fmt::format("{} equal, {} narrowed, {} widened\n", counted(comparison.equal, "cell"),
                      comparison.narrowed, comparison.widened);
  text += comparison.weakened()
              ? "A promise is weakened: a notice must be given before this is activated.\n"
          : comparison.neutral() ? "Nothing that decides or obliges changed.\n"
                                 : "No promise is weakened.\n";
  return text;
}

}  // namespace

ToolAnswer tool_diff(const PolicyTexts& before, const PolicyTexts& after, bool json) {
  const Checked old = check(before);
  if (auto no = refused(old, before, json)) return *std::move(no);
  const Checked proposed = check(after, old.policy.get());
  if (auto no = refused(proposed, after, json)) return *std::move(no);
  const Comparison comparison = compare(*old.policy, *proposed.policy);
  const ToolStatus status = comparison.weakened() ? ToolStatus::kWeakened : ToolStatus::kGood;
  if (json) return as_json(comparison, status);
  return {status, told_whole(comparison), {}};
}

ToolAnswer tool_coverage(const PolicyTexts& texts, const Inventory& program,
                         const std::vector<TestResult>& tests, bool json) {
  const Checked checked = check(texts);
  if (auto no = refused(checked, texts, json)) return *std::move(no);
  const Coverage coverage = cover(*checked.policy, program, tests);
  const ToolStatus status = coverage.complete() ? ToolStatus::kGood : ToolStatus::kErrors;
  if (json) return as_json(coverage, status);
  std::string text;
  for (const Gap& gap : coverage.gaps) {
    text += fmt::format("{}: {}\n  = {}\n", name_of(gap.kind), gap.message, gap.mend);
  }
  const auto named = std::ranges::count_if(
      coverage.obligations, [](const ObligationProof& proof) { return !proof.clauses.empty(); });
  const auto proven = std::ranges::count_if(coverage.obligations, [](const auto& proof) {
    return !proof.clauses.empty() && std::ranges::any_of(proof.tests, &ProvenBy::passed);
  });
  text += fmt::format("{}; {} named by clauses", counted(coverage.gaps.size(), "gap"),
                      counted(static_cast<std::uint64_t>(named), "obligation"));
  text += tests.empty() ? ", not held against tests (give --tests)\n"
                        : fmt::format(", {} kept by a passing test\n", proven);
  return {status, std::move(text), {}};
}

ToolAnswer tool_replay(const PolicyTexts& texts, std::string_view log, bool json) {
  const Checked checked = check(texts);
  if (auto no = refused(checked, texts, json)) return *std::move(no);
  const auto decisions = read_decisions(log);
  if (!decisions) return tool_error(decisions.error(), json);
  const Replay replayed = replay(*decisions, *checked.policy);
  if (json) return as_json(replayed);
  std::string text;
  for (std::size_t i = 0; i < std::min(kMostTold, replayed.changes.size()); ++i) {
    const ReplayChange& change = replayed.changes[i];
    text += fmt::format("{} {}: {} to {} for {}{} (clause {}, was {})\n",
                        change.allowed ? "newly allowed" : "newly refused",
                        counted(change.logged.count, "time"), spaced(change.logged.category),
                        spaced(change.logged.party), spaced(change.logged.purpose),
                        change.logged.actor.empty() ? "" : " by " + change.logged.actor,
                        change.clause, change.logged.clause);
  }
  if (replayed.changes.size() > kMostTold) {
    text += fmt::format("… and {} more\n", replayed.changes.size() - kMostTold);
  }
  text += fmt::format("{}: {} newly allowed, {} newly refused\n",
                      counted(replayed.decisions, "decision"), replayed.newly_allowed,
                      replayed.newly_refused);
  return {ToolStatus::kGood, std::move(text), {}};
}

}  // namespace heed::policy

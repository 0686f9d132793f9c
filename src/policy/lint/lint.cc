#include "policy/lint/lint.h"

#include <algorithm>
#include <tuple>

#include "policy/compile/clause_place.h"
#include "policy/lint/lint_checks.h"

namespace heed::policy {
namespace {

std::string small(std::string_view text) {
  std::string all(text);
  for (char& c : all) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return all;
}

const Document& policy_document(const Policy& policy) {
  for (const Document& document : policy.documents()) {
    if (document.header.kind == FileKind::kPolicy) return document;
  }
  return policy.documents().front();
}

}  // namespace

bool mentions(const Clause& clause, const std::vector<std::string_view>& words) {
  const std::string sentence = small(clause.sentence);
  return std::ranges::any_of(
      words, [&](std::string_view word) { return sentence.find(word) != std::string::npos; });
}

void Linter::warn(std::string check, std::string message, std::string mend) {
  const Document& document = policy_document(policy_);
  warn_at(std::move(check), document, document.header.place, std::move(message), std::move(mend));
}

void Linter::warn_at(std::string check, const Document& document, const Place& place,
                     std::string message, std::string mend) {
  findings_.push_back({Severity::kWarning, std::move(check), document.file, place, "",
                       std::move(message), std::move(mend)});
}

void Linter::warn_clause(std::string check, std::uint16_t clause, std::string message,
                         std::string mend) {
  const std::string& id = policy_.clauses()[clause].id;
  const ClausePlace at = clause_place(policy_, id);
  findings_.push_back({Severity::kWarning, std::move(check), at.document->file,
                       at.node != nullptr ? at.node->id.place : Place(), id, std::move(message),
                       std::move(mend)});
}

void Linter::warn_rule(std::string check, const Rule& rule, std::string message, std::string mend) {
  warn_clause(std::move(check), rule.clause, std::move(message), std::move(mend));
  findings_.back().place = rule.place;
}

std::vector<Finding> Linter::take() {
  std::ranges::sort(findings_, {}, [](const Finding& finding) {
    return std::tuple(std::string_view(finding.file), finding.place.offset,
                      std::string_view(finding.check));
  });
  return std::move(findings_);
}

std::vector<Finding> lint(const Policy& policy, Time today) {
  Linter linter(policy, today);
  for (const auto check : {check_dates, check_silences, check_security, check_minors, check_signals,
                           check_breach, check_obligations, check_sales, check_open_categories,
                           check_split_purposes, check_unused, check_dead_rules}) {
    check(linter);
  }
  return linter.take();
}

}  // namespace heed::policy

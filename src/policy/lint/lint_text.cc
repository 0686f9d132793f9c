// What the sentences say and leave open.
//
// A policy that puts a published text into rules says in its sentences where that text is silent:
// "The text gives no number; we keep 90 days.", "The text gives no age; …", "The text gives no day;
// …". The checks here find these notes, so that somebody who can change the text sees them.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "policy/lint/lint_checks.h"
#include "policy/lint/review.h"
#include "policy/publish/plain.h"

namespace heed::policy {
namespace {

constexpr std::string_view kSilent = "the text gives no ";

bool keeps_something(const Policy& policy, std::uint16_t clause) {
  return std::ranges::any_of(policy.duties(), [&](const Duty& duty) {
    return duty.clause == clause && duty.kind == DutyKind::kKeep;
  });
}

/// The conditions that each clause's rules ask for.
std::map<std::uint16_t, std::set<std::string>> conditions_by_clause(const Policy& policy) {
  std::map<std::uint16_t, std::set<std::string>> asked;
  each_rule(policy.rules(), [&](const Rule& rule) {
    for (const Name& name : rule.scope.when) asked[rule.clause].insert(name.text);
    for (const Name& name : rule.scope.unless) asked[rule.clause].insert(name.text);
  });
  return asked;
}

bool lets_opt_out(const Rule& rule) {
  return rule.allow && std::ranges::any_of(rule.scope.purposes, [](const Name& purpose) {
           return purpose.text == "opt_out" || purpose.text.ends_with(".opt_out");
         });
}

bool is_person(const Policy& policy, const Name& party) {
  const auto word = policy.parties().find(party.text);
  return party.text == "person" || party.text == "user" ||
         (word && policy.gloss(*word).iri == "dpv:DataSubject");
}

bool tells_of_breach(const Duty& duty) {
  return duty.kind == DutyKind::kNotify &&
         (duty.event == "discovery" || duty.event.find("breach") != std::string::npos);
}

}  // namespace

void check_dates(Linter& linter) {
  const Policy& policy = linter.policy();
  for (std::uint16_t i = 0; i < policy.clauses().size(); ++i) {
    if (!mentions(policy.clauses()[i], {"the text gives no day"})) continue;
    linter.warn_clause("effective-date", i,
                       "the published text shows no full effective date (B&P 22575(b)(5))",
                       "publish the day of activation, as the rendered page does");
  }
  if (const auto written = day_of(policy.date()); written && *written > linter.today()) {
    linter.warn("effective-date",
                fmt::format("the text is dated {}, which is not yet", policy.date()),
                "date it by the day on which it takes effect");
  }
  if (!policy.review()) {
    linter.warn("no-review", "the policy does not say how often it is reviewed",
                "add to its head: review every 12 months (Civ. 1798.130(a)(5))");
  } else if (const auto due = review_due(policy); due && *due <= linter.today()) {
    linter.warn(
        "overdue-review",
        fmt::format("the text of {} was to be reviewed by {}", policy.date(), date_of(*due)),
        "review it, and give it the date of the review as its version");
  }
}

void check_silences(Linter& linter) {
  const Policy& policy = linter.policy();
  for (std::uint16_t i = 0; i < policy.clauses().size(); ++i) {
    if (!mentions(policy.clauses()[i], {"the text gives no number"})) continue;
    if (keeps_something(policy, i)) {
      linter.warn_clause("retention-number", i,
                         "the published text does not say how long this is kept "
                         "(Civ. 1798.100(a)(3)); the number is this file's",
                         "let the published text give the number, by publishing this sentence");
    } else {
      linter.warn_clause("chosen-number", i,
                         "the published text gives no number here; it is this file's choice",
                         "have the number confirmed by who answers for the text");
    }
  }
}

void check_security(Linter& linter) {
  const Policy& policy = linter.policy();
  constexpr std::string_view kMend =
      "say in an `information` clause what protects the data where they lie, such as: \"What we "
      "store is encrypted at rest.\"";
  bool measure = false;
  bool at_rest = false;
  std::optional<std::uint16_t> encrypted;
  for (std::uint16_t i = 0; i < policy.clauses().size(); ++i) {
    const Clause& clause = policy.clauses()[i];
    if (mentions(clause, {"encrypt"})) encrypted = encrypted.value_or(i);
    measure = measure || mentions(clause, {"encrypt", " tls", "trained", "training", "audited",
                                           "two-factor", "penetration"});
    at_rest = at_rest || mentions(clause, {"at rest", "on disk", "stored encrypted"});
  }
  if (!measure) {
    linter.warn("no-security-measure", "no sentence promises a concrete measure of security",
                std::string(kMend));
  } else if (encrypted && !at_rest) {
    linter.warn_clause("encryption-at-rest", *encrypted,
                       "encryption is promised on the way and not at rest", std::string(kMend));
  }
}

void check_minors(Linter& linter) {
  const Policy& policy = linter.policy();
  constexpr std::string_view kLaw = "the law's lines are 13 (COPPA) and 16 (Civ. 1798.120(c))";
  constexpr std::string_view kMend =
      "name the age and both lines in the sentence; until then the strictest holds, eighteen";
  std::optional<std::uint16_t> about;
  for (const auto& [clause, conditions] : conditions_by_clause(policy)) {
    if (!conditions.contains("minor") && !conditions.contains("adult_stated")) continue;
    const Clause& said = policy.clauses()[clause];
    if (mentions(said, {"sixteen", "16"}) && mentions(said, {"thirteen", "13"})) return;
    const bool clearer = mentions(said, {std::string(kSilent) + "age", "eighteen", "18"});
    if (!about || clearer) about = clause;
  }
  if (!about) {
    linter.warn("minors-threshold", fmt::format("no rule speaks of minors, and {}", kLaw),
                "deny what a minor must not be asked for: deny … when minor");
    return;
  }
  const Clause& said = policy.clauses()[*about];
  const bool undefined =
      mentions(said, {std::string(kSilent) + "age"}) || !mentions(said, {"eighteen", "18"});
  linter.warn_clause("minors-threshold", *about,
                     undefined ? fmt::format("the text names minors and no age, and {}", kLaw)
                               : fmt::format("the text draws the line at eighteen, and {}", kLaw),
                     std::string(kMend));
}

void check_signals(Linter& linter) {
  const Policy& policy = linter.policy();
  bool knows_gpc = false;
  for (const auto& [clause, conditions] : conditions_by_clause(policy)) {
    knows_gpc = knows_gpc || conditions.contains("gpc");
    if (!conditions.contains("dnt") || conditions.contains("gpc")) continue;
    linter.warn_clause("gpc-silent", clause,
                       "this clause honours Do Not Track and is silent on Global Privacy Control, "
                       "which the law makes binding (11 CCR 7025)",
                       "write gpc beside dnt");
  }
  if (knows_gpc) return;
  std::set<std::uint16_t> told;
  each_rule(policy.rules(), [&](const Rule& rule) {
    if (!lets_opt_out(rule) || !told.insert(rule.clause).second) return;
    linter.warn_clause("gpc-silent", rule.clause,
                       "people may opt out, and no rule knows Global Privacy Control, which is an "
                       "opt-out to be accepted and remembered even where nothing is sold",
                       "accept the signal for the purpose that notes an opt-out, and say so");
  });
}

void check_breach(Linter& linter) {
  const Policy& policy = linter.policy();
  std::map<std::uint16_t, std::vector<const Duty*>> by_clause;
  std::vector<std::string> others;
  for (const Duty& duty : policy.duties()) {
    if (!tells_of_breach(duty)) continue;
    by_clause[duty.clause].push_back(&duty);
    if (std::ranges::all_of(duty.scope.parties,
                            [&](const Name& party) { return is_person(policy, party); })) {
      continue;
    }
    others.push_back(fmt::format("clause {} tells others within {}",
                                 policy.clauses()[duty.clause].id, tell_span(duty.span)));
  }
  if (by_clause.empty()) {
    linter.warn("breach-notice", "no clause promises a notice of a breach",
                "write: notify person, organization within 72 hours of discovery");
  }
  for (const auto& [clause, duties] : by_clause) {
    const bool persons_alone = std::ranges::all_of(duties, [&](const Duty* duty) {
      return std::ranges::all_of(duty->scope.parties,
                                 [&](const Name& party) { return is_person(policy, party); });
    });
    if (!persons_alone) continue;
    linter.warn_clause("breach-notice", clause,
                       fmt::format("a breach is told to persons here and not to the organizations "
                                   "that are customers ({})",
                                   others.empty() ? "and nowhere else" : list_of(others)),
                       "keep both lists: notify person, organization within …");
  }
}

void check_obligations(Linter& linter) {
  for (std::uint16_t i = 0; i < linter.policy().clauses().size(); ++i) {
    if (!linter.policy().clauses()[i].keeps.empty()) continue;
    linter.warn_clause("no-obligation", i, "this clause names no obligation that it keeps",
                       "write keeps and its numbers after the clause's id, so that tests can be "
                       "held against it");
  }
}

}  // namespace heed::policy

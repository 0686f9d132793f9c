#include "http/policy_shapes.h"

#include <algorithm>
#include <type_traits>

#include "policy/lint/review.h"
#include "policy/publish/plain.h"

namespace heed::http {
namespace {

void write_texts(JsonWriter& w, std::string_view name, const std::vector<std::string>& texts) {
  w.key(name).begin_array();
  for (const std::string& text : texts) w.value(text);
  w.end_array();
}

std::string_view name_of(policy::Change change) {
  switch (change) {
    case policy::Change::kEqual: return "equal";
    case policy::Change::kNarrowed: return "narrowed";
    case policy::Change::kWidened: return "widened";
    case policy::Change::kBoth: return "both";
  }
  return "equal";
}

/// Words that only an earlier version had are no longer the policy's.
template <class Tag>
void write_vocabulary(JsonWriter& w, std::string_view name, const policy::Policy& policy,
                      const policy::Vocabulary<Tag>& words) {
  w.key(name).begin_array();
  for (std::uint16_t index = 0; index < words.size(); ++index) {
    const policy::Word<Tag> word{index};
    const policy::Gloss& gloss = policy.gloss(word);
    if (!gloss.declared) continue;
    w.begin_object().member("path", words.path(word));
    if constexpr (std::is_same_v<Tag, policy::FactTag>) {
      const std::string& path = words.path(word);
      w.member("dimension", path.substr(0, path.find(':')));
    }
    w.member("gloss", gloss.text).end_object();
  }
  w.end_array();
}

void write_clauses(JsonWriter& w, const policy::Policy& policy, const policy::Evidence& evidence) {
  w.key("clauses").begin_array();
  for (std::uint16_t index = 0; index < policy.clauses().size(); ++index) {
    const policy::Clause& clause = policy.clauses()[index];
    w.begin_object().member("id", clause.id).member("sentence", clause.sentence);
    w.member("section", clause.section);
    write_texts(w, "keeps", clause.keeps);
    w.member("information", clause.information).key("rules").begin_array();
    for (const policy::Rule& rule : policy.rules()) {
      if (rule.clause == index && !rule.from_duty) w.value(tell(policy, rule));
    }
    for (const policy::Duty& duty : policy.duties()) {
      if (duty.clause == index) w.value(tell(policy, duty));
    }
    w.end_array();
    const auto counted =
        std::ranges::find(evidence.clauses, clause.id, &policy::Evidence::Clause::id);
    const bool found = counted != evidence.clauses.end();
    w.member("allowed", found ? counted->allowed : std::uint64_t{0});
    w.member("refused", found ? counted->refused : std::uint64_t{0}).end_object();
  }
  w.end_array();
}

void write_review(JsonWriter& w, const policy::Policy& policy, Time now) {
  const auto due = policy::review_due(policy);
  w.key("review").begin_object().key("every");
  if (policy.review()) {
    w.value(policy::tell_span(*policy.review()));
  } else {
    w.null();
  }
  w.key("due");
  if (due) {
    w.value(policy::date_of(*due));
  } else {
    w.null();
  }
  w.member("overdue", due && *due < now).end_object();
}

void write_cells(JsonWriter& w, const policy::Comparison& comparison) {
  w.key("cells").begin_array();
  for (std::size_t i = 0; i < std::min(comparison.cells.size(), kMostCells); ++i) {
    const policy::CellChange& cell = comparison.cells[i];
    w.begin_object().member("purpose", cell.purpose).member("category", cell.category);
    w.member("party", cell.party).member("change", name_of(cell.change));
    write_texts(w, "holds", cell.holds);
    write_texts(w, "fails", cell.fails);
    w.member("clause_before", cell.clause_before).member("clause_after", cell.clause_after);
    w.member("sentence", cell.sentence).end_object();
  }
  w.end_array();
}

void write_comparison(JsonWriter& w, const policy::Comparison& comparison) {
  w.begin_object().member("equal", comparison.equal).member("narrowed", comparison.narrowed);
  w.member("widened", comparison.widened).member("weakened", comparison.weakened());
  write_cells(w, comparison);
  w.key("duties").begin_array();
  for (const policy::DutyChange& duty : comparison.duties) {
    w.begin_object().member("change", name_of(duty.change)).member("what", duty.what);
    w.member("before", duty.before).member("after", duty.after).member("clause", duty.clause);
    w.member("sentence", duty.sentence).end_object();
  }
  w.end_array().key("fields").begin_array();
  for (const policy::FieldChange& field : comparison.fields) {
    w.begin_object().member("change", name_of(field.change)).member("field", field.field);
    w.member("before", field.before).member("after", field.after);
    w.member("sentence", field.sentence).end_object();
  }
  w.end_array();
  write_texts(w, "renamed", comparison.renamed);
  write_texts(w, "reworded", comparison.reworded);
  w.end_object();
}

void write_gaps(JsonWriter& w, const std::vector<policy::Gap>& gaps) {
  w.key("gaps").begin_array();
  for (const policy::Gap& gap : gaps) {
    w.begin_object().member("kind", policy::name_of(gap.kind)).member("what", gap.what);
    w.member("message", gap.message).member("mend", gap.mend).end_object();
  }
  w.end_array();
}

std::string day_text(std::int32_t day) {
  return policy::date_of(Time::from_seconds(std::int64_t{day} * 86'400));
}

}  // namespace

void write_policy(JsonWriter& w, const policy::Version& version, const policy::Evidence& evidence,
                  Time now) {
  const policy::Policy& policy = *version.policy;
  w.begin_object().member("name", policy.name()).member("title", policy.title());
  w.member("date", policy.date()).member("version", version.number);
  w.member("activated", version.activated).member("hash", policy.hash());
  write_review(w, policy, now);
  write_clauses(w, policy, evidence);
  write_words(w, policy);
  w.member("source", policy.source()).end_object();
}

void write_words(JsonWriter& w, const policy::Policy& policy) {
  write_vocabulary(w, "categories", policy, policy.categories());
  write_vocabulary(w, "purposes", policy, policy.purposes());
  write_vocabulary(w, "parties", policy, policy.parties());
  write_vocabulary(w, "facts", policy, policy.facts());
}

void write_finding(JsonWriter& w, const policy::Finding& finding) {
  w.begin_object();
  w.member("severity", finding.severity == policy::Severity::kError ? "error" : "warning");
  w.member("check", finding.check).member("file", finding.file);
  w.member("line", finding.place.line).member("column", finding.place.column);
  w.member("length", finding.place.length).member("clause", finding.clause);
  w.member("message", finding.message).member("mend", finding.mend).end_object();
}

void write_proposal(JsonWriter& w, const policy::Proposal& proposal) {
  const policy::Policy* policy = proposal.checked.policy.get();
  w.begin_object().key("findings").begin_array();
  for (const policy::Finding& finding : proposal.checked.findings) write_finding(w, finding);
  for (const policy::Finding& finding : proposal.warnings) write_finding(w, finding);
  w.end_array().key("comparison");
  if (proposal.comparison) {
    write_comparison(w, *proposal.comparison);
  } else {
    w.null();
  }
  w.key("coverage").begin_object();
  write_gaps(w, proposal.coverage.gaps);
  w.end_object().key("words");
  if (policy != nullptr) {
    w.begin_object();
    write_words(w, *policy);
    w.end_object();
  } else {
    w.null();
  }
  w.member("needs_notice", proposal.needs_notice);
  write_texts(w, "obstacles", proposal.obstacles);
  w.key("hash");
  policy != nullptr ? w.value(policy->hash()) : w.null();
  w.key("formatted");
  policy != nullptr ? w.value(policy->source()) : w.null();
  w.end_object();
}

void write_coverage(JsonWriter& w, const policy::Coverage& coverage) {
  w.begin_object();
  write_gaps(w, coverage.gaps);
  w.key("obligations").begin_array();
  for (const policy::ObligationProof& proof : coverage.obligations) {
    w.begin_object().member("obligation", proof.obligation);
    write_texts(w, "clauses", proof.clauses);
    w.key("tests").begin_array();
    for (const policy::ProvenBy& test : proof.tests) {
      w.begin_object().member("test", test.test).member("passed", test.passed).end_object();
    }
    w.end_array().end_object();
  }
  w.end_array().end_object();
}

void write_explanation(JsonWriter& w, const policy::Explanation& explanation) {
  w.begin_object().member("allowed", explanation.allowed).member("clause", explanation.clause);
  w.member("sentence", explanation.sentence).member("answer", explanation.answer);
  w.key("reasons").begin_array();
  for (const policy::Reason& reason : explanation.reasons) {
    w.begin_object().member("clause", reason.clause).member("sentence", reason.sentence);
    w.member("rule", reason.rule).member("allow", reason.allow).member("decided", reason.decided);
    w.member("outcome", reason.outcome).member("line", reason.place.line).end_object();
  }
  w.end_array().end_object();
}

void write_replay_members(JsonWriter& w, const policy::Replay& replay) {
  w.member("decisions", replay.decisions).member("newly_allowed", replay.newly_allowed);
  w.member("newly_refused", replay.newly_refused).key("changes").begin_array();
  for (std::size_t i = 0; i < std::min(replay.changes.size(), kMostReplayChanges); ++i) {
    const policy::ReplayChange& change = replay.changes[i];
    const policy::LoggedDecision& logged = change.logged;
    w.begin_object().key("logged").begin_object().member("actor", logged.actor);
    w.member("purpose", logged.purpose).member("party", logged.party);
    w.member("category", logged.category);
    write_texts(w, "holds", logged.holds);
    write_texts(w, "fails", logged.fails);
    w.member("allowed", logged.allowed).member("clause", logged.clause);
    w.member("day", day_text(logged.day)).member("count", logged.count).end_object();
    w.member("allowed", change.allowed).member("clause", change.clause).end_object();
  }
  w.end_array();
}

void write_version_members(JsonWriter& w, const policy::Version& version, std::string_view by) {
  const policy::Policy& policy = *version.policy;
  w.member("number", version.number).member("name", policy.name()).member("title", policy.title());
  w.member("date", policy.date()).member("activated", version.activated).member("by", by);
  w.member("hash", policy.hash());
}

void write_notice_members(JsonWriter& w, const policy::Notice& notice, std::string_view by) {
  w.member("given", notice.given).member("by", by).member("text", notice.text);
  w.member("hash", notice.hash).member("reaches_earlier_items", notice.reaches_earlier_items);
}

}  // namespace heed::http

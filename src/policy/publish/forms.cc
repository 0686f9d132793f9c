#include "policy/publish/forms.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::policy {
namespace {

std::string_view name_of_change(Change change) {
  switch (change) {
    case Change::kEqual: return "equal";
    case Change::kNarrowed: return "narrowed";
    case Change::kWidened: return "widened";
    case Change::kBoth: return "both";
  }
  return "";
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void write_cell(JsonWriter& json, const CellChange& cell) {
  json.begin_object().member("change", name_of_change(cell.change));
  json.member("purpose", cell.purpose).member("category", cell.category);
  json.member("party", cell.party);
  write_texts(json, "holds", cell.holds);
  write_texts(json, "fails", cell.fails);
  json.member("clause_before", cell.clause_before).member("clause_after", cell.clause_after);
  json.member("sentence", cell.sentence).end_object();
}

std::size_t left_out(std::size_t all, std::size_t most) {
  return all > most ? all - most : 0;
}

Result<std::vector<std::string>> texts_of(const Json& object, std::string_view key) {
  std::vector<std::string> texts;
  const Json* list = object.find(key);
  if (list == nullptr || list->is_null()) return texts;
  if (list->array() == nullptr) {
    return fail(ErrorKind::kInvalid, fmt::format("'{}' is not a list", key));
  }
  for (const Json& one : *list->array()) {
    if (one.string() == nullptr) {
      return fail(ErrorKind::kInvalid, fmt::format("'{}' holds something else than texts", key));
    }
    texts.push_back(*one.string());
  }
  return texts;
}

Result<LoggedDecision> decision_of(const Json& object) {
  LoggedDecision decision;
  if (const Json* actor = object.find("actor"); actor != nullptr && actor->string() != nullptr) {
    decision.actor = *actor->string();
  }
  ASSIGN_OR_RETURN(decision.purpose, required_string(object, "purpose"));
  ASSIGN_OR_RETURN(decision.party, required_string(object, "party"));
  ASSIGN_OR_RETURN(decision.category, required_string(object, "category"));
  ASSIGN_OR_RETURN(decision.clause, required_string(object, "clause"));
  ASSIGN_OR_RETURN(decision.holds, texts_of(object, "holds"));
  ASSIGN_OR_RETURN(decision.fails, texts_of(object, "fails"));
  const Json* allowed = object.find("allowed");
  if (allowed == nullptr || !allowed->boolean()) {
    return fail(ErrorKind::kInvalid, "'allowed' is neither true nor false");
  }
  decision.allowed = *allowed->boolean();
  const Json* count = object.find("count");
  const std::int64_t times = count != nullptr ? count->integer().value_or(0) : 1;
  if (times < 1) return fail(ErrorKind::kInvalid, "'count' is not a number from 1 on");
  decision.count = static_cast<std::uint64_t>(times);
  if (const Json* day = object.find("day"); day != nullptr) {
    const std::int64_t of_day = day->integer().value_or(-1);
    if (of_day < 0 || of_day > 200'000) {
      return fail(ErrorKind::kInvalid, "'day' is not a number of days since 1970");
    }
    decision.day = static_cast<std::int32_t>(of_day);
  }
  return decision;
}

}  // namespace

void write_json(JsonWriter& json, const Finding& finding) {
  json.begin_object();
  json.member("severity", finding.severity == Severity::kError ? "error" : "warning");
  json.member("check", finding.check).member("file", finding.file);
  json.member("line", finding.place.line).member("column", finding.place.column);
  json.member("length", finding.place.length).member("clause", finding.clause);
  json.member("message", finding.message).member("mend", finding.mend).end_object();
}

void write_json(JsonWriter& json, const std::vector<Finding>& findings) {
  json.begin_array();
  for (const Finding& finding : findings) write_json(json, finding);
  json.end_array();
}

void write_json(JsonWriter& json, const Comparison& comparison, std::size_t most_cells) {
  json.begin_object().member("equal", comparison.equal).member("narrowed", comparison.narrowed);
  json.member("widened", comparison.widened).member("weakened", comparison.weakened());
  json.key("cells").begin_array();
  for (std::size_t i = 0; i < std::min(most_cells, comparison.cells.size()); ++i) {
    write_cell(json, comparison.cells[i]);
  }
  json.end_array();
  json.member("cells_left_out", std::uint64_t{left_out(comparison.cells.size(), most_cells)});
  json.key("duties").begin_array();
  for (const DutyChange& duty : comparison.duties) {
    json.begin_object().member("change", name_of_change(duty.change)).member("what", duty.what);
    json.member("before", duty.before).member("after", duty.after).member("clause", duty.clause);
    json.member("sentence", duty.sentence).end_object();
  }
  json.end_array().key("fields").begin_array();
  for (const FieldChange& field : comparison.fields) {
    json.begin_object().member("change", name_of_change(field.change));
    json.member("field", field.field).member("before", field.before).member("after", field.after);
    json.member("sentence", field.sentence).end_object();
  }
  json.end_array();
  write_texts(json, "renamed", comparison.renamed);
  write_texts(json, "reworded", comparison.reworded);
  json.end_object();
}

void write_json(JsonWriter& json, const Coverage& coverage) {
  json.begin_object().member("complete", coverage.complete()).key("gaps").begin_array();
  for (const Gap& gap : coverage.gaps) {
    json.begin_object().member("kind", name_of(gap.kind)).member("what", gap.what);
    json.member("message", gap.message).member("mend", gap.mend).end_object();
  }
  json.end_array().key("obligations").begin_array();
  for (const ObligationProof& proof : coverage.obligations) {
    json.begin_object().member("obligation", proof.obligation);
    write_texts(json, "clauses", proof.clauses);
    json.key("tests").begin_array();
    for (const ProvenBy& by : proof.tests) {
      json.begin_object().member("test", by.test).member("passed", by.passed).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

void write_json(JsonWriter& json, const Explanation& explanation) {
  json.begin_object().member("allowed", explanation.allowed);
  json.member("clause", explanation.clause).member("sentence", explanation.sentence);
  json.member("answer", explanation.answer).key("reasons").begin_array();
  for (const Reason& reason : explanation.reasons) {
    json.begin_object().member("clause", reason.clause).member("sentence", reason.sentence);
    json.member("file", reason.file).member("line", reason.place.line);
    json.member("rule", reason.rule).member("allow", reason.allow);
    json.member("decided", reason.decided).member("outcome", reason.outcome).end_object();
  }
  json.end_array().end_object();
}

void write_json(JsonWriter& json, const LoggedDecision& decision) {
  json.begin_object().member("actor", decision.actor).member("purpose", decision.purpose);
  json.member("party", decision.party).member("category", decision.category);
  write_texts(json, "holds", decision.holds);
  write_texts(json, "fails", decision.fails);
  json.member("allowed", decision.allowed).member("clause", decision.clause);
  json.member("day", decision.day).member("count", decision.count).end_object();
}

void write_json(JsonWriter& json, const Replay& replay, std::size_t most_changes) {
  json.begin_object().member("decisions", replay.decisions);
  json.member("newly_allowed", replay.newly_allowed).member("newly_refused", replay.newly_refused);
  json.key("changes").begin_array();
  for (std::size_t i = 0; i < std::min(most_changes, replay.changes.size()); ++i) {
    const ReplayChange& change = replay.changes[i];
    json.begin_object().key("logged");
    write_json(json, change.logged);
    json.member("allowed", change.allowed).member("clause", change.clause).end_object();
  }
  json.end_array();
  json.member("changes_left_out", std::uint64_t{left_out(replay.changes.size(), most_changes)});
  json.end_object();
}

Result<std::vector<LoggedDecision>> read_decisions(std::string_view lines) {
  std::vector<LoggedDecision> all;
  for (std::size_t number = 1; !lines.empty(); ++number) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto parsed = Json::parse(line, 4);
    auto decision = parsed ? decision_of(*parsed) : std::unexpected(parsed.error());
    if (!decision) {
      return fail(ErrorKind::kInvalid, fmt::format("line {}: {}", number, decision.error().message),
                  "each line is one decision: {\"purpose\":…,\"party\":…,\"category\":…,"
                  "\"allowed\":…,\"clause\":…}");
    }
    all.push_back(*std::move(decision));
  }
  return all;
}

}  // namespace heed::policy

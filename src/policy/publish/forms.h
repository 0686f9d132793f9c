// What the room tells, as JSON: the same shapes over HTTP and on the command line.
#pragma once

#include <vector>

#include "base/json.h"
#include "policy/compare/compare.h"
#include "policy/coverage.h"
#include "policy/language/finding.h"
#include "policy/publish/explain.h"
#include "policy/replay.h"

namespace heed::policy {

// Each writes one value.

/// {severity,check,file,line,column,length,clause,message,mend}
void write_json(JsonWriter& json, const Finding& finding);
void write_json(JsonWriter& json, const std::vector<Finding>& findings);
/// {equal,narrowed,widened,weakened,cells:[…],cells_left_out,duties:[…],fields:[…],renamed,
/// reworded} with at most `most_cells` cells.
void write_json(JsonWriter& json, const Comparison& comparison, std::size_t most_cells = 500);
/// {complete,gaps:[{kind,what,message,mend}],
///  obligations:[{obligation,clauses,tests:[{test,passed}]}]}
void write_json(JsonWriter& json, const Coverage& coverage);
/// {allowed,clause,sentence,answer,
///  reasons:[{clause,sentence,file,line,rule,allow,decided,outcome}]}
void write_json(JsonWriter& json, const Explanation& explanation);
/// {decisions,newly_allowed,newly_refused,changes:[…],changes_left_out}, at most `most_changes`.
void write_json(JsonWriter& json, const Replay& replay, std::size_t most_changes = 500);
/// {actor,purpose,party,category,holds,fails,allowed,clause,day,count}
void write_json(JsonWriter& json, const LoggedDecision& decision);

/// One decision a line, in the shape above; empty lines are passed over. kInvalid names the line.
Result<std::vector<LoggedDecision>> read_decisions(std::string_view lines);

}  // namespace heed::policy

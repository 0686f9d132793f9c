// The policy, its changes and its decisions as the JSON of /api/v1/policy…; schemas_policy.cc
// describes each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "policy/activation.h"
#include "policy/book.h"
#include "policy/publish/explain.h"
#include "policy/publish/render.h"
#include "policy/replay.h"

namespace heed::http {

/// Cells of a comparison that are written out; all are counted.
constexpr std::size_t kMostCells = 500;
/// Changed decisions of a replay that are written out, the most frequent first; all are counted.
constexpr std::size_t kMostReplayChanges = 200;

/// What anybody may know of the version in force: nothing of who activated it.
void write_policy(JsonWriter& w, const policy::Version& version, const policy::Evidence& evidence,
                  Time now);
void write_words(JsonWriter& w, const policy::Policy& policy);
void write_finding(JsonWriter& w, const policy::Finding& finding);
void write_proposal(JsonWriter& w, const policy::Proposal& proposal);
void write_coverage(JsonWriter& w, const policy::Coverage& coverage);
void write_explanation(JsonWriter& w, const policy::Explanation& explanation);
/// Member by member, so that a caller can add whose decisions they are.
void write_replay_members(JsonWriter& w, const policy::Replay& replay);
/// Without its end, so that one version's answer can add its source. `by` names who activated it.
void write_version_members(JsonWriter& w, const policy::Version& version, std::string_view by);
/// `by` names who gave it.
void write_notice_members(JsonWriter& w, const policy::Notice& notice, std::string_view by);

}  // namespace heed::http

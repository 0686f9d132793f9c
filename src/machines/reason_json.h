// The codes and rules of an organization as JSON: how they are stored, sent and shown. Part of the
// stored format.
#pragma once

#include "base/json.h"
#include "machines/reason.h"

namespace heed::machines {

/// {"codes":[{"code","name","parent","class","retired"}],"rules":[{"code","states":["ALARM",…],
/// "condition_code","condition_text","location","window":{"from","to"}}]}; parent and window may be
/// null.
void write_reasons(JsonWriter& w, const ReasonTree& tree);
/// Checked (check_reasons). kInvalid names the field.
Result<ReasonTree> read_reasons(const Json& json);

}  // namespace heed::machines

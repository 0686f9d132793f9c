// A hold as the JSON of …/holds and of …/subjects/{subject}.
#pragma once

#include "base/json.h"
#include "policy/policy.h"
#include "silo/erasure.h"

namespace heed::http {

void write_hold(JsonWriter& w, const policy::Policy& policy, const silo::Hold& hold);

}  // namespace heed::http

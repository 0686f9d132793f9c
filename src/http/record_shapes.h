// Records of declared kinds as the JSON of /api/v1/organizations/{organization}/records/….
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/asked.h"
#include "silo/silo.h"

namespace heed::http {

/// The fields of `form` in the kind's order; what is absent or null is absent. 422 names a field
/// that the kind does not have or whose value is of another type.
Asked<std::vector<silo::FieldValue>> field_values(const policy::Kind& kind, const Json& form);
void write_field(JsonWriter& w, policy::FieldType type, const silo::FieldValue& value);
void write_record(JsonWriter& w, const policy::Kind& kind, const silo::Record& record);

}  // namespace heed::http

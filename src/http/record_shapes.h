// Records of declared kinds as the JSON of /api/v1/organizations/{organization}/records/….
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/asked.h"
#include "silo/silo.h"

namespace heed::http {

/// What becomes of fields that the kind does not have.
enum class Further : std::uint8_t {
  kRefuse,  ///< 422 names the first; nothing is stored (O7).
  kDrop,    ///< Left out and told: for what a browser or device sends by itself (O15).
};
struct FieldValues {
  std::vector<silo::FieldValue> values;  ///< In the kind's order; absent or null is absent.
  std::vector<std::string> dropped;      ///< Names.
};
/// The fields of `form`. 422 names one whose value is of another type.
Asked<FieldValues> field_values(const policy::Kind& kind, const Json& form, Further further);
/// What a query's `value` says; nothing when it is no value of this type.
std::optional<silo::FieldValue> field_value_of_text(policy::FieldType type,
                                                    const std::string& text);
void write_field(JsonWriter& w, policy::FieldType type, const silo::FieldValue& value);
void write_record(JsonWriter& w, const policy::Kind& kind, const silo::Record& record);

}  // namespace heed::http

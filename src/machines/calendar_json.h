// A shift calendar as JSON: how it is stored, sent and shown. Part of the stored format.
#pragma once

#include "base/json.h"
#include "machines/shift_calendar.h"

namespace heed::machines {

/// {"location","zone","shifts":[{"name","days":["mon",…],"from":"22:00","to":"06:00","breaks":[
/// {"name","from","to"}]}],"holidays":[{"name","first","last"}],"extra_shifts":[{"name","first",
/// "last","from","to","breaks"}]}
void write_calendar(JsonWriter& w, const ShiftCalendar& calendar);
/// Checked (check_calendar). kInvalid names the field. Days stand in the order of the week.
Result<ShiftCalendar> read_calendar(const Json& json);

}  // namespace heed::machines

// What the routes of shifts, reasons and figures share (routes_shifts, routes_reasons, routes_oee).
#pragma once

#include <string_view>

#include "http/asked.h"
#include "machines/rules.h"

namespace heed::http {

/// Of a document the rooms say which field is wrong by its path before a colon:
/// "shifts[1].from: the break …". It becomes the problem's field.
Response document_problem(const Error& error);
Response document_problem(const policy::Withheld& why);
/// ASSIGN_OR_RETURN of a Result or a Governed about a document.
template <class T, class E>
Asked<T> in_document(std::expected<T, E> result) {
  if (!result) return refuse(document_problem(result.error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

/// A member that is an RFC 3339 time between 1970 and 2200.
Asked<Time> time_member(const Json& form, std::string_view member);
/// The same, or `otherwise` when it is missing or null.
Asked<Time> time_member(const Json& form, std::string_view member, Time otherwise);

/// ?from= of a rule that is changed: "beginning" (or nothing: since ever), "now", or a time that is
/// not in the future.
Asked<Time> rule_from(const Api& api, const Context& context);
Parameter rule_from_parameter();

/// Nothing when it is missing or null.
Asked<std::optional<Duration>> seconds_in(const Json& form, std::string_view member);
/// {"ideal_seconds","micro_stop_seconds"}, unchecked.
Asked<machines::ProductionGoal> goal_in(const Json& form);

/// {"name","day","from","to","breaks":[{"name","from","to"}]}
void write_shift_time(JsonWriter& w, const machines::ShiftTime& shift);

}  // namespace heed::http

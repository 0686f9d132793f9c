#include "http/time_forms.h"

#include <cmath>

namespace heed::http {
namespace {

/// Far above every limit of a goal, and far from the end of what a Duration holds.
constexpr double kMostSeconds = 1e9;
constexpr TimeRange kSensible{Time(), Time::from_seconds(7'258'118'400)};  // 1970 to 2200

std::string capitalized(std::string_view text) {
  std::string sentence(text);
  if (!sentence.empty() && sentence.front() >= 'a' && sentence.front() <= 'z') {
    sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  }
  if (!sentence.ends_with('.')) sentence += '.';
  return sentence;
}

}  // namespace

Response document_problem(const Error& error) {
  const std::size_t colon = error.message.find(": ");
  const std::string_view field = std::string_view(error.message).substr(0, colon);
  if (colon == std::string::npos || field.contains(' ')) return problem(error);
  const Error about{error.kind, capitalized(std::string_view(error.message).substr(colon + 2)),
                    error.mend};
  return problem(about, field);
}

Response document_problem(const policy::Withheld& why) {
  return why.error() != nullptr ? document_problem(*why.error()) : problem(why);
}

Asked<Time> time_member(const Json& form, std::string_view member) {
  ASSIGN_OR_RETURN(const std::string text, about(member, required_string(form, member)));
  const auto time = parse_time(text);
  if (!time || !kSensible.contains(*time)) {
    return wrong(member, "This is no time between 1970 and 2200.",
                 "Write it as 2027-01-31T00:00:00Z.");
  }
  return *time;
}

Asked<Time> time_member(const Json& form, std::string_view member, Time otherwise) {
  const Json* found = given(form, member);
  if (found == nullptr) return otherwise;
  return time_member(form, member);
}

Asked<Time> rule_from(const Api& api, const Context& context) {
  const std::string* from = context.request.query.find("from");
  if (from == nullptr || *from == "beginning") return machines::RuleVersion::kEver;
  if (*from == "now") return api.clock.now();
  ASSIGN_OR_RETURN(const auto time, about("from", context.request.query.time("from")));
  if (!time || !kSensible.contains(*time)) {
    return wrong("from", "This is no time between 1970 and 2200.",
                 "Write beginning, now, or a time as 2027-01-31T00:00:00Z.");
  }
  return *time;
}

Parameter rule_from_parameter() {
  return {.name = "from",
          .description =
              "From when on it holds: beginning (also for all that was; the default), "
              "now, or a time. What held before then is kept"};
}

/// Nothing when it is missing or null.
Asked<std::optional<Duration>> seconds_in(const Json& form, std::string_view member) {
  const Json* found = given(form, member);
  if (found == nullptr) return std::optional<Duration>();
  const auto number = found->number();
  if (!number || !(std::abs(*number) < kMostSeconds)) {
    return wrong(member, "This is no number of seconds.", "Write it without quotes.");
  }
  return std::optional(Duration::nanoseconds(std::llround(*number * 1e9)));
}

Asked<machines::ProductionGoal> goal_in(const Json& form) {
  machines::ProductionGoal goal;
  ASSIGN_OR_RETURN(goal.ideal, seconds_in(form, "ideal_seconds"));
  ASSIGN_OR_RETURN(const auto micro_stop, seconds_in(form, "micro_stop_seconds"));
  goal.micro_stop = micro_stop.value_or(goal.micro_stop);
  return goal;
}

void write_shift_time(JsonWriter& w, const machines::ShiftTime& shift) {
  w.begin_object().member("name", shift.name).member("day", format_day(shift.day));
  w.member("from", shift.range.from).member("to", shift.range.to).key("breaks").begin_array();
  for (const machines::ShiftTime::Break& pause : shift.breaks) {
    w.begin_object().member("name", pause.name).member("from", pause.range.from);
    w.member("to", pause.range.to).end_object();
  }
  w.end_array().end_object();
}

}  // namespace heed::http

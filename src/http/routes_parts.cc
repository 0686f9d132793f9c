// The parts that a machine made: over its counter's resets, against its cycles; and where a signal
// that tells whether it runs should be cut in two.
#include "http/asked.h"
#include "http/routes.h"
#include "http/time_forms.h"
#include "machines/figures.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestAgreementDays = 93;
constexpr std::int32_t kLongestSignalDays = 32;

Asked<Response> lifetime(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto count, at.machines->figures().lifetime_count(at.access, at.id));
  JsonWriter w;
  w.begin_object();
  w.member("item", count.item.empty() ? std::nullopt : std::optional(count.item));
  w.member("parts", count.counts ? std::optional(count.parts) : std::nullopt);
  w.member("since", count.since);
  w.member("shows", count.last ? count.last->value : std::nullopt);
  w.member("shown_at", count.last ? std::optional(count.last->at) : std::nullopt);
  w.member("events", count.events).key("items").begin_array();
  for (auto event = count.newest.rbegin(); event != count.newest.rend(); ++event) {
    w.begin_object().member("at", event->at).member("change", word(event->change));
    w.member("before", event->before).member("after", event->after);
    w.member("parts", event->parts).end_object();
  }
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> agreement(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestAgreementDays));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto told,
                   in_document(at.machines->figures().parts_agreement(at.access, at.id, range)));
  JsonWriter w;
  w.begin_object().member("counter", told.counter).member("cycles", told.cycles);
  w.member("counted_cycles", told.counted_cycles).member("unseen_parts", told.unseen_parts);
  w.member("confidence", told.confidence);
  const bool none = told.source == machines::PartsSource::kNone;
  w.member("source", none ? std::nullopt : std::optional(word(told.source))).end_object();
  return json(std::move(w));
}

void write_gap(JsonWriter& w, std::string_view name, const std::optional<machines::LevelGap>& gap) {
  w.key(name);
  if (!gap) {
    w.null();
    return;
  }
  w.begin_object().member("from", gap->from).member("to", gap->to).end_object();
}

void write_suggestion(JsonWriter& w, const Result<machines::ThresholdSuggestion>& suggestion) {
  w.key("suggestion");
  if (!suggestion) {
    w.null();
    w.member("why_not", suggestion.error().message);
    return;
  }
  w.begin_object().member("on", suggestion->on).member("off", suggestion->off);
  write_gap(w, "gap", suggestion->gap);
  write_gap(w, "other", suggestion->other);
  w.member("low", suggestion->low).member("high", suggestion->high);
  w.member("time_low", suggestion->time_low.in_seconds());
  w.member("time_high", suggestion->time_high.in_seconds());
  w.member("doubtful_share", suggestion->doubtful_share);
  w.member("days", std::uint64_t{suggestion->days});
  w.member("agreeing_days", std::uint64_t{suggestion->agreeing_days}).end_object();
  w.key("why_not").null();
}

Asked<Response> levels(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::string item, needed(context, "item"));
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestSignalDays));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto levels, in_document(at.machines->figures().signal_levels(
                                          at.access, at.id, item, range)));
  JsonWriter w;
  w.begin_object();
  write_suggestion(w, levels.suggestion);
  w.key("histogram");
  if (levels.histogram) {
    w.begin_object().member("from", levels.histogram->from).member("to", levels.histogram->to);
    w.key("seconds").begin_array();
    for (const Duration held : levels.histogram->held) w.value(held.in_seconds());
    w.end_array().end_object();
  } else {
    w.null();
  }
  w.end_object();
  return json(std::move(w));
}

}  // namespace

void add_parts_routes(Router& router, const Api& api) {
  const std::vector<Parameter> range = {time_parameter("from", "By default 24 hours before `to`"),
                                        time_parameter("to", "By default now")};
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/lifetime-count"),
              .name = "show_lifetime_count",
              .summary = "All that the machine ever made, as its part counter tells over resets, "
                         "and what became of the counter",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"LifetimeCount"}}},
              .handler = bind(api, lifetime)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/parts"),
              .name = "show_parts_agreement",
              .summary = "What part counter and cycles tell of the same time, over at most 93 days",
              .need = Need::kSessionOrKey,
              .parameters = range,
              .answers = {{.body = Body{"PartsAgreement"}}},
              .handler = bind(api, agreement)});
  std::vector<Parameter> of_item = range;
  of_item.insert(of_item.begin(),
                 {.name = "item", .required = true, .description = "Whose numbers"});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/signal-levels"),
              .name = "show_signal_levels",
              .summary = "How long an item had which value, and thresholds between its two levels, "
                         "from at most 32 days",
              .need = Need::kSessionOrKey,
              .parameters = std::move(of_item),
              .answers = {{.body = Body{"SignalLevels"}}},
              .handler = bind(api, levels)});
}

}  // namespace heed::http

#include "http/advice_shapes.h"

namespace heed::http {
namespace {

using machines::Forecast;
using machines::Recommendation;

void write_text(JsonWriter& w, std::string_view name, const std::string& text) {
  w.member(name, text.empty() ? std::optional<std::string>() : std::optional(text));
}

void write_spread(JsonWriter& w, std::string_view name, const machines::DurationSpread& spread) {
  w.key(name).begin_object().member("median", spread.median.in_seconds());
  w.member("p10", spread.p10.in_seconds()).member("p90", spread.p90.in_seconds());
  w.member("deviation", spread.deviation.in_seconds()).end_object();
}

void write_told(JsonWriter& w, const Forecast& told) {
  w.begin_object().member("at", told.at).member("from", told.from).member("to", told.to);
  w.member("certainty", Forecast::kCertainty);
  write_text(w, "program", told.program);
  w.member("parts_to_go", told.parts_to_go).member("parts_per_cycle", told.parts_per_cycle);
  w.member("cycles_to_go", told.cycles_to_go);
  w.member("cycles", std::uint64_t{told.cycles}).member("since", told.since);
  write_spread(w, "work", told.work);
  write_spread(w, "standing", told.standing);
  w.member("running_since", told.running_since).member("by_plan", told.by_plan);
  w.member("left_out", std::uint64_t{told.left_out}).end_object();
}

void write_evidence(JsonWriter& w, const Recommendation& one) {
  w.key("evidence").begin_array();
  for (const machines::AdviceEvidence& evidence : one.evidence) {
    w.begin_object().member("from", evidence.range.from).member("to", evidence.range.to);
    w.member("words", evidence.words).end_object();
  }
  w.end_array();
}

/// The same figures in money.
void write_money(JsonWriter& w, const machines::WeeklyLoss& lost,
                 const std::optional<machines::MachineHour>& hour) {
  w.key("money_a_week");
  if (!hour) {
    w.null();
    return;
  }
  w.begin_object().member("low", lost.low * hour->cost).member("usual", lost.usual * hour->cost);
  w.member("high", lost.high * hour->cost).member("currency", hour->currency).end_object();
}

void write_lost(JsonWriter& w, const Recommendation& one,
                const std::optional<machines::MachineHour>& hour) {
  w.key("hours_a_week");
  if (!one.lost) {
    w.null().key("money_a_week").null();
    return;
  }
  w.begin_object().member("low", one.lost->low).member("usual", one.lost->usual);
  w.member("high", one.lost->high).end_object();
  write_money(w, *one.lost, hour);
}

void write_sureness(JsonWriter& w, const Recommendation& one) {
  w.key("sure").begin_object().member("by_chance", one.by_chance).member("effect", one.effect);
  w.member("seen", one.seen)
      .member("of", one.of)
      .member("counted", one.of_days ? "days" : "cycles");
  w.end_object();
}

void write_dismissal(JsonWriter& w, const std::optional<machines::Dismissal>& dismissed) {
  w.key("dismissed");
  if (!dismissed) {
    w.null();
    return;
  }
  w.begin_object().member("reason", dismissed->reason).member("until", dismissed->until);
  w.member("said", dismissed->said);
  write_text(w, "by", dismissed->by);
  w.end_object();
}

void write_advised(JsonWriter& w, const machines::Advised& advised,
                   const std::optional<machines::MachineHour>& hour) {
  const Recommendation& one = advised.recommendation;
  w.begin_object().member("id", one.id).member("about", word(one.about));
  w.member("sentence", one.sentence).member("caution", one.caution);
  write_text(w, "program", one.program);
  write_text(w, "tool", one.tool);
  write_text(w, "line", one.line);
  w.member("use", one.use > 0 ? std::optional(std::int64_t{one.use}) : std::nullopt);
  write_lost(w, one, hour);
  write_sureness(w, one);
  w.member("since", one.since).member("last_true", one.last_true);
  write_evidence(w, one);
  write_dismissal(w, advised.dismissed);
  w.end_object();
}

}  // namespace

void write_forecast(JsonWriter& w, const machines::ForecastAnswer& answer) {
  w.begin_object().member("made", answer.made).member("goal", answer.goal);
  w.member("goal_by_control", answer.goal_by_control);
  if (answer.told) {
    w.key("forecast");
    write_told(w, *answer.told);
    w.key("refused").null();
  } else {
    w.key("forecast").null().key("refused").begin_object();
    w.member("why", word(answer.told.error()));
    w.member("words", words_of(answer.told.error())).end_object();
  }
  w.end_object();
}

void write_advice(JsonWriter& w, const machines::AdviceList& list) {
  const machines::AdviceBasis& basis = list.basis;
  w.begin_object().key("basis").begin_object();
  w.member("from", basis.range.from).member("to", basis.range.to);
  w.member("cycles", basis.cycles).member("days", basis.days);
  w.member("calendar", basis.calendar).member("feed_override", basis.feed_override);
  w.member("load", basis.load).member("line", basis.line).end_object();
  w.key("items").begin_array();
  for (const machines::Advised& advised : list.items) write_advised(w, advised, list.hour);
  w.end_array().end_object();
}

void write_machine_hour(JsonWriter& w, const std::optional<machines::MachineHour>& hour) {
  w.begin_object().member("cost", hour ? std::optional(hour->cost) : std::nullopt);
  w.member("currency", hour ? std::optional(hour->currency) : std::nullopt).end_object();
}

}  // namespace heed::http

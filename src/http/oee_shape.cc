#include "http/oee_shape.h"

#include "http/json_shapes.h"
#include "http/time_forms.h"

namespace heed::http {
namespace {

using machines::Oee;

void seconds(JsonWriter& w, std::string_view name, Duration duration) {
  w.member(name, duration.in_seconds());
}

void ratio(JsonWriter& w, std::string_view name, const std::optional<machines::Ratio>& ratio) {
  w.key(name);
  if (!ratio) {
    w.null();
    return;
  }
  w.begin_object().member("value", ratio->value()).member("over", ratio->over);
  w.member("under", ratio->under).end_object();
}

void index(JsonWriter& w, std::string_view name, std::optional<std::size_t> at) {
  w.member(name, at ? std::optional(std::uint64_t{*at}) : std::nullopt);
}

void write_figures(JsonWriter& w, const Oee& oee) {
  w.key("uses").begin_object();
  for (std::size_t use = 0; use < machines::kTimeUses; ++use) {
    seconds(w, word(static_cast<machines::TimeUse>(use)), oee.uses.at(use));
  }
  w.end_object();
  seconds(w, "planned_busy", oee.planned_busy);
  seconds(w, "known_busy", oee.known_busy);
  seconds(w, "production", oee.production);
  seconds(w, "unexplained", oee.unexplained);
  seconds(w, "produced_outside", oee.produced_outside);
  ratio(w, "availability", oee.availability);
  ratio(w, "effectiveness", oee.effectiveness);
  ratio(w, "quality", oee.quality);
  ratio(w, "oee", oee.oee);
  ratio(w, "utilization_planned", oee.utilization_planned);
  ratio(w, "utilization_calendar", oee.utilization_calendar);
}

void write_counts(JsonWriter& w, const Oee& oee) {
  w.key("parts");
  if (oee.parts) {
    w.begin_object().member("known_busy", oee.parts->known_busy);
    w.member("unknown", oee.parts->unknown).member("outside", oee.parts->outside).end_object();
  } else {
    w.null();
  }
  w.key("parts_source");
  if (oee.source == machines::PartsSource::kNone) {
    w.null();
  } else {
    w.begin_object().member("from", word(oee.source));
    w.member("confidence", oee.confidence).end_object();
  }
  w.member("good", oee.good).member("scrap", oee.scrap);
}

void write_pieces(JsonWriter& w, const Oee& oee) {
  w.key("pieces").begin_array();
  for (const machines::OeePiece& piece : oee.pieces) {
    w.begin_object().member("from", piece.range.from).member("to", piece.range.to);
    w.member("use", word(piece.use));
    index(w, "activity", piece.activity);
    index(w, "shift", piece.shift);
    index(w, "reason", piece.reason);
    w.end_object();
  }
  w.end_array().key("activities").begin_array();
  for (const machines::Activity& activity : oee.activities) write_activity(w, activity);
  w.end_array().key("shifts").begin_array();
  for (const machines::ShiftTime& shift : oee.shifts) write_shift_time(w, shift);
  w.end_array().key("reasons").begin_array();
  for (const machines::ReasonSpan& reason : oee.reasons) {
    w.begin_object().member("from", reason.range.from).member("to", reason.range.to);
    w.member("code", reason.code).member("class", word(reason.reason_class));
    w.member("by", word(reason.by));
    w.member("who", reason.who.empty() ? std::nullopt : std::optional(reason.who)).end_object();
  }
  w.end_array().key("steps").begin_array();
  for (const machines::PartStep& step : oee.counted) {
    w.begin_object().member("at", step.at).member("count", step.count);
    w.member("begun", step.begun).end_object();
  }
  w.end_array();
}

}  // namespace

void write_oee(JsonWriter& w, const Oee& oee, bool pieces) {
  w.begin_object().member("from", oee.range.from).member("to", oee.range.to);
  w.member("has_calendar", oee.has_calendar);
  seconds(w, "micro_stop_seconds", oee.micro_stop);
  w.member("ideal_seconds", oee.ideal ? std::optional(oee.ideal->in_seconds()) : std::nullopt);
  w.key("changes").begin_array();
  for (const Time change : oee.changes) w.value(change);
  w.end_array();
  write_figures(w, oee);
  write_counts(w, oee);
  if (pieces) write_pieces(w, oee);
  w.end_object();
}

void write_self_audit(JsonWriter& w, const machines::SelfAudit& audit) {
  w.begin_object().member("counts", audit.counts).member("drifts", audit.drifts());
  w.key("days").begin_array();
  for (const machines::AuditDay& day : audit.days) {
    w.begin_object().member("day", format_day(day.day));
    seconds(w, "heard", day.heard);
    seconds(w, "ours", day.ours);
    seconds(w, "theirs", day.theirs);
    w.member("cutting", day.cutting ? std::optional(day.cutting->in_seconds()) : std::nullopt);
    w.member("differs", day.differs).member("agrees", day.agrees()).end_object();
  }
  w.end_array().end_object();
}

}  // namespace heed::http

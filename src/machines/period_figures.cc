#include "machines/period_figures.h"

#include <algorithm>
#include <map>

namespace heed::machines {
namespace {

bool is_stop(TimeUse use) {
  return is_planned(use) && use != TimeUse::kUnknown && !is_production(use);
}

std::string reason_of(const Oee& oee, const OeePiece& piece) {
  return piece.reason ? oee.reasons.at(*piece.reason).code : std::string();
}

/// Neighbouring pieces of one use, reason and state are one stop.
std::vector<LongStop> stops_of(const Oee& oee) {
  std::vector<LongStop> stops;
  for (const OeePiece& piece : oee.pieces) {
    if (!is_stop(piece.use)) continue;
    const State state =
        piece.activity ? oee.activities.at(*piece.activity).standing.state : State::kUnknown;
    LongStop stop{piece.range, piece.use, state, reason_of(oee, piece)};
    if (!stops.empty() && stops.back().range.to == stop.range.from &&
        stops.back().use == stop.use && stops.back().state == stop.state &&
        stops.back().reason == stop.reason) {
      stops.back().range.to = stop.range.to;
    } else {
      stops.push_back(std::move(stop));
    }
  }
  return stops;
}

}  // namespace

void SharedRatio::add(const std::optional<Ratio>& ratio) {
  if (!ratio) return;
  over += ratio->over;
  under += ratio->under;
  ++of;
}

std::optional<double> SharedRatio::value() const {
  if (of == 0 || under <= 0) return {};
  return over / under;
}

void Totals::add(const PeriodFigures& figures) {
  const Oee& one = figures.oee;
  ++machines;
  for (std::size_t use = 0; use < kTimeUses; ++use) uses.at(use) += one.uses.at(use);
  planned_busy += one.planned_busy;
  known_busy += one.known_busy;
  production += one.production;
  unexplained += one.unexplained;
  in_cycle += one.in_cycle;
  if (one.parts) {
    ++counting;
    parts += one.parts->known_busy;
    good += one.good.value_or(0);
  }
  scrap += one.scrap;
  availability.add(one.availability);
  effectiveness.add(one.effectiveness);
  quality.add(one.quality);
  oee.add(one.oee);
  reliability += figures.reliability;
}

std::optional<double> Totals::coverage() const {
  if (planned_busy == Duration()) return {};
  return known_busy.in_seconds() / planned_busy.in_seconds();
}

Totals total_of(std::span<const PeriodFigures> all) {
  Totals totals;
  for (const PeriodFigures& one : all) totals.add(one);
  return totals;
}

std::vector<LongStop> longest_stops(const Oee& oee, std::size_t most) {
  std::vector<LongStop> stops = stops_of(oee);
  std::ranges::sort(stops, [](const LongStop& a, const LongStop& b) {
    if (a.range.length() != b.range.length()) return a.range.length() > b.range.length();
    return a.range.from < b.range.from;
  });
  if (stops.size() > most) stops.resize(most);
  return stops;
}

void put_most_first(std::vector<ReasonTime>& rows) {
  std::ranges::sort(rows, [](const ReasonTime& a, const ReasonTime& b) {
    return a.time != b.time ? a.time > b.time : a.code < b.code;
  });
}

std::vector<ReasonTime> time_by_reason(const Oee& oee) {
  std::map<std::string, ReasonTime> by_code;
  for (const LongStop& stop : stops_of(oee)) {
    if (stop.reason.empty() && !wants_reason(stop.use)) continue;
    ReasonTime& row = by_code[stop.reason];
    row.code = stop.reason;
    row.time += stop.range.length();
    ++row.stops;
  }
  std::vector<ReasonTime> rows;
  for (auto& [code, row] : by_code) rows.push_back(std::move(row));
  put_most_first(rows);
  return rows;
}

}  // namespace heed::machines

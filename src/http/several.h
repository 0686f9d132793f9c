// What routes about several machines at once share: which ones are asked for, under which standing,
// and what their periods came to (routes_alarms, routes_comparison, routes_hand_over,
// routes_reports).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/asked.h"
#include "machines/period_figures.h"

namespace heed::http {

/// The machines of the organization and the asker's standing for reports; who may not have reports
/// is told the clause.
Asked<Floor> report_floor_of(const Api& api, const Context& context);

/// Those of ?machine= (may stand several times) or ?location=; all without either. 404 for a
/// machine that is not there.
Asked<std::vector<machines::Machine>> machines_asked(const Context& context, const Floor& floor);
/// How they are declared.
std::vector<Parameter> machine_choice();
/// ?format=: whether it is csv; json and nothing are not.
Asked<bool> wants_csv(const Context& context);
/// A flag that is "true", "false" or missing.
Asked<bool> flag_of(const Context& context, std::string_view parameter);

Asked<std::vector<machines::PeriodFigures>> periods_of(
    const Floor& floor, const std::vector<machines::Machine>& machines, TimeRange range,
    machines::PeriodParts parts);

/// {"machines","planned_busy","known_busy","coverage","production","in_cycle","unexplained","uses",
/// "availability","effectiveness","quality","oee","parts","good","scrap","failures"}
void write_totals(JsonWriter& w, const machines::Totals& totals);
void write_reliability(JsonWriter& w, const machines::Reliability& reliability);
void write_span(JsonWriter& w, std::string_view machine, const machines::AlarmSpan& span);
/// With its share of the whole and of what stands up to it, by what it is ordered by.
void write_pareto(JsonWriter& w, const std::vector<machines::AlarmRow>& rows, machines::ParetoBy by,
                  Duration operating);

/// A field of CSV in quotes (RFC 4180).
std::string csv_text(std::string_view text);
/// A number, or nothing for none.
std::string csv_number(std::optional<double> number);
Response csv_file(std::string body, std::string_view name);

}  // namespace heed::http

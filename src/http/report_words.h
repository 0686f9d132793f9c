// How a report says things; for report_page.cc, report_csv.cc and their tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "machines/period_report.h"
#include "machines/reason.h"

namespace heed::http {

/// "3 h 20 min", "45 s"
std::string duration_words(Duration duration);
/// "82.4 %"
std::string percent_words(double share);
std::string_view name_of(machines::ReportFigure figure);
std::string_view name_of(machines::LossKind loss);
std::string_view to_do_about(machines::LossKind loss);
/// "82.4 %", "3 h", "17", "not known"
std::string figure_words(machines::ReportFigure figure, std::optional<double> value);
/// "3.1 points less"
std::string difference_words(machines::ReportFigure figure, double difference);
/// "2026-03-02 06:00", as the wall shows it.
std::string moment_words(const TimeZone& zone, Time time);
std::string reason_words(const machines::ReasonTree& reasons, std::string_view code);
std::string alarm_words(const machines::AlarmRow& row);

}  // namespace heed::http

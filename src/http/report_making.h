// A report from what is stored, under the access of whoever asks: for the route and for the
// command.
#pragma once

#include "http/report_page.h"
#include "machines/figures.h"
#include "machines/meaning_of_time.h"

namespace heed::http {

policy::Governed<std::vector<machines::PeriodFigures>> load_periods(
    const machines::Figures& figures, const policy::Access& access,
    const std::vector<machines::Machine>& machines, TimeRange range, machines::PeriodParts parts);

/// What a report is asked to be of.
struct ReportQuestion {
  machines::ReportSpan span = machines::ReportSpan::kWeek;
  std::string place;  ///< As ReportOf has it.
  std::vector<machines::Machine> machines;
  machines::ShiftPlan plan;  ///< Of whose clocks it goes by.
  Day day;                   ///< Of the period; not after today.
};
/// With the periods before that it compares with.
policy::Governed<ReportOf> make_report_of(const machines::Figures& figures,
                                          const machines::MeaningOfTime& meaning,
                                          const policy::Access& access, ReportQuestion question,
                                          Time now);

}  // namespace heed::http

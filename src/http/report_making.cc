#include "http/report_making.h"

#include <algorithm>

namespace heed::http {

policy::Governed<std::vector<machines::PeriodFigures>> load_periods(
    const machines::Figures& figures, const policy::Access& access,
    const std::vector<machines::Machine>& machines, TimeRange range, machines::PeriodParts parts) {
  std::vector<machines::PeriodFigures> all;
  for (const machines::Machine& machine : machines) {
    ASSIGN_OR_RETURN(auto period, figures.period(access, machine.id, range, parts));
    all.push_back(std::move(period));
  }
  return all;
}

policy::Governed<ReportOf> make_report_of(const machines::Figures& figures,
                                          const machines::MeaningOfTime& meaning,
                                          const policy::Access& access, ReportQuestion question,
                                          Time now) {
  const machines::ShiftPlan& plan = question.plan;
  const auto periods = machines::report_periods(question.span, question.day, plan.zone);
  ReportOf of{.span = question.span,
              .place = std::move(question.place),
              .zone = plan.zone,
              .range = periods.front(),
              .known = {periods.front().from, std::min(periods.front().to, now)},
              .has_calendar = plan.has_calendar,
              .machines = {},
              .report = {},
              .reasons = {}};
  ASSIGN_OR_RETURN(of.machines, load_periods(figures, access, question.machines, of.range,
                                             {.alarms = true, .cycles = true}));
  std::vector<machines::Totals> earlier;
  for (auto period = std::next(periods.begin()); period != periods.end(); ++period) {
    if (period->from < Time()) break;
    ASSIGN_OR_RETURN(const auto before,
                     load_periods(figures, access, question.machines, *period, {}));
    earlier.push_back(machines::total_of(before));
  }
  of.report = machines::make_report(of.machines, earlier);
  ASSIGN_OR_RETURN(of.reasons, meaning.reasons(access));
  return of;
}

}  // namespace heed::http

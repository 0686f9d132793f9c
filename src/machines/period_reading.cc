#include "machines/period_reading.h"

#include "machines/alarm_reading.h"
#include "machines/cycle_reading.h"

namespace heed::machines {
namespace {

/// Too many cycles to tell leave the rest of the figures as they are.
Governed<void> add_cycles(const Reading& reading, TimeRange range, PeriodFigures& figures) {
  const auto list = load_cycles(reading, range);
  if (!list) {
    const Error* error = list.error().error();
    if (error == nullptr || error->kind != ErrorKind::kExhausted) {
      return std::unexpected(list.error());
    }
    figures.no_programs = error->message;
    return {};
  }
  figures.programs = cycle_statistics(list->cycles);
  for (const Cycle& cycle : list->cycles) {
    if (cycle.complete) figures.last_complete = cycle.range.to;
  }
  return {};
}

}  // namespace

Governed<PeriodFigures> load_period(const Reading& reading, const OeeSources& sources,
                                    const Machine& machine, TimeRange range, PeriodParts parts) {
  PeriodFigures figures{.machine = machine,
                        .oee = {},
                        .reliability = {},
                        .alarms = {},
                        .programs = {},
                        .no_programs = {},
                        .last_complete = {}};
  ASSIGN_OR_RETURN(figures.oee, load_oee(reading, sources, {.range = range}));
  const Oee& oee = figures.oee;
  figures.reliability =
      reliability_of(oee.activities, oee.range, oee.micro_stop, oee.range.to < range.to);
  if (parts.alarms) {
    ASSIGN_OR_RETURN(figures.alarms, load_alarms(reading, range));
  }
  if (parts.cycles && !oee.range.empty()) {
    if (auto added = add_cycles(reading, oee.range, figures); !added) {
      return std::unexpected(added.error());
    }
  }
  return figures;
}

}  // namespace heed::machines

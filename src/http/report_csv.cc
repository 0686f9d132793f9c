#include <fmt/core.h>

#include "http/report_page.h"
#include "http/report_words.h"
#include "http/several.h"

namespace heed::http {
namespace {

class Facts {
 public:
  void say(std::string_view section, std::string_view name, std::string_view figure,
           std::optional<double> value, std::string_view unit) {
    text_ +=
        fmt::format("{},{},{},{},{}\r\n", section, csv_text(name), figure, csv_number(value), unit);
  }
  void seconds(std::string_view section, std::string_view name, std::string_view figure,
               std::optional<Duration> time) {
    say(section, name, figure, time ? std::optional(time->in_seconds()) : std::nullopt, "seconds");
  }
  void count(std::string_view section, std::string_view name, std::string_view figure,
             std::uint64_t number) {
    say(section, name, figure, static_cast<double>(number), "count");
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_ = "section,name,figure,value,unit\r\n";
};

std::string_view unit_of(machines::ReportFigure figure) {
  switch (figure) {
    case machines::ReportFigure::kProduction:
    case machines::ReportFigure::kUnexplained: return "seconds";
    case machines::ReportFigure::kGood:
    case machines::ReportFigure::kFailures: return "count";
    default: return "share";
  }
}

void add_machine(Facts& facts, const machines::PeriodFigures& one) {
  const machines::Totals totals = machines::total_of({&one, 1});
  const std::string& name = one.machine.name;
  for (std::size_t i = 0; i < machines::kReportFigures; ++i) {
    const auto figure = static_cast<machines::ReportFigure>(i);
    facts.say("machine", name, word(figure), figure_of(totals, figure), unit_of(figure));
  }
  for (std::size_t use = 0; use < machines::kTimeUses; ++use) {
    facts.seconds("uses", name, word(static_cast<machines::TimeUse>(use)), one.oee.uses.at(use));
  }
  for (const machines::ProgramStatistics& program : one.programs) {
    const std::string of = name + "/" + program.program;
    facts.count("program", of, "complete", program.complete);
    facts.count("program", of, "tries", program.tries);
    if (program.complete == 0) continue;
    facts.seconds("program", of, "median", program.in_cycle.median);
    facts.seconds("program", of, "p10", program.in_cycle.p10);
    facts.seconds("program", of, "p90", program.in_cycle.p90);
  }
}

}  // namespace

std::string report_csv(const ReportOf& of) {
  Facts facts;
  for (const machines::FigureChange& change : of.report.changes) {
    const auto unit = unit_of(change.figure);
    const auto name = word(change.figure);
    facts.say("now", of.place, name, change.now, unit);
    facts.say("before", of.place, name, change.before, unit);
    facts.say("median", of.place, name, change.median, unit);
    if (change.median) facts.say("spread", of.place, name, change.spread, unit);
  }
  for (const machines::Loss& loss : of.report.losses) {
    facts.seconds("loss", of.place, word(loss.kind), loss.time);
  }
  for (const machines::AlarmRow& row : of.report.alarms) {
    const std::string name = alarm_words(row);
    facts.count("alarm", name, "count", row.count);
    facts.seconds("alarm", name, "time", row.time);
    facts.count("alarm", name, "repaired", row.repaired);
    facts.seconds("alarm", name, "mean_to_repair", row.mean_to_repair());
  }
  for (const machines::ReasonTime& row : of.report.reasons) {
    const std::string name = reason_words(of.reasons, row.code);
    facts.count("reason", name, "stops", row.stops);
    facts.seconds("reason", name, "time", row.time);
  }
  for (const machines::PeriodFigures& one : of.machines) add_machine(facts, one);
  return facts.take();
}

}  // namespace heed::http

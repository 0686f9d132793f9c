#include "http/report_page.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "http/report_words.h"
#include "policy/publish/html.h"

namespace heed::http {
namespace {

using machines::PeriodFigures;
using machines::TimeUse;
using policy::Html;

constexpr std::size_t kMostToDo = 5;
constexpr std::size_t kMostRows = 10;
constexpr std::size_t kMostPrograms = 30;

/// Colours are those of states in the browser interface (tokens.css, light); every bar has its
/// word.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light}
body{font:14px/1.45 system-ui,sans-serif;color:#1a1f26;background:#fff;max-width:60rem;
margin:0 auto;padding:1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.5rem 0 .4rem}
p{margin:.3rem 0}.hint{color:#505a66}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #d6dbe1;vertical-align:top}
th{font-weight:600}.r{text-align:right}.scroll{overflow-x:auto}
ol{padding-left:1.4rem}li{margin:.3rem 0}
.told{font-weight:600}svg{display:block;width:100%;height:14px}
.run{fill:#1d7f4e}.stop{fill:#b3261e}.wait{fill:#9a6700}.plan{fill:#6b7280}.none{fill:#d6dbe1}
@media print{body{font-size:9.5pt;padding:0;max-width:none}tr,li{break-inside:avoid}
h2{break-after:avoid}svg rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}
@page{size:A4;margin:14mm}}
)";

std::string_view title_of(machines::ReportSpan span) {
  constexpr std::array<std::string_view, 3> kTitles = {"Day", "Week", "Month"};
  return kTitles.at(static_cast<std::size_t>(span));
}

std::string period_words(const ReportOf& of) {
  const Day first = of.zone.wall(of.range.from).day;
  const Day last = of.zone.wall(of.range.to - Duration::nanoseconds(1)).day;
  if (first == last) return format_day(first);
  return format_day(first) + " to " + format_day(last);
}

void head_row(Html& page, std::initializer_list<std::string_view> names) {
  page.open("tr");
  bool first = true;
  for (const std::string_view name : names) {
    page.element("th", name, {{"scope", "col"}, {"class", first ? "" : "r"}});
    first = false;
  }
  page.close();
}

void cell(Html& page, std::string_view text) {
  page.element("td", text, {{"class", "r"}});
}

void begin_table(Html& page, std::initializer_list<std::string_view> names) {
  page.open("div", {{"class", "scroll"}}).open("table").open("thead");
  head_row(page, names);
  page.close().open("tbody");
}
void end_table(Html& page) {
  page.close().close().close();
}

std::string verdict_of(const machines::FigureChange& change) {
  if (!change.now) return "not known";
  if (!change.median) return "too few periods before to tell";
  if (!change.told) return "as usual";
  return difference_words(change.figure, *change.now - *change.median) + " than usual";
}

void write_changes(Html& page, const ReportOf& of) {
  page.element("h2", "Figures, and what changed");
  begin_table(page, {"Figure", "Now", "Before", "Median of four", "Usual spread", "Verdict"});
  for (const machines::FigureChange& change : of.report.changes) {
    page.open("tr").element("td", name_of(change.figure));
    cell(page, figure_words(change.figure, change.now));
    cell(page, figure_words(change.figure, change.before));
    cell(page, figure_words(change.figure, change.median));
    cell(page, change.median ? "± " + figure_words(change.figure, change.spread) : "–");
    page.element("td", verdict_of(change), {{"class", change.told ? "r told" : "r"}});
    page.close();
  }
  end_table(page);
  page.element("p",
               "The median and the usual spread are those of the four periods before; the spread "
               "is how far one of them lay from their median at most. Only what lies further off, "
               "and by more than 2 % of it, is called a change.",
               {{"class", "hint"}});
}

void write_losses(Html& page, const ReportOf& of) {
  std::size_t told = 0;
  for (const machines::Loss& loss : of.report.losses) {
    if (told++ == kMostToDo) break;
    page.open("li").element("b",
                            fmt::format("{}: {}.", name_of(loss.kind), duration_words(loss.time)));
    if (of.machines.size() > 1) {
      page.text(fmt::format("Most of it on {} ({}). ", loss.most_on, duration_words(loss.of_most)));
    }
    page.text(to_do_about(loss.kind)).close();
  }
}

void write_to_do(Html& page, const ReportOf& of) {
  const machines::Totals& totals = of.report.totals;
  page.element("h2", "What to do").open("ol");
  write_losses(page, of);
  if (totals.unexplained > Duration()) {
    page.open("li").element(
        "b", fmt::format("Stops without a reason: {}.", duration_words(totals.unexplained)));
    page.text("Tag the longest ones; the other reasons say the less, the more there is of this.");
    page.close();
  }
  if (!of.report.alarms.empty()) {
    const machines::AlarmRow& first = of.report.alarms.front();
    page.open("li").element("b", fmt::format("Alarm {}: {}, {} times.", alarm_words(first),
                                             duration_words(first.time), first.count));
    page.text("It took the most time of all alarms.").close();
  }
  const Duration unknown = totals.in(TimeUse::kUnknown);
  if (unknown > Duration()) {
    page.open("li").element("b", fmt::format("Nothing known for {}", duration_words(unknown)));
    page.text(
        " of planned time. See to the connection first: all figures speak of the rest alone.");
    page.close();
  }
  page.close();
  if (of.report.losses.empty() && unknown == Duration()) {
    page.element("p", "No time was lost.", {{"class", "hint"}});
  }
}

/// Production, stops and what is not known, as shares of the planned time.
void write_bar(Html& page, const machines::Oee& oee) {
  const double all = oee.planned_busy.in_seconds();
  struct Part {
    std::string_view look;
    Duration time;
  };
  const auto in = [&](TimeUse use) { return oee.in(use); };
  const std::array parts = {Part{"run", oee.production},
                            Part{"wait", in(TimeUse::kHeld) + in(TimeUse::kOperator) +
                                             in(TimeUse::kIdle) + in(TimeUse::kMicroStop)},
                            Part{"stop", in(TimeUse::kUnplanned)},
                            Part{"plan", in(TimeUse::kPlannedStop) + in(TimeUse::kSetup)},
                            Part{"none", in(TimeUse::kUnknown)}};
  page.open("svg", {{"viewBox", "0 0 100 10"},
                    {"preserveAspectRatio", "none"},
                    {"role", "img"},
                    {"aria-label", "Shares of the planned time"}});
  double at = 0;
  for (const Part& part : parts) {
    const double width = all > 0 ? 100 * part.time.in_seconds() / all : 0;
    page.empty("rect", {{"class", part.look},
                        {"x", fmt::format("{:.2f}", at)},
                        {"width", fmt::format("{:.2f}", width)},
                        {"height", "10"}});
    at += width;
  }
  page.close();
}

void write_machines(Html& page, const ReportOf& of) {
  page.element("h2", "Machines");
  begin_table(page, {"Machine", "Planned time", "Availability", "OEE", "Parts", "Good",
                     "Production", "No reason", "Failures", "Known"});
  for (const PeriodFigures& one : of.machines) {
    const machines::Totals totals = machines::total_of({&one, 1});
    page.open("tr").element("td", one.machine.name).open("td");
    write_bar(page, one.oee);
    page.close();
    const auto share = [&](std::optional<double> value) {
      cell(page, value ? percent_words(*value) : "–");
    };
    share(totals.availability.value());
    share(totals.oee.value());
    cell(page, totals.counting > 0 ? std::to_string(totals.parts) : "–");
    cell(page, totals.counting > 0 ? std::to_string(totals.good) : "–");
    cell(page, duration_words(totals.production));
    cell(page, duration_words(totals.unexplained));
    cell(page, std::to_string(totals.reliability.failures));
    share(totals.coverage());
    page.close();
  }
  end_table(page);
  page.element("p",
               "Bars, from the left: production, waiting, failures, planned stops and set-up, not "
               "known. – is a figure that nobody can know yet.",
               {{"class", "hint"}});
}

void write_reliability(Html& page, const machines::Reliability& told) {
  const auto words = [](std::optional<Duration> mean) {
    return mean ? duration_words(*mean) : std::string("not known");
  };
  page.element(
      "p",
      fmt::format(
          "{} failures began (stops by alarm or emergency stop of at least the length of a "
          "micro-stop). Mean time to repair {} (of {} that were seen from beginning to "
          "end); mean operating time between failures {}. Not counted as repaired: {} go "
          "on, {} end with the period, {} end where nothing was heard; {} had begun before.",
          told.failures, words(told.mean_to_repair()), told.repaired, words(told.mean_between()),
          told.open, told.cut, told.gaps, told.carried),
      {{"class", "hint"}});
}

void write_alarms(Html& page, const ReportOf& of) {
  page.element("h2", "Alarms");
  write_reliability(page, of.report.totals.reliability);
  if (of.report.alarms.empty()) {
    page.element("p", "There was none.");
    return;
  }
  begin_table(page, {"Alarm", "Machines", "Times", "Time", "Up to here", "Mean to repair", "Of"});
  Duration all;
  for (const machines::AlarmRow& row : of.report.alarms) all += row.time;
  Duration until;
  std::size_t told = 0;
  for (const machines::AlarmRow& row : of.report.alarms) {
    if (told++ == kMostRows) break;
    until += row.time;
    page.open("tr").element("td", alarm_words(row));
    cell(page, std::to_string(row.machines.size()));
    cell(page, std::to_string(row.count));
    cell(page, duration_words(row.time));
    cell(page, all > Duration() ? percent_words(until.in_seconds() / all.in_seconds()) : "–");
    const auto mean = row.mean_to_repair();
    cell(page, mean ? duration_words(*mean) : "–");
    cell(page, std::to_string(row.repaired));
    page.close();
  }
  end_table(page);
  if (of.report.alarms.size() > kMostRows) {
    page.element("p",
                 fmt::format("{} more stand in the file.", of.report.alarms.size() - kMostRows),
                 {{"class", "hint"}});
  }
}

void write_reasons(Html& page, const ReportOf& of) {
  page.element("h2", "Stops by reason");
  if (of.report.reasons.empty()) {
    page.element("p", "No stop wants a reason.");
    return;
  }
  begin_table(page, {"Reason", "Stops", "Time"});
  std::size_t told = 0;
  for (const machines::ReasonTime& row : of.report.reasons) {
    if (told++ == kMostRows) break;
    page.open("tr").element("td", reason_words(of.reasons, row.code));
    cell(page, std::to_string(row.stops));
    cell(page, duration_words(row.time));
    page.close();
  }
  end_table(page);
}

void write_program(Html& page, const std::string& machine,
                   const machines::ProgramStatistics& program) {
  page.open("tr").element("td", program.program.empty() ? "not known" : program.program);
  cell(page, machine);
  cell(page, std::to_string(program.complete));
  cell(page, std::to_string(program.tries));
  const bool any = program.complete > 0;
  cell(page, any ? duration_words(program.in_cycle.median) : "–");
  cell(page,
       any ? duration_words(program.in_cycle.p10) + " to " + duration_words(program.in_cycle.p90)
           : "–");
  page.close();
}

void write_programs(Html& page, const ReportOf& of) {
  page.element("h2", "Programs");
  begin_table(page, {"Program", "Machine", "Complete", "Tries", "Median", "Four of five"});
  std::size_t told = 0;
  for (const PeriodFigures& one : of.machines) {
    for (const machines::ProgramStatistics& program : one.programs) {
      if (told++ < kMostPrograms) write_program(page, one.machine.name, program);
    }
  }
  end_table(page);
  if (told > kMostPrograms) {
    page.element("p", fmt::format("{} more stand in the file.", told - kMostPrograms),
                 {{"class", "hint"}});
  }
  for (const PeriodFigures& one : of.machines) {
    if (one.no_programs.empty()) continue;
    page.element("p", fmt::format("{}: {}.", one.machine.name, one.no_programs),
                 {{"class", "hint"}});
  }
}

void write_head(Html& page, const ReportOf& of) {
  page.element("h1", fmt::format("{}: {}", title_of(of.span), of.place));
  page.element("p", fmt::format("{} · {} {} · clocks of {}", period_words(of), of.machines.size(),
                                of.machines.size() == 1 ? "machine" : "machines", of.zone.name()));
  if (of.known.to < of.range.to) {
    page.element("p",
                 fmt::format("The {} is not over: these are the figures until {}.", word(of.span),
                             moment_words(of.zone, of.known.to)),
                 {{"class", "told"}});
  }
  if (!of.has_calendar) {
    page.element("p", "No shifts are set up: every moment counts as planned.", {{"class", "hint"}});
  }
}

}  // namespace

std::string report_html(const ReportOf& of, std::string_view nonce) {
  Html page;
  page.raw("<!DOCTYPE html>\n").open("html", {{"lang", "en"}}).open("head");
  page.empty("meta", {{"charset", "utf-8"}});
  page.empty("meta", {{"name", "viewport"}, {"content", "width=device-width,initial-scale=1"}});
  page.element("title", fmt::format("{}: {}, {}", title_of(of.span), of.place, period_words(of)));
  if (nonce.empty()) {
    page.open("style").raw(kStyle).close();
  } else {
    page.open("style", {{"nonce", nonce}}).raw(kStyle).close();
  }
  page.close().open("body").open("main");
  write_head(page, of);
  if (of.machines.empty()) {
    page.element("p", "There is no machine at this place.");
  } else {
    write_changes(page, of);
    write_to_do(page, of);
    write_machines(page, of);
    write_alarms(page, of);
    write_reasons(page, of);
    write_programs(page, of);
  }
  page.close().close().close();
  return page.take();
}

}  // namespace heed::http

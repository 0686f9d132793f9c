#include "http/report_words.h"

#include <array>
#include <cmath>

#include <fmt/core.h>

namespace heed::http {
namespace {

struct LossWords {
  std::string_view name, to_do;
};
/// By LossKind.
constexpr std::array<LossWords, machines::kLossKinds> kLosses = {{
    {"Planned stops", "If they could lie outside of the shifts, plan them there."},
    {"Set-up", "See which change of program took longest, and prepare it beside the machine."},
    {"Unplanned stops and failures", "Begin with the alarm that took the most time, below."},
    {"Held", "See at which block the program is held, and ask why it has to be."},
    {"Waiting for an operator", "Plan who is there when a program stops for somebody."},
    {"Idle between parts", "Look at loading and unloading: what is made ready while it runs?"},
    {"Micro-stops", "Short ones add up: watch one hour and count what repeats."},
    {"Slower than ideal", "Compare overrides and cycles with the ideal time, or correct it."},
    {"Scrap", "Tag scrap with its time, so that its cause can be found beside what happened."},
}};
constexpr std::array<std::string_view, machines::kReportFigures> kFigures = {
    "OEE",        "Availability",       "Effectiveness",        "Quality ratio",
    "Good parts", "Time in production", "Stops without reason", "Failures",
    "Data known"};

bool is_share(machines::ReportFigure figure) {
  return figure <= machines::ReportFigure::kQuality || figure == machines::ReportFigure::kCoverage;
}
bool is_time(machines::ReportFigure figure) {
  return figure == machines::ReportFigure::kProduction ||
         figure == machines::ReportFigure::kUnexplained;
}

}  // namespace

std::string duration_words(Duration duration) {
  const std::int64_t seconds = (duration.count_milliseconds() + 500) / 1'000;
  if (seconds < 60) return fmt::format("{} s", seconds);
  const std::int64_t minutes = (seconds + 30) / 60;
  if (seconds < 3'600) {
    return seconds % 60 == 0 ? fmt::format("{} min", seconds / 60)
                             : fmt::format("{} min {} s", seconds / 60, seconds % 60);
  }
  if (minutes % 60 == 0) return fmt::format("{} h", minutes / 60);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

std::string percent_words(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string_view name_of(machines::ReportFigure figure) {
  return kFigures.at(static_cast<std::size_t>(figure));
}
std::string_view name_of(machines::LossKind loss) {
  return kLosses.at(static_cast<std::size_t>(loss)).name;
}
std::string_view to_do_about(machines::LossKind loss) {
  return kLosses.at(static_cast<std::size_t>(loss)).to_do;
}

std::string figure_words(machines::ReportFigure figure, std::optional<double> value) {
  if (!value) return "not known";
  if (is_share(figure)) return percent_words(*value);
  if (is_time(figure)) return duration_words(Duration::nanoseconds(std::llround(*value * 1e9)));
  // The middle of an even number of counts may be a half.
  return fmt::format("{}", *value);
}

std::string difference_words(machines::ReportFigure figure, double difference) {
  const std::string_view sign = difference < 0 ? "less" : "more";
  const double size = std::abs(difference);
  if (is_share(figure)) return fmt::format("{:.1f} points {}", 100 * size, sign);
  return fmt::format("{} {}", figure_words(figure, size), sign);
}

std::string moment_words(const TimeZone& zone, Time time) {
  const WallTime wall = zone.wall(time);
  const std::int64_t minutes = wall.since_midnight.count_milliseconds() / 60'000;
  return fmt::format("{} {:02}:{:02}", format_day(wall.day), minutes / 60, minutes % 60);
}

std::string reason_words(const machines::ReasonTree& reasons, std::string_view code) {
  if (code.empty()) return "without a reason";
  const machines::ReasonCode* known = reasons.find(code);
  return known == nullptr ? std::string(code) : known->name;
}

std::string alarm_words(const machines::AlarmRow& row) {
  std::string words = row.code.empty() ? row.item : row.code;
  if (!row.text.empty()) words += " " + row.text;
  return words;
}

}  // namespace heed::http

// How long the OEE of a week takes for fifty machines, a year of one machine's states (DESIGN §9,
// row 6), and the figures of a weekly report beside the four weeks before. Each machine makes a
// part every three minutes, with a hold, waits between parts, and stands twice a shift; the
// location works two shifts a day.
//   oee_bench [MACHINES]     MACHINES = 50
#include <fmt/core.h>

#include <chrono>
#include <cstdlib>
#include <ctime>

#include "machines/period_report.h"
#include "machines/testing.h"

namespace heed::bench {
namespace {

using namespace machines;  // NOLINT(google-build-using-namespace): this file is about that room

constexpr Time kStart = Time::from_seconds(1'640'995'200);  // 2022-01-01T00:00:00Z
constexpr int kWeekDays = 7;
constexpr int kYearDays = 365;

std::vector<std::string> day_of(int day, bool alarms) {
  std::vector<std::string> lines;
  for (int part = 0; part < 480; ++part) {
    const Time from = kStart + Duration::days(day) + Duration::minutes(3 * part);
    const auto say = [&](int second, const std::string& what) {
      lines.push_back(format_time(from + Duration::seconds(second)) + "|" + what);
    };
    if (part % 120 == 60) {
      if (alarms) say(0, "logic|FAULT|77|||TOOL BROKEN");
      say(0, "execution|STOPPED");
      if (alarms) say(120, "logic|NORMAL||||");
      continue;
    }
    say(1, "execution|ACTIVE|mode|AUTOMATIC|program|O1234");
    say(70, "execution|FEED_HOLD");
    say(72, "execution|ACTIVE");
    say(150, "execution|READY|part_count|" + std::to_string(480 * day + part + 1));
  }
  return lines;
}

MachineId fill(TestShop& shop, const std::string& name, int days, bool alarms = false) {
  const MachineId machine = shop.add(name, true);
  ReportMaker maker(machine, true);
  for (int day = 0; day < days; ++day) {
    shop.record(maker.report(day_of(day, alarms), shop.store.clock().now()));
  }
  return machine;
}

class Stopwatch {
 public:
  void tell(const std::string& what) const {
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start_;
    fmt::print("{}: {:.0f} ms ({:.0f} ms of CPU)\n", what, taken.count(),
               1e3 * static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC);
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const std::clock_t cpu_ = std::clock();
};

void measure_week(int count) {
  TestShop shop;
  std::vector<MachineId> machines;
  for (int i = 0; i < count; ++i)
    machines.push_back(fill(shop, "m" + std::to_string(i), kWeekDays));
  require(shop.store.silo().seal(true).has_value(), "sealed");
  shop.restart();
  const TimeRange week{kStart, kStart + Duration::days(kWeekDays)};
  for (const char* when : {"after a restart", "again"}) {
    double sum = 0;
    const Stopwatch stopwatch;
    for (const MachineId machine : machines) {
      const auto oee = shop.machines->oee(shop.access(), machine, week);
      require(oee.has_value() && oee->availability, "the figures are there");
      sum += oee->availability->value();
    }
    stopwatch.tell(fmt::format("a week's OEE of {} machines (availability {:.1f} %), {}", count,
                               100 * sum / count, when));
  }
}

std::vector<PeriodFigures> load_week(TestShop& shop, const std::vector<MachineId>& machines,
                                     int week, PeriodParts parts) {
  const Time from = kStart + Duration::days(7 * week);
  std::vector<PeriodFigures> all;
  for (const MachineId machine : machines) {
    auto figures = shop.machines->period(shop.access(), machine,
                                         {from, from + Duration::days(kWeekDays)}, parts);
    require(figures.has_value(), "the figures are there");
    all.push_back(*std::move(figures));
  }
  return all;
}

/// What GET …/report?of=week reads and computes; not its page.
void measure_report(int count) {
  constexpr int kWeeks = 5;
  TestShop shop;
  std::vector<MachineId> machines;
  for (int i = 0; i < count; ++i) {
    machines.push_back(fill(shop, "m" + std::to_string(i), kWeeks * kWeekDays, true));
  }
  require(shop.store.silo().seal(true).has_value(), "sealed");
  shop.restart();
  for (const char* when : {"after a restart", "again"}) {
    const Stopwatch whole;
    const Stopwatch now;
    const auto figures = load_week(shop, machines, kWeeks - 1, {.alarms = true, .cycles = true});
    now.tell(fmt::format("the week itself, alarms and cycles included, of {} machines, {}", count,
                         when));
    std::vector<Totals> earlier;
    for (int week = kWeeks - 2; week >= 0; --week) {
      earlier.push_back(total_of(load_week(shop, machines, week, {})));
    }
    const PeriodReport report = make_report(figures, earlier);
    require(!report.alarms.empty() && report.changes.front().figure == ReportFigure::kOee,
            "the report is there");
    whole.tell(fmt::format("a weekly report of {} machines, {}", count, when));
  }
}

void measure_year() {
  TestShop shop;
  const MachineId machine = fill(shop, "year", kYearDays);
  require(shop.store.silo().seal(true).has_value(), "sealed");
  shop.restart();
  const TimeRange year{kStart, kStart + Duration::days(kYearDays)};
  for (const char* when : {"after a restart", "again"}) {
    const Stopwatch stopwatch;
    const auto timeline = shop.machines->timeline(shop.access(), machine, year);
    require(timeline.has_value(), "the states are there");
    stopwatch.tell(
        fmt::format("a year of one machine's states ({}), {}", timeline->activities.size(), when));
  }
  for (const int days : {kYearDays, 30, 7, 1}) {
    const TimeRange range{kStart, kStart + Duration::days(days)};
    const Stopwatch stopwatch;
    const auto overview = shop.machines->overview(shop.access(), machine, range, 1'600, 2'000);
    require(overview.has_value(), "the overview is there");
    stopwatch.tell(fmt::format("{} days of them for a picture, {}", days,
                               overview->rollup ? "as 1,600 cells" : "one by one"));
  }
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  const int machines = argc > 1 ? std::atoi(argv[1]) : 50;  // NOLINT(cert-err34-c)
  heed::bench::measure_week(machines);
  heed::bench::measure_report(machines);
  heed::bench::measure_year();
}

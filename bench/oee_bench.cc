// How long the OEE of a week takes for fifty machines, a year of one machine's states (DESIGN §9,
// row 6), and the figures of a weekly report beside the four weeks before. Each machine makes a
// part every three minutes, with a hold, waits between parts, and stands twice a shift; the
// location works two shifts a day.
//   oee_bench [MACHINES [week|report|year]]     MACHINES = 50, all three
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "machines/figures.h"
#include "machines/past.h"
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
  double milliseconds() const {
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start_;
    return taken.count();
  }
  double of_cpu() const { return 1e3 * static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC; }
  void tell(const std::string& what) const {
    fmt::print("{}: {:.0f} ms ({:.0f} ms of CPU)\n", what, milliseconds(), of_cpu());
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const std::clock_t cpu_ = std::clock();
};

/// One figure alone says little on a machine that others use too.
constexpr int kTimes = 15;

template <class Prepare, class Ask>
void tell_times(const std::string& what, const Prepare& prepare, const Ask& ask) {
  std::vector<double> taken;
  std::vector<double> of_cpu;
  for (int i = 0; i < kTimes; ++i) {
    prepare();
    const Stopwatch stopwatch;
    ask();
    taken.push_back(stopwatch.milliseconds());
    of_cpu.push_back(stopwatch.of_cpu());
  }
  std::ranges::sort(taken);
  std::ranges::sort(of_cpu);
  fmt::print(
      "{}, of {} times: at least {:.0f} ms ({:.0f} ms of CPU), the median {:.0f} ms ({:.0f})\n",
      what, kTimes, taken.front(), of_cpu.front(), taken[kTimes / 2], of_cpu[kTimes / 2]);
}

void measure_week(int count) {
  TestShop shop;
  std::vector<MachineId> machines;
  for (int i = 0; i < count; ++i)
    machines.push_back(fill(shop, "m" + std::to_string(i), kWeekDays));
  require(shop.store.silo().seal(true).has_value(), "sealed");
  const TimeRange week{kStart, kStart + Duration::days(kWeekDays)};
  double sum = 0;
  const auto ask = [&] {
    for (const MachineId machine : machines) {
      const auto oee = shop.machines->figures().oee(shop.access(), machine, week);
      require(oee.has_value() && oee->availability, "the figures are there");
      sum += oee->availability->value();
    }
  };
  const auto of = [&](std::string_view when) {
    return fmt::format("a week's OEE of {} machines, {}", count, when);
  };
  tell_times(of("after a restart"), [&] { shop.restart(); }, ask);
  tell_times(of("again"), [] {}, ask);
  fmt::print("  availability {:.1f} %\n", 100 * sum / (2 * kTimes * count));
}

std::vector<PeriodFigures> load_week(TestShop& shop, const std::vector<MachineId>& machines,
                                     int week, PeriodParts parts) {
  const Time from = kStart + Duration::days(7 * week);
  std::vector<PeriodFigures> all;
  for (const MachineId machine : machines) {
    auto figures = shop.machines->figures().period(shop.access(), machine,
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
  const TimeRange year{kStart, kStart + Duration::days(kYearDays)};
  std::size_t activities = 0;
  const auto ask = [&] {
    const auto timeline = shop.machines->past().timeline(shop.access(), machine, year);
    require(timeline.has_value(), "the states are there");
    activities = timeline->activities.size();
  };
  tell_times("a year of one machine's states, after a restart", [&] { shop.restart(); }, ask);
  tell_times("a year of one machine's states, again", [] {}, ask);
  fmt::print("  {} activities\n", activities);
  for (const int days : {kYearDays, 30, 7, 1}) {
    const TimeRange range{kStart, kStart + Duration::days(days)};
    const Stopwatch stopwatch;
    const auto overview =
        shop.machines->past().overview(shop.access(), machine, range, 1'600, 2'000);
    require(overview.has_value(), "the overview is there");
    stopwatch.tell(fmt::format("{} days of them for a picture, {}", days,
                               overview->rollup ? "as 1,600 cells" : "one by one"));
  }
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  const int machines = argc > 1 ? std::atoi(argv[1]) : 50;  // NOLINT(cert-err34-c)
  const std::string_view only = argc > 2 ? argv[2] : "";
  const auto asked = [&](std::string_view what) { return only.empty() || only == what; };
  if (asked("week")) heed::bench::measure_week(machines);
  if (asked("report")) heed::bench::measure_report(machines);
  if (asked("year")) heed::bench::measure_year();
}

// Bars 4 to 6, the recorder's part: observations a second through recorder and durable silo, bytes
// per observation on disk with everything that is stored beside it, a year of states read cold.
//   recorder_bench [DATA]             DATA = ../shared/data/machines
//   recorder_bench --activities FILE  prints a recording's activities as the engine has them, in
//   the
//                                     form of tests/offline/activities.py
//   recorder_bench --lines FILE       every stored value must give back its received line
#include <fmt/core.h>

#include <chrono>
#include <fstream>
#include <map>

#include "machines/directory.h"
#include "machines/past.h"
#include "machines/testing.h"
#include "silo/files.h"

namespace heed::bench {
namespace {

using namespace machines;  // NOLINT(google-build-using-namespace): this file is about that room

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  require(!lines.empty(), path);
  return lines;
}

/// Everything at once, as fast as it goes.
std::vector<Report> as_recording(MachineId machine, const std::vector<std::string>& lines) {
  constexpr std::size_t kAtOnce = 5'000;
  std::vector<Report> reports;
  ReportMaker maker(machine, true);
  for (std::size_t from = 0; from < lines.size(); from += kAtOnce) {
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(kAtOnce, lines.size() - from));
    reports.push_back(maker.report({begin, end}, Time::from_seconds(1'700'000'000)));
  }
  return reports;
}

/// As it came when it was recorded: what a source sends within a quarter of a second is one report
/// and arrives 3 ms after its last timestamp.
std::vector<Report> as_live(MachineId machine, const std::vector<std::string>& lines) {
  constexpr Duration kFlush = Duration::milliseconds(250);
  std::vector<Report> reports;
  ReportMaker maker(machine);
  std::optional<Time> first;
  for (const std::string& line : lines) {
    const auto device = parse_time(line.substr(0, line.find('|')));
    if (!device) continue;
    if (!first || *device < *first || *device - *first > kFlush) {
      reports.push_back(maker.empty(*device));
      first = device;
    }
    reports.back().arrival = *device + Duration::milliseconds(3);
    add_line(reports.back(), line);
  }
  return reports;
}

std::uint64_t take_all(TestShop& shop, const std::vector<Report>& reports) {
  std::uint64_t observations = 0;
  for (const Report& report : reports) {
    shop.record(report);
    observations += report.observations.size();
  }
  return observations;
}

void measure_file(const std::string& path, bool live) {
  TestShop shop;
  const MachineId mill = shop.add("Mill", !live);
  const auto lines = read_lines(path);
  const auto reports = live ? as_live(mill, lines) : as_recording(mill, lines);
  std::uint64_t observations = 0;
  const double taken = seconds_of([&] { observations = take_all(shop, reports); });
  require(shop.store.silo().seal(true).has_value(), "sealed");
  const auto told = shop.store.silo().statistics();
  fmt::print("{:42} {:9} {:>8} observations {:>7} reports {:>9.0f}/s {:>6.3f} B/observation\n",
             path.substr(path.rfind('/') + 1), live ? "live" : "recording", observations,
             reports.size(), static_cast<double>(observations) / taken,
             static_cast<double>(told.sealed_bytes) / static_cast<double>(observations));
}

/// Lines that decide the state, of one day, moved to another one.
std::vector<std::string> deciding_lines(const std::vector<std::string>& lines, Time from,
                                        std::int32_t day) {
  std::vector<std::string> moved;
  for (const std::string& line : lines) {
    const auto fields = split_text(line, '|');
    const auto device = parse_time(fields[0]);
    if (!device || fields.size() < 3 || *device < from) continue;
    if (fields.size() != 7 && role_of_key(fields[1]) == Role::kNone) continue;
    const Time there = *device + Duration::days(day - device->utc_day());
    moved.push_back(format_time(there, 6) + line.substr(line.find('|')));
  }
  return moved;
}

void measure_year(const std::string& path) {
  TestShop shop;
  const MachineId mill = shop.add("Mill", true);
  const auto lines = read_lines(path);
  const Time morning = Time::from_seconds(
      std::int64_t{parse_time(split_text(lines.back(), '|')[0]).value().utc_day()} * 86'400);
  ReportMaker maker(mill, true);
  const Time start = parse_time("2022-01-01T00:00:00Z").value();
  for (std::int32_t day = 0; day < 365; ++day) {
    const auto day_lines = deciding_lines(lines, morning, start.utc_day() + day);
    for (std::size_t from = 0; from < day_lines.size(); from += 20'000) {
      const auto begin = day_lines.begin() + static_cast<std::ptrdiff_t>(from);
      const auto count = std::min<std::size_t>(20'000, day_lines.size() - from);
      shop.record(maker.report({begin, begin + static_cast<std::ptrdiff_t>(count)},
                               shop.store.clock().now()));
    }
  }
  require(shop.store.silo().seal(true).has_value(), "sealed");
  shop.restart();
  Timeline timeline;
  const auto ask = [&] {
    timeline = shop.machines->past()
                   .timeline(shop.access(), mill, {start, start + Duration::days(365)})
                   .value();
  };
  const double cold = seconds_of(ask);
  const double warm = seconds_of(ask);
  fmt::print("a year of states ({} activities): {:.1f} ms after a restart, {:.1f} ms again\n",
             timeline.activities.size(), cold * 1e3, warm * 1e3);
  fmt::print(
      "a board of one machine after that: {:.2f} ms\n",
      seconds_of([&] { require(shop.machines->board(shop.access()).has_value(), ""); }) * 1e3);
}

void print_activities(const std::string& path) {
  TestShop shop;
  const MachineId mill = shop.add("Mill", true);
  take_all(shop, as_recording(mill, read_lines(path)));
  for (const Activity& a :
       shop.machines->past().timeline(shop.access(), mill, {}).value().activities) {
    fmt::print("{} {} {} {} {} {}\n", a.range.from.nanoseconds(), a.range.to.nanoseconds(),
               word(a.standing.state), word(a.standing.bucket), a.standing.in_cycle ? 1 : 0,
               a.standing.executing ? 1 : 0);
  }
}

/// The lines that said something new, by item, and what the store gives back for them.
void check_lines(const std::string& path) {
  TestShop shop;
  const MachineId mill = shop.add("Mill", true);
  const auto lines = read_lines(path);
  std::map<std::string, std::vector<std::string>> telling;
  std::map<std::string, std::optional<std::string>> last;
  for (const Report& report : as_recording(mill, lines)) {
    for (const Observation& o : report.observations) {
      const auto before = last.find(o.item);
      const bool again = before != last.end() && before->second == o.value && !o.condition;
      last[o.item] = o.value;
      if (!again) telling[o.item].push_back(report.raw.at(o.raw));
    }
    shop.record(report);
  }
  std::uint64_t checked = 0;
  for (const auto& [item, expected] : telling) {
    std::vector<Time> places;
    const auto keep = [&](const SampleRow& row) {
      places.push_back(row.at);
      return true;
    };
    require(shop.machines->past().scan_samples(shop.access(), mill, item, {}, keep).has_value(),
            item);
    require(places.size() == expected.size(), item);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (i + 1 < places.size() && places[i + 1] == places[i]) continue;
      const auto raw = shop.machines->past().raw(shop.access(), mill, item, places[i]);
      require(raw.has_value() && raw->line == expected[i], expected[i]);
      ++checked;
    }
  }
  fmt::print("{}: {} lines given back to the letter\n", path, checked);
}

void measure(const std::string& data) {
  const std::vector<std::string> files = {
      "mazak01/Mazak01-20161031-20161101.txt", "mazak01/Mazak01-20170717-20170718.txt",
      "mazak01/Mazak01-20180510-20180511.txt", "mazak01/Mazak01-20181126-20181127.txt",
      "mazak01/Mazak01-20190709-20190710.txt", "mazak03/Mazak03-20160510-20160511.txt",
      "mazak03/Mazak03-20180307-20180308.txt", "mazak03/Mazak03-20190626-20190627.txt"};
  for (const std::string& file : files) measure_file(data + "/" + file, false);
  for (const std::string& file : files) measure_file(data + "/" + file, true);
  measure_year(data + "/mazak01/Mazak01-20161031-20161101.txt");
}

}  // namespace
}  // namespace heed::bench

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() == 2 && words[0] == "--activities") {
    heed::bench::print_activities(words[1]);
  } else if (words.size() == 2 && words[0] == "--lines") {
    heed::bench::check_lines(words[1]);
  } else {
    heed::bench::measure(words.empty() ? "../shared/data/machines" : words[0]);
  }
}

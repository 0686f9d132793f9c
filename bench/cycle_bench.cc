// How long a week's cycles of one machine take to be found, out of eight weeks that are sealed: a
// recorded Mazak day again and again, and a lathe that makes a part with twelve tools every three
// minutes, day and night.
//   cycle_bench [DATA]     DATA = ../shared/data/machines
#include <fmt/core.h>

#include <chrono>
#include <ctime>
#include <fstream>

#include "machines/figures.h"
#include "machines/testing.h"

namespace heed::bench {
namespace {

using namespace machines;  // NOLINT(google-build-using-namespace): this file is about that room

constexpr Time kStart = Time::from_seconds(1'640'995'200);  // 2022-01-01T00:00:00Z
constexpr int kDays = 56;

std::vector<std::string> mazak_day(const std::vector<std::string>& lines, int day) {
  const std::int32_t wanted = kStart.utc_day() + day;
  const std::int32_t recorded =
      parse_time(lines.back().substr(0, lines.back().find('|'))).value().utc_day();
  std::vector<std::string> moved;
  for (const std::string& line : lines) {
    const auto device = parse_time(line.substr(0, line.find('|')));
    if (!device || device->utc_day() != recorded) continue;
    moved.push_back(format_time(*device + Duration::days(wanted - recorded), 6) +
                    line.substr(line.find('|')));
  }
  return moved;
}

std::vector<std::string> lathe_day(int day) {
  std::vector<std::string> lines;
  for (int part = 0; part < 480; ++part) {
    const Time from = kStart + Duration::days(day) + Duration::minutes(3 * part);
    const auto say = [&](int second, const std::string& what) {
      lines.push_back(format_time(from + Duration::seconds(second)) + "|" + what);
    };
    say(0, "execution|ACTIVE|mode|AUTOMATIC|program|O1234");
    for (int tool = 0; tool < 12; ++tool) say(1 + 12 * tool, "tool|" + std::to_string(tool + 1));
    say(70, "execution|FEED_HOLD");
    say(72, "execution|ACTIVE");
    say(150, "execution|READY|part_count|" + std::to_string(480 * day + part + 1));
  }
  return lines;
}

void measure(const char* name, const std::function<std::vector<std::string>(int)>& day_of) {
  TestShop shop;
  const MachineId machine = shop.add(name, true);
  ReportMaker maker(machine, true);
  for (int day = 0; day < kDays; ++day) {
    const auto lines = day_of(day);
    for (std::size_t from = 0; from < lines.size(); from += 5'000) {
      const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(from);
      const auto size =
          static_cast<std::ptrdiff_t>(std::min<std::size_t>(5'000, lines.size() - from));
      shop.record(maker.report({begin, begin + size}, shop.store.clock().now()));
    }
  }
  require(shop.store.silo().seal(true).has_value(), "sealed");
  shop.restart();
  const Time from = kStart + Duration::days(28);
  for (const char* when : {"after a restart", "again"}) {
    const std::clock_t cpu = std::clock();
    const auto start = std::chrono::steady_clock::now();
    const CycleList list = shop.machines->figures()
                               .cycles(shop.access(), machine, {from, from + Duration::days(7)})
                               .value();
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    fmt::print("{:6} a week, {:>5} cycles: {:>7.1f} ms ({:.1f} ms of CPU) {}\n", name,
               list.cycles.size(), taken.count(),
               1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC, when);
  }
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  const std::string data = argc > 1 ? argv[1] : HEED_SOURCE_DIR "/../shared/data/machines";
  std::ifstream in(data + "/mazak03/Mazak03-20190626-20190627.txt");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  heed::require(!lines.empty(), data);
  heed::bench::measure("mazak", [&](int day) { return heed::bench::mazak_day(lines, day); });
  heed::bench::measure("lathe", heed::bench::lathe_day);
}

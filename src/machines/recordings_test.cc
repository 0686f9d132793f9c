// Real recordings through the recorder and a real silo, and every received line back.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "machines/past.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

std::vector<std::string> read_lines(const std::string& file) {
  std::ifstream in(std::string(HEED_DATA_DIR "/machines/") + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void replay(TestShop& shop, MachineId machine, const std::vector<std::string>& lines) {
  constexpr std::size_t kReport = 500;
  ReportMaker reports(machine, true);
  for (std::size_t from = 0; from < lines.size(); from += kReport) {
    const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end =
        lines.begin() + static_cast<std::ptrdiff_t>(std::min(from + kReport, lines.size()));
    shop.record(reports.report({begin, end}, shop.store.clock().now()));
  }
}

/// The lines that must lie behind an item's samples: those that said something new.
std::map<std::string, std::vector<std::string>> telling_lines(
    const std::vector<std::string>& lines) {
  std::map<std::string, std::vector<std::string>> telling;
  std::map<std::string, std::optional<std::string>> last;
  for (const std::string& line : lines) {
    Report report;
    add_line(report, line);
    for (const Observation& seen : report.observations) {
      const auto before = last.find(seen.item);
      const bool again = before != last.end() && before->second == seen.value;
      last[seen.item] = seen.value;
      if (!again || seen.condition) telling[seen.item].push_back(line);
    }
  }
  return telling;
}

class Recordings : public testing::TestWithParam<const char*> {};

TEST_P(Recordings, every_stored_value_gives_back_the_line_that_was_received) {
  const std::vector<std::string> lines = read_lines(GetParam());
  ASSERT_FALSE(lines.empty());
  TestShop shop;
  const MachineId mill = shop.add("Mill", true);
  replay(shop, mill, lines);
  ASSERT_TRUE(shop.store.silo().seal(true));

  for (const auto& [item, expected] : telling_lines(lines)) {
    std::vector<Time> places;
    const auto keep = [&](const SampleRow& row) {
      places.push_back(row.at);
      return true;
    };
    ASSERT_TRUE(shop.machines->past().scan_samples(shop.access(), mill, item, {}, keep));
    ASSERT_EQ(places.size(), expected.size()) << item;
    for (std::size_t i = 0; i < places.size(); ++i) {
      // raw() tells the last one of an instant; and one in a hundred of a long recording will do
      // (bench/recorder_bench checks all).
      if (i + 1 < places.size() && (places[i + 1] == places[i] || i % 100 != 0)) continue;
      const auto raw = shop.machines->past().raw(shop.access(), mill, item, places[i]);
      ASSERT_TRUE(raw) << raw.error().message();
      ASSERT_EQ(raw->line, expected[i]) << item;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(of_real_machines, Recordings,
                         testing::Values("hurco/Hurco01-20170227-20170228.txt",
                                         "hurco/Hurco02-20170329-20170330.txt", "okuma/okuma.txt",
                                         "mazak01/Mazak01-20180510-20180511.txt"),
                         [](const auto& info) {
                           const std::string path = info.param;
                           return path.substr(0, path.find("/")) + std::to_string(info.index);
                         });

}  // namespace
}  // namespace heed::machines

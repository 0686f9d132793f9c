// Hours of a large shop in one silo, as fast as it goes: what taking in costs, how long a single
// append is held up, what memory it takes and what lies on the disk, from hour to hour.
//   live_bench [--machines 500] [--items 40] [--minutes 120] [--every 20] [--help]
// Every item says a new number once a second of simulated time; every tenth of the machines is one
// append. The first line that stands out from the ones before it is what to look for: a silo that
// does more work for a sample the longer a day lasts does not last a day.
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "bench/numbers.h"
#include "silo/testing.h"

namespace heed::bench {
namespace {

constexpr silo::KindId kItem{1};
constexpr int kAppendsPerSecond = 10;

struct Arguments {
  int machines = 500;
  int items = 40;
  int minutes = 120;
  int every = 20;  ///< Minutes to a line
};

double resident_mebibytes() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

/// Of all threads, RocksDB's among them.
double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class Shop {
 public:
  explicit Shop(const Arguments& arguments)
      : store_(silo::heed_policy_with("kind item 1 series of machine_data.production "
                                      "{ value text }")),
        access_(store_.access()),
        values_(static_cast<std::size_t>(arguments.machines * arguments.items)) {
    const std::size_t each = (values_.size() + kAppendsPerSecond - 1) / kAppendsPerSecond;
    for (std::size_t s = 0; s < values_.size(); ++s) {
      const auto made = store_.silo().series(access_, kItem, fmt::format("item-{}", s));
      require(made.has_value(), "a series is made");
      if (s % each == 0) batches_.emplace_back();
      batches_.back().samples.push_back({*made, {}});
    }
  }

  /// A second of simulated time: what each append took, in milliseconds, is put behind `took`.
  void live(std::vector<double>& took) {
    store_.clock().advance(Duration::seconds(1));
    upkeep();
    std::size_t item = 0;
    for (silo::Batch& batch : batches_) {
      for (silo::SeriesSample& one : batch.samples) say(one.sample, values_[item++]);
      const auto began = std::chrono::steady_clock::now();
      const auto appended = store_.silo().append(access_, batch);
      require(appended.has_value(), "samples are appended");
      const std::chrono::duration<double, std::milli> passed =
          std::chrono::steady_clock::now() - began;
      took.push_back(passed.count());
    }
  }
  silo::SiloStatistics statistics() { return store_.silo().statistics(); }
  void reopen() {
    store_.reopen();
    require(store_.silo().statistics().sealed_samples > 0, "the silo is open");
  }

 private:
  /// As the program's own thread does it; here between two seconds, and no append waits for it.
  void upkeep() { require(store_.silo().seal_if_full().has_value(), "a full head is sealed"); }
  /// A number with three decimals that wanders.
  void say(silo::Sample& sample, std::int64_t& value) {
    value += step_(random_);
    const Time now = store_.clock().now();
    const std::int64_t size = std::abs(value);
    sample = {now, now, now + Duration::milliseconds(5), 0,
              fmt::format("{}{}.{:03}", value < 0 ? "-" : "", size / 1'000, size % 1'000)};
  }

  silo::TemporaryStore store_;
  silo::Access access_;
  std::mt19937_64 random_{1};
  std::uniform_int_distribution<std::int64_t> step_{-1'000, 1'000};
  std::vector<std::int64_t> values_;
  std::vector<silo::Batch> batches_;
};

int run(const Arguments& arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  Shop shop(arguments);
  fmt::print("{:>8}{:>16}{:>12}{:>10}{:>10}{:>12}{:>14}\n", "minute", "CPU s/minute", "append p50",
             "p99", "most ms", "resident", "bytes/sample");
  std::vector<double> took;
  double before = cpu_seconds();
  for (int minute = 1; minute <= arguments.minutes; ++minute) {
    for (int second = 0; second < 60; ++second) shop.live(took);
    if (minute % arguments.every != 0) continue;
    const double now = cpu_seconds();
    std::ranges::sort(took);
    const silo::SiloStatistics held = shop.statistics();
    fmt::print("{:>8}{:>16.2f}{:>12.1f}{:>10.1f}{:>10.0f}{:>8.0f} MiB{:>14.2f}\n", minute,
               (now - before) / arguments.every, took[took.size() / 2],
               took[took.size() * 99 / 100], took.back(), resident_mebibytes(),
               static_cast<double>(held.sealed_bytes) /
                   static_cast<double>(std::max<std::uint64_t>(held.sealed_samples, 1)));
    took.clear();
    before = now;
  }
  const std::uint64_t held = shop.statistics().head_samples;
  const auto began = std::chrono::steady_clock::now();
  shop.reopen();
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - began;
  fmt::print("opened again with {} samples that were not sealed: {:.0f} ms\n", held,
             passed.count());
  return 0;
}

[[noreturn]] void say_how(int status) {
  fmt::print(
      "live_bench [--machines 500] [--items 40] [--minutes 120] [--every 20]: hours of a large "
      "shop in one silo, in simulated time\n");
  std::exit(status);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  if (argc == 2 && std::string_view(argv[1]) == "--help") say_how(0);
  if (!read_numbers<int>(argc, argv,
                         {{"--machines", &arguments.machines},
                          {"--items", &arguments.items},
                          {"--minutes", &arguments.minutes},
                          {"--every", &arguments.every}})) {
    say_how(1);
  }
  return arguments;
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  return heed::bench::run(heed::bench::parse(argc, argv));
}

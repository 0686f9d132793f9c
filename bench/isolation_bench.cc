// Eight organizations on one host, and whether one is ever given anything of another.
//   isolation_bench [--operations 10000000] [--seed N] [--help]
// Random operations with mixed organization ids (silo/isolation_testing.h). Prints the seed, what
// was asked, and every leak; fails if there is one. A new house every 250,000 operations.
#include <fmt/core.h>

#include <chrono>
#include <map>

#include "bench/numbers.h"
#include "silo/isolation_testing.h"

namespace heed::bench {
namespace {

struct Arguments {
  std::uint64_t operations = 10'000'000;
  std::uint64_t seed = std::random_device{}();
};

[[noreturn]] void say_how(int status) {
  fmt::print("isolation_bench [--operations 10000000] [--seed N] [--help]\n");
  std::exit(status);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  if (argc == 2 && std::string_view(argv[1]) == "--help") say_how(0);
  if (!read_numbers<std::uint64_t>(
          argc, argv, {{"--operations", &arguments.operations}, {"--seed", &arguments.seed}}))
    say_how(1);
  return arguments;
}

using silo::MixedSilos;

constexpr std::uint64_t kOperationsOfAHouse = 250'000;

void tell(const MixedSilos::Tally& one) {
  const double each =
      1e6 * one.seconds / static_cast<double>(std::max<std::uint64_t>(one.asked, 1));
  fmt::print("{:<16} {:>10} {:>18} {:>10} {:>8.1f}\n", one.operation, one.asked, one.foreign,
             one.given, each);
}

void add(MixedSilos::Tally& sum, const MixedSilos::Tally& one) {
  sum.asked += one.asked;
  sum.foreign += one.foreign;
  sum.given += one.given;
  sum.seconds += one.seconds;
}

int run(const Arguments& arguments) {
  fmt::print("seed {}, {} operations of {} organizations\n", arguments.seed, arguments.operations,
             MixedSilos::kOrganizations);
  const auto start = std::chrono::steady_clock::now();
  std::vector<MixedSilos::Tally> sums;
  std::vector<std::string> leaks;
  std::uint64_t done = 0;
  for (std::uint64_t seed = arguments.seed; done < arguments.operations && leaks.empty(); ++seed) {
    MixedSilos silos(seed);
    const std::uint64_t count = std::min(kOperationsOfAHouse, arguments.operations - done);
    silos.run(count);
    done += count;
    leaks = silos.leaks();
    if (sums.empty()) {
      sums = silos.tallies();
    } else {
      for (std::size_t i = 0; i < sums.size(); ++i) add(sums[i], silos.tallies()[i]);
    }
    fmt::print("seed {}: {} operations done, {} leaks\n", seed, done, leaks.size());
    std::fflush(stdout);
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;

  fmt::print("{:<16} {:>10} {:>18} {:>10} {:>8}\n", "operation", "asked", "with another's",
             "answered", "µs");
  MixedSilos::Tally all{"all of them"};
  for (const auto& one : sums) {
    tell(one);
    add(all, one);
  }
  tell(all);
  for (const std::string& leak : leaks) fmt::print("LEAK: {}\n", leak);
  fmt::print("{} operations, {} leaks, {:.0f} s\n", done, leaks.size(), taken.count());
  return leaks.empty() ? 0 : 1;
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  return heed::bench::run(heed::bench::parse(argc, argv));
}

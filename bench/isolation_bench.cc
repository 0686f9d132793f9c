// Eight organizations on one host, and whether one is ever given anything of another.
//   isolation_bench [--operations 10000000] [--seed N] [--help]
// Random operations with mixed organization ids (silo/isolation_testing.h). Prints the seed, what
// was asked, and every leak; fails if there is one.
#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <map>

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
  const std::map<std::string_view, std::uint64_t*> numbers = {
      {"--operations", &arguments.operations}, {"--seed", &arguments.seed}};
  if (argc % 2 == 0) say_how(std::string_view(argv[1]) == "--help" ? 0 : 1);
  for (int i = 1; i + 1 < argc; i += 2) {
    const auto number = numbers.find(argv[i]);
    const std::string_view text = argv[i + 1];
    if (number == numbers.end()) say_how(1);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), *number->second);
    if (read.ec != std::errc()) say_how(1);
  }
  return arguments;
}

int run(const Arguments& arguments) {
  fmt::print("seed {}, {} operations of {} organizations\n", arguments.seed, arguments.operations,
             silo::MixedSilos::kOrganizations);
  std::fflush(stdout);
  const auto start = std::chrono::steady_clock::now();
  silo::MixedSilos silos(arguments.seed);
  silos.run(arguments.operations);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;

  silo::MixedSilos::Tally all{"all of them"};
  fmt::print("{:<16} {:>10} {:>18} {:>10} {:>8}\n", "operation", "asked", "with another's",
             "answered", "µs");
  const auto tell = [](const silo::MixedSilos::Tally& one) {
    fmt::print("{:<16} {:>10} {:>18} {:>10} {:>8.1f}\n", one.operation, one.asked, one.foreign,
               one.given, 1e6 * one.seconds / static_cast<double>(std::max(one.asked, 1UL)));
  };
  for (const auto& one : silos.tallies()) {
    tell(one);
    all.asked += one.asked;
    all.foreign += one.foreign;
    all.given += one.given;
    all.seconds += one.seconds;
  }
  tell(all);
  for (const std::string& leak : silos.leaks()) fmt::print("LEAK: {}\n", leak);
  fmt::print("{} leaks, {:.0f} s\n", silos.leaks().size(), taken.count());
  return silos.leaks().empty() ? 0 : 1;
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  return heed::bench::run(heed::bench::parse(argc, argv));
}

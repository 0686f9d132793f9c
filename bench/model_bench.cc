// Silos against a plain oracle, through power cuts, reopenings, backups, restores, erasures, holds,
// changed keys and years of deadlines (silo/model_testing.h).
//   model_bench [--operations 2000000] [--seed N] [--help]
// A new silo every 20,000 operations, in turn on a disk that fails and with backups. Fails at the
// first difference.
#include <fmt/core.h>

#include <chrono>
#include <map>

#include "bench/numbers.h"
#include "silo/model_testing.h"

namespace heed::bench {
namespace {

constexpr std::uint64_t kOperationsOfASilo = 20'000;

struct Arguments {
  std::uint64_t operations = 2'000'000;
  std::uint64_t seed = std::random_device{}();
};

[[noreturn]] void say_how(int status) {
  fmt::print("model_bench [--operations 2000000] [--seed N] [--help]\n");
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

int run(const Arguments& arguments) {
  using silo::ModelledSilo;
  fmt::print("seed {}, {} operations\n", arguments.seed, arguments.operations);
  const auto start = std::chrono::steady_clock::now();
  ModelledSilo::Tally all;
  std::vector<std::string> faults;
  std::uint64_t seed = arguments.seed;
  for (; all.operations < arguments.operations && faults.empty(); ++seed) {
    ModelledSilo silo(
        seed, seed % 2 == 0 ? ModelledSilo::Life::kBackups : ModelledSilo::Life::kPowerCuts);
    silo.run(std::min(kOperationsOfASilo, arguments.operations - all.operations));
    all.add(silo.tally());
    faults = silo.faults();
    for (const std::string& fault : faults) fmt::print("FAULT of seed {}: {}\n", seed, fault);
    if (seed % 10 == 0) fmt::print("{} operations done\n", all.operations);
    std::fflush(stdout);
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  fmt::print(
      "{} operations in {:.0f} s: {} power cuts ({} of them in a write), {} reopenings, {} "
      "backups, "
      "{} restores, {} erasures, {} holds that stopped {} more at first, {} changes of keys; {} "
      "times everything compared\n{} faults\n",
      all.operations, taken.count(), all.cuts, all.unsettled, all.reopened, all.backups,
      all.restores, all.erasures, all.holds, all.stopped, all.rotations, all.compared,
      faults.size());
  return faults.empty() ? 0 : 1;
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  return heed::bench::run(heed::bench::parse(argc, argv));
}

// A silo that serves and is killed, again and again: what was acknowledged and is not there, what
// was refused and is there, what is there by half (silo/kill_testing.h).
//   kill_bench [--kills 1000] [--seed N] [--help]
// A new silo every fifty kills. Fails at the first fault.
#include <fmt/core.h>

#include <chrono>
#include <map>

#include "bench/numbers.h"
#include "silo/kill_testing.h"

namespace heed::bench {
namespace {

constexpr std::uint64_t kKillsOfASilo = 50;

struct Arguments {
  std::uint64_t kills = 1'000;
  std::uint64_t seed = std::random_device{}();
};

[[noreturn]] void say_how(int status) {
  fmt::print("kill_bench [--kills 1000] [--seed N] [--help]\n");
  std::exit(status);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  if (argc == 2 && std::string_view(argv[1]) == "--help") say_how(0);
  if (!read_numbers<std::uint64_t>(argc, argv,
                                   {{"--kills", &arguments.kills}, {"--seed", &arguments.seed}}))
    say_how(1);
  return arguments;
}

int run(const Arguments& arguments) {
  fmt::print("seed {}, {} kills\n", arguments.seed, arguments.kills);
  const auto start = std::chrono::steady_clock::now();
  silo::kill_test::KilledSilo::Tally all;
  std::vector<std::string> faults;
  for (std::uint64_t seed = arguments.seed; all.kills < arguments.kills && faults.empty(); ++seed) {
    silo::kill_test::KilledSilo silo({"/proc/self/exe", "--child"}, seed);
    const std::uint64_t kills = std::min(kKillsOfASilo, arguments.kills - all.kills);
    for (std::uint64_t kill = 0; kill < kills && silo.faults().empty(); ++kill) {
      silo.live_and_die(Duration::milliseconds(200));
    }
    silo.put_back_old_rows();
    all.add(silo.tally());
    faults = silo.faults();
    fmt::print("{} kills, {} acknowledged\n", all.kills, all.acknowledged);
    std::fflush(stdout);
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  const auto tell = [](std::string_view what, std::uint64_t count) {
    fmt::print("{:>9}  {}\n", count, what);
  };
  tell("kills", all.kills);
  tell("writes acknowledged before them, of which", all.acknowledged);
  tell("opt-outs", all.opt_outs);
  tell("erasures of one person each", all.erasures);
  tell("samples of persons' series, a few in a write", all.samples);
  tell("large contents", all.contents);
  tell("bytes of them", all.content_bytes);
  tell("writes refused", all.refused);
  tell("writes under way at a kill, of which", all.cut_short);
  tell("had happened as a whole, the others not at all", all.happened);
  tell("receipts verified", all.receipts);
  tell("disclosures found in the ledger", all.disclosures);
  tell("rows of erased persons put back as they once were, none opened", all.put_back);
  tell("rows of others put back, all opened", all.opened);
  tell("rows of erased persons' series put back, none read", all.series_put_back);
  for (const std::string& fault : faults) fmt::print("FAULT: {}\n", fault);
  fmt::print("{} faults, {:.0f} s\n", faults.size(), taken.count());
  return faults.empty() ? 0 : 1;
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "--child") {
    heed::silo::kill_test::serve_until_killed(argv[2], std::atoi(argv[3]),
                                              std::strtoull(argv[4], nullptr, 10));
  }
  return heed::bench::run(heed::bench::parse(argc, argv));
}

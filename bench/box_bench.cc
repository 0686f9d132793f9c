// What a box costs: memory and CPU with many machines, and how long an event takes from an
// adapter's socket to its silo, durably.
//
//   box_bench memory 50      a box alone (reports are taken and forgotten), 50 adapters at 10
//   lines/s box_bench latency 2000   one machine into a real silo, so many events, 5 ms apart
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_server.h"
#include "machines/machines.h"
#include "policy/testing.h"
#include "silo/silo.h"

namespace heed {
namespace {

std::string line_of(const char* file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key)) return line;
  }
  return "";
}

void pause_for(Duration time) {
  Mutex mutex;
  Condition never;
  const Lock lock(mutex);
  never.wait_for(mutex, time);
}

box::Ingest forgetful_ingest() {
  return {.take = [](const machines::Report& report) -> policy::Governed<std::uint64_t> {
            return report.number;
          },
          .resume = [](machines::MachineId) -> Result<box::Resume> { return box::Resume{}; }};
}

// Forked, so that the adapters' memory does not count.
int measure_memory(int machines) {
  std::vector<std::unique_ptr<box::TestServer>> adapters;
  for (int i = 0; i < machines; ++i) {
    adapters.push_back(std::make_unique<box::TestServer>([](box::TestServer::Peer& peer, int) {
      for (int n = 0; !peer.gone(); ++n) {
        if (!peer.say("2024-01-01T00:00:00Z|Xabs|" + std::to_string(n) + "|exec|ACTIVE\n")) return;
        if (peer.hear(100).find("PING") != std::string::npos) peer.say("* PONG 10000\n");
      }
    }));
  }
  std::vector<std::uint16_t> ports;
  for (const auto& adapter : adapters) ports.push_back(adapter->port());
  const pid_t child = ::fork();
  if (child != 0) return ::waitpid(child, nullptr, 0) == child ? 0 : 1;
  auto directory = std::make_unique<box::TestDirectory>();
  const SystemClock clock;
  SystemRandom random;
  Log log(clock, LogLevel::kError, Log::standard_error());
  box::BoxOptions options;
  options.directory = directory->path();
  options.policy = policy::in_force(policy::heed_policy());
  auto box = *box::Box::open(options, forgetful_ingest(), clock, random, log);
  for (const std::uint16_t port : ports) {
    const bool added = box->add({machines::MachineId::make(random), machines::Protocol::kShdr,
                                 "127.0.0.1:" + std::to_string(port), false})
                           .has_value();
    require(added, "the machine can be added");
  }
  pause_for(Duration::seconds(2));  // connecting costs once
  const std::clock_t cpu = std::clock();
  const Duration began = clock.steady();
  pause_for(Duration::seconds(10));
  const double share = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC /
                       (clock.steady() - began).in_seconds();
  fmt::print("{} machines: {}; {}; {:.1f} % of a core\n", machines,
             line_of("/proc/self/status", "VmRSS"), line_of("/proc/self/status", "RssAnon"),
             100 * share);
  std::fflush(stdout);
  box.reset();
  directory.reset();
  ::_exit(0);  // the adapters are the parent's
}

// The event's own text is the time at which it was sent.
int measure_latency(int events) {
  const box::TestDirectory directory;
  const SystemClock clock;
  SystemRandom random;
  Log log(clock, LogLevel::kError, Log::standard_error());
  silo::StoreOptions store_options;
  store_options.data_directory = directory.path() + "/data";
  store_options.key_directory = directory.path() + "/keys";
  store_options.policy = policy::heed_policy();
  const auto store = *silo::Store::open(std::move(store_options), clock, random, log);
  const auto silo = *store->create(OrganizationId::make(random));
  const auto policy = store->policy();
  const auto access = *policy->access("box", "service.monitoring", "organization");
  const auto rooms = *machines::Machines::open(
      silo, *policy->access("engine", "operation", "engine"), clock, random);
  const auto machine = rooms->add(access, {.name = "mill", .address = "127.0.0.1:1"})->id;

  std::vector<double> milliseconds;
  std::atomic<int> stored = 0;
  const box::Ingest ingest{
      .take = [&](const machines::Report& report) -> policy::Governed<std::uint64_t> {
        auto recorded = rooms->record(access, report);
        if (!recorded) return std::unexpected(recorded.error());
        const std::int64_t now = clock.steady().count_nanoseconds();
        for (const auto& one : report.observations) {
          std::int64_t sent = 0;
          std::from_chars(one.value->data(), one.value->data() + one.value->size(), sent);
          milliseconds.push_back(static_cast<double>(now - sent) / 1e6);
          ++stored;
        }
        return recorded->last;
      },
      .resume = [](machines::MachineId) -> Result<box::Resume> { return box::Resume{}; }};
  box::TestServer adapter([&](box::TestServer::Peer& peer, int) {
    for (int i = 0; i < events; ++i) {
      peer.say("|n|" + std::to_string(clock.steady().count_nanoseconds()) + "\n");
      if (peer.hear(5).find("PING") != std::string::npos) peer.say("* PONG 10000\n");
    }
    peer.wait_until_gone();
  });
  box::BoxOptions options;
  options.directory = directory.path() + "/box";
  options.policy = store->in_force();
  auto box = *box::Box::open(options, ingest, clock, random, log);
  const bool added =
      box->add({machine, machines::Protocol::kShdr, adapter.address(), false}).has_value();
  require(added, "the machine can be added");
  while (stored < events) pause_for(Duration::milliseconds(20));
  box.reset();
  std::ranges::sort(milliseconds);
  const auto at = [&](double part) {
    return milliseconds[static_cast<std::size_t>(part * static_cast<double>(milliseconds.size()))];
  };
  fmt::print("{} events, socket to silo, durable: p50 {:.2f} ms, p90 {:.2f} ms, p99 {:.2f} ms\n",
             milliseconds.size(), at(0.5), at(0.9), at(0.99));
  return 0;
}

}  // namespace
}  // namespace heed

int main(int count, char** words) {
  const std::string_view what = count == 3 ? words[1] : "";
  const int number = count == 3 ? std::atoi(words[2]) : 0;
  if (what == "memory" && number > 0) return heed::measure_memory(number);
  if (what == "latency" && number > 0) return heed::measure_latency(number);
  fmt::print(stderr, "box_bench memory MACHINES | latency EVENTS\n");
  return 2;
}

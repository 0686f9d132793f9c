// Heed's part of bench/policy_peers.sh: reads a policy and requests, decides them, and tells what
// it decided and what a decision cost.
//
// Arguments: a policy's file; a file with a request a line: purpose, category, party, and the facts
// that hold, all with spaces between; every other condition is known to fail. Prints JSON.
#include <fmt/core.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "policy/testing.h"

namespace heed::policy {
namespace {

struct Request {
  Purpose purpose;
  Category category;
  Party party;
  Conditions conditions;
};

std::string contents(const char* path) {
  std::ostringstream all;
  all << std::ifstream(path).rdbuf();
  return all.str();
}

std::vector<Request> requests_of(const Policy& policy, const std::string& text) {
  std::vector<Request> requests;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string purpose, category, party;
    words >> purpose >> category >> party;
    Conditions conditions;
    for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
      conditions = conditions.with({i}, false);
    }
    for (std::string fact; words >> fact;) {
      conditions = conditions.with(*policy.facts().find("condition:" + fact), true);
    }
    requests.push_back({*policy.purposes().find(purpose), *policy.categories().find(category),
                        *policy.parties().find(party), conditions});
  }
  return requests;
}

double nanoseconds(const Policy& policy, const std::vector<Request>& requests) {
  constexpr std::size_t kTimes = 2'000;
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < kTimes; ++i) {
    for (const Request& r : requests) {
      benchmark::DoNotOptimize(policy.table().decide(r.purpose, r.category, r.party, r.conditions));
    }
  }
  const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - begin;
  return taken.count() / static_cast<double>(kTimes * requests.size());
}

int run(const char* policy_file, const char* requests_file) {
  const auto policy = policy_of(contents(policy_file));
  const auto requests = requests_of(*policy, contents(requests_file));
  std::string decisions;
  for (const Request& r : requests) {
    const Decision decision = policy->table().decide(r.purpose, r.category, r.party, r.conditions);
    decisions += decision.allowed ? '1' : '0';
  }
  double least = 1e9;  // of five rounds, as the peers are measured
  for (int round = 0; round < 5; ++round) least = std::min(least, nanoseconds(*policy, requests));
  fmt::print("{{\"ns\":{:.2f},\"decisions\":\"{}\"}}\n", least, decisions);
  return 0;
}

}  // namespace
}  // namespace heed::policy

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("policy_peers_bench POLICY REQUESTS\n", stderr);
    return 2;
  }
  return heed::policy::run(arguments[1], arguments[2]);
}

// Bars: a decision on a domain of 32 x 64 x 16 within 50 ns at the median and 1 us at the 99th
// percentile; two policies of 200,000 cells compiled and compared within 200 ms; five million
// logged decisions replayed a second. Requests vary over all cells and facts, so that neither the
// cache nor the branch predictor knows the answer.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>

#include "policy/compare/compare.h"
#include "policy/compare/weakening_edits.h"
#include "policy/random_policy.h"
#include "policy/replay.h"
#include "policy/testing.h"

namespace heed::policy {
namespace {

RandomSizes sized(std::size_t purposes, std::size_t categories, std::size_t parties,
                  std::size_t clauses) {
  RandomSizes sizes;
  sizes.purposes = purposes;
  sizes.categories = categories;
  sizes.parties = parties;
  sizes.conditions = 12;
  sizes.clauses = clauses;
  return sizes;
}

RandomSizes usual() {
  return sized(32, 64, 16, 60);
}
/// 200,000 cells. The policies that ship have 13 to 36 clauses.
RandomSizes large() {
  return sized(50, 100, 40, 60);
}
RandomSizes intricate() {
  return sized(50, 100, 40, 200);
}

struct Request {
  Purpose purpose;
  Category category;
  Party party;
  Conditions conditions;
};

std::vector<Request> random_requests(const Policy& policy) {
  SeededRandom random(1);
  const auto below = [&](std::size_t size) {
    return static_cast<std::uint16_t>(random.u64() % size);
  };
  std::vector<Request> requests(65'536);
  for (Request& r : requests) {
    const std::uint64_t known = random.u64();
    const std::uint64_t truth = random.u64();
    r = {{below(policy.purposes().size())},
         {below(policy.categories().size())},
         {below(policy.parties().size())},
         {known & truth, known & ~truth}};
  }
  return requests;
}

void decide(benchmark::State& state, const RandomSizes& sizes) {
  const auto policy = policy_of(random_policy_text(1, sizes));
  const auto requests = random_requests(*policy);
  std::size_t i = 0;
  for (auto _ : state) {
    const Request& r = requests[i++ % requests.size()];
    benchmark::DoNotOptimize(policy->table().decide(r.purpose, r.category, r.party, r.conditions));
  }
}
BENCHMARK_CAPTURE(decide, cells_32_768, usual());
BENCHMARK_CAPTURE(decide, cells_200_000, large());

/// One decision at a time between two readings of the clock, whose own cost is told beside it.
void decide_percentiles(benchmark::State& state, const RandomSizes& sizes) {
  using std::chrono::steady_clock;
  const auto policy = policy_of(random_policy_text(1, sizes));
  const auto requests = random_requests(*policy);
  const auto nanoseconds = [](auto begin, auto end) {
    return static_cast<double>((end - begin) / std::chrono::nanoseconds(1));
  };
  std::vector<double> taken;
  std::vector<double> empty;
  for (auto _ : state) {
    for (const Request& r : requests) {
      const auto begin = steady_clock::now();
      benchmark::DoNotOptimize(
          policy->table().decide(r.purpose, r.category, r.party, r.conditions));
      const auto end = steady_clock::now();
      taken.push_back(nanoseconds(begin, end));
      empty.push_back(nanoseconds(end, steady_clock::now()));
    }
  }
  std::ranges::sort(taken);
  std::ranges::sort(empty);
  state.counters["p50_ns"] = taken[taken.size() / 2];
  state.counters["p99_ns"] = taken[taken.size() * 99 / 100];
  state.counters["clock_p50_ns"] = empty[empty.size() / 2];
}
BENCHMARK_CAPTURE(decide_percentiles, cells_32_768, usual())->Iterations(20);
BENCHMARK_CAPTURE(decide_percentiles, cells_200_000, large())->Iterations(20);

/// A policy and itself after twenty edits.
struct Versions {
  std::string before;
  std::string after;
};
Versions versions_of(const RandomSizes& sizes) {
  RandomPolicy dice(1, {});
  Document document = RandomPolicy(1, sizes).document();
  Versions versions{format(document), ""};
  for (int made = 0; made < 20;) {
    Document edited = document;
    if (!edits::weakenings()[dice.below(edits::weakenings().size())].edit(edited, dice)) continue;
    if (!check({{"edited.policy", format(edited)}}).ok()) continue;
    document = std::move(edited);
    ++made;
  }
  versions.after = format(document);
  return versions;
}

void compile_200_000_cells(benchmark::State& state, const RandomSizes& sizes) {
  const std::string text = random_policy_text(1, sizes);
  for (auto _ : state) benchmark::DoNotOptimize(policy_of(text));
}
BENCHMARK_CAPTURE(compile_200_000_cells, clauses_60, large())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile_200_000_cells, clauses_200, intricate())->Unit(benchmark::kMillisecond);

void compare_200_000_cells(benchmark::State& state, const RandomSizes& sizes) {
  const Versions versions = versions_of(sizes);
  const auto before = policy_of(versions.before);
  const auto after = policy_of(versions.after);
  Comparison comparison;
  for (auto _ : state) {
    comparison = compare(*before, *after);
    benchmark::DoNotOptimize(comparison);
  }
  state.counters["widened"] = static_cast<double>(comparison.widened);
  state.counters["narrowed"] = static_cast<double>(comparison.narrowed);
}
BENCHMARK_CAPTURE(compare_200_000_cells, clauses_60, large())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare_200_000_cells, clauses_200, intricate())->Unit(benchmark::kMillisecond);

void compile_both_and_compare_200_000_cells(benchmark::State& state, const RandomSizes& sizes) {
  const Versions versions = versions_of(sizes);
  for (auto _ : state) {
    const auto before = policy_of(versions.before);
    const auto after = policy_of(versions.after);
    benchmark::DoNotOptimize(compare(*before, *after));
  }
}
BENCHMARK_CAPTURE(compile_both_and_compare_200_000_cells, clauses_60, large())
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile_both_and_compare_200_000_cells, clauses_200, intricate())
    ->Unit(benchmark::kMillisecond);

void compare_two_unlike_policies_of_200_000_cells(benchmark::State& state) {
  const auto before = policy_of(random_policy_text(1, large()));
  const auto after = policy_of(random_policy_text(2, large()));
  for (auto _ : state) benchmark::DoNotOptimize(compare(*before, *after));
}
BENCHMARK(compare_two_unlike_policies_of_200_000_cells)->Unit(benchmark::kMillisecond);

/// Decisions of the shipped policy, one entry each: in a log the equal ones of a day are counted,
/// so that an entry stands for many.
std::vector<LoggedDecision> logged(const Policy& policy, bool in_order) {
  std::vector<LoggedDecision> log;
  for (const Request& r : random_requests(policy)) {
    LoggedDecision one;
    one.actor = "person:01J9Z3V5W8";
    one.purpose = policy.purposes().path(r.purpose);
    one.party = policy.parties().path(r.party);
    one.category = policy.categories().path(r.category);
    if ((r.conditions.holds() & 1) != 0) one.holds = {"condition:contract_valid"};
    if ((r.conditions.holds() & 2) != 0) one.holds.emplace_back("source:browser");
    if ((r.conditions.fails() & 4) != 0) one.fails = {"condition:opted_out"};
    one.allowed = policy.table().decide(r.purpose, r.category, r.party, {}).allowed;
    one.count = 1;
    log.push_back(std::move(one));
  }
  if (in_order) {
    std::ranges::sort(log, {}, [](const LoggedDecision& d) {
      return std::tie(d.purpose, d.party, d.category, d.holds, d.fails);
    });
  }
  return log;
}

void replay_log(benchmark::State& state, bool in_order) {
  const auto policy = shipped_policy("chatmeter");
  const auto log = logged(*policy, in_order);
  for (auto _ : state) benchmark::DoNotOptimize(replay(log, *policy));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(log.size()));
}
BENCHMARK_CAPTURE(replay_log, in_order, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replay_log, shuffled, false)->Unit(benchmark::kMillisecond);

void refuse_or_allow_a_kind_of_eight_fields(benchmark::State& state) {
  const auto policy = heed_policy();
  const Access access = *policy->access("bench", "service.monitoring", "organization");
  Kind kind{{1}, "machine", Shape::kRecord, {}, ""};
  for (int i = 0; i < 8; ++i) kind.fields.push_back({"f", FieldType::kText, "machine_data"});
  for (auto _ : state) benchmark::DoNotOptimize(policy->refusal(access, kind));
}
BENCHMARK(refuse_or_allow_a_kind_of_eight_fields);

}  // namespace
}  // namespace heed::policy

BENCHMARK_MAIN();

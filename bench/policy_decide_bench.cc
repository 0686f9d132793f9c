// Bar 1: a decision costs at most 50 ns in process. Requests vary over all cells and conditions, so
// that neither the cache nor the branch predictor knows the answer.
#include <benchmark/benchmark.h>

#include <random>

#include "policy/heed_policy.h"

namespace heed::policy {
namespace {

struct Request {
  Purpose purpose;
  Category category;
  Party party;
  Conditions conditions;
};

std::vector<Request> random_requests(const Table& table) {
  std::mt19937_64 random(1);
  const auto below = [&](std::size_t size) { return static_cast<std::uint16_t>(random() % size); };
  std::vector<Request> requests(65'536);
  for (Request& r : requests) {
    r = {{below(table.purposes().size())},
         {below(table.categories().size())},
         {below(table.parties().size())},
         random() % 2 == 0 ? Conditions{Condition::kContractValid} : Conditions{}};
  }
  return requests;
}

void decide(benchmark::State& state) {
  const auto table = heed_policy();
  const auto requests = random_requests(*table);
  std::size_t i = 0;
  for (auto _ : state) {
    const Request& r = requests[i++ % requests.size()];
    benchmark::DoNotOptimize(table->decide(r.purpose, r.category, r.party, r.conditions));
  }
}
BENCHMARK(decide);

void refuse_or_allow_a_kind_of_eight_fields(benchmark::State& state) {
  const auto table = heed_policy();
  const Access access = *table->access("bench", "service.monitoring", "organization");
  Kind kind{{1}, "machine", Shape::kRecord, {}};
  for (int i = 0; i < 8; ++i) kind.fields.push_back({"f", FieldType::kText, "machine_data"});
  for (auto _ : state) benchmark::DoNotOptimize(table->refusal(access, kind));
}
BENCHMARK(refuse_or_allow_a_kind_of_eight_fields);

}  // namespace
}  // namespace heed::policy

BENCHMARK_MAIN();

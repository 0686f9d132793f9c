// Bar: the compiled table decides as the tree of rules on ten million random requests over a
// thousand random policies, deciding clause and all. The tests do a part of it under sanitizers;
// this is the whole. Gives 1 at the first difference.
#include <chrono>
#include <cstdio>

#include "policy/random_policy.h"
#include "policy/testing.h"
#include "policy/tree.h"

namespace heed::policy {
namespace {

constexpr std::uint64_t kPolicies = 1'000;
constexpr std::size_t kRequests = 10'000;  // of each

/// Small ones and large ones, with and without each dimension of facts.
RandomSizes sizes_of(std::uint64_t seed) {
  RandomPolicy dice(seed + 1'000'000, {});
  RandomSizes sizes;
  sizes.purposes = 2 + dice.below(9);
  sizes.categories = 2 + dice.below(11);
  sizes.parties = 2 + dice.below(9);
  sizes.sources = dice.below(6);
  sizes.subjects = dice.below(4);
  sizes.regions = dice.below(4);
  sizes.channels = dice.below(4);
  sizes.conditions = dice.below(10);
  sizes.clauses = 1 + dice.below(24);
  sizes.rules = 1 + dice.below(4);
  sizes.exceptions = dice.below(4);
  sizes.depth = dice.below(5);
  sizes.deciding_duties = dice.below(2) == 0;
  return sizes;
}

struct Counts {
  std::size_t requests = 0;
  std::size_t allowed = 0;
  std::size_t by_default = 0;
  std::size_t differing = 0;
};

void hold_against(const Policy& policy, std::uint64_t seed, Counts& counts) {
  RandomPolicy dice(seed + 2'000'000, {});
  SeededRandom random(seed);
  const std::uint64_t mask = (std::uint64_t{1} << policy.facts().size()) - 1;
  for (std::size_t i = 0; i < kRequests; ++i) {
    const Purpose p{static_cast<std::uint16_t>(dice.below(policy.purposes().size()))};
    const Category c{static_cast<std::uint16_t>(dice.below(policy.categories().size()))};
    const Party r{static_cast<std::uint16_t>(dice.below(policy.parties().size()))};
    const std::uint64_t known = (random.u64() | random.u64()) & mask;
    const std::uint64_t truth = random.u64();
    const Conditions conditions(known & truth, known & ~truth);
    const Decision table = policy.table().decide(p, c, r, conditions);
    const Decision tree = decide_by_tree(policy, p, c, r, conditions);
    ++counts.requests;
    counts.allowed += table.allowed ? 1 : 0;
    counts.by_default += table.clause == Table::kDefault ? 1 : 0;
    if (table.allowed != tree.allowed || table.clause != tree.clause) ++counts.differing;
  }
}

int run() {
  const auto begin = std::chrono::steady_clock::now();
  Counts counts;
  for (std::uint64_t seed = 0; seed < kPolicies; ++seed) {
    hold_against(*policy_of(random_policy_text(seed, sizes_of(seed))), seed, counts);
    if (counts.differing == 0) continue;
    std::printf("the policy of seed %llu decides otherwise\n",
                static_cast<unsigned long long>(seed));
    return 1;
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  std::printf("%llu policies, %zu requests, %zu allowed, %zu by no clause, %zu differ, %.0f s\n",
              static_cast<unsigned long long>(kPolicies), counts.requests, counts.allowed,
              counts.by_default, counts.differing, taken.count());
  return 0;
}

}  // namespace
}  // namespace heed::policy

int main() {
  return heed::policy::run();
}

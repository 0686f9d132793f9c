// A serving silo under kill -9. bench/kill_bench.cc does the same a thousand times.
#include "silo/kill_testing.h"

#include <gtest/gtest.h>

namespace heed::silo {
namespace {

constexpr int kMostKills = 200;  // where little is done between two, as on a busy machine

TEST(ServingSilo, loses_nothing_acknowledged_and_keeps_nothing_refused_however_it_is_killed) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  constexpr int kKills = 40;
  kill_test::KilledSilo silo({HEED_SILO_KILL_CHILD, "honest"}, seed);
  const auto too_little = [&] { return silo.tally().erasures < 3 || silo.tally().opt_outs < 3; };
  for (int kill = 0; kill < kKills || (too_little() && kill < kMostKills); ++kill) {
    if (!silo.faults().empty()) break;
    silo.live_and_die(Duration::milliseconds(200));
  }
  silo.put_back_old_rows();
  for (const std::string& fault : silo.faults()) ADD_FAILURE() << fault;
  const auto& tally = silo.tally();
  EXPECT_GT(tally.acknowledged, 200U) << "too little happened to prove anything";
  EXPECT_GT(tally.cut_short, 0U);
  EXPECT_GT(tally.erasures, 2U);
  EXPECT_GT(tally.opt_outs, 2U);
  EXPECT_GT(tally.samples, 20U);
  EXPECT_GT(tally.contents, 5U);
  EXPECT_GT(tally.put_back, 0U);
  EXPECT_GT(tally.opened, 0U);
}

TEST(ServingSilo, that_acknowledges_what_it_does_not_store_is_found) {
  for (const char* lie : {"put", "append", "picture"}) {
    SCOPED_TRACE(lie);
    kill_test::KilledSilo silo({HEED_SILO_KILL_CHILD, lie}, 1);
    for (int kill = 0; kill < kMostKills && silo.faults().empty(); ++kill) {
      silo.live_and_die(Duration::milliseconds(100));
    }
    EXPECT_FALSE(silo.faults().empty());
  }
}

}  // namespace
}  // namespace heed::silo

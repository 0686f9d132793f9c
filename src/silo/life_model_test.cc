// Silos through all that they live to see, against a plain in-memory oracle.
//
//   HEED_MODEL_SEED        replays: the number that a failure prints, as far as RocksDB's threads
//   let HEED_MODEL_OPERATIONS  of each silo; 4,000 without it. bench/model_bench.cc does millions.
#include "silo/model_testing.h"

#include <gtest/gtest.h>

namespace heed::silo {
namespace {

void live(ModelledSilo::Life life) {
  const std::uint64_t seed = kv::fault_setting("HEED_MODEL_SEED", std::random_device{}());
  SCOPED_TRACE("HEED_MODEL_SEED=" + std::to_string(seed));
  ModelledSilo silo(seed, life);
  silo.run(kv::fault_setting("HEED_MODEL_OPERATIONS", 4'000));
  for (const std::string& fault : silo.faults()) ADD_FAILURE() << fault;
  EXPECT_GT(silo.tally().compared, 0U);
}

TEST(Model, O62_O67_O72_O73_a_silo_is_a_plain_list_through_erasures_holds_backups_and_restores) {
  live(ModelledSilo::Life::kBackups);
}

TEST(Model, O62_O67_O72_O73_a_silo_is_a_plain_list_through_erasures_holds_and_power_cuts) {
  live(ModelledSilo::Life::kPowerCuts);
}

}  // namespace
}  // namespace heed::silo

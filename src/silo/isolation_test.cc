// What one organization is given among others is what it is given alone.
#include "silo/isolation_testing.h"

#include <gtest/gtest.h>

namespace heed::silo {
namespace {

TEST(Isolation, O24_O36_what_one_is_given_among_others_is_what_it_is_given_alone) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  MixedSilos silos(seed);
  silos.run(4'000);
  for (const std::string& leak : silos.leaks()) ADD_FAILURE() << leak;
  std::uint64_t asked = 0;
  std::uint64_t foreign = 0;
  std::uint64_t given = 0;
  for (const MixedSilos::Tally& tally : silos.tallies()) {
    asked += tally.asked;
    foreign += tally.foreign;
    given += tally.given;
  }
  EXPECT_GT(asked, 4'000U);
  EXPECT_GT(foreign, asked / 4) << "too little of others was asked for to prove anything";
  EXPECT_GT(given, asked / 3) << "too little was given to prove anything";
}

TEST(Isolation, silos_that_are_mixed_up_are_seen) {
  MixedSilos silos(1, MixedSilos::Wiring::kCrossed);
  silos.run(500);
  EXPECT_EQ(silos.leaks().size(), MixedSilos::kMostLeaksTold);
}

}  // namespace
}  // namespace heed::silo

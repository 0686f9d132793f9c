// Nothing of somebody who was forgotten is found, whichever way it went.
#include "silo/residue_testing.h"

namespace heed::silo {
namespace {

std::string told(const Residue::Found& found) {
  std::string all = fmt::format("{} ids, {} removed values", found.ids, found.tails);
  for (const auto& [way, count] : found.by_way) all += fmt::format(", {} of {}", count, way);
  return all;
}

TEST(ResidueTest, O62_no_file_has_anything_of_who_was_forgotten_and_no_backup_gives_it_back) {
  const TemporaryDirectory directory;
  Residue residue(directory.path(), /*people=*/12, /*seed=*/1);
  residue.live();
  EXPECT_EQ(residue.canaries().size(), Residue::kPerPerson * (12 + residue.staying()));
  // Nothing ever lay there in the clear but ids, which are random. The search finds what is there;
  // some keys stand cut short in tables, which leave out what a key shares with the one before.
  const auto held = residue.rows();
  const auto before = residue.scan(directory.path(), held);
  EXPECT_TRUE(before.by_way.empty()) << told(before);
  EXPECT_GT(before.tails, held.size() / 2);
  EXPECT_GT(before.ids, 12U);

  const auto removed = residue.forget();
  EXPECT_GT(removed.size(), 12U * 10U);
  for (const std::string& place : {residue.data(), residue.keys(), residue.logs()}) {
    const auto after = residue.scan(place, removed);
    EXPECT_TRUE(after.by_way.empty()) << place << ": " << told(after);
    EXPECT_EQ(after.ids, 0U) << place;
    EXPECT_EQ(after.tails, 0U) << place;
  }
  const auto backups = residue.scan(residue.backups(), removed);
  EXPECT_TRUE(backups.by_way.empty()) << told(backups);
  const auto lost = residue.lost();
  EXPECT_TRUE(lost.empty()) << lost.begin()->first;

  for (std::uint64_t generation = 1; generation <= residue.generations(); ++generation) {
    const DrillReport report = residue.drill_generation(generation);
    EXPECT_EQ(report.erasures, 12U);
    EXPECT_TRUE(report.passed()) << report.findings.front().where << ": "
                                 << report.findings.front().what;
    EXPECT_GT(report.records, 0U);
  }
}

}  // namespace
}  // namespace heed::silo

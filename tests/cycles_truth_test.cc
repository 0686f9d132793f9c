// The cycles of the recorded parts against what their controls said themselves, with and without
// looking at it: the figures of docs/CYCLES.md §7. That the engine finds what the offline
// computation finds, replay_test.cc shows.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace heed {
namespace {

std::vector<std::string> parts_of(std::string_view machine) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(HEED_DATA_DIR "/machines/parts")) {
    if (entry.path().string().contains(machine)) found.push_back(entry.path().string());
  }
  std::ranges::sort(found);
  return found;
}

struct Tally {
  int real = 0, right = 0, missed = 0, wrong = 0;
  Tally& operator+=(const Tally& other) {
    real += other.real;
    right += other.right;
    missed += other.missed;
    wrong += other.wrong;
    return *this;
  }
};

/// What the offline computation makes of recordings that are taken as one.
Tally compare(const std::string& options, const std::vector<std::string>& recordings) {
  std::string command = "python3 " HEED_SOURCE_DIR "/tests/offline/cycles.py --truth " + options;
  for (const std::string& recording : recordings) command += " '" + recording + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(command.c_str(), "r"), &::pclose);
  Tally tally;
  int tries = 0;  // read to the end, so that the pipe is not closed on the writer
  const int read = std::fscanf(output.get(), "%d true %d right %d missed %d wrong %d tries ",
                               &tally.real, &tally.right, &tally.missed, &tally.wrong, &tries);
  EXPECT_EQ(read, 5) << command;
  return tally;
}

Tally compare_machines(const std::string& options) {
  Tally all = compare(options, parts_of("Hurco02"));
  return all += compare(options, parts_of("Hurco04"));
}

TEST(CyclesOfRecordedParts, are_right_with_the_counter_in_every_file) {
  Tally all;
  for (const std::string& recording : parts_of("Hurco")) all += compare("", {recording});

  EXPECT_EQ(all.real, 48);
  EXPECT_GE(all.right * 100, all.real * 98);
  EXPECT_EQ(all.wrong, 0);
}

TEST(CyclesOfRecordedParts, are_right_without_looking_at_the_counter) {
  const Tally all = compare_machines("--hide-counter");

  EXPECT_EQ(all.right, 48);
  EXPECT_EQ(all.wrong, 0);
}

TEST(CyclesOfRecordedParts, are_as_often_right_as_the_page_says_when_nothing_tells_an_end) {
  const Tally all = compare_machines("--hide-counter --hide-ends");

  EXPECT_EQ(all.right, 21);
  EXPECT_EQ(all.missed, 27);
  EXPECT_EQ(all.wrong, 0);
}

TEST(CyclesOfRecordedParts, are_as_often_right_as_the_page_says_by_their_tools_alone) {
  const Tally all = compare_machines("--tools-only");

  EXPECT_EQ(all.right, 21);
  EXPECT_EQ(all.missed, 27);
  EXPECT_EQ(all.wrong, 6);
}

}  // namespace
}  // namespace heed

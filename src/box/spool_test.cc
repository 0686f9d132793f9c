#include "box/spool.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "box/test_directory.h"

namespace heed::box {
namespace {

using machines::MachineId;
using machines::Report;

class SpoolTest : public testing::Test {
 protected:
  std::unique_ptr<Spool> open(SpoolOptions options = {}) {
    options.directory = directory_.path();
    auto spool = Spool::open(std::move(options), clock_, random_, log_);
    EXPECT_TRUE(spool) << spool.error().message;
    return spool ? std::move(*spool) : nullptr;
  }
  static SpoolOptions patient() {
    SpoolOptions options;
    options.grace = Duration::hours(1);
    return options;
  }
  static Report report(MachineId machine, const std::string& value) {
    Report report;
    report.machine = machine;
    report.arrival = Time::from_seconds(1'700'000'000);
    report.raw = {"|x|" + value};
    report.observations = {{"x", {}, value, false, 0}};
    report.resume = "at " + value;
    return report;
  }
  static std::string value(const Result<SharedReport>& report) {
    if (!report || !*report) return "(none)";
    return std::to_string((*report)->number) + "=" + *(*report)->observations.at(0).value;
  }
  std::vector<std::filesystem::path> segments() const {
    std::vector<std::filesystem::path> found;
    for (const auto& file : std::filesystem::directory_iterator(directory_.path() + "/spool")) {
      found.push_back(file.path());
    }
    std::ranges::sort(found);
    return found;
  }
  void add(Spool& spool, MachineId machine, int from, int to) {
    for (int i = from; i <= to; ++i) spool.append(report(machine, std::to_string(i)));
  }

  TestDirectory directory_;
  SystemClock clock_;
  SeededRandom seed_{11};
  const MachineId mill_ = MachineId::make(seed_);
  const MachineId lathe_ = MachineId::make(seed_);
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
};

TEST_F(SpoolTest, numbers_each_machines_reports_from_one_without_holes) {
  const auto spool = open(patient());
  spool->resume(mill_, {});
  spool->resume(lathe_, {});
  EXPECT_EQ(spool->append(report(mill_, "a")), 1U);
  EXPECT_EQ(spool->append(report(lathe_, "b")), 1U);
  EXPECT_EQ(spool->append(report(mill_, "c")), 2U);
  EXPECT_EQ(value(spool->next(mill_, 0)), "1=a");
  EXPECT_EQ(value(spool->next(mill_, 1)), "2=c");
  EXPECT_EQ(value(spool->next(mill_, 2)), "(none)");
  EXPECT_EQ(value(spool->next(lathe_, 0)), "1=b");
}

TEST_F(SpoolTest, goes_on_with_the_number_that_the_ingest_has) {
  const auto spool = open(patient());
  const Resume resume = spool->resume(mill_, {41, "cursor"});
  EXPECT_EQ(resume.number, 41U);
  EXPECT_EQ(resume.cursor, "cursor");
  EXPECT_EQ(spool->append(report(mill_, "a")), 42U);
}

TEST_F(SpoolTest, writes_nothing_that_is_acknowledged_in_time) {
  const auto spool = open(patient());
  add(*spool, mill_, 1, 100);
  spool->acknowledge(mill_, 100);
  ASSERT_TRUE(spool->flush());
  EXPECT_EQ(spool->statistics().disk_bytes, 0U);
  EXPECT_EQ(spool->statistics().memory_bytes, 0U);
  EXPECT_TRUE(segments().empty());
}

TEST_F(SpoolTest, writes_what_is_not_acknowledged_within_the_grace) {
  SpoolOptions options;
  options.grace = Duration::milliseconds(5);
  Mutex mutex;
  Condition told;
  std::uint64_t durable = 0;
  options.durable = [&](const Report& written) {
    const Lock lock(mutex);
    durable = written.number;
    told.wake_all();
  };
  const auto spool = open(std::move(options));
  spool->append(report(mill_, "a"));
  const Lock lock(mutex);
  for (int i = 0; i < 1000 && durable < 1; ++i) told.wait_for(mutex, Duration::milliseconds(10));
  EXPECT_EQ(durable, 1U);
}

TEST_F(SpoolTest, survives_a_restart_with_numbers_order_and_cursor) {
  {
    const auto spool = open(patient());
    add(*spool, mill_, 1, 50);
    add(*spool, lathe_, 1, 3);
    spool->acknowledge(mill_, 20);
  }
  const auto spool = open(patient());
  EXPECT_EQ(spool->machines().size(), 2U);
  const Resume resume = spool->resume(mill_, {20, "at 20"});
  EXPECT_EQ(resume.number, 50U);
  EXPECT_EQ(resume.cursor, "at 50");
  for (std::uint64_t n = 20; n < 50; ++n) {
    EXPECT_EQ(value(spool->next(mill_, n)), std::to_string(n + 1) + "=" + std::to_string(n + 1));
  }
  EXPECT_EQ(value(spool->next(mill_, 50)), "(none)");
  EXPECT_EQ(spool->append(report(mill_, "new")), 51U);
  EXPECT_EQ(value(spool->next(mill_, 50)), "51=new");
}

TEST_F(SpoolTest, shares_one_sync_between_fifty_machines) {
  const auto spool = open(patient());
  SeededRandom random(5);
  for (int i = 0; i < 50; ++i) spool->append(report(MachineId::make(random), "a"));
  ASSERT_TRUE(spool->flush());
  EXPECT_EQ(spool->statistics().syncs, 1U);
  EXPECT_EQ(segments().size(), 1U);
}

TEST_F(SpoolTest, removes_segments_once_all_in_them_is_acknowledged) {
  SpoolOptions options = patient();
  options.segment_bytes = 2'000;
  const auto spool = open(std::move(options));
  for (int round = 0; round < 10; ++round) {
    add(*spool, mill_, 1, 20);
    add(*spool, lathe_, 1, 1);
    ASSERT_TRUE(spool->flush());
  }
  EXPECT_GT(segments().size(), 5U);
  spool->acknowledge(mill_, 200);
  EXPECT_GT(segments().size(), 5U) << "the other machine's reports are still in them";
  spool->acknowledge(lathe_, 10);
  ASSERT_TRUE(spool->flush());
  EXPECT_TRUE(segments().empty());
}

TEST_F(SpoolTest, keeps_memory_within_its_limit_and_reads_the_rest_from_disk) {
  SpoolOptions options = patient();
  options.memory_limit = 64 << 10;
  options.segment_bytes = 32 << 10;
  const auto spool = open(std::move(options));
  for (int i = 1; i <= 2'000; i += 50) {
    add(*spool, mill_, i, i + 49);
    ASSERT_TRUE(spool->flush());
  }
  EXPECT_LE(spool->statistics().memory_bytes, 32U << 10);
  for (std::uint64_t n = 0; n < 2'000; ++n) {
    ASSERT_EQ(value(spool->next(mill_, n)), std::to_string(n + 1) + "=" + std::to_string(n + 1));
    spool->acknowledge(mill_, n + 1);
  }
  EXPECT_EQ(value(spool->next(mill_, 2'000)), "(none)");
  EXPECT_EQ(spool->queued(mill_), 0U);
}

TEST_F(SpoolTest, gives_a_report_again_when_it_is_asked_for_again) {
  {
    const auto spool = open(patient());
    add(*spool, mill_, 1, 3);
  }
  const auto spool = open(patient());
  spool->resume(mill_, {});
  EXPECT_EQ(value(spool->next(mill_, 0)), "1=1");
  EXPECT_EQ(value(spool->next(mill_, 1)), "2=2");
  EXPECT_EQ(value(spool->next(mill_, 1)), "2=2");
  EXPECT_EQ(value(spool->next(mill_, 0)), "1=1");
}

TEST_F(SpoolTest, cuts_a_torn_tail_and_keeps_what_was_before_it) {
  {
    const auto spool = open(patient());
    add(*spool, mill_, 1, 3);
  }
  const auto file = segments().at(0);
  const auto whole = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, whole - 1);
  const auto spool = open(patient());
  EXPECT_EQ(spool->resume(mill_, {}).number, 2U);
  EXPECT_EQ(value(spool->next(mill_, 1)), "2=2");
  EXPECT_EQ(value(spool->next(mill_, 2)), "(none)");
  EXPECT_EQ(spool->append(report(mill_, "again")), 3U);
  EXPECT_LT(std::filesystem::file_size(file), whole - 1);
}

TEST_F(SpoolTest, survives_being_cut_at_every_byte) {
  {
    const auto spool = open(patient());
    add(*spool, mill_, 1, 3);
  }
  const auto file = segments().at(0);
  std::string bytes(std::filesystem::file_size(file), '\0');
  std::ifstream(file, std::ios::binary).read(bytes.data(), std::ssize(bytes));
  std::uint64_t most = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::ofstream(file, std::ios::binary | std::ios::trunc).write(bytes.data(), std::ssize(bytes));
    std::filesystem::resize_file(file, size);
    const auto spool = open(patient());
    ASSERT_TRUE(spool) << size;
    const std::uint64_t last = spool->resume(mill_, {}).number;
    ASSERT_GE(last, most);
    most = last;
    for (std::uint64_t n = 0; n < last; ++n) {
      ASSERT_EQ(value(spool->next(mill_, n)), std::to_string(n + 1) + "=" + std::to_string(n + 1));
    }
    spool->acknowledge(mill_, last);
  }
  EXPECT_EQ(most, 2U);
}

TEST_F(SpoolTest, steps_over_a_damaged_frame_and_tells_which_reports_are_lost) {
  {
    const auto spool = open(patient());
    add(*spool, mill_, 1, 5);
  }
  const auto file = segments().at(0);
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(file) / 2);
  std::fstream(file, std::ios::binary | std::ios::in | std::ios::out).seekp(middle).write("#", 1);
  const auto spool = open(patient());
  EXPECT_EQ(spool->resume(mill_, {}).number, 5U);
  EXPECT_EQ(value(spool->next(mill_, 0)), "1=1");
  EXPECT_EQ(value(spool->next(mill_, 1)), "2=2");
  const auto lost = spool->next(mill_, 2);
  ASSERT_TRUE(lost);
  EXPECT_EQ((*lost)->number, 3U);
  EXPECT_TRUE((*lost)->observations.empty());
  ASSERT_EQ((*lost)->gaps.size(), 1U);
  EXPECT_EQ((*lost)->gaps[0].reason, machines::Gap::Reason::kMalformed);
  EXPECT_EQ((*lost)->gaps[0].note, "the spool was damaged: reports 3 to 3 are lost");
  EXPECT_EQ(value(spool->next(mill_, 3)), "4=4");
  EXPECT_EQ(value(spool->next(mill_, 4)), "5=5");
  EXPECT_GT(spool->statistics().damaged_bytes, 0U);
}

TEST_F(SpoolTest, finds_a_machines_reports_behind_another_machines_damaged_frame_at_every_byte) {
  {
    const auto spool = open(patient());
    add(*spool, lathe_, 1, 2);
    add(*spool, mill_, 1, 2);
  }
  const auto file = segments().at(0);
  std::string bytes(std::filesystem::file_size(file), '\0');
  std::ifstream(file, std::ios::binary).read(bytes.data(), std::ssize(bytes));
  const bool lathe_first = bytes.find(lathe_.bytes()) < bytes.find(mill_.bytes());
  const MachineId behind = lathe_first ? mill_ : lathe_;
  const std::string marker = "\xf5HS\x01";
  const std::size_t first = bytes.find(marker);
  const std::size_t second = bytes.find(marker, first + 1);
  for (std::size_t at = first; at < second; ++at) {
    std::string damaged = bytes;
    damaged[at] ^= 0x41;
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(damaged.data(), std::ssize(damaged));
    const auto spool = open(patient());
    ASSERT_EQ(value(spool->next(behind, 0)), "1=1") << at;
    ASSERT_EQ(value(spool->next(behind, 1)), "2=2") << at;
  }
}

TEST_F(SpoolTest, leaves_no_plain_text_on_disk) {
  {
    const auto spool = open(patient());
    spool->append(report(mill_, "CANARY-4711"));
  }
  std::ifstream file(segments().at(0), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_GT(bytes.size(), 100U);
  EXPECT_EQ(bytes.find("CANARY"), std::string::npos);
}

TEST_F(SpoolTest, keeps_its_key_for_its_owner_alone_and_refuses_to_start_without_it) {
  {
    const auto spool = open(patient());
    add(*spool, mill_, 1, 1);
  }
  const std::string key = directory_.path() + "/box.key";
  struct stat info{};
  ASSERT_EQ(::stat(key.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  std::filesystem::remove(key);
  SpoolOptions options;
  options.directory = directory_.path();
  const auto refused = Spool::open(std::move(options), clock_, random_, log_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kCorrupt);
}

TEST_F(SpoolTest, belongs_to_one_process) {
  const auto spool = open(patient());
  SpoolOptions options;
  options.directory = directory_.path();
  const auto second = Spool::open(std::move(options), clock_, random_, log_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
}

TEST_F(SpoolTest, asks_readers_to_pause_when_the_disk_limit_is_reached_and_keeps_the_oldest) {
  SpoolOptions options = patient();
  options.disk_limit = 20'000;
  options.segment_bytes = 4'000;
  std::atomic<int> changes = 0;
  options.pressure = [&] { ++changes; };
  const auto spool = open(std::move(options));
  int written = 0;
  while (!spool->pressed()) {
    ASSERT_LT(written, 1'000);
    add(*spool, mill_, written + 1, written + 5);
    written += 5;
    ASSERT_TRUE(spool->flush());
  }
  EXPECT_EQ(changes, 1);
  EXPECT_LT(spool->statistics().disk_bytes, 25'000U);
  EXPECT_EQ(value(spool->next(mill_, 0)), "1=1");
  spool->acknowledge(mill_, static_cast<std::uint64_t>(written));
  EXPECT_FALSE(spool->pressed());
  EXPECT_EQ(changes, 2);
}

TEST_F(SpoolTest, presses_and_keeps_reports_in_memory_while_the_disk_refuses_them) {
  SpoolOptions options = patient();
  options.memory_limit = 64 << 10;
  const auto spool = open(std::move(options));
  std::filesystem::rename(directory_.path() + "/spool", directory_.path() + "/away");
  int count = 0;
  while (!spool->pressed()) add(*spool, mill_, count + 1, count + 1), ++count;
  EXPECT_FALSE(spool->flush());
  EXPECT_FALSE(spool->statistics().failure.empty());
  EXPECT_EQ(value(spool->next(mill_, 0)), "1=1");
  std::filesystem::rename(directory_.path() + "/away", directory_.path() + "/spool");
  ASSERT_TRUE(spool->flush());
  EXPECT_TRUE(spool->statistics().failure.empty());
  EXPECT_FALSE(spool->pressed());
  EXPECT_EQ(spool->queued(mill_), static_cast<std::uint64_t>(count));
}

}  // namespace
}  // namespace heed::box

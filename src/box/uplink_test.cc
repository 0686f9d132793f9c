#include "box/uplink.h"

#include <gtest/gtest.h>

#include "box/test_directory.h"
#include "box/test_ingest.h"

namespace heed::box {
namespace {

using machines::MachineId;
using machines::Report;

class UplinkTest : public testing::Test {
 protected:
  void open() {
    SpoolOptions options;
    options.directory = directory_.path();
    options.grace = Duration::hours(1);
    spool_ = *Spool::open(std::move(options), clock_, random_, log_);
    UplinkOptions uplink;
    uplink.first_wait = Duration::milliseconds(2);
    uplink.longest_wait = Duration::milliseconds(20);
    uplink.resumed = [this](MachineId, const Resume& from) {
      const Lock lock(mutex_);
      resumed_.push_back(from.number);
    };
    uplink_ = Uplink::start(std::move(uplink), ingest_.ingest(), *spool_, clock_, random_, log_);
  }
  void close() {
    uplink_.reset();
    spool_.reset();
  }
  void say(MachineId machine, const std::string& value) {
    Report report;
    report.machine = machine;
    report.raw = {value};
    report.observations = {{"x", {}, value, false, 0}};
    spool_->append(std::move(report));
    uplink_->wake(machine);
  }
  void wait_until_resumed(std::size_t times) {
    for (int i = 0; i < 1'000; ++i) {
      const Lock lock(mutex_);
      if (resumed_.size() >= times) return;
      never_.wait_for(mutex_, Duration::milliseconds(5));
    }
  }

  TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Uplink> uplink_;
  const MachineId mill_ = MachineId::make(random_);
  Mutex mutex_;
  Condition never_;
  std::vector<std::uint64_t> resumed_ HEED_GUARDED_BY(mutex_);
};

TEST_F(UplinkTest, hands_reports_on_in_order_and_acknowledges_them) {
  open();
  uplink_->add(mill_);
  wait_until_resumed(1);
  std::vector<std::string> said;
  for (int i = 0; i < 500; ++i) {
    say(mill_, std::to_string(i));
    said.push_back("x=" + std::to_string(i));
  }
  EXPECT_EQ(ingest_.wait_for_values(500), said);
  close();
}

TEST_F(UplinkTest, keeps_reports_while_the_ingest_fails_and_hands_them_on_afterwards) {
  open();
  uplink_->add(mill_);
  wait_until_resumed(1);
  ingest_.fail_with(Error{ErrorKind::kUnavailable, "the disk is full", ""});
  for (int i = 0; i < 10; ++i) say(mill_, std::to_string(i));
  for (int i = 0; i < 1'000 && uplink_->trouble(mill_).empty(); ++i) {
    const Lock lock(mutex_);
    never_.wait_for(mutex_, Duration::milliseconds(5));
  }
  EXPECT_EQ(uplink_->trouble(mill_), "the disk is full");
  EXPECT_EQ(spool_->queued(mill_), 10U);
  ingest_.fail_with({});
  EXPECT_EQ(ingest_.wait_for_values(10).size(), 10U);
  close();
}

TEST_F(UplinkTest, loses_and_doubles_nothing_over_a_restart_in_the_middle) {
  open();
  uplink_->add(mill_);
  wait_until_resumed(1);
  std::vector<std::string> said;
  for (int i = 0; i < 300; ++i) {
    if (i == 100) ingest_.fail_with(Error{ErrorKind::kUnavailable, "away", ""});
    say(mill_, std::to_string(i));
    said.push_back("x=" + std::to_string(i));
  }
  close();
  ingest_.fail_with({});
  open();
  ASSERT_EQ(spool_->machines(), std::vector<MachineId>{mill_});
  uplink_->add(mill_);
  EXPECT_EQ(ingest_.wait_for_values(300), said);
  wait_until_resumed(2);
  say(mill_, "new");
  EXPECT_EQ(ingest_.wait_for_values(301).back(), "x=new");
  close();
}

TEST_F(UplinkTest, gives_up_what_the_policy_refuses) {
  open();
  uplink_->add(mill_);
  wait_until_resumed(1);
  ingest_.refuse(true);
  say(mill_, "forbidden");
  for (int i = 0; i < 1'000 && spool_->queued(mill_) > 0; ++i) {
    const Lock lock(mutex_);
    never_.wait_for(mutex_, Duration::milliseconds(5));
  }
  EXPECT_EQ(spool_->queued(mill_), 0U);
  EXPECT_TRUE(ingest_.reports().empty());
  close();
}

TEST_F(UplinkTest, replaces_a_report_that_can_never_be_stored_by_a_gap_that_says_so) {
  Ingest picky = ingest_.ingest();
  picky.take = [take = picky.take](const Report& report) -> policy::Governed<std::uint64_t> {
    for (const auto& one : report.observations) {
      if (one.value == "poison") return std::unexpected(Error{ErrorKind::kInvalid, "poison", ""});
    }
    return take(report);
  };
  open();
  uplink_ = Uplink::start({}, picky, *spool_, clock_, random_, log_);
  uplink_->add(mill_);
  say(mill_, "poison");
  say(mill_, "good");
  EXPECT_EQ(ingest_.wait_for_values(1), std::vector<std::string>{"x=good"});
  const auto gaps = ingest_.gaps();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].note, "the store could not take a report: poison");
  EXPECT_EQ(gaps[0].lost, 1U);
  close();
}

TEST_F(UplinkTest, serves_many_machines_at_once) {
  open();
  std::vector<MachineId> machines;
  for (int i = 0; i < 50; ++i) machines.push_back(MachineId::make(random_));
  for (const MachineId machine : machines) uplink_->add(machine);
  wait_until_resumed(50);
  for (int i = 0; i < 20; ++i) {
    for (const MachineId machine : machines) say(machine, std::to_string(i));
  }
  ASSERT_EQ(ingest_.wait_for_values(1'000).size(), 1'000U);
  std::map<MachineId, std::uint64_t> last;
  for (const Report& report : ingest_.reports()) {
    EXPECT_EQ(report.number, ++last[report.machine]);
  }
  close();
}

}  // namespace
}  // namespace heed::box

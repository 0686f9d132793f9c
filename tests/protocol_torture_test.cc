// The box against an MTConnect agent that does everything wrong, over real TCP: no crash, nothing
// that was said is lost without being told, and nobody has to help it back.
#include <gtest/gtest.h>

#include <set>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "policy/testing.h"
#include "torture_agent.h"

namespace heed {
namespace {

using box::TestIngest;
using machines::Gap;
using machines::MachineId;
using torture::Fault;
using torture::TortureAgent;
using torture::TortureOptions;

class ProtocolTorture : public testing::Test {
 protected:
  void read(const TortureAgent& agent) {
    box::BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *box::Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
    const std::string address = "http://127.0.0.1:" + std::to_string(agent.port());
    ASSERT_TRUE(box_->add({mill_, machines::Protocol::kMtconnect, address, false}));
  }
  static void count_parts(TortureAgent& agent, int from, int to) {
    for (int i = from; i <= to; ++i) {
      agent.observe("part_count", std::to_string(i), SystemClock().now());
    }
  }
  /// The part counts that were stored, in their order.
  std::vector<int> parts() {
    std::vector<int> counts;
    for (const auto& report : ingest_.reports()) {
      for (const auto& one : report.observations) {
        if (one.item == "part_count" && one.value) counts.push_back(std::stoi(*one.value));
      }
    }
    return counts;
  }
  bool wait_for_part(int count) {
    return ingest_.wait([&](const auto& reports) {
      for (const auto& report : reports) {
        for (const auto& one : report.observations) {
          if (one.item == "part_count" && one.value == std::to_string(count)) return true;
        }
      }
      return false;
    });
  }
  static std::vector<int> range(int from, int to) {
    std::vector<int> numbers;
    for (int i = from; i <= to; ++i) numbers.push_back(i);
    return numbers;
  }
  static void expect_only_reads(const TortureAgent& agent) {
    for (const std::string& line : agent.requests()) {
      const std::string path = line.substr(0, line.find_last_of(' '));
      const bool reads = path == "GET /probe" || path == "GET /current" ||
                         path.starts_with("GET /sample?from=") || path.starts_with("GET /asset/");
      EXPECT_TRUE(reads) << line;
    }
    const std::string sent = agent.received();
    EXPECT_EQ(sent.find("POST"), std::string::npos);
    EXPECT_EQ(sent.find("PUT"), std::string::npos);
    EXPECT_EQ(sent.find("Content-Length"), std::string::npos) << "a request with a body";
  }

  box::TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  std::unique_ptr<box::Box> box_;
  const MachineId mill_ = MachineId::make(random_);
};

class OneFault : public ProtocolTorture, public testing::WithParamInterface<Fault> {};

TEST_P(OneFault, costs_no_observation_and_doubles_none) {
  TortureAgent agent;
  agent.misbehave(GetParam());
  read(agent);
  count_parts(agent, 1, 5);
  ASSERT_TRUE(wait_for_part(5));
  agent.misbehave(GetParam());
  count_parts(agent, 6, 10);
  agent.go_dark();
  agent.listen_again();
  count_parts(agent, 11, 15);
  ASSERT_TRUE(wait_for_part(15));
  const auto counts = parts();
  const std::set<int> unique(counts.begin(), counts.end());
  EXPECT_EQ(unique.size(), counts.size()) << "something came twice";
  EXPECT_TRUE(std::ranges::is_sorted(counts));
  // What `current` shows at the beginning is the last value alone: from then on nothing is missing.
  EXPECT_EQ(counts, range(counts.front(), 15));
  EXPECT_LE(counts.front(), 5);
  EXPECT_TRUE(ingest_.gaps().empty());
  expect_only_reads(agent);
}

INSTANTIATE_TEST_SUITE_P(EveryFault, OneFault,
                         testing::Values(Fault::kCutInPartHeader, Fault::kCutInDocument,
                                         Fault::kCloseAtOnce, Fault::kNoPartLength,
                                         Fault::kOutOfRange, Fault::kNoStream, Fault::kServerError,
                                         Fault::kGarbage));

TEST_F(ProtocolTorture, a_stream_that_stalls_is_dropped_and_taken_up_where_it_was) {
  TortureAgent agent;
  read(agent);
  count_parts(agent, 1, 5);
  ASSERT_TRUE(wait_for_part(5));
  agent.misbehave(Fault::kStall);
  count_parts(agent, 6, 10);
  ASSERT_TRUE(wait_for_part(10));
  EXPECT_EQ(parts(), range(parts().front(), 10));
}

struct Dialect {
  const char* version;
  const char* multipart_type;
  bool quoted_boundary;
  bool new_errors;
  std::size_t write_size;
};

class EveryDialect : public ProtocolTorture, public testing::WithParamInterface<Dialect> {};

TEST_P(EveryDialect, is_understood) {
  TortureOptions options;
  options.version = GetParam().version;
  options.multipart_type = GetParam().multipart_type;
  options.quoted_boundary = GetParam().quoted_boundary;
  options.new_errors = GetParam().new_errors;
  options.write_size = GetParam().write_size;
  TortureAgent agent(options);
  read(agent);
  count_parts(agent, 1, 3);
  ASSERT_TRUE(wait_for_part(3));
  agent.observe("system", "FAULT|404|door open", clock_.now());
  agent.observe("x_position", "NaN", clock_.now());
  count_parts(agent, 4, 4);
  ASSERT_TRUE(wait_for_part(4));
  const auto values = TestIngest::values(ingest_.reports());
  EXPECT_NE(std::ranges::find(values, "x_position=NaN"), values.end());
  const bool condition = std::ranges::any_of(
      values, [](const auto& value) { return value.starts_with("system=FAULT|404|"); });
  EXPECT_TRUE(condition);
  EXPECT_TRUE(ingest_.gaps().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Dialects, EveryDialect,
    testing::Values(Dialect{"1.1", "multipart/x-mixed-replace", false, false, 0},
                    Dialect{"1.7", "multipart/mixed", true, false, 7},
                    Dialect{"2.7", "multipart/mixed", false, true, 0},
                    Dialect{"", "multipart/x-mixed-replace", false, false, 1}));

TEST_F(ProtocolTorture, a_restarted_agent_is_read_anew_and_the_gap_is_told) {
  TortureAgent agent;
  read(agent);
  count_parts(agent, 1, 5);
  ASSERT_TRUE(wait_for_part(5));
  agent.restart(2'000, clock_.now());
  count_parts(agent, 6, 10);
  ASSERT_TRUE(wait_for_part(10));
  ASSERT_TRUE(ingest_.wait_for_gap(Gap::Reason::kRestarted));
  const auto counts = parts();
  EXPECT_EQ(counts, range(counts.front(), 10));
  std::size_t models = 0;
  for (const auto& report : ingest_.reports()) models += report.model.empty() ? 0 : 1;
  EXPECT_EQ(models, 2U) << "the model may have changed: it is learnt again";
}

TEST_F(ProtocolTorture, what_a_buffer_of_333_had_overwritten_is_told_with_its_count) {
  TortureOptions options;
  options.buffer_size = 333;
  TortureAgent agent(options);
  read(agent);
  count_parts(agent, 1, 5);
  ASSERT_TRUE(wait_for_part(5));
  agent.go_dark();
  count_parts(agent, 6, 1'005);
  agent.listen_again();
  ASSERT_TRUE(wait_for_part(1'005));
  std::uint64_t lost = 0;
  for (const Gap& gap : ingest_.gaps()) {
    EXPECT_EQ(gap.reason, Gap::Reason::kOutOfRange);
    lost += gap.lost;
  }
  const auto counts = parts();
  const std::set<int> unique(counts.begin(), counts.end());
  EXPECT_EQ(unique.size(), counts.size());
  const auto after = static_cast<std::uint64_t>(
      std::ranges::count_if(counts, [](int count) { return count > 5; }));
  EXPECT_EQ(after + lost, 1'000U) << "each of the thousand is stored or told as lost";
  count_parts(agent, 1'006, 1'010);
  EXPECT_TRUE(wait_for_part(1'010));
}

TEST_F(ProtocolTorture, a_buffer_of_333_under_load_is_followed_without_a_chase) {
  TortureOptions options;
  options.buffer_size = 333;
  TortureAgent agent(options);
  read(agent);
  ASSERT_TRUE(ingest_.wait_for_link(true));
  for (int i = 0; i < 50; ++i) {
    count_parts(agent, i * 40 + 1, i * 40 + 40);
    ASSERT_TRUE(wait_for_part(i * 40 + 40));
  }
  EXPECT_TRUE(ingest_.gaps().empty());
  EXPECT_EQ(parts(), range(parts().front(), 2'000));
  EXPECT_LT(agent.requests().size(), 40U) << "it asks anew all the time";
}

TEST_F(ProtocolTorture, a_document_of_30_megabytes_is_taken_in_pieces) {
  TortureAgent agent;
  agent.misbehave(Fault::kHugeDocument);
  read(agent);
  count_parts(agent, 1, 5);
  ASSERT_TRUE(wait_for_part(5));
  EXPECT_EQ(agent.faults_left(), 0U);
  for (const auto& report : ingest_.reports()) {
    EXPECT_LE(report.observations.size(), 1'001U);
  }
}

TEST_F(ProtocolTorture, a_box_that_was_away_takes_up_the_stream_where_it_was) {
  TortureAgent agent;
  read(agent);
  count_parts(agent, 1, 5);
  ASSERT_TRUE(wait_for_part(5));
  const int first = parts().front();
  box_.reset();
  count_parts(agent, 6, 3'000);
  read(agent);
  ASSERT_TRUE(wait_for_part(3'000));
  EXPECT_EQ(parts(), range(first, 3'000));
  EXPECT_TRUE(ingest_.gaps().empty()) << "the agent's buffer had it all";
}

TEST_F(ProtocolTorture, a_short_interruption_is_no_outage_and_a_long_one_is) {
  TortureAgent agent;
  read(agent);
  count_parts(agent, 1, 5);
  ASSERT_TRUE(wait_for_part(5));
  agent.go_dark();
  agent.listen_again();
  count_parts(agent, 6, 6);
  ASSERT_TRUE(wait_for_part(6));
  EXPECT_TRUE(box_->status(mill_)->link.up);
  agent.go_dark();
  EXPECT_TRUE(ingest_.wait_for_link(false));
  EXPECT_FALSE(box_->status(mill_)->link.up);
  agent.listen_again();
  EXPECT_TRUE(ingest_.wait_for_link(true, 2));
}

TEST_F(ProtocolTorture, assets_are_fetched_beside_the_stream) {
  TortureAgent agent;
  read(agent);
  ASSERT_TRUE(ingest_.wait_for_link(true));
  agent.put_asset("T7", R"(<CuttingTool assetId="T7" timestamp="2024-01-01T00:00:00Z"/>)",
                  clock_.now());
  EXPECT_TRUE(ingest_.wait([](const auto& reports) {
    const auto values = TestIngest::values(reports);
    return std::ranges::find(values, "asset=T7|CuttingTool") != values.end();
  }));
  expect_only_reads(agent);
}

TEST_F(ProtocolTorture, after_everything_at_once_it_is_well_again_by_itself) {
  TortureOptions options;
  options.buffer_size = 333;
  options.write_size = 64;
  TortureAgent agent(options);
  for (const Fault fault : {Fault::kServerError, Fault::kGarbage, Fault::kCutInDocument}) {
    agent.misbehave(fault);
  }
  read(agent);
  const Fault faults[] = {Fault::kCloseAtOnce, Fault::kCutInPartHeader, Fault::kOutOfRange,
                          Fault::kNoStream, Fault::kNoPartLength};
  for (int round = 0; round < 5; ++round) {
    agent.misbehave(faults[round]);
    count_parts(agent, round * 200 + 1, round * 200 + 200);
    if (round == 2) agent.restart(3'000, clock_.now());
    agent.go_dark();
    agent.listen_again();
    count_parts(agent, round * 200 + 200, round * 200 + 200);
    ASSERT_TRUE(wait_for_part(round * 200 + 200)) << round;
  }
  const auto diagnosis = box_->diagnose(
      {machines::Protocol::kMtconnect, "http://127.0.0.1:" + std::to_string(agent.port()), ""});
  ASSERT_TRUE(diagnosis);
  EXPECT_TRUE(diagnosis->ok);
  EXPECT_FALSE(diagnosis->model.empty());
  EXPECT_TRUE(box_->status(mill_)->link.up);
  expect_only_reads(agent);
}

}  // namespace
}  // namespace heed

#include "wire/mtconnect/broker_session.h"

#include <gtest/gtest.h>

#include <fmt/core.h>

#include <array>
#include <map>
#include <set>

#include "wire/mtconnect/broker_testing.h"

namespace heed::wire::mtconnect {
namespace {

using testing::document;
using testing::probe;
using testing::Told;

/// Writes down what it is told.
class Notes final : public BrokerListener {
 public:
  std::vector<std::string> all;
  std::optional<Cursor> cursor;

  void on_devices(const DeviceModel& model) override {
    all.push_back("model " + model.devices[0].name);
  }
  void on_observation(const Observation& o, BytesView, bool snapshot) override {
    all.push_back(fmt::format("{}{} {}={}", snapshot ? "snapshot " : "", o.sequence, o.data_item_id,
                              o.value));
  }
  void on_gap(const Gap& gap) override {
    static constexpr const char* kCauses[] = {"overwritten", "restarted", "unheard"};
    all.push_back(fmt::format("{} {}-{} ({})", kCauses[static_cast<int>(gap.cause)], gap.first,
                              gap.last, gap.count));
  }
  void on_commit(const Cursor& at, const Header& header) override {
    cursor = at;
    all.push_back(fmt::format("next {}{}", at.next, header.creation_time ? "" : " (kept)"));
  }
  void on_discard() override { all.emplace_back("discard"); }
  void on_asset(const Asset& asset) override { all.push_back("asset " + asset.asset_id); }
  void on_asset_gone(std::string_view id) override { all.push_back("gone " + std::string(id)); }
  void on_trouble(const Error& error) override { all.push_back("trouble: " + error.message); }
  void on_strange(std::string_view topic, BytesView, const Error& why) override {
    all.push_back(fmt::format("strange {}: {}", topic, why.message));
  }
  void on_step(const std::string& words, bool) override { all.push_back("step: " + words); }
  void on_away(const std::string& words) override { all.push_back("away: " + words); }
};

using Lines = std::vector<std::string>;

class Broker : public ::testing::Test {
 protected:
  void begin(std::optional<Cursor> kept = {}, BrokerOptions options = {.device = "Mill"}) {
    session_ = std::make_unique<BrokerSession>(options, notes_, random_, kept);
    session_->connected(now_);
  }
  /// Found already, and connected anew to what is its own.
  void find(std::optional<Cursor> kept = {}) {
    begin(std::move(kept));
    EXPECT_TRUE(publish("Probe/u-1", probe("Mill", "u-1"), true));
    session_->connected(now_);
    notes_.all.clear();
  }
  bool publish(std::string_view topic, std::string_view payload, bool kept = false) {
    return session_->message(fmt::format("MTConnect/{}", topic), payload, kept, now_);
  }
  void current(std::uint64_t next, int time, std::vector<Told> told, bool kept = false) {
    publish("Current/u-1", document(7, next, time, std::move(told)), kept);
  }
  void sample(std::uint64_t next, int time, std::vector<Told> told, bool kept = false) {
    publish("Sample/u-1", document(7, next, time, std::move(told)), kept);
  }
  bool wait(Duration duration) {
    now_ = now_ + duration;
    return session_->deadline() <= now_ && session_->on_time(now_);
  }
  Lines notes() { return std::exchange(notes_.all, {}); }

  SeededRandom random_{1};
  Notes notes_;
  Duration now_ = Duration::seconds(1'000);
  std::unique_ptr<BrokerSession> session_;
};

TEST_F(Broker, the_probes_are_read_first_and_then_what_belongs_to_the_device) {
  begin();
  EXPECT_EQ(session_->filters(), (Lines{"MTConnect/Probe/+", "MTConnect/Devices/+/Observations/#",
                                        "MTConnect/Observation/#"}));
  EXPECT_FALSE(publish("Probe/u-0", probe("Lathe", "u-0"), true));
  EXPECT_TRUE(publish("Probe/u-1", probe("Mill", "u-1"), true));
  EXPECT_EQ(session_->filters(),
            (Lines{"MTConnect/Probe/+/Availability", "MTConnect/Probe/u-1", "MTConnect/Current/u-1",
                   "MTConnect/Sample/u-1", "MTConnect/Asset/u-1/+"}));
  EXPECT_EQ(notes(), Lines{"model Mill"});
}

TEST_F(Broker, without_a_name_the_first_by_uuid_is_taken_that_is_no_agent) {
  begin({}, {.prefix = "Shop/MTC"});
  EXPECT_EQ(session_->filters()[0], "Shop/MTC/Probe/+");
  session_->message("Shop/MTC/Probe/a-0", probe("Agent", "a-0", "Agent"), true, now_);
  session_->message("Shop/MTC/Probe/u-2", probe("Saw", "u-2"), true, now_);
  EXPECT_FALSE(session_->message("Shop/MTC/Probe/u-1", probe("Mill", "u-1"), true, now_));
  EXPECT_TRUE(wait(BrokerSession::kChoice));
  EXPECT_EQ(session_->filters()[2], "Shop/MTC/Current/u-1");
  EXPECT_EQ(notes(),
            (Lines{"step: there are several; add the name to the address to choose: Agent Mill Saw",
                   "model Mill"}));
}

TEST_F(Broker, a_device_that_is_not_there_is_told_with_those_that_are) {
  begin({}, {.device = "Grinder"});
  publish("Probe/u-1", probe("Mill", "u-1"), true);
  EXPECT_FALSE(wait(BrokerSession::kChoice));
  EXPECT_EQ(notes(), Lines{"step: the broker has no such device; it has: Mill"});
  EXPECT_TRUE(publish("Probe/u-9", probe("Grinder", "u-9"))) << "it may come later";
}

TEST_F(Broker, a_broker_that_has_kept_nothing_is_told_with_what_to_see_to) {
  begin();
  EXPECT_FALSE(wait(BrokerSession::kNothingKept));
  const Lines lines = notes();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].contains("MqttRetain")) << lines[0];
  EXPECT_FALSE(wait(Duration::hours(1)));
  EXPECT_EQ(notes(), Lines{}) << "once is enough";
}

TEST_F(Broker, the_current_is_a_snapshot_and_samples_follow_it) {
  find();
  current(10, 0, {{3, "a", "x"}, {9, "b", "y"}}, true);
  sample(10, 0, {{9, "b", "y"}}, true);
  sample(12, 1, {{10, "a", "x2"}, {11, "a", "x3"}});
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "snapshot 9 b=y", "next 10 (kept)", "next 10 (kept)",
                            "10 a=x2", "11 a=x3", "next 12"}));
  EXPECT_EQ(notes_.cursor->instance_id, 7U);
}

TEST_F(Broker, the_sequences_of_the_agents_other_devices_are_no_gap) {
  find();
  current(10, 0, {{3, "a", "x"}});
  sample(21, 1, {{20, "a", "x2"}});
  sample(50, 2, {{40, "a", "x3"}});
  current(60, 10, {{40, "a", "x3"}});
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "next 10", "20 a=x2", "next 21", "40 a=x3", "next 50",
                            "next 60"}));
}

TEST_F(Broker, a_message_that_comes_twice_is_taken_once) {
  find();
  current(10, 0, {{3, "a", "x"}});
  sample(12, 1, {{10, "a", "x2"}});
  sample(12, 1, {{10, "a", "x2"}});
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "next 10", "10 a=x2", "next 12", "next 12"}));
}

TEST_F(Broker, documents_out_of_order_give_nothing_twice_and_lose_nothing_in_silence) {
  find();
  current(10, 0, {{3, "a", "x"}});
  sample(14, 2, {{12, "a", "x3"}, {13, "b", "y"}});
  sample(12, 1, {{10, "a", "x1"}, {11, "a", "x2"}});
  sample(12, 1, {{10, "a", "x1"}, {11, "a", "x2"}});
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "next 10", "12 a=x3", "13 b=y", "next 14",
                            "unheard 10-11 (2)", "next 14", "next 14"}));
}

TEST_F(Broker, what_a_current_knows_and_the_samples_passed_by_is_told_and_delivered) {
  find();
  current(10, 0, {{3, "a", "x"}, {4, "b", "y"}});
  sample(14, 1, {{13, "a", "x2"}});  // 11, of b, was lost on the way
  current(14, 10, {{13, "a", "x2"}, {11, "b", "y2"}});
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "snapshot 4 b=y", "next 10", "13 a=x2", "next 14",
                            "unheard 11-11 (0)", "snapshot 11 b=y2", "next 14"}));
}

TEST_F(Broker, a_current_ahead_of_its_sample_waits_for_it) {
  find();
  current(10, 0, {{3, "a", "x"}});
  current(12, 10, {{11, "a", "x3"}});
  sample(12, 10, {{10, "a", "x2"}, {11, "a", "x3"}});
  EXPECT_EQ(notes(),
            (Lines{"snapshot 3 a=x", "next 10", "next 10", "10 a=x2", "11 a=x3", "next 12"}));
}

TEST_F(Broker, samples_that_do_not_come_at_all_are_a_gap_that_the_current_bridges) {
  find();
  current(10, 0, {{3, "a", "x"}});
  current(12, 10, {{11, "a", "x3"}});
  now_ = now_ + BrokerSession::kLateSample;
  current(12, 20, {{11, "a", "x3"}});
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "next 10", "next 10", "next 10"}));
  now_ = now_ + Duration::seconds(1);
  current(15, 30, {{14, "a", "x5"}});
  EXPECT_EQ(notes(), (Lines{"unheard 10-14 (0)", "snapshot 14 a=x5", "next 15"}));
}

TEST_F(Broker, a_lost_broker_is_a_gap_only_if_something_was_said_meanwhile) {
  find();
  current(10, 0, {{3, "a", "x"}});
  session_->lost();
  session_->connected(now_);
  current(17, 10, {{3, "a", "x"}}, true);  // others said something
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "next 10", "next 17 (kept)"}));
  session_->lost();
  session_->connected(now_);
  current(25, 20, {{20, "a", "x9"}}, true);
  sample(25, 20, {{20, "a", "x9"}}, true);
  sample(27, 21, {{26, "a", "x10"}});
  EXPECT_EQ(notes(), (Lines{"unheard 17-24 (0)", "snapshot 20 a=x9", "next 25 (kept)",
                            "next 25 (kept)", "26 a=x10", "next 27"}));
}

TEST_F(Broker, what_was_published_after_the_kept_current_and_before_the_kept_sample_is_a_gap) {
  find();
  current(10, 0, {{3, "a", "x"}}, true);
  sample(30, 5, {{25, "a", "x2"}}, true);
  sample(32, 6, {{31, "a", "x3"}});
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "next 10 (kept)", "unheard 10-24 (0)", "25 a=x2",
                            "next 30 (kept)", "31 a=x3", "next 32"}));
}

TEST_F(Broker, a_kept_cursor_goes_on_where_it_stood) {
  find(Cursor{7, 10, parse_time("2024-05-01T10:00:00Z")});
  current(10, 5, {{3, "a", "x"}, {9, "b", "y"}}, true);
  sample(12, 6, {{10, "a", "x2"}, {11, "b", "y2"}});
  EXPECT_EQ(notes(), (Lines{"next 10 (kept)", "10 a=x2", "11 b=y2", "next 12"}));
}

TEST_F(Broker, what_was_said_while_we_were_stopped_is_a_gap) {
  find(Cursor{7, 10, parse_time("2024-05-01T10:00:00Z")});
  current(20, 5, {{3, "a", "x"}, {15, "b", "y3"}}, true);
  EXPECT_EQ(notes(), (Lines{"unheard 10-19 (0)", "snapshot 15 b=y3", "next 20 (kept)"}));
}

TEST_F(Broker, another_instance_is_a_restart_whichever_document_tells_it) {
  find();
  current(10, 0, {{3, "a", "x"}});
  publish("Current/u-1", document(8, 3, 5, {{1, "a", "z"}, {2, "b", "z"}}));
  publish("Sample/u-1", document(8, 4, 6, {{3, "a", "z2"}}));
  EXPECT_EQ(notes(), (Lines{"snapshot 3 a=x", "next 10", "restarted 10-0 (0)", "snapshot 1 a=z",
                            "snapshot 2 b=z", "next 3", "3 a=z2", "next 4"}));
  publish("Sample/u-1", document(9, 6, 7, {{5, "a", "w"}}));
  publish("Current/u-1", document(9, 6, 8, {{5, "a", "w"}, {2, "b", "w"}}));
  EXPECT_EQ(notes(), (Lines{"restarted 4-0 (0)", "5 a=w", "next 6", "snapshot 2 b=w", "next 6"}));
}

TEST_F(Broker, what_was_kept_of_an_earlier_instance_changes_nothing) {
  find();
  publish("Current/u-1", document(8, 3, 60, {{1, "a", "z"}}), true);
  publish("Sample/u-1", document(7, 900, 30, {{899, "a", "old"}}), true);
  publish("Sample/u-1", document(8, 4, 61, {{3, "a", "z2"}}));
  EXPECT_EQ(notes(), (Lines{"snapshot 1 a=z", "next 3 (kept)", "3 a=z2", "next 4"}));
}

TEST_F(Broker, an_agent_that_counts_anew_under_its_old_instance_has_restarted) {
  find();
  current(100, 0, {{99, "a", "x"}});
  current(5, 10, {{4, "a", "z"}});
  EXPECT_EQ(notes(), (Lines{"snapshot 99 a=x", "next 100", "restarted 100-0 (0)", "snapshot 4 a=z",
                            "next 5"}));
}

TEST_F(Broker, a_buffer_that_wrapped_before_it_was_published_is_a_lost_range) {
  find();
  current(10, 0, {{3, "a", "x"}});
  publish("Sample/u-1", document(7, 60, 5, {{50, "a", "x2"}}, 50));
  EXPECT_EQ(notes(),
            (Lines{"snapshot 3 a=x", "next 10", "overwritten 10-49 (40)", "50 a=x2", "next 60"}));
}

TEST_F(Broker, the_last_will_of_the_only_agent_is_ours) {
  find();
  publish("Probe/a-0/Availability", "AVAILABLE", true);
  current(10, 0, {{3, "a", "x"}});
  notes();
  publish("Probe/a-0/Availability", "UNAVAILABLE");
  publish("Probe/a-0/Availability", "UNAVAILABLE");
  EXPECT_EQ(notes(), Lines{"away: the agent has left the broker (its last will says so)"});
  publish("Probe/a-0/Availability", "AVAILABLE");
  current(14, 60, {{12, "a", "x2"}});
  EXPECT_EQ(notes(), (Lines{"unheard 10-13 (0)", "snapshot 12 a=x2", "next 14"}));
}

TEST_F(Broker, a_kept_last_will_waits_for_those_of_other_agents) {
  find();
  publish("Probe/a-0/Availability", "UNAVAILABLE", true);
  publish("Probe/b-0/Availability", "AVAILABLE", true);
  wait(BrokerSession::kChoice);
  EXPECT_EQ(notes(), Lines{}) << "whose it is cannot be known";
  session_->lost();
  session_->connected(now_);
  publish("Probe/a-0/Availability", "UNAVAILABLE", true);
  wait(BrokerSession::kChoice);
  EXPECT_EQ(notes(), Lines{"away: the agent has left the broker (its last will says so)"});
}

TEST_F(Broker, silence_of_three_times_its_pace_is_an_agent_that_is_away) {
  find();
  current(10, 0, {{3, "a", "x"}});
  now_ = now_ + Duration::seconds(20);
  current(10, 20, {{3, "a", "x"}});
  notes();
  wait(Duration::seconds(59));
  EXPECT_EQ(notes(), Lines{});
  wait(Duration::seconds(1));
  EXPECT_EQ(notes(), Lines{"away: nothing came from the agent for a while"});
}

TEST_F(Broker, assets_are_handed_on_and_foreign_messages_are_told) {
  find();
  publish("Asset/u-1/M.12", R"({"CuttingTool":{"assetId":"M.12"}})", true);
  publish("Asset/u-1/M.13",
          R"({"MTConnectAssets":{"jsonVersion":2,"Assets":{"CuttingTool":[{"assetId":"M.13"}]}}})");
  publish("Asset/u-2/M.14", R"({"CuttingTool":{"assetId":"M.14"}})");
  publish("Current/u-2", document(7, 10, 0, {}));
  publish("Current/u-1", R"({"temperature":21})");
  publish("Sample/u-1", "\x1f\x8b\x08");
  publish("Sample/u-1", R"({"MTConnectStreams":{"jsonVersion":2,"Header":{}}})");
  publish("Sample/u-1", "");
  publish("Probe/u-1", "x");
  const Lines lines = notes();
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[0] + " " + lines[1], "asset M.12 asset M.13");
  EXPECT_TRUE(lines[2].contains("no MTConnect document")) << lines[2];
  EXPECT_TRUE(lines[3].contains("strange MTConnect/Sample/u-1: XML")) << lines[3];
  EXPECT_TRUE(lines[4].contains("no instanceId")) << lines[4];
  EXPECT_TRUE(lines[5].contains("strange MTConnect/Probe/u-1")) << lines[5];
}

/// An agent of one device whose messages are lost, doubled and turned round on the way; what it
/// knows itself is the oracle.
class RoughWay : public ::testing::TestWithParam<int> {
 protected:
  static constexpr std::size_t kItems = 4;

  std::size_t dice(std::size_t sides) { return random_.u64() % sides; }
  void observe() {
    const std::size_t item = dice(kItems);
    const Told told{next_++, std::string(1, static_cast<char>('a' + item)), "v"};
    latest_[item] = told;
    unsent_.push_back(told);
  }
  void send(std::string_view topic, const std::string& payload) {
    session_->message(topic, payload, false, now_);
  }
  void send_current() {
    std::vector<Told> all;
    for (const Told& one : latest_) {
      if (one.sequence != 0) all.push_back(one);
    }
    send("MTConnect/Current/u-1", document(7, next_, time_, all));
  }

  SeededRandom random_{static_cast<std::uint64_t>(GetParam())};
  Notes notes_;
  Duration now_ = Duration::seconds(1'000);
  int time_ = 0;
  std::uint64_t next_ = 1;
  std::array<Told, kItems> latest_;
  std::vector<Told> unsent_;
  std::unique_ptr<BrokerSession> session_;
};

TEST_P(RoughWay, gives_nothing_twice_and_ends_with_what_the_agent_knows) {
  session_ = std::make_unique<BrokerSession>(BrokerOptions{.device = "Mill"}, notes_, random_);
  session_->connected(now_);
  send("MTConnect/Probe/u-1", probe("Mill", "u-1"));
  session_->connected(now_);
  bool dropped = false;
  std::string late;
  for (int step = 0; step < 300; ++step) {
    ++time_;
    now_ = now_ + Duration::seconds(1);
    for (std::size_t i = dice(4); i > 0; --i) observe();
    const std::string sample = document(7, next_, time_, std::exchange(unsent_, {}));
    switch (dice(12)) {
      case 0: dropped = true; break;
      case 1: late = sample; break;
      case 2: send("MTConnect/Sample/u-1", sample); [[fallthrough]];
      default: send("MTConnect/Sample/u-1", sample);
    }
    if (!late.empty() && dice(2) == 0) send("MTConnect/Sample/u-1", std::exchange(late, ""));
    if (dice(40) == 0) {
      session_->lost();
      session_->connected(now_);
    }
    if (step % 10 == 0) send_current();
  }
  ++time_;
  observe();
  send("MTConnect/Sample/u-1", document(7, next_, time_, std::exchange(unsent_, {})));
  send_current();
  std::set<std::string> seen;
  std::map<std::string, std::string> last;
  std::size_t gaps = 0;
  for (const std::string& note : notes_.all) {
    if (note.starts_with("unheard")) ++gaps;
    const std::size_t equals = note.find('=');
    if (equals == std::string::npos) continue;
    const std::string bare = note.starts_with("snapshot ") ? note.substr(9) : note;
    EXPECT_TRUE(seen.insert(bare).second) << bare << " came twice";
    const std::size_t blank = bare.find(' ');
    last[bare.substr(blank + 1, 1)] = bare.substr(0, blank);
  }
  for (const Told& one : latest_) EXPECT_EQ(last[one.item], std::to_string(one.sequence));
  EXPECT_TRUE(gaps > 0 || !dropped);
}
INSTANTIATE_TEST_SUITE_P(Seeds, RoughWay, ::testing::Range(1, 40));

}  // namespace
}  // namespace heed::wire::mtconnect

#include "machines/agent_ring.h"

#include <gtest/gtest.h>

#include "machines/agent.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

class RingTest : public testing::Test {
 protected:
  void say(const std::string& item, std::optional<std::string> value, bool condition = false) {
    clock_.advance(Duration::seconds(1));
    ring_.take(machine_, {{item, std::move(value), clock_.now(), condition}});
  }
  void start(const std::vector<ItemValue>& base = {}) {
    ASSERT_TRUE(ring_.begin("p1"));
    ring_.base(machine_, base);
    ring_.run();
  }
  ItemValue value(const std::string& item, std::optional<std::string> said,
                  bool condition = false) {
    return {item, std::move(said), clock_.now(), condition};
  }
  /// "7:item=value", a gap as -.
  static std::string write(const std::vector<NumberedPointer>& entries) {
    std::string text;
    for (const NumberedPointer& one : entries) {
      if (!text.empty()) text += ' ';
      text += std::to_string(one->sequence) + ":" + one->item + "=" + one->value.value_or("-");
    }
    return text;
  }
  std::string held() const { return write(ring_.slice(1, 1'000).entries); }
  std::string now() const { return write(ring_.standings({}).entries); }

  ManualClock clock_{Time::from_seconds(1'600'000'000)};
  SeededRandom random_{1};
  MachineId machine_ = MachineId::make(random_);
  AgentRing ring_{clock_, 4};
};

TEST_F(RingTest, numbers_what_is_said_and_holds_the_last_of_it) {
  start({value("mode", "AUTOMATIC")});
  EXPECT_EQ(ring_.place().first, 2U);
  EXPECT_EQ(ring_.place().next, 2U);
  for (const char* program : {"1", "2", "3", "4", "5", "6"}) say("program", program);
  EXPECT_EQ(held(), "4:program=3 5:program=4 6:program=5 7:program=6");
  EXPECT_EQ(ring_.place().first, 4U);
  EXPECT_EQ(ring_.place().next, 8U);
  EXPECT_EQ(now(), "1:mode=AUTOMATIC 7:program=6");
  EXPECT_EQ(write(ring_.slice(5, 2).entries), "5:program=4 6:program=5");
  EXPECT_TRUE(ring_.slice(8, 2).entries.empty());
}

TEST_F(RingTest, a_data_set_is_told_by_its_changes_and_stands_as_all_of_them) {
  start({{"offsets", "a=1 b=2", clock_.now(), false, true}});
  for (const char* change : {"b=3", "c=4 a=", ":DAY a=0", "d=5"}) {
    ring_.take(machine_, {{"offsets", change, clock_.now(), false, true}});
  }
  EXPECT_EQ(held(), "2:offsets=b=3 3:offsets=c=4 a= 4:offsets=:DAY a=0 5:offsets=d=5");
  EXPECT_EQ(write(ring_.standings(2).entries), "2:offsets=a=1 b=3");
  EXPECT_EQ(write(ring_.standings(3).entries), "3:offsets=b=3 c=4");
  EXPECT_EQ(now(), "5:offsets=a=0 d=5");
  ring_.suspend(machine_, clock_.now());
  EXPECT_EQ(now(), "6:offsets=-");
}

TEST_F(RingTest, a_data_set_that_changed_before_the_ring_began_stands_whole) {
  ring_.take(machine_, {{"offsets", "b=3", clock_.now(), false, true}});
  start({{"offsets", "a=1 b=3", clock_.now(), false, true}});
  EXPECT_EQ(now(), "2:offsets=a=1 b=3");
}

TEST_F(RingTest, tells_what_stood_at_each_sequence_that_it_holds) {
  start({value("mode", "AUTOMATIC")});
  for (const char* program : {"1", "2", "3", "4", "5", "6"}) say("program", program);
  EXPECT_EQ(write(ring_.standings(4).entries), "1:mode=AUTOMATIC 4:program=3");
  EXPECT_EQ(write(ring_.standings(6).entries), "1:mode=AUTOMATIC 6:program=5");
}

TEST_F(RingTest, is_bounded_in_bytes_too) {
  AgentRing ring(clock_);
  ASSERT_TRUE(ring.begin("p1"));
  ring.run();
  const std::string long_text(1 << 20, 'x');
  for (int i = 0; i < 40; ++i) ring.take(machine_, {{"a", long_text, clock_.now()}});
  const std::size_t held = ring.slice(1, 1'000).entries.size();
  EXPECT_LE(held, AgentRing::kBytes >> 20);
  EXPECT_GE(held, (AgentRing::kBytes >> 20) - 1);
}

TEST_F(RingTest, several_conditions_of_an_item_stand_beside_each_other_until_they_are_cleared) {
  start();
  say("system", "FAULT|1|||hot", true);
  say("system", "WARNING|2|||low", true);
  EXPECT_EQ(now(), "2:system=FAULT|1|||hot 3:system=WARNING|2|||low");
  say("system", "FAULT|2|||lower", true);
  EXPECT_EQ(now(), "2:system=FAULT|1|||hot 4:system=FAULT|2|||lower");
  say("system", "NORMAL|1|||", true);
  EXPECT_EQ(now(), "4:system=FAULT|2|||lower");
  say("system", "NORMAL||||", true);
  EXPECT_EQ(now(), "6:system=NORMAL||||");
  say("system", {}, true);
  EXPECT_EQ(now(), "7:system=-");
}

TEST_F(RingTest, what_came_before_anybody_asked_is_numbered_when_somebody_does) {
  say("program", "1");
  say("program", "2");
  EXPECT_EQ(ring_.place().instance, 0U);
  start({value("mode", "AUTOMATIC"), value("program", "2")});
  EXPECT_EQ(held(), "2:program=1 3:program=2");
  EXPECT_EQ(now(), "1:mode=AUTOMATIC 3:program=2");
  EXPECT_FALSE(ring_.slice(1, 9).entries.front()->earlier);
  EXPECT_TRUE(ring_.standings({}).entries.front()->earlier);
}

TEST_F(RingTest, beyond_its_limit_it_waits_for_nobody_and_wants_nothing_more) {
  EXPECT_TRUE(ring_.wants());
  for (std::size_t i = 0; i < AgentRing::kWaiting; ++i) say("program", "1");
  EXPECT_TRUE(ring_.wants());
  say("program", "2");
  EXPECT_FALSE(ring_.wants());
  start({value("program", "2")});
  EXPECT_TRUE(ring_.wants());
  EXPECT_EQ(now(), "1:program=2");
  EXPECT_EQ(held(), "");
}

TEST_F(RingTest, another_standing_begins_another_instance_and_the_same_does_not) {
  start({value("program", "1")});
  say("program", "2");
  const auto before = ring_.place().instance;
  EXPECT_FALSE(ring_.begin("p1"));
  EXPECT_EQ(ring_.place().instance, before);
  ASSERT_TRUE(ring_.begin("p2"));
  ring_.base(machine_, {value("program", "2")});
  ring_.run();
  EXPECT_GT(ring_.place().instance, before);
  EXPECT_EQ(now(), "1:program=2");
  EXPECT_EQ(held(), "");
}

TEST_F(RingTest, lets_go_of_all_when_nobody_asked_for_an_hour_and_nobody_listens) {
  start({value("program", "1")});
  auto listening = ring_.subscribe([] {});
  ASSERT_TRUE(listening);
  clock_.advance(AgentRing::kForgottenAfter + Duration::seconds(1));
  ring_.tick();
  EXPECT_NE(ring_.place().instance, 0U);
  listening->reset();
  ring_.tick();
  EXPECT_EQ(ring_.place().instance, 0U);
  EXPECT_FALSE(ring_.wants());
}

TEST_F(RingTest, nothing_is_known_of_a_machine_that_is_not_reached_until_it_is_again) {
  start({value("mode", "AUTOMATIC"), value("system", "FAULT|1|||hot", true),
         value("system", "FAULT|2|||dry", true)});
  ring_.suspend(machine_, clock_.now());
  EXPECT_EQ(now(), "4:mode=- 5:system=-");
  ring_.resume(machine_, {value("", "AVAILABLE"), value("mode", "AUTOMATIC"),
                          value("system", "FAULT|1|||hot", true)});
  EXPECT_EQ(now(), "6:=AVAILABLE 7:mode=AUTOMATIC 8:system=FAULT|1|||hot");
  ring_.resume(machine_, {value("", "AVAILABLE"), value("mode", "AUTOMATIC")});
  EXPECT_EQ(ring_.place().next, 10U);  // it was not away: the link alone is told
}

TEST_F(RingTest, a_machine_that_was_lost_before_anybody_asked_is_lost_when_somebody_does) {
  say("program", "1");
  ring_.suspend(machine_, clock_.now());
  start({value("program", {}), value("mode", {})});
  EXPECT_EQ(now(), "1:mode=- 3:program=-");
}

TEST_F(RingTest, wakes_who_listens_and_takes_only_so_many) {
  start();
  int woken = 0;
  std::vector<std::shared_ptr<void>> all;
  for (std::size_t i = 0; i < AgentRing::kListeners; ++i) {
    all.push_back(*ring_.subscribe([&] { ++woken; }));
  }
  EXPECT_FALSE(ring_.subscribe([] {}));
  say("program", "1");
  EXPECT_EQ(woken, static_cast<int>(AgentRing::kListeners));
  all.clear();
  EXPECT_TRUE(ring_.subscribe([] {}));
}

TEST_F(RingTest, a_change_of_the_model_is_later_than_the_one_before_at_the_same_moment) {
  start();
  const Time first = ring_.place().model_changed;
  ring_.model_changed();
  ring_.model_changed();
  EXPECT_EQ(ring_.place().model_changed, first + Duration::microseconds(2));
}

// Behind the recorder ----------------------------------------------------------------------------

class RecordedRing : public testing::Test {
 protected:
  std::shared_ptr<AgentRing> ring() {
    auto ring = shop_.machines->agent().ring(shop_.access(), "p1");
    require(ring.has_value(), ring ? "" : ring.error().message());
    return *ring;
  }
  std::string now() {
    std::string text;
    for (const NumberedPointer& one : ring()->standings({}).entries) {
      text += one->item + "=" + one->value.value_or("-") + " ";
    }
    return text;
  }

  TestShop shop_;
  MachineId machine_ = shop_.add("mill");
  ReportMaker reports_{machine_};
  const Time then_ = shop_.store.clock().now();
};

TEST_F(RecordedRing, begins_with_what_the_silo_knows_and_goes_on_with_what_is_recorded) {
  shop_.record(reports_.report(
      {"|mode|AUTOMATIC", "|sys|FAULT|1|||a", "|sys|FAULT|2|||b", "|sys|NORMAL|1|||"}, then_));
  shop_.restart();
  EXPECT_EQ(now(), "mode=AUTOMATIC sys=FAULT|2|||b ");
  const std::uint64_t next = ring()->place().next;
  EXPECT_EQ(ring()->place().first, next);
  shop_.record(reports_.report({"|mode|MANUAL", "|mode|MANUAL"}, then_ + Duration::seconds(1)));
  const auto part = ring()->slice(next, 10);
  ASSERT_EQ(part.entries.size(), 1U);  // a repeat says nothing
  EXPECT_EQ(part.entries.front()->value, "MANUAL");
}

TEST_F(RecordedRing, what_came_between_a_restart_and_the_first_question_is_held) {
  shop_.record(reports_.report({"|mode|AUTOMATIC"}, then_));
  shop_.restart();
  shop_.record(reports_.report({"|mode|MANUAL"}, then_ + Duration::seconds(1)));
  shop_.record(reports_.report({"|mode|EDIT"}, then_ + Duration::seconds(2)));
  const auto part = ring()->slice(1, 10);
  ASSERT_EQ(part.entries.size(), 2U);
  EXPECT_EQ(part.entries[0]->value, "MANUAL");
  EXPECT_EQ(part.entries[1]->value, "EDIT");
}

TEST_F(RecordedRing, a_link_that_is_lost_takes_what_was_said_with_it_and_brings_it_back) {
  shop_.record(reports_.link(true, then_));
  shop_.record(reports_.report({"|mode|AUTOMATIC", "|sys|FAULT|1|||a"}, then_));
  EXPECT_EQ(now(), "=AVAILABLE mode=AUTOMATIC sys=FAULT|1|||a ");
  shop_.record(reports_.link(false, then_ + Duration::seconds(5)));
  EXPECT_EQ(now(), "=- mode=- sys=- ");
  shop_.restart();
  EXPECT_EQ(now(), "=- mode=- sys=- ");
  shop_.record(reports_.link(true, then_ + Duration::seconds(9)));
  EXPECT_EQ(now(), "=AVAILABLE mode=AUTOMATIC sys=FAULT|1|||a ");
}

TEST_F(RecordedRing, new_items_and_machines_change_the_model_and_new_values_do_not) {
  shop_.record(reports_.report({"|mode|AUTOMATIC"}, then_));
  const auto changed = [&] { return ring()->place().model_changed; };
  Time before = changed();
  shop_.record(reports_.report({"|mode|MANUAL"}, then_));
  EXPECT_EQ(changed(), before);
  shop_.record(reports_.report({"|door|OPEN"}, then_));
  EXPECT_GT(changed(), before);
  before = changed();
  const MachineId other = shop_.add("lathe");
  EXPECT_GT(changed(), before);
  before = changed();
  ASSERT_TRUE(shop_.machines->remove(shop_.access(), other));
  EXPECT_GT(changed(), before);
}

TEST_F(RecordedRing, a_machine_that_is_removed_is_forgotten_and_back_when_it_is_restored) {
  shop_.record(reports_.report({"|mode|AUTOMATIC"}, then_));
  EXPECT_EQ(now(), "mode=AUTOMATIC ");
  ASSERT_TRUE(shop_.machines->remove(shop_.access(), machine_));
  EXPECT_EQ(now(), "");
  ASSERT_TRUE(shop_.machines->restore(shop_.access(), machine_));
  EXPECT_EQ(now(), "mode=AUTOMATIC ");
}

TEST_F(RecordedRing, items_are_described_with_their_role_and_whether_they_are_conditions) {
  shop_.record(reports_.report({"|mode|AUTOMATIC", "|sys|FAULT|1|||a"}, then_));
  const auto described = shop_.machines->agent().describe(shop_.access(), machine_);
  ASSERT_TRUE(described);
  ASSERT_EQ(described->items.size(), 2U);
  EXPECT_EQ(described->items[0].role, "controller_mode");
  EXPECT_TRUE(described->items[1].condition);
  EXPECT_FALSE(described->has_link);
  EXPECT_EQ(described->withheld, 0U);
}

}  // namespace
}  // namespace heed::machines

// Conditions of one code that their source tells apart by a word of its own (MTConnect's
// conditionId), wherever conditions are followed.
#include <gtest/gtest.h>

#include "machines/agent.h"
#include "machines/agent_ring.h"
#include "machines/alarm_pareto.h"
#include "machines/condition_book.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

Time at(int minute) {
  return Time::from_seconds(1'700'000'000 + 60 * minute);
}
Condition said(std::string_view value, int minute = 0) {
  return read_condition("sys", value, at(minute));
}
std::string active(const ConditionBook& book) {
  std::string all;
  for (const Condition& one : book.active()) all += condition_value(one) + "\n";
  return all;
}

TEST(ConditionId, stands_in_the_qualifier_and_is_read_from_there) {
  struct Case {
    const char *value, *qualifier, *id;
  };
  const Case cases[] = {{"FAULT|404|3|HIGH id:c-17|hot", "HIGH", "c-17"},
                        {"FAULT|404|3|id:c 17 id:x|hot", "", "c 17 id:x"},
                        {"FAULT|404|3|HIGH|hot", "HIGH", ""},
                        {"FAULT|404|3|VERY HIGH|hot", "VERY HIGH", ""},
                        {"FAULT|404|3||id:c-17", "", ""}};
  for (const Case& one : cases) {
    const Condition condition = said(one.value);
    EXPECT_EQ(condition.qualifier, one.qualifier) << one.value;
    EXPECT_EQ(condition.id, one.id) << one.value;
    EXPECT_EQ(condition.key(), *one.id == 0 ? "404" : one.id) << one.value;
    EXPECT_EQ(condition_value(condition), one.value);
  }
}

TEST(ConditionId, of_whatever_text_is_written_as_it_was_read) {
  constexpr std::string_view kPieces[] = {"id:", " ", "|", "HIGH", "a", "", "\xC3", ":", "FAULT"};
  SeededRandom random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (const char c : random.bytes(12)) {
      text += kPieces[static_cast<unsigned char>(c) % std::size(kPieces)];
    }
    const Condition once = said(text);
    const Condition twice = said(condition_value(once));
    ASSERT_EQ(condition_value(once), condition_value(twice)) << text;
    ASSERT_EQ(std::tie(once.qualifier, once.id), std::tie(twice.qualifier, twice.id)) << text;
  }
}

TEST(ConditionId, tells_two_of_one_code_apart_until_each_is_over) {
  ConditionBook book;
  book.apply(said("FAULT|404||id:a|left"));
  book.apply(said("FAULT|404||id:b|right"));
  EXPECT_EQ(active(book), "FAULT|404||id:a|left\nFAULT|404||id:b|right\n");
  book.apply(said("NORMAL|404||id:a|"));
  EXPECT_EQ(active(book), "FAULT|404||id:b|right\n");
  EXPECT_TRUE(book.any_fault());
  book.apply(said("WARNING|404|||of no id"));
  book.apply(said("NORMAL|404|||"));
  EXPECT_EQ(active(book), "") << "without an id it ends all of its code";
  EXPECT_FALSE(book.any_fault());
}

TEST(ConditionId, is_kept_with_what_is_active) {
  ConditionBook book;
  book.apply(said("FAULT|404||HIGH id:a|left"));
  book.apply(said("FAULT|405|||other"));
  ByteWriter out;
  book.write(out);
  const Bytes bytes = out.take();
  ByteReader in(bytes);
  EXPECT_EQ(active(ConditionBook::read(in)), active(book));
}

TEST(ConditionId, makes_alarms_of_their_own) {
  AlarmInput input{
      .range = {at(0), at(60)}, .goes_on = false, .held = {}, .said = {}, .unheard = {}};
  input.said = {said("FAULT|404||id:a|left", 10), said("FAULT|404||id:b|right", 20),
                said("NORMAL|404||id:b|", 30), said("NORMAL|404|||", 40)};
  const auto spans = alarm_spans(input);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].code, "404");
  EXPECT_EQ(spans[0].range, (TimeRange{at(10), at(40)}));
  EXPECT_EQ(spans[1].text, "right");
  EXPECT_EQ(spans[1].range, (TimeRange{at(20), at(30)}));
}

class RingBeside : public testing::Test {
 protected:
  RingBeside() {
    EXPECT_TRUE(ring_.begin("p"));
    ring_.run();
  }
  void say(ItemValue value) { ring_.take(machine_, {std::move(value)}); }

  ManualClock clock_{at(0)};
  SeededRandom random_{1};
  MachineId machine_ = MachineId::make(random_);
  AgentRing ring_{clock_, 100};
};

TEST_F(RingBeside, conditions_of_one_code_stand_beside_each_other_by_their_ids) {
  for (const char* value : {"FAULT|404||id:a|left", "FAULT|404||id:b|right", "FAULT|404||id:a|l"}) {
    say({"sys", value, clock_.now(), true});
  }
  EXPECT_EQ(ring_.standings({}).entries.size(), 2U);
  say({"sys", "NORMAL|404||id:a|", clock_.now(), true});
  ASSERT_EQ(ring_.standings({}).entries.size(), 1U);
  EXPECT_EQ(ring_.standings({}).entries[0]->value, "FAULT|404||id:b|right");
  say({"sys", "NORMAL|404|||", clock_.now(), true});
  ASSERT_EQ(ring_.standings({}).entries.size(), 1U);
  EXPECT_EQ(ring_.standings({}).entries[0]->value, "NORMAL|404|||");
}

TEST_F(RingBeside, what_came_beside_a_value_goes_with_it) {
  const Beside beside{.seconds = 10, .reset = "DAY"};
  say({"load", "55", clock_.now(), false, false, beside});
  EXPECT_EQ(ring_.slice(1, 10).entries.back()->beside, beside);
  EXPECT_EQ(ring_.standings({}).entries.back()->beside, beside);
}

// Behind the recorder ----------------------------------------------------------------------------

class RecordedBeside : public testing::Test {
 protected:
  std::vector<NumberedPointer> told() {
    const auto ring = shop_.machines->agent().ring(shop_.access(), "p1");
    require(ring.has_value(), "a ring");
    return (*ring)->standings({}).entries;
  }

  TestShop shop_;
  MachineId machine_ = shop_.add("mill");
  ReportMaker reports_{machine_};
  const Time then_ = shop_.store.clock().now();
};

TEST_F(RecordedBeside, a_reset_is_told_even_where_the_value_stays_what_it_was) {
  (void)told();
  shop_.record(reports_.report({"|parts|0"}, then_));
  Report report = reports_.report({"|parts|0"}, then_ + Duration::seconds(1));
  report.observations.at(0).beside = {.seconds = 2.5, .reset = "DAY"};
  shop_.record(report);
  shop_.record(reports_.report({"|parts|0"}, then_ + Duration::seconds(2)));
  ASSERT_EQ(told().size(), 1U);
  EXPECT_EQ(told()[0]->sequence, 3U) << "the base has none, and the repeat after it says nothing";
  EXPECT_EQ(told()[0]->beside, (Beside{.seconds = 2.5, .reset = "DAY"}));
}

TEST_F(RecordedBeside, conditions_keep_their_ids_over_a_restart) {
  shop_.record(reports_.report(
      {"|sys|FAULT|404||HIGH id:a|left", "|sys|FAULT|404||id:b|right", "|sys|NORMAL|7|||"}, then_));
  shop_.restart();
  ASSERT_EQ(told().size(), 2U);
  EXPECT_EQ(told()[0]->value, "FAULT|404||HIGH id:a|left");
  EXPECT_EQ(told()[1]->value, "FAULT|404||id:b|right");
}

}  // namespace
}  // namespace heed::machines

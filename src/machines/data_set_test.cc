#include "machines/data_set.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "machines/agent.h"
#include "machines/past.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

TEST(DataSet, is_read_as_it_was_written) {
  const DataSet set{.anew = "DAY",
                    .entries = {{.key = "a", .value = "1"},
                                {.key = "b", .value = "x \"y\" \\"},
                                {.key = "nothing", .value = ""},
                                {.key = "row", .cells = {{"c", "2"}, {"d", ""}, {"e", "{f}"}}},
                                {.key = "gone", .removed = true}}};
  EXPECT_EQ(write_set(set), R"(:DAY a=1 b="x \"y\" \\" nothing="" row={c=2 d="" e="{f}"} gone=)");
  EXPECT_EQ(read_set(write_set(set)), set);
  EXPECT_EQ(read_set(""), DataSet{});
}

TEST(DataSet, whatever_words_it_has_is_read_as_it_was_written) {
  SeededRandom random(11);
  constexpr std::string_view kLetters = "ab =\"'{}|\\:\n";
  const auto number = [&](std::uint64_t below) { return random.u64() % below; };
  const auto word = [&](std::size_t least) {
    std::string text;
    for (std::size_t i = least + number(5); i > 0; --i) text += kLetters[number(kLetters.size())];
    return text;
  };
  for (int round = 0; round < 2'000; ++round) {
    DataSet set;
    for (std::size_t i = number(4); i > 0; --i) {
      DataSet::Entry& entry = set.entries.emplace_back();
      entry.key = word(0);
      entry.removed = number(4) == 0;
      if (entry.removed) continue;
      for (std::size_t cells = number(3); cells > 0; --cells) {
        entry.cells.push_back({word(0), word(0)});
      }
      if (entry.cells.empty()) entry.value = word(0);
    }
    EXPECT_EQ(read_set(write_set(set)), set) << write_set(set);
  }
}

TEST(DataSet, what_cannot_be_read_ends_it) {
  struct Case {
    std::string_view text, read;
  };
  for (const Case& c :
       {Case{"a=1 b", "a=1"}, Case{"a=1 =2", "a=1"}, Case{"a={b=1", ""}, Case{"a=\"b", ""},
        Case{"a=1 {}", "a=1"}, Case{"a={b}", ""}, Case{"ACTIVE", ""}, Case{"1.5|x", ""}}) {
    EXPECT_EQ(write_set(read_set(c.text)), c.read) << c.text;
  }
}

TEST(DataSet, a_change_is_merged_into_what_it_was) {
  struct Case {
    std::string_view before, said, now;
  };
  for (const Case& c :
       {Case{"", "a=1", "a=1"}, Case{"a=1 b=2", "b=3", "a=1 b=3"}, Case{"a=1 b=2", "a=", "b=2"},
        Case{"a=1", "b=2 c=3", "a=1 b=2 c=3"}, Case{"a=1 b=2", ":DAY b=0", "b=0"},
        Case{"a=1", ":DAY", ""}, Case{"a=1 b=2", ": b=3 a=", "b=3"},
        Case{"r={x=1 y=2}", "r={x=3}", "r={x=3}"}, Case{"a=1", "", "a=1"},
        Case{"a=1", "gone=", "a=1"}, Case{"a=1", "a=2 a=3", "a=3"}}) {
    EXPECT_EQ(merged_set(c.before, c.said), c.now) << c.before << " + " << c.said;
  }
}

TEST(DataSet, of_what_is_longer_than_a_value_the_last_keys_are_left_out) {
  const std::string half = "a=" + std::string(kLongestSet / 2, 'x');
  const std::string more = "b=" + std::string(kLongestSet / 2, 'y');
  EXPECT_EQ(merged_set(half, more), half);
  EXPECT_EQ(merged_set(half, "b=1"), half + " b=1");
}

TEST(DataSet, told_anew_it_says_what_is_gone) {
  EXPECT_EQ(told_anew("a=1 b=2 c=3", "b=2 d=4"), ": b=2 d=4 a= c=");
  EXPECT_EQ(told_anew("a=1", ":DAY b=2"), ":DAY b=2 a=");
  EXPECT_EQ(told_anew("a=1", ""), ": a=");
  EXPECT_EQ(told_anew("", "b=2"), ": b=2");
  const std::string before = std::string(kLongestSet / 2, 'k') + "=1";
  const std::string said = "a=" + std::string(kLongestSet / 2, 'x');
  EXPECT_EQ(told_anew(before, said), ": " + said);
}

/// A machine with a table, whose box says one report after the other.
class StoredSet : public testing::Test {
 protected:
  Recorded say(const std::string& value, bool initial = false) {
    shop.store.clock().advance(Duration::seconds(1));
    Report report;
    report.machine = mill;
    report.number = ++number_;
    report.arrival = shop.store.clock().now();
    report.initial = initial;
    report.model = {{.key = "offsets", .name = "offsets", .type = "WORK_OFFSETS"}};
    report.model.front().form = ItemForm::kTable;
    report.raw = {"<WorkOffsetsTable/>"};
    report.observations = {{.item = "offsets", .device = report.arrival, .value = value}};
    return shop.record(report);
  }
  std::vector<std::string> stored() {
    std::vector<std::string> all;
    (void)shop.machines->past().scan_samples(shop.access(), mill, "offsets", {},
                                             [&](const SampleRow& row) {
                                               all.emplace_back(row.value.value_or("-"));
                                               return true;
                                             });
    return all;
  }
  /// What a client of the agent sees of it, that asks now for the first time.
  std::string now() {
    const auto ring = shop.machines->agent().ring(shop.access(), std::to_string(++asked_)).value();
    for (const NumberedPointer& one : ring->standings({}).entries) {
      if (one->item == "offsets") return one->value.value_or("-");
    }
    return "nothing";
  }

  TestShop shop;
  MachineId mill = shop.add("Mill");

 private:
  std::uint64_t number_ = 0;
  int asked_ = 0;
};

TEST_F(StoredSet, is_stored_by_its_changes_and_stands_as_all_of_them_also_after_a_restart) {
  say("G54={X=1 Y=2} G55={X=0}", true);
  say("G55={X=7}");
  say("G56={X=9} G54=");
  EXPECT_EQ(stored(),
            (std::vector<std::string>{": G54={X=1 Y=2} G55={X=0}", "G55={X=7}", "G56={X=9} G54="}));
  EXPECT_EQ(now(), "G55={X=7} G56={X=9}");
  shop.restart();
  EXPECT_EQ(now(), "G55={X=7} G56={X=9}");
  say("G56=");
  EXPECT_EQ(now(), "G55={X=7}");
}

TEST_F(StoredSet, a_change_that_changes_nothing_is_folded_and_a_reset_is_not) {
  say("a=1 b=2", true);
  EXPECT_EQ(say("a=1").folded, 1U);
  EXPECT_EQ(say("a=1 b=2", true).folded, 1U);
  EXPECT_EQ(say(":DAY a=1 b=2").stored, 1U);
  EXPECT_EQ(say(":DAY a=1 b=2").stored, 1U);
}

TEST_F(StoredSet, what_a_dump_after_a_connection_does_not_have_is_told_as_removed) {
  say("a=1 b=2", true);
  say("b=3 c=4", true);
  EXPECT_EQ(stored().back(), ": b=3 c=4 a=");
  EXPECT_EQ(now(), "b=3 c=4");
}

TEST_F(StoredSet, unavailable_is_a_gap_after_which_all_is_told) {
  say("a=1 b=2", true);
  say("UNAVAILABLE");
  EXPECT_EQ(now(), "-");
  say("c=3");
  EXPECT_EQ(now(), "c=3");
  shop.restart();
  EXPECT_EQ(now(), "c=3");
}

TEST_F(StoredSet, of_many_changes_all_of_it_is_stored_now_and_then) {
  std::string first = "n=0";
  for (int i = 0; i < 100; ++i) first += " k" + std::to_string(i) + "=1";
  say(first, true);
  for (int i = 1; i <= 700; ++i) {
    say("n=" + std::to_string(i));
    if (i % 200 == 0) shop.restart();
  }
  std::size_t whole = 0;
  for (const std::string& one : stored()) whole += one.size() > 300 ? 1U : 0U;
  EXPECT_GE(whole, 3U);
  EXPECT_LE(whole, 10U);
  shop.restart();
  EXPECT_TRUE(now().starts_with("n=700 k0=1"));
  EXPECT_TRUE(now().ends_with("k99=1"));
}

TEST_F(StoredSet, that_was_told_long_ago_is_found_again) {
  say("a=1 b=2", true);
  shop.store.clock().advance(Duration::days(9));
  say("b=3");
  shop.restart();
  EXPECT_EQ(now(), "a=1 b=3");
}

}  // namespace
}  // namespace heed::machines

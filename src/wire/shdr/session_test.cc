#include <fstream>
#include <set>
#include <sstream>

#include "wire/shdr/adapter.h"
#include "wire/shdr/client.h"
#include "wire/shdr/data_set.h"
#include "wire/shdr/recording.h"

namespace heed::wire::shdr {
namespace {

constexpr Duration seconds(std::int64_t n) {
  return Duration::seconds(n);
}

TEST(ClientSession, asks_for_a_heartbeat_as_soon_as_it_is_connected) {
  ClientSession client({}, seconds(0));
  EXPECT_EQ(client.bytes_to_send(), "* PING\r\n");
  EXPECT_EQ(client.bytes_to_send(), "");
}

TEST(ClientSession, pings_at_the_promised_pace_and_hands_on_everything_but_the_pong) {
  ClientSession client({}, seconds(0));
  client.bytes_to_send();
  client.on_bytes("* PONG 10000\r\n* shdrVersion: 2\n|a|1\n", seconds(1));
  EXPECT_EQ(client.next_line()->text, "* shdrVersion: 2");
  EXPECT_EQ(client.next_line()->text, "|a|1");
  EXPECT_FALSE(client.next_line());
  EXPECT_EQ(client.heartbeat(), seconds(10));
  EXPECT_EQ(client.deadline(), seconds(10));
  client.on_time(Duration::milliseconds(9'999));
  EXPECT_EQ(client.bytes_to_send(), "");
  client.on_time(seconds(10));
  EXPECT_EQ(client.bytes_to_send(), "* PING\r\n");
  EXPECT_EQ(client.deadline(), seconds(20));
}

TEST(ClientSession, is_dead_after_twice_the_heartbeat_without_a_byte) {
  ClientSession client({}, seconds(0));
  client.on_bytes("* PONG 10000\n", seconds(0));
  EXPECT_FALSE(client.next_line());
  client.on_time(seconds(10));
  client.on_bytes("|a|1\n", seconds(15));
  EXPECT_TRUE(client.next_line());
  client.on_time(Duration::milliseconds(34'999));
  EXPECT_FALSE(client.dead());
  client.on_time(seconds(35));
  EXPECT_TRUE(client.dead());
}

TEST(ClientSession, an_adapter_that_knows_no_ping_may_be_silent_for_ten_minutes) {
  ClientSession client({}, seconds(0));
  client.on_bytes("|a|1\n", seconds(5));
  EXPECT_TRUE(client.next_line());
  EXPECT_EQ(client.deadline(), seconds(605));
  client.on_time(seconds(604));
  EXPECT_FALSE(client.dead());
  client.on_time(seconds(605));
  EXPECT_TRUE(client.dead());
}

TEST(ClientSession, a_pong_that_promises_nonsense_is_a_line_like_any_other) {
  for (const char* pong : {"* PONG", "* PONG 0", "* PONG -1", "* PONG soon", "* PONG 1e4"}) {
    ClientSession client({}, seconds(0));
    client.on_bytes(std::string(pong) + "\n", seconds(0));
    EXPECT_EQ(client.next_line()->text, pong);
    EXPECT_FALSE(client.heartbeat()) << pong;
  }
}

TEST(ClientSession, a_promise_outside_of_the_limits_is_taken_as_the_nearer_limit) {
  ClientSession client({}, seconds(0));
  client.on_bytes("* PONG 1\n", seconds(0));
  EXPECT_FALSE(client.next_line());
  EXPECT_EQ(client.heartbeat(), kShortestHeartbeat);
  client.on_bytes("* PONG 999999999\n", seconds(0));
  EXPECT_FALSE(client.next_line());
  EXPECT_EQ(client.heartbeat(), kLongestHeartbeat);
}

TEST(ClientSession, can_send_nothing_but_pings) {
  ClientSession client({}, seconds(0));
  std::string sent;
  for (std::int64_t second = 0; second < 1'000; ++second) {
    client.on_bytes("* PONG 1000\n* PING\n|a|1\n", seconds(second));
    while (client.next_line()) {
    }
    client.on_time(seconds(second));
    sent += client.bytes_to_send();
  }
  const std::string ping = "* PING\r\n";
  ASSERT_GT(sent.size(), 100 * ping.size());
  for (std::size_t at = 0; at < sent.size(); at += ping.size()) {
    ASSERT_EQ(sent.substr(at, ping.size()), ping);
  }
}

TEST(AdapterSession, answers_a_ping_and_leaves_everything_else_alone) {
  AdapterSession adapter(seconds(10), seconds(0));
  adapter.on_bytes("* PI", seconds(0));
  adapter.on_bytes("NG\r\nset machine off\n", seconds(0));
  EXPECT_EQ(adapter.bytes_to_send(), "* PONG 10000\r\n");
  EXPECT_EQ(adapter.strange_lines(), 1U);
}

TEST(AdapterSession, a_client_that_pinged_and_fell_silent_is_dead_one_that_never_did_is_not) {
  AdapterSession adapter(seconds(10), seconds(0));
  EXPECT_FALSE(adapter.deadline());
  adapter.on_time(seconds(1'000));
  EXPECT_FALSE(adapter.dead());
  adapter.on_bytes("* PING\n", seconds(1'000));
  EXPECT_EQ(adapter.deadline(), seconds(1'020));
  adapter.on_time(seconds(1'020));
  EXPECT_TRUE(adapter.dead());
}

TEST(AdapterSession, refuses_more_than_it_may_hold_and_goes_on_when_it_is_read) {
  AdapterSession adapter(seconds(10), seconds(0));
  EXPECT_TRUE(adapter.say(std::string(kMostUnsent, 'x')));
  EXPECT_FALSE(adapter.say("y"));
  EXPECT_EQ(adapter.bytes_to_send().size(), kMostUnsent);
  EXPECT_TRUE(adapter.say("y"));
}

TEST(AdapterSession, and_the_client_understand_each_other) {
  AdapterSession adapter(seconds(10), seconds(0));
  ClientSession client({}, seconds(0));
  adapter.on_bytes(client.bytes_to_send(), seconds(0));
  const Entry entry{.kind = EntryKind::kValue, .value = "ACTIVE", .key = "execution"};
  EXPECT_TRUE(adapter.say({.time = Time()}, {&entry, 1}));
  client.on_bytes(adapter.bytes_to_send(), seconds(0));
  EXPECT_EQ(client.next_line()->text, "1970-01-01T00:00:00.000Z|execution|ACTIVE");
  EXPECT_FALSE(client.next_line());
  EXPECT_EQ(client.heartbeat(), seconds(10));
}

TEST(DataSet, reads_words_quotes_braces_and_removed_keys) {
  const DataSet set = parse_data_set(R"(:manual a=1 b="x \" y" c='it' d={p=1 q={r}} e= f)");
  EXPECT_EQ(set.reset, "manual");
  const std::vector<DataSetValue> expected = {{"a", "1", false},  {"b", "x \" y", false},
                                              {"c", "it", false}, {"d", "p=1 q={r}", false},
                                              {"e", "", true},    {"f", "", true}};
  EXPECT_EQ(set.values, expected);
  EXPECT_EQ(set.malformed, "");
}

TEST(DataSet, keeps_what_it_cannot_read_to_the_letter) {
  for (const char* rest : {"b={open", "b=\"open", "=1", "b={x}y"}) {
    const DataSet set = parse_data_set(std::string("a=1 ") + rest);
    EXPECT_EQ(set.values.size(), 1U) << rest;
    EXPECT_EQ(set.malformed, rest);
  }
}

TEST(DataSet, holds_as_many_keys_as_the_limit_and_no_more) {
  std::string text;
  for (std::size_t i = 0; i < kMostDataSetKeys; ++i) text += "k=1 ";
  EXPECT_EQ(parse_data_set(text).malformed, "");
  const DataSet set = parse_data_set(text + "last=1");
  EXPECT_EQ(set.values.size(), kMostDataSetKeys);
  EXPECT_EQ(set.malformed, "last=1");
}

TEST(Recording, plays_from_the_given_start_and_over_again) {
  const auto recording = Recording::from_text(
      "2016-10-31T09:00:00.5Z|a|1\n2016-10-31T09:00:02.5Z@3|b|2\r\n|c|3\n* shdrVersion: 1\n");
  ASSERT_TRUE(recording);
  EXPECT_EQ(recording->length(), seconds(2));
  RecordingPlayer player(*recording, *parse_time("2026-01-01T00:00:00Z"));
  const std::pair<std::int64_t, const char*> expected[] = {
      {0, "2026-01-01T00:00:00.000000Z|a|1\n"},
      {2, "2026-01-01T00:00:02.000000Z@3|b|2\n"},
      {2, "|c|3\n"},
      {2, "* shdrVersion: 1\n"},
      {3, "2026-01-01T00:00:03.000000Z|a|1\n"},
      {5, "2026-01-01T00:00:05.000000Z@3|b|2\n"}};
  for (const auto& [due, text] : expected) {
    EXPECT_EQ(player.due(), seconds(due));
    EXPECT_EQ(player.next().text, text);
  }
  EXPECT_EQ(player.rounds(), 1U);
}

TEST(Recording, its_clock_never_goes_back_and_long_pauses_are_shortened) {
  const auto recording = Recording::from_text(
      "2016-10-31T09:00:00Z|a|1\n2002-01-01T00:00:00Z|a|2\n2016-10-31T09:00:01Z|a|3\n"
      "2016-11-30T09:00:00Z|a|4\n");
  ASSERT_TRUE(recording);
  EXPECT_EQ(recording->cues()[1].at, seconds(0));
  EXPECT_EQ(recording->cues()[2].at, seconds(1));
  EXPECT_EQ(recording->cues()[3].at, seconds(3'601));
}

TEST(Recording, the_demonstrations_mills_say_what_a_floor_shows_and_nothing_malformed) {
  for (const char* name : {"mill-1", "mill-2", "mill-3", "mill-4"}) {
    std::ifstream file(fmt::format("{}/examples/recordings/{}.shdr", HEED_SOURCE_DIR, name));
    std::stringstream text;
    text << file.rdbuf();
    ASSERT_GT(text.str().size(), 10'000U) << name;
    LineSplitter splitter;
    splitter.feed(text.str());
    std::set<std::string, std::less<>> keys;
    while (const auto raw = splitter.next()) {
      const Line line = parse_line(*raw);
      EXPECT_EQ(line.flaw, Flaw::kNone) << raw->text;
      EXPECT_TRUE(line.stamp.time) << raw->text;
      EXPECT_FALSE(line.needs_model) << raw->text;
      for (const Entry& entry : line.entries) keys.emplace(entry.key);
    }
    for (const char* key :
         {"avail", "estop", "mode", "execution", "program", "line", "Tool_number", "Fovr", "Fact",
          "Xabs", "Yabs", "Zabs", "PartCountAct", "system_cond"}) {
      EXPECT_TRUE(keys.contains(key)) << name << " " << key;
    }
    EXPECT_GE(Recording::from_text(text.str())->length(), Duration::minutes(10)) << name;
  }
}

TEST(Recording, refuses_text_without_a_single_time) {
  EXPECT_EQ(Recording::from_text("").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(Recording::from_text("|a|1\n").error().kind, ErrorKind::kInvalid);
}

}  // namespace
}  // namespace heed::wire::shdr

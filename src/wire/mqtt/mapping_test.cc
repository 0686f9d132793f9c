#include "wire/mqtt/mapping.h"

#include <gtest/gtest.h>

#include "wire/mqtt/topic.h"

namespace heed::wire::mqtt {
namespace {

constexpr Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

Result<MappingSettings> read(std::string_view json) {
  return mapping_settings_of(*Json::parse(json));
}

MappedTopics topics(std::string_view json) {
  return MappedTopics(read(json)->mappings);
}

std::vector<std::string> told(Listener& listener) {
  std::vector<std::string> all;
  for (const Told& one : listener.take_changes()) {
    all.push_back(one.said.key + "=" + one.said.value.value_or("-"));
  }
  return all;
}

using Words = std::vector<std::string>;

// The shape that SharcTech/sharc-support describes: an availability with a last will, and inputs
// that are told under their own name.
constexpr std::string_view kSharc = R"({"topics":[
  {"topic":"sharc/08d1f953ffe4/evt/avail","path":"/v","item":"avail","type":"AVAILABILITY",
   "values":{"true":"AVAILABLE","false":"UNAVAILABLE"}},
  {"topic":"sharc/08d1f953ffe4/evt/io/#","path":"/v/s1/v","item":"spindle_current",
   "type":"AMPERAGE","units":"AMPERE","scale":0.5,
   "running":{"on":3,"off":2,"on_after_ms":0,"off_after_ms":1000}},
  {"topic":"sharc/08d1f953ffe4/evt/io/#","path":"/v/s0/v","counts":{}}]})";

TEST(MappedTopics, a_sharc_sensor_is_a_machine_with_a_clamp_and_a_counter) {
  auto sharc = topics(kSharc);
  const std::string at = "sharc/08d1f953ffe4/evt/";
  sharc.on_connected(ms(0));
  sharc.on_message({at + "avail", R"({"seq":0,"v":true})", true}, ms(1));
  EXPECT_EQ(told(sharc), Words{"avail=AVAILABLE"});
  sharc.on_message({at + "io/s1", R"({"seq":1,"v":{"s1":{"v":12.5}}})"}, ms(2));
  EXPECT_EQ(told(sharc), (Words{"spindle_current=6.25", "execution=ACTIVE"}));
  sharc.on_message({at + "io/s0", R"({"seq":2,"v":{"s0":{"v":0}}})"}, ms(3));
  sharc.on_message({at + "io/s0", R"({"seq":3,"v":{"s0":{"v":1}}})"}, ms(4));
  EXPECT_EQ(told(sharc), (Words{"part_count=0", "part_count=1"}));
  // One message, two inputs.
  sharc.on_message({at + "io", R"({"seq":4,"v":{"s0":{"v":0},"s1":{"v":0.2}}})"}, ms(5));
  EXPECT_EQ(told(sharc), Words{"spindle_current=0.1"});
  // No message comes while it stands: the waiting time passes all the same.
  sharc.on_time(ms(900));
  EXPECT_EQ(told(sharc), Words());
  sharc.on_time(ms(1'010));
  EXPECT_EQ(told(sharc), Words{"execution=READY"});
  // The broker tells its last will.
  sharc.on_message({at + "avail", R"({"seq":-1,"v":false})"}, ms(2'000));
  EXPECT_EQ(told(sharc), Words{"avail=-"});
  EXPECT_TRUE(sharc.take_strange().empty());
}

TEST(MappedTopics, a_broker_that_is_lost_leaves_nothing_that_looks_new) {
  auto sharc = topics(kSharc);
  sharc.on_message({"sharc/08d1f953ffe4/evt/avail", R"({"v":true})"}, ms(1));
  sharc.on_message({"sharc/08d1f953ffe4/evt/io/s1", R"({"v":{"s1":{"v":12}}})"}, ms(2));
  told(sharc);
  sharc.on_lost();
  EXPECT_EQ(told(sharc), (Words{"avail=-", "spindle_current=-", "execution=-"}));
  EXPECT_EQ(sharc.deadline(), Duration::max());
  sharc.on_message({"sharc/08d1f953ffe4/evt/io/s1", R"({"v":{"s1":{"v":12}}})", true}, ms(9));
  EXPECT_EQ(told(sharc), (Words{"spindle_current=6", "execution=ACTIVE"}));
}

TEST(MappedTopics, a_value_without_news_for_its_time_is_unavailable) {
  auto oven = topics(R"({"topics":[{"topic":"oven","item":"temperature","stale_after_s":60}]})");
  oven.on_connected(ms(0));
  oven.on_message({"oven", "181.5\n"}, ms(1'000));
  EXPECT_EQ(told(oven), Words{"temperature=181.5"});
  oven.on_time(oven.deadline());
  EXPECT_EQ(oven.deadline(), ms(61'000));
  oven.on_time(ms(60'999));
  EXPECT_EQ(told(oven), Words());
  oven.on_time(ms(61'000));
  EXPECT_EQ(told(oven), Words{"temperature=-"});
  oven.on_message({"oven", "181.5"}, ms(70'000));
  EXPECT_EQ(told(oven), Words{"temperature=181.5"});
}

TEST(MappedTopics, a_payload_may_be_a_bare_word_and_words_have_their_meaning) {
  auto mill = topics(R"({"topics":[{"topic":"mill/state","item":"execution","type":"EXECUTION",
    "values":{"run":"ACTIVE","idle":"READY","dead":"UNAVAILABLE"}}]})");
  for (const char* word : {"run", "run", "idle", "other", "dead"}) {
    mill.on_message({"mill/state", word}, ms(1));
  }
  EXPECT_EQ(told(mill),
            (Words{"execution=ACTIVE", "execution=READY", "execution=other", "execution=-"}));
}

TEST(MappedTopics, a_value_keeps_its_own_time_where_it_tells_one) {
  auto mill = topics(R"({"topics":[{"topic":"m","path":"/v","time":"/t","item":"x"}]})");
  const auto time_of = [&](std::string payload) {
    mill.on_message({"m", std::move(payload)}, ms(1));
    const auto changes = mill.take_changes();
    return changes.size() == 1 && changes[0].at ? format_time(*changes[0].at) : "none";
  };
  EXPECT_EQ(time_of(R"({"v":1,"t":"2026-11-29T06:00:00Z"})"), "2026-11-29T06:00:00.000Z");
  EXPECT_EQ(time_of(R"({"v":2,"t":1795932000})"), "2026-11-29T06:00:00.000Z");
  EXPECT_EQ(time_of(R"({"v":3,"t":1795932000250})"), "2026-11-29T06:00:00.250Z");
  for (const char* none :
       {R"({"v":4,"t":"noon"})", R"({"v":5,"t":-1})", R"({"v":6})", R"({"v":7,"t":1e300})"}) {
    EXPECT_EQ(time_of(none), "none") << none;
  }
}

TEST(MappedTopics, reads_json_pointers) {
  const Json document = *Json::parse(R"({"a":[{"b":1}],"c/d":2,"e~f":3,"":4})");
  EXPECT_EQ(at_pointer(document, "/a/0/b")->integer(), 1);
  EXPECT_EQ(at_pointer(document, "/c~1d")->integer(), 2);
  EXPECT_EQ(at_pointer(document, "/e~0f")->integer(), 3);
  EXPECT_EQ(at_pointer(document, "/")->integer(), 4);
  for (const char* none : {"/a/1", "/a/x", "/a/-1", "/b", "/a/0/b/c"}) {
    EXPECT_EQ(at_pointer(document, none), nullptr) << none;
  }
}

TEST(MappedTopics, what_cannot_be_read_is_handed_on_and_limited) {
  auto mill = topics(R"({"topics":[{"topic":"m/#","path":"/v","item":"x"}]})");
  const std::pair<Message, const char*> cases[] = {
      {{"m", "{half"}, "m: it is no JSON: {half"},
      {{"m", R"({"v":{"w":1}})"}, "m: there is no single value at /v: {\"v\":{\"w\":1}}"},
      {{"n", "1"}, "n: nobody asked for it: 1"},
  };
  for (const auto& [message, strange] : cases) {
    mill.on_message(message, ms(1));
    EXPECT_EQ(mill.take_strange(), Words{strange});
  }
  mill.on_message({"m", Bytes(kLongestPayload + 1, ' ')}, ms(1));
  EXPECT_TRUE(mill.take_strange().at(0).starts_with("m: it is too long"));
  mill.on_message({"m", std::string(40, '[') + std::string(40, ']')}, ms(1));
  EXPECT_EQ(mill.take_strange().size(), 1U) << "too deep";
  for (std::size_t i = 0; i <= kMostStrange; ++i) mill.on_message({"m", "{"}, ms(1));
  EXPECT_EQ(mill.take_strange().size(), kMostStrange);
  // A message of another shape says nothing, and null says that there is no value.
  mill.on_message({"m", R"({"v":7})"}, ms(1));
  mill.on_message({"m", R"({"heartbeat":true})"}, ms(1));
  EXPECT_TRUE(mill.take_strange().empty());
  mill.on_message({"m", R"({"v":null})"}, ms(1));
  EXPECT_EQ(told(mill), (Words{"x=7", "x=-"}));
}

TEST(Topic, filters_match_as_the_standard_says) {
  struct Case {
    const char* filter;
    const char* topic;
    bool matches;
  };
  const Case cases[] = {
      {"a/b", "a/b", true},     {"a/b", "a/b/c", false},    {"a/+", "a/b", true},
      {"a/+", "a", false},      {"a/+", "a/", true},        {"+", "a", true},
      {"+", "/a", false},       {"+/+", "/a", true},        {"/+", "/a", true},
      {"a/#", "a", true},       {"a/#", "a/b/c", true},     {"#", "a/b", true},
      {"a/+/c", "a/b/c", true}, {"a/+/c", "a/b/d", false},  {"#", "$SYS/x", false},
      {"+/x", "$SYS/x", false}, {"$SYS/#", "$SYS/x", true}, {"a/b", "a", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(matches(c.filter, c.topic), c.matches) << c.filter << " and " << c.topic;
  }
}

TEST(Topic, filters_that_are_none_are_refused) {
  for (const char* good : {"a", "a/b", "+", "#", "a/+/b/#", "/"}) EXPECT_TRUE(check_filter(good));
  for (const char* wrong : {"", "a#", "#/a", "a+/b", "a/#/b", "a\nb"}) {
    EXPECT_FALSE(check_filter(wrong)) << wrong;
  }
  EXPECT_TRUE(check_filter(std::string(kLongestTopic, 'a')));
  EXPECT_FALSE(check_filter(std::string(kLongestTopic + 1, 'a')));
}

TEST(MqttSettings, that_are_wrong_are_told_with_the_field_and_the_mend) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "settings: topics is missing"},
      {R"({"topics":[]})", "settings.topics: this is empty"},
      {R"({"topics":[{"item":"x"}]})", "settings.topics[0]: topic is missing"},
      {R"({"topics":[{"topic":"a#","item":"x"}]})", "settings.topics[0].topic: this is no topic"},
      {R"({"topics":[{"topic":"a"}]})", "settings.topics[0]: item or running or counts is missing"},
      {R"({"topics":[{"topic":"a","item":"x","path":"v.s1"}]})", "settings.topics[0].path:"},
      {R"({"topics":[{"topic":"a","item":"x","values":{"1":2}}]})", "settings.topics[0].values:"},
      {R"({"topics":[{"topic":"a","item":"x"},{"topic":"b","item":"x"}]})",
       "settings.topics: two of them are the item x"},
      {R"({"password":"p","topics":[{"topic":"a","item":"x"}]})", "settings.user:"},
      {R"({"ca":"/etc/ca.pem","topics":[{"topic":"a","item":"x"}]})",
       "settings.ca: this is no PEM"},
      {R"({"cert":"-----BEGIN X","topics":[{"topic":"a","item":"x"}]})", "settings.cert:"},
      {R"({"publish":"x","topics":[{"topic":"a","item":"x"}]})",
       "settings: there is no setting publish"},
  };
  for (const auto& [json, message] : cases) {
    const auto got = read(json);
    ASSERT_FALSE(got) << json;
    EXPECT_EQ(got.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(got.error().message.starts_with(message)) << got.error().message;
    EXPECT_NE(got.error().mend, "");
  }
}

TEST(MqttSettings, certificates_mean_tls) {
  const auto with = read(R"({"ca":"-----BEGIN CERTIFICATE-----\n","topics":[{"topic":"a",
                         "item":"x"}]})");
  ASSERT_TRUE(with) << with.error().message;
  EXPECT_TRUE(with->login.tls);
  EXPECT_FALSE(read(R"({"topics":[{"topic":"a","item":"x"}]})")->login.tls);
}

}  // namespace
}  // namespace heed::wire::mqtt

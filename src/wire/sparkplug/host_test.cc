#include "wire/sparkplug/host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "base/random.h"
#include "wire/sparkplug/rebirth.h"

namespace heed::wire::sparkplug {
namespace {

constexpr Duration ms(std::int64_t n) {
  return Duration::milliseconds(n);
}

// Writes payloads as sparkplug_b.proto describes them, field by field; not our reader's code.
class Pb {
 public:
  Pb& number(unsigned field, std::uint64_t value) {
    bytes_ += varint(field << 3U) + varint(value);
    return *this;
  }
  Pb& text(unsigned field, const std::string& value) {
    bytes_ += varint(field << 3U | 2U) + varint(value.size()) + value;
    return *this;
  }
  Pb& message(unsigned field, const Pb& inner) { return text(field, inner.bytes_); }
  Pb& real(unsigned field, double value) {
    return fixed(field << 3U | 1U, std::bit_cast<std::uint64_t>(value), 8);
  }
  Pb& real(unsigned field, float value) {
    return fixed(field << 3U | 5U, std::bit_cast<std::uint32_t>(value), 4);
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  Pb& fixed(unsigned key, std::uint64_t value, int size) {
    bytes_ += varint(key);
    for (int i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i));
    return *this;
  }
  static Bytes varint(std::uint64_t value) {
    Bytes out;
    for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
    return out + static_cast<char>(value);
  }
  Bytes bytes_;
};

constexpr unsigned kInt32 = 3, kUint64 = 8, kDouble = 10, kBoolean = 11, kString = 12;

Pb named(const std::string& name, unsigned alias, unsigned type) {
  return Pb().text(1, name).number(2, alias).number(4, type);
}

// An edge node with one device, counting its messages as the specification has it.
class FakeNode {
 public:
  explicit FakeNode(mqtt::Listener& host) : host_(host) {}
  std::uint64_t lives = 7;

  void node_birth(Duration now = ms(0)) {
    seq_ = 0;
    send("NBIRTH", "",
         Pb().message(2, Pb().text(1, "bdSeq").number(4, kUint64).number(11, lives))
             .message(2, named("Node Control/Rebirth", 1, kBoolean).number(14, 0)),
         now);
  }
  void node_death(std::uint64_t of_life) {
    host_.on_message(
        {"spBv1.0/Shop/NDEATH/Edge",
         Pb().message(2, Pb().text(1, "bdSeq").number(4, kUint64).number(11, of_life)).bytes()},
        ms(0));
  }
  void device_birth(const std::string& device = "Mill") {
    send("DBIRTH", device,
         Pb().message(2, named("Status", 10, kString).text(15, "Idle"))
             .message(2, named("Load", 11, kDouble).real(13, 12.5))
             .message(2, named("Parts", 12, kInt32).number(10, 3))
             .message(2, named("Device Control/Reboot", 13, kBoolean).number(14, 0)));
  }
  void data(const Pb& metric, const std::string& device = "Mill", Duration now = ms(0)) {
    send("DDATA", device, Pb().message(2, metric), now);
  }
  void device_death() { send("DDEATH", "Mill", Pb()); }
  void lose_messages(std::uint64_t count) { seq_ += count; }

 private:
  void send(const std::string& type, const std::string& device, Pb payload, Duration now = ms(0)) {
    payload.number(1, 1'795'932'000'000).number(3, seq_++ % 256);
    const std::string topic =
        "spBv1.0/Shop/" + type + "/Edge" + (device.empty() ? "" : "/" + device);
    host_.on_message({topic, payload.bytes()}, now);
  }
  mqtt::Listener& host_;
  std::uint64_t seq_ = 0;
};

HostSettings settings(std::string_view json) {
  return *host_settings_of(*Json::parse(json));
}
constexpr std::string_view kMill = R"({"group":"Shop","node":"Edge","device":"Mill","metrics":[
  {"name":"Status","item":"execution","type":"EXECUTION",
   "values":{"Idle":"READY","Run":"ACTIVE"}}]})";

using Words = std::vector<std::string>;
Words told(Host& host) {
  Words all;
  for (const mqtt::Told& one : host.take_changes()) {
    all.push_back(one.said.key + "=" + one.said.value.value_or("-"));
  }
  return all;
}

TEST(Sparkplug, births_name_what_data_says_by_alias) {
  Host host(settings(kMill));
  FakeNode node(host);
  node.node_birth();
  EXPECT_EQ(told(host), Words()) << "the machine is the device";
  node.device_birth();
  EXPECT_EQ(told(host), (Words{"sparkplug_cond=NORMAL||||", "avail=AVAILABLE", "execution=READY",
                               "Load=12.5", "Parts=3"}));
  std::vector<std::string> items;
  for (const SaidItem& item : host.take_items()) items.push_back(item.key + " " + item.type);
  EXPECT_EQ(items, (Words{"avail AVAILABILITY", "sparkplug_cond COMMUNICATIONS",
                          "execution EXECUTION", "Load ", "Parts "}));
  node.data(Pb().number(2, 10).text(15, "Run"));
  node.data(Pb().number(2, 12).number(10, 0xFFFFFFFF));
  node.data(Pb().text(1, "Load").real(13, 99.25));
  const auto changes = host.take_changes();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].said, (Said{"execution", "ACTIVE", false}));
  EXPECT_EQ(changes[1].said, (Said{"Parts", "-1", false}));
  EXPECT_EQ(changes[2].said, (Said{"Load", "99.25", false}));
  EXPECT_EQ(format_time(*changes[0].at), "2026-11-29T06:00:00.000Z");
  EXPECT_TRUE(host.take_strange().empty());
}

TEST(Sparkplug, the_sequence_goes_around_over_all_messages_of_the_node) {
  Host host(settings(kMill));
  FakeNode node(host);
  node.node_birth();
  node.device_birth();
  node.device_birth("Saw");
  told(host);
  for (int i = 0; i < 600; ++i)
    node.data(Pb().text(1, "Parts").number(10, 1), i % 2 == 0 ? "Saw" : "Mill");
  EXPECT_EQ(told(host), Words{"Parts=1"});
  node.data(Pb().number(2, 10).text(15, "Run"), "Saw");
  EXPECT_EQ(told(host), Words()) << "another device's, under the same alias";
  node.lose_messages(1);
  node.data(Pb().number(2, 12).number(10, 2));
  const auto after = told(host);
  ASSERT_EQ(after.size(), 2U);
  EXPECT_TRUE(after[0].starts_with("sparkplug_cond=WARNING|MISSING|||message ")) << after[0];
  EXPECT_EQ(after[1], "Parts=2") << "what comes is right";
  node.lose_messages(3);
  node.data(Pb().number(2, 12).number(10, 3));
  EXPECT_EQ(told(host), Words{"Parts=3"}) << "told once";
  node.node_birth();
  EXPECT_EQ(told(host).back(), "sparkplug_cond=NORMAL|MISSING|||");
}

TEST(Sparkplug, a_death_makes_all_unavailable_and_a_late_death_of_another_life_does_not) {
  Host host(settings(kMill));
  FakeNode node(host);
  node.node_birth();
  node.device_birth();
  told(host);
  node.node_death(node.lives - 1);
  EXPECT_EQ(told(host), Words()) << "the broker noticed an earlier loss";
  node.device_death();
  EXPECT_EQ(told(host), (Words{"Load=-", "Parts=-", "avail=-", "execution=-"}));
  node.device_birth();
  EXPECT_EQ(told(host), (Words{"avail=AVAILABLE", "execution=READY", "Load=12.5", "Parts=3"}));
  node.node_death(node.lives);
  EXPECT_EQ(told(host), (Words{"Load=-", "Parts=-", "avail=-", "execution=-"}));
  host.on_lost();
  EXPECT_EQ(told(host), Words());
}

TEST(Sparkplug, a_broker_that_is_lost_leaves_nothing_that_looks_new) {
  Host host(settings(kMill));
  FakeNode node(host);
  node.node_birth();
  node.device_birth();
  told(host);
  host.on_lost();
  EXPECT_EQ(told(host), (Words{"Load=-", "Parts=-", "avail=-", "execution=-"}));
  host.on_connected(ms(0));
  node.data(Pb().number(2, 12).number(10, 4));
  EXPECT_EQ(told(host), Words()) << "its birth is needed again";
}

TEST(Sparkplug, asks_for_a_rebirth_only_where_it_is_allowed_and_not_too_often) {
  std::string allowed(kMill);
  allowed.insert(1, R"("rebirth":true,)");
  for (const bool may : {false, true}) {
    Host host(settings(may ? std::string_view(allowed) : kMill));
    FakeNode node(host);
    host.on_connected(ms(0));
    EXPECT_EQ(host.take_rebirths().size(), may ? 1U : 0U) << "nothing is known yet";
    node.data(Pb().number(2, 12).number(10, 4), "Mill", ms(100));
    EXPECT_TRUE(host.take_rebirths().empty());
    node.data(Pb().number(2, 12).number(10, 4), "Mill", ms(10'000));
    EXPECT_EQ(host.take_rebirths().size(), may ? 1U : 0U);
    node.node_birth(ms(10'100));
    node.device_birth();
    node.lose_messages(1);
    node.data(Pb().number(2, 12).number(10, 4), "Mill", ms(10'200));
    EXPECT_EQ(host.take_rebirths().size(), may ? 1U : 0U) << "a gap";
    const auto steps = host.take_steps();
    EXPECT_EQ(std::ranges::count(steps, "asked edge node Edge for its birth"), may ? 3 : 0);
  }
}

// The one thing that can be sent, byte by byte, and nothing else.
TEST(Sparkplug, a_request_for_a_rebirth_is_one_topic_and_one_payload) {
  EXPECT_EQ(rebirth_topic({"Shop", "Edge"}), "spBv1.0/Shop/NCMD/Edge");
  const Pb expected =
      Pb().message(2, Pb().text(1, "Node Control/Rebirth").number(4, kBoolean).number(14, 1));
  EXPECT_EQ(rebirth_payload(), expected.bytes());
}

TEST(Sparkplug, an_alias_that_no_birth_named_is_told) {
  Host host(settings(kMill));
  FakeNode node(host);
  node.node_birth();
  node.device_birth();
  told(host);
  node.data(Pb().number(2, 99).number(10, 4));
  ASSERT_EQ(told(host).at(0).substr(0, 35), "sparkplug_cond=WARNING|UNKNOWN|||a ");
}

TEST(Sparkplug, values_are_those_of_their_types) {
  struct Case {
    unsigned type;
    Pb value;
    std::optional<std::string> text;
  };
  const Case cases[] = {
      {1, Pb().number(10, 0xFF), "-1"},
      {1, Pb().number(10, 0xFFFFFFFF), "-1"},
      {2, Pb().number(10, 0x8000), "-32768"},
      {4, Pb().number(11, ~0ULL), "-1"},
      {5, Pb().number(10, 200), "200"},
      {8, Pb().number(11, ~0ULL), "18446744073709551615"},
      {9, Pb().real(12, 0.1F), "0.1"},
      {10, Pb().real(13, 0.1), "0.1"},
      {11, Pb().number(14, 1), "true"},
      {12, Pb().text(15, "a"), "a"},
      {13, Pb().number(11, 1'795'932'000'000), "2026-11-29T06:00:00.000Z"},
      {10, Pb().real(13, std::numeric_limits<double>::infinity()), std::nullopt},
      {17, Pb().text(16, "bytes"), std::nullopt},
      {16, Pb().text(17, "set"), std::nullopt},
      {0, Pb().number(10, 4), std::nullopt},
  };
  for (const Case& c : cases) {
    const auto payload = read_payload(Pb().message(2, c.value).bytes());
    ASSERT_TRUE(payload);
    EXPECT_EQ(value_text(payload->metrics.at(0), c.type), c.text) << c.type;
  }
}

TEST(Sparkplug, null_is_unavailable_and_what_was_kept_while_away_is_old) {
  Host host(settings(kMill));
  FakeNode node(host);
  node.node_birth();
  node.device_birth();
  told(host);
  node.data(Pb().number(2, 12).number(7, 1));
  EXPECT_EQ(told(host), Words{"Parts=-"});
  node.data(Pb().number(2, 12).number(3, 1'795'900'000'000).number(5, 1).number(10, 9));
  const auto changes = host.take_changes();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_TRUE(changes[0].historical);
  node.data(Pb().number(2, 12).number(7, 1));
  EXPECT_EQ(told(host), Words()) << "it says nothing of now";
}

TEST(Sparkplug, what_cannot_be_read_is_handed_on_and_limited) {
  Host host(settings(kMill));
  FakeNode node(host);
  node.node_birth();
  host.on_message({"spBv1.0/Shop/DDATA/Edge/Mill", "\x12\x7fhalf"}, ms(0));
  host.on_message({"spBv1.0/Shop/NCMD/Edge", ""}, ms(0));
  host.on_message({"spBv1.0/Shop/NBIRTH/Other", ""}, ms(0));
  host.on_message({"spBv1.0/Shop/NDATA/Edge", ""}, ms(0));
  const auto strange = host.take_strange();
  ASSERT_EQ(strange.size(), 4U);
  EXPECT_TRUE(strange[0].contains("it is no Sparkplug B payload"));
  EXPECT_TRUE(strange[3].contains("no sequence number"));
  for (std::size_t i = 0; i <= mqtt::kMostStrange; ++i) host.on_message({"x", ""}, ms(0));
  EXPECT_EQ(host.take_strange().size(), mqtt::kMostStrange);
}

TEST(Sparkplug, payloads_have_limits) {
  const auto with = [](std::size_t count) {
    Pb payload;
    for (std::size_t i = 0; i < count; ++i) payload.message(2, Pb().number(2, i));
    return read_payload(payload.bytes());
  };
  EXPECT_TRUE(with(kMostMetrics));
  EXPECT_FALSE(with(kMostMetrics + 1));
  const auto called = [](std::size_t size) {
    return read_payload(Pb().message(2, Pb().text(1, std::string(size, 'n'))).bytes());
  };
  EXPECT_TRUE(called(kLongestName));
  EXPECT_FALSE(called(kLongestName + 1));
  // Half messages, a group, a field with number 0, a length beyond the end.
  for (const char* hex : {"12", "1205", "0b", "00", "0801ff", "12030a05", "09000000"}) {
    EXPECT_FALSE(read_payload(*from_hex(hex))) << hex;
  }
  EXPECT_TRUE(read_payload(*from_hex("08011801fa3f0161"))) << "unknown fields are passed over";
}

TEST(Sparkplug, topics_are_those_of_births_data_and_deaths_alone) {
  EXPECT_EQ(parse_topic("spBv1.0/G/DDATA/N/D")->device, "D");
  EXPECT_EQ(parse_topic("spBv1.0/G/NBIRTH/N")->edge, (EdgeNode{"G", "N"}));
  for (const char* none : {"", "spBv1.0", "spBv1.0/G/NCMD/N", "spBv1.0/G/DCMD/N/D",
                           "spBv1.0/STATE/host", "spBv1.0/G/NBIRTH/N/D", "spBv1.0/G/DBIRTH/N",
                           "spBv1.0/G/DDATA/N/D/E", "spAv1.0/G/NDATA/N", "spBv1.0//NDATA/N"}) {
    EXPECT_FALSE(parse_topic(none)) << none;
  }
}

TEST(SparkplugSettings, that_are_wrong_are_told_with_the_field_and_the_mend) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "settings: group is missing"},
      {R"({"group":"G"})", "settings: node is missing"},
      {R"({"group":"G/+","node":"N"})", "settings.group:"},
      {R"({"group":"G","node":"N","rebirth":"yes"})", "settings.rebirth:"},
      {R"({"group":"G","node":"N","metrics":[{"item":"x"}]})", "settings.metrics[0]: name is"},
      {R"({"group":"G","node":"N","write":1})", "settings: there is no setting write"},
  };
  for (const auto& [json, message] : cases) {
    const auto got = host_settings_of(*Json::parse(json));
    ASSERT_FALSE(got) << json;
    EXPECT_TRUE(got.error().message.starts_with(message)) << got.error().message;
    EXPECT_NE(got.error().mend, "");
  }
  EXPECT_FALSE(settings(R"({"group":"G","node":"N"})").rebirth) << "off unless it is allowed";
}

}  // namespace
}  // namespace heed::wire::sparkplug

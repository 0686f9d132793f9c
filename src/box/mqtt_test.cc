// The box against a real mosquitto: plain, with a password and an access list, and over TLS with
// certificates of both sides.
#include "base/json.h"
#include "box/test_broker.h"

namespace heed::box {
namespace {

/// One of OpenSSL's commands, over the test's certificates.
void openssl(const std::string& command) {
  std::vector<std::string> words = {"openssl"};
  for (std::size_t at = 0; at < command.size();) {
    const std::size_t blank = std::min(command.find(' ', at), command.size());
    words.push_back(command.substr(at, blank - at));
    at = blank + 1;
  }
  ASSERT_EQ(Program(words).wait(), 0) << command;
}

constexpr const char* kTopics = R"("topics":[
  {"topic":"shop/mill/state","path":"/state","item":"execution","type":"EXECUTION",
   "values":{"run":"ACTIVE","idle":"READY"}},
  {"topic":"secret/#","item":"recipe"}])";

std::string settings(const std::string& login) {
  return "{" + login + (login.empty() ? "" : ",") + kTopics + "}";
}

TEST_F(MqttBox, what_the_broker_kept_is_a_first_dump_and_what_comes_is_live) {
  start_broker("allow_anonymous true\n");
  publish({"-r", "-t", "shop/mill/state", "-m", R"({"state":"idle"})"});
  read(settings(""));
  ASSERT_TRUE(wait_for("execution=READY"));
  publish({"-t", "shop/mill/state", "-m", R"({"state":"run"})"});
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  std::vector<std::pair<std::string, bool>> initial;
  for (const auto& report : ingest_.reports()) {
    for (const auto& one : report.observations) {
      initial.emplace_back(one.value.value_or("-"), report.initial);
    }
  }
  EXPECT_EQ(initial,
            (std::vector<std::pair<std::string, bool>>{{"READY", true}, {"ACTIVE", false}}));
}

TEST_F(MqttBox, a_broker_that_is_lost_makes_its_values_unavailable_and_comes_back) {
  start_broker("allow_anonymous true\n");
  read(settings(""));
  ASSERT_TRUE(ingest_.wait_for_link(true));
  // Subscribed is not yet told of: what came before it is lost, as MQTT has it.
  for (int i = 0; i < 50 && TestIngest::values(ingest_.reports()).empty(); ++i) {
    publish({"-t", "shop/mill/state", "-m", R"({"state":"run"})"});
  }
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  broker_->end();
  ASSERT_TRUE(wait_for("execution=-"));
  EXPECT_TRUE(ingest_.wait_for_link(false));
  start_broker("allow_anonymous true\n");
  publish({"-r", "-t", "shop/mill/state", "-m", R"({"state":"run"})"});
  ASSERT_TRUE(wait_for("execution=ACTIVE", 2));
  EXPECT_TRUE(ingest_.wait_for_gap(machines::Gap::Reason::kDisconnected));
}

TEST_F(MqttBox, reads_what_its_access_list_lets_it_and_no_more) {
  ASSERT_EQ(Program({"mosquitto_passwd", "-b", "-c", path("users"), "heed", "right"}).wait(), 0);
  ASSERT_EQ(Program({"mosquitto_passwd", "-b", path("users"), "mill", "word"}).wait(), 0);
  start_broker("allow_anonymous false\npassword_file " + path("users") + "\nacl_file " +
               path("acl") + "\n");
  publish({"-u", "mill", "-P", "word", "-r", "-t", "secret/recipe", "-m", "sugar"});
  publish({"-u", "mill", "-P", "word", "-r", "-t", "shop/mill/state", "-m", R"({"state":"run"})"});
  const std::string refused = steps(settings(R"("user":"heed","password":"wrong")"));
  EXPECT_TRUE(refused.contains("check user and password")) << refused;
  EXPECT_FALSE(refused.contains("wrong")) << "no password is told";
  read(settings(R"("user":"heed","password":"right")"));
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  for (const std::string& value : TestIngest::values(ingest_.reports())) {
    EXPECT_FALSE(value.starts_with("recipe")) << value;
  }
}

// Payloads to the letter: a birth of node and device, and a value under its alias.
Bytes node_birth() {
  return *from_hex(
      "120d0a05626453657120085807"
      "1800");
}
Bytes device_birth() {
  return *from_hex(
      "12120a06537461747573100a200c7a0449646c65"
      "1801");
}
Bytes device_runs() {
  return *from_hex(
      "1207100a7a0352756e"
      "1802");
}

class SparkplugBox : public MqttBox {
 protected:
  void publish_bytes(const std::string& topic, const Bytes& payload) {
    std::ofstream(path("payload"), std::ios::binary) << payload;
    publish({"-t", topic, "-f", path("payload")});
  }
  void add(const std::string& rebirth) {
    const auto added =
        box().add({mill_, Protocol::kSparkplug, address(), false,
                   R"({"group":"Shop","node":"Edge","device":"Mill","rebirth":)" + rebirth +
                       R"(,"metrics":[{"name":"Status","item":"execution","type":"EXECUTION",
             "values":{"Idle":"READY","Run":"ACTIVE"}}]})"});
    ASSERT_TRUE(added) << added.error().message;
  }
};

TEST_F(SparkplugBox, a_device_is_read_from_its_birth_to_the_loss_of_its_broker) {
  start_broker("allow_anonymous true\n");
  add("false");
  ASSERT_TRUE(ingest_.wait_for_link(true));
  for (int i = 0; i < 50 && TestIngest::values(ingest_.reports()).empty(); ++i) {
    publish_bytes("spBv1.0/Shop/NBIRTH/Edge", node_birth());
    publish_bytes("spBv1.0/Shop/DBIRTH/Edge/Mill", device_birth());
  }
  ASSERT_TRUE(wait_for("execution=READY"));
  publish_bytes("spBv1.0/Shop/DDATA/Edge/Mill", device_runs());
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  broker_->end();
  EXPECT_TRUE(wait_for("execution=-"));
  EXPECT_TRUE(wait_for("avail=-"));
}

TEST_F(SparkplugBox, a_rebirth_is_asked_for_where_it_is_allowed_and_nothing_else_is_sent) {
  start_broker("allow_anonymous true\n");
  // Everything that anybody publishes.
  Program everything(
      {"mosquitto_sub", "-h", "localhost", "-p", std::to_string(port_), "-t", "#", "-F", "%t %x"},
      path("heard"));
  for (int i = 0; i < 500 && !read_file(path("heard")).contains("ready"); ++i) {
    publish({"-t", "ready", "-m", "x"});
  }
  add("true");
  const std::string request =
      "spBv1.0/Shop/NCMD/Edge 121a0a144e6f646520436f6e74726f6c2f52656269727468200b7001\n";
  for (int i = 0; i < 1'000 && !read_file(path("heard")).contains(request); ++i) ::usleep(10'000);
  box_.reset();
  std::string heard = read_file(path("heard"));
  while (heard.starts_with("ready 78\n")) heard.erase(0, 9);
  EXPECT_EQ(heard, request);
}

TEST_F(SparkplugBox, nothing_is_sent_where_it_is_not_allowed) {
  start_broker("allow_anonymous true\n");
  Program everything(
      {"mosquitto_sub", "-h", "localhost", "-p", std::to_string(port_), "-t", "#", "-F", "%t"},
      path("heard"));
  for (int i = 0; i < 500 && !read_file(path("heard")).contains("ready"); ++i) {
    publish({"-t", "ready", "-m", "x"});
  }
  add("false");
  ASSERT_TRUE(ingest_.wait_for_link(true));
  for (int i = 0; i < 50 && TestIngest::values(ingest_.reports()).empty(); ++i) {
    publish_bytes("spBv1.0/Shop/DDATA/Edge/Mill", device_runs());
    publish_bytes("spBv1.0/Shop/NBIRTH/Edge", node_birth());
    publish_bytes("spBv1.0/Shop/DBIRTH/Edge/Mill", device_birth());
  }
  ASSERT_TRUE(wait_for("execution=READY"));
  box_.reset();
  EXPECT_FALSE(read_file(path("heard")).contains("NCMD"));
}

class MqttTlsBox : public MqttBox {
 protected:
  void SetUp() override {
    MqttBox::SetUp();
    for (const char* name : {"ca", "other"}) {
      openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" +
              std::string(name) + " -keyout " + path(name) + ".key -out " + path(name) + ".crt");
    }
    for (const char* name : {"localhost", "heed"}) {
      openssl("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" +
              std::string(name) + " -keyout " + path(name) + ".key -out " + path(name) + ".csr");
      openssl("x509 -req -days 2 -in " + path(name) + ".csr -CA " + path("ca.crt") + " -CAkey " +
              path("ca.key") + " -CAcreateserial -out " + path(name) + ".crt");
    }
    start_broker("cafile " + path("ca.crt") + "\ncertfile " + path("localhost.crt") + "\nkeyfile " +
                 path("localhost.key") +
                 "\nrequire_certificate true\nuse_identity_as_username true\n"
                 "allow_anonymous false\nacl_file " +
                 path("acl") + "\n");
  }
  std::string pem(const std::string& name) const { return json_quote(read_file(path(name))); }
  std::string login(const std::string& ca) const {
    return R"("ca":)" + pem(ca) + R"(,"cert":)" + pem("heed.crt") + R"(,"key":)" + pem("heed.key");
  }
};

TEST_F(MqttTlsBox, certificates_of_both_sides_open_a_broker) {
  read(settings(login("ca.crt")));
  ASSERT_TRUE(ingest_.wait_for_link(true)) << box().status(mill_)->link.words;
  const auto words = box().status(mill_)->link.words;
  EXPECT_TRUE(words.contains("connected to the broker")) << words;
}

TEST_F(MqttTlsBox, a_broker_that_nobody_vouches_for_is_told_with_the_mend) {
  const std::string unknown = steps(settings(login("other.crt")));
  EXPECT_TRUE(unknown.contains("is the setting ca the certificate of who signed")) << unknown;
  const std::string plain = steps(settings(""));
  EXPECT_TRUE(plain.contains("want TLS")) << plain;
}

TEST_F(MqttBox, a_broker_that_is_not_there_or_silent_is_told) {
  const std::string nobody = steps(settings(""));
  EXPECT_TRUE(nobody.contains("no connection to the broker")) << nobody;
}

}  // namespace
}  // namespace heed::box

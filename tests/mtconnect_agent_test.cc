// Heed as an MTConnect agent: what a client sees of it, and one Heed that reads another.
#include <gtest/gtest.h>

#include <set>

#include "box/test_directory.h"
#include "http/agent_model.h"
#include "http/agent_reader.h"
#include "http/server.h"
#include "machines/past.h"
#include "policy/testing.h"
#include "policy_house.h"
#include "wire/mtconnect/agent_query.h"
#include "wire/mtconnect/multipart.h"
#include "wire/mtconnect/schema_testing.h"
#include "wire/mtconnect/session_harness.h"

namespace heed {
namespace {

namespace mtc = wire::mtconnect;
using http::Response;

constexpr std::string_view kRoot = "/mtconnect";

std::string base64(std::string_view text) {
  std::string encoded = to_base64url(text);
  for (char& c : encoded) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (encoded.size() % 4 != 0) encoded += '=';
  return encoded;
}

class MtconnectAgent : public PolicyHouse {
 protected:
  Response ask(const std::string& path, const std::string& query = {}) {
    return ask_as(key_, path, query);
  }
  /// Every document that comes is held against the schemas.
  Response ask_as(const Asker& asker, const std::string& path, const std::string& query = {}) {
    auto response = house_.get(asker, std::string(kRoot) + path, query);
    if (!response.events) check(response);
    return response;
  }
  void check(const Response& response) {
    EXPECT_EQ(response.headers.value("Content-Type"), "text/xml; charset=utf-8") << response.body;
    EXPECT_EQ(response.headers.value("Cache-Control"), "no-store");
    if (!mtc::testing::SchemaCheck::possible()) return;
    const std::size_t at = response.body.find("<MTConnect") + 10;
    const std::string kind = response.body.substr(at, response.body.find(' ', at) - at);
    const std::string own =
        kind == "Streams" ? house_.get(key_, std::string(kRoot) + "/extensions.xsd").body : "";
    EXPECT_EQ(schemas_.fault_of(kind, response.body, own), "") << response.body;
  }
  mtc::DeviceModel probe(const std::string& path = "/probe") {
    return must_read(mtc::read_devices(ask(path).body, random_));
  }
  mtc::StreamsDocument streams(const std::string& path, const std::string& query = {}) {
    return must_read(mtc::read_streams(ask(path, query).body, random_));
  }
  std::string error(const Response& response) {
    const auto read = must_read(mtc::read_error(response.body, random_));
    require(read.errors.size() == 1, response.body);
    return std::to_string(response.status) + " " + read.errors.front().code;
  }
  std::string error(const std::string& path, const std::string& query = {}) {
    return error(ask(path, query));
  }
  template <class T>
  static T must_read(Result<T> read) {
    require(read.has_value(), read ? "" : read.error().message);
    return *std::move(read);
  }

  void say(const std::string& lines) { say_at(shop_, lines); }
  void say_at(const Shop& shop, const std::string& lines) {
    house_.clock().advance(Duration::seconds(1));
    const auto sent = house_.send(
        shop.session, {.method = http::Method::kPost,
                       .path = shop.machine_path() + "/observations",
                       .body = lines,
                       .type = "text/plain",
                       .headers = {{"Idempotency-Key", "say-" + std::to_string(++said_)}}});
    require(sent.status == 200, sent.body);
  }
  /// More than the ring holds, told of a machine that sends by itself.
  void overrun() {
    constexpr std::size_t kSize = 32'000;
    const auto floor = must(house_.machines_of(shop_.organization));
    house_.clock().advance(Duration::seconds(1));
    machines::Report report;
    report.machine = shop_.machine;
    report.number = must(floor->resume(house_.access(), shop_.machine)).last_report + 1;
    report.arrival = house_.clock().now();
    for (std::size_t i = 0; i < machines::AgentRing::kBytes / kSize + 10; ++i) {
      report.observations.push_back(
          {.item = "program", .value = std::to_string(i) + std::string(kSize, 'x')});
    }
    must(floor->record(house_.access(), report));
  }
  /// "key=value" in the order of sequences; a gap as -.
  std::string values(const mtc::StreamsDocument& document) {
    std::map<std::pair<std::uint64_t, std::string>, std::string> by_sequence;
    for (const mtc::Observation& one : document.observations) {
      const std::string key = one.data_item_id.substr(one.data_item_id.find('_') + 1);
      by_sequence[{one.sequence, key}] = key + "=" + (one.unavailable ? "-" : one.value);
    }
    std::string text;
    for (const auto& [at, value] : by_sequence) text += (text.empty() ? "" : " ") + value;
    return text;
  }
  /// The documents of a batch's parts.
  std::string parts(const http::EventBatch& batch) {
    std::string text;
    for (const http::Event& event : batch.events) text += event.data;
    return text;
  }

  Asker key_ = house_.key_of(shop_, {people::Scope::kRead});
  SeededRandom random_{1};
  mtc::testing::SchemaCheck schemas_;
  int said_ = 0;
};

// What there is ---------------------------------------------------------------------------------

TEST_F(MtconnectAgent, a_machine_is_a_device_whose_items_have_the_types_of_mtconnect) {
  const mtc::DeviceModel model = probe();
  ASSERT_EQ(model.devices.size(), 1U);
  const mtc::Device& device = model.devices.front();
  EXPECT_EQ(device.name, "Mill-mill");
  EXPECT_EQ(device.uuid, shop_.machine.text());
  const auto item = [&](std::string_view key) {
    const auto* found = device.find_data_item(http::data_item_id(shop_.machine, key));
    require(found != nullptr, key);
    return *found;
  };
  EXPECT_EQ(item("avail").type, "AVAILABILITY");
  EXPECT_EQ(item("execution").type, "EXECUTION");
  EXPECT_EQ(item("mode").type, "CONTROLLER_MODE");
  EXPECT_EQ(item("program").type, "PROGRAM");
  EXPECT_EQ(item("Xact").type, "x:XACT");
  EXPECT_EQ(model.header.version, "2.5");
  for (const char* path : {"", "/", "/Mill-mill", "/Mill-mill/probe"}) {
    EXPECT_EQ(probe(path).devices.size(), 1U) << path;
  }
  EXPECT_EQ(probe("/" + shop_.machine.text() + "/probe").devices.size(), 1U);
}

/// A machine whose source has a model of its own, with an observation of each item.
machines::Report report_of_robot(machines::MachineId machine, Time now) {
  machines::Report report;
  report.machine = machine;
  report.number = 1;
  report.arrival = now;
  using enum machines::ItemCategory;
  report.model = {
      {.key = "x1",
       .name = "X position",
       .type = "POSITION",
       .sub_type = "ACTUAL",
       .units = "MILLIMETER",
       .component = "Device/Axes[base]/Linear[X]",
       .category = kSample},
      {.key = "p",
       .name = "p",
       .type = "PART_COUNT",
       .component = "Controller/Path",
       .category = kEvent,
       .discrete = true},
      {.key = "s",
       .name = "s",
       .type = "SYSTEM",
       .component = "Controller",
       .category = kCondition},
      {.key = "f",
       .name = "f",
       .type = "FUTURE_TYPE",
       .units = "PARSEC",
       .component = "Warp",
       .category = kSample},
      {.key = std::string(190, '/'), .name = "long", .type = "v:MOTION", .category = kEvent}};
  report.raw = {"."};
  report.observations = {{.item = "x1", .value = "1.5"},
                         {.item = "p", .value = "7.0"},
                         {.item = "s", .value = "FAULT|42|1|LOW|too hot", .condition = true},
                         {.item = "f", .value = "warm"},
                         {.item = std::string(190, '/'), .value = "a<b"}};
  return report;
}

TEST_F(MtconnectAgent, the_model_of_a_source_comes_out_as_it_went_in) {
  const auto floor = must(house_.machines_of(shop_.organization));
  const auto machine = must(floor->add(house_.access(), {.name = "Robot", .address = "sent"}));
  must(floor->record(house_.access(), report_of_robot(machine.id, house_.clock().now())));
  const mtc::DeviceModel model = probe("/Robot/probe");
  const mtc::Device& device = model.devices.front();
  const auto* position = device.find_data_item(http::data_item_id(machine.id, "x1"));
  ASSERT_NE(position, nullptr);
  EXPECT_EQ(position->sub_type, "ACTUAL");
  EXPECT_EQ(position->units, "MILLIMETER");
  EXPECT_EQ(position->name, "X position");
  EXPECT_EQ(position->source, "x1");
  EXPECT_EQ(device.components[position->component].path, "Device/Axes[base]/Linear[X]");
  const auto* parts = device.find_data_item(http::data_item_id(machine.id, "p"));
  EXPECT_EQ(parts->representation, mtc::Representation::kDiscrete);
  EXPECT_EQ(device.components[parts->component].path, "Device/Controller/Path");
  const auto* future = device.find_data_item(http::data_item_id(machine.id, "f"));
  EXPECT_EQ(future->type, "x:FUTURE_TYPE");
  EXPECT_EQ(future->units, "");
  EXPECT_EQ(future->component, 0U);
  const auto* slashes =
      device.find_data_item(http::data_item_id(machine.id, std::string(190, '/')));
  ASSERT_NE(slashes, nullptr);
  EXPECT_LE(slashes->id.size(), 150U);
  EXPECT_EQ(slashes->type, "x:MOTION");

  const auto current = streams("/Robot/current");
  std::map<std::string, mtc::Observation> by_type;
  for (const mtc::Observation& one : current.observations) by_type[one.type] = one;
  EXPECT_EQ(by_type["Position"].value, "1.5");
  EXPECT_EQ(by_type["PartCount"].value, "7");
  EXPECT_EQ(by_type["SYSTEM"].level, mtc::Level::kFault);
  EXPECT_EQ(by_type["SYSTEM"].native_code, "42");
  EXPECT_EQ(by_type["SYSTEM"].qualifier, "LOW");
  EXPECT_EQ(by_type["SYSTEM"].value, "too hot");
  EXPECT_TRUE(by_type["FutureType"].unavailable);  // a sample is a number
  EXPECT_EQ(by_type["Motion"].value, "a<b");
}

TEST_F(MtconnectAgent, current_tells_what_every_item_said_last) {
  const auto current = streams("/current");
  EXPECT_EQ(current.header.next_sequence, current.header.last_sequence + 1);
  EXPECT_EQ(current.header.buffer_size, machines::AgentRing::kEntries);
  std::set<std::string> said;
  for (const mtc::Observation& one : current.observations) said.insert(one.value);
  EXPECT_EQ(said, (std::set<std::string>{"AVAILABLE", "ACTIVE", "AUTOMATIC", "O1", "1.5"}));
  say("|execution|READY\n");
  EXPECT_EQ(values(streams("/current", "path=//DataItem[@type='EXECUTION']")), "execution=READY");
  // A word that the type does not have is no value of it.
  say("|execution|DREAMING\n");
  EXPECT_EQ(values(streams("/current", "path=//DataItem[@type='EXECUTION']")), "execution=-");
}

TEST_F(MtconnectAgent, sample_tells_what_was_said_in_its_order_and_where_to_go_on) {
  const std::uint64_t next = streams("/current").header.next_sequence;
  say("|execution|READY\n");
  say("|program|O2|Xact|2.5\n");
  say("|execution|ACTIVE\n");
  const std::string from = "from=" + std::to_string(next);
  const auto all = streams("/sample", from);
  EXPECT_EQ(values(all), "execution=READY program=O2 Xact=2.5 execution=ACTIVE");
  EXPECT_EQ(all.header.next_sequence, next + 4);
  EXPECT_EQ(all.header.last_sequence, next + 3);
  const auto two = streams("/sample", from + "&count=2");
  EXPECT_EQ(values(two), "execution=READY program=O2");
  EXPECT_EQ(two.header.next_sequence, next + 2);
  EXPECT_EQ(values(streams("/sample", from + "&to=" + std::to_string(next + 1))),
            "execution=READY program=O2");
  const auto back = streams("/sample", "count=-2");
  EXPECT_EQ(values(back), "Xact=2.5 execution=ACTIVE");
  EXPECT_EQ(back.header.next_sequence, next + 1);
  const auto none = streams("/sample", "from=" + std::to_string(next + 4));
  EXPECT_TRUE(none.observations.empty());
  EXPECT_EQ(none.header.next_sequence, next + 4);
  const auto filtered = streams("/sample", from + "&count=1&path=//DataItem[@type='PROGRAM']");
  EXPECT_EQ(values(filtered), "program=O2");
  EXPECT_EQ(filtered.header.next_sequence, next + 2);
  EXPECT_EQ(values(streams("/current",
                           "at=" + std::to_string(next) + "&path=//DataItem[@type='EXECUTION']")),
            "execution=READY");
}

TEST_F(MtconnectAgent, keeps_no_assets_and_says_so_in_the_protocol_s_words) {
  EXPECT_TRUE(ask("/assets").body.contains("<Assets/>"));
  EXPECT_TRUE(ask("/Mill-mill/assets").body.contains("<Assets/>"));
  EXPECT_EQ(error("/asset/T1;T2"), "404 ASSET_NOT_FOUND");
  EXPECT_EQ(error("/asset"), "400 INVALID_REQUEST");
  EXPECT_EQ(error("/nobody/assets"), "404 NO_DEVICE");
}

TEST_F(MtconnectAgent, what_cannot_be_answered_is_an_error_document_with_its_status) {
  const std::uint64_t next = streams("/current").header.next_sequence;
  const std::string beyond = std::to_string(next + 1);
  struct Case {
    std::string path, query, error;
  };
  for (const Case& c : {Case{"/nobody/current", "", "404 NO_DEVICE"},
                        Case{"/Mill-mill/dance", "", "404 INVALID_URI"},
                        Case{"/Mill-mill/current/x", "", "404 INVALID_URI"},
                        Case{"/sample", "from=1", "404 OUT_OF_RANGE"},
                        Case{"/sample", "from=" + beyond, "404 OUT_OF_RANGE"},
                        Case{"/sample", "from=x", "400 INVALID_REQUEST"},
                        Case{"/sample", "count=0", "404 OUT_OF_RANGE"},
                        Case{"/sample", "count=200000", "404 OUT_OF_RANGE"},
                        Case{"/sample", "interval=10&from=1", "404 OUT_OF_RANGE"},
                        Case{"/current", "at=1", "404 OUT_OF_RANGE"},
                        Case{"/current", "path=//Axes[", "400 INVALID_PATH"},
                        Case{"/current", "path=//Nothing", "400 INVALID_PATH"},
                        Case{"/current", "interval=1&path=//Nothing", "400 INVALID_PATH"}}) {
    EXPECT_EQ(error(c.path, c.query), c.error) << c.path << c.query;
  }
}

// Who may ----------------------------------------------------------------------------------------

TEST_F(MtconnectAgent, a_key_comes_as_a_bearer_token_or_as_the_password_of_basic_authentication) {
  const auto basic = [&](const std::string& user_and_password, const std::string& path) {
    return house_
        .send({},
              {.path = path, .headers = {{"Authorization", "Basic " + base64(user_and_password)}}})
        .status;
  };
  EXPECT_EQ(basic("anybody:" + key_.key, "/mtconnect/probe"), 200);
  EXPECT_EQ(basic(":" + key_.key, "/mtconnect/Mill-mill/current"), 200);
  EXPECT_EQ(basic(key_.key + ":", "/mtconnect/probe"), 401);
  EXPECT_EQ(basic("anybody:heed_wrong", "/mtconnect/probe"), 401);
  // Only here: the rest of the house does not take it.
  EXPECT_EQ(basic("anybody:" + key_.key, shop_.path() + "/machines"), 401);
  EXPECT_EQ(basic("anybody:" + key_.key, "/machines"), 401);
}

TEST_F(MtconnectAgent, who_is_nobody_or_lacks_the_scope_is_told_so_in_the_protocol_s_words) {
  const auto nobody = ask_as({}, "/probe");
  EXPECT_EQ(error(nobody), "401 UNAUTHORIZED");
  EXPECT_TRUE(nobody.headers.value("WWW-Authenticate").starts_with("Basic realm="));
  EXPECT_EQ(error(ask_as(house_.key_of(shop_, {people::Scope::kIngest}), "/current")),
            "403 UNAUTHORIZED");
  EXPECT_EQ(ask_as(shop_.session, "/probe").status, 200);
}

TEST_F(MtconnectAgent, machines_of_another_organization_are_not_there) {
  const Shop theirs = house_.open_shop("Lathe", "berta@example.com");
  for (const std::string& device : {theirs.machine_name, theirs.machine.text()}) {
    for (const char* verb : {"", "/probe", "/current", "/sample", "/assets"}) {
      EXPECT_EQ(error("/" + device + verb), "404 NO_DEVICE") << verb;
    }
  }
  const std::uint64_t next = streams("/current").header.next_sequence;
  say_at(theirs, "|program|O-THEIRS\n");
  EXPECT_FALSE(ask("/probe").body.contains(theirs.machine.text()));
  EXPECT_FALSE(ask("/current").body.contains("O-THEIRS"));
  const auto sample = streams("/sample", "from=" + std::to_string(next));
  EXPECT_TRUE(sample.observations.empty());
  EXPECT_EQ(sample.header.next_sequence, next);
  must(house_.people().add_member(theirs.organization, shop_.owner, people::Role::kMember));
  EXPECT_EQ(error(ask_as(house_.sign_in(shop_.owner), "/probe")), "409 INVALID_REQUEST");
}

TEST_F(MtconnectAgent, what_the_policy_keeps_back_is_left_out_and_counted_and_ends_the_instance) {
  const mtc::Header before = streams("/current").header;
  const std::string text = edited(source(), "deny machine_data to staff, processor, third_party",
                                  "deny machine_data to staff, processor, third_party\n"
                                  "  deny machine_data.program_text to organization");
  ASSERT_EQ(post("/activate", with_text(text)).status, 201);
  const auto probed = ask("/probe");
  EXPECT_EQ(probed.headers.value("Heed-Withheld"), "1");
  EXPECT_FALSE(probed.body.contains("PROGRAM"));
  EXPECT_TRUE(probed.body.contains("1 data items are kept back by the policy"));
  const auto now = ask("/current");
  EXPECT_EQ(now.headers.value("Heed-Withheld"), "1");
  EXPECT_FALSE(now.body.contains("O1"));
  const mtc::Header after = must_read(mtc::read_streams(now.body, random_)).header;
  EXPECT_GT(after.instance_id, before.instance_id);
  say("|execution|READY\n");
  EXPECT_EQ(values(streams("/sample")), "execution=READY");
}

// Streams ----------------------------------------------------------------------------------------

TEST_F(MtconnectAgent, a_stream_has_a_part_for_what_is_new_and_an_empty_one_for_each_heartbeat) {
  const std::uint64_t next = streams("/current").header.next_sequence;
  const auto response = ask("/sample", "interval=100&heartbeat=1000&from=" + std::to_string(next));
  ASSERT_NE(response.events, nullptr);
  const std::string type(response.headers.value("Content-Type"));
  EXPECT_TRUE(type.starts_with("multipart/x-mixed-replace;boundary=")) << type;
  std::vector<std::string> documents;
  std::string body;
  mtc::MultipartSplitter splitter(*mtc::multipart_boundary(type),
                                  {.begin = [&](std::string_view) { body.clear(); },
                                   .body = [&](BytesView piece) { body += piece; },
                                   .end = [&] { documents.push_back(body); }});
  int woken = 0;
  const auto subscription = response.events->subscribe([&] { ++woken; });
  const auto pull = [&] {
    const auto batch = response.events->next({});
    std::string bytes = response.events->opening();
    for (const http::Event& event : batch.events) bytes += response.events->written(event);
    EXPECT_TRUE(splitter.feed(bytes));
    return batch;
  };
  EXPECT_FALSE(pull().end);
  ASSERT_EQ(documents.size(), 1U);  // at once, though there is nothing
  say("|execution|READY\n");
  EXPECT_GT(woken, 0);
  pull();
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(values(must_read(mtc::read_streams(documents[1], random_))), "execution=READY");
  EXPECT_EQ(pull().again_in, Duration::milliseconds(100));  // not before the interval
  house_.clock().advance(Duration::milliseconds(100));
  EXPECT_EQ(pull().again_in, Duration::milliseconds(900));
  ASSERT_EQ(documents.size(), 2U);
  house_.clock().advance(Duration::milliseconds(900));
  pull();
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_TRUE(must_read(mtc::read_streams(documents[2], random_)).observations.empty());
}

TEST_F(MtconnectAgent, a_stream_of_current_tells_all_of_it_each_interval) {
  const auto response = ask("/current", "interval=1000");
  ASSERT_NE(response.events, nullptr);
  EXPECT_TRUE(parts(response.events->next({})).contains("AUTOMATIC"));
  EXPECT_TRUE(response.events->next({}).events.empty());
  house_.clock().advance(Duration::seconds(1));
  EXPECT_TRUE(parts(response.events->next({})).contains("AUTOMATIC"));
}

TEST_F(MtconnectAgent, a_stream_ends_when_its_key_is_taken_back) {
  const auto response = ask("/sample", "interval=10");
  ASSERT_NE(response.events, nullptr);
  EXPECT_FALSE(response.events->next({}).end);
  const auto id = must(house_.people().key(key_.key))->id;
  must(house_.people().remove_key(shop_.owner, shop_.organization, id));
  house_.clock().advance(http::AgentStream::kStandingAge);
  EXPECT_TRUE(response.events->next({}).end);
}

TEST_F(MtconnectAgent, a_stream_that_is_overrun_ends_with_out_of_range) {
  const auto response = ask("/sample", "interval=10");
  ASSERT_NE(response.events, nullptr);
  (void)response.events->next({});
  overrun();
  const auto batch = response.events->next({});
  EXPECT_TRUE(batch.end);
  EXPECT_TRUE(parts(batch).contains("OUT_OF_RANGE"));
  EXPECT_TRUE(parts(batch).ends_with("--\r\n"));
}

// One Heed reads another -------------------------------------------------------------------------

/// Our own session on the agent's routes, without a network.
class AgentLine {
 public:
  AgentLine(ApiHouse& house, Asker key, std::string device, Duration now)
      : house_(house), key_(std::move(key)), now_(now) {
    mtc::AgentOptions options;
    options.base_path = std::string(kRoot);
    options.device = std::move(device);
    session_ = std::make_unique<mtc::AgentSession>(options, recorder, random_);
  }
  /// Polls: a request for a stream is answered with one document.
  void steps(int count) {
    for (int i = 0; i < count; ++i) {
      const mtc::Request asked = session_->next_request(now_);
      now_ = std::max(now_, asked.not_before);
      const std::size_t question = std::min(asked.path.find('?'), asked.path.size());
      std::string query = asked.path.substr(std::min(question + 1, asked.path.size()));
      query = query.substr(0, query.find("&interval"));
      const auto response = house_.get(key_, asked.path.substr(0, question), query);
      session_->response_started(response.status, "text/xml", now_);
      if (session_->body(response.body, now_) == mtc::Next::kContinue) {
        session_->response_ended(now_);
      }
    }
  }
  std::vector<std::string> programs() const {
    std::vector<std::string> all;
    for (const auto& one : recorder.kept) {
      if (one.item.ends_with("_program")) all.push_back(one.value);
    }
    return all;
  }

  mtc::testing::Recorder recorder;

 private:
  ApiHouse& house_;
  const Asker key_;
  Duration now_;
  SeededRandom random_{7};
  std::unique_ptr<mtc::AgentSession> session_;
};

TEST_F(MtconnectAgent, our_own_client_reads_it_over_a_restart_and_misses_and_doubles_nothing) {
  AgentLine line(house_, key_, shop_.machine.text(), {});
  line.steps(3);
  ASSERT_EQ(line.recorder.models.size(), 1U);
  say("|program|O2\n");
  line.steps(2);
  house_.forget_machines();
  say("|program|O3\n");
  say("|program|O4\n");
  line.steps(6);
  say("|program|O5\n");
  line.steps(2);
  EXPECT_EQ(line.programs(), (std::vector<std::string>{"O1", "O2", "O3", "O4", "O5"}));
  // The session cannot know that what stands before the buffer is what current shows: it tells it
  // as overwritten, too.
  ASSERT_EQ(line.recorder.gaps.size(), 2U);
  EXPECT_EQ(line.recorder.gaps.front().cause, mtc::Gap::Cause::kRestarted);
  EXPECT_EQ(line.recorder.gaps.back().first, 1U);
}

/// The read Heed behind a real server, and a second one whose box reads it.
class HeedReadsHeed : public MtconnectAgent {
 protected:
  void SetUp() override {
    serve(0);
    box::BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    const box::Ingest ingest{
        [this](const machines::Report& report) -> policy::Governed<std::uint64_t> {
          ASSIGN_OR_RETURN(const auto recorded, reader_floor_->record(reader_.access(), report));
          return recorded.last;
        },
        [this](machines::MachineId machine) -> Result<box::Resume> {
          const auto known = must(reader_floor_->resume(reader_.access(), machine));
          return box::Resume{known.last_report, known.cursor};
        }};
    box_ = *box::Box::open(std::move(options), ingest, system_, system_random_, log_);
    const auto added = box_->add(
        {reader_shop_.machine, machines::Protocol::kMtconnect,
         "http://127.0.0.1:" + std::to_string(port_) + "/mtconnect/" + shop_.machine.text(), false,
         R"({"user":"any","password":")" + key_.key + R"("})"});
    ASSERT_TRUE(added) << added.error().message;
  }
  void TearDown() override {
    box_.reset();
    server_.reset();
  }
  void serve(std::uint16_t port) {
    auto started = http::Server::start(house_.router(), system_, log_, {.port = port});
    require(started.has_value(), started ? "" : started.error().message);
    server_ = *std::move(started);
    port_ = server_->port();
  }
  /// What the reader's silo has of the item, as device time and value.
  std::vector<std::string> read(const std::string& key) {
    return samples(*reader_floor_, reader_.access(), reader_shop_.machine,
                   http::data_item_id(shop_.machine, key), true);
  }
  std::vector<std::string> said(const std::string& key) {
    return samples(*must(house_.machines_of(shop_.organization)), house_.access(), shop_.machine,
                   key, false);
  }
  static std::vector<std::string> samples(const machines::Machines& floor,
                                          const policy::Access& access, machines::MachineId machine,
                                          const std::string& item, bool by_device) {
    std::vector<std::string> all;
    (void)floor.past().scan_samples(access, machine, item, {}, [&](const machines::SampleRow& row) {
      all.push_back(format_time(by_device ? row.device : row.at) + " " +
                    std::string(row.value.value_or("-").substr(0, 20)));
      return true;
    });
    std::ranges::sort(all);
    return all;
  }
  /// Time passes for the read Heed, until this value has come.
  bool wait_for(const std::string& key, const std::string& value) {
    return wait([&] {
      return std::ranges::any_of(read(key), [&](const auto& one) { return one.ends_with(value); });
    });
  }
  bool wait(const std::function<bool()>& enough) {
    Mutex mutex;
    Condition never;
    const Lock lock(mutex);
    const Duration end = system_.steady() + Duration::seconds(200);
    while (!enough()) {
      if (system_.steady() > end) return false;
      never.wait_for(mutex, Duration::milliseconds(20));
      house_.clock().advance(Duration::milliseconds(20));
    }
    return true;
  }
  std::vector<machines::Gap> gaps() {
    return must(reader_floor_->past().link_history(reader_.access(), reader_shop_.machine, 20))
        .gaps;
  }

  SystemClock system_;
  SystemRandom system_random_;
  Log log_{system_, LogLevel::kError, Log::nowhere()};
  box::TestDirectory directory_;
  ApiHouse reader_;
  Shop reader_shop_ = reader_.open_shop("Reader", "rita@example.com");
  std::shared_ptr<machines::Machines> reader_floor_ =
      must(reader_.machines_of(reader_shop_.organization));
  std::unique_ptr<http::Server> server_;
  std::uint16_t port_ = 0;
  std::unique_ptr<box::Box> box_;
};

TEST_F(HeedReadsHeed, and_has_the_same_observations_also_over_a_restart_of_the_one_that_is_read) {
  ASSERT_TRUE(wait_for("program", "O1"));
  say("|program|O2|execution|READY\n");
  say("|sys|FAULT|1|||hot\n");
  ASSERT_TRUE(wait_for("sys", "hot"));
  server_.reset();
  say("|program|LAST-BEFORE\n");
  house_.forget_machines();
  say("|program|O3|execution|ACTIVE\n");
  say("|program|O4\n");
  serve(port_);
  ASSERT_TRUE(wait_for("program", "O4"));
  say("|program|O5\n");
  ASSERT_TRUE(wait_for("program", "O5"));
  for (const char* key : {"execution", "mode", "sys", "avail"})
    EXPECT_EQ(read(key), said(key)) << key;
  // What was said to nobody and overtaken before the restart is the one thing that is missing, and
  // that something is, is told.
  auto expected = said("program");
  std::erase_if(expected, [](const auto& one) { return one.ends_with("LAST-BEFORE"); });
  EXPECT_EQ(read("program"), expected);
  const auto lost = gaps();
  ASSERT_EQ(lost.size(), 2U);  // and what stands before the buffer, which current has shown
  EXPECT_TRUE(std::ranges::any_of(
      lost, [](const auto& gap) { return gap.reason == machines::Gap::Reason::kRestarted; }));
}

TEST_F(HeedReadsHeed, and_is_told_what_it_lost_when_the_ring_has_overrun_it) {
  ASSERT_TRUE(wait_for("program", "O1"));
  server_.reset();
  overrun();
  say("|mode|MANUAL\n");
  say("|execution|READY\n");
  serve(port_);
  ASSERT_TRUE(wait_for("execution", "READY"));
  ASSERT_TRUE(wait_for("mode", "MANUAL"));
  const auto lost = gaps();
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost.front().reason, machines::Gap::Reason::kOutOfRange);
  // What is not counted as lost is there.
  const auto all = said("program");
  const auto got = read("program");
  EXPECT_EQ(got.size() + lost.front().lost, all.size());
  EXPECT_TRUE(std::ranges::includes(all, got));
}

}  // namespace
}  // namespace heed

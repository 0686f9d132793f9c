// The driver and the program beside it: a small shell script in place of the real one, which says
// what a test wants it to say.
#include "box/opcua_driver.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "box/opcua_sidecar.h"
#include "box/test_directory.h"

namespace heed::box {
namespace {

bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::ranges::find(all, one) != all.end();
}

class OpcuaDriverTest : public testing::Test, protected DriverListener {
 protected:
  /// Says hello, has one node, is up; then does what `more` says.
  static std::string working(const std::string& more) {
    return R"(read settings
echo '["heed-opcua",1]'; echo '["nodes"]'
echo '["node",0,"Monitoring/Channel1/ChannelState","ChannelMonitoringType",""]'
echo '["up",false,"connected"]'
)" + more;
  }
  void run(const std::string& script) {
    std::ofstream(directory_.path() + "/reader") << script;
    driver_ = make_opcua_driver(reading_, "", {*net_, clock_, random_, log_, directory_.path()},
                                *this, [this](const std::string&) -> Result<ChildCommand> {
                                  return ChildCommand{{"sh", directory_.path() + "/reader"},
                                                      {"PATH=/usr/bin:/bin"}};
                                });
    driver_->start();
    run_until_done();
  }
  void run_until_done() {
    net_->at(clock_.steady() + Duration::seconds(60), [this] {
      ADD_FAILURE() << "too late";
      net_->stop();
    });
    net_->run();
  }
  void stop_if(bool done) {
    if (done) net_->stop();
  }

  void on_step(const std::string& say, bool) override { steps_.push_back(say); }
  void on_heard() override {}
  void on_up(const std::string& words) override {
    said_ += "up " + words + "\n";
    stop_if(++ups_ == enough_ups_);
  }
  void on_down(const std::string& words) override {
    said_ += "down " + words + "\n";
    stop_if(++downs_ == enough_downs_);
  }
  void on_report(machines::Report report) override {
    for (const auto& one : report.observations) {
      values_.push_back(one.item + "=" + one.value.value_or("-"));
    }
    for (const auto& gap : report.gaps) gaps_.push_back(gap.note);
    raw_.insert(raw_.end(), report.raw.begin(), report.raw.end());
    stop_if(values_.size() >= enough_values_);
  }

  TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  std::string logged_;
  Log log_{clock_, LogLevel::kInfo, [this](std::string_view line) { logged_ += line; }};
  std::unique_ptr<Net> net_ = *Net::create(clock_);
  const Reading reading_ = *parse_reading(Protocol::kOpcua, "opc.tcp://mill.shop:4841/UA/Mill", "");
  std::unique_ptr<Driver> driver_;
  std::vector<std::string> steps_, values_, gaps_, raw_;
  std::string said_;
  std::size_t enough_values_ = SIZE_MAX;
  int ups_ = 0, downs_ = 0, enough_ups_ = -1, enough_downs_ = -1;
};

TEST_F(OpcuaDriverTest, hands_its_settings_over_and_the_values_on) {
  enough_values_ = 2;
  run("read settings; echo \"$settings\" > " + directory_.path() + "/settings\n" +
      working(R"(echo '["value",0,"2026-11-29T09:00:00Z",0,0]'; sleep 60)")
          .substr(std::string_view("read settings\n").size()));
  EXPECT_EQ(values_, (std::vector<std::string>{"Monitoring/Channel1/ChannelState=Active",
                                               "execution=ACTIVE"}));
  EXPECT_EQ(raw_.at(0), R"(["value",0,"2026-11-29T09:00:00Z",0,0])");
  std::ifstream in(directory_.path() + "/settings");
  const std::string settings(std::istreambuf_iterator<char>(in), {});
  EXPECT_TRUE(settings.contains(R"("endpoint":"opc.tcp://mill.shop:4841/UA/Mill")")) << settings;
}

TEST_F(OpcuaDriverTest, starts_a_program_again_that_ended_and_tells_the_gap) {
  enough_ups_ = 2;
  run(working(R"(echo '["value",0,null,0,0]'; sleep 0.1; exit 1)"));
  EXPECT_TRUE(said_.contains("down the OPC UA reader has ended")) << said_;
  EXPECT_TRUE(has(values_, "execution=-"));
}

TEST_F(OpcuaDriverTest, starts_a_program_again_that_was_killed) {
  enough_ups_ = 2;
  run(working("kill -9 $$"));
  EXPECT_TRUE(said_.contains("has ended")) << said_;
}

TEST_F(OpcuaDriverTest, sets_aside_what_cannot_be_read_and_ends_a_program_that_says_only_that) {
  enough_downs_ = 1;
  run(working("while true; do echo Segmentation fault; done"));
  EXPECT_TRUE(said_.ends_with("down the OPC UA reader says what cannot be read\n")) << said_;
  EXPECT_TRUE(has(raw_, "Segmentation fault"));
}

TEST_F(OpcuaDriverTest, cuts_a_line_without_an_end_and_goes_on_after_it) {
  enough_values_ = 2;
  run(working(
      R"(head -c 300000 /dev/zero | tr '\0' x; echo; echo '["value",0,null,0,0]'; sleep 60)"));
  EXPECT_EQ(values_.back(), "execution=ACTIVE");
}

TEST_F(OpcuaDriverTest, holds_a_flood_back_and_loses_nothing_of_it) {
  enough_values_ = 12'001;
  const Duration began = clock_.steady();
  run(working(R"(i=0; while [ $i -lt 6000 ]; do
    echo '["value",0,null,0,0]'; echo '["value",0,null,0,2]'; i=$((i+1)); done; sleep 60)"));
  // Each of them changes the variable and what is made of it, but the first is told with the model.
  EXPECT_GE(values_.size(), 12'001U);
  EXPECT_GE(clock_.steady() - began, Duration::seconds(1));
}

TEST_F(OpcuaDriverTest, refuses_a_program_of_another_version) {
  enough_downs_ = 1;
  run(R"(read settings; echo '["heed-opcua",2]'; sleep 60)");
  EXPECT_EQ(said_, "down the OPC UA reader is of another Heed\n");
}

TEST_F(OpcuaDriverTest, writes_a_bounded_part_of_its_standard_error_into_the_log) {
  enough_ups_ = 1;
  run(R"(read settings; i=0; while [ $i -lt 500 ]; do echo "trouble $i" >&2; i=$((i+1)); done
sleep 0.3
)" + working("sleep 60").substr(std::string_view("read settings\n").size()));
  EXPECT_TRUE(logged_.contains("trouble 0")) << logged_;
  EXPECT_FALSE(logged_.contains("trouble 20")) << logged_;
}

TEST_F(OpcuaDriverTest, passes_on_that_the_server_was_lost_and_found_without_a_gap) {
  enough_ups_ = 2;
  run(working(R"(echo '["value",0,null,0,0]'; echo '["broken","cable"]'
echo '["up",true,"again"]'; sleep 60)"));
  EXPECT_EQ(said_, "up connected\ndown cable\nup again\n");
  EXPECT_FALSE(has(values_, "execution=-"));
  EXPECT_TRUE(gaps_.empty());
}

TEST_F(OpcuaDriverTest, leaves_no_program_behind_when_it_goes) {
  enough_ups_ = 1;
  run("echo $$ > " + directory_.path() + "/id\n" + working("read forever"));
  pid_t id = 0;
  std::ifstream(directory_.path() + "/id") >> id;
  ASSERT_GT(id, 1);
  EXPECT_EQ(::kill(id, 0), 0);
  driver_.reset();
  net_.reset();
  EXPECT_NE(::kill(id, 0), 0);
}

TEST(OpcuaSidecar, is_placed_to_the_letter_over_whatever_was_there) {
  if (opcua_sidecar().empty()) GTEST_SKIP() << "sidecar/opcua is not built (tools/build)";
  const TestDirectory directory;
  const auto path = place_opcua_sidecar(directory.path() + "/opcua");
  ASSERT_TRUE(path) << path.error().message;
  std::ofstream(*path) << "somebody else's program";
  ASSERT_TRUE(place_opcua_sidecar(directory.path() + "/opcua"));
  std::ifstream in(*path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), opcua_sidecar());
}

TEST(OpcuaAddress, has_a_scheme_a_usual_port_and_a_path) {
  const auto whole = *parse_address(Protocol::kOpcua, "opc.tcp://mill.shop:48400/UA/Mill");
  EXPECT_EQ(whole.text() + whole.path, "mill.shop:48400/UA/Mill");
  EXPECT_EQ(parse_address(Protocol::kOpcua, "10.0.0.7")->text(), "10.0.0.7:4840");
  EXPECT_FALSE(parse_address(Protocol::kOpcua, "http://mill.shop:48400"));
  EXPECT_FALSE(parse_address(Protocol::kOpcua, "opc.tcp://mill.shop/a b"));
}

}  // namespace
}  // namespace heed::box

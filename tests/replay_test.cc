// Every recording of ../shared/data/machines through real TCP, box, recorder and silo, at full
// speed, against the offline computation that was written from docs/STATES.md alone
// (tests/offline); cycles likewise from docs/CYCLES.md.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include "base/base.h"
#include "box/box.h"
#include "box/test_server.h"
#include "machines/figures.h"
#include "machines/machines.h"
#include "machines/past.h"
#include "silo/testing.h"

namespace heed {
namespace {

std::string read_all(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What an offline computation prints.
std::vector<std::string> offline(const char* script, const std::filesystem::path& recording) {
  const std::string command = std::string("python3 ") + HEED_SOURCE_DIR + "/tests/offline/" +
                              script + " '" + recording.string() + "'";
  const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen(command.c_str(), "r"), &::pclose);
  std::vector<std::string> lines;
  char line[4096];
  while (std::fgets(line, sizeof line, output.get()) != nullptr) {
    lines.emplace_back(line, std::string_view(line).find_last_not_of("\r\n") + 1);
  }
  return lines;
}

std::string in_words(const machines::Activity& activity) {
  const machines::Standing& standing = activity.standing;
  return std::to_string(activity.range.from.nanoseconds()) + " " +
         std::to_string(activity.range.to.nanoseconds()) + " " + std::string(word(standing.state)) +
         " " + std::string(word(standing.bucket)) + (standing.in_cycle ? " 1" : " 0") +
         (standing.executing ? " 1" : " 0");
}

std::string in_words(const machines::Cycle& cycle) {
  std::string text;
  for (const std::int64_t number :
       {cycle.range.from.nanoseconds(), cycle.range.to.nanoseconds(),
        std::int64_t{cycle.complete ? 1 : 0}, std::int64_t{cycle.rule},
        static_cast<std::int64_t>(cycle.counted), cycle.in_cycle.count_nanoseconds(),
        cycle.executing.count_nanoseconds(), cycle.unseen.count_nanoseconds()}) {
    text += std::to_string(number) + " ";
  }
  std::string program = cycle.program.empty() ? "-" : cycle.program;
  std::ranges::replace(program, ' ', '_');
  std::string tools;
  for (const machines::ToolUse& use : cycle.tools) tools += (tools.empty() ? "" : ",") + use.tool;
  return text + program + " " + (tools.empty() ? "-" : tools);
}

/// A whole engine around one machine that is read over TCP.
class Engine {
 public:
  explicit Engine(std::uint16_t port) {
    auto opened = machines::Machines::open(store_.shared_silo(), engine_, clock_, random_);
    require(opened.has_value(), opened ? "" : opened.error().message());
    machines_ = *std::move(opened);
    const std::string address = "127.0.0.1:" + std::to_string(port);
    machine_ =
        machines_->add(engine_, {"Recorded", "", machines::Protocol::kShdr, address, true})->id;
    const box::Ingest ingest{
        [this](const machines::Report& report) -> policy::Governed<std::uint64_t> {
          ASSIGN_OR_RETURN(const auto recorded, machines_->record(engine_, report));
          return recorded.last;
        },
        [this](machines::MachineId machine) -> Result<box::Resume> {
          const auto resumed = machines_->resume(engine_, machine);
          require(resumed.has_value(), "the engine may resume");
          return box::Resume{resumed->last_report, resumed->cursor};
        }};
    box::BoxOptions options;
    options.directory = store_.directory() + "/box";
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *box::Box::open(options, ingest, clock_, random_, log_);
    require(box_->add({machine_, box::Protocol::kShdr, address, true}).has_value(), "it is read");
  }

  /// Whether all that the box has read was taken within two minutes.
  bool settled() {
    for (int hundredths = 0; hundredths < 12'000; ++hundredths) {
      const auto status = box_->status(machine_);
      if (status && status->queued == 0) return true;
      ::usleep(10'000);
    }
    return false;
  }

  std::vector<std::string> cycles(TimeRange range) {
    std::vector<std::string> words;
    while (!range.empty()) {
      const Time to = std::min(range.to, range.from + machines::Figures::kLongestCycleRange);
      const auto found = machines_->figures().cycles(store_.access(), machine_, {range.from, to});
      require(found.has_value(), found ? "" : found.error().message());
      for (const machines::Cycle& cycle : found->cycles) words.push_back(in_words(cycle));
      range.from = to;
    }
    return words;
  }

  std::vector<std::string> activities(TimeRange range) {
    const auto timeline = machines_->past().timeline(store_.access(), machine_, range);
    require(timeline.has_value(), timeline ? "" : timeline.error().message());
    std::vector<std::string> words;
    for (const machines::Activity& activity : timeline->activities) {
      words.push_back(in_words(activity));
    }
    return words;
  }

 private:
  const SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  silo::TemporaryStore store_;
  policy::Access engine_ = store_.access("service.monitoring", "engine");
  std::unique_ptr<machines::Machines> machines_;
  machines::MachineId machine_;
  std::unique_ptr<box::Box> box_;
};

TimeRange range_of(const std::vector<std::string>& activities) {
  const auto number = [](const std::string& line, std::size_t at) {
    return Time::from_nanoseconds(std::stoll(line.substr(at)));
  };
  return {number(activities.front(), 0),
          number(activities.back(), activities.back().find(' ') + 1)};
}

class Replay : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Replay, ends_with_the_activities_and_cycles_that_the_offline_computations_find) {
  const std::string lines = read_all(GetParam());
  ASSERT_FALSE(lines.empty());
  const std::vector<std::string> expected = offline("activities.py", GetParam());
  ASSERT_FALSE(expected.empty());
  // The box comes back only after it has read the first connection to its end.
  std::binary_semaphore came_back(0);
  box::TestServer adapter([&](box::TestServer::Peer& peer, int connection) {
    // Closing with the PING unread would reset the connection and take the last lines with it.
    peer.hear();
    if (connection == 0) peer.say(lines);
    if (connection == 1) came_back.release();
  });

  Engine engine(adapter.port());
  ASSERT_TRUE(came_back.try_acquire_for(std::chrono::minutes(2)));
  ASSERT_TRUE(engine.settled());
  const std::vector<std::string> found = engine.activities(range_of(expected));

  const std::size_t most = std::min(found.size(), expected.size());
  for (std::size_t i = 0; i < most; ++i) ASSERT_EQ(found[i], expected[i]) << "activity " << i;
  EXPECT_EQ(found.size(), expected.size());
  const TimeRange all = range_of(expected);
  const std::vector<std::string> cycles = engine.cycles({all.from, all.to + Duration::seconds(1)});
  EXPECT_EQ(cycles, offline("cycles.py", GetParam()));
}

std::vector<std::filesystem::path> recordings() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(HEED_DATA_DIR "/machines")) {
    if (entry.path().extension() == ".txt") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

INSTANTIATE_TEST_SUITE_P(OfEveryRecording, Replay, testing::ValuesIn(recordings()),
                         [](const auto& recording) {
                           std::string name = recording.param.stem().string();
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Recordings, are_there_to_be_replayed) {
  EXPECT_GE(recordings().size(), 25U);
}

}  // namespace
}  // namespace heed

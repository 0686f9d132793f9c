// The program that tests/kill_test.cc kills: a box that reads one SHDR adapter into a real silo.
//
//   kill_child <directory> <port> <seed>
//
// Writes to standard output, each line with one write(2): "stored N" once the observation N is
// durable, in the silo or in the spool; "idle" while the box has nothing left to hand on. With a
// seed that is not 0 the store fails now and then, so that the spool has to take over.
#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <charconv>

#include "box/box.h"
#include "machines/machines.h"
#include "policy/testing.h"
#include "silo/silo.h"

namespace heed {
namespace {

void say(const std::string& line) {
  const std::string whole = line + "\n";
  require(::write(STDOUT_FILENO, whole.data(), whole.size()) == std::ssize(whole),
          "the pipe holds");
}

template <class T>
T must(std::expected<T, Error> result) {
  require(result.has_value(), result ? "" : result.error().message);
  return std::move(*result);
}
template <class T>
T must(policy::Governed<T> result) {
  require(result.has_value(), result ? "" : result.error().message());
  return std::move(*result);
}

std::unique_ptr<silo::Store> open_store(const std::string& directory, const Clock& clock,
                                        Random& random, Log& log) {
  silo::StoreOptions options;
  options.data_directory = directory + "/data";
  options.key_directory = directory + "/keys";
  options.policy = policy::heed_policy();
  return must(silo::Store::open(std::move(options), clock, random, log));
}

/// Fails for about 30 of every 100 ms, of a beat that the seed shifts.
bool store_is_away(std::uint64_t seed, const Clock& clock) {
  if (seed == 0) return false;
  const auto ms = static_cast<std::uint64_t>(clock.steady().count_milliseconds());
  return (ms + seed) % 100 < 30;
}

box::Ingest ingest_into(machines::Machines& machines, const policy::Access& access,
                        std::uint64_t seed, const Clock& clock) {
  return {.take = [&machines, access, seed,
                   &clock](const machines::Report& report) -> policy::Governed<std::uint64_t> {
            if (store_is_away(seed, clock)) {
              return std::unexpected(Error{ErrorKind::kUnavailable, "away for the test", {}});
            }
            auto recorded = machines.record(access, report);
            if (!recorded) return std::unexpected(recorded.error());
            return recorded->last;
          },
          .resume = [&machines, access](machines::MachineId machine) -> Result<box::Resume> {
            auto resume = machines.resume(access, machine);
            if (!resume) return fail(ErrorKind::kUnavailable, resume.error().message());
            return box::Resume{resume->last_report, resume->cursor};
          }};
}

int run(const std::string& directory, const std::string& port, std::uint64_t seed) {
  const SystemClock clock;
  SystemRandom random;
  Log log(clock, LogLevel::kError, Log::standard_error());
  const auto store = open_store(directory, clock, random, log);
  const bool first = store->organizations().empty();
  const OrganizationId organization =
      first ? OrganizationId::make(random) : store->organizations().front();
  const auto silo = must(first ? store->create(organization) : store->silo(organization));
  const auto access = must(store->policy()->access("box", "service.monitoring", "organization"));
  const auto own = must(store->policy()->access("engine", "operation", "engine"));
  const auto machines = must(machines::Machines::open(silo, own, clock, random));
  if (must(machines->list(access)).empty()) {
    must(machines->add(access, {.name = "mill", .address = "127.0.0.1"}));
  }
  const machines::MachineId machine = must(machines->list(access)).front().id;
  box::BoxOptions options;
  options.directory = directory + "/box";
  options.policy = store->in_force();
  options.durable = [](const machines::Report& report) {
    for (const auto& one : report.observations) say("stored " + *one.value);
  };
  const auto box = must(
      box::Box::open(options, ingest_into(*machines, access, seed, clock), clock, random, log));
  const auto added = box->add({machine, machines::Protocol::kShdr, "127.0.0.1:" + port, false});
  require(added.has_value(), "the machine can be added");
  for (;;) {  // until it is killed
    ::usleep(20'000);
    const auto status = box->status(machine);
    if (status->queued == 0 && status->acknowledged > 0) say("idle");
  }
}

}  // namespace
}  // namespace heed

int main(int count, char** words) {
  if (count != 4) return 2;
  const std::string_view seed = words[3];
  std::uint64_t number = 0;
  std::from_chars(seed.data(), seed.data() + seed.size(), number);
  return heed::run(words[1], words[2], number);
}

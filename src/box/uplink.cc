#include "box/uplink.h"

#include <deque>
#include <map>
#include <set>
#include <thread>
#include <vector>

#include "base/sync.h"

namespace heed::box {
namespace {

using machines::MachineId;
using machines::Report;

// Reports of one machine before others have their turn.
constexpr int kTurn = 64;

// What is handed on in place of a report that can never be stored.
Report replacement(const Report& refused, const std::string& why) {
  Report report;
  report.machine = refused.machine;
  report.number = refused.number;
  report.arrival = refused.arrival;
  report.recording = refused.recording;
  report.resume = refused.resume;
  report.link = refused.link;
  machines::Gap gap;
  gap.reason = machines::Gap::Reason::kMalformed;
  gap.from = gap.to = refused.arrival;
  gap.lost = refused.observations.size();
  gap.note = "the store could not take a report: " + why;
  report.gaps.push_back(std::move(gap));
  return report;
}

class ThreadedUplink final : public Uplink {
 public:
  ThreadedUplink(UplinkOptions options, Ingest ingest, Spool& spool, const Clock& clock,
                 Random& random, Log& log)
      : options_(std::move(options)),
        ingest_(std::move(ingest)),
        spool_(spool),
        clock_(clock),
        random_(random),
        log_(log) {
    for (unsigned i = 0; i < options_.threads; ++i) {
      workers_.emplace_back([this] { work(); });
    }
  }

  ~ThreadedUplink() override {
    {
      const Lock lock(mutex_);
      stopping_ = true;
    }
    work_.wake_all();
    for (std::thread& worker : workers_) worker.join();
  }

  void add(MachineId machine) override {
    const Lock lock(mutex_);
    Lane& lane = lanes_[machine];
    lane.resumed = false;
    lane.more = true;
    if (!lane.waiting) enqueue(machine, lane);
  }

  void wake(MachineId machine) override {
    const Lock lock(mutex_);
    const auto at = lanes_.find(machine);
    if (at == lanes_.end()) return;
    at->second.more = true;
    if (!at->second.waiting) enqueue(machine, at->second);
  }

  std::string trouble(MachineId machine) const override {
    const Lock lock(mutex_);
    const auto at = lanes_.find(machine);
    return at == lanes_.end() ? "" : at->second.trouble;
  }

 private:
  struct Lane {
    bool resumed = false;
    bool queued = false;   // In ready_, or with a worker.
    bool waiting = false;  // For its next attempt after a failure.
    bool more = false;     // Woken since a worker took it.
    int failures = 0;
    std::uint64_t sent = 0;  // The ingest has it through this number.
    std::string trouble;
  };
  /// How one turn of a machine went.
  struct Turn {
    bool more = false;
    std::string trouble;
  };

  void work();
  void enqueue(MachineId machine, Lane& lane) HEED_REQUIRES(mutex_);
  std::optional<MachineId> take() HEED_EXCLUDES(mutex_);
  void finish(MachineId machine, const Turn& turn) HEED_EXCLUDES(mutex_);
  Turn serve(MachineId machine) HEED_EXCLUDES(mutex_);
  Result<void> resume(MachineId machine) HEED_EXCLUDES(mutex_);
  Result<std::uint64_t> hand_on(const Report& report);
  Duration wait_after(int failures);

  const UplinkOptions options_;
  const Ingest ingest_;
  Spool& spool_;
  const Clock& clock_;
  Random& random_;
  Log& log_;

  mutable Mutex mutex_;
  Condition work_;
  std::map<MachineId, Lane> lanes_ HEED_GUARDED_BY(mutex_);
  std::deque<MachineId> ready_ HEED_GUARDED_BY(mutex_);
  std::set<std::pair<Duration, MachineId>> waiting_ HEED_GUARDED_BY(mutex_);
  bool stopping_ HEED_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> workers_;
};

void ThreadedUplink::enqueue(MachineId machine, Lane& lane) {
  if (std::exchange(lane.queued, true)) return;
  ready_.push_back(machine);
  work_.wake_one();
}

// The next machine that has something to hand on; nothing when the program stops.
std::optional<MachineId> ThreadedUplink::take() {
  const Lock lock(mutex_);
  for (;;) {
    if (stopping_) return {};
    const Duration now = clock_.steady();
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
      Lane& lane = lanes_[waiting_.begin()->second];
      lane.waiting = false;
      enqueue(waiting_.begin()->second, lane);
      waiting_.erase(waiting_.begin());
    }
    if (!ready_.empty()) {
      const MachineId machine = ready_.front();
      ready_.pop_front();
      lanes_[machine].more = false;
      return machine;
    }
    if (waiting_.empty()) {
      work_.wait(mutex_);
    } else {
      work_.wait_for(mutex_, waiting_.begin()->first - now);
    }
  }
}

void ThreadedUplink::finish(MachineId machine, const Turn& turn) {
  const Lock lock(mutex_);
  Lane& lane = lanes_[machine];
  lane.queued = false;
  if (lane.trouble.empty() && !turn.trouble.empty()) {
    log_.warning("reports of a machine are not taken; they wait in the spool",
                 {{"machine", machine.text()}, {"why", turn.trouble}});
  }
  lane.trouble = turn.trouble;
  if (!turn.trouble.empty()) {
    lane.waiting = true;
    waiting_.emplace(clock_.steady() + wait_after(lane.failures++), machine);
    work_.wake_one();  // whoever waits must wait no longer than for this
    return;
  }
  lane.failures = 0;
  if (turn.more || lane.more) enqueue(machine, lane);
}

void ThreadedUplink::work() {
  while (const auto machine = take()) finish(*machine, serve(*machine));
}

Result<void> ThreadedUplink::resume(MachineId machine) {
  ASSIGN_OR_RETURN(const Resume ingested, ingest_.resume(machine));
  const Resume from = spool_.resume(machine, ingested);
  {
    const Lock lock(mutex_);
    Lane& lane = lanes_[machine];
    lane.resumed = true;
    lane.sent = ingested.number;
  }
  options_.resumed(machine, from);
  return {};
}

ThreadedUplink::Turn ThreadedUplink::serve(MachineId machine) {
  std::uint64_t sent = 0;
  bool resumed = false;
  {
    const Lock lock(mutex_);
    resumed = lanes_[machine].resumed;
  }
  if (!resumed) {
    if (const auto done = resume(machine); !done) return {true, done.error().message};
  }
  {
    const Lock lock(mutex_);
    sent = lanes_[machine].sent;
  }
  for (int i = 0; i < kTurn; ++i) {
    const auto report = spool_.next(machine, sent);
    if (!report) return {true, report.error().message};
    if (*report == nullptr) return {};
    const auto last = hand_on(**report);
    if (!last) return {true, last.error().message};
    if (*last < (*report)->number) {
      return {true, "the store answers that it has report " + std::to_string(*last) + " after " +
                        std::to_string((*report)->number)};
    }
    sent = *last;
    spool_.acknowledge(machine, sent);
    options_.acknowledged(**report);
    const Lock lock(mutex_);
    lanes_[machine].sent = sent;
    if (stopping_) return {};
  }
  return {true, {}};
}

Result<std::uint64_t> ThreadedUplink::hand_on(const Report& report) {
  auto taken = ingest_.take(report);
  if (taken) return *taken;
  if (const policy::Refusal* refusal = taken.error().refusal()) {
    log_.error("a report is given up: the policy refuses it",
               {{"machine", report.machine.text()}, {"clause", refusal->clause}});
    return report.number;
  }
  const Error& error = *taken.error().error();
  if (error.kind != ErrorKind::kInvalid && error.kind != ErrorKind::kExhausted) {
    return std::unexpected(error);
  }
  log_.error("a report is replaced by a gap: the store can never take it",
             {{"machine", report.machine.text()}, {"why", error.message}});
  auto instead = ingest_.take(replacement(report, error.message));
  if (instead) return *instead;
  return fail(ErrorKind::kUnavailable, instead.error().message());
}

Duration ThreadedUplink::wait_after(int failures) {
  Duration wait = options_.first_wait;
  for (int i = 0; i < failures && wait < options_.longest_wait; ++i) wait = wait * 2;
  wait = std::min(wait, options_.longest_wait);
  const auto half = static_cast<std::uint64_t>(wait.count_nanoseconds() / 2);
  return Duration::nanoseconds(static_cast<std::int64_t>(half + random_.u64() % (half + 1)));
}

}  // namespace

std::unique_ptr<Uplink> Uplink::start(UplinkOptions options, Ingest ingest, Spool& spool,
                                      const Clock& clock, Random& random, Log& log) {
  return std::make_unique<ThreadedUplink>(std::move(options), std::move(ingest), spool, clock,
                                          random, log);
}

}  // namespace heed::box

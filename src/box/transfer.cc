#include "box/transfer.h"

#include <algorithm>
#include <atomic>

#include "box/transfer_settings.h"
#include "box/transfer_steps.h"

namespace heed::box {

using policy::Governed;
using policy::Withheld;

namespace {

std::unexpected<Withheld> withheld(ErrorKind kind, std::string message, std::string mend = {}) {
  return std::unexpected<Withheld>(Error{kind, std::move(message), std::move(mend)});
}

}  // namespace

std::string_view word(TransferKind kind) {
  switch (kind) {
    case TransferKind::kList: return "list";
    case TransferKind::kPreview: return "preview";
    case TransferKind::kFetch: return "fetch";
    case TransferKind::kSend: return "send";
  }
  return "";
}

struct Transfers::Job {
  Job(TransferRequest its_request, FilePlace its_place, TransferId id)
      : request(std::move(its_request)), place(std::move(its_place)) {
    state.id = id;
    state.kind = request.kind;
    state.machine = request.machine;
  }

  const TransferRequest request;
  const FilePlace place;
  std::stop_source stop;
  std::optional<Duration> ended;  // On the steady clock; under Transfers' mutex.
  Mutex mutex;
  TransferState state HEED_GUARDED_BY(mutex);
  std::jthread thread;

  TransferState now() {
    const Lock lock(mutex);
    return state;
  }
  void work(const FileLimits& limits, const std::stop_token& closing, Random& random);

 private:
  TransferReport report() {
    return {[this](const std::string& doing) {
              const Lock lock(mutex);
              state.doing = doing;
              state.done = state.all = 0;
            },
            [this](std::uint64_t done, std::uint64_t all) {
              const Lock lock(mutex);
              state.done = done;
              state.all = all;
            }};
  }
  template <class T>
  void settle(std::optional<T> TransferState::* result, Governed<T> made) {
    const Lock lock(mutex);
    state.running = false;
    state.doing.clear();
    if (made) {
      state.*result = *std::move(made);
    } else {
      state.failed = std::move(made).error();
    }
  }
};

void Transfers::Job::work(const FileLimits& limits, const std::stop_token& closing,
                          Random& random) {
  TransferSteps steps(request, place, limits, report(), {stop.get_token(), closing}, random);
  switch (request.kind) {
    case TransferKind::kList: return settle(&TransferState::listing, steps.list());
    case TransferKind::kPreview: return settle(&TransferState::preview, steps.preview());
    case TransferKind::kFetch: return settle(&TransferState::fetched, steps.fetch());
    case TransferKind::kSend: return settle(&TransferState::sent, steps.send());
  }
}

Transfers::Transfers(const Clock& clock, Random& random, FileLimits limits)
    : clock_(clock), random_(random), limits_(limits) {}

Transfers::~Transfers() {
  closing_.request_stop();
  std::map<TransferId, std::shared_ptr<Job>> all;
  {
    const Lock lock(mutex_);
    all.swap(jobs_);
  }
  for (const auto& [id, job] : all) job->stop.request_stop();
  for (const auto& [id, job] : all) job->thread.join();
}

Governed<TransferState> Transfers::begin(TransferRequest request) {
  if (request.kind != TransferKind::kList) {
    if (const auto named = machines::check_file_name(request.place); !named) {
      return withheld(ErrorKind::kInvalid, "place: " + named.error().message, named.error().mend);
    }
  }
  ASSIGN_OR_RETURN(const auto machine, request.machines->machine(request.access, request.machine));
  auto place = transfer_of(machine.settings);
  if (!place) {
    return withheld(ErrorKind::kInvalid, "the machine has no transfer settings",
                    "Say first how its file service is reached.");
  }
  if (request.program) {
    auto known = request.machines->programs().find(request.access, *request.program);
    if (!known) return std::unexpected(known.error());
    if (request.revision == 0) request.revision = known->current;
  }
  const Lock lock(mutex_);
  tidy();
  if (auto room = check_room(request); !room) return std::unexpected(room.error());
  const auto id = TransferId::make(random_);
  const auto job = std::make_shared<Job>(std::move(request), *std::move(place), id);
  jobs_.emplace(id, job);
  job->thread =
      std::jthread([this, of = job.get()] { of->work(limits_, closing_.get_token(), random_); });
  return job->now();
}

Governed<void> Transfers::check_room(const TransferRequest& request) const {
  std::size_t all = 0;
  std::size_t own = 0;
  for (const auto& [id, job] : jobs_) {
    if (!job->now().running) continue;
    ++all;
    if (job->request.organization == request.organization) ++own;
    if (job->request.machine == request.machine) {
      return withheld(ErrorKind::kConflict, "another transfer with this machine goes on",
                      "Wait until it has ended, or stop it.");
    }
  }
  if (all < kMostAtOnce && own < kMostOfOne) return {};
  return withheld(ErrorKind::kExhausted, "so many transfers go on at once already",
                  "Try again when one has ended.");
}

// What has ended stays for a while, so that whoever began it can see how.
void Transfers::tidy() {
  const Duration now = clock_.steady();
  for (auto it = jobs_.begin(); it != jobs_.end();) {
    Job& job = *it->second;
    if (!job.ended && !job.now().running) job.ended = now;
    const bool old = job.ended && now - *job.ended > kRemembered;
    const bool many = job.ended && jobs_.size() > kMostRemembered;
    if (!old && !many) {
      ++it;
      continue;
    }
    job.thread.join();  // it has nothing more to do
    it = jobs_.erase(it);
  }
}

std::optional<TransferState> Transfers::state(OrganizationId organization, std::string_view actor,
                                              TransferId id) const {
  const Lock lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return {};
  Job& job = *found->second;
  const bool own = job.request.organization == organization && job.request.access.actor == actor;
  return own ? std::optional(job.now()) : std::nullopt;
}

bool Transfers::stop(OrganizationId organization, std::string_view actor, TransferId id) {
  const Lock lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return false;
  const TransferRequest& request = found->second->request;
  if (request.organization != organization || request.access.actor != actor) return false;
  found->second->stop.request_stop();
  return true;
}

}  // namespace heed::box

#include "box/box.h"

#include <map>
#include <thread>

#include "base/sync.h"
#include "box/diagnoser.h"
#include "box/net.h"
#include "box/source_reader.h"
#include "box/spool.h"
#include "box/uplink.h"

namespace heed::box {
namespace {

using machines::MachineId;
using machines::Report;

constexpr int kMostDiagnoses = 4;

class LiveBox final : public Box {
 public:
  LiveBox(std::shared_ptr<const policy::InForce> policy, std::unique_ptr<Net> net,
          const Clock& clock, Random& random, Log& log, std::string directory)
      : policy_(std::move(policy)),
        clock_(clock),
        random_(random),
        log_(log),
        directory_(std::move(directory)),
        net_(std::move(net)) {}

  /// Opens what calls back into this object, once it is there.
  Result<void> start(const BoxOptions& options, Ingest ingest, Log& log);
  ~LiveBox() override;

  Result<void> add(const Source& source) override;
  Result<void> remove(MachineId machine) override;
  std::optional<SourceStatus> status(MachineId machine) const override;
  Result<Diagnosis> diagnose(const Look& look) override;

 private:
  DriverPlace place() { return {*net_, clock_, random_, log_, directory_}; }
  std::shared_ptr<SourceReader> find(MachineId machine) const HEED_EXCLUDES(mutex_);
  std::vector<std::shared_ptr<SourceReader>> all() const HEED_EXCLUDES(mutex_);
  void keep(Report report);
  void hold_back_or_go_on();

  const std::shared_ptr<const policy::InForce> policy_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  const std::string directory_;
  const std::unique_ptr<Net> net_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Uplink> uplink_;
  std::thread loop_;

  mutable Mutex mutex_;
  std::map<MachineId, std::shared_ptr<SourceReader>> readers_ HEED_GUARDED_BY(mutex_);
  int diagnoses_ HEED_GUARDED_BY(mutex_) = 0;
};

Result<void> LiveBox::start(const BoxOptions& options, Ingest ingest, Log& log) {
  SpoolOptions spool;
  spool.directory = options.directory;
  spool.disk_limit = options.spool_bytes;
  spool.grace = options.spool_grace;
  spool.pressure = [this] { net_->post([this] { hold_back_or_go_on(); }); };
  spool.durable = options.durable;
  ASSIGN_OR_RETURN(spool_, Spool::open(std::move(spool), clock_, random_, log));
  UplinkOptions uplink;
  uplink.threads = options.uplink_threads;
  uplink.acknowledged = options.durable;
  uplink.resumed = [this](MachineId machine, const Resume& from) {
    net_->post([this, machine, cursor = from.cursor] {
      if (const auto reader = find(machine)) reader->start(cursor);
    });
  };
  uplink_ = Uplink::start(std::move(uplink), std::move(ingest), *spool_, clock_, random_, log);
  for (const MachineId machine : spool_->machines()) uplink_->add(machine);
  loop_ = std::thread([this] { net_->run(); });
  return {};
}

LiveBox::~LiveBox() {
  if (!loop_.joinable()) return;
  net_->post([this] {
    for (const auto& reader : all()) reader->stop("this box was stopped");
    net_->stop();
  });
  loop_.join();
  uplink_.reset();
  spool_.reset();  // writes what the ingest did not take in time
}

std::shared_ptr<SourceReader> LiveBox::find(MachineId machine) const {
  const Lock lock(mutex_);
  const auto at = readers_.find(machine);
  return at == readers_.end() ? nullptr : at->second;
}

std::vector<std::shared_ptr<SourceReader>> LiveBox::all() const {
  const Lock lock(mutex_);
  std::vector<std::shared_ptr<SourceReader>> readers;
  for (const auto& [machine, reader] : readers_) readers.push_back(reader);
  return readers;
}

void LiveBox::keep(Report report) {
  const MachineId machine = report.machine;
  spool_->append(std::move(report));
  uplink_->wake(machine);
}

void LiveBox::hold_back_or_go_on() {
  const bool pressed = spool_->pressed();
  for (const auto& reader : all()) reader->pause(pressed);
}

Result<void> LiveBox::add(const Source& source) {
  ASSIGN_OR_RETURN(Reading reading,
                   parse_reading(source.protocol, source.address, source.settings));
  {
    const Lock lock(mutex_);
    if (readers_.contains(source.machine)) {
      return fail(ErrorKind::kConflict, "the machine is being read already");
    }
    readers_[source.machine] = std::make_shared<SourceReader>(
        source, std::move(reading), place(), policy_,
        [this](Report report) { keep(std::move(report)); },
        [this, machine = source.machine] { return spool_->queued(machine); });
  }
  net_->post([this] { hold_back_or_go_on(); });
  uplink_->add(source.machine);
  return {};
}

Result<void> LiveBox::remove(MachineId machine) {
  std::shared_ptr<SourceReader> reader;
  {
    const Lock lock(mutex_);
    const auto at = readers_.find(machine);
    if (at == readers_.end()) return fail(ErrorKind::kNotFound, "the machine is not being read");
    reader = std::move(at->second);
    readers_.erase(at);
  }
  net_->post([reader] { reader->stop("it is not read any more"); });
  return {};
}

std::optional<SourceStatus> LiveBox::status(MachineId machine) const {
  const auto reader = find(machine);
  if (!reader) return {};
  SourceStatus status = reader->status();
  status.queued = spool_->queued(machine);
  status.acknowledged = spool_->acknowledged(machine);
  status.waiting = uplink_->trouble(machine);
  if (spool_->pressed()) status.waiting = "the spool is full; reading pauses until it is not";
  return status;
}

Result<Diagnosis> LiveBox::diagnose(const Look& look) {
  ASSIGN_OR_RETURN(Reading reading, parse_reading(look.protocol, look.address, look.settings));
  {
    const Lock lock(mutex_);
    if (diagnoses_ == kMostDiagnoses) {
      return fail(ErrorKind::kExhausted, "other machines are being looked at",
                  "Try again in a few seconds.");
    }
    ++diagnoses_;
  }
  const auto diagnoser = std::make_shared<Diagnoser>(std::move(reading), place(), policy_);
  net_->post([diagnoser] { diagnoser->start(); });
  Diagnosis diagnosis = diagnoser->wait();
  net_->post([diagnoser] { diagnoser->stop(); });
  const Lock lock(mutex_);
  --diagnoses_;
  return diagnosis;
}

}  // namespace

Result<void> Box::check(const Look& look) {
  const auto reading = parse_reading(look.protocol, look.address, look.settings);
  if (!reading) return std::unexpected(reading.error());
  return {};
}

std::unique_ptr<Scan> Box::scan(const ScanRange& range, const Clock& clock) {
  return std::make_unique<Scan>(range, [this](const Look& look) { return diagnose(look); }, clock);
}

Result<std::unique_ptr<Box>> Box::open(BoxOptions options, Ingest ingest, const Clock& clock,
                                       Random& random, Log& log) {
  ASSIGN_OR_RETURN(auto net, Net::create(clock));
  auto box = std::make_unique<LiveBox>(options.policy, std::move(net), clock, random, log,
                                       options.directory);
  if (auto started = box->start(options, std::move(ingest), log); !started) {
    return std::unexpected(started.error());
  }
  return box;
}

}  // namespace heed::box

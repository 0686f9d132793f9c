#include "box/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <thread>

#include "base/crypto.h"
#include "base/sync.h"
#include "box/report_codec.h"
#include "box/spool_index.h"
#include "box/spool_segment.h"

namespace heed::box {
namespace {

using machines::Gap;
using machines::MachineId;
using machines::Report;

constexpr Duration kWriteRetry = Duration::seconds(1);

Result<void> make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_failure("cannot make " + path);
  }
  return {};
}

Result<Fd> lock_directory(const std::string& directory) {
  const std::string path = directory + "/box.lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.is_open()) return system_failure("cannot open " + path);
  if (::flock(fd.number(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::kConflict, "another process has the box in " + directory,
                "Stop it, or give this box a directory of its own.");
  }
  return fd;
}

Result<Bytes> make_key(const std::string& path, Random& random) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const Bytes key = random.bytes(kAeadKeySize);
  if (!fd.is_open() ||
      ::write(fd.number(), key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
      ::fsync(fd.number()) != 0) {
    return system_failure("cannot write " + path);
  }
  return key;
}

Result<Bytes> load_key(const std::string& directory, bool must_exist, Random& random) {
  const std::string path = directory + "/box.key";
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open() && errno == ENOENT && !must_exist) return make_key(path, random);
  if (!fd.is_open() && errno == ENOENT) {
    return fail(ErrorKind::kCorrupt, path + " is missing, and the spool is sealed with it",
                "Put the key back, or move the spool away: it cannot be read without it.");
  }
  if (!fd.is_open()) return system_failure("cannot open " + path);
  Bytes key(kAeadKeySize + 1, '\0');
  const ssize_t size = ::read(fd.number(), key.data(), key.size());
  if (size == 0 && !must_exist) {  // the power went while it was made
    ::unlink(path.c_str());
    return make_key(path, random);
  }
  if (size != static_cast<ssize_t>(kAeadKeySize)) {
    return fail(ErrorKind::kCorrupt, path + " is no key");
  }
  key.resize(kAeadKeySize);
  return key;
}

// One machine's reports. `tail` holds the newest without a hole, up to `last`; older ones that are
// not acknowledged are on disk alone.
struct Lane {
  struct Entry {
    SharedReport report;
    std::size_t size = 0;
    Duration since;
  };
  std::uint64_t last = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t synced = 0;
  std::deque<Entry> tail;
  // Where next() reads on; touched by the one thread that calls next() for this machine.
  struct Reading {
    SpoolIndex::SegmentId segment = 0;
    std::uint64_t after = 0;
    std::unique_ptr<SegmentReader> reader;
  };
  std::unique_ptr<Reading> reading;
  std::optional<Time> last_arrival;
  std::uint64_t lost_through = 0;  // Damaged reports up to here have been told of.
};

class DiskSpool final : public Spool {
 public:
  DiskSpool(SpoolOptions options, Bytes key, Fd lock, SpoolIndex index, std::uint64_t damaged,
            const Clock& clock, Random& random, Log& log)
      : options_(std::move(options)),
        key_(std::move(key)),
        lock_(std::move(lock)),
        random_(random),
        log_(log),
        clock_(clock),
        index_(std::move(index)) {
    statistics_.damaged_bytes = damaged;
    for (const MachineId machine : index_.machines()) {
      lanes_[machine].last = lanes_[machine].synced = index_.last_number(machine);
    }
    writer_ = std::thread([this] { write_until_stopped(); });
  }

  ~DiskSpool() override {
    {
      const Lock lock(mutex_);
      stopping_ = true;
    }
    work_.wake_all();
    writer_.join();
  }

  std::vector<MachineId> machines() const override {
    const Lock lock(mutex_);
    std::vector<MachineId> holding;
    for (const auto& [machine, lane] : lanes_) {
      if (lane.last > lane.acknowledged) holding.push_back(machine);
    }
    return holding;
  }

  Resume resume(MachineId machine, const Resume& ingested) override;
  std::uint64_t append(Report report) override;
  Result<SharedReport> next(MachineId machine, std::uint64_t after) override;
  void acknowledge(MachineId machine, std::uint64_t number) override;

  std::uint64_t queued(MachineId machine) const override {
    const Lock lock(mutex_);
    const auto at = lanes_.find(machine);
    return at == lanes_.end() ? 0 : at->second.last - at->second.acknowledged;
  }
  std::uint64_t acknowledged(MachineId machine) const override {
    const Lock lock(mutex_);
    const auto at = lanes_.find(machine);
    return at == lanes_.end() ? 0 : at->second.acknowledged;
  }
  bool pressed() const override {
    const Lock lock(mutex_);
    return pressed_;
  }
  Result<void> flush() override;
  SpoolStatistics statistics() const override {
    const Lock lock(mutex_);
    SpoolStatistics now = statistics_;
    now.disk_bytes = index_.bytes();
    now.memory_bytes = memory_;
    return now;
  }

 private:
  struct Writing {
    MachineId machine;
    SharedReport report;
    std::uint64_t offset = 0;
  };

  // The writer's thread.
  void write_until_stopped();
  std::vector<Writing> collect(bool all) HEED_REQUIRES(mutex_);
  std::optional<Duration> oldest_unwritten() const HEED_REQUIRES(mutex_);
  Result<void> write(std::vector<Writing>& batch) HEED_EXCLUDES(mutex_);
  Result<void> ensure_segment() HEED_EXCLUDES(mutex_);
  void account(const std::vector<Writing>& batch) HEED_EXCLUDES(mutex_);
  bool segment_is_done() const HEED_REQUIRES(mutex_);
  bool wait_for_work() HEED_REQUIRES(mutex_);
  void finish_round(const Result<void>& written, std::uint64_t flushing) HEED_EXCLUDES(mutex_);

  void drop_covered(Lane& lane) HEED_REQUIRES(mutex_);
  void drop_written() HEED_REQUIRES(mutex_);
  bool judge_pressure() HEED_REQUIRES(mutex_);
  void remove_empty_segments() HEED_REQUIRES(mutex_);
  std::optional<Report> read(Lane::Reading& reading, SpoolIndex::Place place, MachineId machine,
                             std::uint64_t after) HEED_EXCLUDES(mutex_);
  std::optional<Report> read_from_disk(MachineId machine, std::uint64_t after,
                                       std::unique_ptr<Lane::Reading>& reading)
      HEED_EXCLUDES(mutex_);
  SharedReport or_what_stands_for_it(Report report, std::uint64_t after, Lane& lane)
      HEED_REQUIRES(mutex_);

  const SpoolOptions options_;
  const Bytes key_;
  const Fd lock_;
  Random& random_;
  Log& log_;
  const Clock& clock_;

  mutable Mutex mutex_;
  Condition work_;
  Condition flushed_;
  std::map<MachineId, Lane> lanes_ HEED_GUARDED_BY(mutex_);
  SpoolIndex index_ HEED_GUARDED_BY(mutex_);
  SpoolStatistics statistics_ HEED_GUARDED_BY(mutex_);
  std::size_t memory_ HEED_GUARDED_BY(mutex_) = 0;
  bool pressed_ HEED_GUARDED_BY(mutex_) = false;
  bool stopping_ HEED_GUARDED_BY(mutex_) = false;
  std::uint64_t flush_wanted_ HEED_GUARDED_BY(mutex_) = 0;
  std::uint64_t flush_done_ HEED_GUARDED_BY(mutex_) = 0;
  std::optional<SpoolIndex::SegmentId> active_ HEED_GUARDED_BY(mutex_);

  std::unique_ptr<SegmentWriter> segment_;  // the writer's thread alone
  std::thread writer_;
};

Resume DiskSpool::resume(MachineId machine, const Resume& ingested) {
  std::unique_ptr<Lane::Reading> reading;
  std::uint64_t last = 0;
  {
    const Lock lock(mutex_);
    Lane& lane = lanes_[machine];
    lane.acknowledged = std::max(lane.acknowledged, ingested.number);
    lane.last = std::max(lane.last, ingested.number);
    drop_covered(lane);
    index_.acknowledge(machine, lane.acknowledged);
    remove_empty_segments();
    last = lane.last;
    if (last == ingested.number) return ingested;
    if (!lane.tail.empty()) return {last, lane.tail.back().report->resume};
  }
  if (const auto report = read_from_disk(machine, last - 1, reading)) {
    return {last, report->resume};
  }
  return {last, ingested.cursor};
}

std::uint64_t DiskSpool::append(Report report) {
  bool changed = false;
  std::uint64_t number = 0;
  {
    const Lock lock(mutex_);
    Lane& lane = lanes_[report.machine];
    report.number = number = ++lane.last;
    const std::size_t size = report_size(report);
    memory_ += size;
    lane.tail.push_back({std::make_shared<const Report>(std::move(report)), size, clock_.steady()});
    changed = judge_pressure();
  }
  work_.wake_one();
  if (changed) options_.pressure();
  return number;
}

Result<SharedReport> DiskSpool::next(MachineId machine, std::uint64_t after) {
  std::unique_ptr<Lane::Reading> reading;
  {
    const Lock lock(mutex_);
    Lane& lane = lanes_[machine];
    if (after >= lane.last) return nullptr;
    const std::uint64_t first = lane.last + 1 - lane.tail.size();
    if (after + 1 >= first) return lane.tail[after + 1 - first].report;
    reading = std::move(lane.reading);
  }
  std::optional<Report> found = read_from_disk(machine, after, reading);
  const Lock lock(mutex_);
  Lane& lane = lanes_[machine];
  lane.reading = std::move(reading);
  const std::uint64_t first = lane.last + 1 - lane.tail.size();
  if (found && (lane.tail.empty() || found->number < first)) {
    return or_what_stands_for_it(std::move(*found), after, lane);
  }
  if (lane.tail.empty()) return nullptr;
  return or_what_stands_for_it(*lane.tail.front().report, after, lane);
}

// What is damaged is told in the machine's own record: each lost report is replaced by one that
// holds nothing, the first of them with the gap. So numbers stay without holes.
SharedReport DiskSpool::or_what_stands_for_it(Report report, std::uint64_t after, Lane& lane) {
  if (report.number > after + 1) {
    Report stand_in;
    stand_in.machine = report.machine;
    stand_in.number = after + 1;
    stand_in.arrival = report.arrival;
    if (lane.lost_through < report.number - 1) {
      Gap gap;
      gap.reason = Gap::Reason::kMalformed;
      gap.from = lane.last_arrival.value_or(report.arrival);
      gap.to = report.arrival;
      gap.note = "the spool was damaged: reports " + std::to_string(after + 1) + " to " +
                 std::to_string(report.number - 1) + " are lost";
      stand_in.gaps.push_back(std::move(gap));
      lane.lost_through = report.number - 1;
    }
    report = std::move(stand_in);
  }
  lane.last_arrival = report.arrival;
  return std::make_shared<const Report>(std::move(report));
}

std::optional<Report> DiskSpool::read_from_disk(MachineId machine, std::uint64_t after,
                                                std::unique_ptr<Lane::Reading>& reading) {
  std::optional<SpoolIndex::SegmentId> beyond;
  for (;;) {
    std::optional<SpoolIndex::Place> place;
    {
      const Lock lock(mutex_);
      place = index_.find(machine, after, beyond);
    }
    if (!place) return {};
    if (!reading || reading->segment != place->segment || reading->after > after) {
      std::string path;
      {
        const Lock lock(mutex_);
        path = index_.path(place->segment);
      }
      auto reader = SegmentReader::open(path, key_);
      if (reader) {
        (*reader)->seek(place->offset);
        reading = std::make_unique<Lane::Reading>(
            Lane::Reading{place->segment, after, std::move(*reader)});
      } else {
        log_.error("a segment of the spool cannot be read", {{"why", reader.error().message}});
        reading.reset();
      }
    }
    if (reading) {
      if (auto report = read(*reading, *place, machine, after)) return report;
    }
    beyond = place->segment;
  }
}

std::optional<Report> DiskSpool::read(Lane::Reading& reading, SpoolIndex::Place place,
                                      MachineId machine, std::uint64_t after) {
  for (;;) {
    const auto frame = reading.reader->next(place.size, machine);
    if (!frame || !*frame) return {};
    if ((*frame)->machine != machine || (*frame)->number <= after) continue;
    reading.after = (*frame)->number;
    auto bytes = reading.reader->open_seal(**frame);
    if (!bytes) continue;
    if (auto report = decode_report(*bytes)) return std::move(*report);
  }
}

void DiskSpool::acknowledge(MachineId machine, std::uint64_t number) {
  bool changed = false;
  bool segment_done = false;
  {
    const Lock lock(mutex_);
    Lane& lane = lanes_[machine];
    number = std::min(number, lane.last);
    if (number <= lane.acknowledged) return;
    lane.acknowledged = number;
    drop_covered(lane);
    if (lane.acknowledged == lane.last) lane.reading.reset();
    if (index_.bytes() > 0) {
      index_.acknowledge(machine, number);
      remove_empty_segments();
      segment_done = segment_is_done();
    }
    changed = judge_pressure();
  }
  if (segment_done) work_.wake_one();
  if (changed) options_.pressure();
}

void DiskSpool::drop_covered(Lane& lane) {
  std::uint64_t first = lane.last + 1 - lane.tail.size();
  while (!lane.tail.empty() && first <= lane.acknowledged) {
    memory_ -= lane.tail.front().size;
    lane.tail.pop_front();
    ++first;
  }
}

// Half the memory is for reports that are on disk too, so that a catching-up ingest need not read.
void DiskSpool::drop_written() {
  for (auto& [machine, lane] : lanes_) {
    std::uint64_t first = lane.last + 1 - lane.tail.size();
    while (memory_ > options_.memory_limit / 2 && !lane.tail.empty() && first <= lane.synced) {
      memory_ -= lane.tail.front().size;
      lane.tail.pop_front();
      ++first;
    }
  }
}

bool DiskSpool::judge_pressure() {
  const bool was = pressed_;
  if (index_.bytes() >= options_.disk_limit || memory_ >= options_.memory_limit) {
    pressed_ = true;
  } else if (index_.bytes() <= options_.disk_limit / 10 * 9 &&
             memory_ <= options_.memory_limit / 2) {
    pressed_ = false;
  }
  return was != pressed_;
}

void DiskSpool::remove_empty_segments() {
  for (const std::string& path : index_.take_empty(active_)) ::unlink(path.c_str());
}

Result<void> DiskSpool::flush() {
  const Lock lock(mutex_);
  const std::uint64_t mine = ++flush_wanted_;
  work_.wake_all();
  while (flush_done_ < mine) flushed_.wait(mutex_);
  if (!statistics_.failure.empty()) return fail(ErrorKind::kUnavailable, statistics_.failure);
  return {};
}

std::optional<Duration> DiskSpool::oldest_unwritten() const {
  std::optional<Duration> oldest;
  for (const auto& [machine, lane] : lanes_) {
    const std::uint64_t first = lane.last + 1 - lane.tail.size();
    const std::uint64_t written = lane.synced < first ? 0 : lane.synced + 1 - first;
    if (written >= lane.tail.size()) continue;
    const Duration since = lane.tail[written].since;
    if (!oldest || since < *oldest) oldest = since;
  }
  return oldest;
}

// All lanes that have something due; of such a lane everything, so that its order holds on disk.
std::vector<DiskSpool::Writing> DiskSpool::collect(bool all) {
  const Duration due = clock_.steady() - options_.grace;
  std::vector<Writing> batch;
  for (const auto& [machine, lane] : lanes_) {
    const std::uint64_t first = lane.last + 1 - lane.tail.size();
    std::size_t at = lane.synced < first ? 0 : lane.synced + 1 - first;
    if (at >= lane.tail.size() || (!all && lane.tail[at].since > due)) continue;
    for (; at < lane.tail.size(); ++at) batch.push_back({machine, lane.tail[at].report, 0});
  }
  return batch;
}

Result<void> DiskSpool::ensure_segment() {
  if (segment_ && segment_->size() < options_.segment_bytes) return {};
  segment_.reset();
  std::string path;
  {
    const Lock lock(mutex_);
    active_ = index_.add_segment();
    path = index_.path(*active_);
  }
  auto made = SegmentWriter::create(path, key_, random_);
  if (!made) {
    ::unlink(path.c_str());
    return std::unexpected(made.error());
  }
  segment_ = std::move(*made);
  return {};
}

Result<void> DiskSpool::write(std::vector<Writing>& batch) {
  if (const auto ready = ensure_segment(); !ready) return ready;
  for (Writing& one : batch) {
    one.offset = segment_->add(one.machine, one.report->number, encode_report(*one.report));
  }
  return segment_->sync();
}

void DiskSpool::account(const std::vector<Writing>& batch) {
  {
    const Lock lock(mutex_);
    for (const Writing& one : batch) {
      index_.add_frame(*active_, one.machine, one.report->number, one.offset);
      lanes_[one.machine].synced = one.report->number;
    }
    index_.set_size(*active_, segment_->size());
    // What was acknowledged while it was being written.
    for (const Writing& one : batch) {
      index_.acknowledge(one.machine, lanes_[one.machine].acknowledged);
    }
    ++statistics_.syncs;
    drop_written();
  }
  for (const Writing& one : batch) options_.durable(*one.report);
}

// A segment that holds nothing any more goes, but not after every few reports: making a file costs
// two syncs.
bool DiskSpool::segment_is_done() const {
  return active_ && index_.is_empty(*active_) &&
         (stopping_ || index_.size(*active_) >= options_.segment_bytes / 8);
}

// Waits until something is to be written; gives whether all of it is.
bool DiskSpool::wait_for_work() {
  for (;;) {
    if (segment_is_done()) {
      active_.reset();
      segment_.reset();
      remove_empty_segments();
    }
    if (stopping_ || flush_wanted_ != flush_done_) return true;
    const auto oldest = oldest_unwritten();
    if (!oldest) {
      work_.wait(mutex_);
      continue;
    }
    if (memory_ > options_.memory_limit / 2) return true;
    const Duration left = *oldest + options_.grace - clock_.steady();
    if (left <= Duration()) return false;
    work_.wait_for(mutex_, left);
  }
}

void DiskSpool::write_until_stopped() {
  for (;;) {
    std::vector<Writing> batch;
    std::uint64_t flushing = 0;
    bool last_round = false;
    {
      const Lock lock(mutex_);
      const bool all = wait_for_work();
      flushing = flush_wanted_;
      last_round = stopping_;
      batch = collect(all);
    }
    const Result<void> written = batch.empty() ? Result<void>() : write(batch);
    if (written && !batch.empty()) account(batch);
    finish_round(written, flushing);
    if (last_round) return;
  }
}

void DiskSpool::finish_round(const Result<void>& written, std::uint64_t flushing) {
  bool changed = false;
  {
    const Lock lock(mutex_);
    if (!written && statistics_.failure.empty()) {
      log_.error("the spool cannot be written; reports are kept in memory until it can",
                 {{"why", written.error().message}});
    }
    statistics_.failure = written ? "" : written.error().message;
    if (!written) {
      active_.reset();
      segment_.reset();
    }
    changed = judge_pressure();
  }
  if (changed) options_.pressure();
  const Lock lock(mutex_);
  flush_done_ = flushing;
  flushed_.wake_all();
  if (written) return;
  const Duration until = clock_.steady() + kWriteRetry;
  while (!stopping_ && flush_wanted_ == flush_done_ && clock_.steady() < until) {
    work_.wait_for(mutex_, kWriteRetry);
  }
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(SpoolOptions options, const Clock& clock, Random& random,
                                           Log& log) {
  const std::string segments = options.directory + "/spool";
  if (auto made = make_directory(options.directory); !made) return std::unexpected(made.error());
  if (auto made = make_directory(segments); !made) return std::unexpected(made.error());
  ASSIGN_OR_RETURN(Fd lock, lock_directory(options.directory));
  SpoolIndex index(segments);
  ASSIGN_OR_RETURN(const bool any, index.any_files());
  ASSIGN_OR_RETURN(Bytes key, load_key(options.directory, any, random));
  ASSIGN_OR_RETURN(const std::uint64_t damaged, index.load(key));
  if (damaged > 0) log.warning("the spool was damaged", {{"bytes", damaged}});
  return std::make_unique<DiskSpool>(std::move(options), std::move(key), std::move(lock),
                                     std::move(index), damaged, clock, random, log);
}

}  // namespace heed::box

// For tests of backup, restore and drill: a host with a few organizations, subjects that can be
// erased, and what it should hold. Never included by the program.
#pragma once

#include <map>
#include <set>

#include "base/crypto.h"
#include "silo/backup.h"
#include "silo/restore.h"
#include "silo/test_kinds.h"

namespace heed::silo {

/// What one silo should hold.
struct Held {
  std::map<std::string, std::pair<SubjectId, std::string>> visits;  // id → subject, page
  std::vector<std::string> samples;
  bool operator==(const Held&) const = default;
};

class BackupHouse {
 public:
  explicit BackupHouse(std::size_t organizations = 1) {
    open();
    for (std::size_t i = 0; i < organizations; ++i) {
      organizations_.push_back(OrganizationId::make(random_));
      require(store_->create(organizations_.back()).has_value(), "a silo is made");
    }
  }

  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string keys() const { return path("keys"); }
  std::string repository() const { return path("backups"); }
  const std::string& data() const { return data_; }
  Store& store() const { return *store_; }
  ManualClock& clock() { return clock_; }
  TestRandom& random() { return random_; }
  OrganizationId organization(std::size_t i = 0) const { return organizations_[i]; }
  std::shared_ptr<Silo> silo(std::size_t i = 0) const { return *store_->silo(organizations_[i]); }
  Access access() const { return *store_->policy()->access("test", "operation", "engine"); }

  Result<void> try_open(const std::string& name) {
    store_.reset();
    auto opened = Store::open(store_options(path(name)), clock_, random_, log_);
    if (!opened) return std::unexpected(opened.error());
    store_ = *std::move(opened);
    data_ = path(name);
    return {};
  }
  void open(const std::string& name = "data") {
    const auto opened = try_open(name);
    require(opened.has_value(), opened ? "" : opened.error().message);
  }
  void close() { store_.reset(); }
  StoreOptions store_options(const std::string& data) const {
    StoreOptions options;
    options.data_directory = data;
    options.key_directory = keys();
    options.cache_bytes = 1U << 20;
    options.write_buffer_bytes = 1U << 20;
    options.policy = policy_;
    return options;
  }

  void visit(std::size_t i, const std::string& id, SubjectId subject, const std::string& page) {
    Record record = heed::silo::visit(id, subject);
    record.fields = {page};
    const auto put = silo(i)->put(own(), record);
    require(put.has_value(), put ? "" : put.error().message());
  }
  /// Whoever it is: something is held of them first.
  void forget(SubjectId subject, std::size_t i = 0) {
    visit(i, "of somebody who is forgotten", subject, "/gone");
    const auto receipt = silo(i)->forget(access(), subject, "request 17");
    require(receipt.has_value(), receipt ? "" : receipt.error().message());
  }
  /// Where the key ring has the subjects' keys and the ledger.
  std::string subjects_file(std::size_t i = 0) const {
    return keys() + "/organizations/" + organization(i).text() + ".subjects";
  }
  void sample(std::size_t i, const std::string& value) {
    const auto series = silo(i)->series(own(), kPoseKind, "x");
    require(series.has_value(), series ? "" : series.error().message());
    clock_.advance(Duration::seconds(1));
    Batch batch;
    batch.samples.push_back({*series, heed::silo::sample(clock_.now(), value)});
    require(silo(i)->append(own(), batch).has_value(), "a sample is appended");
  }
  Held held(std::size_t i = 0) const {
    Held found;
    std::string after;
    do {
      const auto page = silo(i)->scan(access(), kVisitKind, {}, after, 500);
      require(page.has_value(), page ? "" : page.error().message());
      for (const Record& record : page->records) {
        found.visits[record.id] = {record.subject, std::get<std::string>(record.fields[0])};
      }
      after = page->next;
    } while (!after.empty());
    const auto series = silo(i)->list_series(access(), kPoseKind, {});
    require(series.has_value(), "series can be listed");
    for (const SeriesName& name : *series) {
      const auto seen = [&](const SampleView& sample) {
        found.samples.emplace_back(sample.text);
        return true;
      };
      require(silo(i)->read(access(), name.id, {}, seen).has_value(), "samples can be read");
    }
    return found;
  }

  Result<BackupReport> try_backup(const OnStep& on_step = no_step, std::size_t keep = 0) {
    clock_.advance(Duration::hours(1));
    BackupOptions options{repository(), data_, {}, keep};
    return create_backup(*store_, options, clock_, on_step);
  }
  BackupReport backup(std::size_t keep = 0) {
    auto made = try_backup(no_step, keep);
    require(made.has_value(), made ? "" : made.error().message);
    require(made->failed.empty(), made->failed.empty() ? "" : made->failed[0].why.message);
    return *std::move(made);
  }
  RestoreOptions restore_options(const std::string& name) const {
    return {repository(), path(name), keys(), 0, {}, {}, false};
  }
  Result<RestoreReport> try_restore(const RestoreOptions& options,
                                    const OnStep& on_step = no_step) {
    return restore(options, clock_, random_, on_step);
  }

 private:
  Access own() const { return *store_->policy()->access("test", "service.monitoring", "engine"); }

  // In memory where that can be: what a sync costs is not what is tested.
  const TemporaryDirectory directory_{path_exists("/dev/shm") ? "/dev/shm" : "/tmp"};
  ManualClock clock_{TemporaryStore::kStart};
  TestRandom random_{7};
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  const std::shared_ptr<const policy::Policy> policy_ = test_policy();
  std::string data_;
  std::unique_ptr<Store> store_;
  std::vector<OrganizationId> organizations_;
};

/// Stops at the step of that number, from 1; counts them.
class StopAt {
 public:
  explicit StopAt(std::uint64_t number) : number_(number) {}
  Result<void> operator()(const BackupStep& step) {
    if (++steps != number_) return {};
    return fail(ErrorKind::kCancelled, "stopped at " + std::string(step.doing));
  }
  std::uint64_t steps = 0;

 private:
  std::uint64_t number_;
};

}  // namespace heed::silo

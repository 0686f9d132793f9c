// For tests of all rooms: a real store in a directory of its own, with a clock and randomness that
// the test controls. Never included by the program.
#pragma once

#include <ftw.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/sync.h"
#include "policy/heed_policy.h"
#include "silo/silo.h"

namespace heed::silo {

/// A directory that goes away with it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = "/tmp/store-XXXXXX";
    require(::mkdtemp(name.data()) != nullptr, "a temporary directory can be made");
    path_ = name;
  }
  ~TemporaryDirectory() {
    const auto remove_one = [](const char* path, const struct stat*, int, struct FTW*) {
      return std::remove(path);
    };
    ::nftw(path_.c_str(), remove_one, 16, FTW_DEPTH | FTW_PHYS);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Repeatable bytes for many threads. For tests only: its nonces repeat from run to run.
class TestRandom final : public Random {
 public:
  explicit TestRandom(std::uint64_t seed) : random_(seed) {}
  Bytes bytes(std::size_t size) override {
    const Lock lock(mutex_);
    return random_.bytes(size);
  }

 private:
  Mutex mutex_;
  SeededRandom random_ HEED_GUARDED_BY(mutex_);
};

/// An open store with one organization, under heed's policy.
///   TemporaryStore store(kinds);
///   store.silo().put(store.access("service.monitoring", "organization"), record);
class TemporaryStore {
 public:
  static constexpr Time kStart = Time::from_seconds(1'700'000'000);  // 2023-11-14T22:13:20Z

  explicit TemporaryStore(std::vector<Kind> kinds, std::size_t head_samples = 200'000)
      : TemporaryStore(std::move(kinds), policy::heed_policy(), head_samples) {}
  TemporaryStore(std::vector<Kind> kinds, std::shared_ptr<const policy::Table> policy,
                 std::size_t head_samples) {
    options_.data_directory = directory_.path() + "/data";
    options_.key_directory = directory_.path() + "/keys";
    options_.head_samples = head_samples;
    options_.kinds = std::move(kinds);
    options_.policy = std::move(policy);
    open();
    organization_ = OrganizationId::make(random_);
    const auto made = store_->create(organization_);
    require(made.has_value(), made ? "" : made.error().message);
  }

  Store& store() { return *store_; }
  Silo& silo() { return *shared_silo(); }
  std::shared_ptr<Silo> shared_silo() {
    auto silo = store_->silo(organization_);
    require(silo.has_value(), silo ? "" : silo.error().message);
    return *silo;
  }
  OrganizationId organization() const { return organization_; }
  ManualClock& clock() { return clock_; }
  Random& random() { return random_; }
  Log& log() { return log_; }
  const std::string& directory() const { return directory_.path(); }
  const StoreOptions& options() const { return options_; }

  Access access(std::string_view purpose = "service.monitoring",
                std::string_view party = "organization") const {
    auto made = store_->policy().access("test", purpose, party);
    require(made.has_value(), made ? "" : made.error().message);
    return *made;
  }
  /// Ends the store; its files stay until this object goes. No silo may be in use.
  void close() { store_.reset(); }
  /// As after a restart of the program.
  void reopen() {
    store_.reset();
    open();
  }

 private:
  void open() {
    auto opened = Store::open(options_, clock_, random_, log_);
    require(opened.has_value(), opened ? "" : opened.error().message);
    store_ = *std::move(opened);
  }

  const TemporaryDirectory directory_;
  ManualClock clock_{kStart};
  TestRandom random_{1};
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  OrganizationId organization_;
};

}  // namespace heed::silo

// For tests of all rooms: a real store in a directory of its own, with a clock and randomness that
// the test controls. Never included by the program.
#pragma once

#include <ftw.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/sync.h"
#include "policy/testing.h"
#include "silo/silo.h"

namespace heed::silo {

/// A directory that goes away with it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : TemporaryDirectory("/tmp") {}
  explicit TemporaryDirectory(const std::string& parent) {
    std::string name = parent + "/store-XXXXXX";
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

/// heed's policy with declarations of the test's own behind it.
inline std::string heed_text_with(std::string_view declarations) {
  return std::string(*policy::shipped("heed")) + "\n" + std::string(declarations);
}
inline std::shared_ptr<const policy::Policy> heed_policy_with(std::string_view declarations) {
  return policy::policy_of(heed_text_with(declarations));
}

/// An open store with one organization, under heed's policy or another one.
///   TemporaryStore store(heed_policy_with("kind note 10 record of usage { title text }"));
///   store.silo().put(store.access("service.monitoring", "organization"), record);
class TemporaryStore {
 public:
  static constexpr Time kStart = Time::from_seconds(1'700'000'000);  // 2023-11-14T22:13:20Z

  /// On `disk`, where it is not the machine's: silo/kv_faults.h.
  explicit TemporaryStore(std::shared_ptr<const policy::Policy> policy = policy::heed_policy(),
                          std::size_t head_samples = 200'000,
                          std::shared_ptr<kv::Disk> disk = nullptr, Duration recovery_window = {}) {
    options_.disk = std::move(disk);
    options_.data_directory = directory_.path() + "/data";
    options_.key_directory = directory_.path() + "/keys";
    options_.head_samples = head_samples;
    options_.recovery_window = recovery_window;
    options_.policy = std::move(policy);
    open();
    organization_ = OrganizationId::make(random_);
    const auto made = store_->create(organization_);
    require(made.has_value(), made ? "" : made.error().message);
  }

  Store& store() const { return *store_; }
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
    auto made = store_->policy()->access("test", purpose, party);
    require(made.has_value(), made ? "" : made.error().message);
    return *made;
  }
  /// What `text` would be as the next version, for a program that computes every condition of it.
  policy::Proposal propose(std::string_view text) const {
    policy::Inventory program;
    const auto proposed = policy::policy_of(text);
    constexpr std::string_view kCondition = "condition:";
    for (std::uint16_t i = 0; i < proposed->facts().size(); ++i) {
      const std::string& path = proposed->facts().path({i});
      if (path.starts_with(kCondition))
        program.conditions.push_back(path.substr(kCondition.size()));
    }
    return policy::propose({{"proposed.policy", std::string(text)}}, *store_->book(), program,
                           clock_.now());
  }
  /// Puts `text` in force, with a notice that was given a second ago.
  void activate(std::string_view text, bool reaches_earlier_items = false) {
    const policy::Proposal proposal = propose(text);
    const Time given = clock_.now() - Duration::seconds(1);
    policy::Notice notice{given, "test", "It changes.", proposal.checked.policy->hash(),
                          reaches_earlier_items};
    const auto activated = store_->activate(proposal, "test", std::move(notice));
    require(activated.has_value(), activated ? "" : activated.error().message);
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

#include "app/backup_upkeep.h"

#include <algorithm>

namespace heed::app {
namespace {

constexpr Duration kLook = Duration::seconds(1);
constexpr Duration kTryAgain = Duration::minutes(10);

}  // namespace

BackupUpkeep::BackupUpkeep(BackupPlan plan, std::string data_directory, silo::Store& store,
                           const Clock& clock, Log& log)
    : plan_(std::move(plan)),
      data_directory_(std::move(data_directory)),
      store_(store),
      clock_(clock),
      log_(log) {
  if (plan_.repository.empty()) return;
  due_ = first_due();
  thread_ = std::thread([this] { run(); });
}

BackupUpkeep::~BackupUpkeep() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  wake_.wake_all();
  if (thread_.joinable()) thread_.join();
}

void BackupUpkeep::erased(OrganizationId organization) {
  if (plan_.repository.empty()) return;
  {
    const Lock lock(mutex_);
    // Bounded: one place an organization.
    if (std::ranges::find(erased_, organization) != erased_.end()) return;
    erased_.push_back(organization);
  }
  wake_.wake_all();
}

Time BackupUpkeep::first_due() const {
  const auto repository = silo::Repository::open(plan_.repository, silo::Repository::Use::kRead);
  if (!repository) return clock_.now();
  const auto generations = (*repository)->generations();
  if (generations.empty()) return clock_.now();
  for (const OrganizationId organization : (*repository)->organizations(generations.back())) {
    const auto newest = (*repository)->manifest(generations.back(), organization);
    if (newest) return newest->manifest.time + plan_.every;
  }
  return clock_.now();
}

void BackupUpkeep::run() {
  while (!stopped()) {
    bring_up_ledgers();
    if (clock_.now() >= due_) make_one();
  }
}

bool BackupUpkeep::stopped() {
  const Lock lock(mutex_);
  if (!stopping_) wake_.wait_for(mutex_, kLook);
  return stopping_;
}

void BackupUpkeep::bring_up_ledgers() {
  std::deque<OrganizationId> due;
  {
    const Lock lock(mutex_);
    due.swap(erased_);
  }
  for (const OrganizationId organization : due) {
    auto silo = store_.silo(organization);
    const Result<void> done =
        silo ? silo::update_ledger(plan_.repository, **silo) : std::unexpected(silo.error());
    if (done) continue;
    log_.error("a backup's ledger of erasures is behind",
               {{"organization", organization.text()}, {"why", done.error().message}});
    const Lock lock(mutex_);
    if (std::ranges::find(erased_, organization) == erased_.end()) erased_.push_back(organization);
  }
}

void BackupUpkeep::make_one() {
  const silo::BackupOptions options{plan_.repository, data_directory_, {}, plan_.keep};
  const auto going = [this](const silo::BackupStep& /*step*/) -> Result<void> {
    const Lock lock(mutex_);
    if (!stopping_) return {};
    return fail(ErrorKind::kCancelled, "the server is stopping");
  };
  const auto made = silo::create_backup(store_, options, clock_, going);
  due_ = clock_.now() + (made ? plan_.every : std::min(plan_.every, kTryAgain));
  if (!made) {
    if (made.error().kind == ErrorKind::kCancelled) return;
    log_.error("no backup could be made",
               {{"why", made.error().message}, {"mend", made.error().mend}});
    return;
  }
  for (const auto& failed : made->failed) {
    log_.error("a silo is not in the backup",
               {{"organization", failed.organization.text()}, {"why", failed.why.message}});
  }
  log_.info("a backup is made", {{"generation", made->generation},
                                 {"copied_files", made->copied_files},
                                 {"copied_bytes", made->copied_bytes}});
}

}  // namespace heed::app

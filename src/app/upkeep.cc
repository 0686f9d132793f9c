#include "app/upkeep.h"

#include <algorithm>

#include "silo/lateness.h"

namespace heed::app {

void LatenessAlarm::tell(OrganizationId organization, const silo::SiloStatistics& now) {
  const bool late = silo::is_late(now);
  if (late == late_.contains(organization)) return;
  if (!late) {
    late_.erase(organization);
    log_.warning("what should be gone is gone again", {{"organization", organization.text()}});
    return;
  }
  late_.insert(organization);
  log_.error("what should be gone is still there; docs/ERASURE.md says what to look at",
             {{"organization", organization.text()},
              {"logical_overdue", now.overdue},
              {"physical_overdue", now.physically_overdue}});
}

Upkeep::Upkeep(silo::Store& store, Duration purge_within, const Clock& clock, Log& log)
    : store_(store), clock_(clock), log_(log), alarm_(log) {
  const Duration now = clock.steady();
  seal_ = {kSealEvery, now};
  purge_ = {kPurgeEvery, now - kPurgeEvery};
  // A scrub waits for half of the bound, so that a quarter is left over for its own work.
  scrub_ = {std::min(kScrubEvery, purge_within / 4), now};
}

void Upkeep::tend() {
  if (due(purge_)) {
    each("a silo could not be purged", [](silo::Silo& silo) -> Result<void> {
      ASSIGN_OR_RETURN([[maybe_unused]] const auto count, silo.purge());
      return {};
    });
  }
  if (due(scrub_)) {
    each("a silo's files could not be written anew", [](silo::Silo& silo) -> Result<void> {
      ASSIGN_OR_RETURN([[maybe_unused]] const bool done, silo.scrub(false));
      return {};
    });
  }
  if (due(seal_)) {
    each("a silo could not be sealed",
         [](silo::Silo& silo) -> Result<void> { return silo.seal(false); });
    each("a silo could not be asked whether removal is late",
         [this](silo::Silo& silo) -> Result<void> {
           alarm_.tell(silo.organization(), silo.statistics());
           return {};
         });
  }
}

bool Upkeep::due(Work& work) const {
  const Duration now = clock_.steady();
  if (now - work.last < work.every) return false;
  work.last = now;
  return true;
}

void Upkeep::each(std::string_view trouble, const std::function<Result<void>(silo::Silo&)>& work) {
  for (const OrganizationId organization : store_.organizations()) {
    auto silo = store_.silo(organization);
    const Result<void> done = silo ? work(**silo) : std::unexpected(silo.error());
    if (done) continue;
    log_.error(trouble, {{"organization", organization.text()}, {"why", done.error().message}});
  }
}

void seal_full_heads(silo::Store& store) {
  for (const OrganizationId organization : store.organizations()) {
    if (auto silo = store.silo(organization)) (void)(*silo)->seal_if_full();
  }
}

void Leisurely::tend() {
  const Duration began = clock_.steady();
  if (began < rests_until_ || !work_()) return;
  const Duration ended = clock_.steady();
  rests_until_ = ended + (ended - began) * kRest;
}

Recurring::Recurring(Duration every, std::function<void()> work)
    : every_(every), work_(std::move(work)) {
  thread_ = std::thread([this] {
    while (!stopped()) work_();
  });
}

Recurring::~Recurring() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  wake_.wake_all();
  thread_.join();
}

bool Recurring::stopped() {
  const Lock lock(mutex_);
  if (!stopping_) wake_.wait_for(mutex_, every_);
  return stopping_;
}

}  // namespace heed::app

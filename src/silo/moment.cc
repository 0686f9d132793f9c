#include "silo/moment.h"

#include "silo/kv.h"

namespace heed::silo {

Result<std::shared_ptr<const kv::Snapshot>> Moment::snapshot() const {
  const Lock lock(mutex_);
  if (snapshot_) return snapshot_;
  return fail(ErrorKind::kConflict, "this moment is over: one lasts ten minutes at the most",
              "take a new one and read again from the first page");
}

void Moment::end() const {
  const Lock lock(mutex_);
  snapshot_.reset();
}

std::shared_ptr<const Moment> Moments::make() {
  auto made = std::make_shared<const Moment>(database_.snapshot(), clock_.steady());
  const Lock lock(mutex_);
  std::erase_if(made_, [](const auto& moment) { return moment.expired(); });
  made_.push_back(made);
  return made;
}

void Moments::end(Duration begun_until) {
  const Lock lock(mutex_);
  for (const auto& one : made_) {
    const auto moment = one.lock();
    if (moment && moment->begun() <= begun_until) moment->end();
  }
}

}  // namespace heed::silo

// What `keep … until EVENT + SPAN` begins to count from: that an event happened, for one subject or
// for the whole organization.
//
//   meta "event." name | subject 16 → at i64 | applied u8
//
// Items that are there when it happens get the earlier deadline; items that are put later are given
// it at the write. What a crash left between the two is made up for when the silo is opened.
#pragma once

#include <atomic>
#include <map>

#include "base/base.h"
#include "base/sync.h"
#include "silo/kv.h"
#include "silo/rulings.h"

namespace heed::silo {

/// Thread-safe.
class EventClocks {
 public:
  struct Event {
    std::string name;   ///< As the policy declares it: "account_closed"
    SubjectId subject;  ///< nil for the organization's own
    Time at;
    bool applied = true;  ///< To the items that were there
  };

  explicit EventClocks(kv::Database& database) : database_(database) {}
  Result<void> load();

  /// Durable when it returns. One that happened before keeps the earlier time: a promise that runs
  /// is not put off.
  Result<Event> note(const Event& event);
  Result<void> mark_applied(const Event& event);
  std::vector<Event> unapplied() const;

  /// The deadline that events give to an item of `kind` with these owners; Time::max() if none.
  Time deadline(const DeclaredKind& kind, const std::vector<SubjectId>& owners) const;

 private:
  using Whose = std::pair<std::string, SubjectId>;
  static Bytes key_of(const Whose& whose);
  Result<void> write(const Whose& whose, const Event& event);

  kv::Database& database_;
  mutable Mutex mutex_;
  std::map<Whose, Event> events_ HEED_GUARDED_BY(mutex_);
  std::atomic<bool> any_ = false;
};

}  // namespace heed::silo

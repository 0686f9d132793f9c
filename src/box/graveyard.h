// Programs that were told to end: waited for without blocking, and killed when they do not.
#pragma once

#include <sys/types.h>

#include <vector>

#include "base/time.h"

namespace heed::box {

/// How long a program has to end by itself; the sidecars give their sessions back in it.
constexpr Duration kChildGrace = Duration::seconds(3);
/// The same when the box stops, for all together.
constexpr Duration kLastGrace = Duration::milliseconds(500);

/// Not thread-safe.
class Graveyard {
 public:
  ~Graveyard();
  void add(pid_t id, Duration now) { ending_.push_back({id, now + kChildGrace}); }
  void look(Duration now);
  bool empty() const { return ending_.empty(); }

 private:
  struct Ending {
    pid_t id;
    Duration until;
  };
  std::vector<Ending> ending_;
};

}  // namespace heed::box

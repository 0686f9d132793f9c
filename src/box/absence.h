// The gap that a source leaves which cannot be asked for what was missed: from the last bytes
// before the connection was lost to the first thing said after it, across restarts of the box too,
// because the cursor is the time of the last arrival.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "machines/observation.h"

namespace heed::box {

class Absence {
 public:
  explicit Absence(std::string_view cursor) : last_heard_(parse_time(cursor)) {}

  void lost() { open_ = true; }
  /// Bytes came; after end(), if they say anything.
  void heard(Time now) {
    if (!open_) last_heard_ = now;
  }
  /// The source says something: the gap that ends with it, if there is one.
  std::optional<machines::Gap> end(Time now) {
    if (!std::exchange(open_, false) || !last_heard_) return {};
    machines::Gap gap;
    gap.reason = machines::Gap::Reason::kDisconnected;
    gap.from = *last_heard_;
    gap.to = now;
    gap.note = "what the source says while nobody is connected is lost";
    return gap;
  }
  static std::string cursor(Time arrival) { return format_time(arrival, 9); }

 private:
  std::optional<Time> last_heard_;
  bool open_ = true;
};

}  // namespace heed::box

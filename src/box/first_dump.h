// Which lines are the first dump after connecting, that is values which may be hours old: those
// until the first pause of more than half a second, and no more than the first two seconds.
#pragma once

#include <optional>

#include "base/time.h"

namespace heed::box {

class FirstDump {
 public:
  static constexpr Duration kPause = Duration::milliseconds(500);
  static constexpr Duration kLongest = Duration::seconds(2);

  /// Connected anew. What a slow adapter says first is old however long it took.
  void begin() { *this = FirstDump(); }
  /// Lines come at `now` (Clock::steady()); whether they belong to it.
  bool covers(Duration now) {
    if (!first_) first_ = last_ = now;
    over_ = over_ || now - last_ > kPause || now - *first_ > kLongest;
    last_ = now;
    return !over_;
  }

 private:
  std::optional<Duration> first_;
  Duration last_;
  bool over_ = false;
};

}  // namespace heed::box

// What samples come to, put together in the order of time. Pure.
//
// A value holds from its sample to the next one; a gap holds as "not known". Everything here adds
// up: two neighbouring stretches of samples come to what all their samples come to.
#pragma once

#include "silo/run.h"

namespace heed::silo {

/// What a sample says from then on.
struct Said {
  bool known = false;  ///< Not a gap
  std::optional<double> number;
  std::string_view text;
};
Said said(const SampleView& sample);

/// Counts a sample that is placed in the stretch.
void count(Rollup& rollup, const SampleView& sample);
/// Adds that `value` held for `time` of the stretch.
void hold(Rollup& rollup, const Said& value, Duration time);

/// A stretch of samples that begins and ends with one.
struct Slot {
  Time first_at, last_at;
  Rollup came;  ///< `span` is not used.
  bool last_known = false;
  std::string last_text;  ///< What its last sample said

  Said last() const;
};

void add(Slot& slot, const SampleView& sample);
/// `next` begins at or after the end of `slot`.
void join(Slot& slot, const Slot& next);
/// Counts of `from` and how long values held in it, without what lies around it.
void add_inside(Rollup& rollup, const Rollup& from);

}  // namespace heed::silo

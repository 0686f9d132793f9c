#include "silo/rollup.h"

#include "silo/series_reading.h"
#include "silo/slot.h"

namespace heed::silo {
namespace {

/// Takes what comes in the order of time.
class Rolling {
 public:
  Rolling(TimeRange range, Duration step) : range_(range), step_(step), until_(range.from) {}

  void take(const SampleView& sample) {
    reach(sample.at);
    count(step_at(sample.at), sample);
    says(said(sample));
  }
  void take(const Slot& slot) {
    reach(slot.first_at);
    add_inside(step_at(slot.first_at), slot.came);
    until_ = slot.last_at;
    says(slot.last());
  }
  /// Whether it may be taken as a whole.
  bool fits(const Slot& slot) const {
    return range_.contains(slot.first_at) && range_.contains(slot.last_at) &&
           number_of(slot.first_at) == number_of(slot.last_at);
  }
  /// From here on, nothing is known.
  void forget(Time at) {
    reach(std::clamp(at, until_, range_.to));
    known_ = false;
  }
  void begin(const std::optional<Sample>& before) {
    if (!before) return;
    const std::string_view text = before->value ? std::string_view(*before->value) : "";
    says({before->value.has_value(), decimal(text), text});
  }
  std::vector<Rollup> finish() {
    reach(range_.to);
    for (Rollup& rollup : made_) std::ranges::sort(rollup.words, {}, &Rollup::Word::word);
    return std::move(made_);
  }

 private:
  std::int64_t number_of(Time at) const {
    return (at - range_.from).count_nanoseconds() / step_.count_nanoseconds();
  }
  TimeRange span(std::int64_t number) const {
    const Time from = range_.from + step_ * number;
    return {from, range_.to - from > step_ ? from + step_ : range_.to};
  }
  Rollup& step_at(Time at) {
    const TimeRange of_step = span(number_of(at));
    if (made_.empty() || made_.back().span != of_step) made_.push_back({.span = of_step});
    return made_.back();
  }
  void says(const Said& value) {
    known_ = value.known;
    number_ = value.number;
    text_ = value.text;
  }
  /// What was said last holds until `at`.
  void reach(Time at) {
    while (known_ && until_ < at) {
      Rollup& rollup = step_at(until_);
      const Time end = std::min(at, rollup.span.to);
      hold(rollup, {known_, number_, text_}, end - until_);
      until_ = end;
    }
    until_ = std::max(until_, at);
  }

  const TimeRange range_;
  const Duration step_;
  std::vector<Rollup> made_;
  Time until_;
  bool known_ = false;
  std::optional<double> number_;
  std::string text_;
};

TimeRange span_of(const SeriesView::Piece& piece) {
  if (piece.digest) return {piece.digest->first_at, piece.digest->last.at};
  const auto& items = piece.run->items();
  return {Time::from_nanoseconds(items.front().at), Time::from_nanoseconds(items.back().at)};
}

/// Whether each ends before the next one begins, in the order of time that they are put in.
bool put_apart(std::vector<SeriesView::Piece>& pieces) {
  std::ranges::sort(pieces, {}, [](const auto& piece) { return span_of(piece).from; });
  const auto meet = [](const auto& a, const auto& b) { return span_of(a).to >= span_of(b).from; };
  return std::ranges::adjacent_find(pieces, meet) == pieces.end();
}

bool roll_slots(const SeriesView::Piece& piece, Rolling& rolling) {
  if (!piece.digest || piece.digest->slots.empty()) return false;
  const auto& slots = piece.digest->slots;
  if (!std::ranges::all_of(slots, [&](const Slot& slot) { return rolling.fits(slot); })) {
    return false;
  }
  for (const Slot& slot : slots) rolling.take(slot);
  return true;
}

void roll_runs(const Runs& runs, TimeRange range, Rolling& rolling) {
  visit_merged(runs, range, [&](const SampleView& sample) {
    rolling.take(sample);
    return true;
  });
}

Result<void> roll_day(SeriesView& view, std::int32_t day, TimeRange range, Rolling& rolling) {
  ASSIGN_OR_RETURN(auto pieces, view.pieces(day));
  const bool damaged = view.damaged_days().contains(day);
  if (damaged) rolling.forget(span_of_day(day).from);
  // Of equal times, the order of the pieces counts, so it is kept where they meet.
  auto in_time = pieces;
  if (put_apart(in_time)) {
    for (const auto& piece : in_time) {
      if (roll_slots(piece, rolling)) continue;
      if (auto run = view.run_of(piece)) roll_runs({std::move(run)}, range, rolling);
    }
  } else {
    Runs runs;
    for (const auto& piece : pieces) {
      if (auto run = view.run_of(piece)) runs.push_back(std::move(run));
    }
    roll_runs(runs, range, rolling);
  }
  if (damaged) rolling.forget(span_of_day(day).to);
  return {};
}

Result<void> check(TimeRange range, Duration step) {
  // So that its length is a duration.
  const Duration most = Duration::max() / 2;
  if (range.empty() || range.from < Time() - most || range.to > Time() + most) {
    return fail(ErrorKind::kInvalid, "a roll-up's range has a beginning and an end");
  }
  if (step < kShortestStep || (range.length() - Duration::nanoseconds(1)) / kMostSteps >= step) {
    return fail(ErrorKind::kInvalid, "a roll-up has at most 100,000 steps of at least 1 s");
  }
  return {};
}

}  // namespace

Result<std::vector<Rollup>> roll_up(SeriesView& view, TimeRange range, Duration step) {
  if (auto fits = check(range, step); !fits) return std::unexpected(fits.error());
  Rolling rolling(range, step);
  ASSIGN_OR_RETURN(const auto before, last_sample(view, range.from - Duration::nanoseconds(1)));
  if (view.damaged_days().empty()) rolling.begin(before);
  const std::int32_t last_day = (range.to - Duration::nanoseconds(1)).utc_day();
  for (std::int32_t day = range.from.utc_day(); day <= last_day; ++day) {
    ASSIGN_OR_RETURN(const auto found, view.next_day(day));
    if (!found || *found > last_day) break;
    day = *found;
    if (auto rolled = roll_day(view, day, range, rolling); !rolled) {
      return std::unexpected(rolled.error());
    }
  }
  auto made = rolling.finish();
  for (Rollup& rollup : made) {
    const auto first = view.damaged_days().lower_bound(rollup.span.from.utc_day());
    rollup.damaged =
        first != view.damaged_days().end() && span_of_day(*first).from < rollup.span.to;
  }
  return made;
}

}  // namespace heed::silo

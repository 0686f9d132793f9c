#include "machines/oee.h"

#include <algorithm>

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 4> kSourceWords = {"none", "counter", "program_end",
                                                          "tools"};
constexpr Duration kInstant = Duration::nanoseconds(1);

constexpr std::array<std::string_view, kTimeUses> kUseWords = {
    "not_planned", "break", "unknown",    "planned_stop", "setup",  "unplanned",  "held",
    "operator",    "idle",  "micro_stop", "in_cycle",     "slowed", "not_cutting"};

TimeUse production_use(State state) {
  if (state == State::kSlowed) return TimeUse::kSlowed;
  return state == State::kNotCutting ? TimeUse::kNotCutting : TimeUse::kInCycle;
}

TimeUse stop_use(Bucket bucket) {
  switch (bucket) {
    case Bucket::kNone: return TimeUse::kUnknown;
    case Bucket::kPlanned: return TimeUse::kPlannedStop;
    case Bucket::kSetup: return TimeUse::kSetup;
    case Bucket::kStop: return TimeUse::kHeld;
    case Bucket::kOperator: return TimeUse::kOperator;
    case Bucket::kIdle: return TimeUse::kIdle;
    default: return TimeUse::kUnplanned;
  }
}

TimeUse reason_use(ReasonClass reason_class) {
  if (reason_class == ReasonClass::kPlanned) return TimeUse::kPlannedStop;
  return reason_class == ReasonClass::kSetup ? TimeUse::kSetup : TimeUse::kUnplanned;
}

/// Goes through intervals that are in order and do not overlap, with a time that only grows.
template <class Interval>
class Cursor {
 public:
  explicit Cursor(const std::vector<Interval>& all) : all_(all) {}
  /// The one that holds at `at`.
  std::optional<std::size_t> at(Time at) {
    while (next_ < all_.size() && all_[next_].range.to <= at) ++next_;
    if (next_ == all_.size() || all_[next_].range.from > at) return {};
    return next_;
  }
  /// Until when it holds, or none does.
  Time until(Time at) const {
    if (next_ == all_.size()) return Time::max();
    return all_[next_].range.from > at ? all_[next_].range.from : all_[next_].range.to;
  }

 private:
  const std::vector<Interval>& all_;
  std::size_t next_ = 0;
};

class Partition {
 public:
  Partition(Oee& oee, const std::vector<bool>& micro) : oee_(oee), micro_(micro) {}

  void make() {
    const std::vector<ShiftTime::Break> breaks = all_breaks();
    Cursor activities(oee_.activities);
    Cursor shifts(oee_.shifts);
    Cursor pauses(breaks);
    Cursor reasons(oee_.reasons);
    // And before the first and behind the last activity.
    oee_.pieces.reserve(oee_.activities.size() + 2 +
                        2 * (oee_.shifts.size() + breaks.size() + oee_.reasons.size()));
    for (Time at = oee_.range.from; at < oee_.range.to;) {
      // These change seldom, so what they say is looked up once for many activities.
      const Frame frame{shifts.at(at), pauses.at(at).has_value(), reasons.at(at)};
      const Time until =
          std::min({oee_.range.to, shifts.until(at), pauses.until(at), reasons.until(at)});
      while (at < until) {
        OeePiece made = piece(activities.at(at), frame);
        made.range = {at, std::min(until, activities.until(at))};
        push(made);
        at = made.range.to;
      }
    }
  }

 private:
  using Index = std::optional<std::size_t>;
  /// What holds besides an activity.
  struct Frame {
    Index shift;
    bool pause = false;
    Index reason;
  };

  std::vector<ShiftTime::Break> all_breaks() const {
    std::vector<ShiftTime::Break> all;
    for (const ShiftTime& shift : oee_.shifts) std::ranges::copy(shift.breaks, back_inserter(all));
    return all;
  }

  OeePiece piece(Index activity, const Frame& frame) const {
    OeePiece made{{}, TimeUse::kUnknown, activity, frame.shift, {}};
    const Standing standing = activity ? oee_.activities[*activity].standing : Standing();
    if (oee_.has_calendar && !frame.shift) {
      made.use = TimeUse::kNotPlanned;
    } else if (frame.pause) {
      made.use = TimeUse::kBreak;
    } else if (standing.bucket == Bucket::kProduction) {
      made.use = production_use(standing.state);
    } else if (frame.reason) {
      made.reason = frame.reason;
      made.use = reason_use(oee_.reasons[*frame.reason].reason_class);
    } else {
      const bool micro = activity && micro_[*activity];
      made.use = micro ? TimeUse::kMicroStop : stop_use(standing.bucket);
    }
    return made;
  }

  static bool same(const OeePiece& a, const OeePiece& b) {
    return a.activity == b.activity && a.use == b.use && a.shift == b.shift && a.reason == b.reason;
  }

  void push(const OeePiece& piece) {
    if (!oee_.pieces.empty() && same(oee_.pieces.back(), piece)) {
      oee_.pieces.back().range.to = piece.range.to;
    } else {
      oee_.pieces.emplace_back() = piece;  // silo/run.h says why not push_back()
    }
  }

  Oee& oee_;
  const std::vector<bool>& micro_;
};

void add_up(Oee& oee) {
  for (const OeePiece& piece : oee.pieces) {
    const Duration length = piece.range.length();
    const Standing standing =
        piece.activity ? oee.activities[*piece.activity].standing : Standing();
    oee.uses.at(static_cast<std::size_t>(piece.use)) += length;
    if (standing.in_cycle) oee.in_cycle += length;
    if (standing.bucket != Bucket::kNone) oee.told += length;
    if (!is_planned(piece.use)) {
      if (standing.bucket == Bucket::kProduction) oee.produced_outside += length;
      continue;
    }
    oee.planned_busy += length;
    if (piece.use == TimeUse::kUnknown) continue;
    oee.known_busy += length;
    if (standing.in_cycle) oee.in_cycle_known += length;
    if (is_production(piece.use)) oee.production += length;
    if (wants_reason(piece.use) && !piece.reason) oee.unexplained += length;
  }
}

/// The use that held just before moments that only grow; nothing outside of the range.
class UseBefore {
 public:
  explicit UseBefore(const Oee& oee) : pieces_(oee.pieces), cursor_(oee.pieces) {}
  std::optional<TimeUse> at(Time at) {
    const auto piece = cursor_.at(at - kInstant);
    return piece ? std::optional(pieces_[*piece].use) : std::nullopt;
  }

 private:
  const std::vector<OeePiece>& pieces_;
  Cursor<OeePiece> cursor_;
};

void count_parts(Oee& oee, const std::vector<PartStep>& steps) {
  oee.parts.emplace();
  oee.counted.reserve(steps.size());
  UseBefore uses(oee);
  for (const PartStep& step : steps) {
    const auto use = uses.at(step.at);
    if (!use) continue;
    if (!is_planned(*use)) {
      oee.parts->outside += step.count;
    } else if (*use == TimeUse::kUnknown) {
      oee.parts->unknown += step.count;
    } else {
      oee.parts->known_busy += step.count;
      oee.counted.push_back(step);
    }
  }
}

void count_scrap(Oee& oee, std::vector<PartStep>& steps) {
  std::ranges::sort(steps, {}, &PartStep::at);
  UseBefore uses(oee);
  std::erase_if(steps, [&](const PartStep& step) {
    const auto use = uses.at(step.at);
    return !use || !is_planned(*use) || *use == TimeUse::kUnknown;
  });
  for (const PartStep& step : steps) oee.scrap += step.count;
}

std::optional<Ratio> ratio(double over, double under) {
  if (under <= 0) return {};
  return Ratio{over, under};
}

/// What the parts should have taken, in seconds, each by the ideal time that held when it was made;
/// nothing if there was none for one of them.
std::optional<double> ideal_seconds(const Dated<std::optional<Duration>>& ideal,
                                    const std::vector<PartStep>& steps) {
  double seconds = 0;
  for (const PartStep& step : steps) {
    const auto& one = ideal.at(step.at - kInstant);
    if (!one) return {};
    seconds += one->in_seconds() * static_cast<double>(step.count);
  }
  return seconds;
}

void divide(Oee& oee, const OeeInput& input) {
  const double known = oee.known_busy.in_seconds();
  const double production = oee.production.in_seconds();
  oee.availability = ratio(production, known);
  oee.utilization_planned = ratio(oee.in_cycle_known.in_seconds(), known);
  oee.utilization_calendar = ratio(oee.in_cycle.in_seconds(), oee.told.in_seconds());
  if (!oee.parts) return;
  const std::uint64_t made = oee.parts->known_busy;
  oee.good = made - std::min(made, oee.scrap);
  oee.quality = ratio(static_cast<double>(*oee.good), static_cast<double>(made));
  if (!oee.ideal) return;
  const auto ideal_made = ideal_seconds(input.ideal, oee.counted);
  const auto ideal_scrap = ideal_seconds(input.ideal, input.scrap);
  if (!ideal_made || !ideal_scrap) return;
  oee.effectiveness = ratio(*ideal_made, production);
  oee.oee = ratio(std::max(0.0, *ideal_made - *ideal_scrap), known);
}

void note_changes(Oee& oee, const OeeInput& input) {
  for (const auto& since : input.ideal.all()) {
    if (oee.range.contains(since.from)) oee.changes.push_back(since.from);
  }
  for (const auto& since : input.micro_stop.all()) {
    if (oee.range.contains(since.from)) oee.changes.push_back(since.from);
  }
  std::ranges::sort(oee.changes);
  const auto [first, last] = std::ranges::unique(oee.changes);
  oee.changes.erase(first, last);
}

}  // namespace

std::string_view word(TimeUse use) {
  return kUseWords.at(static_cast<std::size_t>(use));
}

std::string_view word(PartsSource source) {
  return kSourceWords.at(static_cast<std::size_t>(source));
}

Oee compute_oee(OeeInput input) {
  Oee oee{.range = input.range, .has_calendar = input.shifts.has_value()};
  const Time end = oee.range.empty() ? oee.range.to : oee.range.to - kInstant;
  oee.micro_stop = input.micro_stop.at(end);
  oee.ideal = input.ideal.at(end);
  oee.activities = std::move(input.activities);
  oee.shifts = std::move(input.shifts).value_or(std::vector<ShiftTime>());
  oee.reasons = std::move(input.reasons);
  if (!oee.range.empty()) {
    Partition(oee, micro_stops(oee.activities, input.micro_stop)).make();
  }
  add_up(oee);
  if (input.parts) {
    oee.source = input.source;
    oee.confidence = input.confidence;
    count_parts(oee, *input.parts);
  }
  count_scrap(oee, input.scrap);
  divide(oee, input);
  note_changes(oee, input);
  return oee;
}

}  // namespace heed::machines

#include "machines/state_tracker.h"

#include <algorithm>

#include "machines/maybe_time.h"
#include "machines/said_words.h"

namespace heed::machines {
namespace {

constexpr std::uint8_t kVersion = 1;

Placed read_placed(ByteReader& in) {
  return static_cast<Placed>(std::min(in.u8(), static_cast<std::uint8_t>(Placed::kShifted)));
}

void write_transition(ByteWriter& out, const std::optional<Transition>& transition) {
  out.u8(transition ? 1 : 0);
  if (!transition) return;
  out.i64(transition->at.nanoseconds()).sized(write_standing(*transition));
  out.u8(static_cast<std::uint8_t>(transition->placed));
}

std::optional<Transition> read_transition(ByteReader& in) {
  if (in.u8() == 0) return {};
  const Time at = Time::from_nanoseconds(in.i64());
  const auto code = said_number(in.sized());
  const std::uint8_t placed = in.u8();
  return code ? read_standing(at, *code, placed) : std::nullopt;
}

}  // namespace

void StateTracker::observe(const Said& said, Placement::Place place,
                           std::vector<Transition>& changes) {
  const Time at = instant_ ? std::max(*instant_, place.at) : place.at;
  advance(at, changes);
  instant_ = at;
  if (hear(said, place) || !current_) settle(place.how, changes);
}

void StateTracker::link(bool up, Time at, std::vector<Transition>& changes) {
  if (instant_) {
    at = std::max(*instant_, at);
    advance(at, changes);
    instant_ = at;
  }
  link_up_ = up;
  fact(Fact::kLink) = up ? 0 : kLinkDown;
  if (instant_) settle(Placed::kDevice, changes);
}

void StateTracker::advance(Time to, std::vector<Transition>& changes) {
  if (!instant_) return;
  while (Sustained* due = next_due(to)) {
    instant_ = std::max(*instant_, *due->since + kSustained);
    due->long_enough = true;
    settle(due->placed, changes);
  }
}

bool StateTracker::plays(const Said& said) {
  if (said.role == Role::kNone || said.condition) return false;
  std::string& item = items_.at(static_cast<std::size_t>(said.role));
  if (item.empty()) item = said.item;
  return item == said.item;
}

bool StateTracker::hear(const Said& said, Placement::Place place) {
  if (said.condition) {
    conditions_.apply(read_condition(said.item, said.value, *instant_));
    fact(Fact::kFault) = conditions_.any_fault() ? kFaultActive : 0;
    return true;
  }
  if (!plays(said)) return false;
  const bool known = said.value && !says_unavailable(*said.value);
  const std::string_view text = known ? *said.value : std::string_view();
  switch (said.role) {
    case Role::kAvailability:
      fact(Fact::kAvailability) = word_bit(Fact::kAvailability, known ? text : "UNAVAILABLE");
      break;
    case Role::kEmergencyStop:
      fact(Fact::kEmergencyStop) = word_bit(Fact::kEmergencyStop, text);
      break;
    case Role::kExecution: fact(Fact::kExecution) = word_bit(Fact::kExecution, text); break;
    case Role::kControllerMode:
      fact(Fact::kControllerMode) = word_bit(Fact::kControllerMode, text);
      break;
    case Role::kFunctionalMode: planned_ = is_planned_mode(text); break;
    case Role::kFeed: {
      const auto feed = said_number(text);
      hear_number(feed_zero_, feed && *feed == 0, place);
      break;
    }
    case Role::kFeedOverride: {
      const auto percent = said_number(text);
      hear_number(override_low_, percent && *percent < kLowOverride, place);
      break;
    }
    case Role::kNone:
    case Role::kProgram:
    case Role::kPartCount: return false;
  }
  return true;
}

void StateTracker::hear_number(Sustained& sustained, bool fits, Placement::Place place) {
  if (!fits) {
    sustained = {};
  } else if (!sustained.since) {
    // A carried observation may have been placed ten seconds ago already: then it is due at once.
    sustained = {place.at, place.how, place.at + kSustained <= *instant_};
  }
}

/// The one that becomes long enough first, not after `to`.
StateTracker::Sustained* StateTracker::next_due(Time to) {
  Sustained* first = nullptr;
  for (Sustained* s : {&feed_zero_, &override_low_}) {
    if (!s->since || s->long_enough || *s->since + kSustained > to) continue;
    if (first == nullptr || *s->since < *first->since) first = s;
  }
  return first;
}

void StateTracker::settle(Placed placed, std::vector<Transition>& changes) {
  fact(Fact::kFeed) = feed_zero_.long_enough ? kFeedZeroLong : 0;
  fact(Fact::kFeedOverride) = override_low_.long_enough ? kOverrideLowLong : 0;
  const Row& row = decide(facts_);
  const Standing standing = standing_of(row, facts_, planned_);
  if (current_ && current_->standing == standing) return;
  const Transition change{*instant_, standing, row.number, placed};
  changes.push_back(change);
  const bool in_no_time = current_ && current_->at == change.at;
  if (!in_no_time) before_ = current_;
  current_ = in_no_time && before_ && before_->standing == standing ? *before_ : change;
}

Bytes StateTracker::write() const {
  ByteWriter out;
  out.u8(kVersion);
  for (const std::string& item : items_) out.sized(item);
  for (const WordSet words : facts_) out.u16(words);
  for (const Sustained& s : {feed_zero_, override_low_}) {
    write_time(out, s.since);
    out.u8(static_cast<std::uint8_t>(s.placed)).u8(s.long_enough ? 1 : 0);
  }
  out.u8(planned_ ? 1 : 0).u8(link_up_ ? 1 : 0);
  conditions_.write(out);
  write_transition(out, current_);
  write_transition(out, before_);
  return out.take();
}

Result<StateTracker> StateTracker::read(BytesView bytes, std::optional<Time> instant) {
  ByteReader in(bytes);
  StateTracker tracker;
  const bool ours = in.u8() == kVersion;
  for (std::string& item : tracker.items_) item = in.sized();
  for (WordSet& words : tracker.facts_) words = in.u16();
  for (Sustained* s : {&tracker.feed_zero_, &tracker.override_low_}) {
    s->since = read_time(in);
    s->placed = read_placed(in);
    s->long_enough = in.u8() != 0;
  }
  tracker.planned_ = in.u8() != 0;
  tracker.link_up_ = in.u8() != 0;
  tracker.conditions_ = ConditionBook::read(in);
  tracker.current_ = read_transition(in);
  tracker.before_ = read_transition(in);
  if (!ours || !in.finished()) return fail(ErrorKind::kCorrupt, "a machine's stored state");
  tracker.instant_ = instant;
  return tracker;
}

}  // namespace heed::machines

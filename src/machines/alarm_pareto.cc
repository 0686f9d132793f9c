#include "machines/alarm_pareto.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "machines/condition_book.h"
#include "machines/said_words.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 4> kEnds = {"cleared", "open", "cut", "gap"};

bool is_active(const Condition& said) {
  return same_word(said.level, "FAULT") || same_word(said.level, "WARNING");
}

std::optional<Duration> mean(Duration sum, std::uint64_t of) {
  if (of == 0) return {};
  return sum / static_cast<std::int64_t>(of);
}

/// Follows one item: what becomes active, and what ends.
class Follower {
 public:
  explicit Follower(const AlarmInput& input) : input_(input) {
    for (const Condition& held : input.held) begin(held, input.range.from, true);
  }

  void hear(const Condition& said) {
    if (same_word(said.level, "UNAVAILABLE")) {
      end_all(said.since, AlarmEnd::kGap);
      silent_ = true;
      return;
    }
    // What a source repeats at once when it comes back began while nobody heard.
    if (silent_) back_ = said.since;
    silent_ = false;
    if (is_active(said)) {
      begin(said, said.since, back_ == said.since);
    } else if (same_word(said.level, "NORMAL")) {
      said.key().empty() ? end_all(said.since, AlarmEnd::kCleared) : end_of(said);
    }
  }

  std::vector<AlarmSpan> finish() && {
    end_all(input_.range.to, input_.goes_on ? AlarmEnd::kOpen : AlarmEnd::kCut);
    std::ranges::sort(done_, {}, [](const AlarmSpan& span) {
      return std::tie(span.range.from, span.code, span.range.to);
    });
    return std::move(done_);
  }

 private:
  void begin(const Condition& said, Time at, bool carried) {
    const bool full = active_.size() >= ConditionBook::kMostCodes && !active_.contains(said.key());
    const std::string key = full ? std::string() : said.key();
    const std::string code = full ? std::string() : said.code;
    const auto found = active_.find(key);
    // Without a code the text alone tells one alarm from the next.
    if (found != active_.end() && key.empty() && !said.text.empty() &&
        !found->second.text.empty() && found->second.text != said.text) {
      end(key, at);
    }
    AlarmSpan& span = active_
                          .try_emplace(key, AlarmSpan{.item = said.item,
                                                      .code = code,
                                                      .text = {},
                                                      .range = {at, at},
                                                      .carried = carried})
                          .first->second;
    span.fault = span.fault || same_word(said.level, "FAULT");
    if (!said.text.empty()) span.text = said.text;
  }

  /// As ConditionBook has it.
  void end_of(const Condition& said) {
    std::vector<std::string> over;
    for (const auto& [key, span] : active_) {
      if (key == said.key() || (said.id.empty() && span.code == said.code)) over.push_back(key);
    }
    for (const std::string& key : over) end(key, said.since);
  }

  void end(const std::string& key, Time at) {
    const auto found = active_.find(key);
    if (found == active_.end()) return;
    close(std::move(found->second), at, AlarmEnd::kCleared);
    active_.erase(found);
  }

  void end_all(Time at, AlarmEnd how) {
    for (auto& [key, span] : active_) close(std::move(span), at, how);
    active_.clear();
  }

  /// Without what was not heard: each piece after such a gap is carried.
  void close(AlarmSpan span, Time at, AlarmEnd how) {
    span.range.to = at;
    for (const TimeRange& unheard : input_.unheard) {
      if (unheard.to <= span.range.from || unheard.from >= span.range.to) continue;
      AlarmSpan before = span;
      before.range.to = unheard.from;
      before.end = AlarmEnd::kGap;
      if (!before.range.empty()) done_.push_back(std::move(before));
      span.range.from = std::min(unheard.to, span.range.to);
      span.carried = true;
    }
    span.end = how;
    if (span.range.empty() && span.carried) return;
    done_.push_back(std::move(span));
  }

  const AlarmInput& input_;
  std::map<std::string, AlarmSpan, std::less<>> active_;
  std::vector<AlarmSpan> done_;
  bool silent_ = false;
  std::optional<Time> back_;
};

void count(AlarmRow& row, MachineId machine, const AlarmSpan& span) {
  row.fault = row.fault || span.fault;
  if (!span.text.empty()) row.text = span.text;
  if (std::ranges::find(row.machines, machine) == row.machines.end()) {
    row.machines.push_back(machine);
  }
  const Duration length = span.range.length();
  row.time += length;
  row.longest = std::max(row.longest, length);
  ++(span.carried ? row.carried : row.count);
  switch (span.end) {
    case AlarmEnd::kCleared: break;
    case AlarmEnd::kOpen: ++row.open; break;
    case AlarmEnd::kCut: ++row.cut; break;
    case AlarmEnd::kGap: ++row.gaps; break;
  }
  if (!span.complete()) return;
  ++row.repaired;
  row.repair += length;
}

bool is_failure(const Activity& activity) {
  return activity.standing.bucket == Bucket::kUnplanned;
}

/// A run of neighbouring activities of failure, with what lies around it.
struct Failure {
  TimeRange range;
  bool begin_seen = false;
  bool then_lost = false;
};

bool is_lost(const Activity& activity) {
  return activity.standing.bucket == Bucket::kNone;
}

std::vector<Failure> failures_in(const std::vector<Activity>& activities) {
  std::vector<Failure> failures;
  const Activity* before = nullptr;
  for (const Activity& activity : activities) {
    const bool touches = before != nullptr && before->range.to == activity.range.from;
    if (is_failure(activity)) {
      if (touches && is_failure(*before)) {
        failures.back().range.to = activity.range.to;
      } else {
        failures.push_back({activity.range, touches && !is_lost(*before), false});
      }
    } else if (before != nullptr && is_failure(*before)) {
      failures.back().then_lost = !touches || is_lost(activity);
    }
    before = &activity;
  }
  return failures;
}

void count(Reliability& told, const Failure& failure, TimeRange range, bool goes_on) {
  const bool begun = failure.begin_seen && range.contains(failure.range.from);
  ++(begun ? told.failures : told.carried);
  if (failure.range.to >= range.to) {
    ++(goes_on ? told.open : told.cut);
  } else if (failure.then_lost) {
    ++told.gaps;
  } else if (begun) {
    ++told.repaired;
    told.repair += failure.range.length();
  }
}

}  // namespace

std::string_view word(AlarmEnd end) {
  return kEnds.at(static_cast<std::size_t>(end));
}

std::vector<AlarmSpan> alarm_spans(const AlarmInput& input) {
  Follower follower(input);
  for (const Condition& said : input.said) {
    if (input.range.contains(said.since)) follower.hear(said);
  }
  return std::move(follower).finish();
}

std::optional<Duration> AlarmRow::mean_to_repair() const {
  return mean(repair, repaired);
}
std::optional<Duration> AlarmRow::mean_between(Duration operating) const {
  return mean(operating, count);
}

std::vector<AlarmRow> alarm_pareto(const std::vector<MachineAlarms>& machines, ParetoBy by) {
  std::map<std::tuple<std::string, std::string, std::string>, AlarmRow> rows;
  for (const MachineAlarms& machine : machines) {
    for (const AlarmSpan& span : machine.spans) {
      AlarmRow& row = rows[{span.item, span.code, span.code.empty() ? span.text : std::string()}];
      row.item = span.item;
      row.code = span.code;
      count(row, machine.machine, span);
    }
  }
  std::vector<AlarmRow> ordered;
  for (auto& [key, row] : rows) {
    std::ranges::sort(row.machines);
    ordered.push_back(std::move(row));
  }
  std::ranges::sort(ordered, [by](const AlarmRow& a, const AlarmRow& b) {
    const auto size = [by](const AlarmRow& row) {
      const auto time = static_cast<std::uint64_t>(row.time.count_nanoseconds());
      return by == ParetoBy::kTime ? std::pair(time, row.count) : std::pair(row.count, time);
    };
    if (size(a) != size(b)) return size(a) > size(b);
    return std::tie(a.item, a.code, a.text) < std::tie(b.item, b.code, b.text);
  });
  return ordered;
}

std::optional<Duration> Reliability::mean_to_repair() const {
  return mean(repair, repaired);
}
std::optional<Duration> Reliability::mean_between() const {
  return mean(operating, failures);
}

Reliability& Reliability::operator+=(const Reliability& other) {
  failures += other.failures;
  repaired += other.repaired;
  repair += other.repair;
  carried += other.carried;
  open += other.open;
  cut += other.cut;
  gaps += other.gaps;
  operating += other.operating;
  return *this;
}

Reliability reliability_of(const std::vector<Activity>& activities, TimeRange range,
                           Duration threshold, bool goes_on) {
  Reliability told;
  for (const Activity& activity : activities) {
    if (activity.standing.bucket != Bucket::kProduction) continue;
    const TimeRange within{std::max(activity.range.from, range.from),
                           std::min(activity.range.to, range.to)};
    if (!within.empty()) told.operating += within.length();
  }
  for (const Failure& failure : failures_in(activities)) {
    const bool touches = failure.range.from < range.to && failure.range.to > range.from;
    if (touches && failure.range.length() >= threshold) count(told, failure, range, goes_on);
  }
  return told;
}

}  // namespace heed::machines

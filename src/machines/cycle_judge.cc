#include "machines/cycle_judge.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>

namespace heed::machines {
namespace {

constexpr Duration kAlike = Duration::seconds(5);
constexpr Duration kTooShort = Duration::seconds(20);

struct Verdict {
  std::uint8_t rule = 0;
  bool complete = false;
  CycleEvidence evidence;
  double confidence = 0;
  std::string_view words;
};

constexpr CycleEvidence kCounter{.counter = true};
constexpr CycleEvidence kEnd{.program_end = true};
constexpr CycleEvidence kTools{.tool_sequence = true};
constexpr CycleEvidence kCounterAndEnd{.counter = true, .program_end = true};
constexpr CycleEvidence kEndAndTools{.program_end = true, .tool_sequence = true};

/// How the confidences were counted: docs/CYCLES.md §5.
constexpr std::array kVerdicts = {
    Verdict{1, true, kCounterAndEnd, 0.98, "the counter rose and the program ended"},
    Verdict{2, true, kCounter, 0.9, "the counter rose"},
    Verdict{3, true, kEnd, 0.98, "the control said that the program was completed"},
    Verdict{4, true, kEnd, 0.94,
            "the control said that the program was completed, though the counter did not rise"},
    Verdict{5, true, kTools, 0.76, "the same tools came again and again"},
    Verdict{6, false, kEnd, 0.8, "it was lost sight of, or begun anew"},
    Verdict{7, false, kTools, 0.3, "it lies between stretches in which the tools came again"},
    Verdict{8, false, kCounter, 0.5, "the counter did not rise, as it does for this program"},
    Verdict{9, false, kTools, 0.86, "its tools are a part of those of the whole program"},
    Verdict{10, false, kEnd, 0.86, "it was less than half as long as others with these tools"},
    Verdict{11, true, kEndAndTools, 0.5, "at least ten others were like it"},
    Verdict{12, true, kEndAndTools, 0.91, "at least three others had the same tools and length"},
    Verdict{13, true, kEndAndTools, 0.78, "another one or two had the same tools and length"},
    Verdict{14, false, kEnd, 0.6, "the program ended or was reset, and it is like no other"},
};

/// A cycle as its peers see it.
struct Seen {
  Time end;
  Duration executing;
  std::size_t tools = 0;  ///< Which tool list it is.
  bool counted = false;
};

/// The tool lists of one program's cycles, each once.
struct ToolLists {
  std::map<std::vector<std::string>, std::size_t> numbers;
  std::vector<std::vector<std::string>> lists;
  std::vector<std::size_t> different;

  std::size_t number_of(const Cycle& cycle) {
    std::vector<std::string> tools;
    for (const ToolUse& use : cycle.tools) tools.push_back(use.tool);
    const auto [found, fresh] = numbers.try_emplace(tools, lists.size());
    if (fresh) {
      lists.push_back(tools);
      std::ranges::sort(tools);
      const auto repeated = std::ranges::unique(tools);
      different.push_back(tools.size() - repeated.size());
    }
    return found->second;
  }
  /// Whether one list is a part, in one stretch, of a longer one.
  bool is_part(std::size_t part, std::size_t whole) const {
    const auto& p = lists.at(part);
    const auto& w = lists.at(whole);
    return !p.empty() && p.size() < w.size() && !std::ranges::search(w, p).empty();
  }
};

class Judge {
 public:
  Judge(const ToolLists& lists, std::span<const Seen> all) : lists_(lists), all_(all) {}

  std::uint8_t rule(const Cycle& cycle, std::size_t index) {
    find_peers(index);
    const Seen& own = all_[index];
    const bool peer_counted = count_peers([](const Seen& peer) { return peer.counted; }) > 0;
    const bool completed = cycle.end == CycleEnd::kCompleted;
    if (own.counted) return completed || cycle.end == CycleEnd::kReady ? 1 : 2;
    if (completed) return peer_counted ? 4 : 3;
    switch (cycle.end) {
      case CycleEnd::kToolsAgain: return 5;
      case CycleEnd::kLost:
      case CycleEnd::kStartedAnew: return 6;
      case CycleEnd::kBetweenTools: return 7;
      default: break;
    }
    if (peer_counted) return 8;
    if (is_part_of_more(own)) return 9;
    if (is_far_too_short(own)) return 10;
    return rule_of_likeness(own);
  }

 private:
  static bool alike(const Seen& a, const Seen& b) {
    const Duration apart = (a.executing - b.executing).magnitude();
    return a.tools == b.tools &&
           (apart <= kAlike || apart * 5 <= std::max(a.executing, b.executing));
  }

  /// They stand in the order of their ends, so the peers are a stretch of them.
  void find_peers(std::size_t index) {
    own_ = index;
    first_ = index > kMostPeers ? index - kMostPeers : 0;
    last_ = std::min(all_.size(), index + kMostPeers + 1);
    const Time end = all_[index].end;
    while (end - all_[first_].end > kPeersWithin) ++first_;
    while (all_[last_ - 1].end - end > kPeersWithin) --last_;
  }

  template <class Visit>
  std::size_t count_peers(Visit fits) const {
    std::size_t count = 0;
    for (std::size_t i = first_; i < last_; ++i) count += i != own_ && fits(all_[i]) ? 1U : 0U;
    return count;
  }

  bool is_part_of_more(const Seen& own) const {
    std::map<std::size_t, std::size_t> times;
    for (std::size_t i = first_; i < last_; ++i) {
      if (i != own_) ++times[all_[i].tools];
    }
    return std::ranges::any_of(times, [&](const auto& list) {
      return list.second >= 2 && lists_.is_part(own.tools, list.first);
    });
  }

  bool is_far_too_short(const Seen& own) const {
    return count_peers([&](const Seen& peer) {
             if (peer.tools != own.tools || own.executing * 2 >= peer.executing) return false;
             // It is like itself.
             return count_peers([&](const Seen& other) { return alike(peer, other); }) > 1;
           }) > 0;
  }

  std::uint8_t rule_of_likeness(const Seen& own) const {
    if (own.executing < kTooShort) return 14;
    const std::size_t like = count_peers([&](const Seen& peer) { return alike(own, peer); });
    const std::size_t different = lists_.different.at(own.tools);
    if (like >= 10) return 11;
    if (like >= 3 && different >= 2) return 12;
    return (like >= 2 && different >= 2) || (like == 1 && different >= 3) ? 13 : 14;
  }

  const ToolLists& lists_;
  const std::span<const Seen> all_;
  /// The peers of the one that is judged: of these all but itself.
  std::size_t own_ = 0, first_ = 0, last_ = 0;
};

void judge_program(std::span<Cycle* const> cycles) {
  ToolLists lists;
  std::vector<Seen> seen;
  for (const Cycle* cycle : cycles) {
    seen.push_back(
        {cycle->range.to, cycle->executing, lists.number_of(*cycle), cycle->counted > 0});
  }
  Judge judge(lists, seen);
  for (std::size_t i = 0; i < cycles.size(); ++i) {
    Cycle& cycle = *cycles[i];
    cycle.rule = judge.rule(cycle, i);
    const Verdict& verdict = kVerdicts.at(cycle.rule - 1U);
    cycle.complete = verdict.complete;
    cycle.confidence = verdict.confidence;
    cycle.evidence = verdict.evidence;
    if (cycle.rule == 11 && cycle.tools.empty()) cycle.evidence.tool_sequence = false;
  }
}

}  // namespace

void judge_cycles(std::vector<Cycle>& cycles) {
  std::map<std::string_view, std::vector<Cycle*>> by_program;
  for (Cycle& cycle : cycles) by_program[cycle.program].push_back(&cycle);
  for (const auto& [program, its] : by_program) judge_program(its);
}

std::string_view words_of_cycle_rule(std::uint8_t rule) {
  return rule >= 1 && rule <= kVerdicts.size() ? kVerdicts.at(rule - 1U).words : std::string_view();
}

}  // namespace heed::machines

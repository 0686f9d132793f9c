#include "machines/cycle_split.h"

#include <algorithm>
#include <set>
#include <span>

namespace heed::machines {
namespace {

constexpr Duration kPassedBy = Duration::seconds(2);
constexpr Duration kLeftInSpindle = Duration::seconds(20);
constexpr Duration kTail = Duration::seconds(10);
constexpr Duration kEdge = Duration::seconds(20);
constexpr Duration kNear = Duration::seconds(5);
constexpr std::size_t kLongestPattern = 60;
/// Places of a run at which it may have been started anew.
constexpr std::size_t kMostRestarts = 100;

using Pieces = std::span<const RunPiece>;
using Uses = std::span<const ToolUse>;

struct Part {
  Pieces pieces;
  CycleEnd end = CycleEnd::kReady;
};

Duration executed(Pieces pieces) {
  Duration sum;
  for (const RunPiece& piece : pieces) sum += piece.executing;
  return sum;
}

bool has_step(Pieces pieces) {
  return std::ranges::any_of(pieces, [](const RunPiece& piece) { return piece.step > 0; });
}

void unite(std::vector<ToolUse>& uses, const ToolUse& next) {
  if (!uses.empty() && uses.back().tool == next.tool) {
    uses.back().executing += next.executing;
    uses.back().range.to = next.range.to;
  } else {
    uses.push_back(next);
  }
}

std::vector<ToolUse> tools_of(Pieces pieces) {
  std::vector<ToolUse> all;
  const RunPiece* first = nullptr;
  for (const RunPiece& piece : pieces) {
    if (piece.waiting) continue;
    if (first == nullptr) first = &piece;
    if (!piece.tool.empty()) unite(all, {piece.tool, piece.range, piece.executing});
  }
  std::vector<ToolUse> uses;
  for (const ToolUse& use : all) {
    if (use.executing >= kPassedBy) unite(uses, use);
  }
  const bool was_there =
      !uses.empty() && !first->tool.empty() && uses.front().range.from == first->range.from;
  if (was_there && uses.front().executing < kLeftInSpindle) uses.erase(uses.begin());
  return uses;
}

std::size_t different_tools(Uses uses) {
  std::set<std::string_view> tools;
  for (const ToolUse& use : uses) tools.insert(use.tool);
  return tools.size();
}

// Started anew ----------------------------------------------------------------------------------

bool other_program(Pieces before, Pieces after) {
  const auto last =
      std::find_if(before.rbegin(), before.rend(), [](const RunPiece& p) { return !p.waiting; });
  if (last == before.rend() || last->program.empty() || after.front().program.empty()) return false;
  return std::ranges::find(after, last->program, &RunPiece::program) == after.end();
}

bool tools_from_first(Pieces before, Pieces after) {
  const std::vector<ToolUse> old_tools = tools_of(before);
  const std::vector<ToolUse> new_tools = tools_of(after);
  if (new_tools.size() <= old_tools.size() || different_tools(old_tools) < 3) return false;
  const std::string& first = new_tools.front().tool;
  return first == old_tools.front().tool && first != old_tools.back().tool;
}

std::vector<Part> split_where_started_anew(const MachineRun& run) {
  std::vector<Part> parts;
  Pieces left = run.pieces;
  std::size_t restarts = 0;
  std::size_t at = 1;
  while (at < left.size()) {
    const Pieces before = left.first(at);
    const Pieces after = left.subspan(at);
    const bool goes_on = !after.front().waiting && before.back().waiting;
    if (goes_on && ++restarts > kMostRestarts) break;
    const bool moved = std::ranges::find(before, false, &RunPiece::waiting) != before.end();
    if (!goes_on || !moved || !(other_program(before, after) || tools_from_first(before, after))) {
      ++at;
      continue;
    }
    Pieces kept = before;
    while (kept.back().waiting && kept.back().step == 0) kept = kept.first(kept.size() - 1);
    parts.push_back({kept, CycleEnd::kStartedAnew});
    left = after;
    at = 1;
  }
  parts.push_back({left, run.end});
  return parts;
}

// The counter -----------------------------------------------------------------------------------

std::vector<Part> split_by_counter(const Part& part) {
  std::vector<Part> parts;
  Pieces left = part.pieces;
  while (has_step(left)) {
    const auto stepped = std::ranges::find_if(left, [](const RunPiece& p) { return p.step > 0; });
    std::size_t size = static_cast<std::size_t>(stepped - left.begin()) + 1;
    const Pieces rest = left.subspan(size);
    if (!has_step(rest) && executed(rest) < kTail) size = left.size();
    parts.push_back({left.first(size), size == left.size() ? part.end : CycleEnd::kCounted});
    left = left.subspan(size);
  }
  if (!left.empty()) parts.push_back({left, part.end});
  return parts;
}

// The tools -------------------------------------------------------------------------------------

/// Whether the block fits the uses from `at` on.
bool fits(Uses block, Uses uses, std::size_t at) {
  if (at + block.size() > uses.size()) return false;
  std::size_t near = 0;
  for (std::size_t i = 0; i < block.size(); ++i) {
    const ToolUse& use = uses[at + i];
    if (block[i].tool != use.tool) return false;
    const Duration longer = std::max(block[i].executing, use.executing);
    const Duration apart = (block[i].executing - use.executing).magnitude();
    if (i + 1 < block.size() && (apart <= kNear || apart * 4 <= longer)) ++near;
  }
  return 3 * near >= 2 * (block.size() - 1);
}

/// How many blocks must follow one for it to be a pattern.
std::size_t followers(Uses block) {
  return different_tools(block) >= 4 ? 1 : 2;
}

/// The length of the pattern that begins at a place; 0 if there is none.
std::size_t pattern_at(Uses uses, std::size_t at) {
  for (std::size_t size = 2; size <= kLongestPattern && at + 2 * size <= uses.size(); ++size) {
    const Uses block = uses.subspan(at, size);
    if (!fits(block, uses, at + size)) continue;
    if (followers(block) == 1 || fits(block, uses, at + 2 * size)) return size;
  }
  return 0;
}

std::vector<Uses> find_patterns(Uses uses) {
  std::vector<Uses> patterns;
  for (std::size_t at = 0; at < uses.size();) {
    const std::size_t size = pattern_at(uses, at);
    if (size == 0) {
      ++at;
      continue;
    }
    patterns.push_back(uses.subspan(at, size));
    at += (followers(patterns.back()) + 1) * size;
  }
  std::ranges::sort(patterns, [](const Uses& a, const Uses& b) {
    return a.size() != b.size() ? a.size() > b.size() : a.data() < b.data();
  });
  return patterns;
}

struct Stretch {
  std::size_t from = 0, to = 0;  ///< Pieces.
  CycleEnd end = CycleEnd::kToolsAgain;
};

std::size_t piece_from(Pieces pieces, Time from) {
  const auto found = std::ranges::lower_bound(
      pieces, from, {}, [](const RunPiece& piece) { return piece.range.from; });
  return static_cast<std::size_t>(found - pieces.begin());
}

std::vector<Stretch> stretches_of(Pieces pieces, Uses uses, const std::vector<Uses>& patterns) {
  std::vector<Stretch> stretches;
  std::size_t done = 0;
  for (std::size_t at = 0; at < uses.size();) {
    const auto pattern =
        std::ranges::find_if(patterns, [&](const Uses& block) { return fits(block, uses, at); });
    if (pattern == patterns.end()) {
      ++at;
      continue;
    }
    const std::size_t from = piece_from(pieces, uses[at].range.from);
    at += pattern->size();
    const std::size_t to =
        at < uses.size() ? piece_from(pieces, uses[at].range.from) : pieces.size();
    if (from > done) stretches.push_back({done, from, CycleEnd::kBetweenTools});
    stretches.push_back({from, to, CycleEnd::kToolsAgain});
    done = to;
  }
  if (done < pieces.size()) stretches.push_back({done, pieces.size(), CycleEnd::kBetweenTools});
  return stretches;
}

std::vector<Part> split_by_tools(const Part& part) {
  const std::vector<ToolUse> uses = tools_of(part.pieces);
  const std::vector<Uses> patterns = find_patterns(uses);
  if (patterns.empty()) return {part};
  std::vector<Stretch> stretches = stretches_of(part.pieces, uses, patterns);
  const auto is_edge = [&](const Stretch& s) {
    return s.end == CycleEnd::kBetweenTools &&
           executed(part.pieces.subspan(s.from, s.to - s.from)) < kEdge;
  };
  if (is_edge(stretches.front())) {
    stretches[1].from = 0;
    stretches.erase(stretches.begin());
  }
  if (is_edge(stretches.back())) {
    stretches.pop_back();
    stretches.back().to = part.pieces.size();
  }
  std::vector<Part> parts;
  for (const Stretch& s : stretches) {
    parts.push_back({part.pieces.subspan(s.from, s.to - s.from), s.end});
  }
  return parts;
}

Cycle cycle_of(Part part) {
  while (part.pieces.size() > 1 && part.pieces.front().waiting && part.pieces.front().step == 0) {
    part.pieces = part.pieces.subspan(1);
  }
  const Pieces pieces = part.pieces;
  Cycle cycle;
  cycle.range = {pieces.front().range.from, pieces.back().range.to};
  const auto moves = std::ranges::find(pieces, false, &RunPiece::waiting);
  cycle.program = (moves == pieces.end() ? pieces.front() : *moves).program;
  cycle.end = part.end;
  for (const RunPiece& piece : pieces) {
    cycle.counted += piece.step;
    cycle.in_cycle += piece.in_cycle;
    cycle.executing += piece.executing;
    cycle.unseen += piece.unseen;
  }
  cycle.tools = tools_of(pieces);
  return cycle;
}

}  // namespace

std::vector<Cycle> split_run(const MachineRun& run) {
  std::vector<Cycle> cycles;
  const bool counted = has_step(run.pieces);
  for (const Part& whole : split_where_started_anew(run)) {
    for (const Part& part : split_by_counter(whole)) {
      if (counted) {
        cycles.push_back(cycle_of(part));
        continue;
      }
      for (const Part& piece : split_by_tools(part)) cycles.push_back(cycle_of(piece));
    }
  }
  return cycles;
}

}  // namespace heed::machines

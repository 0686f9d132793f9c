#include "base/line_diff.h"

#include <algorithm>
#include <optional>
#include <span>

namespace heed {
namespace {

using Number = std::uint32_t;
using Numbers = std::span<const Number>;

// Equal lines get equal numbers, so that the search compares numbers. Keys are made anew where two
// hashes meet: kept for millions of lines, they would take more room than the texts.
class Numbering {
 public:
  Numbering(const LineKey& key, std::size_t lines) : key_(key) {
    std::size_t size = 16;
    while (size < lines * 2) size *= 2;
    slots_.resize(size, 0);
  }
  std::vector<Number> number(const std::vector<std::string_view>& lines) {
    std::vector<Number> numbers;
    numbers.reserve(lines.size());
    for (const std::string_view line : lines) numbers.push_back(number_of(line));
    return numbers;
  }

 private:
  Number number_of(std::string_view line) {
    const std::string made = key_ ? key_(line) : std::string();
    const std::string_view wanted = key_ ? std::string_view(made) : line;
    const std::size_t hash = std::hash<std::string_view>()(wanted);
    for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == 0) {
        known_.push_back({hash, line});
        slots_[at] = static_cast<Number>(known_.size());
        return slots_[at];
      }
      const Known& known = known_[slots_[at] - 1];
      if (known.hash != hash) continue;
      const bool same = key_ ? key_(known.line) == wanted : known.line == wanted;
      if (same) return slots_[at];
    }
  }

  struct Known {
    std::size_t hash;
    std::string_view line;
  };
  const LineKey& key_;
  std::vector<Number> slots_;  // number, from 1; a power of two of them
  std::vector<Known> known_;
};

struct Box {
  std::size_t x0, x1, y0, y1;
};

// Lines that are the same in the middle of a shortest script.
struct Snake {
  std::size_t x0, y0, x1, y1;
};

class Search {
 public:
  Search(Numbers before, Numbers after, const LineDiffBounds& bounds)
      : before_(before), after_(after), bounds_(bounds), steps_left_(bounds.steps) {}

  LineDiff run() {
    solve({0, before_.size(), 0, after_.size()});
    sort_changes();
    return std::move(diff_);
  }

 private:
  // Of what was changed in one place, first all that went, then all that came.
  void sort_changes() {
    std::vector<LinePart> sorted;
    for (std::size_t i = 0; i < diff_.parts.size();) {
      if (diff_.parts[i].change == LineChange::kSame) {
        sorted.push_back(diff_.parts[i++]);
        continue;
      }
      LinePart removed{LineChange::kRemoved, diff_.parts[i].before, diff_.parts[i].after, 0};
      LinePart added{LineChange::kAdded, 0, removed.after, 0};
      for (; i < diff_.parts.size() && diff_.parts[i].change != LineChange::kSame; ++i) {
        const bool gone = diff_.parts[i].change == LineChange::kRemoved;
        (gone ? removed : added).count += diff_.parts[i].count;
      }
      added.before = removed.before + removed.count;
      if (removed.count > 0) sorted.push_back(removed);
      if (added.count > 0) sorted.push_back(added);
    }
    diff_.parts = std::move(sorted);
  }
  void tell(LineChange change, std::size_t x, std::size_t y, std::size_t count) {
    if (count == 0) return;
    if (change == LineChange::kRemoved) diff_.removed += count;
    if (change == LineChange::kAdded) diff_.added += count;
    if (!diff_.parts.empty() && diff_.parts.back().change == change) {
      diff_.parts.back().count += count;
    } else {
      diff_.parts.push_back({change, x, y, count});
    }
  }

  void solve(Box box) {
    const std::size_t x = box.x0;
    const std::size_t y = box.y0;
    while (box.x0 < box.x1 && box.y0 < box.y1 && before_[box.x0] == after_[box.y0]) {
      ++box.x0;
      ++box.y0;
    }
    tell(LineChange::kSame, x, y, box.x0 - x);
    const std::size_t end = box.x1;
    while (box.x1 > box.x0 && box.y1 > box.y0 && before_[box.x1 - 1] == after_[box.y1 - 1]) {
      --box.x1;
      --box.y1;
    }
    solve_different(box);
    tell(LineChange::kSame, box.x1, box.y1, end - box.x1);
  }

  // The box neither begins nor ends with lines that are the same.
  void solve_different(const Box& box) {
    const bool both = box.x0 < box.x1 && box.y0 < box.y1;
    const auto snake = both ? middle(box) : std::nullopt;
    if (!snake) {
      if (both) diff_.shortest = false;
      tell(LineChange::kRemoved, box.x0, box.y0, box.x1 - box.x0);
      tell(LineChange::kAdded, box.x1, box.y0, box.y1 - box.y0);
      return;
    }
    solve({box.x0, snake->x0, box.y0, snake->y0});
    tell(LineChange::kSame, snake->x0, snake->y0, snake->x1 - snake->x0);
    solve({snake->x1, box.x1, snake->y1, box.y1});
  }

  // Furthest points on diagonals, from both ends, until they meet: nothing beyond the bounds.
  std::optional<Snake> middle(const Box& box) {
    const auto n = static_cast<std::int64_t>(box.x1 - box.x0);
    const auto m = static_cast<std::int64_t>(box.y1 - box.y0);
    const std::int64_t most =
        std::min((n + m + 1) / 2, static_cast<std::int64_t>(bounds_.edits / 2));
    forward_.assign(static_cast<std::size_t>(2 * most + 3), 0);
    backward_.assign(forward_.size(), 0);
    const std::int64_t delta = n - m;
    for (std::int64_t d = 0; d <= most; ++d) {
      if (steps_left_ < static_cast<std::uint64_t>(4 * d + 4)) return {};
      steps_left_ -= static_cast<std::uint64_t>(4 * d + 4);
      if (auto found = forward(box, d, most, delta)) return found;
      if (auto found = backward(box, d, most, delta)) return found;
    }
    return {};
  }

  static std::size_t at(std::int64_t diagonal, std::int64_t most) {
    return static_cast<std::size_t>(diagonal + most + 1);
  }
  static std::int64_t next_x(const std::vector<std::int64_t>& reach, std::int64_t k, std::int64_t d,
                             std::int64_t most) {
    const std::int64_t down = reach[at(k + 1, most)];
    const std::int64_t right = reach[at(k - 1, most)];
    return k == -d || (k != d && right < down) ? down : right + 1;
  }

  std::optional<Snake> forward(const Box& box, std::int64_t d, std::int64_t most,
                               std::int64_t delta) {
    const auto n = static_cast<std::int64_t>(box.x1 - box.x0);
    const auto m = static_cast<std::int64_t>(box.y1 - box.y0);
    for (std::int64_t k = -(d - 2 * std::max<std::int64_t>(0, d - m));
         k <= d - 2 * std::max<std::int64_t>(0, d - n); k += 2) {
      std::int64_t x = d == 0 ? 0 : next_x(forward_, k, d, most);
      const std::int64_t from = x;
      while (x < n && x - k < m && old_at(box, x) == new_at(box, x - k)) ++x;
      steps_left_ -= std::min(steps_left_, static_cast<std::uint64_t>(x - from));
      forward_[at(k, most)] = x;
      const std::int64_t meeting = delta - k;
      if (delta % 2 != 0 && std::abs(meeting) < d && x + backward_[at(meeting, most)] >= n) {
        return snake_of(box, from, from - k, x, x - k);
      }
    }
    return {};
  }

  std::optional<Snake> backward(const Box& box, std::int64_t d, std::int64_t most,
                                std::int64_t delta) {
    const auto n = static_cast<std::int64_t>(box.x1 - box.x0);
    const auto m = static_cast<std::int64_t>(box.y1 - box.y0);
    for (std::int64_t k = -(d - 2 * std::max<std::int64_t>(0, d - m));
         k <= d - 2 * std::max<std::int64_t>(0, d - n); k += 2) {
      std::int64_t x = d == 0 ? 0 : next_x(backward_, k, d, most);
      const std::int64_t from = x;
      while (x < n && x - k < m && old_at(box, n - 1 - x) == new_at(box, m - 1 - (x - k))) ++x;
      steps_left_ -= std::min(steps_left_, static_cast<std::uint64_t>(x - from));
      backward_[at(k, most)] = x;
      const std::int64_t meeting = delta - k;
      if (delta % 2 == 0 && std::abs(meeting) <= d && x + forward_[at(meeting, most)] >= n) {
        return snake_of(box, n - x, m - (x - k), n - from, m - (from - k));
      }
    }
    return {};
  }

  Number old_at(const Box& box, std::int64_t x) const {
    return before_[box.x0 + static_cast<std::size_t>(x)];
  }
  Number new_at(const Box& box, std::int64_t y) const {
    return after_[box.y0 + static_cast<std::size_t>(y)];
  }
  static Snake snake_of(const Box& box, std::int64_t x0, std::int64_t y0, std::int64_t x1,
                        std::int64_t y1) {
    return {box.x0 + static_cast<std::size_t>(x0), box.y0 + static_cast<std::size_t>(y0),
            box.x0 + static_cast<std::size_t>(x1), box.y0 + static_cast<std::size_t>(y1)};
  }

  const Numbers before_;
  const Numbers after_;
  const LineDiffBounds bounds_;
  std::uint64_t steps_left_;
  std::vector<std::int64_t> forward_, backward_;  // by diagonal
  LineDiff diff_;
};

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

LineDiff diff_lines(const std::vector<std::string_view>& before,
                    const std::vector<std::string_view>& after, const LineKey& key,
                    const LineDiffBounds& bounds) {
  Numbering numbering(key, before.size() + after.size());
  const auto old_numbers = numbering.number(before);
  const auto new_numbers = numbering.number(after);
  return Search(old_numbers, new_numbers, bounds).run();
}

}  // namespace heed

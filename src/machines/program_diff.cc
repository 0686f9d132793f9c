#include "machines/program_diff.h"

#include <algorithm>

#include "base/utf8.h"

namespace heed::machines {
namespace {

constexpr std::size_t kMostContext = 20;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Behind a block's number, and the blanks that follow it.
std::string_view past_number(std::string_view line) {
  std::string_view rest = line;
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
  if (rest.starts_with('N') || rest.starts_with('n')) rest.remove_prefix(1);
  if (rest.empty() || !is_digit(rest.front())) return line;
  while (!rest.empty() && is_digit(rest.front())) rest.remove_prefix(1);
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
  return rest;
}

std::string shown_line(std::string_view line) {
  const bool cut = line.size() > kLongestDiffLine;
  std::string_view kept = line.substr(0, kLongestDiffLine);
  // Not within a character.
  while (cut && !kept.empty() && (static_cast<unsigned char>(kept.back()) & 0xc0) == 0x80) {
    kept.remove_suffix(1);
  }
  if (cut && !kept.empty() && static_cast<unsigned char>(kept.back()) >= 0xc0)
    kept.remove_suffix(1);
  return shown_text(kept) + (cut ? " …" : "");
}

class Hunks {
 public:
  Hunks(const std::vector<std::string_view>& before, const std::vector<std::string_view>& after,
        std::size_t context, ProgramDiff& diff)
      : before_(before), after_(after), context_(context), diff_(diff) {}

  void add(const std::vector<LinePart>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].change != LineChange::kSame) {
        lines(parts[i], 0, parts[i].count);
        continue;
      }
      const std::size_t count = parts[i].count;
      const std::size_t behind = i == 0 ? 0 : std::min(count, context_);
      const std::size_t ahead = i + 1 == parts.size() ? 0 : std::min(count, context_);
      if (behind + ahead >= count) {
        lines(parts[i], 0, count);
        continue;
      }
      lines(parts[i], 0, behind);
      open_ = false;
      lines(parts[i], count - ahead, count);
    }
  }

 private:
  void lines(const LinePart& part, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i)
      line(part.change, part.before + i, part.after + i, part);
  }
  void line(LineChange change, std::size_t x, std::size_t y, const LinePart& part) {
    if (told_ >= kMostDiffLines) {
      diff_.cut = true;
      return;
    }
    const bool removed = change == LineChange::kRemoved;
    const bool added = change == LineChange::kAdded;
    if (removed) y = part.after;
    if (added) x = part.before;
    if (!open_) diff_.hunks.push_back({.before = x + 1, .after = y + 1, .lines = {}});
    open_ = true;
    ++told_;
    DiffHunk& hunk = diff_.hunks.back();
    if (!added) ++hunk.before_count;
    if (!removed) ++hunk.after_count;
    hunk.lines.push_back({change, added ? 0 : x + 1, removed ? 0 : y + 1,
                          shown_line(removed ? before_[x] : after_[y])});
  }

  const std::vector<std::string_view>& before_;
  const std::vector<std::string_view>& after_;
  const std::size_t context_;
  ProgramDiff& diff_;
  std::size_t told_ = 0;
  bool open_ = false;
};

}  // namespace

bool is_binary(std::string_view content) {
  return content.contains('\0');
}

std::string shown_text(std::string_view content) {
  return is_utf8(content) ? std::string(content) : utf8_of_latin1(content);
}

std::string block_key(std::string_view line, const DiffOptions& options) {
  if (options.ignore_numbers) {
    const bool optional = line.starts_with('/');  // A block that the control may skip.
    const std::string_view rest = past_number(optional ? line.substr(1) : line);
    if (!options.ignore_space) return (optional ? "/" : "") + std::string(rest);
    line = rest;
    if (optional) return "/" + block_key(rest, {.ignore_space = true});
  }
  std::string key;
  std::ranges::copy_if(line, std::back_inserter(key), [](char c) { return !is_blank(c); });
  return key;
}

ProgramDiff diff_programs(std::string_view before, std::string_view after,
                          const DiffOptions& options) {
  ProgramDiff diff;
  diff.equal = before == after;
  diff.binary = is_binary(before) || is_binary(after);
  if (diff.equal || diff.binary) return diff;
  diff.endings_differ = before.contains("\r\n") != after.contains("\r\n");
  const auto old_lines = split_lines(before);
  const auto new_lines = split_lines(after);
  LineKey key;
  if (options.ignore_numbers || options.ignore_space) {
    key = [&options](std::string_view line) { return block_key(line, options); };
  }
  const LineDiff found = diff_lines(old_lines, new_lines, key);
  diff.shortest = found.shortest;
  diff.removed = found.removed;
  diff.added = found.added;
  Hunks(old_lines, new_lines, std::min(options.context, kMostContext), diff).add(found.parts);
  const bool alike = found.removed + found.added == 0;
  if (alike) diff.hunks.clear();
  return diff;
}

}  // namespace heed::machines

#include "policy/language/finding_list.h"

#include <algorithm>

#include "policy/language/utf8.h"

namespace heed::policy {
namespace {

constexpr std::size_t kLongestQuoted = 40;  // characters

bool is_before(const Finding& a, const Finding& b) {
  return a.place.offset < b.place.offset;
}

}  // namespace

bool FindingList::wants_more() {
  more_ = more_ || findings_.size() == ParseLimits::kFindings;
  return !more_;
}

void FindingList::add(const Place& place, std::string message, std::string mend) {
  // One mistake is told once: what the parser tells of a token comes after what the lexer told.
  for (const Finding& told : findings_) {
    if (told.place.offset == place.offset) return;
  }
  if (!wants_more()) return;
  findings_.push_back({.check = "syntax",
                       .file = file_,
                       .place = place,
                       .clause = {},
                       .message = std::move(message),
                       .mend = std::move(mend)});
}

void FindingList::begin_clause(std::uint32_t offset, std::string id) {
  clauses_.push_back({offset, std::move(id)});
}

std::string FindingList::clause_at(std::uint32_t offset) const {
  const auto after = std::ranges::upper_bound(clauses_, offset, {}, &Clause::offset);
  return after == clauses_.begin() ? std::string() : std::prev(after)->id;
}

std::vector<Finding> FindingList::take() && {
  std::ranges::sort(findings_, is_before);
  for (Finding& finding : findings_) finding.clause = clause_at(finding.place.offset);
  if (more_) {
    Finding last = findings_.back();
    last.message = fmt::format("more is wrong than these {} findings tell", findings_.size());
    last.mend = "mend these, then check again";
    findings_.push_back(std::move(last));
  }
  return std::move(findings_);
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    if (count == kLongestQuoted) return out + "…'";
    const Character next = character_at(text, at);
    const bool plain = next.valid && !is_deceptive(next.code) && next.code >= ' ';
    out += plain ? text.substr(at, next.length) : "?";
    at += next.length;
  }
  return out + "'";
}

}  // namespace heed::policy

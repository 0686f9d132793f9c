#include "machines/nc/text_index.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "machines/nc/token.h"

namespace heed::machines::nc {
namespace {

constexpr std::uint64_t kLargestNumber = 0xFFFFFFFFU;  ///< Of N.

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

/// The number that a text begins with, which is then cut off.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  text = without_blanks(text);
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return number;
}

std::string take_word(std::string_view& text) {
  text = without_blanks(text);
  std::string word;
  while (!text.empty() && lower(text.front()) >= 'a' && lower(text.front()) <= 'z') {
    word += lower(text.front());
    text.remove_prefix(1);
    if (word.size() > 12) break;
  }
  return word;
}

FlowWord flow_word(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, FlowWord>, 15> kWords = {
      {{"sub", FlowWord::kSub},
       {"endsub", FlowWord::kEndSub},
       {"if", FlowWord::kIf},
       {"elseif", FlowWord::kElseIf},
       {"else", FlowWord::kElse},
       {"endif", FlowWord::kEndIf},
       {"while", FlowWord::kWhile},
       {"endwhile", FlowWord::kEndWhile},
       {"do", FlowWord::kDo},
       {"repeat", FlowWord::kRepeat},
       {"endrepeat", FlowWord::kEndRepeat},
       {"break", FlowWord::kBreak},
       {"continue", FlowWord::kContinue},
       {"call", FlowWord::kCall},
       {"return", FlowWord::kReturn}}};
  const auto* const found =
      std::ranges::find(kWords, word, &std::pair<std::string_view, FlowWord>::first);
  return found == kWords.end() ? FlowWord::kNone : found->second;
}

/// What begins where the other ends.
bool closes(FlowWord begin, FlowWord end) {
  switch (end) {
    case FlowWord::kEndSub: return begin == FlowWord::kSub;
    case FlowWord::kElseIf:
    case FlowWord::kElse:
    case FlowWord::kEndIf:
      return begin == FlowWord::kIf || begin == FlowWord::kElseIf || begin == FlowWord::kElse;
    case FlowWord::kEndWhile: return begin == FlowWord::kWhile;
    case FlowWord::kDoWhile: return begin == FlowWord::kDo;
    case FlowWord::kEndRepeat: return begin == FlowWord::kRepeat;
    default: return false;
  }
}

}  // namespace

TextIndex::TextIndex(std::string_view text, Dialect dialect) : text_(text) {
  for (std::size_t at = 0; at < text.size();) {
    starts_.push_back(static_cast<std::uint32_t>(at));
    at = std::min(text.find_first_of("\r\n", at), text.size());
    at += line_end(text, at);
  }
  starts_.shrink_to_fit();
  for (std::size_t line = 0; line < starts_.size(); ++line) look_at(line, dialect);
  std::ranges::sort(numbers_);
  pair();
}

std::string_view TextIndex::line(std::size_t index) const {
  const std::size_t from = starts_[index];
  const std::size_t to = index + 1 < starts_.size() ? starts_[index + 1] : text_.size();
  std::string_view line = text_.substr(from, to - from);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

void TextIndex::look_at(std::size_t line, Dialect dialect) {
  std::string_view text = without_blanks(this->line(line));
  if (text.starts_with('/')) text = without_blanks(text.substr(1));
  if (!text.empty() && lower(text.front()) == 'n') {
    text.remove_prefix(1);
    if (const auto number = take_number(text); number && *number <= kLargestNumber) {
      numbers_.push_back({static_cast<std::uint32_t>(*number), static_cast<std::uint32_t>(line)});
    }
    text = without_blanks(text);
  }
  if (text.empty()) return;
  const char first = lower(text.front());
  if (first == 'o' && dialect == Dialect::kLinuxCnc) {
    look_at_label(line, text.substr(1));
  } else if (first == 'o' || first == ':') {
    text.remove_prefix(1);
    if (const auto number = take_number(text)) programs_.emplace(*number, line);
  } else if (first == 'w' || first == 'd' || first == 'e') {
    look_at_loop(line, text);
  }
  if (!changes_tools_) {
    const std::size_t m = text.find_first_of("Mm");
    for (std::size_t at = m; at < text.size(); at = text.find_first_of("Mm", at + 1)) {
      std::string_view rest = text.substr(at + 1);
      if (take_number(rest) == 6U) changes_tools_ = true;
    }
  }
}

void TextIndex::look_at_label(std::size_t line, std::string_view text) {
  text = without_blanks(text);
  std::string label;
  std::uint64_t numbered = 0;
  if (text.starts_with('<')) {
    const std::size_t end = std::min(text.find('>'), text.size() - 1);
    for (const char c : text.substr(0, end + 1)) {
      if (!is_blank(c)) label += lower(c);
    }
    text.remove_prefix(end + 1);
  } else if (const auto number = take_number(text)) {
    numbered = *number;
    label = std::to_string(numbered);
  } else {
    return;  // computed, which only calls are
  }
  const FlowWord word = flow_word(take_word(text));
  if (word == FlowWord::kNone) {
    if (label.front() != '<') programs_.emplace(numbered, line);
    return;
  }
  if (word == FlowWord::kSub) subs_.emplace(label, line);
  flows_.push_back({line, word, std::move(label)});
}

void TextIndex::look_at_loop(std::size_t line, std::string_view text) {
  std::string_view rest = text;
  const std::string word = take_word(rest);
  if (word == "end" || word == "do") {
    if (const auto number = take_number(rest)) {
      flows_.push_back({line, word == "do" ? FlowWord::kWhile : FlowWord::kEndWhile,
                        "do" + std::to_string(*number)});
    }
  } else if (word == "while") {
    const std::size_t end = rest.rfind(']');
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
    if (take_word(rest) != "do") return;
    if (const auto number = take_number(rest)) {
      flows_.push_back({line, FlowWord::kWhile, "do" + std::to_string(*number)});
    }
  }
}

void TextIndex::pair() {
  std::map<std::string, std::vector<std::size_t>, std::less<>> open;
  for (std::size_t i = 0; i < flows_.size(); ++i) {
    FlowLine& flow = flows_[i];
    std::vector<std::size_t>& begun = open[flow.label];
    const bool in_do = !begun.empty() && flows_[begun.back()].word == FlowWord::kDo;
    if (flow.word == FlowWord::kWhile && in_do) flow.word = FlowWord::kDoWhile;
    switch (flow.word) {
      case FlowWord::kSub:
      case FlowWord::kIf:
      case FlowWord::kWhile:
      case FlowWord::kDo:
      case FlowWord::kRepeat: begun.push_back(i); break;
      case FlowWord::kBreak:
      case FlowWord::kContinue:
        if (!begun.empty()) flow.other = begun.back();
        break;
      case FlowWord::kElseIf:
      case FlowWord::kElse:
      case FlowWord::kEndIf:
      case FlowWord::kEndSub:
      case FlowWord::kEndWhile:
      case FlowWord::kDoWhile:
      case FlowWord::kEndRepeat: {
        if (begun.empty() || !closes(flows_[begun.back()].word, flow.word)) break;
        FlowLine& begin = flows_[begun.back()];
        begin.other = i;
        begun.pop_back();
        const bool goes_on = flow.word == FlowWord::kElseIf || flow.word == FlowWord::kElse;
        if (goes_on) {
          begun.push_back(i);
        } else {
          flow.other = index_of(begin);
        }
        break;
      }
      default: break;
    }
  }
}

const FlowLine* TextIndex::flow_at(std::size_t line) const {
  const auto found = std::ranges::lower_bound(flows_, line, {}, &FlowLine::line);
  return found != flows_.end() && found->line == line ? &*found : nullptr;
}

std::optional<std::size_t> TextIndex::sub(std::string_view label) const {
  const auto found = subs_.find(label);
  if (found == subs_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> TextIndex::program(std::uint64_t number) const {
  const auto found = programs_.find(number);
  if (found == programs_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> TextIndex::numbered(std::uint64_t number, std::size_t from) const {
  if (number > kLargestNumber) return std::nullopt;
  const auto wanted = static_cast<std::uint32_t>(number);
  auto found = std::ranges::lower_bound(numbers_, Label{wanted, static_cast<std::uint32_t>(from)});
  if (found == numbers_.end() || found->number != number) {
    found = std::ranges::lower_bound(numbers_, Label{wanted, 0});
  }
  if (found == numbers_.end() || found->number != number) return std::nullopt;
  return found->line;
}

}  // namespace heed::machines::nc

#include "policy/language/page.h"

#include "policy/language/utf8.h"

namespace heed::policy {
namespace {

constexpr std::size_t kStep = 2;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

void Page::begin(std::size_t depth, std::size_t hanging) {
  column_ = depth * kStep;
  out_.append(column_, ' ');
  indent_ = column_ + hanging;
  fresh_ = true;
}

void Page::break_line() {
  out_ += '\n';
  out_.append(indent_, ' ');
  column_ = indent_;
  fresh_ = true;
}

void Page::add(std::string_view piece) {
  const std::size_t width = count_characters(piece);
  if (!has_room(piece)) break_line();
  alone_ = fresh_;
  if (!fresh_) {
    out_ += ' ';
    ++column_;
  }
  piece_ = out_.size();
  out_ += piece;
  column_ += width;
  fresh_ = false;
}

void Page::glue(std::string_view piece) {
  const std::size_t width = count_characters(piece);
  if (!alone_ && column_ + width > kWidth) {
    const std::string last = out_.substr(piece_);
    out_.resize(piece_ - 1);
    break_line();
    add(last);
  }
  out_ += piece;
  column_ += width;
}

void Page::add_together(const std::vector<std::string>& pieces) {
  std::size_t width = 0;
  for (const std::string& piece : pieces) width += 1 + count_characters(piece);
  const bool fits_here = column_ + width <= kWidth;
  if (!fresh_ && !fits_here) break_line();
  for (const std::string& piece : pieces) add(piece);
}

void Page::add_text(std::string_view before, std::string_view text) {
  const std::string quoted = '"' + escaped(text) + '"';
  std::string_view rest = quoted;
  std::string first(before);
  if (!first.empty()) first += ' ';
  for (;;) {
    const std::size_t space = rest.find(' ');
    add(first + std::string(rest.substr(0, space)));
    first.clear();
    if (space == std::string_view::npos) return;
    rest.remove_prefix(space + 1);
  }
}

void Page::end() {
  out_ += '\n';
  column_ = 0;
}

void Page::blank_line() {
  if (!out_.empty()) out_ += '\n';
}

void Page::add_comments(const Comments& comments, std::size_t depth) {
  for (const std::string& comment : comments) {
    out_.append(depth * kStep, ' ');
    out_ += comment.empty() ? "#" : "# " + comment;
    out_ += '\n';
  }
}

bool Page::has_room(std::string_view piece) const {
  return fresh_ || column_ + 1 + count_characters(piece) <= kWidth;
}

}  // namespace heed::policy

#include "wire/shdr/field_reader.h"

#include "wire/text.h"

namespace heed::wire::shdr {

bool FieldReader::read_all() {
  while (more_) {
    if (line_.fields.size() == kMostFields) return false;
    line_.fields.push_back(next());
  }
  return true;
}

std::string_view FieldReader::next() {
  while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  if (rest_.starts_with('"')) {
    if (const auto quoted = next_quoted()) return *quoted;
  }
  const std::string_view field = rest_.substr(0, rest_.find('|'));
  pass(field.size());
  return trim(field);
}

// As the reference agent has it: a bar inside quotes is escaped, and after the closing quote there
// is nothing but blanks. Anything else that begins with a quote is taken to the letter.
std::optional<std::string_view> FieldReader::next_quoted() {
  bool escaped = false;
  std::size_t i = 1;
  for (; i < rest_.size() && rest_[i] != '"'; ++i) {
    if (rest_[i] == '|') return {};
    if (rest_[i] == '\\') {
      escaped = true;
      ++i;
    }
  }
  if (i >= rest_.size()) return {};
  std::size_t end = i + 1;
  while (end < rest_.size() && is_blank(rest_[end])) ++end;
  if (end < rest_.size() && rest_[end] != '|') return {};
  const std::string_view inside = rest_.substr(1, i - 1);
  pass(end);
  return escaped ? open(inside) : inside;
}

std::string_view FieldReader::open(std::string_view quoted) {
  std::vector<char>& opened = line_.opened_;
  // Room for all that could still come, so that it never grows under a view: parse_line reserved
  // the size of the whole line.
  const std::size_t start = opened.size();
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\') ++i;
    opened.push_back(quoted[i]);
  }
  return {opened.data() + start, opened.size() - start};
}

void FieldReader::pass(std::size_t size) {
  more_ = size < rest_.size();
  rest_.remove_prefix(more_ ? size + 1 : size);
}

}  // namespace heed::wire::shdr

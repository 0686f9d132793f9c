#include "wire/shdr/data_set.h"

#include <algorithm>
#include <optional>

#include "wire/text.h"

namespace heed::wire::shdr {
namespace {

class DataSetReader {
 public:
  explicit DataSetReader(std::string_view text) : rest_(trim(text)) {}

  DataSet read() {
    DataSet set;
    if (rest_.starts_with(':')) {
      rest_.remove_prefix(1);
      set.reset = take_word(rest_);
    }
    while (!rest_.empty()) {
      const std::string_view before = rest_;
      auto value = next();
      if (!value || set.values.size() == kMostDataSetKeys) {
        set.malformed = before;
        break;
      }
      set.values.push_back(std::move(*value));
      rest_ = trim(rest_);
    }
    return set;
  }

 private:
  std::optional<DataSetValue> next() {
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '=' && !is_blank(rest_[end])) ++end;
    DataSetValue entry{.key = std::string(rest_.substr(0, end)), .value = {}, .removed = true};
    if (entry.key.empty()) return {};
    rest_.remove_prefix(end);
    if (!rest_.starts_with('=')) return entry;
    rest_.remove_prefix(1);
    if (rest_.empty() || is_blank(rest_.front())) return entry;
    const bool read = rest_.front() == '{'      ? read_braced(entry.value)
                      : is_quote(rest_.front()) ? read_quoted(entry.value)
                                                : read_bare(entry.value);
    if (!read || (!rest_.empty() && !is_blank(rest_.front()))) return {};
    entry.removed = false;
    return entry;
  }

  static bool is_quote(char c) { return c == '"' || c == '\''; }

  bool read_bare(std::string& value) {
    const auto end = std::ranges::find_if(rest_, is_blank);
    value.assign(rest_.begin(), end);
    rest_.remove_prefix(value.size());
    return true;
  }

  bool read_quoted(std::string& value) {
    const char quote = rest_.front();
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        return true;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size() && rest_[i + 1] == quote) ++i;
      value += rest_[i];
    }
    return false;
  }

  // A table's row; what is inside stays as it is, for parse_data_set to read again.
  bool read_braced(std::string& value) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '{') ++depth;
      if (rest_[i] != '}' || --depth > 0) continue;
      value = rest_.substr(1, i - 1);
      rest_.remove_prefix(i + 1);
      return true;
    }
    return false;
  }

  std::string_view rest_;
};

}  // namespace

DataSet parse_data_set(std::string_view value) {
  return DataSetReader(value).read();
}

}  // namespace heed::wire::shdr

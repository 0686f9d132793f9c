#include "machines/data_set.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace heed::machines {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kNotBare = " \t\r\n\"'{}=|\\";

void append_quoted(std::string& out, std::string_view word) {
  out += '"';
  for (const char c : word) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_word(std::string& out, std::string_view word) {
  if (word.empty() || word.find_first_of(kNotBare) != std::string_view::npos) {
    append_quoted(out, word);
  } else {
    out += word;
  }
}

/// A key that began with a colon would read as a reset.
void append_key(std::string& out, std::string_view key) {
  if (key.starts_with(':')) {
    append_quoted(out, key);
  } else {
    append_word(out, key);
  }
  out += '=';
}

void append_entry(std::string& out, const DataSet::Entry& entry) {
  if (!out.empty()) out += ' ';
  append_key(out, entry.key);
  if (entry.removed) return;
  if (entry.cells.empty()) return append_word(out, entry.value);
  char before = '{';
  for (const DataSet::Cell& cell : entry.cells) {
    out += before;
    append_key(out, cell.key);
    append_word(out, cell.value);
    before = ' ';
  }
  out += '}';
}

/// False, and `out` as it was, if there is no room for it.
bool append_fitting(std::string& out, const DataSet::Entry& entry) {
  const std::size_t end = out.size();
  append_entry(out, entry);
  if (out.size() <= kLongestSet) return true;
  out.resize(end);
  return false;
}

class SetReader {
 public:
  explicit SetReader(std::string_view text) : rest_(text) {}

  DataSet read() {
    DataSet set;
    skip_blanks();
    if (take(':')) set.anew = bare_word();
    for (skip_blanks(); !rest_.empty(); skip_blanks()) {
      auto entry = next();
      if (!entry) break;
      set.entries.push_back(*std::move(entry));
    }
    return set;
  }

 private:
  std::optional<DataSet::Entry> next() {
    DataSet::Entry entry;
    auto key = word();
    if (!key || !take('=')) return {};
    entry.key = *std::move(key);
    if (rest_.empty() || kBlanks.contains(rest_.front())) {
      entry.removed = true;
    } else if (take('{')) {
      if (!cells(entry.cells)) return {};
    } else {
      auto value = word();
      if (!value) return {};
      entry.value = *std::move(value);
    }
    return entry;
  }

  bool cells(std::vector<DataSet::Cell>& cells) {
    for (skip_blanks(); !take('}'); skip_blanks()) {
      auto key = word();
      if (!key || !take('=')) return false;
      auto value = word();
      if (!value) return false;
      cells.push_back({*std::move(key), *std::move(value)});
    }
    return true;
  }

  /// Nothing if there is none.
  std::optional<std::string> word() {
    if (!take('"')) {
      std::string bare = bare_word();
      return bare.empty() ? std::nullopt : std::optional(std::move(bare));
    }
    std::string quoted;
    while (!rest_.empty()) {
      if (take('"')) return quoted;
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      quoted += rest_.front();
      rest_.remove_prefix(1);
    }
    return {};
  }

  std::string bare_word() {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(kNotBare));
    rest_.remove_prefix(word.size());
    return std::string(word);
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
  }

  std::string_view rest_;
};

}  // namespace

std::string write_set(const DataSet& set) {
  std::string text = set.anew ? ":" + *set.anew : "";
  for (const DataSet::Entry& entry : set.entries) append_entry(text, entry);
  return text;
}

DataSet read_set(std::string_view text) {
  return SetReader(text).read();
}

std::string merged_set(std::string_view before, std::string_view said) {
  DataSet change = read_set(said);
  DataSet set = change.anew ? DataSet{} : read_set(before);
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < set.entries.size(); ++i) places.emplace(set.entries[i].key, i);
  for (DataSet::Entry& entry : change.entries) {
    const auto [place, is_new] = places.try_emplace(entry.key, set.entries.size());
    if (is_new) {
      set.entries.push_back(std::move(entry));
    } else {
      set.entries[place->second] = std::move(entry);
    }
  }
  std::erase_if(set.entries, [](const DataSet::Entry& entry) { return entry.removed; });
  std::string text;
  for (const DataSet::Entry& entry : set.entries) {
    if (!append_fitting(text, entry)) break;
  }
  return text;
}

std::string told_anew(std::string_view before, std::string_view said) {
  DataSet whole = read_set(said);
  std::unordered_set<std::string> there;
  for (const DataSet::Entry& entry : whole.entries) there.insert(entry.key);
  std::string text(said);
  if (!whole.anew) text.insert(0, said.empty() ? ":" : ": ");
  for (DataSet::Entry& entry : read_set(before).entries) {
    if (there.contains(entry.key)) continue;
    const DataSet::Entry gone{
        .key = std::move(entry.key), .value = {}, .cells = {}, .removed = true};
    if (!append_fitting(text, gone)) break;
  }
  return text;
}

}  // namespace heed::machines

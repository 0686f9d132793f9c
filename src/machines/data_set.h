// What an item of the form data set or table says, as text: `:DAY a=1 b="x y" row={c=2 d=3} gone=`.
// Beyond the first such an item tells what changed, so what it says now is the merger of all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heed::machines {

/// Bytes of a set's text: as many as a value may have (Machines::kLongestValue).
inline constexpr std::size_t kLongestSet = 32'768;

/// A word is written as it is unless it is empty or has a blank or one of "'{}=|\ in it; then it is
/// "quoted", with \ before " and \.
struct DataSet {
  struct Cell {
    std::string key, value;
    bool operator==(const Cell&) const = default;
  };
  struct Entry {
    std::string key;
    std::string value;
    std::vector<Cell> cells;  ///< Of a table's row; then `value` is empty.
    bool removed = false;     ///< The key is none of the set's any more.
    bool operator==(const Entry&) const = default;
  };
  /// All of the set is told, not only what changed. A word says why it begins anew (DAY,
  /// MAINTENANCE, …); without one, `: a=1`, it is only told once more.
  std::optional<std::string> anew;
  std::vector<Entry> entries;
  bool operator==(const DataSet&) const = default;
};

std::string write_set(const DataSet& set);
/// Whatever the text is; what cannot be read ends it.
DataSet read_set(std::string_view text);

/// What the set is after `said`, which came when it was `before`. Keys keep their places. Of more
/// than kLongestSet the last keys are left out.
std::string merged_set(std::string_view before, std::string_view said);
/// The whole set `said`, as such, told to who knows it as `before`: with what is gone as removed,
/// as far as there is room for it.
std::string told_anew(std::string_view before, std::string_view said);

}  // namespace heed::machines

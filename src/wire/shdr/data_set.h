// The value of a data set item: `:RESET a=1 b="x y" c={d e} f`. Only a device model can say that
// a value is one, so this is asked for by who knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heed::wire::shdr {

/// Keys in one data set; beyond it the rest is malformed.
inline constexpr std::size_t kMostDataSetKeys = 4096;

struct DataSetValue {
  std::string key;
  /// Empty with `removed`: `key` alone or `key=` takes the key out of the set.
  std::string value;
  bool removed = false;
  bool operator==(const DataSetValue&) const = default;
};

struct DataSet {
  /// The word after a leading colon, e.g. MANUAL: the set was emptied before. Else empty.
  std::string reset;
  std::vector<DataSetValue> values;
  /// What could not be read, to the letter, from its first byte; empty if all was.
  std::string malformed;
  bool operator==(const DataSet&) const = default;
};

/// Values may be bare words, "quoted" or 'quoted' with `\` before a quote, or {braced} and nested.
DataSet parse_data_set(std::string_view value);

}  // namespace heed::wire::shdr

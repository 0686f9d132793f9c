// Which conditions of a machine are active, per item and native code or id (docs/STATES.md §2).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "machines/condition.h"

namespace heed::machines {

/// Reads an observation's value, level|native code|severity|qualifier|text; nothing (the source
/// said UNAVAILABLE) is level UNAVAILABLE with an empty code.
Condition read_condition(std::string_view item, std::optional<std::string_view> value, Time at);
/// The same again as an observation's value.
std::string condition_value(const Condition& condition);

class ConditionBook {
 public:
  /// Of one item; what comes beyond counts as the empty code, so that a source that never repeats
  /// a code or an id cannot fill the memory.
  static constexpr std::size_t kMostCodes = 1'000;

  void apply(const Condition& said);
  bool any_fault() const { return faults_ > 0; }
  /// In the order of items and keys; `since` is when it became active.
  std::vector<Condition> active() const;

  void write(ByteWriter& out) const;
  static ConditionBook read(ByteReader& in);

 private:
  using Keys = std::map<std::string, Condition, std::less<>>;
  void clear(const std::string& item);
  void clear_one(const Condition& said);
  void set(const Condition& said);
  std::map<std::string, Keys, std::less<>> active_;
  std::size_t faults_ = 0;
};

}  // namespace heed::machines

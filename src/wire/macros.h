// Which variables of a control a customer wants, and under which names: the same settings for every
// control that has macro variables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "wire/control_session.h"

namespace heed::wire {

/// Each variable is a question of its own in every round.
inline constexpr std::size_t kMostMacros = 32;
/// Bytes of an item's word, of its name and of its units.
inline constexpr std::size_t kLongestItem = 40;

/// The number of a macro or system variable.
class MacroNumber {
 public:
  static constexpr std::int64_t kMost = 99'999;
  /// kInvalid unless it is from 1 to kMost (#0 never has a value).
  static Result<MacroNumber> of(std::int64_t number);
  std::uint32_t number() const { return number_; }
  auto operator<=>(const MacroNumber&) const = default;

 private:
  explicit MacroNumber(std::uint32_t number) : number_(number) {}
  std::uint32_t number_;
};

/// One variable that is read.
struct Macro {
  MacroNumber number;
  SaidItem item;
};

/// What a control's variables are read as.
struct MacroRules {
  std::string_view control;  ///< For a sentence: "a Haas".
  /// Read unless the customer gives their item or number another meaning.
  std::vector<Macro> usual;
  /// Items that are read from the control itself: no variable may take their key.
  bool (*owns)(std::string_view key);
};

/// Reads {"macros":[{"number":10900,"item":"pallet","name":"Pallet","units":"…"}, …]}. kInvalid
/// names the place ("settings: macros[2].number: …") and the mend.
///
/// An item's word is one of known_words(), which have a type in MTConnect, or the customer's own.
Result<std::vector<Macro>> macros_of(const Json& settings, const MacroRules& rules);

/// The item of a known word; of another one, with its key alone.
SaidItem macro_item(std::string_view word);

/// For a sentence: "part_count, part_goal, …".
std::string known_words();

}  // namespace heed::wire

// Which variables of a Haas control a customer wants, and under which names.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "wire/control_session.h"
#include "wire/haas/query.h"

namespace heed::wire::haas {

/// Each variable is a question of its own in every round.
inline constexpr std::size_t kMostMacros = 32;
/// Bytes of an item's word, of its name and of its units.
inline constexpr std::size_t kLongestItem = 40;

/// One variable that is read.
struct Macro {
  MacroNumber number;
  SaidItem item;
};

/// The part counter, #3901 (M30 counter 1), and the spindle's speed, #3027.
std::vector<Macro> usual_macros();

/// Reads {"macros":[{"number":10900,"item":"pallet","name":"Pallet","units":"…"}, …]}. They come
/// beside usual_macros(), whose item another number may take. kInvalid names the place
/// ("settings: macros[2].number: …") and the mend.
///
/// An item's word is one of known_words(), which have a type in MTConnect, or the customer's own.
Result<std::vector<Macro>> macros_of(const Json& settings);

/// For a sentence: "part_count, part_goal, …".
std::string known_words();

}  // namespace heed::wire::haas

// The words of MTConnect 2.5, as its published schemas have them: which types there are, by which
// element an observation of each is told, and what its value may be. For who writes documents; who
// reads them takes every word as it comes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/mtconnect/devices.h"

namespace heed::wire::mtconnect {

/// The version of the documents that are written here. 2.5 has the most types of those whose error
/// documents every client reads: 2.6 gave each error an element of its own.
inline constexpr std::string_view kVersion = "2.5";
/// What `x:` stands for in them: the types that are none of MTConnect's.
inline constexpr std::string_view kExtensionNamespace = "urn:heed:mtconnect";

/// What may stand in an observation, beside UNAVAILABLE.
enum class ValueForm : std::uint8_t { kText, kNumber, kInteger, kThreeNumbers, kTime, kWords };

struct TypeWord {
  std::string_view type;  ///< `EXECUTION`
  Category category = Category::kEvent;
  ValueForm form = ValueForm::kText;
  std::string_view words = {};  ///< Of kWords, with blanks between them.
};

/// Nothing for a type that is none of MTConnect's, or that is one of conditions alone.
const TypeWord* find_type(std::string_view type);
/// Whether a data item of category CONDITION may be of this type.
bool is_condition_type(std::string_view type);
/// `Controller`, `Path`, `Linear`, …
bool is_component(std::string_view name);
bool is_sub_type(std::string_view sub_type);
bool is_units(std::string_view units);

/// A type of our own for what has that name: `x:SPINDLE_1` of "spindle 1".
std::string extension_type(std::string_view name);
/// `Execution` of `EXECUTION`, `x:Spindle1` of `x:SPINDLE_1`.
std::string element_name(std::string_view type);

/// The value as the schema wants it written; nothing if the type has no such value. Letters of
/// words may be large or small.
std::optional<std::string> fitting_value(const TypeWord& type, std::string_view value);

}  // namespace heed::wire::mtconnect

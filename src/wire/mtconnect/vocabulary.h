// The words of MTConnect 2.5, as its published schemas have them: which types there are, by which
// element an observation of each is told, and what its value may be. For who writes documents; who
// reads them takes every word as it comes.
#pragma once

#include <optional>
#include <span>
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

/// In the order of the alphabet.
std::span<const TypeWord> all_types();
/// Nothing for a type that is none of MTConnect's, or that is one of conditions alone.
const TypeWord* find_type(std::string_view type);
/// Whether a data item of category CONDITION may be of this type.
bool is_condition_type(std::string_view type);
/// `Controller`, `Path`, `Linear`, …
bool is_component(std::string_view name);
// Of these four the schemas take a vendor's own too: `x:TORSION`.
bool is_sub_type(std::string_view sub_type);
bool is_units(std::string_view units);
bool is_statistic(std::string_view statistic);
bool is_reset(std::string_view reset);
/// Whether there are time series of that type of sample. Data sets and tables there are of all.
bool has_series(const TypeWord& type);

/// A type of our own for what has that name: `x:SPINDLE_1` of "spindle 1".
std::string extension_type(std::string_view name);
/// `Execution` of `EXECUTION`, `x:Spindle1` of `x:SPINDLE_1`; `PositionTimeSeries`.
std::string element_name(std::string_view type,
                         Representation representation = Representation::kValue);

/// The value as the schema wants it written; nothing if the type has no such value. Letters of
/// words may be large or small.
std::optional<std::string> fitting_value(const TypeWord& type, std::string_view value);
/// The same for what stands in an entry or a cell of a set of that type.
std::optional<std::string> fitting_entry(const TypeWord& type, std::string_view value);
/// The same for the numbers of a time series, which have blanks between them.
std::optional<std::string> fitting_series(std::string_view numbers);

}  // namespace heed::wire::mtconnect

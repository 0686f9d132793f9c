// What happened to a source beside its observations, as texts of one series: links, gaps, changes
// of its clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "machines/observation.h"
#include "machines/source_clock.h"

namespace heed::machines {

using Happening = std::variant<Link, Gap, SourceClock::Change>;

/// JSON objects with one member: {"link":…}, {"gap":…}, {"clock":…}. Part of the stored format.
std::string write_happening(const Happening& happening);
/// Nothing if it cannot have been written by write_happening().
std::optional<Happening> read_happening(std::string_view text);

/// A device model as JSON, and back. Part of the stored format.
std::string write_model(const std::vector<DataItem>& model);
std::vector<DataItem> read_model(std::string_view text);

/// "disconnected", "out_of_range", …
std::string_view word(Gap::Reason reason);

}  // namespace heed::machines

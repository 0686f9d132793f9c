// Lines that say nothing of an item: asset commands and what an adapter says of itself. Only for
// line.cc.
#pragma once

#include <string_view>

#include "wire/shdr/line.h"

namespace heed::wire::shdr {

/// `rest` begins with the `@` after the stamp.
void parse_asset(std::string_view rest, Line& line);
/// `text` begins with `*`.
void parse_command(std::string_view text, Line& line);

inline void fail_line(Line& line, Flaw flaw) {
  line.kind = LineKind::kMalformed;
  line.flaw = flaw;
}

}  // namespace heed::wire::shdr

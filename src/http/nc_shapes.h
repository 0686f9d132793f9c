// What a program's text means and how long it takes, as JSON.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "machines/program_time.h"

namespace heed::http {

/// Lines of a text, numbered as machines/nc numbers them.
struct ShownLines {
  std::uint64_t from = 1;
  std::uint64_t lines = 500;
};
constexpr std::size_t kLongestShownLine = 4'000;  ///< Bytes; what is more is counted.

void write_tokens(JsonWriter& w, std::string_view content, const machines::ToldDialect& dialect,
                  const ShownLines& shown);
void write_program_time(JsonWriter& w, const machines::ProgramTime& told,
                        const std::optional<machines::Machine>& machine);

}  // namespace heed::http

#include "machines/program_name.h"

#include <algorithm>
#include <string>

namespace heed::machines {
namespace {

std::string upper(std::string_view text) {
  std::string high(text);
  std::ranges::transform(high, high.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return high;
}

std::string bare_name(std::string_view program) {
  while (program.starts_with(' ')) program.remove_prefix(1);
  while (program.ends_with(' ')) program.remove_suffix(1);
  const std::size_t slash = program.find_last_of("/\\");
  if (slash != std::string_view::npos) program.remove_prefix(slash + 1);
  if (const std::size_t dot = program.rfind('.'); dot != std::string_view::npos && dot > 0) {
    program = program.substr(0, dot);
  }
  std::string name = upper(program);
  const bool numbered =
      name.starts_with('O') && name.size() > 1 &&
      std::ranges::all_of(name.substr(1), [](char c) { return c >= '0' && c <= '9'; });
  if (numbered) name.erase(0, 1);
  const bool digits = std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
  while (digits && name.size() > 1 && name.front() == '0') name.erase(0, 1);
  return name;
}

}  // namespace

bool is_same_program(std::string_view name, std::string_view other) {
  return bare_name(name) == bare_name(other);
}

}  // namespace heed::machines

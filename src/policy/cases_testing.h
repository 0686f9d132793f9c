// How tests that run cases are named and printed. Never included by the program.
#pragma once

#include <cctype>
#include <ostream>
#include <string>

#include "policy/cases.h"

namespace heed::policy {

/// GoogleTest looks for it beside the type.
inline void PrintTo(const Case& one, std::ostream* out) {
  *out << one.policy << ": " << one.sentence;
}

/// Its policy, its sentence and the obligations that it shows.
inline std::string test_name(const Case& one) {
  std::string name = one.policy.substr(0, one.policy.rfind('.')) + "_";
  for (const char c : one.sentence) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += c;
    } else if (name.back() != '_') {
      name += '_';
    }
  }
  if (name.back() == '_') name.pop_back();
  for (const std::string& obligation : one.obligations) name += "_" + obligation;
  return name;
}

}  // namespace heed::policy

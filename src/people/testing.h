// For tests of people and above: cheap passwords, and a step that must not fail.
#pragma once

#include "people/people.h"

namespace heed::people {

/// argon2id at its least: tests are about who may come in, not about how long that takes.
inline constexpr Options kTestOptions{.password_cost = {.memory = 8192, .passes = 1}};

/// The value of a step that a test stands on, of a Result or a Governed.
template <class Expected>
auto must(Expected expected) {
  if constexpr (std::is_same_v<typename Expected::error_type, Error>) {
    require(expected.has_value(), expected ? "" : expected.error().message);
  } else {
    require(expected.has_value(), expected ? "" : expected.error().message());
  }
  if constexpr (!std::is_void_v<typename Expected::value_type>) return *std::move(expected);
}

}  // namespace heed::people

// What the policy answers, for somebody at a command line.
#pragma once

#include "policy/governed.h"

namespace heed::app {

inline Error plain(const policy::Withheld& withheld) {
  if (const Error* error = withheld.error()) return *error;
  return {ErrorKind::kInvalid, withheld.message(), "the policy must allow it"};
}

template <class T>
Result<T> plainly(policy::Governed<T> governed) {
  if (!governed) return std::unexpected(plain(governed.error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(governed);
  }
}

}  // namespace heed::app

// What is known of everything that this server takes in by itself.
#pragma once

#include "policy/policy.h"

namespace heed::silo {

/// For the accesses of the program's own writes: it stays on its host, so no border is crossed, and
/// nobody told that it is about a minor.
inline policy::Policy::KnownFacts own_intake() {
  return {{"safeguarded", true}, {"minor", false}};
}

}  // namespace heed::silo

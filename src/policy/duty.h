// What a policy obliges the program to do besides deciding: compiled duties.
//
// expire, verify, aggregate and log ground are decisions too: they compile to denies unless the
// fact that the engine sets when it has done its part (`contract_valid`, `verified_<degree>`,
// `aggregated`, `ground_logged`). The duty here is what the engine does to be able to set it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "policy/language/document.h"

namespace heed::policy {

struct Duty {
  DutyKind kind = DutyKind::kKeep;
  std::uint16_t clause = 0;
  Scope scope;              ///< As written; all its paths are known words.
  Span span;                ///< keep for, keep until … +, within.
  std::string event;        ///< keep until, expire at, notify … of.
  std::string degree;       ///< verify.
  std::uint32_t least = 0;  ///< aggregate at least.
};

/// How long items of a category are kept. With several clauses the shortest holds.
struct Keep {
  /// From the write; nothing when only an event ends it.
  std::optional<Duration> span;
  /// Ends that start with an event: kept until it happens and this much longer.
  struct Until {
    std::string event;
    Duration after;
  };
  std::vector<Until> until;
  /// Clauses that say so.
  std::vector<std::uint16_t> clauses;
};

}  // namespace heed::policy

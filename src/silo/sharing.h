// What leaves a silo for somebody else: single records handed on, and counts of many.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/base.h"
#include "policy/kind.h"
#include "silo/disclosure.h"

namespace heed::silo {

using FieldValue = std::variant<std::monostate, std::string, std::int64_t, double, bool, Time>;

/// On what a disclosure stands, where the policy says `log ground for`.
struct Ground {
  std::string basis;         ///< "subpoena", "court_order", "vital_interest"
  std::string reference;     ///< The paper's own number.
  std::string approver;      ///< Who here answers for it: an actor's id.
  std::string jurisdiction;  ///< Whose law: "DE", "US-CA"
  /// Whether the person is to be told, which they are unless the order forbids it.
  bool notify_subject = true;
  /// Each is given, in at most kLongest bytes.
  bool complete() const;
  static constexpr std::size_t kLongest = 200;
};

struct ShareRequest {
  policy::KindId kind;
  std::string id;
  std::vector<std::string> fields;  ///< By name, 1 to 64, each once.
  /// Who in particular, within the access's party: a stable id, never a person's name. 1 to 128
  /// bytes.
  std::string recipient;
  std::optional<Ground> ground;
};

struct Shared {
  std::vector<std::pair<std::string, FieldValue>> fields;
  std::vector<std::string> stripped;  ///< Asked for, and not allowed to that party.
  std::vector<std::string> clauses;   ///< That allow what was given.
  PackageId package;
  std::uint64_t entry = 0;  ///< The journal's, that tells of it.
  std::string contract;     ///< Under which it was given; empty where none was needed.
  /// The same fields, sealed to the key in that contract (silo/disclosure_package.h); empty without
  /// one.
  Bytes sealed;
};

struct Aggregate {
  struct Group {
    FieldValue value;
    std::uint64_t records = 0;
  };
  std::vector<Group> groups;
  std::uint64_t too_small = 0;  ///< Groups that were left out.
  std::uint64_t withheld = 0;   ///< Records that the policy keeps out of it.
  /// The policy's least number of distinct subjects; 0 when it asks for none.
  std::uint32_t least = 0;
};

constexpr std::size_t kMostGroups = 10'000;  ///< Of one aggregate.

}  // namespace heed::silo

// Handing on to somebody outside: under which contract, what went to whom, and who is told to give
// it back (docs/DISCLOSURE.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/base.h"

namespace heed::silo {

/// One hand-over. Random, so it says nothing of anybody.
using PackageId = Id<struct PackageTag>;

/// What a receiver works on for one kind, and so the most that they get of it.
struct ContractTask {
  std::string kind;
  std::vector<std::string> fields;
  bool operator==(const ContractTask&) const = default;
};

/// What binds somebody to whom records are handed on. While it is in force and binds them to
/// confidentiality, `contract_valid` holds for the fields of its tasks.
struct Contract {
  std::string id;                     ///< 1 to 64 bytes, the caller's own
  std::string recipient;              ///< ShareRequest::recipient
  std::string party;                  ///< "processor.payments", or one above it
  std::vector<std::string> purposes;  ///< Likewise.
  std::vector<ContractTask> tasks;
  bool confidential = false;
  Time starts;
  Time ends;              ///< It ends then by itself.
  std::string safeguard;  ///< On which it crosses a border, or empty: "SCC 2021/914 module 2"
  Bytes key;              ///< Their X25519 public key, 32 bytes: what is handed on is sealed to it.
  /// They pay for it, or give something else: a sale, and then for a purpose under `sale` alone.
  bool for_consideration = false;
  /// They use it for ends of their own: then their party is one that the policy calls independent.
  bool independent = false;
  std::string by = {};               ///< Filled in by the silo: who placed it,
  Time placed = {};                  ///< when,
  std::optional<Time> stopped = {};  ///< and when sharing under it stopped.
  bool operator==(const Contract&) const = default;
};

/// One line of the disclosure ledger.
struct Disclosed {
  std::uint64_t entry = 0;  ///< The journal's, that tells of it.
  Time at;
  SubjectId subject;  ///< Nil of what is about nobody.
  std::string recipient;
  std::string party;
  std::string purpose;
  std::string kind;
  std::string record;
  std::vector<std::string> fields;
  std::vector<std::string> clauses;
  std::uint64_t stripped = 0;  ///< Fields that were asked for and not given.
  std::string contract;        ///< Empty where none was needed.
  PackageId package;
  bool notify_subject = false;  ///< Ground::notify_subject, where it stands on one.
  bool operator==(const Disclosed&) const = default;
};

/// To be sent to a recipient: what of theirs must come back or go.
struct Recall {
  enum class Why : std::uint8_t { kErased = 1, kOptedOut = 2, kContractEnded = 3 };
  std::uint64_t number = 0;  ///< From 1, never used twice.
  Time at;
  std::string recipient;
  Why why = Why::kErased;
  std::string contract;             ///< Of kContractEnded: all that was got under it.
  std::vector<PackageId> packages;  ///< Of the others: these.
  bool operator==(const Recall&) const = default;
};
std::string_view name_of(Recall::Why why);

}  // namespace heed::silo

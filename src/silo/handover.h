// Hands a whole silo to a successor, and takes one in (docs/DISCLOSURE.md §6).
//
//   <package>/manifest.json   in the clear, signed by the organization: silo/handover_manifest.h
//   <package>/files/<n>       file n of the manifest, sealed under the package's own key
//
// One of the files is sealed to the successor's key instead: "keys", which has the package's key
// and those of the organization. A package has its name once all of it is written and the giver's
// journal says so; nothing is at its name before.
#pragma once

#include <optional>
#include <string>

#include "silo/handover_count.h"
#include "silo/silo_move.h"

namespace heed::silo {

struct HandoverOptions {
  SiloPlace from;  ///< Of the store that is open
  OrganizationId organization;
  std::string name;  ///< As it is registered
  TransferRecord record;
  std::string purpose = "business_transfer";
  std::string party = "successor";
  std::string package;  ///< A directory that is not there yet
  bool dry_run = true;
};

struct HandoverReport {
  HandoverCount count;
  std::uint64_t erasures = 0;
  std::uint64_t entries = 0;  ///< Of the journal
  std::uint64_t bytes = 0;    ///< Of the silo's files
  std::uint32_t policies = 0;
  Bytes manifest;  ///< SHA-256 of the manifest, once it is made
};

/// kConflict where something is at the package's name; kInvalid, with the clause, where the policy
/// keeps something of it back. The journal notes `handover.begun` before anything is copied, and
/// `handed.over` with the manifest's hash before the package gets its name. Nobody else uses the
/// store meanwhile. Cut short, it can be done again.
Result<HandoverReport> hand_over(Store& store, const HandoverOptions& options, const Clock& clock,
                                 Random& random, const OnStep& on_step = no_step);

struct CheckedHandover {
  SignedHandover handover;
  Bytes hash;  ///< SHA-256 of the manifest
};
/// What a stranger can check: the manifest's signature, and with `files` that every file is the one
/// that it names. kCorrupt says what is not.
Result<CheckedHandover> check_handover(const std::string& package, bool files,
                                       const OnStep& on_step = no_step);

struct ReceiveOptions {
  std::string package;
  SiloPlace to;  ///< No store has it open. It may be empty: then it inherits the policy, too.
  bool dry_run = true;
  /// The giver's journal key, where the successor has it from elsewhere.
  std::optional<PublicKey> giver = {};
};

struct ReceiveReport {
  CheckedHandover checked;
  std::string name;       ///< Of the organization
  bool inherits = false;  ///< The policy's versions: there were none.
  bool received = false;  ///< It is live; again, nothing is changed.
};

/// kInvalid where the package was sealed to another key, kConflict where the versions of the policy
/// there do not begin with those of the package or another silo of that id is there. Cut short, it
/// can be done again.
Result<ReceiveReport> receive_handover(const ReceiveOptions& options, const OpeningKey& key,
                                       Random& random, const OnStep& on_step = no_step);

/// In the store that it is in now: its journal is whole and begins with what the manifest says, its
/// erasures are those; then its journal notes `handover.received`, once.
Result<void> settle_handover(Store& store, const CheckedHandover& checked);

}  // namespace heed::silo

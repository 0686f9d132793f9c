// What a bulk hand-over says of itself: on which record it stands, and the manifest that the
// organization signs, which anybody can check without a key (docs/DISCLOSURE.md §6).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/base.h"
#include "base/crypto.h"
#include "silo/backup_files.h"
#include "silo/journal_head.h"
#include "silo/sharing.h"

namespace heed::silo {

constexpr std::size_t kLongestSuccessor = 200;              ///< Bytes of a name
constexpr std::size_t kMostTransferFacts = 16;              ///< That a record states
constexpr std::uint64_t kLargestTransferRecord = 1U << 16;  ///< Bytes
constexpr std::uint64_t kLargestHandover = 64U << 20;       ///< Bytes of a manifest
constexpr std::size_t kMostHandoverFiles = 200'000;

/// To whom everything goes, and on what that stands.
struct TransferRecord {
  std::string successor;  ///< Its legal name
  Ground ground;
  Time date;  ///< Of the agreement
  Bytes key;  ///< The successor's X25519 public key
  /// What the approver states of all that goes, in the policy's words: {"on_behalf", false}.
  std::vector<std::pair<std::string, bool>> facts = {};
};

/// {"successor", "basis", "reference", "approver", "jurisdiction", "date", "key": 64 hexadecimal
/// digits, "people_notified": true or false, "facts": {…} if there are any}. kInvalid names the
/// first member that is missing or not of its form.
Result<TransferRecord> parse_transfer_record(std::string_view json);

/// How much of a kind goes.
struct HandedKind {
  std::string name;
  std::uint64_t records = 0;
  std::uint64_t blobs = 0;
  std::uint64_t series = 0;
  std::uint64_t samples = 0;
  bool operator==(const HandedKind&) const = default;
};

struct HandedPolicy {
  std::uint32_t number = 0;
  std::string hash;
  bool operator==(const HandedPolicy&) const = default;
};

/// A file of the package, by its place in the list; hashed as it lies there, sealed.
struct HandedFile {
  std::string path;  ///< "silo/…", "policy/…", "subjects" or "keys"
  Content content;
};

struct HandoverManifest {
  OrganizationId organization;
  Time time;
  TransferRecord record;
  std::string purpose;
  std::string party;
  std::vector<HandedKind> kinds;
  std::uint64_t erasures = 0;
  std::vector<HandedPolicy> policies;
  SignedHead head;  ///< The journal is at least so far.
  std::vector<HandedFile> files;
};

struct SignedHandover {
  HandoverManifest manifest;
  Bytes key;        ///< The public half of the journal's key
  Bytes signature;  ///< Of handover_statement()
};

/// The bytes that are signed.
Bytes handover_statement(const HandoverManifest& manifest);
/// One line of JSON with its line end.
std::string encode_handover(const SignedHandover& handover);
/// kCorrupt unless it is just what encode_handover() gives, every path leads where a receiver may
/// write, and manifest and head bear the signature of the key that it names.
Result<SignedHandover> decode_handover(std::string_view text);

}  // namespace heed::silo

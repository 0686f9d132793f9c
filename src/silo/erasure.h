// Forgetting somebody: what is asked, what is answered, and the receipt that a stranger can check.
//
// An erasure has three clocks. Logical: no read finds anything of the person. Cryptographic: their
// key is overwritten and synced, so that data, log and backups cannot be read by anybody. Physical:
// the sealed bytes themselves are gone from every file, within the bound that the store was given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/base.h"
#include "base/crypto.h"
#include "policy/kind.h"

namespace heed::silo {

/// What a silo holds that is about somebody, by kind. The dry run of an erasure.
struct Holding {
  policy::KindId kind;
  std::string name;
  std::uint64_t items = 0;
  std::uint64_t shared = 0;  ///< Of these, owned by others too, or only mentioning the person.
  Time oldest;               ///< When the one that is held the longest was stored.
  Time until;                ///< The last deadline: by then all of them are gone anyway.
};

/// Somebody who has gone and may come back: nothing of theirs can be read by anybody meanwhile.
struct Suspension {
  /// What gives it all back, for them alone: it is kept nowhere. 40 hexadecimal digits in groups.
  std::string code;
  Time until;  ///< The end of the last day on which it does; then they are forgotten.
};

/// How somebody stands in a silo, whatever is held about them.
struct Standing {
  /// A hold stops their erasure: until it ends they are read for legal purposes alone.
  bool restricted = false;
  bool erased = false;
  std::uint64_t erasure = 0;                     ///< Its number in the ledger; 0 before it.
  std::optional<Time> may_come_back_until = {};  ///< They have gone (Silo::suspend()).
};

/// A reason that stops what would be removed from being removed. Reading it is denied all the same,
/// but to a purpose under `legal`.
struct Hold {
  std::string id;                           ///< 1 to 64 bytes, the caller's own
  SubjectId subject;                        ///< Whose items; nil for everybody's
  std::optional<policy::KindId> kind = {};  ///< Only of this kind
  std::string reason;                       ///< 1 to 200 bytes: "litigation 4 O 17/26"
  Time until;                               ///< It ends then by itself.
  std::string by;                           ///< Filled in by the silo: who placed it,
  Time placed;                              ///< and when.
};

/// What is left after an erasure, why, and until when (O67).
struct ErasureException {
  std::string hold;
  std::string reason;
  Time until;
  bool operator==(const ErasureException&) const = default;
};

struct ErasureCount {
  std::string kind;
  std::uint64_t removed = 0;
  std::uint64_t emptied = 0;         ///< Of others; what told of the person is gone from them.
  std::uint64_t left_to_others = 0;  ///< Shared with somebody who is still here.
  bool operator==(const ErasureCount&) const = default;
};

struct ErasureReceipt {
  OrganizationId organization;
  /// In the erasure ledger; 0 while a hold stops the erasure.
  std::uint64_t number = 0;
  /// 32 hexadecimal digits: a keyed hash of the person's id. Who has the id can have the
  /// organization tell whether it is the same.
  std::string tag;
  std::string reason;  ///< As it was asked: "request 17"
  Time logical;
  std::optional<Time> cryptographic;  ///< Nothing while a hold stops it.
  std::optional<Time> physical;       ///< Nothing until it has happened.
  Time physical_by;                   ///< When it will have happened at the latest.
  std::vector<ErasureCount> counts;
  std::vector<ErasureException> exceptions;
  /// Recipients outside who are called on to remove what they got (O40).
  std::uint64_t recalls = 0;
  /// The journal's entry that tells of it; 0 while there is none.
  std::uint64_t entry = 0;
  bool operator==(const ErasureReceipt&) const = default;
};

/// The receipt's own text: one line of JSON, the same for the same receipt.
std::string receipt_text(const ErasureReceipt& receipt);
Result<ErasureReceipt> parse_receipt(std::string_view text);

/// A receipt to be given away is JSON lines (docs/ERASURE.md): the first is the receipt's text with
/// the organization's signature, the others are a journal export (silo/journal_export.h) of the one
/// entry that tells of the erasure.
std::string sign_receipt(const ErasureReceipt& receipt, const SigningKey& key);
/// kCorrupt says what does not fit: the signature, the export, or an entry that tells otherwise.
Result<ErasureReceipt> verify_receipt(std::string_view lines, const PublicKey& key);

/// What the journal's entry tells of an erasure, and what verify_receipt() holds the receipt
/// against.
constexpr std::string_view kErasedWord = "subject.erased";
std::string erased_detail(const ErasureReceipt& receipt);

}  // namespace heed::silo

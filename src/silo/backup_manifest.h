// What a repository of backups says and signs: the manifest of one organization in one generation,
// and the newest ledger of its erasures. Byte by byte in docs/BACKUP.md.
//
// Both bear the signature of the organization's journal key, each under a purpose of its own, so
// that a repository can lie on a disk that nobody trusts.
#pragma once

#include <string>
#include <vector>

#include "base/base.h"
#include "base/crypto.h"
#include "silo/backup_files.h"
#include "silo/journal_head.h"

namespace heed::silo {

/// What every statement of this file begins with.
constexpr BytesView kBackupPurpose = "heed backup ";

constexpr std::uint64_t kLargestManifest = 64U << 20;  ///< Bytes
constexpr std::uint64_t kLargestLedger = 256U << 20;   ///< Bytes
constexpr std::size_t kMostBackupFiles = 200'000;      ///< Of one manifest
constexpr std::size_t kLongestBackupPath = 255;        ///< Bytes
/// A repository's generations, ever.
constexpr std::uint64_t kLastGeneration = 999'999'999;

/// An organization's erasures: so many, as the key ring keeps them. Who may read the bytes, and
/// what makes them genuine, is theirs to know.
struct Ledger {
  OrganizationId organization;
  std::uint64_t erasures = 0;
  Bytes bytes;
  bool operator==(const Ledger&) const = default;
};

/// As a repository keeps it: it holds every erasure that the journal knew at `head`.
struct KeptLedger {
  Ledger ledger;
  SignedHead head;
  Bytes signature;  ///< Of ledger_statement()
  bool operator==(const KeptLedger&) const = default;
};

/// A file below the data directory.
struct BackupFile {
  std::string path;  ///< "silos/<organization>/…" or "policy/…"
  Content content;
  /// Its own date in the data directory; tells the next backup that it has not changed.
  Time changed;
  bool operator==(const BackupFile&) const = default;
};

struct Manifest {
  OrganizationId organization;
  std::uint64_t generation = 0;  ///< From 1
  std::uint64_t previous = 0;    ///< That of the organization's backup before; 0 if it is the first
  Time time;
  std::uint32_t policy = 0;  ///< Number of the version in force; its hash stands in the head
  SignedHead head;           ///< The journal is at least so far
  std::uint64_t erasures = 0;
  Bytes ledger_hash = Bytes(merkle::kHashSize, '\0');  ///< SHA-256 of the ledger's bytes
  std::vector<BackupFile> files;                       ///< In the order of paths
  bool operator==(const Manifest&) const = default;
};

struct SignedManifest {
  Manifest manifest;
  Bytes key;        ///< The public half
  Bytes signature;  ///< Of manifest_statement()
  bool operator==(const SignedManifest&) const = default;
};

/// The bytes that are signed.
Bytes manifest_statement(const Manifest& manifest);
Bytes ledger_statement(const KeptLedger& kept);

/// One line of JSON with its line end.
std::string encode_manifest(const SignedManifest& manifest);
/// kCorrupt unless it is just what encode_manifest() gives, every path leads below the data
/// directory, and the signature is that of the key it names.
Result<SignedManifest> decode_manifest(std::string_view text);

Bytes encode_ledger(const KeptLedger& kept);
/// kCorrupt if it is not what encode_ledger() gives. The signatures are not looked at.
Result<KeptLedger> decode_ledger(BytesView bytes);
/// kCorrupt unless ledger and head bear the key's signature and speak of one organization.
Result<void> verify_ledger(const KeptLedger& kept, const PublicKey& key);

}  // namespace heed::silo

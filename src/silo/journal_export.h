// A journal as text that a stranger can check: JSON lines, described in docs/JOURNAL.md §4.
//
//   1. what it is: {"format":"heed journal export", …}
//   2. the newest head, signed
//   3. earlier heads, oldest first, each with the proof that the journal still begins with it
//   4. entries `from` to `to`, each with the proof that it is in the newest head
//
// The verifier needs this text and the organization's public key; it knows no silo and no policy.
// A line is in just the form that the writer gives it, so that no byte of it can change unnoticed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "silo/journal_entry.h"
#include "silo/journal_head.h"

namespace heed::silo {

/// Bytes of one line; the longest entry with the longest proof takes about half of it.
constexpr std::size_t kLongestExportLine = 64U << 10;
constexpr std::uint64_t kMostEarlierHeads = 1'000'000;

/// The first line.
struct ExportHeader {
  OrganizationId organization;
  std::uint64_t from = 1;     ///< Number of the first entry told.
  std::uint64_t to = 0;       ///< Number of the last one; from − 1 if none is told.
  std::uint64_t earlier = 0;  ///< Heads before the newest.
};

// Each gives one line with its line end. Texts are UTF-8, as the journal takes no others.
std::string export_line(const ExportHeader& header);
std::string export_line(const SignedHead& head);
std::string export_line(const SignedHead& earlier, const merkle::Proof& consistency);
std::string export_line(const JournalEntry& entry, const merkle::Proof& inclusion);

/// Takes a line of an export as it is written; an error ends the export.
using ExportLine = std::function<Result<void>(std::string_view line)>;

/// What an export was found to prove.
struct VerifiedExport {
  JournalHead head;
  ExportHeader told;
  /// Every entry that the head speaks of was told, not only a part.
  bool whole() const { return told.from == 1 && told.to == head.entries; }
};

/// Takes an export line by line, in constant memory. After an error it is of no more use.
class ExportVerifier {
 public:
  explicit ExportVerifier(PublicKey key) : key_(std::move(key)) {}
  /// Before the first line: a head that somebody kept, as the line that export_line() gives of it.
  /// The export must then begin with the very entries that the head was signed over, and tell them.
  Result<void> expect(std::string_view kept_head);
  /// One line without its line end. kCorrupt names the first entry or head that does not fit.
  Result<void> take(std::string_view line);
  /// kCorrupt if something that the first line announced did not come.
  Result<VerifiedExport> finish() const;

 private:
  Result<void> take_header(std::string_view line);
  Result<void> take_head(std::string_view line);
  Result<void> take_earlier(std::string_view line);
  Result<void> take_entry(std::string_view line);
  Result<void> hold_against_kept(BytesView leaf);

  const PublicKey key_;
  ExportHeader header_;
  JournalHead head_;
  JournalHead last_earlier_;
  std::uint64_t lines_ = 0;
  std::uint64_t earlier_ = 0;
  std::uint64_t entries_ = 0;
  std::optional<JournalHead> kept_;
  merkle::Frontier told_;  // of the entries so far, while a kept head waits for them
};

/// The same for a text in one piece.
Result<VerifiedExport> verify_export(std::string_view text, const PublicKey& key,
                                     std::string_view kept_head = {});

}  // namespace heed::silo

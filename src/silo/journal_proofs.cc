// What a journal shows of itself: proofs, the whole tree recomputed, and the export.
#include <algorithm>

#include <fmt/core.h>

#include "silo/journal.h"

namespace heed::silo {
namespace {

/// The entries are checked as they come; a head when the tree has its size.
class HeadsChecked {
 public:
  HeadsChecked(std::span<const SignedHead> heads, OrganizationId organization, const PublicKey& key)
      : rest_(heads), organization_(organization), key_(key) {}

  Result<void> at(const merkle::Frontier& seen) {
    for (; !rest_.empty() && rest_.front().head.entries <= seen.size(); rest_ = rest_.subspan(1)) {
      const JournalHead& head = rest_.front().head;
      if (head.entries != seen.size() || head.organization != organization_ ||
          head.root != seen.root() || !verify_head(rest_.front(), key_)) {
        return fail(ErrorKind::kCorrupt,
                    fmt::format("the head that was kept after entry {} of the journal does not "
                                "fit its tree",
                                head.entries),
                    "compare with a backup: the journal was changed or damaged");
      }
    }
    return {};
  }

 private:
  std::span<const SignedHead> rest_;
  const OrganizationId organization_;
  const PublicKey& key_;
};

}  // namespace

merkle::ReadRow Journal::rows() const {
  return [this](std::uint64_t leaf) -> Result<Bytes> {
    ASSIGN_OR_RETURN(auto value,
                     ground_.database.get(kv::Family::kJournal, ByteWriter().u64(leaf + 1).view()));
    if (!value) return misfit(leaf + 1);
    value->resize(std::min(value->size(), merkle::row_size(leaf)));
    return *std::move(value);
  };
}

Result<merkle::Proof> Journal::prove_entry(std::uint64_t number, std::uint64_t entries) const {
  if (number == 0 || number > entries || entries > this->entries()) {
    return fail(ErrorKind::kInvalid,
                fmt::format("entry {} is not among the first {} of the journal", number, entries));
  }
  return merkle::prove_inclusion(number - 1, entries, rows());
}

Result<merkle::Proof> Journal::prove_growth(std::uint64_t earlier, std::uint64_t later) const {
  if (earlier == 0 || earlier > later || later > entries()) {
    return fail(ErrorKind::kInvalid,
                fmt::format("no journal of {} entries grew from one of {}", later, earlier));
  }
  return merkle::prove_consistency(earlier, later, rows());
}

Result<SignedHead> Journal::verify(BytesView policy_hash) {
  const merkle::Frontier tip = frontier();
  ASSIGN_OR_RETURN(auto heads, kept_heads(tip.size() + 1));
  ASSIGN_OR_RETURN(auto given, load_given());
  if (given && given->head.entries <= tip.size()) heads.push_back(*std::move(given));
  std::ranges::sort(heads, {}, [](const SignedHead& h) { return h.head.entries; });
  HeadsChecked checked(heads, ground_.organization, public_key_);
  merkle::Frontier seen;
  if (auto fits = checked.at(seen); !fits) return std::unexpected(fits.error());
  auto cursor = ground_.database.cursor(kv::Family::kJournal);
  for (cursor.seek({}); seen.size() < tip.size(); cursor.next()) {
    const std::uint64_t number = seen.size() + 1;
    if (!cursor.valid()) {
      if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
      return misfit(number);
    }
    if (cursor.key() != ByteWriter().u64(number).view()) return misfit(number);
    ASSIGN_OR_RETURN(const Kept kept, open_value(number, cursor.value()));
    if (seen.append(merkle::leaf_hash(kept.encoded)) != kept.row) return misfit(number);
    if (auto fits = checked.at(seen); !fits) return std::unexpected(fits.error());
  }
  if (seen.root() != tip.root()) return misfit(tip.size());
  const Lock lock(mutex_);
  return give(tip, policy_hash);
}

Result<void> Journal::write_export(std::uint64_t from, std::uint64_t to, BytesView policy_hash,
                                   const ExportLine& line) {
  constexpr std::uint64_t kAtOnce = 1'000;
  ASSIGN_OR_RETURN(const SignedHead newest, give_head(policy_hash));
  const std::uint64_t entries = newest.head.entries;
  to = std::min(to, entries);
  if (from == 0 || from > to + 1) {
    return fail(
        ErrorKind::kInvalid,
        fmt::format("the journal has entries 1 to {}, none from {} to {}", entries, from, to));
  }
  ASSIGN_OR_RETURN(const auto earlier, kept_heads(entries));
  if (auto told = line(export_line({ground_.organization, from, to, earlier.size()})); !told) {
    return told;
  }
  if (auto told = line(export_line(newest)); !told) return told;
  for (const SignedHead& head : earlier) {
    ASSIGN_OR_RETURN(const auto proof, prove_growth(head.head.entries, entries));
    if (auto told = line(export_line(head, proof)); !told) return told;
  }
  while (from <= to) {
    ASSIGN_OR_RETURN(const auto page, read(from, std::min(kAtOnce, to - from + 1)));
    if (page.empty()) return misfit(from);
    for (const JournalEntry& entry : page) {
      if (entry.number != from) return misfit(from);
      ASSIGN_OR_RETURN(const auto proof, prove_entry(from++, entries));
      if (auto told = line(export_line(entry, proof)); !told) return told;
    }
  }
  return {};
}

}  // namespace heed::silo

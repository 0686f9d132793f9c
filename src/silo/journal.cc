#include "silo/journal.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/json.h"
#include "policy/language/utf8.h"
#include "silo/rulings.h"

namespace heed::silo {
namespace {

constexpr BytesView kTipKey = "journal.tip";
constexpr BytesView kHeadPrefix = "journal.head.";
constexpr BytesView kGivenKey = "journal.given";

Bytes entry_key(std::uint64_t number) {
  return ByteWriter().u64(number).take();
}

Bytes head_key(std::uint64_t entries) {
  return ByteWriter().raw(kHeadPrefix).u64(entries).take();
}

SealContext context(kv::Family family, BytesView key) {
  return {family, key, kJournalKind, SubjectId(), {}, 0};
}

Bytes encode_tip(const merkle::Frontier& frontier) {
  ByteWriter out;
  out.u64(frontier.size());
  for (const merkle::Hash& peak : frontier.peaks()) out.raw(peak);
  return out.take();
}

Result<merkle::Frontier> decode_tip(BytesView bytes) {
  ByteReader in(bytes);
  const std::uint64_t entries = in.u64();
  std::vector<merkle::Hash> peaks;
  while (in.ok() && !in.finished()) peaks.emplace_back(in.raw(merkle::kHashSize));
  if (!in.ok()) return fail(ErrorKind::kCorrupt, "the tip of the journal is damaged");
  return merkle::Frontier::restore(entries, std::move(peaks));
}

/// An export is JSON, which has no other texts.
bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const policy::Character next = policy::character_at(text, at);
    if (!next.valid) return false;
    at += next.length;
  }
  return true;
}

Result<void> check(const Journal::NewEntry& entry) {
  const auto fits = [](std::string_view word) {
    return !word.empty() && word.size() <= Journal::kLongestWord && is_utf8(word);
  };
  if (!fits(entry.actor) || !fits(entry.what)) {
    return fail(ErrorKind::kInvalid,
                "a journal entry's actor and what have 1 to 128 bytes of UTF-8");
  }
  if (entry.sealed_subject.size() > Journal::kLongestSubject) {
    return fail(ErrorKind::kInvalid, "a journal entry's sealed subject has at most 512 bytes");
  }
  if (entry.detail.size() > Journal::kLongestDetail) {
    return fail(ErrorKind::kInvalid, "a journal entry's detail has at most 4,096 bytes");
  }
  const auto json = Json::parse(entry.detail);
  if (!json || json->object() == nullptr) {
    return fail(ErrorKind::kInvalid, "a journal entry's detail is not a JSON object");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Ground ground, SigningKey key) {
  auto journal = std::make_unique<Journal>(Opened{}, ground, std::move(key));
  if (auto loaded = journal->load_tip(); !loaded) return std::unexpected(loaded.error());
  return journal;
}

Result<void> Journal::load_tip() {
  const Lock lock(mutex_);
  ASSIGN_OR_RETURN(const auto stored, ground_.database.get(kv::Family::kMeta, kTipKey));
  if (!stored) return {};
  ASSIGN_OR_RETURN(const Bytes tip,
                   ground_.sealer.open(context(kv::Family::kMeta, kTipKey), *stored));
  ASSIGN_OR_RETURN(frontier_, decode_tip(tip));
  // A damaged entry or head is told by verify(); the silo serves on.
  if (const auto last = read(frontier_.size(), 1); last && !last->empty()) {
    last_entry_ = last->front().at;
  }
  const auto given = load_given();
  if (given && *given) last_signed_ = (*given)->head.time;
  auto cursor = ground_.database.cursor(kv::Family::kMeta);
  cursor.seek_back(head_key(frontier_.size()));
  if (!cursor.valid() || !cursor.key().starts_with(kHeadPrefix)) return cursor.status();
  const auto newest = decode_head(cursor.value());
  if (!newest) return {};
  kept_entries_ = newest->head.entries;
  kept_at_ = newest->head.time;
  last_signed_ = std::max(last_signed_, kept_at_);
  return {};
}

Result<std::optional<SignedHead>> Journal::load_given() const {
  ASSIGN_OR_RETURN(const auto stored, ground_.database.get(kv::Family::kMeta, kGivenKey));
  if (!stored) return std::nullopt;
  ASSIGN_OR_RETURN(SignedHead given, decode_head(*stored));
  return given;
}

Result<void> Journal::append(std::span<const NewEntry> entries, kv::Sync sync) {
  auto appended = append_all(entries, sync);
  if (!appended) return std::unexpected(std::move(appended).error());
  return {};
}

Result<std::uint64_t> Journal::append_all(std::span<const NewEntry> entries, kv::Sync sync) {
  for (const NewEntry& entry : entries) {
    if (auto fits = check(entry); !fits) return std::unexpected(fits.error());
  }
  const Lock lock(mutex_);
  merkle::Frontier next = frontier_;
  kv::Changes changes;
  // The wall clock may step back; the journal's time may not.
  const Time at = std::max(last_entry_, ground_.clock.now());
  for (const NewEntry& entry : entries) {
    if (auto added = add(entry, at, next, changes); !added) return std::unexpected(added.error());
  }
  ASSIGN_OR_RETURN(const Bytes tip,
                   ground_.sealer.seal(context(kv::Family::kMeta, kTipKey), encode_tip(next)));
  changes.put(kv::Family::kMeta, kTipKey, tip);
  if (auto written = ground_.database.write(changes, sync); !written) {
    return std::unexpected(written.error());
  }
  frontier_ = std::move(next);
  last_entry_ = at;
  if (sync == kv::Sync::kYes) durable_entries_ = frontier_.size();
  return frontier_.size();
}

Result<void> Journal::add(const NewEntry& entry, Time at, merkle::Frontier& frontier,
                          kv::Changes& changes) const {
  const std::uint64_t number = frontier.size() + 1;
  const Bytes encoded = encode_entry({number, at, std::string(entry.actor), std::string(entry.what),
                                      std::string(entry.detail), Bytes(entry.sealed_subject)});
  const Bytes key = entry_key(number);
  ASSIGN_OR_RETURN(const Bytes sealed,
                   ground_.sealer.seal(context(kv::Family::kJournal, key), encoded));
  changes.put(kv::Family::kJournal, key, frontier.append(merkle::leaf_hash(encoded)) + sealed);
  return entry.beside ? entry.beside(number, changes) : Result<void>();
}

Result<std::vector<JournalEntry>> Journal::read(std::uint64_t from, std::size_t limit) const {
  std::vector<JournalEntry> entries;
  auto cursor = ground_.database.cursor(kv::Family::kJournal);
  for (cursor.seek(entry_key(from)); cursor.valid() && entries.size() < limit; cursor.next()) {
    ASSIGN_OR_RETURN(Kept kept, open_value(ByteReader(cursor.key()).u64(), cursor.value()));
    entries.push_back(std::move(kept.entry));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return entries;
}

Result<Journal::Kept> Journal::open_value(std::uint64_t number, BytesView value) const {
  const std::size_t row = merkle::row_size(number - 1);
  if (number == 0 || value.size() < row) return misfit(number);
  const Bytes key = entry_key(number);
  auto encoded = ground_.sealer.open(context(kv::Family::kJournal, key), value.substr(row));
  if (!encoded) return misfit(number);
  auto entry = decode_entry(*encoded);
  if (!entry || entry->number != number) return misfit(number);
  return Kept{Bytes(value.substr(0, row)), *std::move(encoded), *std::move(entry)};
}

std::unexpected<Error> Journal::misfit(std::uint64_t number) {
  return fail(ErrorKind::kCorrupt,
              fmt::format("entry {} of the journal does not fit its tree", number),
              "compare with a backup: the journal was changed or damaged");
}

std::uint64_t Journal::entries() const {
  return frontier().size();
}

merkle::Frontier Journal::frontier() const {
  const Lock lock(mutex_);
  return frontier_;
}

Result<SignedHead> Journal::give_head(BytesView policy_hash) {
  const Lock lock(mutex_);
  return give(frontier_, policy_hash);
}

Result<SignedHead> Journal::give(const merkle::Frontier& frontier, BytesView policy_hash) {
  SignedHead head = sign(frontier, policy_hash);
  const auto sync = frontier.size() > durable_entries_ ? kv::Sync::kYes : kv::Sync::kNo;
  const auto written = ground_.database.write(
      kv::Changes().put(kv::Family::kMeta, kGivenKey, encode_head(head)), sync);
  if (!written) return std::unexpected(written.error());
  // A sync takes what was written before with it.
  durable_entries_ = std::max(durable_entries_, frontier.size());
  return head;
}

SignedHead Journal::sign(const merkle::Frontier& frontier, BytesView policy_hash) {
  // The wall clock may step back; a head's time may not.
  last_signed_ = std::max(last_signed_, ground_.clock.now());
  return sign_head(
      {ground_.organization, frontier.size(), frontier.root(), last_signed_, Bytes(policy_hash)},
      key_);
}

Result<void> Journal::keep_head(BytesView policy_hash) {
  const Lock lock(mutex_);
  return keep(policy_hash);
}

Result<void> Journal::keep_head_now_and_then(BytesView policy_hash) {
  const Lock lock(mutex_);
  if (kept_entries_ > 0 && ground_.clock.now() < kept_at_ + kHeadEvery) return {};
  return keep(policy_hash);
}

Result<void> Journal::keep(BytesView policy_hash) {
  if (frontier_.size() <= kept_entries_) return {};
  const SignedHead now = sign(frontier_, policy_hash);
  const auto written = ground_.database.write(
      kv::Changes().put(kv::Family::kMeta, head_key(now.head.entries), encode_head(now)),
      kv::Sync::kNo);
  if (!written) return written;
  kept_entries_ = now.head.entries;
  kept_at_ = now.head.time;
  return {};
}

Result<std::vector<SignedHead>> Journal::kept_heads(std::uint64_t below) const {
  std::vector<SignedHead> heads;
  auto cursor = ground_.database.cursor(kv::Family::kMeta);
  for (cursor.seek(kHeadPrefix); cursor.valid() && cursor.key() < head_key(below); cursor.next()) {
    ASSIGN_OR_RETURN(SignedHead head, decode_head(cursor.value()));
    heads.push_back(std::move(head));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return heads;
}

}  // namespace heed::silo

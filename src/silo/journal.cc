#include "silo/journal.h"

#include <fmt/core.h>

#include "base/crypto.h"
#include "base/json.h"
#include "silo/declarations.h"

namespace heed::silo {
namespace {

constexpr BytesView kHeadKey = "journal.head";
constexpr std::size_t kHashSize = 32;

Bytes chain_hash(BytesView previous, BytesView entry) {
  return sha256(ByteWriter().raw(previous).raw(entry).take());
}

Bytes entry_key(std::uint64_t number) {
  return ByteWriter().u64(number).take();
}

SealContext context(kv::Family family, BytesView key) {
  return {family, key, kJournalKind, SubjectId(), {}};
}

Bytes encode(const JournalEntry& entry) {
  return ByteWriter()
      .u64(entry.number)
      .i64(entry.at.nanoseconds())
      .sized(entry.actor)
      .sized(entry.what)
      .sized(entry.detail)
      .take();
}

std::unexpected<Error> misfit(std::uint64_t number) {
  return fail(ErrorKind::kCorrupt,
              fmt::format("entry {} of the journal does not fit the chain", number),
              "compare with a backup: the journal was changed or damaged");
}

Result<JournalEntry> decode(BytesView bytes, BytesView hash) {
  ByteReader in(bytes);
  JournalEntry entry;
  entry.number = in.u64();
  entry.at = Time::from_nanoseconds(in.i64());
  entry.actor = in.sized();
  entry.what = in.sized();
  entry.detail = in.sized();
  entry.hash = hash;
  if (!in.finished()) return misfit(entry.number);
  return entry;
}

Result<void> check(std::string_view actor, std::string_view what, std::string_view detail) {
  const auto fits = [](std::string_view word) {
    return !word.empty() && word.size() <= Journal::kLongestWord;
  };
  if (!fits(actor) || !fits(what)) {
    return fail(ErrorKind::kInvalid, "a journal entry's actor and what have 1 to 128 bytes");
  }
  if (detail.size() > Journal::kLongestDetail) {
    return fail(ErrorKind::kInvalid, "a journal entry's detail has at most 4,096 bytes");
  }
  const auto json = Json::parse(detail);
  if (!json || json->object() == nullptr) {
    return fail(ErrorKind::kInvalid, "a journal entry's detail is not a JSON object");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(kv::Database& database, Sealer& sealer,
                                               const Clock& clock) {
  auto journal = std::make_unique<Journal>(Opened{}, database, sealer, clock);
  if (auto loaded = journal->load_head(); !loaded) return std::unexpected(loaded.error());
  return journal;
}

Result<void> Journal::load_head() {
  const Lock lock(mutex_);
  head_.hash = Bytes(kHashSize, '\0');
  ASSIGN_OR_RETURN(const auto stored, database_.get(kv::Family::kMeta, kHeadKey));
  if (!stored) return {};
  ASSIGN_OR_RETURN(const Bytes head, sealer_.open(context(kv::Family::kMeta, kHeadKey), *stored));
  ByteReader in(head);
  head_.entries = in.u64();
  head_.hash = in.raw(kHashSize);
  if (!in.finished()) return fail(ErrorKind::kCorrupt, "the head of the journal is damaged");
  return {};
}

Result<void> Journal::append(std::string_view actor, std::string_view what,
                             std::string_view detail_json, kv::Sync sync) {
  if (auto fits = check(actor, what, detail_json); !fits) return fits;
  const Lock lock(mutex_);
  const JournalEntry entry{head_.entries + 1,        clock_.now(),
                           std::string(actor),       std::string(what),
                           std::string(detail_json), {}};
  const Bytes encoded = encode(entry);
  const JournalHead next{entry.number, chain_hash(head_.hash, encoded)};
  const Bytes key = entry_key(entry.number);
  ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(kv::Family::kJournal, key), encoded));
  ASSIGN_OR_RETURN(const Bytes head,
                   sealer_.seal(context(kv::Family::kMeta, kHeadKey),
                                ByteWriter().u64(next.entries).raw(next.hash).view()));
  const auto written = database_.write(kv::Changes()
                                           .put(kv::Family::kJournal, key, next.hash + sealed)
                                           .put(kv::Family::kMeta, kHeadKey, head),
                                       sync);
  if (written) head_ = next;
  return written;
}

Result<std::vector<JournalEntry>> Journal::read(std::uint64_t from, std::size_t limit) const {
  std::vector<JournalEntry> entries;
  auto cursor = database_.cursor(kv::Family::kJournal);
  for (cursor.seek(entry_key(from)); cursor.valid() && entries.size() < limit; cursor.next()) {
    const BytesView value = cursor.value();
    if (value.size() < kHashSize) return misfit(ByteReader(cursor.key()).u64());
    ASSIGN_OR_RETURN(const Bytes encoded, sealer_.open(context(kv::Family::kJournal, cursor.key()),
                                                       value.substr(kHashSize)));
    ASSIGN_OR_RETURN(JournalEntry entry, decode(encoded, value.substr(0, kHashSize)));
    entries.push_back(std::move(entry));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return entries;
}

Result<JournalHead> Journal::verify() const {
  constexpr std::size_t kAtOnce = 1'000;
  const JournalHead head = this->head();
  JournalHead seen{0, Bytes(kHashSize, '\0')};
  while (seen.entries < head.entries) {
    const std::uint64_t next = seen.entries + 1;
    const auto entries = read(next, std::min<std::uint64_t>(kAtOnce, head.entries - seen.entries));
    if (!entries && entries.error().kind != ErrorKind::kCorrupt) {
      return std::unexpected(entries.error());
    }
    // One that does not open: find it by reading singly.
    const auto checked = entries ? entries : read(next, 1);
    if (!checked || checked->empty()) return misfit(next);
    for (const JournalEntry& entry : *checked) {
      const Bytes hash = chain_hash(seen.hash, encode(entry));
      if (entry.number != seen.entries + 1 || hash != entry.hash) return misfit(seen.entries + 1);
      seen = {entry.number, hash};
    }
  }
  if (seen.hash != head.hash) return misfit(head.entries);
  return head;
}

JournalHead Journal::head() const {
  const Lock lock(mutex_);
  return head_;
}

}  // namespace heed::silo

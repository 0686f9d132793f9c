#include "silo/disclosures.h"

#include <algorithm>
#include <map>
#include <set>

#include "silo/rulings.h"

namespace heed::silo {
namespace {

constexpr kv::Family kFamily = kv::Family::kIndexes;
constexpr BytesView kRecallPrefix = "recall.";
constexpr BytesView kLastRecallKey = "recalls";
constexpr std::size_t kIdSize = 16;
constexpr std::size_t kBatch = 1'000;

Bytes subject_prefix(SubjectId subject) {
  return "d" + subject.bytes();
}

Bytes line_key(SubjectId subject, std::uint64_t entry) {
  return ByteWriter().raw(subject_prefix(subject)).u64(entry).take();
}

SubjectId subject_in(BytesView line_key) {
  return SubjectId::from_bytes(line_key.substr(1, kIdSize)).value_or(SubjectId());
}

std::uint64_t entry_in(BytesView line_key) {
  return ByteReader(line_key.substr(1 + kIdSize)).u64();
}

Bytes recall_key(std::uint64_t number) {
  return ByteWriter().raw(kRecallPrefix).u64(number).take();
}

SealContext of_line(BytesView key, BytesView beside, std::uint32_t slot) {
  return {kFamily, key, kJournalKind, subject_in(key), beside, 0, slot};
}

SealContext meta(BytesView key) {
  return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
}

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.varint(texts.size());
  for (const std::string& text : texts) out.sized(text);
}

std::vector<std::string> read_texts(ByteReader& in) {
  std::vector<std::string> texts;
  for (std::uint64_t count = in.varint(); count > 0 && in.ok(); --count) {
    texts.emplace_back(in.sized());
  }
  return texts;
}

Bytes encode_body(const Disclosed& told) {
  ByteWriter out;
  out.i64(told.at.nanoseconds())
      .sized(told.party)
      .sized(told.purpose)
      .sized(told.kind)
      .sized(told.record);
  write_texts(out, told.fields);
  write_texts(out, told.clauses);
  return out.varint(told.stripped).sized(told.contract).u8(told.notify_subject ? 1 : 0).take();
}

bool decode_body(BytesView bytes, Disclosed& told) {
  ByteReader in(bytes);
  told.at = Time::from_nanoseconds(in.i64());
  told.party = in.sized();
  told.purpose = in.sized();
  told.kind = in.sized();
  told.record = in.sized();
  told.fields = read_texts(in);
  told.clauses = read_texts(in);
  told.stripped = in.varint();
  told.contract = in.sized();
  told.notify_subject = in.u8() != 0;
  return in.finished();
}

Bytes encode(const Recall& recall) {
  ByteWriter out;
  out.i64(recall.at.nanoseconds())
      .sized(recall.recipient)
      .u8(static_cast<std::uint8_t>(recall.why))
      .sized(recall.contract)
      .varint(recall.packages.size());
  for (const PackageId package : recall.packages) out.raw(package.bytes());
  return out.take();
}

Result<Recall> decode(std::uint64_t number, BytesView bytes) {
  ByteReader in(bytes);
  Recall recall;
  recall.number = number;
  recall.at = Time::from_nanoseconds(in.i64());
  recall.recipient = in.sized();
  recall.why = static_cast<Recall::Why>(in.u8());
  recall.contract = in.sized();
  for (std::uint64_t count = in.varint(); count > 0 && in.ok(); --count) {
    recall.packages.push_back(PackageId::from_bytes(in.raw(kIdSize)).value_or(PackageId()));
  }
  if (!in.finished() || name_of(recall.why).empty()) {
    return fail(ErrorKind::kCorrupt, "a recall does not decode");
  }
  return recall;
}

std::unexpected<Error> misfit() {
  return fail(ErrorKind::kCorrupt, "a line of the disclosure ledger does not decode",
              "restore this silo from a backup");
}

}  // namespace

struct Disclosures::Front {
  std::string recipient;
  PackageId package;
  Bytes sealed;    ///< As it lies there: the body is bound to it.
  BytesView body;  ///< Sealed.
};

std::string_view name_of(Recall::Why why) {
  switch (why) {
    case Recall::Why::kErased: return "erased";
    case Recall::Why::kOptedOut: return "opted_out";
    case Recall::Why::kContractEnded: return "contract_ended";
  }
  return {};
}

Result<void> Disclosures::load() {
  const Lock lock(mutex_);
  ASSIGN_OR_RETURN(const auto last, ground_.database.get(kv::Family::kMeta, kLastRecallKey));
  if (last) last_recall_ = ByteReader(*last).u64();
  return {};
}

Bytes Disclosures::recipient_key(std::string_view recipient) const {
  // The journal's own kind has no records, so no record's hash is the same.
  return "v" + ground_.marks.of_record(kJournalKind, recipient);
}

Result<void> Disclosures::put(const Disclosed& disclosed, kv::Changes& changes) {
  std::uint32_t slot = 0;
  if (!disclosed.subject.is_nil()) {
    ASSIGN_OR_RETURN(slot, ground_.subjects.slot_for(disclosed.subject));
  }
  const Bytes key = line_key(disclosed.subject, disclosed.entry);
  const Bytes told = ByteWriter().sized(disclosed.recipient).raw(disclosed.package.bytes()).take();
  ASSIGN_OR_RETURN(const Bytes front, ground_.sealer.seal(of_line(key, {}, 0), told));
  ASSIGN_OR_RETURN(const Bytes body,
                   ground_.sealer.seal(of_line(key, front, slot), encode_body(disclosed)));
  changes.put(kFamily, key, ByteWriter().sized(front).raw(body).view());
  changes.put(kFamily,
              ByteWriter()
                  .raw(recipient_key(disclosed.recipient))
                  .u64(disclosed.entry)
                  .raw(disclosed.subject.bytes())
                  .view(),
              {});
  return {};
}

Result<Disclosures::Front> Disclosures::front_of(BytesView key, BytesView value) const {
  ByteReader in(value);
  Front front;
  front.sealed = in.sized();
  front.body = in.rest();
  if (!in.ok()) return misfit();
  ASSIGN_OR_RETURN(const Bytes told, ground_.sealer.open(of_line(key, {}, 0), front.sealed));
  ByteReader read(told);
  front.recipient = read.sized();
  front.package = PackageId::from_bytes(read.raw(kIdSize)).value_or(PackageId());
  if (!read.finished()) return misfit();
  return front;
}

/// Nothing if the person has been erased and is not cleaned up yet.
Result<std::optional<Disclosed>> Disclosures::line(BytesView key, BytesView value) const {
  ASSIGN_OR_RETURN(Front front, front_of(key, value));
  const auto body = ground_.sealer.open(of_line(key, front.sealed, 0), front.body);
  if (!body && body.error().kind == ErrorKind::kNotFound) return std::optional<Disclosed>();
  if (!body) return std::unexpected(body.error());
  Disclosed told;
  told.entry = entry_in(key);
  told.subject = subject_in(key);
  told.recipient = std::move(front.recipient);
  told.package = front.package;
  if (!decode_body(*body, told)) return misfit();
  return std::optional(std::move(told));
}

Result<std::vector<Disclosed>> Disclosures::of(SubjectId subject, std::uint64_t from,
                                               std::size_t limit) const {
  std::vector<Disclosed> all;
  const Bytes prefix = subject_prefix(subject);
  auto cursor = ground_.database.cursor(kFamily);
  for (cursor.seek(line_key(subject, from));
       cursor.valid() && cursor.key().starts_with(prefix) && all.size() < limit; cursor.next()) {
    ASSIGN_OR_RETURN(auto told, line(cursor.key(), cursor.value()));
    if (told) all.push_back(*std::move(told));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return all;
}

Result<std::vector<Disclosed>> Disclosures::to(std::string_view recipient, std::uint64_t from,
                                               std::size_t limit) const {
  std::vector<Disclosed> all;
  const Bytes prefix = recipient_key(recipient);
  auto cursor = ground_.database.cursor(kFamily);
  for (cursor.seek(ByteWriter().raw(prefix).u64(from).view());
       cursor.valid() && cursor.key().starts_with(prefix) && all.size() < limit; cursor.next()) {
    ByteReader in(cursor.key().substr(prefix.size()));
    const std::uint64_t entry = in.u64();
    const SubjectId subject = SubjectId::from_bytes(in.rest()).value_or(SubjectId());
    const Bytes key = line_key(subject, entry);
    ASSIGN_OR_RETURN(const auto value, ground_.database.get(kFamily, key));
    if (!value) continue;  // removed since the cursor was made
    ASSIGN_OR_RETURN(auto told, line(key, *value));
    if (told) all.push_back(*std::move(told));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return all;
}

Result<std::uint64_t> Disclosures::recall(SubjectId subject, Recall::Why why) {
  return tell(subject, why, /*and_forget=*/false);
}

Result<std::uint64_t> Disclosures::forget(SubjectId subject) {
  return tell(subject, Recall::Why::kErased, /*and_forget=*/true);
}

// Notices and the removal of their lines are one batch: nobody is told twice, and nobody not at
// all, however often it is begun.
Result<std::uint64_t> Disclosures::tell(SubjectId subject, Recall::Why why, bool and_forget) {
  std::set<std::string> told;
  const Bytes prefix = subject_prefix(subject);
  for (Bytes from = prefix;;) {
    std::map<std::string, std::vector<PackageId>> packages;
    kv::Changes changes;
    std::size_t lines = 0;
    auto cursor = ground_.database.cursor(kFamily);
    for (cursor.seek(from); cursor.valid() && cursor.key().starts_with(prefix) && lines < kBatch;
         cursor.next()) {
      const Bytes key(cursor.key());
      ++lines;
      from = key + '\0';
      ASSIGN_OR_RETURN(const Front front, front_of(key, cursor.value()));
      packages[front.recipient].push_back(front.package);
      if (!and_forget) continue;
      changes.remove(kFamily, key);
      changes.remove(kFamily, ByteWriter()
                                  .raw(recipient_key(front.recipient))
                                  .u64(entry_in(key))
                                  .raw(subject.bytes())
                                  .view());
    }
    if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
    for (auto& [recipient, theirs] : packages) {
      told.insert(recipient);
      Recall recall{0, ground_.clock.now(), recipient, why, {}, std::move(theirs)};
      if (auto put = put_recall(std::move(recall), changes); !put) {
        return std::unexpected(put.error());
      }
    }
    if (changes.empty()) return told.size();
    // An erasure syncs what it did at its end.
    if (auto written = ground_.database.write(changes, and_forget ? kv::Sync::kNo : kv::Sync::kYes);
        !written) {
      return std::unexpected(written.error());
    }
  }
}

Result<void> Disclosures::put_recall(Recall recall, kv::Changes& changes) {
  ASSIGN_OR_RETURN(recall.number, next_recall());
  const Bytes key = recall_key(recall.number);
  ASSIGN_OR_RETURN(const Bytes sealed, ground_.sealer.seal(meta(key), encode(recall)));
  changes.put(kv::Family::kMeta, key, sealed);
  return {};
}

// Written before it is used, in the order of numbers: one that a crash loses is passed over.
Result<std::uint64_t> Disclosures::next_recall() {
  const Lock lock(mutex_);
  const std::uint64_t next = last_recall_ + 1;
  if (auto written = ground_.database.write(
          kv::Changes().put(kv::Family::kMeta, kLastRecallKey, ByteWriter().u64(next).view()),
          kv::Sync::kNo);
      !written) {
    return std::unexpected(written.error());
  }
  last_recall_ = next;
  return next;
}

Result<std::vector<Recall>> Disclosures::recalls(std::uint64_t after, std::size_t limit) const {
  std::vector<Recall> all;
  auto cursor = ground_.database.cursor(kv::Family::kMeta);
  for (cursor.seek(recall_key(after) + '\0');
       cursor.valid() && cursor.key().starts_with(kRecallPrefix) && all.size() < limit;
       cursor.next()) {
    ASSIGN_OR_RETURN(const Bytes opened, ground_.sealer.open(meta(cursor.key()), cursor.value()));
    const std::uint64_t number = ByteReader(cursor.key().substr(kRecallPrefix.size())).u64();
    ASSIGN_OR_RETURN(Recall recall, decode(number, opened));
    all.push_back(std::move(recall));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return all;
}

Result<bool> Disclosures::settle(std::uint64_t number) {
  const Bytes key = recall_key(number);
  ASSIGN_OR_RETURN(const auto known, ground_.database.get(kv::Family::kMeta, key));
  if (!known) return false;
  if (auto written =
          ground_.database.write(kv::Changes().remove(kv::Family::kMeta, key), kv::Sync::kNo);
      !written) {
    return std::unexpected(written.error());
  }
  return true;
}

}  // namespace heed::silo

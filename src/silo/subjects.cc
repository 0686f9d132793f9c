#include "silo/subjects.h"

#include <map>

namespace heed::silo {
namespace {

constexpr kv::Family kFamily = kv::Family::kSubjects;
/// Slots kept at hand.
constexpr std::size_t kSlotsAtHand = 65'536;

struct ErasedRow {
  Erasure erasure;
  bool cleaned = false;
};

Result<ErasedRow> read_erased(BytesView key, BytesView value) {
  ByteReader name(key.substr(1));
  ByteReader in(value);
  ErasedRow row;
  row.erasure.number = name.u64();
  row.erasure.slot = in.u32();
  row.erasure.tag = in.raw(SubjectKeys::kTagSize);
  row.erasure.at = Time::from_nanoseconds(in.i64());
  row.cleaned = in.u8() != 0;
  if (!name.finished() || !in.finished()) {
    return fail(ErrorKind::kCorrupt, "an entry of the erasure ledger does not decode",
                "restore this silo from a backup");
  }
  return row;
}

}  // namespace

Bytes Subjects::erased_key(const Erasure& erasure) {
  return ByteWriter().raw("e").u64(erasure.number).take();
}

Bytes Subjects::erased_row(const Erasure& erasure, bool cleaned) {
  return ByteWriter()
      .u32(erasure.slot)
      .raw(erasure.tag)
      .i64(erasure.at.nanoseconds())
      .u8(cleaned ? 1 : 0)
      .take();
}

Result<void> Subjects::load() {
  if (auto loaded = load_erasures(); !loaded) return loaded;
  ASSIGN_OR_RETURN(const auto left, rows_left());
  for (const auto& [subject, number] : left) leave(subject);
  const Lock lock(mutex_);
  auto cursor = database_.cursor(kFamily);
  for (cursor.seek("r"); cursor.valid() && cursor.key().starts_with("r"); cursor.next()) {
    if (const auto subject = SubjectId::from_bytes(cursor.key().substr(1))) {
      restricted_.insert(*subject);
    }
  }
  any_restricted_ = !restricted_.empty();
  return cursor.status();
}

// A ring that was restored from its backup has keys again that were erased since: they go again.
Result<void> Subjects::load_erasures() {
  auto cursor = database_.cursor(kFamily);
  for (cursor.seek("e"); cursor.valid() && cursor.key().starts_with("e"); cursor.next()) {
    ASSIGN_OR_RETURN(const ErasedRow row, read_erased(cursor.key(), cursor.value()));
    if (auto erased = keys_.erase_again(row.erasure); !erased) return erased;
  }
  return cursor.status();
}

Result<std::uint32_t> Subjects::slot_for(SubjectId subject) {
  if (is_locked(subject)) {
    return fail(ErrorKind::kConflict, "whom this is about has gone, and may come back",
                "nothing is stored about them until they come back with their code");
  }
  const Lock lock(mutex_);
  if (const auto known = slots_.find(subject); known != slots_.end()) return known->second;
  if (keys_.is_erased(subject)) {
    return fail(ErrorKind::kConflict, "whom this is about has been erased",
                "if they come back, they come as somebody new, under another id");
  }
  const Bytes key = alive_key(subject);
  ASSIGN_OR_RETURN(const auto row, database_.get(kFamily, key));
  std::uint32_t slot = 0;
  if (row) {
    slot = ByteReader(*row).u32();
  } else {
    ASSIGN_OR_RETURN(slot, keys_.take());
    // Not synced: the log keeps the order, so what is sealed under the key comes after it.
    if (auto written = database_.write(
            kv::Changes().put(kFamily, key, ByteWriter().u32(slot).view()), kv::Sync::kNo);
        !written) {
      return std::unexpected(written.error());
    }
  }
  if (slots_.size() >= kSlotsAtHand) slots_.clear();
  slots_.emplace(subject, slot);
  return slot;
}

Result<std::optional<std::uint32_t>> Subjects::find(SubjectId subject) const {
  const Lock lock(mutex_);
  if (const auto known = slots_.find(subject); known != slots_.end()) return known->second;
  if (keys_.is_erased(subject)) return std::optional<std::uint32_t>();
  ASSIGN_OR_RETURN(const auto row, database_.get(kFamily, alive_key(subject)));
  if (!row) return std::optional<std::uint32_t>();
  return std::optional(ByteReader(*row).u32());
}

Result<std::optional<std::int32_t>> Subjects::locked_until(SubjectId subject) const {
  if (!keys_.any_locked()) return std::optional<std::int32_t>();
  ASSIGN_OR_RETURN(const auto slot, find(subject));
  return slot ? keys_.locked_until(*slot) : std::optional<std::int32_t>();
}

Result<std::vector<SubjectId>> Subjects::stayed_away(std::int32_t today) const {
  std::vector<SubjectId> all;
  if (!keys_.any_locked()) return all;
  auto cursor = database_.cursor_within(kFamily, "a");
  for (cursor.seek("a"); cursor.valid() && cursor.key().starts_with("a"); cursor.next()) {
    const auto subject = SubjectId::from_bytes(cursor.key().substr(1));
    const auto until = keys_.locked_until(ByteReader(cursor.value()).u32());
    if (subject && until && *until < today) all.push_back(*subject);
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return all;
}

Result<std::optional<Erasure>> Subjects::erase(SubjectId subject, Time at) {
  ASSIGN_OR_RETURN(const auto slot, find(subject));
  if (!slot) return std::optional<Erasure>();
  leave(subject);
  ASSIGN_OR_RETURN(Erasure erasure, keys_.erase(*slot, keys_.tag_of(subject), at));
  {
    const Lock lock(mutex_);
    slots_.erase(subject);
  }
  return std::optional(std::move(erasure));
}

Result<std::vector<Subjects::Unclean>> Subjects::unclean() {
  std::map<std::uint64_t, Unclean> open;
  std::map<Bytes, std::uint64_t> numbers;
  for (Erasure& erasure : keys_.erasures()) {
    const auto row = database_.get(kFamily, erased_key(erasure));
    if (!row) return std::unexpected(row.error());
    if (row->has_value()) {
      ASSIGN_OR_RETURN(const ErasedRow known, read_erased(erased_key(erasure), **row));
      if (known.cleaned) continue;
    }
    numbers.emplace(erasure.tag, erasure.number);
    open.emplace(erasure.number, Unclean{std::move(erasure), {}});
  }
  std::vector<Unclean> all;
  if (open.empty()) return all;
  std::vector<std::pair<std::uint32_t, Erasure>> others;
  auto cursor = database_.cursor(kFamily);
  for (cursor.seek("a"); cursor.valid() && cursor.key().starts_with("a"); cursor.next()) {
    const auto subject = SubjectId::from_bytes(cursor.key().substr(1));
    if (!subject) continue;
    const auto number = numbers.find(keys_.tag_of(*subject));
    if (number == numbers.end()) continue;
    Unclean& unclean = open[number->second];
    unclean.subject = *subject;
    const std::uint32_t slot = ByteReader(cursor.value()).u32();
    if (slot != unclean.erasure.slot) others.emplace_back(slot, unclean.erasure);
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  for (const auto& [slot, told] : others) {
    ASSIGN_OR_RETURN(Erasure erasure, keys_.erase(slot, told.tag, told.at));
    const std::uint64_t number = erasure.number;
    open.emplace(number, Unclean{std::move(erasure), {}});
  }
  for (auto& [number, unclean] : open) all.push_back(std::move(unclean));
  return all;
}

void Subjects::leave(SubjectId subject) {
  const Lock lock(mutex_);
  leaving_.insert(subject);
  any_leaving_ = true;
}

void Subjects::gone(SubjectId subject) {
  const Lock lock(mutex_);
  leaving_.erase(subject);
  any_leaving_ = !leaving_.empty();
}

Result<std::vector<std::pair<SubjectId, std::uint64_t>>> Subjects::rows_left() const {
  std::vector<std::pair<SubjectId, std::uint64_t>> all;
  auto cursor = database_.cursor_within(kFamily, "l");
  for (cursor.seek("l"); cursor.valid() && cursor.key().starts_with("l"); cursor.next()) {
    const auto subject = SubjectId::from_bytes(cursor.key().substr(1));
    if (subject) all.emplace_back(*subject, ByteReader(cursor.value()).u64());
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return all;
}

void Subjects::put_cleaned(const Erasure& erasure, std::optional<SubjectId> subject,
                           bool rows_are_left, kv::Changes& changes) const {
  changes.put(kFamily, erased_key(erasure), erased_row(erasure, /*cleaned=*/true));
  if (!subject) return;
  changes.remove(kFamily, alive_key(*subject));
  changes.remove(kFamily, "r" + subject->bytes());
  if (!rows_are_left) return;
  changes.put(kFamily, leaving_key(*subject), ByteWriter().u64(erasure.number).view());
}

Result<void> Subjects::restrict(SubjectId subject, kv::Changes beside) {
  const Lock lock(mutex_);
  beside.put(kFamily, "r" + subject.bytes(), {});
  if (auto written = database_.write(beside, kv::Sync::kYes); !written) return written;
  restricted_.insert(subject);
  any_restricted_ = true;
  return {};
}

}  // namespace heed::silo

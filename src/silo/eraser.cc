#include "silo/eraser.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"
#include "silo/record_stored.h"

namespace heed::silo {
namespace {

constexpr BytesView kReceiptPrefix = "receipt.";
constexpr BytesView kPostponedPrefix = "postponed.";
constexpr BytesView kBegunPrefix = "postponing.";
constexpr BytesView kRemainsKey = "remains";
constexpr std::string_view kEngine = "engine";
/// Families that hold something of persons, each written anew by a scrub; the series see to theirs.
constexpr kv::Family kScrubbed[] = {kv::Family::kRecords, kv::Family::kDeadlines,
                                    kv::Family::kIndexes, kv::Family::kSubjects,
                                    kv::Family::kBlobs,   kv::Family::kMeta};

SealContext meta(BytesView key) {
  return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
}

Bytes receipt_key(std::uint64_t number) {
  return ByteWriter().raw(kReceiptPrefix).u64(number).take();
}

Bytes postponed_key(SubjectId subject) {
  return Bytes(kPostponedPrefix) + subject.bytes();
}

Bytes begun_key(SubjectId subject) {
  return Bytes(kBegunPrefix) + subject.bytes();
}

}  // namespace

Result<void> Eraser::load(const Rulings& rulings) {
  const Lock erasing(erasing_);
  ASSIGN_OR_RETURN(const auto since, ground_.database.get(kv::Family::kMeta, kRemainsKey));
  if (since) {
    const Lock lock(mutex_);
    remains_ = Time::from_nanoseconds(ByteReader(*since).i64());
  }
  if (auto finished = finish_all(rulings); !finished) return finished;
  std::vector<SubjectId> begun;
  auto cursor = ground_.database.cursor_within(kv::Family::kMeta, kBegunPrefix);
  for (cursor.seek(kBegunPrefix); cursor.valid() && cursor.key().starts_with(kBegunPrefix);
       cursor.next()) {
    const auto subject = SubjectId::from_bytes(cursor.key().substr(kBegunPrefix.size()));
    if (subject) begun.push_back(*subject);
  }
  if (auto walked = cursor.status(); !walked) return walked;
  for (const SubjectId subject : begun) {
    Records::Gone gone;
    if (auto left = leave_unspared(rulings, subject, gone); !left) return left;
  }
  return {};
}

Result<void> Eraser::replay(const Rulings& rulings, BytesView ledger) {
  const Lock erasing(erasing_);
  ASSIGN_OR_RETURN([[maybe_unused]] const auto erased, ground_.keys.apply_ledger(ledger));
  ground_.subjects.forget_slots();
  return finish_all(rulings);
}

Result<void> Eraser::finish_all(const Rulings& rulings) {
  ASSIGN_OR_RETURN(const auto unclean, ground_.subjects.unclean());
  for (const Erasure& erasure : ground_.keys.erasures()) ground_.sealer.forget(erasure.slot);
  for (const Subjects::Unclean& open : unclean) {
    if (open.subject) ground_.subjects.leave(*open.subject);
    auto finished = finish(rulings, open.erasure, open.subject, "replayed", kEngine);
    if (!finished) return std::unexpected(std::move(finished).error());
  }
  return {};
}

Result<std::vector<Holding>> Eraser::holdings(const Rulings& rulings, SubjectId subject) const {
  std::map<KindId, Holding> by_kind;
  Bytes after;
  for (;;) {
    ASSIGN_OR_RETURN(const auto keys, ground_.records.keys_about(subject, after, kBatch));
    for (const Bytes& key : keys) {
      const DeclaredKind* kind = rulings.find(kind_of_key(key));
      if (kind == nullptr) continue;
      ASSIGN_OR_RETURN(const auto label,
                       ground_.records.find_label(rulings, *kind, BytesView(key).substr(2)));
      if (!label) continue;
      Holding& holding = by_kind[kind->kind.id];
      holding.kind = kind->kind.id;
      holding.name = kind->kind.name;
      holding.oldest = holding.items == 0 ? label->stored : std::min(holding.oldest, label->stored);
      holding.until = std::max(holding.until, label->deadline);
      ++holding.items;
      if (label->subject != subject || !label->owners.empty()) ++holding.shared;
    }
    if (keys.size() < kBatch) break;
    after = keys.back();
  }
  ASSIGN_OR_RETURN(const auto series, ground_.series.held(subject));
  for (const auto& [id, held] : series) {
    const DeclaredKind* kind = rulings.find(id);
    if (kind == nullptr) continue;
    by_kind[id] = {id, kind->kind.name, held.samples, 0, held.oldest, held.until};
  }
  std::vector<Holding> all;
  for (auto& [kind, holding] : by_kind) all.push_back(std::move(holding));
  return all;
}

Result<std::vector<KindId>> Eraser::kinds_held(const Rulings& rulings, SubjectId subject) const {
  ASSIGN_OR_RETURN(auto kinds, ground_.records.kinds_about(rulings, subject));
  const SeriesRegistry& registry = ground_.series.registry();
  for (const SeriesId series : registry.about(subject)) {
    const auto of = registry.find(series);
    if (of && std::ranges::find(kinds, of->kind) == kinds.end()) kinds.push_back(of->kind);
  }
  return kinds;
}

Result<ErasureReceipt> Eraser::forget(const Rulings& rulings, SubjectId subject,
                                      std::string_view reason, std::string_view actor) {
  if (reason.empty() || reason.size() > kLongestReason) {
    return fail(ErrorKind::kInvalid,
                fmt::format("an erasure gives its reason in 1 to {} bytes", kLongestReason));
  }
  const Lock erasing(erasing_);
  ASSIGN_OR_RETURN(auto before, receipt_of(subject));
  if (before) return *std::move(before);
  ASSIGN_OR_RETURN(const auto slot, ground_.subjects.find(subject));
  if (!slot) return fail(ErrorKind::kNotFound, "nothing is stored about them here");
  const std::vector<Hold> holds = ground_.holds.of(subject);
  if (!holds.empty()) return postpone(rulings, subject, reason, holds);
  std::optional<Erasure> erasure;
  {
    // Nobody who writes about them is under way, and none comes after.
    const auto alone = ground_.records.locks().erasing(subject);
    ASSIGN_OR_RETURN(erasure, ground_.subjects.erase(subject, ground_.clock.now()));
    ground_.sealer.forget(*slot);
    ground_.noting.forget(subject);
  }
  require(erasure.has_value(), "who has a slot can be erased");
  return finish(rulings, *erasure, subject, reason, actor);
}

Result<ErasureReceipt> Eraser::finish(const Rulings& rulings, const Erasure& erasure,
                                      std::optional<SubjectId> subject, std::string_view reason,
                                      std::string_view actor) {
  Records::Gone gone;
  std::uint64_t recalls = 0;
  bool rows_are_left = false;
  if (subject) {
    ASSIGN_OR_RETURN(rows_are_left, clean(rulings, *subject, gone));
    if (auto cleaned = ground_.noting.clean(*subject); !cleaned) {
      return std::unexpected(cleaned.error());
    }
    ASSIGN_OR_RETURN(recalls, ground_.disclosures.forget(*subject));
  }
  // Whoever it was: the seals of series tell whose key they are under.
  ASSIGN_OR_RETURN(const auto samples, ground_.series.forget(erasure.slot));
  for (const auto& [kind, count] : samples) gone.removed[kind] += count;
  ErasureReceipt receipt;
  receipt.organization = ground_.organization;
  receipt.number = erasure.number;
  receipt.tag = to_hex(erasure.tag);
  receipt.reason = reason;
  receipt.logical = erasure.at;
  receipt.cryptographic = erasure.at;
  receipt.physical_by = erasure.at + ground_.bound;
  receipt.counts = counts_of(rulings, gone);
  receipt.recalls = recalls;
  // Not synced: what follows is, and the log keeps the order.
  ASSIGN_OR_RETURN(receipt.entry, ground_.noting.append(
                                      {actor, kErasedWord, erased_detail(receipt)}, kv::Sync::kNo));
  kv::Changes changes;
  ground_.subjects.put_cleaned(erasure, subject, rows_are_left, changes);
  if (subject) changes.remove(kv::Family::kMeta, postponed_key(*subject));
  if (subject) changes.remove(kv::Family::kMeta, begun_key(*subject));
  if (auto put = put_receipt(receipt, changes); !put) return std::unexpected(put.error());
  if (auto left = leave_remains(); !left) return std::unexpected(left.error());
  if (auto written = ground_.database.write(changes, kv::Sync::kYes); !written) {
    return std::unexpected(written.error());
  }
  if (subject && !rows_are_left) ground_.subjects.gone(*subject);
  if (ground_.erased) ground_.erased(ground_.organization);
  return receipt;
}

/// Whether rows are left that nobody can see any more.
Result<bool> Eraser::clean(const Rulings& rulings, SubjectId subject, Records::Gone& gone) {
  ASSIGN_OR_RETURN(const auto leaving, ground_.records.leaving(rulings, subject, kMostAtOnce));
  gone.removed = leaving.later;
  const std::span<const Bytes> keys = leaving.at_once;
  const Records::Spared spared = [this](const Label& label) { return ground_.holds.spare(label); };
  const Records::Going going{subject, false, spared};
  for (std::size_t i = 0; i < keys.size(); i += kBatch) {
    const auto batch = keys.subspan(i, std::min(kBatch, keys.size() - i));
    const auto holding = ground_.records.locks().all_records();
    kv::Changes changes;
    if (auto left = ground_.records.erase_from(rulings, going, batch, changes, gone); !left) {
      return std::unexpected(left.error());
    }
    if (auto written = ground_.database.write(changes, kv::Sync::kNo); !written) {
      return std::unexpected(written.error());
    }
  }
  return !leaving.later.empty();
}

Result<std::uint64_t> Eraser::remove_left(const Rulings& rulings) {
  ASSIGN_OR_RETURN(const auto left, ground_.subjects.rows_left());
  for (const auto& [subject, number] : left) {
    if (auto told = leave_remains(); !told) return std::unexpected(told.error());
    Bytes after;
    do {
      ASSIGN_OR_RETURN(after, ground_.records.remove_leaving(rulings, subject, after, kLateBatch));
    } while (!after.empty());
    kv::Changes changes;
    Subjects::put_gone(subject, changes);
    // Not synced: what is lost is done again.
    if (auto written = ground_.database.write(changes, kv::Sync::kNo); !written) {
      return std::unexpected(written.error());
    }
    ground_.subjects.gone(subject);
  }
  return left.size();
}

// The person cannot be read any more but for legal purposes, and what no hold spares goes; the key
// stays until the last hold ends.
Result<ErasureReceipt> Eraser::postpone(const Rulings& rulings, SubjectId subject,
                                        std::string_view reason, const std::vector<Hold>& holds) {
  const Bytes key = postponed_key(subject);
  ASSIGN_OR_RETURN(const Bytes sealed, ground_.sealer.seal(meta(key), reason));
  {
    // Nobody who writes about them is under way, and none comes after.
    const auto alone = ground_.records.locks().erasing(subject);
    kv::Changes begun;
    begun.put(kv::Family::kMeta, key, sealed).put(kv::Family::kMeta, begun_key(subject), {});
    if (auto restricted = ground_.subjects.restrict(subject, std::move(begun)); !restricted) {
      return std::unexpected(restricted.error());
    }
  }
  ErasureReceipt receipt;
  receipt.organization = ground_.organization;
  receipt.tag = to_hex(ground_.keys.tag_of(subject));
  receipt.reason = reason;
  receipt.logical = ground_.clock.now();
  Records::Gone gone;
  if (auto left = leave_unspared(rulings, subject, gone); !left) {
    return std::unexpected(left.error());
  }
  receipt.counts = counts_of(rulings, gone);
  for (const Hold& hold : holds) {
    receipt.exceptions.push_back({hold.id, hold.reason, hold.until});
    receipt.physical_by = std::max(receipt.physical_by, hold.until + ground_.bound);
  }
  return receipt;
}

// As clean(), and the next opening does again what is cut short.
Result<void> Eraser::leave_unspared(const Rulings& rulings, SubjectId subject,
                                    Records::Gone& gone) {
  if (auto left = leave_remains(); !left) return left;
  const Records::Spared spared = [this](const Label& label) { return ground_.holds.spare(label); };
  const Records::Going going{subject, true, spared};
  Bytes after;
  do {
    ASSIGN_OR_RETURN(const auto keys, ground_.records.keys_about(subject, after, kBatch));
    const auto holding = ground_.records.locks().all_records();
    kv::Changes changes;
    if (auto left = ground_.records.erase_from(rulings, going, keys, changes, gone); !left) {
      return left;
    }
    if (auto written = ground_.database.write(changes, kv::Sync::kNo); !written) return written;
    after = keys.size() < kBatch ? Bytes() : keys.back();
  } while (!after.empty());
  const auto spared_series = [this](KindId kind, SubjectId whose) {
    return ground_.holds.spare({.kind = kind, .subject = whose});
  };
  ASSIGN_OR_RETURN(const auto samples, ground_.series.forget_unspared(subject, spared_series));
  for (const auto& [kind, count] : samples) gone.removed[kind] += count;
  return ground_.database.write(kv::Changes().remove(kv::Family::kMeta, begun_key(subject)),
                                kv::Sync::kYes);
}

Result<std::uint64_t> Eraser::resume_postponed(const Rulings& rulings) {
  std::vector<std::pair<SubjectId, std::string>> due;
  auto cursor = ground_.database.cursor(kv::Family::kMeta);
  for (cursor.seek(kPostponedPrefix); cursor.valid() && cursor.key().starts_with(kPostponedPrefix);
       cursor.next()) {
    const auto subject = SubjectId::from_bytes(cursor.key().substr(kPostponedPrefix.size()));
    if (!subject || !ground_.holds.of(*subject).empty()) continue;
    ASSIGN_OR_RETURN(std::string reason, ground_.sealer.open(meta(cursor.key()), cursor.value()));
    due.emplace_back(*subject, std::move(reason));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  for (const auto& [subject, reason] : due) {
    // Restricted until the key is gone: otherwise they could be read once more in between.
    auto forgotten = forget(rulings, subject, reason, kEngine);
    if (!forgotten) return std::unexpected(std::move(forgotten).error());
  }
  const auto spared = [this](const Label& label) { return ground_.holds.spare(label); };
  ASSIGN_OR_RETURN(const auto led, ground_.records.remove_led(rulings, spared));
  if (led == 0) return due.size();
  if (auto left = leave_remains(); !left) return std::unexpected(left.error());
  return due.size();
}

std::vector<ErasureCount> Eraser::counts_of(const Rulings& rulings,
                                            const Records::Gone& gone) const {
  std::map<KindId, ErasureCount> by_kind;
  for (const auto& [kind, count] : gone.removed) by_kind[kind].removed = count;
  for (const auto& [kind, count] : gone.emptied) by_kind[kind].emptied = count;
  for (const auto& [kind, count] : gone.left_to_others) by_kind[kind].left_to_others = count;
  std::vector<ErasureCount> counts;
  for (auto& [kind, count] : by_kind) {
    const DeclaredKind* declared = rulings.find(kind);
    count.kind = declared == nullptr ? fmt::format("{}", kind.number) : declared->kind.name;
    counts.push_back(std::move(count));
  }
  return counts;
}

Result<void> Eraser::put_receipt(const ErasureReceipt& receipt, kv::Changes& changes) const {
  const Bytes key = receipt_key(receipt.number);
  ASSIGN_OR_RETURN(const Bytes sealed, ground_.sealer.seal(meta(key), receipt_text(receipt)));
  changes.put(kv::Family::kMeta, key, sealed);
  return {};
}

Result<std::optional<ErasureReceipt>> Eraser::receipt(std::uint64_t number) const {
  const Bytes key = receipt_key(number);
  ASSIGN_OR_RETURN(const auto sealed, ground_.database.get(kv::Family::kMeta, key));
  if (!sealed) return std::optional<ErasureReceipt>();
  ASSIGN_OR_RETURN(const Bytes text, ground_.sealer.open(meta(key), *sealed));
  ASSIGN_OR_RETURN(ErasureReceipt receipt, parse_receipt(text));
  return std::optional(std::move(receipt));
}

Result<std::optional<ErasureReceipt>> Eraser::receipt_of(SubjectId subject) const {
  if (!ground_.keys.is_erased(subject)) return std::optional<ErasureReceipt>();
  const Bytes tag = ground_.keys.tag_of(subject);
  const auto all = ground_.keys.erasures();
  const auto found = std::ranges::find(all, tag, &Erasure::tag);
  return found == all.end() ? std::optional<ErasureReceipt>() : receipt(found->number);
}

Result<void> Eraser::leave_remains() {
  const Lock lock(mutex_);
  left_meanwhile_ = true;
  if (remains_) return {};
  remains_ = ground_.clock.now();
  return write_remains(*remains_, kv::Sync::kNo);
}

// Not synced: it comes before or with what it is about in the log.
Result<void> Eraser::write_remains(Time since, kv::Sync sync) const {
  return ground_.database.write(kv::Changes().put(kv::Family::kMeta, kRemainsKey,
                                                  ByteWriter().i64(since.nanoseconds()).view()),
                                sync);
}

std::optional<Time> Eraser::remains_since() const {
  const Lock lock(mutex_);
  return remains_;
}

std::optional<Time> Eraser::scrubbed() const {
  const Lock lock(mutex_);
  return scrubbed_;
}

Result<Standing> Eraser::standing(SubjectId subject) const {
  Standing standing;
  standing.erased = ground_.keys.is_erased(subject);
  standing.restricted = !standing.erased && ground_.subjects.is_restricted(subject);
  ASSIGN_OR_RETURN(const auto receipt, receipt_of(subject));
  if (receipt) standing.erasure = receipt->number;
  ASSIGN_OR_RETURN(const auto until, ground_.subjects.locked_until(subject));
  if (until) {
    standing.may_come_back_until = Time::from_seconds((std::int64_t{*until} + 1) * 86'400);
  }
  return standing;
}

bool Eraser::is_scrub_due(bool now_at_once) const {
  const Lock lock(mutex_);
  return remains_ && (now_at_once || ground_.clock.now() >= *remains_ + ground_.bound / 2);
}

Result<std::optional<Time>> Eraser::begin_scrub(bool now_at_once) {
  const Lock erasing(erasing_);  // no erasure is half done when it begins
  if (!is_scrub_due(now_at_once)) return std::optional<Time>();
  const Lock lock(mutex_);
  left_meanwhile_ = ground_.subjects.any_leaving();
  return std::optional(ground_.clock.now());
}

Result<bool> Eraser::scrub(const Rulings& rulings, bool now_at_once) {
  const Lock scrubbing(scrubbing_);
  if (is_scrub_due(now_at_once)) {
    ASSIGN_OR_RETURN([[maybe_unused]] const auto removed, remove_left(rulings));
  }
  ASSIGN_OR_RETURN(const auto begun, begin_scrub(now_at_once));
  if (!begun) return false;
  if (auto done = ground_.series.scrub(); !done) return std::unexpected(done.error());
  if (auto flushed = ground_.database.flush(); !flushed) return std::unexpected(flushed.error());
  for (const kv::Family family : kScrubbed) {
    if (auto done = ground_.database.compact(family, {}, {}); !done) {
      return std::unexpected(done.error());
    }
  }
  if (auto told = complete_receipts(*begun); !told) return std::unexpected(told.error());
  const Lock lock(mutex_);
  scrubbed_ = ground_.clock.now();
  if (left_meanwhile_) {
    remains_ = *begun;
    if (auto kept = write_remains(*begun, kv::Sync::kYes); !kept) {
      return std::unexpected(kept.error());
    }
    return true;
  }
  remains_.reset();
  if (auto written = ground_.database.write(kv::Changes().remove(kv::Family::kMeta, kRemainsKey),
                                            kv::Sync::kYes);
      !written) {
    return std::unexpected(written.error());
  }
  return true;
}

Result<void> Eraser::complete_receipts(Time gone_since) {
  ASSIGN_OR_RETURN(const auto left, ground_.subjects.rows_left());
  kv::Changes changes;
  for (const Erasure& erasure : ground_.keys.erasures()) {
    const auto is_its = [&](const auto& rows) { return rows.second == erasure.number; };
    if (erasure.at > gone_since || std::ranges::any_of(left, is_its)) continue;
    ASSIGN_OR_RETURN(auto known, receipt(erasure.number));
    if (!known || known->physical) continue;
    known->physical = ground_.clock.now();
    if (auto put = put_receipt(*known, changes); !put) return put;
  }
  return changes.empty() ? Result<void>() : ground_.database.write(changes, kv::Sync::kYes);
}

}  // namespace heed::silo

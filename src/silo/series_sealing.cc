// The part of SeriesStore that turns heads into chunks and lets chunks expire.
#include "silo/series_store.h"

namespace heed::silo {
namespace {

constexpr BytesView kStateKey = "series.state";
constexpr std::string_view kSenderPrefix = "sender/";

SealContext meta(BytesView key) {
  return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
}

}  // namespace

Result<void> SeriesStore::seal(bool all) {
  const Lock sealing(sealing_);
  // What an earlier sealing froze and could not commit goes first.
  if (auto committed = commit_frozen(); !committed) return committed;
  if (!freeze(all)) return {};
  return commit_frozen();
}

Result<void> SeriesStore::seal_if_full() {
  return full(1) ? seal(true) : Result<void>();
}

bool SeriesStore::freeze(bool all) {
  const Lock lock(mutex_);
  const std::int32_t today = env_.clock.now().utc_day();
  const auto past = [&](const auto& part) { return part.first.day < today; };
  // The log is used up to one position, so a head is sealed as a whole: when anything of it is of
  // a past day, today's part goes along and is merged with the rest of its day later.
  if (!all && std::ranges::none_of(head_.parts(), past)) return false;
  if (head_.parts().empty()) return false;
  frozen_ = std::make_unique<const Frozen>(
      Frozen{head_.take(), applied_, std::exchange(unsealed_senders_, {})});
  return true;
}

Result<void> SeriesStore::commit_frozen() {
  const Frozen* frozen = nullptr;
  ChunkTotals totals;
  {
    const Lock lock(mutex_);
    if (frozen_ == nullptr) return {};
    frozen = frozen_.get();  // stays while sealing_ is held
    totals = totals_;
  }
  kv::Changes changes;
  if (auto encoded = write_frozen(*frozen, changes, totals); !encoded) return encoded;
  std::unique_ptr<const Frozen> done;
  {
    // Readers must see a sample in the head or in a chunk, never in both. All that read or append
    // wait here, so the sync comes later: until then the log has it all.
    const Lock lock(mutex_);
    if (auto written = env_.database.write(changes, kv::Sync::kNo); !written) return written;
    done = std::move(frozen_);
    totals_ = totals;
    sealed_through_ = done->through;
  }
  if (auto synced = env_.database.sync(); !synced) return synced;
  return env_.log.truncate(done->through);
}

Result<void> SeriesStore::write_frozen(const Frozen& frozen, kv::Changes& changes,
                                       ChunkTotals& totals) const {
  // Parts that share a deadline become one chunk, as when the deadline is the end of time.
  std::map<std::tuple<std::uint32_t, std::int32_t, Time, std::uint32_t>, Run> merged;
  const auto rulings = env_.rulings.now();
  for (const auto& [key, run] : *frozen.parts) {
    const auto of = registry_->find({key.series});
    // Forgotten since it was frozen, or about to be.
    if (!of || env_.subjects.is_erased(of->subject)) continue;
    if (rulings->find(of->kind, key.version) == nullptr) {
      return fail(ErrorKind::kInvalid, "samples wait to be sealed whose kind is not declared",
                  "start with the policy that the data was written under");
    }
    merged[{key.series, key.day, filed_deadline(*rulings, of->kind, key), key.version}].add_all(
        run);
  }
  // Of one day and deadline, the parts that this sealing took: they are not in the database yet.
  std::map<std::tuple<std::uint32_t, std::int32_t, Time>, std::uint32_t> taken;
  for (const auto& [key, run] : merged) {
    const auto& [series, day, deadline, version] = key;
    const auto of = registry_->find({series});
    if (!of) continue;
    std::uint32_t& next = taken[{series, day, deadline}];
    auto added = chunks_.add({day, series, deadline, next}, run, {*of, version}, changes, totals);
    if (!added && added.error().kind == ErrorKind::kNotFound) continue;  // erased this moment
    ASSIGN_OR_RETURN(next, std::move(added));
  }
  for (const auto& [sender, number] : frozen.senders) {
    const Bytes key = Bytes(kSenderPrefix) + sender;
    ASSIGN_OR_RETURN(const Bytes sealed,
                     env_.sealer.seal(meta(key), ByteWriter().u64(number).view()));
    changes.put(kv::Family::kMeta, key, sealed);
  }
  return put_state(frozen.through, totals, changes);
}

Result<void> SeriesStore::put_state(std::uint64_t through, const ChunkTotals& totals,
                                    kv::Changes& changes) const {
  const Bytes state =
      ByteWriter().u64(through).u64(totals.samples).u64(totals.chunks).u64(totals.bytes).take();
  ASSIGN_OR_RETURN(const Bytes sealed, env_.sealer.seal(meta(kStateKey), state));
  changes.put(kv::Family::kMeta, kStateKey, sealed);
  return {};
}

Result<std::map<KindId, std::uint64_t>> SeriesStore::purge(const Spared& spared) {
  if (any_live_expired()) {
    if (auto sealed = seal(true); !sealed) return std::unexpected(sealed.error());
  }
  const Lock sealing(sealing_);
  ChunkTotals totals;
  std::uint64_t through = 0;
  {
    const Lock lock(mutex_);
    totals = totals_;
    through = sealed_through_;
  }
  const Time now = env_.clock.now();
  const auto rulings = env_.rulings.now();
  const auto due = due_by(*rulings, spared);
  kv::Changes changes;
  ASSIGN_OR_RETURN(const auto expired,
                   chunks_.expire(now, rulings->filed_until(now), due, changes, totals));
  const bool any = !expired.chunks.empty();
  chunks_.forget_expired(now);
  if (any && rulings->shortened() > Duration()) chunks_.forget_all();
  if (!changes.empty()) {
    if (auto put = put_state(through, totals, changes); !put) return std::unexpected(put.error());
    const Lock lock(mutex_);
    if (auto written = env_.database.write(changes, kv::Sync::kYes); !written) {
      return std::unexpected(written.error());
    }
    totals_ = totals;
  }
  // Removals alone leave the bytes in their files until RocksDB gets round to merging them.
  if (auto gone = chunks_.reclaim(now, expired); !gone) return std::unexpected(gone.error());
  std::map<KindId, std::uint64_t> by_kind;
  for (const auto& [series, count] : expired.chunks) {
    by_kind[registry_->find({series}).value_or(SeriesOf()).kind] += count;
  }
  return by_kind;
}

Result<Time> SeriesStore::first_due(const Spared& spared) const {
  const auto rulings = env_.rulings.now();
  return chunks_.first_due(env_.clock.now(), due_by(*rulings, spared));
}

ChunkStore::Due SeriesStore::due_by(const Rulings& rulings, const Spared& spared) const {
  return [this, &rulings, &spared](const ChunkKey& key, BytesView value) {
    const SeriesOf of = registry_->find({key.series}).value_or(SeriesOf());
    if (spared(of.kind, of.subject)) return Time::max();
    return rulings.chunk_deadline(of.kind, ChunkStore::version_of(value), key.day, key.deadline);
  };
}

bool SeriesStore::any_live_expired() const {
  const Lock lock(mutex_);
  const Time now = env_.clock.now();
  const auto rulings = env_.rulings.now();
  return std::ranges::any_of(head_.parts(), [&](const auto& part) {
    const SeriesOf of = registry_->find({part.first.series}).value_or(SeriesOf());
    return deadline_of(*rulings, of.kind, part.first) <= now;
  });
}

}  // namespace heed::silo

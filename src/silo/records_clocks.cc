// The part of Records that gives them the deadlines which events set.
#include "silo/record_stored.h"
#include "silo/records.h"

namespace heed::silo {
namespace {

constexpr std::size_t kAtOnce = 1'000;

}  // namespace

Result<std::uint64_t> Records::apply_clocks(const Rulings& rulings, SubjectId subject) {
  std::uint64_t shortened = 0;
  const auto walk = [&](const auto& next) -> Result<void> {
    Bytes after;
    for (;;) {
      ASSIGN_OR_RETURN(const std::vector<Bytes> keys, next(after));
      ASSIGN_OR_RETURN(const std::uint64_t some, shorten(rulings, keys));
      shortened += some;
      if (keys.size() < kAtOnce) return {};
      after = keys.back();
    }
  };
  if (!subject.is_nil()) {
    auto done = walk([&](BytesView after) { return keys_about(subject, after, kAtOnce); });
    if (!done) return std::unexpected(done.error());
    return shortened;
  }
  for (const policy::Kind& kind : rulings.policy().kinds()) {
    const DeclaredKind* declared = rulings.find(kind.id);
    if (kind.shape != policy::Shape::kRecord || declared->until.empty()) continue;
    auto done = walk([&](BytesView after) { return keys_of_kind(kind.id, after, kAtOnce); });
    if (!done) return std::unexpected(done.error());
  }
  return shortened;
}

Result<std::vector<Bytes>> Records::keys_of_kind(KindId kind, BytesView after,
                                                 std::size_t limit) const {
  const Bytes prefix = record_key(kind, {});
  std::vector<Bytes> keys;
  auto cursor = ground_.database.cursor(kv::Family::kRecords);
  for (cursor.seek(after.empty() ? prefix : Bytes(after) + '\0');
       cursor.valid() && cursor.key().starts_with(prefix) && keys.size() < limit; cursor.next()) {
    keys.emplace_back(cursor.key());
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return keys;
}

Result<std::uint64_t> Records::shorten(const Rulings& rulings, std::span<const Bytes> record_keys) {
  const auto holding = locks_.records(record_keys);
  kv::Changes changes;
  std::uint64_t shortened = 0;
  for (const Bytes& key : record_keys) {
    const DeclaredKind* kind = rulings.find(kind_of_key(key));
    ASSIGN_OR_RETURN(const auto value, ground_.database.get(kv::Family::kRecords, key));
    if (!value || kind == nullptr) continue;
    ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind->kind.id, *value));
    StoredLabel label = stored.label;
    label.label.deadline =
        ground_.clocks.deadline(*kind, owners_of(label.label.subject, label.marks));
    if (label.label.deadline >= stored.filed) continue;
    ASSIGN_OR_RETURN(auto record, unseal_stored(ground_.seals, kind->kind, key, stored));
    if (!record) continue;
    const auto writing = locks_.writing_about(subjects_of(label.label.subject, label.marks));
    if (auto put =
            put_sealed(ground_.seals, kind->kind, label, key, record->fields, &stored, changes);
        !put) {
      return std::unexpected(put.error());
    }
    ++shortened;
  }
  if (changes.empty()) return shortened;
  if (auto written = ground_.database.write(changes, kv::Sync::kYes); !written) {
    return std::unexpected(written.error());
  }
  return shortened;
}

}  // namespace heed::silo

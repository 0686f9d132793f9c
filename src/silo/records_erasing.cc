// The part of Records that says what becomes of them when somebody is erased, and of those that
// lead to them.
#include <algorithm>
#include <deque>
#include <set>

#include "silo/record_stored.h"
#include "silo/records.h"

namespace heed::silo {
namespace {

using policy::OnErasure;

constexpr std::size_t kKindSize = 2;

/// A record that one erasure touches, as it was and as it becomes.
struct Touched {
  Bytes value;
  StoredLabel label;
  std::vector<FieldValue> fields;
  const DeclaredKind* kind = nullptr;
  bool opened = false;
  bool removed = false;
};

void blank(const policy::Kind& kind, std::uint16_t field, std::vector<FieldValue>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i == field || kind.fields[i].with == kind.fields[field].name) fields[i] = {};
  }
}

/// Whether the removal of such a record changes others.
bool is_referred_to(const policy::Policy& policy, const policy::Kind& kind) {
  const auto loses = [&](const policy::Field& field) {
    return field.refers_to == kind.name &&
           (field.on_erasure == OnErasure::kRemoves || field.on_erasure == OnErasure::kEmpties);
  };
  return std::ranges::any_of(policy.kinds(), [&](const policy::Kind& other) {
    return std::ranges::any_of(other.fields, loses);
  });
}

}  // namespace

/// One batch of an erasure: what leads to a removed record may be removed too, and so on.
class Records::Erasing {
 public:
  Erasing(const Ground& ground, const Rulings& rulings, Gone& gone)
      : ground_(ground), rulings_(rulings), gone_(gone) {}

  Result<void> leave(SubjectId subject, BytesView key) {
    ASSIGN_OR_RETURN(Touched* const touched, touch(key));
    if (touched == nullptr || touched->removed) return {};
    const auto owners = owners_of(touched->label.label.subject, touched->label.marks);
    const auto alive = [&](SubjectId owner) { return !ground_.seals.subjects.is_erased(owner); };
    const auto heir = std::ranges::find_if(owners, alive);
    if (!owners.empty() && heir == owners.end()) return remove(key, *touched);
    for (const Mention& mention : touched->label.marks.mentions) {
      const bool theirs = mention.subject == subject;
      if (theirs && mention.effect == OnErasure::kRemoves) return remove(key, *touched);
    }
    if (auto opened = open(key, *touched); !opened) return opened;
    const bool owned = std::ranges::find(owners, subject) != owners.end();
    ++(owned ? gone_.left_to_others : gone_.emptied)[touched->kind->kind.id];
    return {};
  }

  Result<void> finish(kv::Changes& changes) {
    while (!removed_.empty()) {
      const Bytes key = std::move(removed_.front());
      removed_.pop_front();
      if (auto followed = follow(key); !followed) return followed;
    }
    for (auto& [key, touched] : touched_) {
      ASSIGN_OR_RETURN(const StoredRecord before,
                       split_stored(rulings_, kind_of_key(key), touched.value));
      if (touched.removed) put_removal(key, before, changes);
      if (touched.removed || !touched.opened) continue;
      leave_erased(touched);
      ASSIGN_OR_RETURN(touched.label.marks,
                       marks_of(rulings_, touched.kind->kind, touched.fields, ground_.marks));
      ++touched.label.label.revision;
      if (auto put = put_sealed(ground_.seals, touched.kind->kind, touched.label, key,
                                touched.fields, &before, changes);
          !put) {
        return put;
      }
    }
    return {};
  }

 private:
  /// Whoever they are: where a ledger is replayed, others may be erased who are not cleaned yet,
  /// and nothing is sealed for them any more.
  void leave_erased(Touched& touched) const {
    const auto erased = [&](SubjectId one) { return ground_.seals.subjects.is_erased(one); };
    for (const Mention& mention : touched.label.marks.mentions) {
      if (erased(mention.subject)) blank(touched.kind->kind, mention.field, touched.fields);
    }
    SubjectId& subject = touched.label.label.subject;
    if (subject.is_nil() || !erased(subject)) return;
    const auto owners = owners_of(subject, touched.label.marks);
    const auto heir = std::ranges::find_if_not(owners, erased);
    require(heir != owners.end(), "a record that stays has an owner who is here");
    subject = *heir;
  }
  /// nullptr if there is no such record or its kind is not declared any more.
  Result<Touched*> touch(BytesView key) {
    const auto known = touched_.find(Bytes(key));
    if (known != touched_.end()) return &known->second;
    ASSIGN_OR_RETURN(auto value, ground_.database.get(kv::Family::kRecords, key));
    const DeclaredKind* kind = rulings_.find(kind_of_key(key));
    if (!value || kind == nullptr) return nullptr;
    ASSIGN_OR_RETURN(StoredRecord stored, split_stored(rulings_, kind->kind.id, *value));
    Touched touched{{}, std::move(stored.label), {}, kind};
    touched.label.label.deadline = stored.filed;
    touched.value = *std::move(value);
    return &touched_.emplace(Bytes(key), std::move(touched)).first->second;
  }

  Result<void> open(BytesView key, Touched& touched) {
    if (touched.opened) return {};
    ASSIGN_OR_RETURN(const StoredRecord stored,
                     split_stored(rulings_, touched.kind->kind.id, touched.value));
    ASSIGN_OR_RETURN(auto record, unseal_stored(ground_.seals, touched.kind->kind, key, stored));
    if (!record) return remove(key, touched);
    touched.fields = std::move(record->fields);
    touched.opened = true;
    return {};
  }

  Result<void> remove(BytesView key, Touched& touched) {
    if (touched.removed) return {};
    touched.removed = true;
    ++gone_.removed[touched.kind->kind.id];
    const auto [known, is_new] = referred_to_.try_emplace(touched.kind->kind.id);
    if (is_new) known->second = is_referred_to(rulings_.policy(), touched.kind->kind);
    if (known->second) removed_.emplace_back(key);
    return {};
  }

  /// What becomes of the records that lead to a removed one.
  Result<void> follow(const Bytes& target) {
    const Bytes hash = ground_.marks.of_record(kind_of_key(target), BytesView(target).substr(2));
    const Bytes prefix = index::of_reference(hash, {});
    auto cursor = ground_.database.cursor_within(kv::Family::kIndexes, prefix);
    for (cursor.seek(prefix); cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) {
      const Bytes key(cursor.key().substr(prefix.size()));
      ASSIGN_OR_RETURN(Touched* const touched, touch(key));
      if (touched == nullptr || touched->removed) continue;
      // It goes as its owner's, and is counted there.
      if (all_erased(ground_.seals.subjects, touched->label)) continue;
      if (auto left = lose(key, *touched, hash); !left) return left;
    }
    return cursor.status();
  }

  Result<void> lose(BytesView key, Touched& touched, const Bytes& hash) {
    const policy::Kind& kind = touched.kind->kind;
    for (const Mark& reference : touched.label.marks.references) {
      if (reference.hash != hash || reference.field >= kind.fields.size()) continue;
      const OnErasure effect = kind.fields[reference.field].on_erasure;
      if (effect == OnErasure::kRemoves) return remove(key, touched);
      if (effect != OnErasure::kEmpties) continue;
      if (auto opened = open(key, touched); !opened || touched.removed) return opened;
      blank(kind, reference.field, touched.fields);
      ++gone_.emptied[kind.id];
    }
    return {};
  }

  const Ground& ground_;
  const Rulings& rulings_;
  Gone& gone_;
  std::map<Bytes, Touched> touched_;
  std::deque<Bytes> removed_;
  std::map<KindId, bool> referred_to_;
};

Result<std::vector<Bytes>> Records::keys_about(SubjectId subject, BytesView after,
                                               std::size_t limit) const {
  const Bytes prefix = index::of_subject(subject);
  std::vector<Bytes> keys;
  auto cursor = ground_.database.cursor_within(kv::Family::kIndexes, prefix);
  for (cursor.seek(after.empty() ? prefix : prefix + Bytes(after) + '\0');
       cursor.valid() && cursor.key().starts_with(prefix) && keys.size() < limit; cursor.next()) {
    keys.emplace_back(cursor.key().substr(prefix.size()));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return keys;
}

Result<std::vector<KindId>> Records::kinds_about(const Rulings& rulings, SubjectId subject) const {
  const Bytes prefix = index::of_subject(subject);
  const Bytes behind_ids(kLongestId + 1, '\xff');  // no id is as long
  std::vector<KindId> kinds;
  auto cursor = ground_.database.cursor_within(kv::Family::kIndexes, prefix);
  cursor.seek(prefix);
  while (cursor.valid() && cursor.key().starts_with(prefix)) {
    const Bytes key(cursor.key().substr(prefix.size()));
    const DeclaredKind* kind = rulings.find(kind_of_key(key));
    std::optional<Label> label;
    if (kind != nullptr) {
      ASSIGN_OR_RETURN(label, find_label(rulings, *kind, BytesView(key).substr(kKindSize)));
    }
    if (!label) {
      cursor.next();
      continue;
    }
    kinds.push_back(kind->kind.id);
    cursor.seek(prefix + record_key(kind->kind.id, behind_ids));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return kinds;
}

Result<Records::Leaving> Records::leaving(const Rulings& rulings, SubjectId subject,
                                          std::size_t most_alone) const {
  Leaving all;
  std::map<KindId, bool> seen_through_others;
  std::vector<Bytes> alone;
  std::uint64_t count = 0;
  const Bytes prefix = index::of_subject(subject);
  auto cursor = ground_.database.cursor_within(kv::Family::kIndexes, prefix);
  for (cursor.seek(prefix); cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) {
    const BytesView key = cursor.key().substr(prefix.size());
    const KindId id = kind_of_key(key);
    const auto [known, is_new] = seen_through_others.try_emplace(id);
    if (is_new) {
      const DeclaredKind* kind = rulings.find(id);
      known->second = kind == nullptr || is_referred_to(rulings.policy(), kind->kind);
    }
    if (known->second || !is_theirs_alone(cursor.value())) {
      all.at_once.emplace_back(key);
      continue;
    }
    ++all.later[id];
    if (++count <= most_alone) alone.emplace_back(key);
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  if (count > most_alone) return all;
  all.later.clear();
  all.at_once.insert(all.at_once.end(), std::make_move_iterator(alone.begin()),
                     std::make_move_iterator(alone.end()));
  return all;
}

Result<Bytes> Records::remove_leaving(const Rulings& rulings, SubjectId subject, BytesView after,
                                      std::size_t limit) {
  ASSIGN_OR_RETURN(const auto keys, keys_about(subject, after, limit));
  const auto holding = locks_.records(keys);
  kv::Changes changes;
  for (const Bytes& key : keys) {
    ASSIGN_OR_RETURN(const auto value, ground_.database.get(kv::Family::kRecords, key));
    if (!value) continue;
    ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind_of_key(key), *value));
    if (all_erased(ground_.seals.subjects, stored.label)) put_removal(key, stored, changes);
  }
  if (auto written = ground_.database.write(changes, kv::Sync::kNo); !written) {
    return std::unexpected(written.error());
  }
  return keys.size() < limit ? Bytes() : keys.back();
}

Result<void> Records::erase_from(const Rulings& rulings, SubjectId subject,
                                 std::span<const Bytes> record_keys, kv::Changes& changes,
                                 Gone& gone) const {
  Erasing erasing(ground_, rulings, gone);
  for (const Bytes& key : record_keys) {
    if (auto left = erasing.leave(subject, key); !left) return left;
    changes.remove(kv::Family::kIndexes, index::of_subject(subject, key));
  }
  return erasing.finish(changes);
}

Result<std::map<KindId, std::uint64_t>> Records::remove_unspared(const Rulings& rulings,
                                                                 SubjectId subject,
                                                                 const Spared& spared) {
  std::map<KindId, std::uint64_t> removed;
  Bytes after;
  for (;;) {
    constexpr std::size_t kAtOnce = 1'000;
    ASSIGN_OR_RETURN(const auto keys, keys_about(subject, after, kAtOnce));
    const auto holding = locks_.records(keys);
    kv::Changes changes;
    for (const Bytes& key : keys) {
      ASSIGN_OR_RETURN(const auto value, ground_.database.get(kv::Family::kRecords, key));
      if (!value) continue;
      ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind_of_key(key), *value));
      const Label& label = stored.label.label;
      if (label.subject != subject || !label.owners.empty() || spared(label)) continue;
      put_removal(key, stored, changes);
      ++removed[label.kind];
    }
    if (auto written = ground_.database.write(changes, kv::Sync::kYes); !written) {
      return std::unexpected(written.error());
    }
    if (keys.size() < kAtOnce) return removed;
    after = keys.back();
  }
}

}  // namespace heed::silo

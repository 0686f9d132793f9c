// The part of Records that says what becomes of them when somebody is erased, and of those that
// lead to them.
//
//   meta "led." record key → hash 16 | stored i64: a record, stored then, that a hold keeps and
//                            that led to an erased one, by its hash
#include <algorithm>
#include <deque>
#include <set>

#include "silo/record_stored.h"
#include "silo/records.h"

namespace heed::silo {
namespace {

using policy::OnErasure;

constexpr std::size_t kKindSize = 2;
constexpr BytesView kLedPrefix = "led.";

/// A record that one erasure touches, as it was and as it becomes.
struct Touched {
  Bytes value;
  StoredLabel label;
  std::vector<FieldValue> fields;
  const DeclaredKind* kind = nullptr;
  bool opened = false;
  bool removed = false;
};

Bytes led_row(const Bytes& hash, const Label& label) {
  return ByteWriter().raw(hash).i64(label.stored.nanoseconds()).take();
}

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
  Erasing(const Ground& ground, const Rulings& rulings, const Going& going, Gone& gone)
      : ground_(ground), rulings_(rulings), going_(going), gone_(gone) {}

  /// Whether it did not stay as it is.
  Result<bool> leave(BytesView key) {
    ASSIGN_OR_RETURN(Touched* const touched, touch(key));
    if (touched == nullptr || touched->removed) return true;
    if (going_.waits && going_.spared(touched->label.label)) return false;
    const auto owners = owners_of(touched->label.label.subject, touched->label.marks);
    const auto goes = [&](SubjectId owner) { return is_gone(owner); };
    if (!owners.empty() && std::ranges::all_of(owners, goes)) return remove(key, *touched);
    for (const Mention& mention : touched->label.marks.mentions) {
      const bool theirs = mention.subject == going_.subject;
      if (theirs && mention.effect == OnErasure::kRemoves) return remove(key, *touched);
    }
    if (auto opened = open(key, *touched); !opened) return std::unexpected(opened.error());
    const bool owned = std::ranges::find(owners, going_.subject) != owners.end();
    ++(owned ? gone_.left_to_others : gone_.emptied)[touched->kind->kind.id];
    return true;
  }

  /// Of a record that led to an erased one and was spared: whether nothing is to be done any more.
  Result<bool> leave_led(BytesView key, BytesView row) {
    ASSIGN_OR_RETURN(Touched* const touched, touch(key));
    if (touched == nullptr || touched->removed) return true;
    const auto is_as_then = [&](const Mark& mark) {
      return led_row(mark.hash, touched->label.label) == row;
    };
    if (std::ranges::none_of(touched->label.marks.references, is_as_then)) return true;
    if (going_.spared(touched->label.label)) return false;
    return remove(key, *touched);
  }

  Result<void> finish(kv::Changes& changes) {
    while (!removed_.empty()) {
      const Bytes key = std::move(removed_.front());
      removed_.pop_front();
      if (auto followed = follow(key); !followed) return followed;
    }
    for (const auto& [key, row] : led_)
      changes.put(kv::Family::kMeta, Bytes(kLedPrefix) + key, row);
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
  bool is_gone(SubjectId one) const {
    return ground_.seals.subjects.is_erased(one) || (going_.waits && one == going_.subject);
  }
  /// Whoever they are: where a ledger is replayed, others may be erased who are not cleaned yet,
  /// and nothing is sealed for them any more.
  void leave_erased(Touched& touched) const {
    const auto goes = [&](SubjectId one) { return is_gone(one); };
    for (const Mention& mention : touched.label.marks.mentions) {
      if (goes(mention.subject)) blank(touched.kind->kind, mention.field, touched.fields);
    }
    SubjectId& subject = touched.label.label.subject;
    if (subject.is_nil() || !goes(subject)) return;
    const auto owners = owners_of(subject, touched.label.marks);
    const auto heir = std::ranges::find_if_not(owners, goes);
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
    if (!record) {
      auto removed = remove(key, touched);
      return removed ? Result<void>() : std::unexpected(std::move(removed).error());
    }
    touched.fields = std::move(record->fields);
    touched.opened = true;
    return {};
  }

  /// Never stays as it is.
  Result<bool> remove(BytesView key, Touched& touched) {
    if (touched.removed) return true;
    touched.removed = true;
    ++gone_.removed[touched.kind->kind.id];
    const auto [known, is_new] = referred_to_.try_emplace(touched.kind->kind.id);
    if (is_new) known->second = is_referred_to(rulings_.policy(), touched.kind->kind);
    if (known->second) removed_.emplace_back(key);
    return true;
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
      if (effect == OnErasure::kRemoves && going_.spared(touched.label.label)) {
        led_[Bytes(key)] = led_row(hash, touched.label.label);
        return {};
      }
      if (effect == OnErasure::kRemoves) {
        auto removed = remove(key, touched);
        return removed ? Result<void>() : std::unexpected(std::move(removed).error());
      }
      if (effect != OnErasure::kEmpties) continue;
      if (auto opened = open(key, touched); !opened || touched.removed) return opened;
      blank(kind, reference.field, touched.fields);
      ++gone_.emptied[kind.id];
    }
    return {};
  }

  const Ground& ground_;
  const Rulings& rulings_;
  const Going& going_;
  Gone& gone_;
  std::map<Bytes, Touched> touched_;
  std::map<Bytes, Bytes> led_;  ///< Rows of what is spared
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

Result<void> Records::erase_from(const Rulings& rulings, const Going& going,
                                 std::span<const Bytes> record_keys, kv::Changes& changes,
                                 Gone& gone) const {
  Erasing erasing(ground_, rulings, going, gone);
  for (const Bytes& key : record_keys) {
    ASSIGN_OR_RETURN(const bool left, erasing.leave(key));
    if (left) changes.remove(kv::Family::kIndexes, index::of_subject(going.subject, key));
  }
  return erasing.finish(changes);
}

Result<std::uint64_t> Records::remove_led(const Rulings& rulings, const Spared& spared) {
  std::vector<std::pair<Bytes, Bytes>> rows;
  auto cursor = ground_.database.cursor_within(kv::Family::kMeta, kLedPrefix);
  for (cursor.seek(kLedPrefix); cursor.valid() && cursor.key().starts_with(kLedPrefix);
       cursor.next()) {
    rows.emplace_back(cursor.key().substr(kLedPrefix.size()), cursor.value());
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  if (rows.empty()) return 0;
  const auto holding = locks_.all_records();
  const Going nobody{SubjectId(), false, spared};
  Gone gone;
  kv::Changes changes;
  Erasing erasing(ground_, rulings, nobody, gone);
  for (const auto& [key, row] : rows) {
    ASSIGN_OR_RETURN(const bool done, erasing.leave_led(key, row));
    if (done) changes.remove(kv::Family::kMeta, Bytes(kLedPrefix) + key);
  }
  if (auto finished = erasing.finish(changes); !finished) {
    return std::unexpected(finished.error());
  }
  if (changes.empty()) return 0;
  if (auto written = ground_.database.write(changes, kv::Sync::kYes); !written) {
    return std::unexpected(written.error());
  }
  std::uint64_t count = 0;
  for (const auto& [kind, removed] : gone.removed) count += removed;
  return count;
}

}  // namespace heed::silo

#include "silo/records.h"

#include <fmt/core.h>

#include <algorithm>

#include "silo/records_planned.h"

namespace heed::silo {
namespace {

constexpr std::size_t kLargestPage = 1'000;

Result<void> check(const Record& record, const policy::Kind& kind) {
  if (record.id.empty() || record.id.size() > kLongestId) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the id of a '{}' has 1 to {} bytes", kind.name, kLongestId));
  }
  if (record.source.empty() || record.source.size() > kLongestSource) {
    return fail(ErrorKind::kInvalid,
                fmt::format("a '{}' names its source in 1 to {} bytes", kind.name, kLongestSource));
  }
  return {};
}

Result<void> check_limit(std::size_t limit) {
  if (limit > 0 && limit <= kLargestPage) return {};
  return fail(ErrorKind::kInvalid, "a page has 1 to 1,000 records");
}

std::unexpected<Error> under_a_hold(const policy::Kind& kind) {
  return fail(ErrorKind::kConflict,
              fmt::format("a hold keeps the '{}' that is stored under this id", kind.name),
              "store it under another id, or wait until the hold ends");
}

/// The record that a change touches.
Bytes key_of(const Change& change) {
  if (const auto* put = std::get_if<Put>(&change)) {
    return record_key(put->record.kind, put->record.id);
  }
  if (const auto* patch = std::get_if<Patch>(&change)) return record_key(patch->kind, patch->id);
  const auto& removal = std::get<Removal>(change);
  return record_key(removal.kind, removal.id);
}

Result<void> check_revision(const policy::Kind& kind, std::optional<std::uint64_t> expected,
                            std::uint64_t found) {
  if (!expected || *expected == found) return {};
  return fail(ErrorKind::kConflict,
              fmt::format("this '{}' was changed meanwhile: it is at revision {}, not {}",
                          kind.name, found, *expected),
              "read it again and decide anew");
}

Result<void> check_expectation(const policy::Kind& kind, Expect expect, bool present) {
  if (expect == Expect::kAbsent && present) {
    return fail(ErrorKind::kConflict, fmt::format("there is such a '{}' already", kind.name));
  }
  if (expect == Expect::kPresent && !present) {
    return fail(ErrorKind::kConflict, fmt::format("there is no such '{}'", kind.name));
  }
  return {};
}

}  // namespace

Bytes record_key(KindId kind, std::string_view id) {
  return ByteWriter().u16(kind.number).raw(id).take();
}

KindId kind_of_key(BytesView record_key) {
  return {ByteReader(record_key).u16()};
}

Result<Records::Planned> Records::plan_put(const Rulings& rulings, const Put& put) const {
  const Record& record = put.record;
  ASSIGN_OR_RETURN(const DeclaredKind* kind, rulings.find(record.kind, policy::Shape::kRecord));
  if (auto fits = check(record, kind->kind); !fits) return std::unexpected(fits.error());
  if (auto fits = encode_fields(kind->kind, record.fields); !fits) {
    return std::unexpected(fits.error());
  }
  Planned planned{record_key(record.kind, record.id), kind, {}, false, {}, record.fields};
  ASSIGN_OR_RETURN(planned.old, ground_.database.get(kv::Family::kRecords, planned.key));
  if (auto kept = keep_blobs(rulings, *kind, planned.key, planned.old, planned.fields); !kept) {
    return std::unexpected(kept.error());
  }
  const Time now = ground_.clock.now();
  Label& label = planned.label.label;
  label = {record.kind, record.subject, record.source, rulings.version(), now, kind->deadline(now)};
  bool present = false;
  if (planned.old) {
    ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, record.kind, *planned.old));
    const Label& before = stored.label.label;
    if (is_kept(ground_.seals.subjects, before)) return under_a_hold(kind->kind);
    present = before.deadline > now && !all_erased(ground_.seals.subjects, stored.label);
    const DeclaredKind* then = rulings.find(record.kind, before.policy_version);
    if (present) label.revision = before.revision;
    if (present && then != nullptr) {
      // Otherwise a rewrite under a laxer version would shed the promise it was collected under.
      label.policy_version = before.policy_version;
      label.deadline = std::min(label.deadline, then->deadline(now));
    }
  }
  if (auto met = check_expectation(kind->kind, put.expect, present); !met) {
    return std::unexpected(met.error());
  }
  if (auto met = check_revision(kind->kind, put.revision, label.revision); !met) {
    return std::unexpected(met.error());
  }
  ++label.revision;
  ASSIGN_OR_RETURN(planned.label.marks,
                   marks_of(rulings, kind->kind, planned.fields, ground_.marks));
  label.deadline =
      std::min(label.deadline,
               ground_.clocks.deadline(*kind, owners_of(label.subject, planned.label.marks)));
  return planned;
}

Result<Records::Planned> Records::plan_patch(const Rulings& rulings, const Patch& patch,
                                             std::string_view by) const {
  ASSIGN_OR_RETURN(const DeclaredKind* kind, rulings.find(patch.kind, policy::Shape::kRecord));
  Planned planned{record_key(patch.kind, patch.id), kind, {}, false, {}, {}};
  ASSIGN_OR_RETURN(planned.old, ground_.database.get(kv::Family::kRecords, planned.key));
  std::optional<Record> before;
  if (planned.old) {
    ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, patch.kind, *planned.old));
    const Label& label = stored.label.label;
    const bool kept = is_kept(ground_.seals.subjects, label);
    if (!kept && label.deadline > ground_.clock.now()) {
      ASSIGN_OR_RETURN(before, unseal_stored(ground_.seals, kind->kind, planned.key, stored));
    }
  }
  if (!before) {
    return fail(ErrorKind::kConflict, fmt::format("there is no such '{}'", kind->kind.name));
  }
  if (auto met = check_revision(kind->kind, patch.revision, before->label.revision); !met) {
    return std::unexpected(met.error());
  }
  planned.corrects = true;
  planned.fields = before->fields;
  show_blobs(kind->kind, planned.fields);
  for (const auto& [name, value] : patch.fields) {
    const auto field = std::ranges::find(kind->kind.fields, name, &policy::Field::name);
    if (field == kind->kind.fields.end()) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("kind '{}' has no field '{}'", kind->kind.name, name));
    }
    planned.fields[static_cast<std::size_t>(field - kind->kind.fields.begin())] = value;
  }
  if (auto fits = encode_fields(kind->kind, planned.fields); !fits) {
    return std::unexpected(fits.error());
  }
  if (auto kept = keep_blobs(rulings, *kind, planned.key, planned.old, planned.fields); !kept) {
    return std::unexpected(kept.error());
  }
  Label& label = planned.label.label;
  label = std::move(before->label);
  label.owners.clear();
  ++label.revision;
  label.corrected_by = by;
  label.corrected = ground_.clock.now();
  ASSIGN_OR_RETURN(planned.label.marks,
                   marks_of(rulings, kind->kind, planned.fields, ground_.marks));
  return planned;
}

Result<Records::Planned> Records::plan_removal(const Rulings& rulings,
                                               const Removal& removal) const {
  ASSIGN_OR_RETURN(const DeclaredKind* kind, rulings.find(removal.kind, policy::Shape::kRecord));
  Planned planned{record_key(removal.kind, removal.id), kind, {}, true, {}, {}};
  ASSIGN_OR_RETURN(planned.old, ground_.database.get(kv::Family::kRecords, planned.key));
  std::uint64_t revision = 0;
  if (planned.old) {
    ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, removal.kind, *planned.old));
    if (!all_erased(ground_.seals.subjects, stored.label)) revision = stored.label.label.revision;
    if (is_kept(ground_.seals.subjects, stored.label.label)) {
      revision = 0;  // as if it were not there
      planned.old.reset();
    }
  }
  if (auto met = check_revision(kind->kind, removal.revision, revision); !met) {
    return std::unexpected(met.error());
  }
  return planned;
}

Result<std::vector<Records::Planned>> Records::plan(const Rulings& rulings,
                                                    std::span<const Change> changes,
                                                    std::string_view by) const {
  std::vector<Planned> all;
  for (const Change& change : changes) {
    Result<Planned> planned = fail(ErrorKind::kInternal, "");
    if (const auto* put = std::get_if<Put>(&change)) {
      planned = plan_put(rulings, *put);
    } else if (const auto* patch = std::get_if<Patch>(&change)) {
      planned = plan_patch(rulings, *patch, by);
    } else {
      planned = plan_removal(rulings, std::get<Removal>(change));
    }
    if (!planned) return std::unexpected(std::move(planned).error());
    all.push_back(*std::move(planned));
  }
  return all;
}

Result<void> Records::commit(const Rulings& rulings, std::span<const Change> changes,
                             std::string_view by) {
  std::vector<Bytes> keys;
  for (const Change& change : changes) keys.push_back(key_of(change));
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) != keys.end()) {
    return fail(ErrorKind::kInvalid, "a commit changes each record once");
  }
  const auto holding = locks_.records(keys);
  ASSIGN_OR_RETURN(const std::vector<Planned> all, plan(rulings, changes, by));
  return write(rulings, all, {});
}

bool Records::names_who_waits(const Planned& planned, const StoredLabel* before) const {
  const Subjects& subjects = ground_.seals.subjects;
  if (!subjects.any_restricted()) return false;
  std::vector<SubjectId> known;
  if (planned.corrects && before != nullptr) {
    known = subjects_of(before->label.subject, before->marks);
  }
  const auto named = subjects_of(planned.label.label.subject, planned.label.marks);
  return std::ranges::any_of(named, [&](SubjectId one) {
    return subjects.is_restricted(one) && std::ranges::find(known, one) == known.end();
  });
}

Result<void> Records::write(const Rulings& rulings, std::span<const Planned> all,
                            kv::Changes made) {
  std::vector<SubjectId> subjects;
  for (const Planned& planned : all) {
    const auto own = subjects_of(planned.label.label.subject, planned.label.marks);
    subjects.insert(subjects.end(), own.begin(), own.end());
  }
  const auto writing = locks_.writing_about(subjects);
  for (const Planned& planned : all) {
    std::optional<StoredRecord> old;
    if (planned.old) {
      ASSIGN_OR_RETURN(old, split_stored(rulings, planned.kind->kind.id, *planned.old));
    }
    if (!planned.removal && names_who_waits(planned, old ? &old->label : nullptr)) return waits();
    if (planned.removal) {
      if (old) put_removal(planned.key, *old, made);
      continue;
    }
    if (auto sealed = put_sealed(ground_.seals, planned.kind->kind, planned.label, planned.key,
                                 planned.fields, old ? &*old : nullptr, made);
        !sealed) {
      return sealed;
    }
  }
  if (made.empty()) return {};
  return ground_.database.write(made, kv::Sync::kYes);
}

Result<bool> Records::remove(const Rulings& rulings, const DeclaredKind& kind,
                             std::string_view id) {
  const Bytes key = record_key(kind.kind.id, id);
  const auto holding = locks_.records({&key, 1});
  ASSIGN_OR_RETURN(const auto old, ground_.database.get(kv::Family::kRecords, key));
  if (!old) return false;
  ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind.kind.id, *old));
  if (is_kept(ground_.seals.subjects, stored.label.label)) return false;
  kv::Changes changes;
  put_removal(key, stored, changes);
  if (auto written = ground_.database.write(changes, kv::Sync::kYes); !written) {
    return std::unexpected(written.error());
  }
  return stored.label.label.deadline > ground_.clock.now() &&
         !all_erased(ground_.seals.subjects, stored.label);
}

Result<std::optional<Record>> Records::find(const Rulings& rulings, const DeclaredKind& kind,
                                            std::string_view id, const kv::Snapshot* at) const {
  auto record = find_stored(rulings, kind, id, at);
  if (record && *record) show_blobs(kind.kind, (*record)->fields);
  return record;
}

Result<std::optional<Record>> Records::find_stored(const Rulings& rulings, const DeclaredKind& kind,
                                                   std::string_view id,
                                                   const kv::Snapshot* at) const {
  const Bytes key = record_key(kind.kind.id, id);
  ASSIGN_OR_RETURN(const auto value, ground_.database.get(kv::Family::kRecords, key, at));
  if (!value) return std::optional<Record>();
  ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind.kind.id, *value));
  if (stored.label.label.deadline <= ground_.clock.now()) return std::optional<Record>();
  return unseal_stored(ground_.seals, kind.kind, key, stored);
}

Result<std::optional<Label>> Records::find_label(const Rulings& rulings, const DeclaredKind& kind,
                                                 std::string_view id) const {
  const Bytes key = record_key(kind.kind.id, id);
  ASSIGN_OR_RETURN(const auto value, ground_.database.get(kv::Family::kRecords, key));
  if (!value) return std::optional<Label>();
  ASSIGN_OR_RETURN(StoredRecord stored, split_stored(rulings, kind.kind.id, *value));
  if (stored.label.label.deadline <= ground_.clock.now()) return std::optional<Label>();
  if (all_erased(ground_.seals.subjects, stored.label)) return std::optional<Label>();
  return std::optional<Label>(std::move(stored.label.label));
}

Result<Page> Records::scan(const Rulings& rulings, const DeclaredKind& kind,
                           std::string_view prefix, std::string_view after, std::size_t limit,
                           const Admit& admit, const kv::Snapshot* at) const {
  if (auto fits = check_limit(limit); !fits) return std::unexpected(fits.error());
  const Bytes wanted = record_key(kind.kind.id, prefix);
  const Bytes behind = record_key(kind.kind.id, after) + '\0';
  const Time now = ground_.clock.now();
  Page page;
  auto cursor = ground_.database.cursor(kv::Family::kRecords, at);
  for (cursor.seek(after.empty() ? wanted : std::max(wanted, behind));
       cursor.valid() && cursor.key().starts_with(wanted); cursor.next()) {
    ASSIGN_OR_RETURN(const StoredRecord stored,
                     split_stored(rulings, kind.kind.id, cursor.value()));
    if (stored.label.label.deadline <= now) continue;
    if (is_leaving(ground_.seals.subjects, stored.label)) continue;
    if (page.records.size() == limit) {
      page.next = page.records.back().id;
      break;
    }
    if (!admit(stored.label.label)) {
      ++page.withheld;
      continue;
    }
    ASSIGN_OR_RETURN(auto record, show_stored(ground_.seals, kind.kind, cursor.key(), stored));
    if (record) page.records.push_back(*std::move(record));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return page;
}

Result<void> Records::visit(const Rulings& rulings, const DeclaredKind& kind, const Admit& admit,
                            const Visitor& visit) const {
  const Bytes wanted = record_key(kind.kind.id, {});
  const Time now = ground_.clock.now();
  auto cursor = ground_.database.cursor(kv::Family::kRecords);
  for (cursor.seek(wanted); cursor.valid() && cursor.key().starts_with(wanted); cursor.next()) {
    ASSIGN_OR_RETURN(const StoredRecord stored,
                     split_stored(rulings, kind.kind.id, cursor.value()));
    if (stored.label.label.deadline <= now) continue;
    if (is_leaving(ground_.seals.subjects, stored.label)) continue;
    if (!admit(stored.label.label)) continue;
    ASSIGN_OR_RETURN(auto record, show_stored(ground_.seals, kind.kind, cursor.key(), stored));
    if (record && !visit(*std::move(record))) return {};
  }
  return cursor.status();
}

Result<bool> Records::any(KindId kind) const {
  const Bytes wanted = record_key(kind, {});
  auto cursor = ground_.database.cursor(kv::Family::kRecords);
  cursor.seek(wanted);
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return cursor.valid() && cursor.key().starts_with(wanted);
}

}  // namespace heed::silo

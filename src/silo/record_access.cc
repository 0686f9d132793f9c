#include "silo/record_access.h"

#include <algorithm>
#include <tuple>

#include "silo/governed.h"

namespace heed::silo {
namespace {

using policy::Shape;
using policy::Withheld;

/// nullptr for now.
Governed<std::shared_ptr<const kv::Snapshot>> snapshot_of(const std::shared_ptr<const Moment>& at) {
  if (!at) return nullptr;
  return governed(at->snapshot());
}

}  // namespace

Governed<void> RecordAccess::put(const Access& access, const Record& record, Expect expect) {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check_put(access, record));
  const Change change = Put{record, expect};
  return governed(parts_.records.commit(pass.rulings(), {&change, 1}, access.actor));
}

Governed<void> RecordAccess::commit(const Access& access, const std::vector<Change>& changes) {
  if (changes.size() > kMostChanges) {
    return std::unexpected(
        Withheld(Error{ErrorKind::kExhausted, "a commit changes at most 1,000 records", {}}));
  }
  auto rulings = parts_.rulings.now();
  for (const Change& change : changes) {
    if (auto may = check_change(access, change); !may) return may;
  }
  const bool leaves = std::ranges::any_of(
      changes, [](const Change& change) { return !std::holds_alternative<Put>(change); });
  ASSIGN_OR_RETURN(const std::string by, governed(parts_.noting.word_for(access.actor)));
  auto done = governed(parts_.records.commit(*rulings, changes, by));
  if (!done || !leaves) return done;
  return governed(parts_.eraser.leave_remains());
}

Governed<std::optional<Record>> RecordAccess::find(const Access& access, KindId kind,
                                                   std::string_view id,
                                                   const std::shared_ptr<const Moment>& at) const {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check_items(access, kind, Shape::kRecord));
  ASSIGN_OR_RETURN(const auto then, snapshot_of(at));
  ASSIGN_OR_RETURN(auto record,
                   governed(parts_.records.find(pass.rulings(), pass.kind(), id, then.get())));
  if (!record || (kept_back(access, record->label))) return std::optional<Record>();
  const auto& [source, version] = std::tie(record->label.source, record->label.policy_version);
  if (!pass.allows(source, version)) {
    return std::unexpected(parts_.gate.refused(pass, source, version));
  }
  parts_.gate.counted(pass, source, version);
  hide_kept_back(parts_.subjects, pass.rulings(), access, pass.kind().kind, *record);
  if (auto named = name_corrector(*record); !named) return std::unexpected(named.error());
  return record;
}

Governed<bool> RecordAccess::remove(const Access& access, KindId kind, std::string_view id) {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check_items(access, kind, Shape::kRecord));
  if (!pass.sure()) {
    ASSIGN_OR_RETURN(const auto label,
                     governed(parts_.records.find_label(pass.rulings(), pass.kind(), id)));
    const std::uint32_t now = pass.rulings().version();
    // Removing keeps every earlier promise: the version in force alone decides.
    if (label && !pass.allows(label->source, now)) {
      return std::unexpected(parts_.gate.refused(pass, label->source, now));
    }
  }
  parts_.gate.counted(pass, {}, pass.rulings().version());
  auto removed = governed(parts_.records.remove(pass.rulings(), pass.kind(), id));
  if (removed && *removed) {
    if (auto left = parts_.eraser.leave_remains(); !left)
      return std::unexpected(Withheld(left.error()));
  }
  return removed;
}

Governed<Page> RecordAccess::scan(const Access& access, KindId kind, std::string_view prefix,
                                  std::string_view after, std::size_t limit,
                                  const std::shared_ptr<const Moment>& at) const {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check_items(access, kind, Shape::kRecord));
  ASSIGN_OR_RETURN(const auto then, snapshot_of(at));
  return as_shown(pass, parts_.records.scan(pass.rulings(), pass.kind(), prefix, after, limit,
                                            admitting(access, pass), then.get()));
}

Governed<Page> RecordAccess::query(const Access& access, const Query& query) const {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check_items(access, query.kind, Shape::kRecord));
  ASSIGN_OR_RETURN(const auto then, snapshot_of(query.at));
  auto page =
      parts_.records.query(pass.rulings(), pass.kind(), query, admitting(access, pass), then.get());
  // Of others' records that name them, too.
  const SubjectId wanted = query.subject.value_or(SubjectId());
  if (page && is_kept_back(parts_.subjects, pass.rulings(), access, wanted)) return Page{};
  return as_shown(pass, std::move(page));
}

Governed<void> RecordAccess::put_blob(const Access& access, const BlobPlace& place,
                                      const BlobSource& source) {
  const Change change = Patch{place.kind, place.id, {}, place.revision};
  if (auto may = check_change(access, change); !may) return may;
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check_items(access, place.kind, Shape::kRecord));
  ASSIGN_OR_RETURN(const std::string by, governed(parts_.noting.word_for(access.actor)));
  auto done = governed(parts_.records.put_blob(pass.rulings(), pass.kind(), place, by, source));
  if (!done) return done;
  return governed(parts_.eraser.leave_remains());
}

Governed<bool> RecordAccess::read_blob(const Access& access, const BlobPlace& place,
                                       std::uint64_t from, const BlobSink& sink) const {
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check_items(access, place.kind, Shape::kRecord));
  ASSIGN_OR_RETURN(const auto label,
                   governed(parts_.records.find_label(pass.rulings(), pass.kind(), place.id)));
  if (!label || kept_back(access, *label)) return false;
  const auto& [source, version] = std::tie(label->source, label->policy_version);
  if (!pass.allows(source, version)) {
    return std::unexpected(parts_.gate.refused(pass, source, version));
  }
  parts_.gate.counted(pass, source, version);
  if (parts_.subjects.any_restricted()) {
    ASSIGN_OR_RETURN(auto record,
                     governed(parts_.records.find(pass.rulings(), pass.kind(), place.id)));
    if (!record) return false;
    const std::vector<FieldValue> before = record->fields;
    hide_kept_back(parts_.subjects, pass.rulings(), access, pass.kind().kind, *record);
    const auto& fields = pass.kind().kind.fields;
    const auto field = std::ranges::find(fields, place.field, &policy::Field::name);
    const auto index = static_cast<std::size_t>(field - fields.begin());
    if (field != fields.end() && record->fields[index] != before[index]) return false;
  }
  return governed(parts_.records.read_blob(pass.rulings(), pass.kind(), place, from, sink));
}

Governed<void> RecordAccess::check_change(const Access& access, const Change& change) const {
  if (const auto* put = std::get_if<Put>(&change)) {
    auto may = parts_.gate.check_put(access, put->record);
    if (!may) return std::unexpected(std::move(may).error());
    return {};
  }
  const auto* patch = std::get_if<Patch>(&change);
  const auto* removal = std::get_if<Removal>(&change);
  const KindId kind = patch != nullptr ? patch->kind : removal->kind;
  const std::string& id = patch != nullptr ? patch->id : removal->id;
  ASSIGN_OR_RETURN(const Pass pass, parts_.gate.check_items(access, kind, Shape::kRecord));
  ASSIGN_OR_RETURN(const auto label,
                   governed(parts_.records.find_label(pass.rulings(), pass.kind(), id)));
  if (!label) return {};
  const std::uint32_t now = pass.rulings().version();
  if (!pass.sure() && !pass.allows(label->source, now)) {
    return std::unexpected(parts_.gate.refused(pass, label->source, now));
  }
  parts_.gate.counted(pass, label->source, now);
  return {};
}

bool RecordAccess::kept_back(const Access& access, const Label& label) const {
  return is_kept_back(parts_.subjects, *parts_.rulings.now(), access, label);
}

Governed<void> RecordAccess::name_corrector(Record& record) const {
  if (record.label.corrected_by.empty()) return {};
  ASSIGN_OR_RETURN(record.label.corrected_by,
                   governed(parts_.noting.with_names(record.label.corrected_by)));
  return {};
}

Governed<Page> RecordAccess::as_shown(const Pass& pass, Result<Page> page) const {
  if (!page) return std::unexpected(Withheld(std::move(page).error()));
  for (Record& record : page->records) {
    hide_kept_back(parts_.subjects, pass.rulings(), pass.access(), pass.kind().kind, record);
    if (auto named = name_corrector(record); !named) return std::unexpected(named.error());
  }
  return *std::move(page);
}

Records::Admit RecordAccess::admitting(const Access& access, const Pass& pass) const {
  if (pass.sure()) parts_.gate.counted(pass, {}, pass.rulings().version());
  return [this, &access, &pass](const Label& label) {
    if (kept_back(access, label)) return false;
    const bool allowed = pass.allows(label.source, label.policy_version);
    // One decision stands for a page, unless items differ.
    if (!allowed || !pass.sure()) parts_.gate.counted(pass, label.source, label.policy_version);
    return allowed;
  };
}

}  // namespace heed::silo

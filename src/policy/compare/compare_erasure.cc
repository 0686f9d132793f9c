// What an erasure does to the fields of stored kinds: whether less of somebody would be erased.
#include <fmt/core.h>

#include "policy/compare/compare_parts.h"

namespace heed::policy {
namespace {

/// Whether an erasure of somebody else than the record's own subject takes something away.
bool erases(const Field& field) {
  return !field.with.empty() ||
         (field.on_erasure != OnErasure::kNone && field.on_erasure != OnErasure::kStays);
}

/// Whether the same erasures reach both.
bool lead_alike(const Comparing& comparing, const Field& before, const Field& after) {
  if (before.with != after.with) return false;
  if (!before.with.empty()) return true;
  if (before.type != after.type || before.type == FieldType::kSubject) {
    return before.type == after.type;
  }
  const Kind* old_kind = comparing.before.kind(before.refers_to);
  const Kind* new_kind = comparing.after.kind(after.refers_to);
  return old_kind != nullptr && new_kind != nullptr && old_kind->id == new_kind->id;
}

Change change_between(const Comparing& comparing, const Field& before, const Field& after) {
  if (erases(before) != erases(after)) {
    return erases(before) ? Change::kWidened : Change::kNarrowed;
  }
  return lead_alike(comparing, before, after) ? Change::kEqual : Change::kBoth;
}

std::string said(const std::string& name, const Field& field) {
  if (!field.with.empty()) return fmt::format("{} is emptied with {}", name, spoken(field.with));
  const bool is_subject = field.type == FieldType::kSubject;
  const std::string whom = is_subject ? "person" : spoken(field.refers_to);
  switch (field.on_erasure) {
    case OnErasure::kOwns:
      return fmt::format("the record of {} goes with the last person who owns it", name);
    case OnErasure::kRemoves:
      return fmt::format("the record of {} goes with the {} that it names", name, whom);
    case OnErasure::kEmpties:
      return fmt::format("{} is emptied with the {} that it names", name, whom);
    case OnErasure::kStays:
      return fmt::format("{} stays when the {} that it names is erased", name, whom);
    case OnErasure::kNone: break;
  }
  return fmt::format("{} stays as long as its record", name);
}

std::string_view told(Change change) {
  switch (change) {
    case Change::kWidened: return "less would be erased";
    case Change::kNarrowed: return "more would be erased";
    case Change::kBoth: return "something else would be erased, and less in some cases";
    case Change::kEqual: break;
  }
  return "an erasure would do otherwise";
}

}  // namespace

void compare_erasure(const Comparing& comparing, const std::string& name, const Field& before,
                     const Field& after, Comparison& result) {
  if (!erases(before) && !erases(after)) return;
  const Change change = change_between(comparing, before, after);
  if (change == Change::kEqual && before.on_erasure == after.on_erasure) return;
  result.fields.push_back({change, name, declared(before), declared(after),
                           fmt::format("After this change {}: {}; so far {}.", told(change),
                                       said(name, after), said(name, before))});
}

}  // namespace heed::policy

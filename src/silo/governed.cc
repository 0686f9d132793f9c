#include "silo/governed.h"

#include <algorithm>

#include "silo/record_stored.h"

namespace heed::silo {

bool is_kept_back(const Subjects& subjects, const Rulings& rulings, const policy::Access& access,
                  const Label& label) {
  if (subjects.is_locked(label.subject)) return true;
  return is_kept(subjects, label) && !is_legal(rulings, access);
}

void hide_kept_back(const Subjects& subjects, const Rulings& rulings, const policy::Access& access,
                    const policy::Kind& kind, Record& record) {
  using policy::OnErasure;
  if (!subjects.any_restricted() || is_legal(rulings, access)) return;
  const auto kept = [&](SubjectId one) { return subjects.is_restricted(one); };
  for (std::size_t i = 0; i < kind.fields.size() && i < record.fields.size(); ++i) {
    const policy::Field& field = kind.fields[i];
    const auto* text = std::get_if<std::string>(&record.fields[i]);
    const bool tells =
        field.on_erasure != OnErasure::kNone && field.on_erasure != OnErasure::kStays;
    if (field.type != policy::FieldType::kSubject || !tells || text == nullptr) continue;
    if (!kept(SubjectId::parse(*text).value_or(SubjectId()))) continue;
    for (std::size_t at = 0; at < record.fields.size(); ++at) {
      if (at == i || kind.fields[at].with == field.name) record.fields[at] = {};
    }
  }
  std::erase_if(record.label.owners, kept);
}

}  // namespace heed::silo

// What the parts of a silo behind its gate share.
#pragma once

#include "policy/policy.h"
#include "silo/rulings.h"
#include "silo/silo.h"
#include "silo/subjects.h"

namespace heed::silo {

/// A failure that is no refusal, as an operation that the policy decides gives it.
template <class T>
policy::Governed<T> governed(Result<T> result) {
  if (!result) return std::unexpected(policy::Withheld(std::move(result).error()));
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

/// Whether the access is for a purpose under `legal`: those alone read what a hold keeps.
inline bool is_legal(const Rulings& rulings, const policy::Access& access) {
  const auto& purposes = rulings.policy().purposes();
  const auto legal = purposes.find("legal");
  return legal && purposes.covers(*legal, access.purpose);
}

/// Whether a hold that stops an erasure keeps what is about `subject` from this access, or they
/// have gone and may come back.
inline bool is_kept_back(const Subjects& subjects, const Rulings& rulings,
                         const policy::Access& access, SubjectId subject) {
  if (subjects.is_locked(subject)) return true;
  return subjects.is_restricted(subject) && !is_legal(rulings, access);
}

/// The same of a record.
bool is_kept_back(const Subjects& subjects, const Rulings& rulings, const policy::Access& access,
                  const Label& label);
/// Empties what tells of others who are kept back, in a record of somebody who is not.
void hide_kept_back(const Subjects& subjects, const Rulings& rulings, const policy::Access& access,
                    const policy::Kind& kind, Record& record);

}  // namespace heed::silo

#include "silo/declarations.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::silo {
namespace {

Result<Duration> keep_of(const policy::Kind& kind, const policy::Table& policy) {
  if (kind.fields.empty()) {
    return fail(ErrorKind::kInvalid, fmt::format("kind '{}' has no fields", kind.name));
  }
  Duration shortest = Duration::max();
  for (const policy::Field& field : kind.fields) {
    const auto category = policy.categories().find(field.category);
    if (!category) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("field '{}' of kind '{}' is in category '{}', which the policy '{}' "
                              "does not have",
                              field.name, kind.name, field.category, policy.name()),
                  "declare the category in the policy, or put the field into one that it has");
    }
    const auto keep = policy.keep(*category);
    if (!keep) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("no clause says how long category '{}' is kept, which field '{}' of "
                              "kind '{}' is in",
                              field.category, field.name, kind.name),
                  "add a keep for it to a clause of the policy");
    }
    shortest = std::min(shortest, *keep);
  }
  return shortest;
}

}  // namespace

Time DeclaredKind::deadline(Time stored) const {
  const bool beyond = stored.nanoseconds() > 0 &&
                      keep.count_nanoseconds() > Time::max().nanoseconds() - stored.nanoseconds();
  return beyond ? Time::max() : stored + keep;
}

Result<Declarations> Declarations::make(const std::vector<policy::Kind>& kinds,
                                        const policy::Table& policy) {
  Declarations made;
  for (const policy::Kind& kind : kinds) {
    const bool taken = std::ranges::any_of(made.kinds_, [&](const DeclaredKind& other) {
      return other.kind.id == kind.id || other.kind.name == kind.name;
    });
    if (taken || kind.id == kJournalKind) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("kind '{}' has the name or number ({}) of another", kind.name,
                              kind.id.number));
    }
    ASSIGN_OR_RETURN(const Duration keep, keep_of(kind, policy));
    made.kinds_.push_back({kind, keep});
  }
  std::ranges::sort(made.kinds_, {}, [](const DeclaredKind& k) { return k.kind.id; });
  return made;
}

const DeclaredKind* Declarations::find(policy::KindId id) const {
  const auto found =
      std::ranges::lower_bound(kinds_, id, {}, [](const DeclaredKind& k) { return k.kind.id; });
  return found != kinds_.end() && found->kind.id == id ? &*found : nullptr;
}

Result<const DeclaredKind*> Declarations::find(policy::KindId id, policy::Shape shape) const {
  const DeclaredKind* declared = find(id);
  if (declared == nullptr) {
    return fail(ErrorKind::kInvalid, fmt::format("kind {} is not declared", id.number));
  }
  if (declared->kind.shape != shape) {
    return fail(ErrorKind::kInvalid,
                fmt::format("kind '{}' is not of {}", declared->kind.name,
                            shape == policy::Shape::kRecord ? "records" : "series"));
  }
  return declared;
}

}  // namespace heed::silo

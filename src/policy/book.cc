#include "policy/book.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::policy {
namespace {

/// The shortest span of the kind's categories that ends by itself.
Duration span_of(const Policy& policy, const Kind& kind) {
  Duration shortest = Duration::max();
  for (const Field& field : kind.fields) {
    const auto category = policy.categories().find(field.category);
    if (!category) continue;
    shortest = std::min(shortest, policy.keep_span(*category).value_or(Duration::max()));
  }
  return shortest;
}

std::optional<Refusal> refusal_in(const Policy& policy, const Access& access, KindId id) {
  const Kind* kind = policy.kind(id);
  if (kind != nullptr) return policy.refusal(access, *kind);
  return policy.refusal_of({}, fmt::format("kind {}", id.number));
}

}  // namespace

Book::Book(std::vector<Version> versions) : versions_(std::move(versions)) {
  require(!versions_.empty(), "a book has at least one version");
  for (std::size_t i = 0; i < versions_.size(); ++i) {
    require(versions_[i].policy != nullptr, "every version of a book has its policy");
    require(i == 0 || versions_[i - 1].number < versions_[i].number,
            "the versions of a book stand in the order of their numbers");
  }
}

const Version* Book::version(std::uint32_t number) const {
  const auto found = std::ranges::lower_bound(versions_, number, {}, &Version::number);
  return found == versions_.end() || found->number != number ? nullptr : &*found;
}

const Version* Book::kept_for(std::uint32_t number) const {
  const Version* kept = version(number);
  if (kept == nullptr) return nullptr;
  for (const Version* later = kept + 1; later <= &current(); ++later) {
    if (later->notice && later->notice->reaches_earlier_items) kept = later;
  }
  return kept;
}

std::optional<Refusal> Book::refusal(const Access& access, KindId kind,
                                     std::uint32_t number) const {
  const Version* kept = kept_for(number);
  if (kept == nullptr) {
    return policy().refusal_of({}, fmt::format("an item of the unknown version {}", number));
  }
  if (auto refused = refusal_in(policy(), access, kind)) return refused;
  if (kept == &current()) return {};
  return refusal_in(*kept->policy, access, kind);
}

Time Book::deadline(KindId kind, std::uint32_t number, Time stored, Time deadline) const {
  if (number == current().number) return deadline;  // computed from this very version
  const Kind* known = policy().kind(kind);
  if (known == nullptr) return deadline;
  const Duration span = span_of(policy(), *known);
  if (span >= Time::max() - std::max(stored, Time())) return deadline;
  return std::min(deadline, stored + span);
}

}  // namespace heed::policy

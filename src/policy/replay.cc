#include "policy/replay.h"

#include <algorithm>

namespace heed::policy {
namespace {

/// Words of a proposed policy by path. Neighbours in a log mostly have the same words, so the last
/// one is remembered.
template <class Tag>
class Finder {
 public:
  explicit Finder(const Vocabulary<Tag>& words) : words_(words) {}
  std::optional<Word<Tag>> find(const std::string& path) {
    if (last_ == nullptr || *last_ != path) {
      last_ = &path;
      found_ = words_.find(path);
    }
    return found_;
  }

 private:
  const Vocabulary<Tag>& words_;
  const std::string* last_ = nullptr;
  std::optional<Word<Tag>> found_;
};

class Resolver {
 public:
  explicit Resolver(const Policy& policy)
      : policy_(policy),
        purposes_(policy.purposes()),
        categories_(policy.categories()),
        parties_(policy.parties()) {}

  /// What the policy does not have a word for is refused.
  Decision decide(const LoggedDecision& logged) {
    const auto purpose = purposes_.find(logged.purpose);
    const auto category = categories_.find(logged.category);
    const auto party = parties_.find(logged.party);
    if (!purpose || !category || !party) return {};
    return policy_.table().decide(*purpose, *category, *party, conditions(logged));
  }

 private:
  Conditions conditions(const LoggedDecision& logged) {
    if (last_ == nullptr || last_->holds != logged.holds || last_->fails != logged.fails) {
      last_ = &logged;
      conditions_ = Conditions(bits(logged.holds), bits(logged.fails));
    }
    return conditions_;
  }
  std::uint64_t bits(const std::vector<std::string>& facts) const {
    std::uint64_t bits = 0;
    for (const std::string& path : facts) {
      if (const auto fact = policy_.facts().find(path)) bits |= std::uint64_t{1} << fact->index;
    }
    return bits;
  }

  const Policy& policy_;
  Finder<PurposeTag> purposes_;
  Finder<CategoryTag> categories_;
  Finder<PartyTag> parties_;
  const LoggedDecision* last_ = nullptr;
  Conditions conditions_;
};

}  // namespace

Replay replay(std::span<const LoggedDecision> log, const Policy& proposed) {
  struct Changed {
    const LoggedDecision* logged;
    Decision decision;
  };
  Replay result;
  Resolver resolver(proposed);
  std::vector<Changed> changed;
  for (const LoggedDecision& logged : log) {
    result.decisions += logged.count;
    const Decision decision = resolver.decide(logged);
    if (decision.allowed == logged.allowed) continue;
    (decision.allowed ? result.newly_allowed : result.newly_refused) += logged.count;
    changed.push_back({&logged, decision});
  }
  std::ranges::sort(changed, [](const Changed& a, const Changed& b) {
    return a.logged->count != b.logged->count ? a.logged->count > b.logged->count
                                              : a.logged < b.logged;
  });
  if (changed.size() > Replay::kMostTold) changed.resize(Replay::kMostTold);
  for (const Changed& one : changed) {
    const std::uint16_t clause = one.decision.clause;
    result.changes.push_back(
        {*one.logged, one.decision.allowed,
         clause == Table::kDefault ? std::string("default") : proposed.clauses()[clause].id});
  }
  return result;
}

}  // namespace heed::policy

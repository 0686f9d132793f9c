#include "silo/pass.h"

#include <algorithm>

namespace heed::silo {

using policy::Conditions;
using policy::Decision;

Pass::Pass(std::shared_ptr<const Rulings> rulings, const DeclaredKind& kind,
           const policy::Access& access, bool of_items)
    : rulings_(std::move(rulings)),
      kind_(&kind),
      access_(&access),
      of_items_(of_items),
      conditions_(rulings_->claimed(access.conditions, of_items)) {
  sure_ = !kind.uses.empty() && refused_use(rulings_->policy(), kind, conditions_) == nullptr;
}

const DeclaredKind::Use* Pass::refused_use(const policy::Policy& policy, const DeclaredKind& kind,
                                           Conditions conditions) const {
  const policy::Table& table = policy.table();
  for (const DeclaredKind::Use& use : kind.uses) {
    if (!table.decide(access_->purpose, use.category, access_->party, conditions).allowed) {
      return &use;
    }
  }
  return nullptr;
}

bool Pass::possible() const {
  if (sure_) return true;
  const policy::Table& table = rulings_->policy().table();
  std::uint64_t relevant = 0;
  for (const DeclaredKind::Use& use : kind_->uses) {
    relevant |= table.relevant(access_->purpose, use.category, access_->party);
  }
  if ((relevant & rulings_->source_facts()) == 0) return false;
  return std::ranges::any_of(rulings_->sources(), [&](const auto& source) {
    const Conditions known = rulings_->with_source(conditions_, source.first);
    return refused_use(rulings_->policy(), *kind_, known) == nullptr;
  });
}

bool Pass::allows(std::string_view source, std::uint32_t version) const {
  const std::uint32_t kept = rulings_->kept_for(version);
  if (sure_ && kept == rulings_->version()) return true;
  const policy::Version* promised = rulings_->book().version(kept);
  if (promised == nullptr) return false;
  const Conditions known = rulings_->with_source(conditions_, source);
  if (!sure_ && refused_use(rulings_->policy(), *kind_, known) != nullptr) return false;
  if (kept == rulings_->version()) return true;
  const DeclaredKind* then = rulings_->find(kind_->kind.id, kept);
  return then != nullptr && refused_use(*promised->policy, *then, known) == nullptr;
}

Pass::OnField Pass::field(std::size_t index, Conditions known, std::uint32_t version) const {
  const auto in = [&](const policy::Policy& policy, const DeclaredKind* kind) -> OnField {
    if (kind == nullptr || index >= kind->kind.fields.size()) {
      return {false, policy.refusal_of({}, kind_->kind.name)};
    }
    const policy::Field& field = kind->kind.fields[index];
    const auto category = policy.categories().find(field.category);
    const Decision decision =
        category ? policy.table().decide(access_->purpose, *category, access_->party, known)
                 : Decision{};
    return {decision.allowed, policy.refusal_of(decision, kind->kind.name + "." + field.name)};
  };
  OnField now = in(rulings_->policy(), kind_);
  const std::uint32_t kept = rulings_->kept_for(version);
  if (!now.allowed || kept == rulings_->version()) return now;
  const policy::Version* promised = rulings_->book().version(kept);
  if (promised == nullptr) return {false, rulings_->policy().refusal_of({}, kind_->kind.name)};
  return in(*promised->policy, rulings_->find(kind_->kind.id, kept));
}

policy::Refusal Pass::refusal(std::string_view source, std::uint32_t version) const {
  const Conditions known = rulings_->with_source(conditions_, source);
  const auto refused = [&](const policy::Policy& policy,
                           const DeclaredKind& kind) -> std::optional<policy::Refusal> {
    const DeclaredKind::Use* use = refused_use(policy, kind, known);
    if (use == nullptr) return {};
    const Decision decision =
        policy.table().decide(access_->purpose, use->category, access_->party, known);
    return policy.refusal_of(decision, kind.kind.name + "." + kind.kind.fields[use->field].name);
  };
  if (auto now = refused(rulings_->policy(), *kind_)) return *std::move(now);
  const std::uint32_t kept = rulings_->kept_for(version);
  const policy::Version* promised = rulings_->book().version(kept);
  const DeclaredKind* then = rulings_->find(kind_->kind.id, kept);
  if (promised != nullptr && then != nullptr) {
    if (auto promise = refused(*promised->policy, *then)) return *std::move(promise);
  }
  return rulings_->policy().refusal_of({}, kind_->kind.name);
}

}  // namespace heed::silo

// What one access may do with one kind: decided once, then held against each item.
#pragma once

#include "silo/rulings.h"

namespace heed::silo {

/// Lives during one operation; the access outlives it.
class Pass {
 public:
  /// Decides for items of `kind` of which nothing is known yet. `of_items`: their sources are read
  /// from their labels; otherwise what the access says of sources holds.
  Pass(std::shared_ptr<const Rulings> rulings, const DeclaredKind& kind,
       const policy::Access& access, bool of_items);

  /// The same question for another use. `access` must outlive it.
  Pass asking_as(const policy::Access& access) const {
    return Pass(rulings_, *kind_, access, of_items_);
  }

  const Rulings& rulings() const { return *rulings_; }
  const DeclaredKind& kind() const { return *kind_; }
  const policy::Access& access() const { return *access_; }

  /// Whatever the item, the version in force allows it.
  bool sure() const { return sure_; }
  /// Some item could be allowed: one of a source that the policy speaks of.
  bool possible() const;
  /// An item of this source, collected under `version`. An empty source is not known.
  bool allows(std::string_view source, std::uint32_t version) const;
  /// Why not; only after allows() said no.
  policy::Refusal refusal(std::string_view source, std::uint32_t version) const;
  /// The decision on one field of such an item alone, whatever the rest of its kind.
  struct OnField {
    bool allowed = false;
    policy::Refusal by;  ///< The clause that allows or refuses it.
  };
  OnField field(std::size_t index, policy::Conditions known, std::uint32_t version) const;
  /// What the access may say of itself.
  policy::Conditions claimed() const { return conditions_; }
  /// What is known of a request for such an item.
  policy::Conditions conditions(std::string_view source) const {
    return sure_ ? conditions_ : rulings_->with_source(conditions_, source);
  }

 private:
  const DeclaredKind::Use* refused_use(const policy::Policy& policy, const DeclaredKind& kind,
                                       policy::Conditions conditions) const;

  const std::shared_ptr<const Rulings> rulings_;
  const DeclaredKind* const kind_;
  const policy::Access* const access_;
  const bool of_items_;
  const policy::Conditions conditions_;
  bool sure_ = false;
};

}  // namespace heed::silo

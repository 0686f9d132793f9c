// The facts of two policies under one numbering, and what may be known of a request in it. Only
// compare*.cc include this.
#pragma once

#include <bitset>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace heed::policy {

/// Facts of two policies: 64 of each at most.
using FactBits = std::bitset<2 * Conditions::kMost>;

/// Facts that hold and facts that do not; all others are unknown. Also a conjunction: what must be
/// known for it to be certain.
struct Knowledge {
  FactBits holds;
  FactBits fails;
  bool operator==(const Knowledge&) const = default;
  bool possible() const { return (holds & fails).none(); }
  /// Whether all of `part` is known here, too.
  bool has(const Knowledge& part) const {
    return (part.holds & ~holds).none() && (part.fails & ~fails).none();
  }
  /// Whether something of `part` is known to be otherwise.
  bool excludes(const Knowledge& part) const {
    return (part.holds & fails).any() || (part.fails & holds).any();
  }
};

/// Matches facts by name: the program computes them by their names, so a renamed fact is another.
///
/// Not every combination of facts can be: what comes from a site's demo form comes from the site,
/// and who is verified by login is verified by address. closed() adds what follows.
class FactSpace {
 public:
  FactSpace(const Policy& before, const Policy& after);
  Knowledge of_before(const CellRule& rule) const { return both(before_, rule); }
  Knowledge of_after(const CellRule& rule) const { return both(after_, rule); }
  Conditions in_before(const Knowledge& known) const { return in(before_, known); }
  Conditions in_after(const Knowledge& known) const { return in(after_, known); }

  Knowledge closed(const Knowledge& known) const;
  Knowledge with(Knowledge known, std::size_t fact, bool holds) const;
  /// The same without what follows from the rest.
  Knowledge reduced(const Knowledge& known) const;
  std::size_t size() const { return names_.size(); }
  /// Whether both policies number their facts alike.
  bool same_numbers() const { return before_ == after_; }
  /// "contract_valid", "source:site.demo_form"
  std::vector<std::string> names(const FactBits& facts) const;

 private:
  using Numbers = std::vector<std::size_t>;  // by the policy's own number
  Numbers number(const Policy& policy);
  void find_implications();
  Knowledge both(const Numbers& numbers, const CellRule& rule) const;
  Conditions in(const Numbers& numbers, const Knowledge& known) const;

  std::vector<std::string> names_;
  std::vector<FactBits> implies_;     // facts that hold when this one holds, itself included
  std::vector<FactBits> implied_by_;  // facts that fail when this one fails, itself included
  Numbers before_;
  Numbers after_;
};

}  // namespace heed::policy

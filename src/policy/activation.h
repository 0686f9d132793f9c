// What stands between a proposed text and its being in force.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/book.h"
#include "policy/compare/compare.h"
#include "policy/coverage.h"

namespace heed::policy {

struct Proposal {
  Checked checked;                       ///< Errors; policy is nullptr then and the rest is empty.
  std::vector<Finding> warnings;         ///< lint()'s.
  std::optional<Comparison> comparison;  ///< With the version in force.
  Coverage coverage;
  std::string against;        ///< Hash of the version in force that it was compared with.
  bool needs_notice = false;  ///< A promise weakens.
  /// Why it cannot be activated as it is, a notice apart; one sentence each. Empty: it can.
  std::vector<std::string> obstacles;
};

/// Checks `texts` against the book and the program. `today` is for findings about dates.
Proposal propose(const std::vector<PolicyText>& texts, const Book& book, const Inventory& program,
                 Time today);

/// The book with the proposal as its next version. kInvalid with the first obstacle; kConflict when
/// the book's version in force is not the one that it was compared with, and when a notice is
/// needed and `notice` is missing, was given for another text, or not before `now`. A notice that
/// is not needed must be for this text all the same.
Result<std::shared_ptr<const Book>> activate(const Proposal& proposal, const Book& book,
                                             std::string by, std::optional<Notice> notice,
                                             Time now);

}  // namespace heed::policy

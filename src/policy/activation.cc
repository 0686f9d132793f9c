#include "policy/activation.h"

#include <fmt/core.h>

#include "policy/lint/lint.h"

namespace heed::policy {
namespace {

std::vector<std::string> obstacles_of(const Proposal& proposal, const Policy& in_force) {
  std::vector<std::string> obstacles;
  if (proposal.checked.policy->hash() == in_force.hash()) {
    obstacles.emplace_back("This text is in force already.");
  }
  for (const Gap& gap : proposal.coverage.gaps) obstacles.push_back(gap.message);
  return obstacles;
}

Result<void> check_notice(const Proposal& proposal, const std::optional<Notice>& notice, Time now) {
  if (!notice) {
    if (!proposal.needs_notice) return {};
    return fail(ErrorKind::kConflict, "the new text weakens a promise and no notice was given",
                "give a notice that says what changes, then activate with it");
  }
  if (notice->hash != proposal.checked.policy->hash()) {
    return fail(ErrorKind::kConflict, "the notice announced another text than this one",
                "give a notice for this very text, or activate the text that was announced");
  }
  if (notice->given >= now) {
    return fail(ErrorKind::kConflict,
                fmt::format("the notice counts from {}, which is not before the activation",
                            format_time(notice->given)),
                "activate after the notice was given");
  }
  return {};
}

}  // namespace

Proposal propose(const std::vector<PolicyText>& texts, const Book& book, const Inventory& program,
                 Time today) {
  Proposal proposal;
  proposal.checked = check(texts, &book.policy());
  proposal.against = book.policy().hash();
  if (!proposal.checked.ok()) return proposal;
  const Policy& proposed = *proposal.checked.policy;
  proposal.warnings = lint(proposed, today);
  proposal.comparison = compare(book.policy(), proposed);
  proposal.coverage = cover(proposed, program, {});
  proposal.needs_notice = proposal.comparison->weakened();
  proposal.obstacles = obstacles_of(proposal, book.policy());
  return proposal;
}

Result<std::shared_ptr<const Book>> activate(const Proposal& proposal, const Book& book,
                                             std::string by, std::optional<Notice> notice,
                                             Time now) {
  if (!proposal.checked.ok()) {
    const std::vector<Finding>& findings = proposal.checked.findings;
    return fail(ErrorKind::kInvalid,
                findings.empty() ? "the policy does not compile" : findings[0].message,
                findings.empty() ? "run heed policy check" : findings[0].mend);
  }
  if (!proposal.obstacles.empty()) {
    return fail(ErrorKind::kInvalid, proposal.obstacles[0],
                "mend the text, or the program, and propose it again");
  }
  if (proposal.against != book.policy().hash()) {
    return fail(ErrorKind::kConflict, "another version came into force since this was compared",
                "propose the text again, so that it is compared with the version in force");
  }
  if (auto fits = check_notice(proposal, notice, now); !fits) {
    return std::unexpected(std::move(fits).error());
  }
  std::vector<Version> versions = book.versions();
  versions.push_back(
      {book.current().number + 1, now, std::move(by), std::move(notice), proposal.checked.policy});
  return std::make_shared<const Book>(std::move(versions));
}

}  // namespace heed::policy

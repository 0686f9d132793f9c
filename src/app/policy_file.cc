#include "app/policy_file.h"

#include "app/files.h"
#include "app/inventory.h"
#include "policy/coverage.h"
#include "policy/language/finding.h"
#include "policy/shipped.h"

namespace heed::app {
namespace {

constexpr std::size_t kLargestPolicy = 4U << 20;  ///< As the parser's own limit.

Result<policy::PolicyText> read(const std::string& file) {
  ASSIGN_OR_RETURN(std::string text, read_text(file, kLargestPolicy));
  return policy::PolicyText{file, std::move(text)};
}

Error first_error(const policy::Checked& checked, const policy::PolicyText& text) {
  const policy::Finding& finding = checked.findings.front();
  return {ErrorKind::kInvalid, policy::excerpt(finding, text.text),
          "run: heed policy check " + text.file};
}

}  // namespace

Result<std::shared_ptr<const policy::Policy>> first_policy(const std::string& file) {
  if (file.empty()) return policy::heed_policy();
  ASSIGN_OR_RETURN(const policy::PolicyText text, read(file));
  const policy::Checked checked = policy::check({text});
  if (!checked.ok()) return std::unexpected(first_error(checked, text));
  const policy::Coverage coverage = policy::cover(*checked.policy, inventory(), {});
  if (!coverage.complete()) {
    const policy::Gap& gap = coverage.gaps.front();
    return fail(ErrorKind::kInvalid, file + ": " + gap.message, gap.mend);
  }
  return checked.policy;
}

Result<void> follow_policy_file(silo::Store& store, const std::string& file, Time today) {
  if (file.empty()) return {};
  ASSIGN_OR_RETURN(const policy::PolicyText text, read(file));
  const policy::Proposal proposal = policy::propose({text}, *store.book(), inventory(), today);
  if (!proposal.checked.ok()) return std::unexpected(first_error(proposal.checked, text));
  if (proposal.checked.policy->hash() == store.policy()->hash()) return {};
  if (proposal.needs_notice) {
    return fail(ErrorKind::kConflict, file + " weakens a promise of the policy in force",
                "start without --policy, give a notice and activate it in the policy workbench");
  }
  const auto activated = store.activate(proposal, "operator", {});
  if (!activated) return std::unexpected(activated.error());
  return {};
}

}  // namespace heed::app

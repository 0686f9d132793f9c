// The page and its forms for machines, from the policy that is enforced.
#pragma once

#include <string>
#include <vector>

#include "policy/book.h"
#include "policy/policy.h"

namespace heed::policy {

/// What the running server adds to the text; all of it may be empty.
struct Evidence {
  struct Clause {
    std::string id;
    std::uint64_t allowed = 0;  ///< Decisions of the last 30 days.
    std::uint64_t refused = 0;
  };
  std::vector<Clause> clauses;
  /// "GET /api/v1/…", "silo: put, find, scan of kind person": where a clause's rules are asked.
  struct Point {
    std::string clause;
    std::string where;
  };
  std::vector<Point> points;
  std::optional<Time> counted_until;
  std::string contact_email;  ///< O88
  std::string contact_postal;
};

/// One self-contained document: no script, no request, WCAG 2.2 AA, prints well, light and dark.
/// Carries the activation date and the policy's hash. `style_nonce` goes to its <style>.
std::string render_html(const Version& version, const Evidence& evidence, Time now,
                        std::string_view style_nonce);
std::string render_markdown(const Version& version, const Evidence& evidence);
/// W3C Data Privacy Vocabulary 2, as JSON-LD.
std::string render_dpv(const Version& version);
/// A manifest in the shape of fideslang (YAML).
std::string render_fides(const Version& version);
/// {"gpc":true,"lastUpdate":"2026-01-31"} (W3C GPC, "GPC Support Resource"): true if the policy
/// lets nothing be sold or shared of who sends the signal.
std::string render_gpc(const Version& version);

}  // namespace heed::policy

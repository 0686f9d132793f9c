// Looking for machines on the server's own network: begun, watched and stopped by a member of the
// organization that began it. One at a time on a server.
#include "base/sync.h"
#include "http/asked.h"
#include "http/routes.h"

namespace heed::http {
namespace {

/// Thread-safe.
class Scans {
 public:
  explicit Scans(const Api& api) : api_(api) {}

  Asked<box::ScanState> begin(OrganizationId organization, const box::ScanRange& range) {
    const Lock lock(mutex_);
    if (scan_ && scan_->state().running) {
      const bool own = organization == of_;
      return refuse(problem(
          Problem{.status = 409,
                  .detail = own ? "A scan is under way." : "Somebody else is scanning.",
                  .mend = own ? "Wait until it ends, or stop it." : "Try again in a minute."}));
    }
    scan_.reset();
    of_ = organization;
    scan_ = api_.box.scan(range, api_.clock);
    return scan_->state();
  }
  std::optional<box::ScanState> state(OrganizationId organization) const {
    const Lock lock(mutex_);
    if (!scan_ || of_ != organization) return {};
    return scan_->state();
  }
  bool stop(OrganizationId organization) {
    const Lock lock(mutex_);
    if (!scan_ || of_ != organization) return false;
    scan_->stop();
    return true;
  }

 private:
  const Api& api_;
  mutable Mutex mutex_;
  OrganizationId of_ HEED_GUARDED_BY(mutex_);
  std::unique_ptr<box::Scan> scan_ HEED_GUARDED_BY(mutex_);
};

Response scan_response(const std::optional<box::ScanState>& state, int status = 200) {
  JsonWriter w;
  w.begin_object().key("ranges").begin_array();
  for (const box::ScanRange& range : box::own_ranges()) w.value(range.text());
  w.end_array().key("scan");
  if (!state) {
    w.null().end_object();
    return json(std::move(w), status);
  }
  w.begin_object().member("range", state->range).member("running", state->running);
  w.member("tried", static_cast<std::uint64_t>(state->tried));
  w.member("all", static_cast<std::uint64_t>(state->all)).key("found").begin_array();
  for (const box::Found& found : state->found) {
    w.begin_object().member("protocol", word(found.protocol)).member("address", found.address);
    w.member("recognized", found.recognized).member("why", found.why).end_object();
  }
  w.end_array().end_object().end_object();
  return json(std::move(w), status);
}

/// Whoever may see the floor may look around; the policy has the word on who that is.
Asked<void> belongs_here(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN([[maybe_unused]] const auto floor, floor_of(api, context));
  return {};
}

Asked<Response> begin(const Api& api, const Context& context, Scans& scans) {
  if (auto belongs = belongs_here(api, context); !belongs) return std::unexpected(belongs.error());
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const std::string asked, about("range", required_string(form, "range")));
  ASSIGN_OR_RETURN(const auto range, about("range", box::parse_scan_range(asked)));
  ASSIGN_OR_RETURN(const auto state, scans.begin(context.organization, range));
  return scan_response(state, 202);
}

}  // namespace

void add_scan_routes(Router& router, const Api& api) {
  const auto scans = std::make_shared<Scans>(api);
  const std::string pattern = below(kOrganizationPath, "/machines/scan");
  router.add({.method = Method::kPost,
              .pattern = pattern,
              .name = "begin_scan",
              .summary = "Knock at the ports of controls and agents on a network of the server's "
                         "own, and see who answers",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"NewScan"},
              .answers = {{.status = 202, .body = Body{"Scan"}}},
              .handler = [&api, scans](const Context& context) {
                auto answer = begin(api, context, *scans);
                return answer ? *std::move(answer) : std::move(answer.error().response);
              }});
  router.add({.method = Method::kGet,
              .pattern = pattern,
              .name = "show_scan",
              .summary = "The last scan and how far it is; the networks there are to scan",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Scan"}}},
              .handler = [scans](const Context& context) {
                return scan_response(scans->state(context.organization));
              }});
  router.add({.method = Method::kDelete,
              .pattern = pattern,
              .name = "stop_scan",
              .summary = "Stop it",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .answers = {{.status = 204}},
              .handler = [scans](const Context& context) {
                return scans->stop(context.organization) ? no_content() : not_found();
              }});
}

}  // namespace heed::http

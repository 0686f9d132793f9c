#include "http/api.h"

#include "box/transfer_settings.h"
#include "http/nc_routes.h"
#include "http/principal.h"
#include "http/routes.h"
#include "http/sent_reports.h"

namespace heed::http {

void add_routes(Router& router, const Api& api) {
  router.authenticator(authenticator(api.people));
  add_schemas(router);
  add_policy_schemas(router);
  add_erasure_schemas(router);
  add_disclosure_schemas(router);
  add_cycle_schemas(router);
  add_tool_schemas(router);
  add_report_schemas(router);
  add_session_routes(router, api);
  add_machine_routes(router, api);
  add_history_routes(router, api);
  add_cycle_routes(router, api);
  add_tool_routes(router, api);
  add_alarm_routes(router, api);
  add_comparison_routes(router, api);
  add_hand_over_routes(router, api);
  add_report_routes(router, api);
  add_grafana_routes(router, api);
  add_time_schemas(router);
  add_rule_schemas(router);
  add_shift_routes(router, api);
  add_reason_routes(router, api);
  add_oee_routes(router, api);
  add_program_schemas(router);
  add_program_routes(router, api);
  add_nc_schemas(router);
  add_nc_routes(router, api);
  add_transfer_routes(router, api);
  add_advice_schemas(router);
  add_advice_routes(router, api);
  add_rule_routes(router, api);
  add_parts_routes(router, api);
  add_sample_routes(router, api);
  const auto reports = std::make_shared<SentReports>();
  add_observation_routes(router, api, reports);
  add_chatter_routes(router, api, reports);
  add_line_protocol_routes(router, api);
  add_live_routes(router, api);
  add_mtconnect_routes(router, api);
  add_settings_routes(router, api);
  add_policy_routes(router, api);
  add_record_routes(router, api);
  add_blob_routes(router, api);
  add_erasure_routes(router, api);
  add_disclosure_routes(router, api);
  add_hold_routes(router, api);
  add_scan_routes(router, api);
  add_metric_routes(router, api);
  add_journal_routes(router, api);
  add_meta_routes(router, api);
}

Parameter time_parameter(std::string name, std::string description) {
  return {.name = std::move(name),
          .schema = R"({"type":"string","format":"date-time"})",
          .description = std::move(description)};
}

std::optional<box::Source> source_of(const machines::Machine& machine) {
  if (machine.address == kSentAddress) return {};
  return box::Source{.machine = machine.id,
                     .protocol = machine.protocol,
                     .address = machine.address,
                     .recording = machine.recording,
                     .settings = box::without_transfer(machine.settings)};
}

}  // namespace heed::http

// The routes of /api/v1 by subject. One function a file, each called once by add_routes().
#pragma once

#include "http/api.h"
#include "http/router.h"

namespace heed::http {

class SentReports;

inline constexpr std::string_view kApiPath = "/api/v1";
inline constexpr std::string_view kOrganizationPath = "/api/v1/organizations/{organization}";
inline constexpr std::string_view kMachinePath =
    "/api/v1/organizations/{organization}/machines/{machine}";
/// A pattern below one of these.
inline std::string below(std::string_view path, std::string_view rest) {
  return std::string(path) + std::string(rest);
}
/// A query parameter that is an RFC 3339 time.
Parameter time_parameter(std::string name, std::string description);

void add_schemas(Router& router);
void add_policy_schemas(Router& router);
void add_erasure_schemas(Router& router);
void add_disclosure_schemas(Router& router);
void add_cycle_schemas(Router& router);
void add_tool_schemas(Router& router);
void add_session_routes(Router& router, const Api& api);
void add_machine_routes(Router& router, const Api& api);
void add_history_routes(Router& router, const Api& api);
void add_cycle_routes(Router& router, const Api& api);
void add_tool_routes(Router& router, const Api& api);
void add_report_schemas(Router& router);
void add_alarm_routes(Router& router, const Api& api);
void add_comparison_routes(Router& router, const Api& api);
void add_hand_over_routes(Router& router, const Api& api);
void add_report_routes(Router& router, const Api& api);
void add_grafana_routes(Router& router, const Api& api);
void add_time_schemas(Router& router);
void add_shift_routes(Router& router, const Api& api);
void add_reason_routes(Router& router, const Api& api);
void add_oee_routes(Router& router, const Api& api);
void add_program_schemas(Router& router);
void add_program_routes(Router& router, const Api& api);
void add_transfer_routes(Router& router, const Api& api);
void add_advice_schemas(Router& router);
void add_advice_routes(Router& router, const Api& api);
void add_rule_schemas(Router& router);
void add_rule_routes(Router& router, const Api& api);
void add_parts_routes(Router& router, const Api& api);
void add_sample_routes(Router& router, const Api& api);
void add_observation_routes(Router& router, const Api& api,
                            const std::shared_ptr<SentReports>& reports);
void add_chatter_routes(Router& router, const Api& api,
                        const std::shared_ptr<SentReports>& reports);
void add_line_protocol_routes(Router& router, const Api& api);
void add_mtconnect_routes(Router& router, const Api& api);
void add_live_routes(Router& router, const Api& api);
void add_settings_routes(Router& router, const Api& api);
void add_policy_routes(Router& router, const Api& api);
void add_record_routes(Router& router, const Api& api);
void add_blob_routes(Router& router, const Api& api);
void add_erasure_routes(Router& router, const Api& api);
void add_disclosure_routes(Router& router, const Api& api);
void add_hold_routes(Router& router, const Api& api);
void add_scan_routes(Router& router, const Api& api);
void add_metric_routes(Router& router, const Api& api);
void add_journal_routes(Router& router, const Api& api);
void add_meta_routes(Router& router, const Api& api);

}  // namespace heed::http

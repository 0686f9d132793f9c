// A report as a page of its own (no script, nothing from elsewhere, prints well) and as CSV. The
// same report gives the same bytes: nothing says when it was made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "machines/period_report.h"
#include "machines/reason.h"

namespace heed::http {

struct ReportOf {
  machines::ReportSpan span = machines::ReportSpan::kWeek;
  std::string place;  ///< A location's or a machine's name, or that it is all of them.
  TimeZone zone;
  TimeRange range;
  TimeRange known;  ///< What of it has passed.
  bool has_calendar = false;
  std::vector<machines::PeriodFigures> machines;
  machines::PeriodReport report;
  machines::ReasonTree reasons;
};

/// `nonce` allows its style where a Content-Security-Policy holds; empty for a file.
std::string report_html(const ReportOf& of, std::string_view nonce);
/// "section,name,figure,value,unit": one fact a line.
std::string report_csv(const ReportOf& of);

}  // namespace heed::http

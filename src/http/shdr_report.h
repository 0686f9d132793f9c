// SHDR lines that a program sends over HTTP, as a report of their machine.
#pragma once

#include <string_view>

#include "base/base.h"
#include "machines/observation.h"

namespace heed::http {

/// All lines or none: kInvalid names the first line that cannot be read, counted from 1.
/// Commands and pings say nothing of a machine and are passed over. The report has no number yet.
Result<machines::Report> report_of_lines(std::string_view lines, machines::MachineId machine,
                                         Time arrival);

}  // namespace heed::http

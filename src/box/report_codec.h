// Reports as bytes, for the spool.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "machines/observation.h"

namespace heed::box {

/// A report's encoding is never longer; drivers cut theirs well below (report_builder.h).
constexpr std::size_t kReportBytes = std::size_t{8} << 20;

Bytes encode_report(const machines::Report& report);

/// kCorrupt if the bytes are no report: a wrong version, a count beyond the bytes that are there,
/// an index beyond its list, bytes left over.
Result<machines::Report> decode_report(BytesView bytes);

/// About how many bytes the report takes in memory and encoded; cheap.
std::size_t report_size(const machines::Report& report);

}  // namespace heed::box

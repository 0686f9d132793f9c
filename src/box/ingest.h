// Whom the box hands its reports to.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "machines/observation.h"
#include "policy/governed.h"

namespace heed::box {

/// What the ingest has of a machine, durably.
struct Resume {
  std::uint64_t number = 0;  ///< Its last report; 0 before the first.
  std::string cursor;        ///< That report's Report::resume.
};

/// Both are called from several threads at once, for one machine never from two.
struct Ingest {
  /// Durable when it returns; gives the number of the last report it has of the machine. A report
  /// whose number it has already changes nothing. A refusal is final: the report is given up. Of
  /// errors, kInvalid means that this report can never be stored: it is replaced by a gap that says
  /// so; any other is tried again.
  std::function<policy::Governed<std::uint64_t>(const machines::Report&)> take;
  std::function<Result<Resume>(machines::MachineId)> resume;
};

}  // namespace heed::box

// Programs, their revisions and the ledger's lines as records, and back.
#pragma once

#include <optional>
#include <string>

#include "machines/programs.h"

namespace heed::machines {

silo::Record write_program(const Program& program);
std::optional<Program> read_program(const silo::Record& record);

/// "<program>/<number, 6 digits>": those of a program lie together and in order.
std::string revision_id(ProgramId program, std::uint32_t number);
/// Without its content, which is put afterwards.
silo::Record write_revision(ProgramId program, const Revision& revision);
/// Nothing for one whose content has not come.
std::optional<Revision> read_revision(const silo::Record& record);

/// A line that has not been `done` yet: that is said by a correction, so that the record's label
/// knows who did it. `id` begins with the time, the newest first.
silo::Record write_line(std::string id, const LedgerLine& line);
std::optional<LedgerLine> read_line(const silo::Record& record);
std::string line_id(Time at, const std::string& random);
silo::Patch line_done(const std::string& id);

}  // namespace heed::machines

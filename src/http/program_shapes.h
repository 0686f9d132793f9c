// Programs, their revisions, comparisons and transfers as JSON.
#pragma once

#include "base/json.h"
#include "box/transfer.h"
#include "machines/program_diff.h"
#include "machines/programs.h"

namespace heed::http {

void write_program(JsonWriter& w, const machines::Program& program);
void write_revision(JsonWriter& w, const machines::Revision& revision);
void write_kept(JsonWriter& w, const machines::KeptText& kept);
void write_removal(JsonWriter& w, const machines::RemovalPreview& preview);
void write_ledger_line(JsonWriter& w, const machines::LedgerLine& line);
void write_diff(JsonWriter& w, const machines::ProgramDiff& diff);
void write_transfer_state(JsonWriter& w, const box::TransferState& state);

}  // namespace heed::http

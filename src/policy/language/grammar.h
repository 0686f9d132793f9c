// The productions of the grammar (document.h), as the files of the parser share them. Each reads
// one thing at the cursor; false: it told an error and stopped somewhere inside.
#pragma once

#include "policy/language/cursor.h"
#include "policy/language/document.h"

namespace heed::policy {

bool read_header(Cursor& cursor, Header& into);
/// What is no name where one should be: told once for all commas of a block.
void skip_no_name(Cursor& cursor, bool& told_comma);
bool read_vocabulary(Cursor& cursor, VocabularyNode& into);
bool read_kind(Cursor& cursor, KindNode& into);
bool read_clause(Cursor& cursor, ClauseNode& into);
bool read_statement(Cursor& cursor, Statement& into);
/// Reads "allow" or "deny" and what follows, exceptions too; `depth` counts those around it.
bool read_rule(Cursor& cursor, RuleNode& into, std::size_t depth);
bool read_scope(Cursor& cursor, Scope& into);

}  // namespace heed::policy

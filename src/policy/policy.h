// policy: what may be done with which data, decided from one table.
//
// In:  words (categories, purposes, parties, conditions) and clauses with rules.
// Out: a Table that answers "may this access touch this category, and which clause says so".
// Knows: base. Pure: no I/O, no clock, no allocation in a decision.
//
// The table is what the engine asks; where it comes from is TableBuilder today and the policy
// language (DESIGN §3) later, behind the same Table.
#pragma once

#include "policy/access.h"
#include "policy/governed.h"
#include "policy/kind.h"
#include "policy/table.h"
#include "policy/words.h"

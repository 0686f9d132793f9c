// base: what every room needs and nothing of what any room means.
//
// In:  nothing. Out: results, time, ids, bytes, randomness, crypto primitives, JSON, logs, locks.
// Knows: the standard library, and one adapter each for fmt, OpenSSL and Boost.JSON.
//
// Read result.h and time.h first; the rest is looked up when needed.
#pragma once

#include "base/bytes.h"
#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

// The one thing that a Sparkplug host of ours can send: a request to an edge node to tell all it
// has anew (`Node Control/Rebirth` = true, specification 3.0 §5.7).
//
// It starts and changes nothing at a machine, but it is a command to an edge node. DESIGN §7 says
// that machines are never written to, so it is sent only where the settings say `rebirth`: true;
// without it a host waits for the next birth. There is no other payload here, and no topic but
// NCMD.
#pragma once

#include "base/bytes.h"
#include "wire/sparkplug/topic.h"

namespace heed::wire::sparkplug {

/// "spBv1.0/GROUP/NCMD/NODE"
std::string rebirth_topic(const EdgeNode& edge);
/// The same bytes always: one metric, no timestamp, no sequence number.
Bytes rebirth_payload();

}  // namespace heed::wire::sparkplug

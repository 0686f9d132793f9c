// Figures as the JSON of /api/v1.
#pragma once

#include "base/json.h"
#include "machines/oee.h"
#include "machines/self_audit.h"

namespace heed::http {

/// With its pieces and what they refer to, or the figures alone.
void write_oee(JsonWriter& w, const machines::Oee& oee, bool pieces);
void write_self_audit(JsonWriter& w, const machines::SelfAudit& audit);

}  // namespace heed::http

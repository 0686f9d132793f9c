// A machine as a card on the floor.
#pragma once

#include "machines/reading.h"

namespace heed::machines {

/// What the access may not see of a card is left out; refused altogether when it may see no
/// production data. `zone`: its location's; `glance`: as the
/// access may see it.
Governed<Card> make_card(const Reading& reading, const Machine& machine, const TimeZone& zone,
                         Glance glance);

}  // namespace heed::machines

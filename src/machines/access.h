// Who asks and what is answered, in the words of every door and book of this room.
#pragma once

#include "policy/access.h"
#include "policy/governed.h"

namespace heed::machines {

using policy::Access;
using policy::Governed;

}  // namespace heed::machines

// The forms by which machines are declared, changed and tried: checked field by field.
#pragma once

#include <string>

#include "http/asked.h"

namespace heed::http {

/// {name, location?, protocol, address, settings?, recording?}
Asked<machines::NewMachine> new_machine_of(const Json& form);
/// {name?, location?, address?, settings?}; what is not there stays.
Asked<machines::MachineChange> machine_change_of(const Json& form);

/// {protocol, address, settings?}
Asked<box::Look> look_of(const Json& form);
/// A problem about the field, if the box could not read by it.
Asked<void> check_look(const box::Look& look);

/// What is no longer read would stand still without a word, so a machine that the box does not take
/// is not declared at all.
Asked<void> start_reading(const Api& api, const machines::Machine& machine);
/// After a change of how it is read.
Asked<void> read_anew(const Api& api, const machines::Machine& machine);

}  // namespace heed::http

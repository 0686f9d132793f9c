// The forms by which machines are declared, changed and tried: checked field by field.
#pragma once

#include <string>

#include "http/asked.h"

namespace heed::http {

/// {name, location?, protocol, address, recording?}
Asked<machines::NewMachine> new_machine_of(const Json& form);
/// {name?, location?}; what is not there stays.
Asked<machines::MachineChange> machine_change_of(const Json& form);

struct Probe {
  machines::Protocol protocol = machines::Protocol::kShdr;
  std::string address;
};
/// {protocol, address}
Asked<Probe> probe_of(const Json& form);

}  // namespace heed::http

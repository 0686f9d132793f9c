#include "http/machine_form.h"

namespace heed::http {
namespace {

Asked<std::optional<std::string>> text_in(const Json& form, std::string_view field) {
  const Json* member = form.find(field);
  if (member == nullptr || member->is_null()) return std::optional<std::string>();
  if (member->string() == nullptr) return wrong(field, "The field is no text.");
  return std::optional<std::string>(*member->string());
}

Asked<bool> truth_in(const Json& form, std::string_view field) {
  const Json* member = form.find(field);
  if (member == nullptr || member->is_null()) return false;
  const auto truth = member->boolean();
  if (!truth) return wrong(field, "The field is neither true nor false.");
  return *truth;
}

}  // namespace

Asked<Probe> probe_of(const Json& form) {
  ASSIGN_OR_RETURN(const auto named, about("protocol", required_string(form, "protocol")));
  const auto protocol = machines::parse_protocol(named);
  if (!protocol) {
    return wrong("protocol", "Heed does not speak this protocol.",
                 "Take one of shdr, mtconnect, linuxcnc.");
  }
  ASSIGN_OR_RETURN(auto address, about("address", required_string(form, "address")));
  return Probe{*protocol, std::move(address)};
}

Asked<machines::NewMachine> new_machine_of(const Json& form) {
  ASSIGN_OR_RETURN(auto name, about("name", required_string(form, "name")));
  ASSIGN_OR_RETURN(auto location, text_in(form, "location"));
  ASSIGN_OR_RETURN(auto probe, probe_of(form));
  ASSIGN_OR_RETURN(const bool recording, truth_in(form, "recording"));
  if (probe.address != kSentAddress) {
    ASSIGN_OR_RETURN([[maybe_unused]] const auto endpoint,
                     about("address", box::parse_address(probe.protocol, probe.address)));
  }
  return machines::NewMachine{.name = std::move(name),
                              .location = location.value_or(""),
                              .protocol = probe.protocol,
                              .address = std::move(probe.address),
                              .recording = recording};
}

Asked<machines::MachineChange> machine_change_of(const Json& form) {
  machines::MachineChange change;
  ASSIGN_OR_RETURN(change.name, text_in(form, "name"));
  ASSIGN_OR_RETURN(change.location, text_in(form, "location"));
  return change;
}

}  // namespace heed::http

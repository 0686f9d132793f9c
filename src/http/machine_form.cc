#include "http/machine_form.h"

#include "box/transfer_settings.h"

namespace heed::http {
namespace {

Asked<bool> truth_in(const Json& form, std::string_view field) {
  const Json* member = given(form, field);
  if (member == nullptr) return false;
  const auto truth = member->boolean();
  if (!truth) return wrong(field, "The field is neither true nor false.");
  return *truth;
}

}  // namespace

Asked<box::Look> look_of(const Json& form) {
  ASSIGN_OR_RETURN(const auto named, about("protocol", required_string(form, "protocol")));
  const auto protocol = machines::parse_protocol(named);
  if (!protocol) {
    return wrong("protocol", "Heed does not speak this protocol.",
                 "Take one of " + machines::protocol_words() + ".");
  }
  ASSIGN_OR_RETURN(auto address, about("address", required_string(form, "address")));
  ASSIGN_OR_RETURN(auto settings, given_text(form, "settings"));
  return box::Look{*protocol, std::move(address), box::without_transfer(settings.value_or(""))};
}

Asked<void> check_look(const box::Look& look) {
  const auto checked = box::Box::check(look);
  if (checked) return {};
  const bool settings = checked.error().message.starts_with("settings");
  return refuse(problem(checked.error(), settings ? "settings" : "address"));
}

Asked<machines::NewMachine> new_machine_of(const Json& form) {
  ASSIGN_OR_RETURN(auto name, about("name", required_string(form, "name")));
  ASSIGN_OR_RETURN(auto location, given_text(form, "location"));
  ASSIGN_OR_RETURN(auto look, look_of(form));
  ASSIGN_OR_RETURN(const bool recording, truth_in(form, "recording"));
  if (look.address != kSentAddress) {
    if (auto checked = check_look(look); !checked) return std::unexpected(checked.error());
  }
  return machines::NewMachine{.name = std::move(name),
                              .location = location.value_or(""),
                              .protocol = look.protocol,
                              .address = std::move(look.address),
                              .recording = recording,
                              .settings = std::move(look.settings)};
}

Asked<machines::MachineChange> machine_change_of(const Json& form) {
  machines::MachineChange change;
  ASSIGN_OR_RETURN(change.name, given_text(form, "name"));
  ASSIGN_OR_RETURN(change.location, given_text(form, "location"));
  ASSIGN_OR_RETURN(change.address, given_text(form, "address"));
  ASSIGN_OR_RETURN(change.settings, given_text(form, "settings"));
  return change;
}

Asked<void> start_reading(const Api& api, const machines::Machine& machine) {
  const auto source = source_of(machine);
  if (!source) return {};
  auto added = api.box.add(*source);
  if (!added && added.error().kind != ErrorKind::kConflict) {
    return std::unexpected(Refused(added.error()));
  }
  return {};
}

Asked<void> read_anew(const Api& api, const machines::Machine& machine) {
  (void)api.box.remove(machine.id);  // that it was not read is no reason not to begin
  return start_reading(api, machine);
}

}  // namespace heed::http

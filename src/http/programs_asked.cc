#include "http/programs_asked.h"

#include <algorithm>
#include <charconv>

#include "http/principal.h"

namespace heed::http {

Asked<Shelf> shelf_of(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(auto machines, api.machines(context.organization));
  return Shelf{std::move(machines), transfer_access_of(context.principal, *api.store.policy())};
}

Asked<AtProgram> program_of(const Api& api, const Context& context) {
  const auto id = machines::ProgramId::parse(context.parameter("program"));
  if (!id) return refuse(not_found());
  ASSIGN_OR_RETURN(Shelf shelf, shelf_of(api, context));
  // Asked for first, so that what is not there is 404 whatever else is wrong with the request.
  ASSIGN_OR_RETURN([[maybe_unused]] const auto there, shelf.programs().find(shelf.access, *id));
  return AtProgram{std::move(shelf), *id};
}

Asked<AtShelfMachine> shelf_machine_of(const Api& api, const Context& context) {
  const auto id = machines::MachineId::parse(context.parameter("machine"));
  if (!id) return refuse(not_found());
  ASSIGN_OR_RETURN(Shelf shelf, shelf_of(api, context));
  ASSIGN_OR_RETURN(auto machine, shelf.machines->machine(shelf.access, *id));
  return AtShelfMachine{std::move(shelf), std::move(machine)};
}

Asked<std::uint32_t> revision_of(const Context& context) {
  ASSIGN_OR_RETURN(const std::uint64_t number, number_in_path(context, "revision"));
  if (number == 0 || number > machines::kMostRevisions) return refuse(not_found());
  return static_cast<std::uint32_t>(number);
}

Refused refusal_of(const policy::Withheld& why) {
  const Error* error = why.error();
  if (error == nullptr) return why;
  const std::size_t colon = error->message.find(": ");
  const std::string field = error->message.substr(0, colon);
  const bool named = colon != std::string::npos && std::ranges::all_of(field, [](char c) {
                       return (c >= 'a' && c <= 'z') || c == '_';
                     });
  const bool about = error->kind == ErrorKind::kInvalid || error->kind == ErrorKind::kConflict;
  if (!named || !about) return why;
  return problem(Error{error->kind, error->message.substr(colon + 2), error->mend}, field);
}

}  // namespace heed::http

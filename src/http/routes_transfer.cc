// Programs to and from controls. Every route here wants a person's session: no key can read from a
// control's files or write to them, and nothing is written without the person who asked for it.
#include "box/source.h"
#include "box/transfer_settings.h"
#include "http/program_shapes.h"
#include "http/programs_asked.h"
#include "http/routes.h"

namespace heed::http {
namespace {

using box::TransferKind;

// Settings --------------------------------------------------------------------------------------

/// Where the machine itself is, for settings that name no host; empty where that says nothing.
std::string host_of(const machines::Machine& machine) {
  if (machine.address == kSentAddress) return {};
  const auto endpoint = box::parse_address(machine.protocol, machine.address);
  return endpoint && !endpoint->serial ? endpoint->host : std::string();
}

Response settings_response(const std::optional<box::FilePlace>& place) {
  JsonWriter w;
  w.begin_object().key("settings");
  if (place) {
    box::write_transfer(w, *place);
  } else {
    w.null();
  }
  w.end_object();
  return json(std::move(w));
}

Asked<Response> put_settings(const AtShelfMachine& at, const std::optional<box::FilePlace>& place) {
  const auto settings = box::with_transfer(at.machine.settings, place);
  ASSIGN_OR_RETURN(
      [[maybe_unused]] const auto changed,
      of_room(at.shelf.machines->change(at.shelf.access, at.machine.id, {.settings = settings})));
  return settings_response(place);
}

Asked<Response> show_settings(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtShelfMachine at, shelf_machine_of(api, context));
  return settings_response(box::transfer_of(at.machine.settings));
}

Asked<Response> set_settings(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtShelfMachine at, shelf_machine_of(api, context));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  auto place = box::read_transfer(form, box::transfer_of(at.machine.settings), host_of(at.machine));
  if (!place) return std::unexpected(refusal_of(std::move(place).error()));
  return put_settings(at, *place);
}

Asked<Response> remove_settings(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtShelfMachine at, shelf_machine_of(api, context));
  if (auto removed = put_settings(at, {}); !removed) return removed;
  return no_content();
}

// Transfers -------------------------------------------------------------------------------------

Asked<TransferKind> kind_in(const Json& form) {
  ASSIGN_OR_RETURN(const auto text, about("kind", required_string(form, "kind")));
  for (const auto kind :
       {TransferKind::kList, TransferKind::kPreview, TransferKind::kFetch, TransferKind::kSend}) {
    if (text == box::word(kind)) return kind;
  }
  return wrong("kind", "This is no kind of transfer.", "Take list, preview, fetch or send.");
}

Asked<std::optional<machines::ProgramId>> program_in(const Json& form) {
  ASSIGN_OR_RETURN(const auto text, text_in_form(form, "program"));
  if (text.empty()) return std::optional<machines::ProgramId>();
  const auto id = machines::ProgramId::parse(text);
  if (!id) return refuse(not_found());
  return id;
}

Asked<std::uint32_t> revision_in(const Json& form) {
  const Json* member = given(form, "revision");
  if (member == nullptr) return 0U;
  const auto number = member->integer();
  if (!number || *number < 1 || *number > machines::kMostRevisions) {
    return wrong("revision", "This is no revision's number.");
  }
  return static_cast<std::uint32_t>(*number);
}

Asked<box::TransferRequest> request_in(const Json& form) {
  box::TransferRequest wanted;
  ASSIGN_OR_RETURN(wanted.kind, kind_in(form));
  ASSIGN_OR_RETURN(wanted.place, text_in_form(form, "place"));
  ASSIGN_OR_RETURN(wanted.program, program_in(form));
  ASSIGN_OR_RETURN(wanted.revision, revision_in(form));
  ASSIGN_OR_RETURN(wanted.folder, text_in_form(form, "folder"));
  ASSIGN_OR_RETURN(wanted.expected, text_in_form(form, "expected"));
  ASSIGN_OR_RETURN(wanted.confirm, text_in_form(form, "confirm"));
  const Json* insist = form.find("insist");
  wanted.insist = insist != nullptr && insist->boolean().value_or(false);
  const bool looks = wanted.kind == TransferKind::kPreview || wanted.kind == TransferKind::kSend;
  if (looks && !wanted.program) return wrong("program", "Say which program.");
  if (wanted.kind == TransferKind::kSend && form.find("expected") == nullptr) {
    return wrong("expected", "Say what lies there now, or null for nothing.", "Preview it first.");
  }
  return wanted;
}

Response transfer_response(const box::TransferState& state, int status = 200) {
  JsonWriter w;
  write_transfer_state(w, state);
  return json(std::move(w), status);
}

Asked<Response> begin(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(AtShelfMachine at, shelf_machine_of(api, context));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(auto wanted, request_in(form));
  wanted.organization = context.organization;
  wanted.access = std::move(at.shelf.access);
  wanted.machines = std::move(at.shelf.machines);
  wanted.machine = at.machine.id;
  ASSIGN_OR_RETURN(const auto begun, of_room(api.transfers.begin(std::move(wanted))));
  return transfer_response(begun, 202);
}

Asked<Response> show_transfer(const Api& api, const Context& context) {
  const auto id = box::TransferId::parse(context.parameter("transfer"));
  if (!id) return refuse(not_found());
  const auto state = api.transfers.state(context.organization, context.principal.id, *id);
  if (!state) return refuse(not_found());
  return transfer_response(*state);
}

Asked<Response> stop(const Api& api, const Context& context) {
  const auto id = box::TransferId::parse(context.parameter("transfer"));
  if (!id) return refuse(not_found());
  if (!api.transfers.stop(context.organization, context.principal.id, *id)) {
    return refuse(not_found());
  }
  return no_content();
}

void add_settings(Router& router, const Api& api, const std::string& settings) {
  router.add({.method = Method::kGet,
              .pattern = settings,
              .name = "show_transfer_settings",
              .summary = "How the control's file service is reached, without its secrets",
              .need = Need::kSession,
              .answers = {{.body = Body{"TransferSettingsShown"}}},
              .handler = bind(api, show_settings)});
  router.add({.method = Method::kPut,
              .pattern = settings,
              .name = "set_transfer_settings",
              .summary = "Say how it is reached",
              .need = Need::kSession,
              .request = Body{"TransferSettings"},
              .answers = {{.body = Body{"TransferSettingsShown"}}},
              .handler = bind(api, set_settings)});
  router.add({.method = Method::kDelete,
              .pattern = settings,
              .name = "remove_transfer_settings",
              .summary = "Forget how it is reached",
              .need = Need::kSession,
              .answers = {{.status = 204}},
              .handler = bind(api, remove_settings)});
}

}  // namespace

void add_transfer_routes(Router& router, const Api& api) {
  add_settings(router, api, below(kMachinePath, "/transfer-settings"));
  router.add({.method = Method::kPost,
              .pattern = below(kMachinePath, "/transfers"),
              .name = "begin_transfer",
              .summary = "List the control's files, look at what sending would change, fetch or "
                         "send a program",
              .need = Need::kSession,
              .request = Body{"NewTransfer"},
              .answers = {{.status = 202, .body = Body{"Transfer"}}},
              .handler = bind(api, begin)});
  const std::string one = below(kOrganizationPath, "/transfers/{transfer}");
  router.add({.method = Method::kGet,
              .pattern = one,
              .name = "show_transfer",
              .summary = "How a transfer goes, for who began it",
              .need = Need::kSession,
              .answers = {{.body = Body{"Transfer"}}},
              .handler = bind(api, show_transfer)});
  router.add({.method = Method::kDelete,
              .pattern = one,
              .name = "stop_transfer",
              .summary = "Stop it, unless it is just putting a file into its place",
              .need = Need::kSession,
              .answers = {{.status = 204}},
              .handler = bind(api, stop)});
}

}  // namespace heed::http

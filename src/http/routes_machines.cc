// The machines of an organization: the floor, and declaring, changing, removing one.
#include <algorithm>

#include "box/setting_secrets.h"
#include "box/transfer_settings.h"
#include "http/asked.h"
#include "http/json_shapes.h"
#include "http/machine_form.h"
#include "http/routes.h"

namespace heed::http {
namespace {

constexpr std::int64_t kLongestPage = 1'000;
constexpr std::int64_t kUsualPage = 500;

Response card_response(const machines::Card& card, int status = 200) {
  JsonWriter w;
  write_card(w, card);
  return json(std::move(w), status);
}

// The cursor is the name of the last machine given, so that a page goes on at the right place when
// machines come and go between two requests.
Asked<std::string> name_after(const Context& context) {
  const std::string* cursor = context.request.query.find("cursor");
  if (cursor == nullptr) return std::string();
  auto name = from_base64url(*cursor);
  if (!name || name->empty()) {
    return wrong("cursor", "The cursor is none of ours.", "Begin again without one.");
  }
  return *std::move(name);
}

Asked<Response> list(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(
      const std::int64_t limit,
      about("limit", context.request.query.number("limit", 1, kLongestPage, kUsualPage)));
  ASSIGN_OR_RETURN(const std::string after, name_after(context));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(auto cards, floor.machines->board(floor.access));
  const auto name_of = [](const machines::Card& card) -> const std::string& {
    return card.machine.name;
  };
  std::ranges::sort(cards, {}, name_of);
  auto first = after.empty() ? cards.begin() : std::ranges::upper_bound(cards, after, {}, name_of);
  const auto last = std::ranges::next(first, limit, cards.end());
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  std::for_each(first, last, [&w](const machines::Card& card) { write_card(w, card); });
  w.end_array().key("next");
  if (last == cards.end()) {
    w.null();
  } else {
    w.value(to_base64url(name_of(*std::prev(last))));
  }
  w.end_object();
  return json(std::move(w));
}

// kInvalid of a declaration that passed the form is about its name or location, and says which.
std::unexpected<Refused> refuse_declaration(const policy::Withheld& why) {
  const Error* error = why.error();
  const bool taken = error != nullptr && error->kind == ErrorKind::kConflict;
  if (taken) return refuse(problem(*error, "name"));
  return refuse(problem(why));
}

Asked<Response> add(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto wanted, new_machine_of(form));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  const auto machine = floor.machines->add(floor.access, wanted);
  if (!machine) return refuse_declaration(machine.error());
  if (auto reading = start_reading(api, *machine); !reading) {
    (void)floor.machines->remove(floor.access, machine->id);
    return std::unexpected(std::move(reading).error());
  }
  ASSIGN_OR_RETURN(const auto card, floor.machines->card(floor.access, machine->id));
  return card_response(card, 201);
}

std::unexpected<Refused> password_of_another_address() {
  return wrong("settings", "A password goes to the address that it was given for alone.",
               "Give it again with the new address.");
}

/// A password that is kept is the one of the machine that the form names, at that one's address.
Asked<void> fill_in_kept(const Api& api, const Context& context, const Json& form,
                         box::Look& look) {
  if (!box::keeps_secret(look.settings)) return {};
  const Json* named = given(form, "machine");
  const auto id = named != nullptr && named->string() != nullptr
                      ? machines::MachineId::parse(*named->string())
                      : std::nullopt;
  if (!id) {
    return wrong("settings", "It is not said whose password is kept.",
                 "Give the password, or the machine that has it.");
  }
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto machine, floor.machines->machine(floor.access, *id));
  if (machine.address != look.address || machine.protocol != look.protocol) {
    return password_of_another_address();
  }
  look.settings = box::with_secrets_of(look.settings, machine.settings);
  return {};
}

Asked<Response> probe(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(box::Look wanted, look_of(form));
  if (auto kept = fill_in_kept(api, context, form, wanted); !kept) {
    return std::unexpected(std::move(kept).error());
  }
  if (auto checked = check_look(wanted); !checked) return std::unexpected(checked.error());
  ASSIGN_OR_RETURN(const auto diagnosis, about("address", api.box.diagnose(wanted)));
  JsonWriter w;
  write_diagnosis(w, diagnosis);
  return json(std::move(w));
}

Asked<Response> show(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto details, at.machines->details(at.access, at.id));
  JsonWriter w;
  write_machine(w, details);
  return json(std::move(w));
}

Asked<Response> change(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(auto wanted, machine_change_of(form));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(auto before, at.machines->machine(at.access, at.id));
  // How its files are reached has routes of its own, and a host of its own.
  const auto transfer = box::transfer_of(before.settings);
  before.settings = box::without_transfer(before.settings);
  const bool moved = wanted.address && *wanted.address != before.address;
  if (moved && box::keeps_secret(wanted.settings.value_or(box::without_secrets(before.settings)))) {
    return password_of_another_address();
  }
  if (wanted.settings) wanted.settings = box::with_secrets_of(*wanted.settings, before.settings);
  const bool other_source = wanted.address || wanted.settings;
  const std::string address = wanted.address.value_or(before.address);
  if (other_source && address != kSentAddress) {
    const box::Look look{before.protocol, address, wanted.settings.value_or(before.settings)};
    if (auto checked = check_look(look); !checked) return std::unexpected(checked.error());
  }
  if (wanted.settings) wanted.settings = box::with_transfer(*wanted.settings, transfer);
  const auto changed = at.machines->change(at.access, at.id, wanted);
  if (!changed) return refuse_declaration(changed.error());
  if (other_source) {
    if (auto reading = read_anew(api, *changed); !reading) {
      return std::unexpected(std::move(reading).error());
    }
  }
  ASSIGN_OR_RETURN(const auto card, at.machines->card(at.access, at.id));
  return card_response(card);
}

Asked<Response> remove(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto machine, at.machines->machine(at.access, at.id));
  ASSIGN_OR_RETURN(const std::string confirmed, needed(context, "confirm"));
  if (confirmed != machine.name) {
    return wrong("confirm", "This is not the machine's name.", "Write its name as it stands.");
  }
  if (auto removed = at.machines->remove(at.access, at.id); !removed) {
    return refuse(problem(removed.error()));
  }
  auto stopped = api.box.remove(at.id);
  if (!stopped && stopped.error().kind != ErrorKind::kNotFound) {
    return refuse(problem(stopped.error()));
  }
  return no_content();
}

Asked<Response> restore(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  const auto machine = at.machines->restore(at.access, at.id);
  if (!machine) return refuse_declaration(machine.error());
  if (auto reading = start_reading(api, *machine); !reading) {
    return std::unexpected(std::move(reading).error());
  }
  ASSIGN_OR_RETURN(const auto card, at.machines->card(at.access, at.id));
  return card_response(card);
}

void add_floor_routes(Router& router, const Api& api) {
  const std::string machines = below(kOrganizationPath, "/machines");
  router.add({.method = Method::kGet,
              .pattern = machines,
              .name = "list_machines",
              .summary = "The floor: every machine with what it does now, by name",
              .need = Need::kSessionOrKey,
              .parameters = {{.name = "limit",
                              .schema = R"({"type":"integer","minimum":1,"maximum":1000})"},
                             {.name = "cursor", .description = "next of the page before"}},
              .answers = {{.body = Body{"CardPage"}}},
              .handler = bind(api, list)});
  router.add({.method = Method::kPost,
              .pattern = machines,
              .name = "add_machine",
              .summary = "Declare a machine and begin to read it",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"NewMachine"},
              .answers = {{.status = 201, .body = Body{"Card"}}},
              .handler = bind(api, add)});
  router.add({.method = Method::kPost,
              .pattern = machines + "/probe",
              .name = "probe_machine",
              .summary = "Connect for at most 5 seconds, store nothing, say what happened",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"ProbeRequest"},
              .answers = {{.body = Body{"Probe"}}},
              .handler = bind(api, probe)});
}

}  // namespace

void add_machine_routes(Router& router, const Api& api) {
  add_floor_routes(router, api);
  const std::string machine(kMachinePath);
  router.add({.method = Method::kGet,
              .pattern = machine,
              .name = "show_machine",
              .summary = "One machine",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Machine"}}},
              .handler = bind(api, show)});
  router.add({.method = Method::kPatch,
              .pattern = machine,
              .name = "change_machine",
              .summary = "Change its name, location, address or settings",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"MachineChange"},
              .answers = {{.body = Body{"Card"}}},
              .handler = bind(api, change)});
  router.add({.method = Method::kDelete,
              .pattern = machine,
              .name = "remove_machine",
              .summary = "Stop reading it and take it off the floor; its data stays until its "
                         "deadline",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = {{.name = "confirm",
                              .required = true,
                              .description = "The machine's name as it stands"}},
              .answers = {{.status = 204}},
              .handler = bind(api, remove)});
  router.add({.method = Method::kPost,
              .pattern = machine + "/restore",
              .name = "restore_machine",
              .summary = "Put a removed machine back on the floor",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .answers = {{.body = Body{"Card"}}},
              .handler = bind(api, restore)});
}

}  // namespace heed::http

#include "machines/registry.h"

#include <algorithm>
#include <tuple>

#include "machines/kinds.h"
#include "machines/text.h"

namespace heed::machines {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestAddress = 300;
constexpr std::size_t kLongestSettings = std::size_t{16} << 10;
constexpr std::size_t kPage = 1'000;

enum FieldAt : std::size_t {
  kName,
  kLocation,
  kProtocol,
  kAddress,
  kRecording,
  kCreated,
  kRemoved,
  kSettings,
  kFields
};

std::unexpected<policy::Withheld> withheld(ErrorKind kind, std::string message) {
  return std::unexpected<policy::Withheld>(Error{kind, std::move(message), {}});
}

std::string text_of(const silo::FieldValue& value) {
  const std::string* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

std::optional<Time> time_of(const silo::FieldValue& value) {
  const Time* time = std::get_if<Time>(&value);
  return time == nullptr ? std::nullopt : std::optional(*time);
}

std::optional<Machine> read_machine(const silo::Record& record) {
  const auto id = MachineId::parse(record.id);
  if (!id || record.fields.size() != kFields) return {};
  const auto& f = record.fields;
  const bool* recording = std::get_if<bool>(&f[kRecording]);
  return Machine{*id,
                 text_of(f[kName]),
                 text_of(f[kLocation]),
                 parse_protocol(text_of(f[kProtocol])).value_or(Protocol::kShdr),
                 text_of(f[kAddress]),
                 recording != nullptr && *recording,
                 time_of(f[kCreated]).value_or(Time()),
                 time_of(f[kRemoved]),
                 text_of(f[kSettings])};
}

silo::Record write_machine(const Machine& machine) {
  silo::Record record{.kind = kind::kMachine, .id = machine.id.text(), .source = "browser"};
  record.fields = {machine.name,     machine.location,  std::string(word(machine.protocol)),
                   machine.address,  machine.recording, machine.created,
                   std::monostate(), machine.settings};
  if (machine.removed) record.fields[kRemoved] = *machine.removed;
  return record;
}

Governed<void> check_texts(const Machine& machine) {
  const std::size_t name = characters(machine.name);
  if (name == 0 || name > kLongestName) {
    return withheld(ErrorKind::kInvalid, "name: a machine's name has 1 to 100 characters");
  }
  if (characters(machine.location) > kLongestName) {
    return withheld(ErrorKind::kInvalid, "location: a location has at most 100 characters");
  }
  if (machine.address.empty() || machine.address.size() > kLongestAddress) {
    return withheld(ErrorKind::kInvalid, "address: an address has 1 to 300 characters");
  }
  if (machine.settings.size() > kLongestSettings) {
    return withheld(ErrorKind::kInvalid, "settings: they have at most 16 KiB");
  }
  return {};
}

}  // namespace

Governed<Machine> Registry::add(const Access& access, const NewMachine& machine) {
  const Machine made{
      MachineId::make(random_), machine.name, machine.location, machine.protocol, machine.address,
      machine.recording,        clock_.now(), std::nullopt,     machine.settings};
  ASSIGN_OR_RETURN(const auto all, list(access, true));
  if (all.size() >= kMostMachines) {
    return withheld(ErrorKind::kExhausted, "an organization has at most 1,000 machines");
  }
  if (auto free = check_name_free(access, made.id, made.name); !free) {
    return std::unexpected(free.error());
  }
  return put(access, made, silo::Expect::kAbsent);
}

Governed<Machine> Registry::change(const Access& access, MachineId id,
                                   const MachineChange& change) {
  ASSIGN_OR_RETURN(Machine machine, find(access, id));
  if (change.name) machine.name = *change.name;
  if (change.location) machine.location = *change.location;
  if (change.address) machine.address = *change.address;
  if (change.settings) machine.settings = *change.settings;
  if (auto free = check_name_free(access, id, machine.name); !free) {
    return std::unexpected(free.error());
  }
  return put(access, machine, silo::Expect::kPresent);
}

Governed<Machine> Registry::remove(const Access& access, MachineId id) {
  ASSIGN_OR_RETURN(Machine machine, find(access, id));
  machine.removed = clock_.now();
  return put(access, machine, silo::Expect::kPresent);
}

Governed<Machine> Registry::restore(const Access& access, MachineId id) {
  ASSIGN_OR_RETURN(Machine machine, find_any(access, id));
  if (!machine.removed) return machine;
  if (auto free = check_name_free(access, id, machine.name); !free) {
    return std::unexpected(free.error());
  }
  machine.removed.reset();
  return put(access, machine, silo::Expect::kPresent);
}

Governed<Machine> Registry::find(const Access& access, MachineId id) const {
  auto machine = find_any(access, id);
  if (machine && machine->removed) {
    return withheld(ErrorKind::kNotFound, "there is no such machine");
  }
  return machine;
}

Governed<std::vector<Machine>> Registry::list(const Access& access, bool with_removed) const {
  std::vector<Machine> machines;
  std::string after;
  do {
    ASSIGN_OR_RETURN(const silo::Page page, silo_->scan(access, kind::kMachine, "", after, kPage));
    for (const silo::Record& record : page.records) {
      auto machine = read_machine(record);
      if (machine && (with_removed || !machine->removed)) machines.push_back(*std::move(machine));
    }
    after = page.next;
  } while (!after.empty());
  std::ranges::sort(machines, {}, [](const Machine& m) { return std::tie(m.name, m.id); });
  return machines;
}

Governed<Machine> Registry::find_any(const Access& access, MachineId id) const {
  ASSIGN_OR_RETURN(const auto record, silo_->find(access, kind::kMachine, id.text()));
  auto machine = record ? read_machine(*record) : std::nullopt;
  if (!machine) return withheld(ErrorKind::kNotFound, "there is no such machine");
  return *std::move(machine);
}

Governed<void> Registry::check_name_free(const Access& access, MachineId id,
                                         std::string_view name) const {
  ASSIGN_OR_RETURN(const auto machines, list(access, false));
  const bool taken =
      std::ranges::any_of(machines, [&](const Machine& m) { return m.id != id && m.name == name; });
  if (taken) return withheld(ErrorKind::kConflict, "name: another machine has this name");
  return {};
}

Governed<Machine> Registry::put(const Access& access, const Machine& machine, silo::Expect expect) {
  if (auto checked = check_texts(machine); !checked) return std::unexpected(checked.error());
  if (auto stored = silo_->put(access, write_machine(machine), expect); !stored) {
    return std::unexpected(stored.error());
  }
  return machine;
}

}  // namespace heed::machines

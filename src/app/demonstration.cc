#include "app/demonstration.h"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/core.h>

#include "http/shdr_report.h"

namespace heed::app {
namespace {

using policy::Governed;
using wire::shdr::Recording;

/// One machine of the demonstration: which recording it plays, and how far in it begins, so that
/// two machines with the same recording do not move together.
struct Part {
  std::string_view organization;
  std::string_view name;
  std::string_view location;
  std::string_view recording;
  Duration skip;
};

constexpr Part kParts[] = {
    {"Harbour Precision", "Mill 1", "Hall A", "mill-1.shdr", Duration::seconds(0)},
    {"Harbour Precision", "Mill 2", "Hall A", "mill-2.shdr", Duration::seconds(240)},
    {"Harbour Precision", "Mill 3", "Hall A", "mill-3.shdr", Duration::seconds(500)},
    {"Harbour Precision", "Mill 4", "Hall B", "mill-1.shdr", Duration::seconds(700)},
    {"Harbour Precision", "Mill 5", "Hall B", "mill-2.shdr", Duration::seconds(900)},
    {"Lakeside Castings", "Finishing mill", "Works", "mill-3.shdr", Duration::seconds(120)},
};

/// How much of a past a machine of the demonstration is given.
constexpr Duration kPast = Duration::hours(4);
/// Lines of the past that are recorded as one report.
constexpr std::size_t kLinesPerReport = 5'000;

/// examples/recordings in the checkout that the program was built in, or beside the program.
std::filesystem::path recordings_directory() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const auto& candidate :
       {program / "examples/recordings", program / "../../examples/recordings",
        program / "../share/heed/examples/recordings"}) {
    if (std::filesystem::is_directory(candidate, error)) return candidate;
  }
  return {};
}

Result<std::shared_ptr<const Recording>> load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return fail(ErrorKind::kUnavailable, fmt::format("cannot read {}", file.string()),
                "run ./run from a checkout, or start without --demonstration");
  }
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  ASSIGN_OR_RETURN(Recording recording, Recording::from_text(text));
  return std::make_shared<const Recording>(std::move(recording));
}

/// Records what the player would have said in the hours before now, as an import.
Governed<void> give_past(machines::Machines& machines, const policy::Access& access,
                         machines::MachineId machine, const Recording& recording, Duration skip,
                         Time now) {
  wire::shdr::RecordingPlayer player(recording, now - kPast - skip);
  while (player.due() < skip) player.next();
  std::uint64_t number = 0;
  bool done = false;
  while (!done) {
    std::string lines;
    for (std::size_t n = 0; n < kLinesPerReport && !done; ++n) {
      done = player.due() >= kPast + skip;
      if (!done) lines += player.next().text;
    }
    ASSIGN_OR_RETURN(machines::Report report, http::report_of_lines(lines, machine, now));
    report.number = ++number;
    report.recording = true;
    ASSIGN_OR_RETURN([[maybe_unused]] const auto recorded, machines.record(access, report));
  }
  return {};
}

std::uint16_t port_of(std::string_view address) {
  std::uint16_t port = 0;
  const std::size_t colon = address.rfind(':');
  if (colon != std::string_view::npos) {
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  }
  return port;
}

struct Shop {
  people::People& people;
  Organizations& organizations;
  const policy::Policy& policy;
  const Clock& clock;
  Log& log;
};

/// The organization of that name, made with its owner when it is not there yet.
Governed<OrganizationId> organization_named(const Shop& shop, std::string_view name,
                                            people::PersonId owner) {
  ASSIGN_OR_RETURN(const auto known, shop.people.organizations());
  for (const people::Organization& organization : known) {
    if (organization.name == name) return organization.id;
  }
  ASSIGN_OR_RETURN(const OrganizationId made, shop.people.add_organization(name));
  if (auto added = shop.people.add_member(made, owner, people::Role::kOwner); !added) {
    return std::unexpected(added.error());
  }
  return made;
}

const machines::Machine* find_named(const std::vector<machines::Machine>& list,
                                    std::string_view name) {
  for (const machines::Machine& machine : list) {
    if (machine.name == name) return &machine;
  }
  return nullptr;
}

/// Starts the part's player, on the port that its machine was declared with if there is one, and
/// declares the machine with its past if there is none.
Governed<std::unique_ptr<Player>> start_part(const Shop& shop, const Part& part,
                                             OrganizationId organization,
                                             std::shared_ptr<const Recording> recording) {
  ASSIGN_OR_RETURN(const auto list, shop.organizations.load(organization));
  const machines::Machine* known = find_named(list, part.name);
  const std::uint16_t port = known ? port_of(known->address) : std::uint16_t{0};
  ASSIGN_OR_RETURN(auto player, Player::start(recording, port, part.skip, shop.clock, shop.log));
  if (known != nullptr) return player;
  ASSIGN_OR_RETURN(const auto machines, shop.organizations.machines(organization));
  ASSIGN_OR_RETURN(const auto access, engine_access(shop.policy));
  const machines::NewMachine declared{std::string(part.name), std::string(part.location),
                                      machines::Protocol::kShdr,
                                      fmt::format("127.0.0.1:{}", player->port()), false};
  ASSIGN_OR_RETURN(const machines::Machine machine, machines->add(access, declared));
  auto past = give_past(*machines, access, machine.id, *recording, part.skip, shop.clock.now());
  if (!past) return std::unexpected(past.error());
  return player;
}

Governed<void> add_linuxcnc(const Shop& shop, const std::string& address,
                            OrganizationId organization) {
  constexpr std::string_view kName = "LinuxCNC (simulated)";
  ASSIGN_OR_RETURN(const auto list, shop.organizations.load(organization));
  if (find_named(list, kName) != nullptr) return {};
  ASSIGN_OR_RETURN(const auto machines, shop.organizations.machines(organization));
  ASSIGN_OR_RETURN(const auto access, engine_access(shop.policy));
  const machines::NewMachine declared{std::string(kName), "Hall A", machines::Protocol::kLinuxcnc,
                                      address, false};
  ASSIGN_OR_RETURN([[maybe_unused]] const auto machine, machines->add(access, declared));
  return {};
}

}  // namespace

Governed<Demonstration> Demonstration::begin(people::People& people, Organizations& organizations,
                                             const policy::Policy& policy,
                                             const std::string& linuxcnc, const Clock& clock,
                                             Log& log) {
  const Shop shop{people, organizations, policy, clock, log};
  const std::filesystem::path directory = recordings_directory();
  ASSIGN_OR_RETURN(auto owner, people.person_of(kDemonstrationEmail));
  if (!owner) {
    ASSIGN_OR_RETURN(owner, people.add_person("You", kDemonstrationEmail));
  }
  Demonstration demonstration;
  OrganizationId first;
  for (const Part& part : kParts) {
    ASSIGN_OR_RETURN(const auto recording, load(directory / part.recording));
    ASSIGN_OR_RETURN(const auto organization, organization_named(shop, part.organization, *owner));
    if (first.is_nil()) first = organization;
    auto player = start_part(shop, part, organization, recording);
    if (player) {
      demonstration.players_.push_back(*std::move(player));
    } else if (const Error* error = player.error().error();
               error != nullptr && error->kind == ErrorKind::kUnavailable) {
      // Its machine then shows how a machine looks that cannot be reached.
      log.warning("a machine of the demonstration has no player",
                  {{"machine", part.name}, {"why", error->message}});
    } else {
      return std::unexpected(player.error());
    }
  }
  if (!linuxcnc.empty()) {
    if (auto added = add_linuxcnc(shop, linuxcnc, first); !added) {
      return std::unexpected(added.error());
    }
  }
  return demonstration;
}

}  // namespace heed::app

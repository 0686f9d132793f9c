#include "app/serve.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include <fmt/core.h>

#include "app/demonstration.h"
#include "app/inventory.h"
#include "app/offline_store.h"
#include "app/organizations.h"
#include "app/policy_file.h"
#include "app/purge_within.h"
#include "app/rotation_request.h"
#include "app/upkeep.h"
#include "base/base.h"
#include "box/box.h"
#include "box/transfer.h"
#include "http/api.h"
#include "http/guard.h"
#include "http/server.h"
#include "http/static_files.h"
#include "people/people.h"
#include "silo/silo.h"

namespace heed::app {
namespace {

constexpr std::string_view kVersion = "0.1.0";
constexpr Duration kLiveTick = Duration::milliseconds(50);
constexpr Duration kUpkeepTick = Duration::seconds(1);
constexpr Duration kSealTick = Duration::seconds(1);
constexpr Duration kLookBackTick = Duration::milliseconds(200);

/// A refusal of the program's own work means that the policy is not one it can run under.
template <class T>
Result<T> own_work(policy::Governed<T> governed) {
  if (governed) {
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return *std::move(governed);
    }
  }
  if (const Error* error = governed.error().error()) return std::unexpected(*error);
  return fail(ErrorKind::kInvalid, governed.error().message(),
              "the policy must allow the engine what it needs to run");
}

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

Result<Endpoint> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  Endpoint endpoint;
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
    endpoint.address = text.substr(0, colon);
    if (endpoint.address.starts_with('[') && endpoint.address.ends_with(']')) {
      endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
    }
    if (error == std::errc() && end == digits.data() + digits.size() && !endpoint.address.empty()) {
      return endpoint;
    }
  }
  return fail(ErrorKind::kInvalid, fmt::format("--listen {}: this is no address and port", text),
              "write it as 127.0.0.1:8910 or [::1]:8910");
}

Result<std::optional<http::Certificate>> certificate_for(const ServeOptions& options,
                                                         const Endpoint& endpoint, Time now) {
  if (!options.certificate.empty()) {
    ASSIGN_OR_RETURN(auto own,
                     http::load_certificate(options.certificate, options.certificate_key, now));
    return own;
  }
  if (endpoint.address == "localhost" || http::is_loopback(endpoint.address)) return std::nullopt;
  std::vector<std::string> names = options.host_names;
  names.push_back(endpoint.address);
  ASSIGN_OR_RETURN(auto made, http::own_certificate(options.data + "/tls", names, now));
  return made;
}

/// Blocks the signals that stop the program in this thread and all it starts, and waits for them.
class StopSignal {
 public:
  StopSignal() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }
  void wait() const {
    int number = 0;
    sigwait(&set_, &number);
  }

 private:
  sigset_t set_{};
};

/// Tells the backups of erasures, while there are any.
class ErasureBell {
 public:
  void ring(OrganizationId organization) {
    const Lock lock(mutex_);
    if (backups_ != nullptr) backups_->erased(organization);
  }
  void lead_to(BackupUpkeep* backups) {
    const Lock lock(mutex_);
    backups_ = backups;
  }

 private:
  Mutex mutex_;
  BackupUpkeep* backups_ HEED_GUARDED_BY(mutex_) = nullptr;
};

std::size_t cache_bytes(int mebibytes) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  if (mebibytes > 0) return static_cast<std::size_t>(mebibytes) * kMebibyte;
  const auto memory = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                      static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return std::clamp(memory / 16, 16 * kMebibyte, 1'024 * kMebibyte);
}

/// A policy that came into force before this program had something has no word for it.
void warn_of_gaps(const policy::Policy& policy, Log& log) {
  const policy::Coverage covered = policy::cover(policy, inventory(), {});
  if (covered.complete()) return;
  log.warning("this program has things that the policy in force has no word for; they are refused",
              {{"gaps", std::to_string(covered.gaps.size())},
               {"first", covered.gaps.front().message},
               {"mend", "activate the policy once more, at /policy or with --policy"}});
}

Result<std::unique_ptr<silo::Store>> open_store(const ServeOptions& options, Duration purge_within,
                                                ErasureBell& bell, const Clock& clock,
                                                Random& random, Log& log) {
  silo::StoreOptions store;
  store.data_directory = options.data;
  store.key_directory = key_directory(options.data, options.keys);
  ASSIGN_OR_RETURN(store.root, take_root(options.key_access));
  store.purge_within = purge_within;
  store.recovery_window = Duration::days(options.recovery_days);
  store.cache_bytes = cache_bytes(options.cache);
  store.erased = [&bell](OrganizationId organization) { bell.ring(organization); };
  ASSIGN_OR_RETURN(store.policy, first_policy(options.policy));
  ASSIGN_OR_RETURN(auto opened, silo::Store::open(std::move(store), clock, random, log));
  if (auto followed = follow_policy_file(*opened, options.policy, clock.now()); !followed) {
    return std::unexpected(followed.error());
  }
  warn_of_gaps(*opened->policy(), log);
  return opened;
}

Result<std::unique_ptr<box::Box>> open_box(const ServeOptions& options, silo::Store& store,
                                           const box::Ingest& ingest, const Clock& clock,
                                           Random& random, Log& log) {
  box::BoxOptions box_options;
  box_options.directory = options.data + "/box";
  box_options.policy = store.in_force();
  return box::Box::open(std::move(box_options), ingest, clock, random, log);
}

/// Whom the first link is for runs the server, as only who holds the machine can print one.
Result<void> somebody_operates(people::People& people, people::PersonId person) {
  ASSIGN_OR_RETURN(const auto operators, own_work(people.operators()));
  if (!operators.empty()) return {};
  return own_work(people.add_operator(person));
}

/// The sign-in link to print: of the account that was asked for, of the demonstration's person, or
/// of the owner who is made at the first start. Empty when none is due.
Result<std::string> sign_in_link(people::People& people, const ServeOptions& options,
                                 std::string_view url) {
  std::string email = options.sign_in_link;
  auto use = people::LinkUse::kSignIn;
  ASSIGN_OR_RETURN(const auto organizations, own_work(people.organizations()));
  if (email.empty() && options.demonstration) email = kDemonstrationEmail;
  if (email.empty() && organizations.empty()) {
    email = "owner@localhost.localdomain";
    use = people::LinkUse::kFirstStart;
    ASSIGN_OR_RETURN(const auto owner, own_work(people.add_person("Owner", email)));
    ASSIGN_OR_RETURN(const auto made, own_work(people.add_organization("My organization")));
    if (auto added = own_work(people.add_member(made, owner, people::Role::kOwner)); !added) {
      return std::unexpected(added.error());
    }
  }
  if (email.empty()) return std::string();
  ASSIGN_OR_RETURN(const auto person, own_work(people.person_of(email)));
  if (!person) {
    return fail(ErrorKind::kNotFound, fmt::format("--sign-in-link {}: no such account", email),
                "give the e-mail address of an account of this server");
  }
  if (auto kept = somebody_operates(people, *person); !kept) {
    return std::unexpected(std::move(kept).error());
  }
  ASSIGN_OR_RETURN(const std::string token, own_work(people.make_link(*person, use)));
  return fmt::format("{}/sign-in?link={}", url, token);
}

void say_ready(const ServeOptions& options, const http::Server& server, const std::string& link,
               const std::optional<http::Certificate>& certificate) {
  fmt::print("Heed listens on {}\n", server.url());
  if (certificate && options.certificate.empty()) {
    if (const auto print = http::fingerprint(*certificate)) {
      fmt::print("Its certificate is self-signed; SHA-256 {}\n", *print);
    }
  }
  if (!link.empty()) fmt::print("Sign in once with: {}\n", link);
  fmt::print("Data is in {}. Ctrl-C stops.\n", options.data);
  std::fflush(stdout);
}

/// Reads every machine that is not removed.
Result<void> read_all(box::Box& box, Organizations& organizations, silo::Store& store, Log& log) {
  for (const OrganizationId organization : store.organizations()) {
    if (organization == people::house_id()) continue;
    ASSIGN_OR_RETURN(const auto list, own_work(organizations.load(organization)));
    for (const machines::Machine& machine : list) {
      const auto source = http::source_of(machine);
      if (!source) continue;
      if (const auto added = box.add(*source); !added) {
        log.error("a machine is not read",
                  {{"machine", machine.id.text()}, {"why", added.error().message}});
      }
    }
  }
  return {};
}

}  // namespace

Result<void> serve(const ServeOptions& options) {
  const StopSignal stop_signal;
  const SystemClock clock;
  SystemRandom random;
  Log log(clock, options.log, Log::standard_error());
  ASSIGN_OR_RETURN(const Endpoint endpoint, parse_listen(options.listen));
  ASSIGN_OR_RETURN(const Duration purge_within, parse_purge_within(options.purge_within));
  ErasureBell bell;
  ASSIGN_OR_RETURN(const auto store, open_store(options, purge_within, bell, clock, random, log));
  ASSIGN_OR_RETURN(const auto certificate, certificate_for(options, endpoint, clock.now()));
  ASSIGN_OR_RETURN(const auto people, own_work(people::People::open(*store, clock, random)));
  Organizations organizations(*store, clock, random);

  std::optional<Demonstration> demonstration;
  if (options.demonstration) {
    ASSIGN_OR_RETURN(demonstration,
                     own_work(Demonstration::begin(*people, organizations, *store->policy(),
                                                   options.demonstration_linuxcnc, clock, log)));
  }
  const box::Ingest ingest{
      [&](const machines::Report& report) { return organizations.take(report); },
      [&](machines::MachineId machine) -> Result<box::Resume> {
        ASSIGN_OR_RETURN(machines::Resume resumed, organizations.resume(machine));
        return box::Resume{resumed.last_report, std::move(resumed.cursor)};
      }};
  ASSIGN_OR_RETURN(const auto box, open_box(options, *store, ingest, clock, random, log));
  if (auto reading = read_all(*box, organizations, *store, log); !reading) return reading;

  box::Transfers transfers(clock, random);
  const http::Api api{
      *people,
      *box,
      transfers,
      [&](OrganizationId organization) { return own_work(organizations.machines(organization)); },
      *store,
      inventory(),
      clock,
      random,
      std::string(kVersion)};
  const http::StaticFiles pages(http::web_assets());
  http::Router router;
  http::add_routes(router, api);
  router.pages([&](const http::Request& request) { return pages.answer(request); });
  http::ServerOptions server_options;
  server_options.address = endpoint.address;
  server_options.port = endpoint.port;
  server_options.host_names = options.host_names;
  server_options.certificate = certificate;
  ASSIGN_OR_RETURN(const auto server,
                   http::Server::start(router, clock, log, std::move(server_options)));
  BackupUpkeep backups(options.backup, options.data, *store, clock, log);
  bell.lead_to(&backups);
  // Apart from each other: a scrub takes its time, and what is live waits for nothing.
  const Recurring live(kLiveTick, [&] { organizations.tick(); });
  Upkeep upkeep(*store, purge_within, clock, log);
  const Recurring tending(kUpkeepTick, [&] { upkeep.tend(); });
  const Recurring sealing(kSealTick, [&] { seal_full_heads(*store); });
  Leisurely leisurely([&] { return organizations.look_back(); }, clock);
  const Recurring looking_back(kLookBackTick, [&] { leisurely.tend(); });
  const RotationRequests rotation_requests(*store, key_directory(options.data, options.keys), log);
  ASSIGN_OR_RETURN(const std::string link, sign_in_link(*people, options, server->url()));
  say_ready(options, *server, link, certificate);

  stop_signal.wait();
  fmt::print("\nStopping.\n");
  server->stop();
  bell.lead_to(nullptr);
  return {};
}

}  // namespace heed::app

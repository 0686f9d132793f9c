// GDPRbench's roles against one store (bench/gdpr/trace.h): operations a second for each role, what
// each operation costs, space after the load and at the end beside the bytes that are alive. Both
// stores are asked the same operations; the fingerprint and the touched records show it.
// bench/gdpr_peers.py starts PostgreSQL, runs this for both and prints the ratios.
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

#include "base/json.h"
#include "bench/gdpr/target.h"

namespace heed::bench::gdpr {
namespace {

constexpr std::uint64_t kLogEntries = 2'000;
constexpr std::string_view kHelp =
    R"(gdpr_bench: GDPRbench's roles against a silo of Heed or a PostgreSQL server.

  --target heed|postgres   whom to ask (heed)
  --connect WORDS          PostgreSQL: as libpq takes them, e.g. "host=/tmp/pg user=postgres"
  --indexes all|none       PostgreSQL: on each field of metadata, or on none (all)
  --records N              records that are loaded; there are as many users (10000)
  --operations N           operations of each role (2000)
  --roles A,B              of processor, customer, controller, then regulator, erasure
                           (processor,customer,controller)
  --clients N              threads that ask at once (1)
  --page N                 most records of one answer by purpose or user; 0: all (0)
  --seconds N              longest for one role; what was done by then counts (60)
  --seed N                 (1)
  --cache MIB              Heed: memory for blocks that were read (512; as the PostgreSQL that
                           gdpr_peers.py starts has, while `heed serve` takes a sixteenth of
                           the machine's, here 1,024)
  --json                   one JSON object
)";

struct Arguments {
  std::string target = "heed";
  std::string connection;
  std::string indexes = "all";
  std::string roles = "processor,customer,controller";
  std::uint64_t records = 10'000;
  std::uint64_t operations = 2'000;
  std::uint64_t clients = 1;
  std::uint64_t page = 0;
  std::uint64_t seconds = 60;
  std::uint64_t seed = 1;
  std::uint64_t cache = 512;
  bool json = false;
};

struct Cost {
  std::uint64_t count = 0;
  std::uint64_t touched = 0;
  double seconds = 0;
  std::vector<double> each;
  void add(double took, std::uint64_t records) {
    ++count;
    touched += records;
    seconds += took;
    each.push_back(took);
  }
  double quantile(double q) {
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(each.size() - 1));
    std::ranges::nth_element(each, each.begin() + at);
    return each[static_cast<std::size_t>(at)];
  }
};

struct RoleResult {
  Role role;
  std::uint64_t fingerprint = 0;
  double seconds = 0;
  std::array<Cost, kActions> costs;
  std::uint64_t done() const {
    std::uint64_t all = 0;
    for (const Cost& cost : costs) all += cost.count;
    return all;
  }
};

double since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

[[noreturn]] void stop(const std::string& why) {
  fmt::print(stderr, "gdpr_bench: {}\n", why);
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) stop(result.error().message + " " + result.error().mend);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// What one thread does; all take from the same list.
std::array<Cost, kActions> ask(Client& client, const std::vector<Operation>& operations,
                               std::atomic<std::size_t>& next, double longest) {
  std::array<Cost, kActions> costs;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = next++; i < operations.size() && since(start) < longest; i = next++) {
    const auto began = std::chrono::steady_clock::now();
    const auto touched = must(client.run(operations[i]));
    costs[static_cast<std::size_t>(operations[i].action)].add(since(began), touched);
  }
  return costs;
}

RoleResult run_role(Target& target, Role role, const std::vector<Operation>& operations,
                    const Arguments& arguments) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::uint64_t i = 0; i < arguments.clients; ++i) clients.push_back(must(target.client()));
  RoleResult result{role, fingerprint(operations), 0, {}};
  std::vector<std::array<Cost, kActions>> of_each(clients.size());
  std::atomic<std::size_t> next{0};
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      threads.emplace_back([&, i] {
        of_each[i] = ask(*clients[i], operations, next, static_cast<double>(arguments.seconds));
      });
    }
  }
  result.seconds = since(start);
  for (auto& costs : of_each) {
    for (std::size_t a = 0; a < kActions; ++a) {
      for (const double took : costs[a].each) result.costs[a].add(took, 0);
      result.costs[a].touched += costs[a].touched;
    }
  }
  return result;
}

/// Inserts by one client, each by itself, of the first records: a second's worth of loading.
double inserts_a_second(Target& target, std::uint64_t count) {
  const auto client = must(target.client());
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t n = 0; n < count; ++n) {
    must(client->run({Action::kInsert, n, kPurpose, {}}));
  }
  return static_cast<double>(count) / since(start);
}

class Report {
 public:
  explicit Report(const Arguments& arguments) : json_(arguments.json) {
    writer_.begin_object().member("target", arguments.target);
    writer_.member("indexes", arguments.indexes).member("records", arguments.records);
    writer_.member("clients", arguments.clients).member("page", arguments.page);
    writer_.member("seed", arguments.seed);
  }
  void load(double one_by_one, double many) {
    writer_.member("inserts_a_second", one_by_one).member("loaded_a_second", many);
    say(fmt::format("load: {:.0f} records/s one by one, {:.0f} records/s in bulk\n", one_by_one,
                    many));
  }
  void space(const std::string& when, const Space& space, std::uint64_t live) {
    writer_.key("space_" + when).begin_object().member("live", live);
    writer_.member("data", space.data).member("total", space.total).end_object();
    say(fmt::format("space {}: {} live bytes, {} of data ({:.2f} x), {} with logs ({:.2f} x)\n",
                    when, live, space.data, times(space.data, live), space.total,
                    times(space.total, live)));
  }
  void role(RoleResult& result) {
    const double rate = static_cast<double>(result.done()) / result.seconds;
    writer_.key(name_of(result.role)).begin_object();
    writer_.member("fingerprint", fmt::format("{:016x}", result.fingerprint));
    writer_.member("operations", result.done()).member("a_second", rate);
    writer_.key("costs").begin_array();
    say(fmt::format("{}: {:.0f} op/s ({} operations {:016x})\n", name_of(result.role), rate,
                    result.done(), result.fingerprint));
    for (std::size_t a = 0; a < kActions; ++a) {
      if (result.costs[a].count > 0) cost(static_cast<Action>(a), result.costs[a]);
    }
    writer_.end_array().end_object();
  }
  void end() {
    writer_.end_object();
    if (json_) fmt::print("{}\n", writer_.take());
  }

 private:
  static double times(std::uint64_t bytes, std::uint64_t live) {
    return static_cast<double>(bytes) / static_cast<double>(live);
  }
  void say(const std::string& words) const {
    if (!json_) fmt::print("{}", words);
  }
  void cost(Action action, Cost& cost) {
    const double mean = cost.seconds / static_cast<double>(cost.count) * 1e3;
    const double median = cost.quantile(0.5) * 1e3;
    const double late = cost.quantile(0.99) * 1e3;
    writer_.begin_object().member("action", name_of(action)).member("count", cost.count);
    writer_.member("touched", cost.touched).member("mean_ms", mean);
    writer_.member("p50_ms", median).member("p99_ms", late).end_object();
    say(fmt::format(
        "  {:<20}{:>8} times{:>12} touched{:>10.3f} ms mean{:>10.3f} p50{:>10.3f} p99\n",
        name_of(action), cost.count, cost.touched, mean, median, late));
  }

  bool json_;
  JsonWriter writer_;
};

std::vector<Role> roles_of(std::string_view names) {
  std::vector<Role> roles;
  while (!names.empty()) {
    const auto name = names.substr(0, names.find(','));
    const auto role = role_of(name);
    if (!role) stop(fmt::format("there is no role '{}'; see --help", name));
    roles.push_back(*role);
    names.remove_prefix(std::min(names.size(), name.size() + 1));
  }
  return roles;
}

/// Of a record on average: what users of a store put in.
double live_bytes(const Trace& trace) {
  const std::uint64_t sample = std::min<std::uint64_t>(trace.records(), 1'000);
  std::size_t bytes = 0;
  for (std::uint64_t n = 0; n < sample; ++n) bytes += trace.item(n).live_bytes();
  return static_cast<double>(bytes) / static_cast<double>(sample);
}

void load(Target& target, const Trace& trace, Report& report) {
  constexpr std::uint64_t kOneByOne = 2'000;
  const std::uint64_t single = std::min(trace.records(), kOneByOne);
  const double one_by_one = inserts_a_second(target, single);
  const auto start = std::chrono::steady_clock::now();
  must(target.load(single, trace.records()));
  report.load(one_by_one, static_cast<double>(trace.records() - single) / since(start));
}

int measure(const Arguments& arguments) {
  const Trace trace(arguments.seed, arguments.records);
  const TargetOptions options{
      &trace,      arguments.page,       arguments.indexes == "all", arguments.connection,
      kLogEntries, arguments.cache << 20};
  const auto target =
      must(arguments.target == "heed" ? open_heed(options) : open_postgres(options));
  const double each = live_bytes(trace);
  Report report(arguments);
  const auto measure_space = [&](const std::string& when) {
    const auto live = each * static_cast<double>(must(target->count()));
    report.space(when, must(target->space()), static_cast<std::uint64_t>(live));
  };
  const auto measure_mixes = [&] {
    measure_space("after_roles");
    must(target->tidy_up());
    measure_space("after_upkeep");
  };
  load(*target, trace, report);
  measure_space("after_load");
  std::uint64_t inserts = arguments.records;
  bool measured = false;
  for (const Role role : roles_of(arguments.roles)) {
    // Space is that of the mixes which write: before a regulator's log and what erasures free.
    const bool apart = role == Role::kRegulator || role == Role::kErasure;
    if (apart && !measured) measure_mixes();
    if (role == Role::kRegulator) must(target->load_log(kLogEntries));
    measured = measured || apart;
    const auto operations = trace.operations(role, arguments.operations, inserts);
    inserts += arguments.operations;
    auto result = run_role(*target, role, operations, arguments);
    report.role(result);
  }
  if (!measured) measure_mixes();
  report.end();
  return 0;
}

std::uint64_t number_of(std::string_view name, std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc() || end != text.data() + text.size()) {
    stop(fmt::format("{} wants a number; see --help", name));
  }
  return value;
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  const std::map<std::string_view, std::string*> texts = {{"--target", &arguments.target},
                                                          {"--connect", &arguments.connection},
                                                          {"--indexes", &arguments.indexes},
                                                          {"--roles", &arguments.roles}};
  const std::map<std::string_view, std::uint64_t*> numbers = {
      {"--records", &arguments.records}, {"--operations", &arguments.operations},
      {"--clients", &arguments.clients}, {"--page", &arguments.page},
      {"--seconds", &arguments.seconds}, {"--seed", &arguments.seed},
      {"--cache", &arguments.cache}};
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--help") {
      fmt::print("{}", kHelp);
      std::exit(0);
    }
    if (name == "--json") {
      arguments.json = true;
      continue;
    }
    const auto text = texts.find(name);
    const auto number = numbers.find(name);
    if (text == texts.end() && number == numbers.end())
      stop(fmt::format("what is {}? See --help", name));
    if (++i == argc) stop(fmt::format("{} wants a value; see --help", name));
    if (text != texts.end()) *text->second = argv[i];
    if (number != numbers.end()) *number->second = number_of(name, argv[i]);
  }
  const bool targets = arguments.target == "heed" || arguments.target == "postgres";
  const bool indexes = arguments.indexes == "all" || arguments.indexes == "none";
  if (!targets || !indexes) stop("--target or --indexes has no such choice; see --help");
  if (arguments.records == 0 || arguments.clients == 0) stop("nothing to do; see --help");
  return arguments;
}

}  // namespace
}  // namespace heed::bench::gdpr

int main(int argc, char** argv) {
  return heed::bench::gdpr::measure(heed::bench::gdpr::parse(argc, argv));
}

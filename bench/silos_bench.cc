// Many silos on one host: what each costs in memory, threads, descriptors and files, what opening
// one takes, and where it goes.
//   silos_bench [--silos 1000] [--records 5] [--series 5] [--samples 50] [--help]
// Every organization gets a few records and series; the store is closed, opened again and every
// silo opened on demand by a read. The sizes of RocksDB's parts are told by a database of the same
// options beside it.
#include <dirent.h>
#include <fmt/core.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "bench/numbers.h"
#include "silo/kv.h"
#include "silo/testing.h"

namespace heed::bench {
namespace {

using silo::KindId;

constexpr KindId kNote{300};
constexpr KindId kItem{1};

struct Arguments {
  int silos = 1'000;
  int records = 5;
  int series = 5;
  int samples = 50;
};

struct Cost {
  double resident_kib = 0;
  double mapped_kib = 0;  ///< Of it, anonymous: what is not a cached file.
  double threads = 0;
  double descriptors = 0;
};

double field_of(const char* file, std::string_view name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr);
  }
  return 0;
}

double entries_in(const char* directory) {
  double count = 0;
  DIR* open = ::opendir(directory);
  require(open != nullptr, "it can be listed");
  while (::readdir(open) != nullptr) ++count;
  ::closedir(open);
  return count - 2;
}

Cost cost_now() {
  ::malloc_trim(0);
  return {field_of("/proc/self/status", "VmRSS:"), field_of("/proc/self/status", "RssAnon:"),
          field_of("/proc/self/status", "Threads:"), entries_in("/proc/self/fd")};
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class Host {
 public:
  Host() {
    options_.data_directory = directory_.path() + "/data";
    options_.key_directory = directory_.path() + "/keys";
    options_.policy = silo::heed_policy_with(
        "kind note 300 record of usage { text_of_it text  number integer }\n"
        "kind item 1 series of machine_data.production { value text }");
    open();
  }
  void open() {
    auto opened = silo::Store::open(options_, clock_, random_, log_);
    require(opened.has_value(), opened ? "" : opened.error().message);
    store_ = *std::move(opened);
    access_ = *store_->policy()->access("bench", "service.monitoring", "organization");
  }
  void close() { store_.reset(); }
  silo::Store& store() { return *store_; }
  const silo::Access& access() const { return access_; }
  const std::string& directory() const { return directory_.path(); }
  Random& random() { return random_; }
  Time now() const { return clock_.now(); }

 private:
  const silo::TemporaryDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  silo::StoreOptions options_;
  std::unique_ptr<silo::Store> store_;
  silo::Access access_;
};

void fill(Host& host, silo::Silo& silo, const Arguments& arguments) {
  for (int r = 0; r < arguments.records; ++r) {
    const silo::Record record{kNote,
                              fmt::format("note-{}", r),
                              SubjectId(),
                              "browser",
                              {std::string(120, 'x'), std::int64_t{r}},
                              {}};
    require(silo.put(host.access(), record).has_value(), "a record is put");
  }
  silo::Batch batch;
  for (int s = 0; s < arguments.series; ++s) {
    const auto series = silo.series(host.access(), kItem, fmt::format("mill/item-{}", s));
    require(series.has_value(), "a series is made");
    for (int i = 0; i < arguments.samples; ++i) {
      const Time at = host.now() - Duration::seconds(arguments.samples - i);
      batch.samples.push_back({*series, {at, at, at, 0, fmt::format("{}.5", i)}});
    }
  }
  require(silo.append(host.access(), batch).has_value(), "samples are appended");
}

void say(std::string_view when, const Cost& cost, const Cost& base, int silos) {
  const auto each = [&](double now, double before) { return (now - before) / silos; };
  fmt::print("{:<34}{:>9.0f} MiB{:>12.0f} KiB{:>12.0f} KiB{:>10.2f}{:>10.2f}\n", when,
             cost.resident_kib / 1024, each(cost.resident_kib, base.resident_kib),
             each(cost.mapped_kib, base.mapped_kib), each(cost.threads, base.threads),
             each(cost.descriptors, base.descriptors));
}

struct Opening {
  std::vector<double> each;
  double total = 0;
};

/// Opened by the first read that wants it, as a route does.
Opening open_all(Host& host, const std::vector<OrganizationId>& organizations) {
  Opening opening;
  for (const OrganizationId organization : organizations) {
    opening.each.push_back(seconds_of([&] {
      const auto silo = host.store().silo(organization);
      require(silo.has_value(), silo ? "" : silo.error().message);
      const auto found = (*silo)->find(host.access(), kNote, "note-0");
      require(found.has_value() && found->has_value(), "the record is there");
    }));
    opening.total += opening.each.back();
  }
  std::ranges::sort(opening.each);
  return opening;
}

void report_opening(std::string_view when, const Opening& opening) {
  const std::size_t n = opening.each.size();
  fmt::print("{}: {} silos in {:.1f} s; each p50 {:.2f} ms, p99 {:.2f} ms, most {:.2f} ms\n", when,
             n, opening.total, opening.each[n / 2] * 1e3, opening.each[n * 99 / 100] * 1e3,
             opening.each.back() * 1e3);
}

/// A database of the silo's options alone, empty and with a key in each family: what of a silo's
/// cost is RocksDB's.
void report_database_alone(const std::string& directory, int count) {
  const silo::kv::SharedMemory memory(16U << 20, 16U << 20);
  const Cost base = cost_now();
  std::vector<std::unique_ptr<silo::kv::Database>> open;
  const double opened = seconds_of([&] {
    for (int i = 0; i < count; ++i) {
      open.push_back(*silo::kv::Database::open(fmt::format("{}/alone-{}", directory, i), memory));
    }
  });
  const Cost empty = cost_now();
  for (const auto& database : open) {
    silo::kv::Changes changes;
    for (std::size_t f = 0; f < silo::kv::kFamilies; ++f) {
      changes.put(static_cast<silo::kv::Family>(f), "key", Bytes(100, 'x'));
    }
    require(database->write(changes, silo::kv::Sync::kNo).has_value(), "it is written");
  }
  const Cost written = cost_now();
  say("a database alone, empty", empty, base, count);
  say("  and a key in each of 7 families", written, base, count);
  const double closed = seconds_of([&] { open.clear(); });
  const Cost after = cost_now();
  say("  and closed again", after, base, count);
  fmt::print("a database alone: made in {:.1f} ms, closed in {:.1f} ms\n", opened * 1e3 / count,
             closed * 1e3 / count);
}

void raise_descriptors(int silos) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto wanted = static_cast<rlim_t>(silos) * 32 + 1'024;
  limit.rlim_cur = std::min(limit.rlim_max, std::max(limit.rlim_cur, wanted));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < wanted) {
    fmt::print("only {} descriptors are allowed: it may end early\n", limit.rlim_cur);
  }
}

int run(const Arguments& arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  raise_descriptors(arguments.silos);
  fmt::print("{:<34}{:>13}{:>16}{:>16}{:>10}{:>10}\n", "", "resident", "a silo", "of it anonymous",
             "threads", "descr.");
  Host host;
  const Cost empty = cost_now();
  say("a store without silos", empty, empty, 1);
  std::vector<OrganizationId> organizations;
  const double made = seconds_of([&] {
    for (int i = 0; i < arguments.silos; ++i) {
      organizations.push_back(OrganizationId::make(host.random()));
      const auto silo = host.store().create(organizations.back());
      require(silo.has_value(), silo ? "" : silo.error().message);
      fill(host, **silo, arguments);
    }
  });
  say("made and filled, all open", cost_now(), empty, arguments.silos);
  const double closed = seconds_of([&] { host.close(); });
  host.open();
  const Cost again = cost_now();
  say("closed, the store open again", again, empty, arguments.silos);
  const Opening first = open_all(host, organizations);
  say("all opened by a read", cost_now(), again, arguments.silos);
  host.close();
  host.open();
  const Opening second = open_all(host, organizations);
  say("opened once more", cost_now(), again, arguments.silos);
  host.close();
  report_database_alone(host.directory(), std::min(arguments.silos, 200));
  fmt::print("\nmade and filled: {:.1f} ms each; all closed in {:.1f} s ({:.1f} ms each)\n",
             made * 1e3 / arguments.silos, closed, closed * 1e3 / arguments.silos);
  report_opening("opened after they were made", first);
  report_opening("opened again", second);
  return 0;
}

[[noreturn]] void say_how(int status) {
  fmt::print(
      "silos_bench [--silos 1000] [--records 5] [--series 5] [--samples 50]: memory and open time "
      "of "
      "many silos in one process\n");
  std::exit(status);
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  if (argc == 2 && std::string_view(argv[1]) == "--help") say_how(0);
  if (!read_numbers<int>(argc, argv,
                         {{"--silos", &arguments.silos},
                          {"--records", &arguments.records},
                          {"--series", &arguments.series},
                          {"--samples", &arguments.samples}}))
    say_how(1);
  for (const int number :
       {arguments.silos, arguments.records, arguments.series, arguments.samples}) {
    if (number < 1) say_how(1);
  }
  return arguments;
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  return heed::bench::run(heed::bench::parse(argc, argv));
}

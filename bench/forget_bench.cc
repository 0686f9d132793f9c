// What it takes to forget a subject with 20, 10,000 and 1,000,000 records: time until unreadable,
// syncs, bytes written, and the time of the purge that follows.
//   forget_bench [--records 20,10000,1000000] [--others 10000] [--help]
// Bars: at most 2 syncs with 20 records; at most 50 ms with 10,000.
#include <dlfcn.h>
#include <fmt/core.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "silo/testing.h"

namespace heed::bench {
namespace {

// Every sync of the process, RocksDB's and ours: the program's own fsync(2) and fdatasync(2) stand
// before the library's, count and pass on.
std::atomic<std::uint64_t> syncs{0};

using SyncCall = int (*)(int);
SyncCall library_call(const char* name) {
  return reinterpret_cast<SyncCall>(::dlsym(RTLD_NEXT, name));  // NOLINT: as dlsym(3) has it
}

}  // namespace
}  // namespace heed::bench

extern "C" int fsync(int descriptor) {
  static const auto call = heed::bench::library_call("fsync");
  ++heed::bench::syncs;
  return call(descriptor);
}

extern "C" int fdatasync(int descriptor) {
  static const auto call = heed::bench::library_call("fdatasync");
  ++heed::bench::syncs;
  return call(descriptor);
}

namespace heed::bench {
namespace {

constexpr silo::KindId kNote{302};
constexpr std::size_t kLoaders = 64;  // they share their syncs

struct Arguments {
  std::vector<std::uint64_t> records = {20, 10'000, 1'000'000};
  std::uint64_t others = 10'000;
};

std::uint64_t written_bytes() {
  std::ifstream in("/proc/self/io");
  constexpr std::string_view kName = "write_bytes: ";
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(kName)) return std::strtoull(line.c_str() + kName.size(), nullptr, 10);
  }
  return 0;
}

SubjectId subject_of(std::uint64_t number) {
  return *SubjectId::from_bytes(ByteWriter().u64(0).u64(number + 1).view());
}

class Shop {
 public:
  Shop() {
    options_.data_directory = directory_.path() + "/data";
    options_.key_directory = directory_.path() + "/keys";
    options_.policy = silo::heed_policy_with(
        "kind note 302 record of usage { title text indexed  content text }");
    auto opened = silo::Store::open(options_, clock_, random_, log_);
    require(opened.has_value(), opened ? "" : opened.error().message);
    store_ = *std::move(opened);
    const auto made = store_->create(OrganizationId::make(random_));
    require(made.has_value(), made ? "" : made.error().message);
    silo_ = *made;
    access_ = *store_->policy()->access("bench", "service.monitoring", "organization");
    rights_ = *store_->policy()->access("bench", "rights.deletion", "engine");
    for (const char* fact : {"condition:same_person", "condition:verified_login"}) {
      const auto word = store_->policy()->facts().find(fact);
      require(word.has_value(), fact);
      rights_.conditions = rights_.conditions.with(*word, true);
    }
  }

  /// `of_whom` gives the subject of a record.
  template <class OfWhom>
  void load(std::string_view prefix, std::uint64_t count, const OfWhom& of_whom) {
    std::atomic<std::uint64_t> next{0};
    std::vector<std::jthread> loaders;
    for (std::size_t i = 0; i < kLoaders; ++i) {
      loaders.emplace_back([&] {
        for (std::uint64_t n = next++; n < count; n = next++) {
          const silo::Record record{kNote,
                                    fmt::format("{}-{:08}", prefix, n),
                                    subject_of(of_whom(n)),
                                    "browser",
                                    {fmt::format("title {}", n % 100), std::string(100, 'x')},
                                    {}};
          const auto put = silo_->put(access_, record);
          require(put.has_value(), put ? "" : put.error().message());
        }
      });
    }
  }

  void forget(std::uint64_t subject) {
    const auto receipt = silo_->forget(rights_, subject_of(subject), "asked for");
    require(receipt.has_value(), receipt ? "" : receipt.error().message());
  }
  void purge() { require(silo_->purge().has_value(), "it is purged"); }

  std::uint64_t count(std::string_view prefix) {
    std::uint64_t found = 0;
    std::string after;
    do {
      const auto page = silo_->scan(access_, kNote, prefix, after, 1'000);
      require(page.has_value(), page ? "" : page.error().message());
      found += page->records.size();
      after = page->next;
    } while (!after.empty());
    return found;
  }

 private:
  const silo::TemporaryDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  silo::StoreOptions options_;
  std::unique_ptr<silo::Store> store_;
  std::shared_ptr<silo::Silo> silo_;
  silo::Access access_;
  silo::Access rights_;
};

struct Taken {
  double milliseconds = 0;
  std::uint64_t syncs = 0;
  std::uint64_t bytes = 0;
};

template <class Work>
Taken take(const Work& work) {
  const std::uint64_t synced = syncs;
  const std::uint64_t written = written_bytes();
  const auto start = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  return {took.count(), syncs - synced, written_bytes() - written};
}

void measure(std::uint64_t records, std::uint64_t others) {
  Shop shop;
  shop.load("other", others, [](std::uint64_t n) { return 1 + n % 1'000; });
  shop.load("own", records, [](std::uint64_t) { return std::uint64_t{0}; });
  require(shop.count("own") == records, "all are there before");
  const Taken forgotten = take([&] { shop.forget(0); });
  require(shop.count("own") == 0, "none is read after");
  require(shop.count("other") == others, "those of others stay");
  const Taken purged = take([&] { shop.purge(); });
  fmt::print(
      "{:>10} records: forgotten in {:.2f} ms, {} syncs, {} bytes written; purged in {:.1f} "
      "ms, {} syncs, {} bytes\n",
      records, forgotten.milliseconds, forgotten.syncs, forgotten.bytes, purged.milliseconds,
      purged.syncs, purged.bytes);
}

[[noreturn]] void say_how(int status) {
  fmt::print("forget_bench [--records 20,10000,1000000] [--others 10000]: what forgetting takes\n");
  std::exit(status);
}

std::vector<std::uint64_t> numbers_of(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  while (!text.empty()) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) say_how(1);
    numbers.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (text.starts_with(',')) text.remove_prefix(1);
  }
  return numbers;
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  if (argc % 2 == 0) say_how(std::string_view(argv[1]) == "--help" ? 0 : 1);
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--records") {
      arguments.records = numbers_of(argv[i + 1]);
    } else if (name == "--others") {
      arguments.others = numbers_of(argv[i + 1]).at(0);
    } else {
      say_how(1);
    }
  }
  return arguments;
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto arguments = heed::bench::parse(argc, argv);
  for (const auto records : arguments.records) heed::bench::measure(records, arguments.others);
}

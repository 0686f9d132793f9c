// Bars 4 and 5, the silo's part: bytes per observation on disk, durable appends, queries.
//   series_bench [DATA]   DATA = the folder with mazak01, mazak03 (default ../shared/data/machines)
#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/log.h"
#include "bench/shdr_files.h"
#include "silo/files.h"
#include "silo/kv.h"
#include "silo/testing.h"

namespace heed::bench {
namespace {

using silo::Batch;
using silo::KindId;
using silo::SeriesId;
using silo::SeriesSample;
using silo::TemporaryStore;

constexpr KindId kItem{1};

std::shared_ptr<const policy::Policy> item_policy() {
  return silo::heed_policy_with("kind item 1 series of machine_data.production { value text }");
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<SeriesSample> samples_of(silo::Silo& silo, const silo::Access& access,
                                     const std::vector<Line>& lines) {
  std::map<std::string, SeriesId> series;
  std::vector<SeriesSample> samples;
  for (const Line& line : lines) {
    auto& id = series[line.key];
    if (id == SeriesId()) id = *silo.series(access, kItem, line.key);
    samples.push_back({id, line.sample});
  }
  return samples;
}

void append_all(silo::Silo& silo, const silo::Access& access,
                const std::vector<SeriesSample>& samples) {
  constexpr std::size_t kAtOnce = 5'000;
  for (std::size_t from = 0; from < samples.size(); from += kAtOnce) {
    const auto first = samples.begin() + static_cast<std::ptrdiff_t>(from);
    const auto count = std::min(kAtOnce, samples.size() - from);
    const auto done =
        silo.append(access, {"", 0, {first, first + static_cast<std::ptrdiff_t>(count)}});
    require(done.has_value(), done ? "" : done.error().message());
  }
}

/// Bytes of the files that hold the chunks, their index and the names of the series.
std::uint64_t bytes_on_disk(const std::string& silo_directory) {
  const silo::kv::SharedMemory memory(8U << 20, 8U << 20);
  const auto database = *silo::kv::Database::open(silo_directory, memory);
  std::uint64_t bytes = 0;
  for (const auto family :
       {silo::kv::Family::kChunks, silo::kv::Family::kDeadlines, silo::kv::Family::kSeries}) {
    require(database->flush_and_compact(family).has_value(), "the silo compacts");
    bytes += database->file_bytes(family);
  }
  return bytes;
}

struct Size {
  std::size_t observations = 0;
  std::uint64_t values = 0;
  std::uint64_t disk = 0;
};

struct RecordedDay {
  std::string machine;
  std::string path;
};

/// All of `days` in one silo, each sealed at its end as at midnight.
Size measure_size(const std::vector<RecordedDay>& days) {
  Size size;
  auto store = std::make_unique<TemporaryStore>(item_policy(), 10'000'000);
  for (const RecordedDay& day : days) {
    auto lines = load(day.path);
    for (Line& line : lines) line.key = day.machine + "/" + line.key;
    append_all(store->silo(), store->access(), samples_of(store->silo(), store->access(), lines));
    require(store->silo().seal(true).has_value(), "the silo seals");
    size.observations += lines.size();
  }
  size.values = store->silo().statistics().sealed_bytes;
  const std::string directory =
      store->options().data_directory + "/silos/" + store->organization().text();
  store->close();
  size.disk = bytes_on_disk(directory);
  return size;
}

void report_size(const std::string& name, const Size& size) {
  const auto count = static_cast<double>(size.observations);
  fmt::print("{:<44}{:>12}{:>14.2f}{:>14.2f}\n", name, size.observations,
             static_cast<double>(size.values) / count, static_cast<double>(size.disk) / count);
}

void report_sizes(const std::string& data) {
  fmt::print("{:<44}{:>12}{:>14}{:>14}\n", "file", "samples", "sealed B/obs", "on disk B/obs");
  std::vector<RecordedDay> both;
  for (const char* machine : {"mazak01", "mazak03"}) {
    std::vector<RecordedDay> days;
    for (const auto& name : silo::names_in(data + "/" + machine)) {
      days.push_back({machine, data + "/" + machine + "/" + name});
      report_size(name + ", alone", measure_size({days.back()}));
    }
    report_size(fmt::format("all of {} in one silo", machine), measure_size(days));
    both.insert(both.end(), days.begin(), days.end());
  }
  report_size("all of both in one silo", measure_size(both));
}

void report_appends(const std::vector<Line>& lines) {
  TemporaryStore store(item_policy());
  const silo::Access access = store.access();
  const auto samples = samples_of(store.silo(), access, lines);
  constexpr int kThreads = 2;
  constexpr int kRounds = 12;
  const double seconds = seconds_of([&] {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int round = 0; round < kRounds; ++round) append_all(store.silo(), access, samples);
      });
    }
  });
  const double total = static_cast<double>(samples.size()) * kThreads * kRounds;
  fmt::print("durable appends, batches of 5,000 on {} threads: {:.0f} K samples/s ({} sealed)\n",
             kThreads, total / seconds / 1e3, store.silo().statistics().sealed_samples);
}

void report_queries(const std::vector<Line>& lines) {
  TemporaryStore store(item_policy(), 10'000'000);
  const silo::Access access = store.access();
  auto& silo = store.silo();
  const auto samples = samples_of(silo, access, lines);
  append_all(silo, access, samples);
  require(silo.seal(true).has_value(), "the silo seals");
  std::map<SeriesId, std::size_t> counts;
  for (const auto& s : samples) ++counts[s.series];
  const auto busiest =
      std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  const auto last_of_busiest = [&] { (void)silo.last_at(access, busiest->first, Time::max()); };
  const double first = seconds_of(last_of_busiest);
  std::uint64_t seen = 0;
  const double read = seconds_of([&] {
    for (int round = 0; round < 10; ++round) {
      for (const auto& [series, count] : counts) {
        (void)silo.read(access, series, {}, [&](const silo::SampleView&) { return ++seen > 0; });
      }
    }
  });
  fmt::print("reads over all series: {:.1f} M samples/s\n", static_cast<double>(seen) / read / 1e6);
  const TimeRange day{lines.back().sample.at - Duration::hours(24), lines.back().sample.at};
  const double plot = seconds_of([&] {
    for (int i = 0; i < 100; ++i) (void)silo.downsample(access, busiest->first, day, 1'000);
  });
  fmt::print("a day of {} samples in 1,000 buckets: {:.2f} ms\n", busiest->second, plot * 10);
  const double last = seconds_of([&] {
    for (int i = 0; i < 1'000; ++i) last_of_busiest();
  });
  fmt::print("the last value of the busiest series, sealed: {:.2f} ms at first, then {:.1f} us\n",
             first * 1e3, last * 1e3);
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  const std::string data = argc > 1 ? argv[1] : "../shared/data/machines";
  heed::bench::report_sizes(data);
  const auto lines = heed::bench::load(data + "/mazak01/Mazak01-20161031-20161101.txt");
  heed::bench::report_appends(lines);
  heed::bench::report_queries(lines);
}

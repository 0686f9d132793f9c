// Real SHDR, as a box takes it in: bytes → lines → entries with their time, then the key looked up
// and the value compared with the last one. Bar: ≥ 5 million observations a second on one core.
//
//   build/bench/shdr_parse_bench [DIRECTORY]   (default: the recorded Mazak's five days)
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "wire/shdr/line.h"

namespace heed::wire::shdr {
namespace {

constexpr std::size_t kRead = 64 * 1024;  // What one read of a socket gives at most.

struct KeyHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
};

std::string load(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::stringstream text;
  for (const auto& file : files) text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

class Source {
 public:
  // The number of entries read, and how many of them were news.
  std::size_t take(std::string_view bytes) {
    splitter_.feed(bytes);
    std::size_t entries = 0;
    while (const auto raw = splitter_.next()) {
      parse_line(*raw, line_);
      benchmark::DoNotOptimize(line_.stamp.time);
      for (const Entry& entry : line_.entries) remember(entry);
      entries += line_.entries.size();
    }
    return entries;
  }
  std::size_t changes() const { return changes_; }

 private:
  void remember(const Entry& entry) {
    auto at = last_.find(entry.key);
    if (at == last_.end()) at = last_.emplace(entry.key, std::string()).first;
    if (at->second == entry.value) return;
    at->second = entry.value;
    ++changes_;
  }

  LineSplitter splitter_;
  Line line_;
  std::unordered_map<std::string, std::string, KeyHash, std::equal_to<>> last_;
  std::size_t changes_ = 0;
};

void take_in(benchmark::State& state, const std::string& text) {
  std::size_t entries = 0;
  for (auto _ : state) {
    Source source;
    for (std::size_t at = 0; at < text.size(); at += kRead) {
      entries += source.take(std::string_view(text).substr(at, kRead));
    }
    benchmark::DoNotOptimize(source.changes());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(entries));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) *
                          static_cast<std::int64_t>(state.iterations()));
}

void parse_times(benchmark::State& state, const std::string& text) {
  std::vector<std::string> stamps;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) stamps.push_back(line.substr(0, line.find('|')));
  for (auto _ : state) {
    for (const std::string& stamp : stamps) benchmark::DoNotOptimize(parse_time(stamp));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(stamps.size()) *
                          static_cast<std::int64_t>(state.iterations()));
}

}  // namespace
}  // namespace heed::wire::shdr

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const std::string directory =
      argc > 1 ? argv[1] : HEED_SOURCE_DIR "/../shared/data/machines/mazak01";
  const std::string text = heed::wire::shdr::load(directory);
  benchmark::RegisterBenchmark("take_in", heed::wire::shdr::take_in, text);
  benchmark::RegisterBenchmark("parse_time", heed::wire::shdr::parse_times, text);
  benchmark::RunSpecifiedBenchmarks();
}

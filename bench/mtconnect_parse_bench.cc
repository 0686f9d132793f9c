// How fast a current document becomes observations, and in how much memory: one core, pieces of
// 16 KiB as they come off a socket.
#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <sys/resource.h>

#include "base/random.h"
#include "wire/mtconnect/streams.h"

namespace heed::wire::mtconnect {
namespace {

constexpr std::size_t kPiece = 16'384;

/// What one component of a mill says: the mix of a real current document.
std::string component(std::size_t number) {
  std::string out = fmt::format(
      "      <ComponentStream component=\"Linear\" name=\"X\" componentId=\"x{0}\">\n"
      "        <Samples>\n",
      number);
  for (std::size_t i = 0; i < 6; ++i) {
    out += fmt::format(
        "          <Position dataItemId=\"x{0}_{1}\" timestamp=\"2022-08-08T13:31:24.507341Z\" "
        "name=\"Xabs{1}\" sequence=\"{2}\" subType=\"ACTUAL\">{0}.{1}</Position>\n",
        number, i, number * 10 + i + 1);
  }
  out += "        </Samples>\n        <Events>\n";
  for (const char* element : {"Execution", "Program"}) {
    out += fmt::format(
        "          <{0} dataItemId=\"{0}{1}\" timestamp=\"2022-08-08T13:31:24.507341Z\" "
        "sequence=\"{2}\">ACTIVE</{0}>\n",
        element, number, number * 10 + 7);
  }
  out += "        </Events>\n        <Condition>\n";
  for (const char* level : {"Normal", "Fault"}) {
    out += fmt::format(
        "          <{0} dataItemId=\"c{1}\" timestamp=\"2022-08-08T13:31:24.507341Z\" "
        "sequence=\"{2}\" type=\"SYSTEM\" nativeCode=\"{1}\">overload</{0}>\n",
        level, number, number * 10 + 9);
  }
  return out + "        </Condition>\n      </ComponentStream>\n";
}

const std::string kBegin =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<MTConnectStreams "
    "xmlns=\"urn:mtconnect.org:MTConnectStreams:1.7\"><Header instanceId=\"1\" "
    "firstSequence=\"1\" lastSequence=\"9\" nextSequence=\"10\" bufferSize=\"131072\"/>"
    "<Streams><DeviceStream name=\"M\" uuid=\"u\">\n";
const std::string kEnd = "</DeviceStream></Streams></MTConnectStreams>\n";

void parse_a_current_document(benchmark::State& state) {
  std::string document = kBegin;
  for (std::size_t i = 0; i < 800; ++i) document += component(i);
  document += kEnd;
  SeededRandom random(1);
  std::size_t observations = 0;
  for (auto _ : state) {
    StreamsReader reader({.header = {},
                          .observation =
                              [&](const Observation& o, BytesView raw) {
                                benchmark::DoNotOptimize(o.sequence + raw.size());
                                ++observations;
                              }},
                         random);
    for (std::size_t at = 0; at < document.size(); at += kPiece) {
      benchmark::DoNotOptimize(reader.feed(BytesView(document).substr(at, kPiece)));
    }
    if (!reader.finish()) state.SkipWithError("the document is refused");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(document.size()) * state.iterations());
  state.counters["observations/s"] =
      benchmark::Counter(static_cast<double>(observations), benchmark::Counter::kIsRate);
}
BENCHMARK(parse_a_current_document)->Unit(benchmark::kMillisecond);

/// The document is made as it is read, so that what grows is the reader's own memory.
void memory_of_a_60_megabyte_document(benchmark::State& state) {
  const auto resident = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  long grown = 0;
  for (auto _ : state) {
    SeededRandom random(1);
    const long before = resident();
    StreamsReader reader({}, random);
    std::size_t size = 0;
    bool fed = reader.feed(kBegin).has_value();
    for (std::size_t i = 0; fed && size < 60'000'000; ++i) {
      const std::string next = component(i);
      size += next.size();
      fed = reader.feed(next).has_value();
    }
    if (!fed || !reader.feed(kEnd) || !reader.finish()) state.SkipWithError("refused");
    grown = std::max(grown, resident() - before);
  }
  state.counters["grown KiB"] = static_cast<double>(grown);
}
BENCHMARK(memory_of_a_60_megabyte_document)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace heed::wire::mtconnect

BENCHMARK_MAIN();

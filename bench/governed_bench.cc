// Bars: a governed read (decide, count, decrypt, hold the label against the policy) takes at most
// 1.6 times a plain RocksDB get of the same bytes; a governed write at most 2.5 times a plain put,
// both synced.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "silo/kv.h"
#include "silo/testing.h"

namespace heed::bench {
namespace {

using silo::Record;
using silo::TemporaryStore;

constexpr silo::KindId kVisit{300};
constexpr int kRecords = 10'000;
constexpr int kRounds = 9;
constexpr int kReads = 20'000;
constexpr int kWrites = 300;

std::string id_of(int i) {
  return fmt::format("visit-{:06}", i * 7'919 % kRecords);
}

Record record_of(int i) {
  return {kVisit,
          id_of(i),
          SubjectId(),
          "browser",
          {fmt::format("/floor/machines/{}", i), std::string(120, 'x'), std::int64_t{i}},
          {}};
}

/// Nanoseconds of one of `times` calls, the median over rounds.
template <class Work>
double median_of(int times, const Work& work) {
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) work(round * times + i);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    rounds.push_back(took.count() / times);
  }
  std::ranges::sort(rounds);
  return rounds[kRounds / 2];
}

void say(std::string_view what, double governed, double plain) {
  fmt::print("{:<28}{:>10.0f} ns{:>12.0f} ns{:>8.2f}\n", what, governed, plain, governed / plain);
}

int run() {
  TemporaryStore store(silo::heed_policy_with(
      "kind visit_record 300 record of usage { page text  agent text  number integer }"));
  const silo::Access access = store.access();
  silo::Silo& silo = store.silo();
  const silo::kv::SharedMemory memory(16U << 20, 16U << 20);
  const auto plain = *silo::kv::Database::open(store.directory() + "/plain", memory);
  constexpr auto kFamily = silo::kv::Family::kRecords;
  for (int i = 0; i < kRecords; ++i) {
    const bool put = silo.put(access, record_of(i)).has_value() &&
                     plain
                         ->write(silo::kv::Changes().put(kFamily, id_of(i), Bytes(260, 'x')),
                                 silo::kv::Sync::kNo)
                         .has_value();
    require(put, "records are put");
  }
  fmt::print("{:<28}{:>13}{:>15}{:>8}\n", "", "governed", "plain", "ratio");
  const auto find = [&](int i) {
    require(silo.find(access, kVisit, id_of(i % kRecords))->has_value(), "it is found");
  };
  const auto get = [&](int i) {
    require(plain->get(kFamily, id_of(i % kRecords))->has_value(), "it is found");
  };
  const double plain_get = median_of(kReads, get);
  say("a read", median_of(kReads, find), plain_get);
  const auto refused = store.access("marketing", "third_party");
  const double no = median_of(kReads, [&](int i) {
    require(!silo.find(refused, kVisit, id_of(i % kRecords)), "it is refused");
  });
  say("a refusal", no, plain_get);
  const double put = median_of(kWrites, [&](int i) {
    require(silo.put(access, record_of(i % kRecords)).has_value(), "it is put");
  });
  const double plain_put = median_of(kWrites, [&](int i) {
    const auto change = silo::kv::Changes().put(kFamily, id_of(i % kRecords), Bytes(260, 'y'));
    require(plain->write(change, silo::kv::Sync::kYes).has_value(), "it is put");
  });
  say("a write, synced", put, plain_put);
  return 0;
}

}  // namespace
}  // namespace heed::bench

int main() {
  return heed::bench::run();
}

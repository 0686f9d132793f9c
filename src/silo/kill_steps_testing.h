// For tests and benchmarks: the writes that the child of silo/kill_testing.h makes, as both its
// processes know them. Never included by the program.
#pragma once

#include <fmt/core.h>

#include <istream>
#include <vector>

#include "base/crypto.h"
#include "silo/mall_testing.h"

namespace heed::silo::kill_test {

constexpr int kThreads = 3;
constexpr int kPersonsARound = 40;
constexpr int kNobody = -1;
constexpr std::string_view kRecipient = "payments";

/// One write as it goes through the pipe: words without blanks.
struct Step {
  std::string verb, id = "-", value = "-";
  int person = kNobody;
  std::uint64_t number = 0;
  std::string text() const {
    return fmt::format("{} {} {} {} {}", verb, id, value, person, number);
  }
  static Step parse(std::istream& in) {
    Step step;
    in >> step.verb >> step.id >> step.value >> step.person >> step.number;
    return step;
  }
};

inline SubjectId subject_of(int person) {
  if (person == kNobody) return {};
  SeededRandom random(0x5eed'0000'0000 + static_cast<std::uint64_t>(person));
  return SubjectId::make(random);
}
/// Somebody who is never erased, so that a hold on them stops nothing.
inline int held_person(int thread) {
  return 10'000'000 + thread;
}
/// Two more of the same thread and round, for what is about several.
inline int second_of(int person) {
  return person ^ 1;
}
inline int third_of(int person) {
  return person ^ 2;
}
static_assert(kPersonsARound % 4 == 0);
/// All whom a write may name.
inline std::vector<int> persons_of(const Step& step) {
  if (step.person == kNobody) return {};
  return {step.person, second_of(step.person), third_of(step.person)};
}

/// Whatever a write says, at some length.
inline Bytes content_of(std::string_view value, std::size_t size) {
  return SeededRandom(std::hash<std::string_view>()(value)).bytes(size);
}
inline std::string in_short(BytesView content) {
  return fmt::format("{} bytes {}", content.size(), to_hex(sha256(content)));
}

/// A sample of the gauge, or of the series of a person.
struct Sampled {
  int person = kNobody;
  Time at;
  std::string text;
};
/// What a batch has: of a gauge and, where it names one, of two persons.
inline std::vector<Sampled> samples_of(const Step& step) {
  std::vector<Sampled> all;
  for (std::uint64_t i = 0; i <= step.number % 7; ++i) {
    const Time at = TemporaryStore::kStart +
                    Duration::seconds(static_cast<std::int64_t>(step.number * 600 + i));
    const std::string text = fmt::format("{}/{}", step.value, i);
    all.push_back({kNobody, at, text});
    if (step.person == kNobody) continue;
    const std::string tail = to_hex(content_of(text, 1 + step.number % 90));
    all.push_back({step.person, at, fmt::format("{}/{}", text, tail)});
    all.push_back({second_of(step.person), at, fmt::format("{}/{}/{}", tail, i, text)});
  }
  return all;
}

/// Whom a photo's step names beside its subject.
constexpr std::uint64_t kWithPartner = 1, kWithGuest = 2;
inline int partner_of(const Step& step) {
  return (step.number & kWithPartner) != 0 ? third_of(step.person) : kNobody;
}
inline int guest_of(const Step& step) {
  return (step.number & kWithGuest) != 0 ? second_of(step.person) : kNobody;
}
inline FieldValue named(int person) {
  return person == kNobody ? FieldValue() : FieldValue(subject_of(person).text());
}

inline StoreOptions options_in(const std::string& directory) {
  StoreOptions options;
  options.data_directory = directory + "/data";
  options.key_directory = directory + "/keys";
  options.cache_bytes = 1U << 20;
  options.write_buffer_bytes = 4U << 20;
  options.head_samples = 50;  // so that kills meet sealings
  options.policy = mall_policy();
  return options;
}
inline Access engine_of(const Store& store) {
  return *store.policy()->access("server", "operation", "engine");
}
inline Record note_of(std::string id, int person, std::string value) {
  return {mall::kNote,
          std::move(id),
          subject_of(person),
          "site.form",
          {std::move(value), std::string("tea"), FieldValue()},
          {}};
}

inline Record photo_of(const Step& step) {
  return {mall::kPhoto,
          step.id,
          subject_of(step.person),
          "site.form",
          {step.value, named(partner_of(step)), named(guest_of(step)), FieldValue(), FieldValue()},
          {}};
}

}  // namespace heed::silo::kill_test

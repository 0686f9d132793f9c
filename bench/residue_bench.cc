// What is found of people after they were forgotten: their texts, their ids, and the sealed values
// that the database has no more, byte by byte in every file; and what backups give back.
//   residue_bench --directory DIR [--people 1000] [--seed 1] [--texts FILE] [--help]
// DIR must be empty and is filled. FILE gets a line "person TAB way TAB text" for each text, so
// that another system can be given the same (bench/residue_peers.py). The bar: nothing, nowhere.
#include <fmt/core.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include "base/json.h"
#include "silo/residue_testing.h"

namespace heed::bench {
namespace {

struct Arguments {
  std::string directory;
  std::string texts;
  std::uint64_t people = 1'000;
  std::uint64_t seed = 1;
};

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::optional<Arguments> parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    const auto number = number_of(words[i + 1]);
    if (name == "--directory") {
      arguments.directory = words[i + 1];
    } else if (name == "--texts") {
      arguments.texts = words[i + 1];
    } else if (name == "--people" && number && *number > 0) {
      arguments.people = *number;
    } else if (name == "--seed" && number) {
      arguments.seed = *number;
    } else {
      return {};
    }
  }
  if (count % 2 == 0 || arguments.directory.empty()) return {};
  return arguments;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::uint64_t sum(const silo::Residue::Found& found) {
  std::uint64_t all = 0;
  for (const auto& [way, count] : found.by_way) all += count;
  return all;
}

/// Whether nothing that should be gone is there.
bool tell(JsonWriter& out, std::string_view place, const silo::Residue::Found& found,
          bool sealed_may_stay) {
  out.begin_object()
      .member("place", place)
      .member("files", found.files)
      .member("bytes", found.bytes)
      .member("texts", sum(found))
      .member("ids", found.ids)
      .member("removed_values", found.tails)
      .end_object();
  return sum(found) == 0 && (sealed_may_stay || found.ids + found.tails == 0);
}

int run(const Arguments& arguments) {
  silo::Residue residue(arguments.directory, arguments.people, arguments.seed);
  residue.live();
  if (!arguments.texts.empty()) {
    std::ofstream texts(arguments.texts);
    for (const silo::Canary& canary : residue.canaries()) {
      texts << canary.person << '\t' << canary.way << '\t' << canary.text << '\n';
    }
  }
  JsonWriter out;
  bool clean = true;
  out.begin_object()
      .member("people", arguments.people)
      .member("staying", std::uint64_t{residue.staying()})
      .member("texts", std::uint64_t{residue.canaries().size()})
      .key("before")
      .begin_array();
  const auto held = residue.rows();
  tell(out, "all", residue.scan(arguments.directory, held), true);
  out.end_array().member("held_values", std::uint64_t{held.size()});
  const auto begin = std::chrono::steady_clock::now();
  const auto removed = residue.forget();
  out.member("forgetting_seconds", seconds_since(begin))
      .member("removed_values", std::uint64_t{removed.size()})
      .key("after")
      .begin_array();
  clean = tell(out, "data", residue.scan(residue.data(), removed), false) && clean;
  clean = tell(out, "keys", residue.scan(residue.keys(), removed), false) && clean;
  clean = tell(out, "logs", residue.scan(residue.logs(), removed), false) && clean;
  // What backups hold stays there, sealed under keys that are gone: the drill shows that.
  clean = tell(out, "backups", residue.scan(residue.backups(), removed), true) && clean;
  out.end_array().key("drills").begin_array();
  for (std::uint64_t i = 1; i <= residue.generations(); ++i) {
    const auto report = residue.drill_generation(i);
    out.begin_object()
        .member("generation", i)
        .member("erasures", report.erasures)
        .member("records", report.records)
        .member("samples", report.samples)
        .member("findings", std::uint64_t{report.findings.size()})
        .end_object();
    clean = clean && report.passed();
  }
  out.end_array().key("lost_of_who_stays").begin_object();
  for (const auto& [way, count] : residue.lost()) {
    out.member(way, count);
    clean = false;
  }
  out.end_object().member("clean", clean).end_object();
  fmt::print("{}\n", out.take());
  return clean ? 0 : 1;
}

}  // namespace
}  // namespace heed::bench

int main(int count, char** words) {
  const auto arguments = heed::bench::parse(count, words);
  if (!arguments) {
    std::fputs(
        "residue_bench --directory DIR [--people 1000] [--seed 1] [--texts FILE]\n"
        "DIR must be empty; FILE gets person, way and text of each line, for other systems.\n",
        stderr);
    return 2;
  }
  return heed::bench::run(*arguments);
}

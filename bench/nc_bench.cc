// How fast programs are read, interpreted and timed, and in how much memory: a surface finisher's
// program of 50 MB of short cuts, one with macros, and one of drilled holes; and how long a fit to
// twelve programs takes, long ones and short ones.
//   nc_bench [MEGABYTES]
#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <functional>

#include "machines/nc/nc.h"

namespace heed::bench {
namespace {

using namespace machines::nc;  // NOLINT(google-build-using-namespace): this file is about it

std::string surface(std::size_t bytes) {
  std::string text =
      "%\nO1000 (SURFACE)\nG21 G90 G54\nT1 M6\nS12000 M3\nG0 X0. Y0.\nZ5.\nG1 Z0. F500.\n";
  text.reserve(bytes + 256);  // so that growing it is not what is measured
  for (int i = 0; text.size() < bytes; ++i) {
    const double a = 0.001 * i;
    text += fmt::format("N{} X{:.3f} Y{:.3f} Z{:.3f}{}\n", 10 + i, 50 * std::cos(a),
                        50 * std::sin(a), -0.00001 * i, i % 100 == 0 ? " F2500." : "");
  }
  return text + "G91 G28 Z0.\nM30\n%\n";
}

std::string macros(int turns) {
  return fmt::format(
      "O1\nG21 G90 F1000\n#1=0\nWHILE[#1LT{}]DO1\n#2=50*COS[#1*0.1]\nG1 X#2 Y[50*SIN[#1*0.1]]\n"
      "#1=#1+1\nEND1\nM30\n",
      turns);
}

std::string holes(std::size_t bytes) {
  std::string text = "O1\nG21 G90\nG0 Z20.\nG98 G83 Z-20. R2. Q3. F200\n";
  for (int i = 0; text.size() < bytes; ++i) text += fmt::format("X{}. Y{}.\n", i % 300, i % 170);
  return text + "G80\nM30\n";
}

double resident() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void measure(const char* what, const std::string& text, const std::function<std::uint64_t()>& run) {
  const double before = resident();
  const std::clock_t cpu = std::clock();
  const std::uint64_t count = run();
  const double seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  fmt::print(
      "{:28} {:>6.1f} MB {:>10} lines or blocks {:>7.2f} s CPU {:>6.2f} M/s {:>6.1f} MB/s "
      "+{:.0f} MiB\n",
      what, static_cast<double>(text.size()) / 1e6, count, seconds,
      static_cast<double>(count) / seconds / 1e6, static_cast<double>(text.size()) / seconds / 1e6,
      resident() - before);
}

std::uint64_t lex(const std::string& text) {
  std::uint64_t lines = 0;
  Lexer lexer(text, Dialect::kFanuc);
  for (Token token; lexer.next(token);) lines += token.kind == TokenKind::kLineEnd ? 1 : 0;
  return lines;
}

/// Twelve programs of so many blocks each, on a machine that is unlike the prior: what is read of
/// them, and the fit.
void measure_fit(std::size_t blocks) {
  constexpr std::size_t kPrograms = 12;
  const Constants from = prior(Dialect::kFanuc);
  Constants truth = from;
  truth.acceleration_factor.value = 0.6;
  truth.standstill.value = 0.09;
  const double before = resident();
  std::clock_t cpu = std::clock();
  std::vector<Digest> programs;
  for (std::size_t i = 0; i < kPrograms; ++i) {
    Digester digester(from);
    (void)interpret(surface(blocks * 32 + i), {.dialect = Dialect::kFanuc},
                    [&](const Step& step) { digester.take(step); });
    programs.push_back(digester.finish());
  }
  const double reading = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  std::vector<Measured> measured;
  for (const Digest& program : programs) {
    const double took = seconds_of(program, truth).total();
    measured.push_back({&program, took, took * 0.99, took * 1.01, 10});
  }
  cpu = std::clock();
  const auto fitted = fit(measured, from);
  fmt::print(
      "fit to {} programs of {:>7} steps: read {:>5.2f} s CPU, fitted {:>5.2f} s CPU, {} "
      "rounds +{:.0f} MiB\n",
      kPrograms, programs.front().ways, reading,
      static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC, fitted->rounds,
      resident() - before);
}

void run(std::size_t megabytes) {
  for (const std::size_t blocks : {1'000U, 4'000U, 80'000U}) measure_fit(blocks);
  const Settings fanuc{.dialect = Dialect::kFanuc};
  const Constants constants = prior(Dialect::kFanuc);
  const std::string cuts = surface(megabytes * 1'000'000);
  measure("tokens of a surface", cuts, [&] { return lex(cuts); });
  measure("interpreted", cuts, [&] { return interpret(cuts, fanuc, [](const Step&) {})->blocks; });
  measure("interpreted and timed", cuts,
          [&] { return estimate(cuts, fanuc, constants)->reading.blocks; });
  const std::string loop = macros(500'000);
  measure("macros, timed", loop, [&] { return estimate(loop, fanuc, constants)->reading.blocks; });
  const std::string drilled = holes(megabytes * 100'000);
  measure("holes, timed", drilled,
          [&] { return estimate(drilled, fanuc, constants)->reading.blocks; });
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  const int megabytes = argc > 1 ? std::atoi(argv[1]) : 50;
  heed::bench::run(static_cast<std::size_t>(std::max(1, megabytes)));
}

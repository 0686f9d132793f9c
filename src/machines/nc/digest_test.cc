#include "machines/nc/digest.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "machines/nc/fit.h"

namespace heed::machines::nc {
namespace {

Program read_fanuc(const std::string& text) {
  return read(text, {.dialect = Dialect::kFanuc}).value();
}

/// A layer of a surface: a fast way there, short chords of a wave at two feeds, a hole, and up.
std::string layer(int number) {
  std::string text =
      fmt::format("G0 X0 Y{}.\nZ1.\nG1 Z-{}.{} F800\n", number % 90, number % 9, number % 7);
  for (int i = 0; i < 40; ++i) {
    text += fmt::format("G1 X{:.3f} Z{:.3f} F{}\n", 0.4 * i, std::sin(0.3 * i + number),
                        i < 20 ? 2'500 : 900);
  }
  if (number % 5 == 0) text += "M8\nG4 P200\n";
  return text + "G0 Z20.\n";
}

/// So many layers, again and again.
std::string surface(int layers, int times = 1) {
  std::string text = "G21 G54\n";
  for (int time = 0; time < times; ++time) {
    text += fmt::format("G90\nT{} M6\nS8000 M3\n", 1 + time % 2);
    for (int i = 0; i < layers; ++i) text += layer(i);
    text += "G91 G28 X0. Y0. Z0.\nM5\n";
  }
  return text + "M30\n";
}

/// Half of it cut coarsely, half finely: pieces differ.
std::string rough_and_fine(int ways) {
  std::string text = "G21 G90 G54\nT1 M6\nG0 X0 Y0\nG1 F3000\n";
  for (int i = 0; i < ways / 2; ++i) text += fmt::format("X{}. Y{}.\n", i % 2 * 50, i % 100);
  text += "T2 M6\nG1 F1500\n";
  for (int i = 0; i < ways / 2; ++i) {
    text += fmt::format("X{:.3f} Y{:.3f}\n", 30 * std::cos(0.01 * i), 30 * std::sin(0.01 * i));
  }
  return text + "M30\n";
}

std::vector<Constants> machines_around(const Constants& prior) {
  std::vector<Constants> all = {prior};
  for (const auto constant : kConstants) {
    for (const double factor : {0.5, 1.3, 2.5}) {
      all.push_back(prior);
      (all.back().*constant).value *= factor;
    }
  }
  return all;
}

/// ln of the digest's total to the program's own, at the worst of the machines.
double worst_error(const Program& program, const Constants& prior) {
  const Digest digest = digest_of(program, prior);
  double worst = 0;
  for (const Constants& machine : machines_around(prior)) {
    const double exact = seconds_of(program, machine).total();
    worst = std::max(worst, std::fabs(std::log(seconds_of(digest, machine).total() / exact)));
  }
  return worst;
}

TEST(NcDigest, of_a_short_program_is_exact_for_every_machine) {
  const Program program = read_fanuc(surface(60));
  ASSERT_LE(program.steps.size(), kWholeSteps);
  EXPECT_LT(worst_error(program, prior(Dialect::kFanuc)), 1e-9);
  EXPECT_LT(worst_error(program, prior(Dialect::kGrbl)), 1e-9);
}

TEST(NcDigest, of_a_long_program_is_exact_for_the_machine_that_it_was_made_with) {
  for (const std::string& text : {surface(250), rough_and_fine(10'000)}) {
    const Program program = read_fanuc(text);
    const Constants machine = prior(Dialect::kFanuc);
    const Digest digest = digest_of(program, machine);
    EXPECT_NEAR(seconds_of(digest, machine).total() / seconds_of(program, machine).total(), 1,
                1e-9);
    const Seconds other = seconds_of(digest, machines_around(machine).back());
    const Seconds exact = seconds_of(program, machines_around(machine).back());
    EXPECT_DOUBLE_EQ(other.dwell, exact.dwell);
    EXPECT_DOUBLE_EQ(other.tool_change, exact.tool_change);
    EXPECT_DOUBLE_EQ(other.spindle, exact.spindle);
    EXPECT_NEAR(other.standstill, exact.standstill, 1e-9 * exact.standstill);
    EXPECT_NEAR(other.assumed, exact.assumed, 1e-9);
  }
}

TEST(NcDigest, of_a_long_program_is_right_within_a_hundredth_for_other_machines) {
  for (const std::string& text : {surface(250), rough_and_fine(10'000)}) {
    const Program program = read_fanuc(text);
    ASSERT_GT(program.steps.size(), 2 * kWholeSteps);
    for (const Dialect dialect : {Dialect::kFanuc, Dialect::kLinuxCnc}) {
      EXPECT_LT(worst_error(program, prior(dialect)), 0.01);
    }
  }
}

TEST(NcDigest, takes_no_more_memory_for_a_longer_program) {
  const auto steps_in = [](const std::string& text) {
    Digester digester(prior(Dialect::kFanuc));
    (void)interpret(text, {.dialect = Dialect::kFanuc},
                    [&](const Step& step) { digester.take(step); });
    const Digest digest = digester.finish();
    std::size_t steps = digest.whole.size();
    for (const auto* const pieces : {&digest.cuts, &digest.rapids}) {
      EXPECT_LE(pieces->size(), kMostPieces);
      EXPECT_GE(pieces->size(), text.contains("G0 Z20") ? kMostPieces / 2 : 0);
      for (const Digest::Piece& piece : *pieces) steps += piece.steps.size();
    }
    return steps;
  };
  constexpr std::size_t kMost = 2 * kMostPieces * (4 * kPieceWays + 2 * kPieceLead);
  std::string standing = "G21 G90\n";
  for (int i = 0; i < 10'000; ++i) standing += "G4 P10\n";
  for (const std::string& text : {surface(100), surface(500), standing + "M30\n"}) {
    EXPECT_LE(steps_in(text), kMost);
  }
}

TEST(NcDigest, a_long_program_s_cycle_teaches_what_a_short_one_s_of_the_same_mix_does) {
  Constants truth = prior(Dialect::kFanuc);
  truth.rapid_factor.value = 1.4;
  truth.acceleration_factor.value = 0.5;
  truth.standstill.value = 0.1;
  const auto fitted_to = [&](int times) {
    const Program program = read_fanuc(surface(60, times));
    const Digest digest = digest_of(program, prior(Dialect::kFanuc));
    const double took = seconds_of(program, truth).total();
    const std::vector<Measured> measured = {{&digest, took, took * 0.99, took * 1.01, 50}};
    return fit(measured, prior(Dialect::kFanuc)).value().constants;
  };
  const Constants from_short = fitted_to(1);
  const Constants from_long = fitted_to(8);
  const auto moved = [](const Constants& to, Constant Constants::* which) {
    return std::log((to.*which).value / (prior(Dialect::kFanuc).*which).value);
  };
  double far = 0;
  for (const auto which : kConstants) {
    EXPECT_NEAR(moved(from_long, which), moved(from_short, which), 0.03);
    EXPECT_NEAR(std::log((from_long.*which).spread / (from_short.*which).spread), 0, 0.03);
    far = std::max(far, std::fabs(moved(from_long, which)));
  }
  EXPECT_GT(far, 0.1) << "neither teaches anything";
}

}  // namespace
}  // namespace heed::machines::nc

#include "machines/nc/fit.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <fstream>
#include <random>
#include <sstream>

#include "machines/nc/planner.h"

namespace heed::machines::nc {
namespace {

/// A program that has more of one thing and less of another.
std::string any_program(std::mt19937& random) {
  std::string text = "G21 G90 G54\n";
  // None of a thing is as likely as much of it.
  const auto below = [&](unsigned most) { return static_cast<int>(random() % most); };
  const auto count = [&](unsigned most) { return below(2) == 0 ? 0 : below(most); };
  const int tools = 1 + count(8);
  const int starts = count(10);
  const int holes = count(60);
  const int cuts = count(300);
  for (int tool = 1; tool <= tools; ++tool) text += fmt::format("T{} M6\n", tool);
  for (int i = 0; i < starts; ++i) text += "S3000 M3\nM5\n";
  text += "G0 X0 Y0\nZ5.\n";
  for (int i = 0; i < holes; ++i) {
    text += fmt::format("G0 X{}. Y{}.\nG1 Z-2. F300\nG0 Z5.\n", below(300), below(200));
  }
  text += "G1 Z-1. F500\n";
  for (int i = 0; i < cuts; ++i) {
    text += fmt::format("G1 X{}.{} Y{}.{} F{}\n", below(9), below(9), below(9), below(9),
                        1'000 + 500 * below(5));
  }
  return text + "G0 Z50.\nG91 G28 Z0.\nM30\n";
}

struct Shop {
  std::deque<Program> programs;
  std::deque<Digest> digests;
  std::vector<Measured> measured;

  void add(Program program, const Constants& prior, double took, double spread,
           std::uint64_t cycles) {
    programs.push_back(std::move(program));
    digests.push_back(digest_of(programs.back(), prior));
    measured.push_back(
        {&digests.back(), took, took * std::exp(-spread), took * std::exp(spread), cycles});
  }
};

/// What a machine with these constants takes for programs, with noise as a part of each.
Shop simulate(const Constants& truth, int count, double noise, unsigned seed) {
  std::mt19937 random(seed);  // NOLINT(cert-msc51-cpp): the same shop each time
  std::normal_distribution<double> normal;
  Shop shop;
  for (int i = 0; i < count; ++i) {
    Program program = read(any_program(random), {.dialect = Dialect::kFanuc}).value();
    const double took = seconds_of(program, truth).total() * std::exp(noise * normal(random));
    shop.add(std::move(program), prior(Dialect::kFanuc), took, 0.02, 10);
  }
  return shop;
}

Constants truth() {
  Constants machine = prior(Dialect::kFanuc);
  machine.rapid_factor.value = 1.4;
  machine.acceleration_factor.value = 0.55;
  machine.tool_change.value = 3.4;
  machine.standstill.value = 0.09;
  return machine;
}

TEST(NcFit, finds_the_constants_that_made_the_cycles) {
  const Shop shop = simulate(truth(), 24, 0.01, 1);
  const Fitted fitted = fit(shop.measured, prior(Dialect::kFanuc)).value();
  EXPECT_TRUE(fitted.settled);
  const auto off = [&](Constant Constants::* constant) {
    return std::fabs(std::log((fitted.constants.*constant).value / (truth().*constant).value));
  };
  EXPECT_LT(off(&Constants::tool_change), 0.2);
  EXPECT_LT(off(&Constants::acceleration_factor), 0.3);
  EXPECT_LT(off(&Constants::standstill), 0.3);
  for (const auto constant : {&Constants::tool_change, &Constants::acceleration_factor,
                              &Constants::standstill, &Constants::rapid_factor}) {
    // Within what it says of its own certainty, three times.
    EXPECT_LT(off(constant), 3 * std::log((fitted.constants.*constant).spread) + 0.01);
  }
  for (const double residual : fitted.residuals) EXPECT_LT(std::fabs(residual), 0.05);
  EXPECT_LT(fitted.constants.model_error, 0.06);
}

TEST(NcFit, an_outlier_is_not_believed) {
  Shop shop = simulate(truth(), 12, 0.01, 2);
  const double before = fit(shop.measured, prior(Dialect::kFanuc))->constants.tool_change.value;
  shop.measured[3].median *= 3;  // somebody went to lunch in the middle of each
  shop.measured[3].p10 *= 3;
  shop.measured[3].p90 *= 3;
  const Fitted fitted = fit(shop.measured, prior(Dialect::kFanuc)).value();
  EXPECT_LT(fitted.weights[3], 0.5);
  EXPECT_NEAR(std::log(fitted.constants.tool_change.value / before), 0, 0.25);
}

TEST(NcFit, with_few_cycles_the_prior_stands_and_says_so) {
  const Constants before = prior(Dialect::kFanuc);
  const Shop one = simulate(truth(), 1, 0, 3);
  const Fitted few = fit(one.measured, before).value();
  // No spread is wider than the prior's, and what one cycle cannot tell stays as wide.
  EXPECT_LE(few.constants.block.spread, before.block.spread * (1 + 1e-9));
  EXPECT_GT(few.constants.block.spread, before.block.spread * 0.9);
  EXPECT_GT(few.constants.model_error, 0.05);
  const Shop many = simulate(truth(), 12, 0.01, 4);
  const Fitted sure = fit(many.measured, before).value();
  EXPECT_LT(sure.constants.tool_change.spread, few.constants.tool_change.spread);
  const Estimate with_few = estimate(many.programs.front(), few.constants);
  const Estimate with_many = estimate(many.programs.front(), sure.constants);
  EXPECT_LT(with_many.high / with_many.low, with_few.high / with_few.low);
}

TEST(NcFit, what_is_certain_is_not_fitted) {
  Constants known = prior(Dialect::kFanuc);
  known.tool_change = {6, 1};
  const Shop shop = simulate(truth(), 4, 0.01, 5);
  EXPECT_NEAR(fit(shop.measured, known)->constants.tool_change.value, 6, 1e-3);
}

TEST(NcFit, programs_that_were_left_out_are_foretold) {
  const Shop shop = simulate(truth(), 8, 0.02, 6);
  const auto errors = leave_one_out(shop.measured, prior(Dialect::kFanuc)).value();
  double sum = 0;
  for (const double error : errors) sum += std::fabs(error);
  EXPECT_LT(sum / static_cast<double>(errors.size()), 0.06);
}

TEST(NcFit, intervals_hold_at_least_what_they_promise) {
  // Of 80 %; 14 of 24 would be a chance of one in 100.
  int within = 0;
  for (unsigned seed = 0; seed < 3; ++seed) {
    const Shop shop = simulate(truth(), 14, 0.03, 100 + seed);
    const std::span<const Measured> known = std::span(shop.measured).first(6);
    const Constants constants = fit(known, prior(Dialect::kFanuc))->constants;
    for (std::size_t i = 6; i < shop.measured.size(); ++i) {
      const Measured& one = shop.measured[i];
      const Estimate estimated = estimate(shop.programs[i], constants);
      within += one.median >= estimated.low && one.median <= estimated.high ? 1 : 0;
    }
  }
  EXPECT_GT(within, 14);
}

TEST(NcFit, refuses_what_is_no_measurement) {
  const Constants before = prior(Dialect::kFanuc);
  EXPECT_EQ(fit({}, before).error().kind, ErrorKind::kInvalid);
  const Digest program =
      digest_of(read("G4 P1000\nM30", {.dialect = Dialect::kFanuc}).value(), before);
  for (const double wrong : {0.0, -1.0, std::nan("")}) {
    const std::vector<Measured> measured = {{&program, wrong, wrong, wrong, 1}};
    EXPECT_EQ(fit(measured, before).error().kind, ErrorKind::kInvalid);
  }
  const std::vector<Measured> many(kMostMeasured + 1, {&program, 1, 1, 1, 1});
  EXPECT_EQ(fit(many, before).error().kind, ErrorKind::kExhausted);
}

// A real control: how long LinuxCNC took for the programs beside the recording (bench/nc).

constexpr const char* kRecorded = HEED_SOURCE_DIR "/bench/nc/";

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

/// What the simulated mill's own configuration says (axis_mm.ini); the rest is not known.
Constants configured() {
  Constants mill = prior(Dialect::kLinuxCnc);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    mill.rapid.at(axis) = 30.48;
    mill.acceleration.at(axis) = 508;
  }
  mill.rapid_factor = mill.acceleration_factor = {1, 1.02};
  // Its tool changer and spindle are wires of the simulation.
  mill.tool_change = {0.2, 3};
  mill.spindle = {0.05, 3};
  return mill;
}

Shop linuxcnc() {
  Settings settings{.dialect = Dialect::kLinuxCnc};
  settings.start = Axes{0, 0, 20};
  settings.offsets[1] = Axes{};
  settings.tool_change = Axes{0, 0, 50.8};
  Shop shop;
  std::ifstream in(std::string(kRecorded) + "linuxcnc.csv");
  std::string line;
  std::getline(in, line);  // names of the columns
  while (std::getline(in, line)) {
    const std::size_t comma = line.find(',');
    const double seconds = std::stod(line.substr(comma + 1));
    const std::string text = text_of(kRecorded + line.substr(0, comma));
    shop.add(read(text, settings).value(), configured(), seconds, 0, 2);
  }
  return shop;
}

TEST(NcFit, a_real_linuxcnc_is_foretold_from_its_other_programs) {
  const Shop shop = linuxcnc();
  ASSERT_GE(shop.measured.size(), 8U);
  const auto errors = leave_one_out(shop.measured, configured()).value();
  double sum = 0;
  for (const double error : errors) sum += std::fabs(error);
  EXPECT_LT(sum / static_cast<double>(errors.size()), 0.05);
}

}  // namespace
}  // namespace heed::machines::nc

#include "machines/nc/estimate.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>

#include "machines/nc/machine_words.h"
#include "machines/nc/planner.h"

namespace heed::machines::nc {
namespace {

/// 100 mm/s, 1,000 mm/s² on all axes; nothing else takes time.
Constants plain() {
  Constants constants;
  constants.rapid.fill(100);
  constants.acceleration.fill(1'000);
  constants.rapid_factor = constants.acceleration_factor = {1, 1};
  constants.corner = {0, 1};
  constants.tool_change = constants.spindle = constants.standstill = {0, 1};
  constants.block = {1e-9, 1};
  constants.assumed_way = {100, 1};
  constants.model_error = 0;
  constants.normal_share = 0.5;
  constants.rapid_stops = false;
  return constants;
}

Settings known(Dialect dialect = Dialect::kFanuc) {
  Settings settings;
  settings.dialect = dialect;
  settings.start = Axes{};
  settings.offsets[1] = Axes{};
  return settings;
}

Estimate of(std::string_view text, const Constants& constants = plain(),
            const Settings& settings = known()) {
  return estimate(text, settings, constants).value();
}

TEST(NcEstimate, a_way_takes_its_trapezoid) {
  // 100 mm at 100 mm/s: 0.1 s and 5 mm for each ramp, 90 mm between.
  EXPECT_NEAR(of("G21 G0 X100.\nM30").seconds.rapid, 1.1, 1e-9);
  // 2.5 mm: a triangle, 2 × sqrt(2.5 / 1000).
  EXPECT_NEAR(of("G21 G0 X2.5\nM30").seconds.rapid, 0.1, 1e-9);
  // 60 mm at 60 mm/s: 1 s and 0.06 s.
  EXPECT_NEAR(of("G21 G1 X60. F3600\nM30").seconds.cutting, 1.06, 1e-9);
  // Both axes at 100 mm/s make 141 mm/s along the way.
  EXPECT_NEAR(of("G21 G0 X100. Y100.\nM30").seconds.rapid, 1.1, 1e-9);
}

TEST(NcEstimate, a_straight_way_in_pieces_takes_as_long_as_in_one) {
  std::string pieces = "G21 G91 F3600\n";
  for (int i = 0; i < 3'000; ++i) pieces += "G1 X0.02\n";
  EXPECT_NEAR(of(pieces + "M30").seconds.cutting, 1.06, 1e-6);
}

TEST(NcEstimate, corners_are_as_slow_as_the_tolerance_makes_them) {
  const std::string corner = "G21 G1 X60. F3600\nY60.\nM30";
  EXPECT_NEAR(of(corner).seconds.cutting, 2.12, 1e-9);  // a standstill between
  Constants rounding = plain();
  rounding.corner = {1, 1};
  // Radius 1 mm × cos 45° / (1 − cos 45°), half of the acceleration: 34.74 mm/s.
  const double v = std::sqrt(500 * std::sqrt(0.5) / (1 - std::sqrt(0.5)));
  const double ramp = (60 - v) / 1'000;
  const double each = 0.06 + ramp + (60 - 1.8 - ramp * (60 + v) / 2) / 60;
  EXPECT_NEAR(of(corner, rounding).seconds.cutting, 2 * each, 1e-9);
  rounding.corner = {1e6, 1};
  const Estimate free = of(corner, rounding);
  EXPECT_NEAR(free.seconds.cutting, 2.06, 1e-9);  // as if it were straight
}

TEST(NcEstimate, exact_stops_stop) {
  const double through = of("G21 G1 X30. F3600\nX60.\nM30").seconds.cutting;
  EXPECT_NEAR(through, 1.06, 1e-9);
  EXPECT_NEAR(of("G21 G61 G1 X30. F3600\nX60.\nM30").seconds.cutting, 1.12, 1e-9);
  EXPECT_NEAR(of("G21 G9 G1 X30. F3600\nX60.\nM30").seconds.cutting, 1.12, 1e-9);
}

TEST(NcEstimate, a_circle_is_no_faster_than_its_radius_allows) {
  // 20 mm radius, 500 mm/s² sideways: 100 mm/s at most; 5 mm: 50 mm/s.
  const Estimate slow = of("G21 G2 I5. F60000\nM30");
  const double a = 1'000 * std::sqrt(0.75);
  EXPECT_NEAR(slow.seconds.cutting, 50 / a + 2 * M_PI * 5 / 50, 1e-9);
}

TEST(NcEstimate, a_short_block_takes_its_least_time) {
  Constants slow = plain();
  slow.block = {0.01, 1};
  std::string pieces = "G21 G91 F6000\n";
  for (int i = 0; i < 1'000; ++i) pieces += "G1 X0.1\n";
  EXPECT_NEAR(of(pieces + "M30", slow).seconds.cutting, 10.01, 1e-6);
}

TEST(NcEstimate, is_divided_by_what_it_is_made_of) {
  Constants constants = plain();
  constants.tool_change = {5, 1};
  constants.spindle = {2, 1};
  constants.standstill = {0.25, 1};
  const Estimate all =
      of("G21 T1 M6\nS1000 M3\nG4 P1500\nG0 X100.\nG1 X40. F3600\nM0\nM30", constants);
  EXPECT_NEAR(all.seconds.tool_change, 5, 1e-9);
  EXPECT_NEAR(all.seconds.spindle, 2, 1e-9);
  EXPECT_NEAR(all.seconds.standstill, 0.5, 1e-9);
  EXPECT_NEAR(all.seconds.dwell, 1.5, 1e-9);
  EXPECT_NEAR(all.seconds.rapid, 1.1, 1e-9);
  EXPECT_NEAR(all.seconds.cutting, 1.06, 1e-9);
  EXPECT_NEAR(all.cutting_length, 60, 1e-9);
  EXPECT_NEAR(all.rapid_length, 100, 1e-9);
  EXPECT_EQ(all.not_reckoned.stops, 1U);
  EXPECT_TRUE(all.at_least);
}

TEST(NcEstimate, tools_sections_and_lines_add_up_to_the_total) {
  Constants constants = prior(Dialect::kFanuc);
  std::string text = "G21 G90 G54\n";
  for (int tool = 1; tool <= 5; ++tool) {
    text += fmt::format("(OPERATION {})\nT{} M6\nS2000 M3\nG0 X0 Y0\nZ5.\n", tool, tool);
    for (int i = 0; i < 2'000; ++i)
      text += fmt::format("G1 X{}.{} Y{}. F1200\n", i % 50, i % 10, i % 7);
  }
  const Estimate all = of(text + "M30\n", constants, {.dialect = Dialect::kFanuc});
  double sections = 0, tools = 0, lines = 0;
  for (const Section& section : all.sections) sections += section.seconds.total();
  for (const ToolTime& tool : all.tools) tools += tool.seconds.total();
  for (const LineTime& line : all.lines) lines += line.seconds;
  EXPECT_NEAR(sections, all.seconds.total(), 1e-6);
  EXPECT_NEAR(tools, all.seconds.total(), 1e-6);
  EXPECT_NEAR(lines, all.seconds.total(), 1e-6);
  ASSERT_EQ(all.sections.size(), 5U);
  EXPECT_EQ(all.sections[2].title, "OPERATION 3");
  EXPECT_EQ(all.sections[2].tool, 3U);
  EXPECT_LE(all.lines.size(), kMostLineTimes);
  EXPECT_EQ(all.tools.size(), 6U);  // and what was in the spindle, on the way to the first change
}

TEST(NcEstimate, the_interval_grows_with_what_is_not_known) {
  const std::string text = "G21 G54\nT1 M6\nG0 X0 Y0 Z0\nG1 X60. F3600\nG91 G28 Z0.\nM30";
  const Settings blind{.dialect = Dialect::kFanuc};
  const Estimate sure = of(text, plain(), blind);
  EXPECT_NEAR(sure.low, sure.high, 1e-9);
  Constants unsure = plain();
  unsure.model_error = 0.1;
  const Estimate ten = of(text, unsure, blind);
  EXPECT_NEAR(std::log(ten.high / ten.low), 2 * 1.2816 * 0.1, 1e-9);
  unsure.tool_change = {5, 2};
  unsure.assumed_way = {250, 2};
  unsure.rapid_factor.spread = 1.5;
  const Estimate wide = of(text, unsure, blind);
  EXPECT_GT(wide.high / wide.low, ten.high / ten.low);
  EXPECT_LT(wide.low, wide.seconds.total());
  EXPECT_GT(wide.seconds.assumed, 0);
}

TEST(NcEstimate, kept_steps_take_as_long_as_the_text) {
  const std::string text =
      "(A)\nG21 T1 M6\nS500 M3\nG0 X10. Y5.\nG81 Z-5. R2. F200\nX20.\nG80\nG2 X0 Y0 R40. F900\nM30";
  const Constants constants = prior(Dialect::kFanuc);
  const Program program = read(text, known()).value();
  const Estimate from_text = of(text, constants);
  EXPECT_DOUBLE_EQ(estimate(program, constants).seconds.total(), from_text.seconds.total());
  EXPECT_NEAR(seconds_of(program, constants).total(), from_text.seconds.total(), 1e-9);
}

TEST(NcMachineWords, say_what_was_set) {
  Constants constants = prior(Dialect::kFanuc);
  for (const char* word : {"rapid=36000", "rapid_z=24000", "acceleration=4000", "tool_change=3.2",
                           "corner=0.05", "rapid_stops=0", "error=0.04"}) {
    EXPECT_TRUE(set_constant(constants, word).has_value()) << word;
  }
  EXPECT_DOUBLE_EQ(constants.rapid[0], 600);
  EXPECT_DOUBLE_EQ(constants.rapid[2], 400);
  EXPECT_DOUBLE_EQ(constants.tool_change.value, 3.2);
  EXPECT_FALSE(constants.rapid_stops);
  const std::string words = constant_words(constants);
  EXPECT_NE(words.find("rapid=36000"), std::string::npos) << words;
  EXPECT_NE(words.find("rapid_z=24000"), std::string::npos) << words;
  for (const char* word :
       {"rapid", "rapid=", "rapid=0", "rapid=-5", "speed=5", "rapid_q=5", "=3"}) {
    EXPECT_FALSE(set_constant(constants, word).has_value()) << word;
  }
}

}  // namespace
}  // namespace heed::machines::nc

#include "machines/nc/interpret.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace heed::machines::nc {
namespace {

Settings as(Dialect dialect) {
  Settings settings;
  settings.dialect = dialect;
  settings.start = Axes{};
  settings.offsets[1] = Axes{};
  return settings;
}

std::string name(const Step& step) {
  switch (step.kind) {
    case StepKind::kBlock: return "block";
    case StepKind::kRapid: return fmt::format("rapid {:.6g}", step.length);
    case StepKind::kCut:
      return step.radius > 0 ? fmt::format("arc {:.6g} r{:.6g} @{:.6g}", step.length, step.radius,
                                           step.speed * 60)
                             : fmt::format("cut {:.6g} @{:.6g}", step.length, step.speed * 60);
    case StepKind::kAssumedWay: return "assumed";
    case StepKind::kUnknownCut: return "unknown";
    case StepKind::kDwell: return fmt::format("dwell {:.6g}", step.seconds);
    case StepKind::kToolChange: return fmt::format("tool {}", step.tool);
    case StepKind::kSpindle: return "spindle";
    case StepKind::kStop: return "stop";
    case StepKind::kWait: return "wait";
    case StepKind::kSection: return fmt::format("[{}]", step.title);
  }
  return "?";
}

struct Done {
  std::string steps;
  Reading reading;
  bool has(NoteKind kind, std::uint32_t line, std::string_view part) const {
    return std::ranges::any_of(reading.notes, [&](const Note& note) {
      return note.kind == kind && note.line == line && note.text.find(part) != std::string::npos;
    });
  }
};

Done run(std::string_view text, const Settings& settings) {
  Done done;
  auto reading = interpret(text, settings, [&](const Step& step) {
    done.steps += (done.steps.empty() ? "" : "; ") + name(step);
  });
  EXPECT_TRUE(reading.has_value());
  if (reading) done.reading = *std::move(reading);
  return done;
}

struct Case {
  const char* text;
  const char* steps;
};
void check(Dialect dialect, std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    EXPECT_EQ(run(one.text, as(dialect)).steps, one.steps) << one.text;
  }
}

TEST(NcInterpret, ways_are_as_long_as_the_modes_in_force_make_them) {
  check(Dialect::kFanuc,
        {
            {"G21 G90 G0 X3. Y4.\nM30", "rapid 5"},
            {"G20 G1 X1. F10.\nM30", "cut 25.4 @254"},
            {"G21 G91 G1 X1. F100\nX1.\nX1.\nM30", "cut 1 @100; cut 1 @100; cut 1 @100"},
            {"G21 G90 G1 X10. F100\nX10.\nM30", "cut 10 @100"},
            {"G21 G93 G1 X10. F2\nX0. F4\nM30", "cut 10 @20; cut 10 @40"},
            {"G21 G97 S1000 M3 G95 G1 X10. F0.2\nM30", "spindle; block; cut 10 @200"},
            {"G21 G1 A90. F90\nM30", "cut 90 @90"},
            {"G21 G92 X5.\nG0 X10.\nM30", "rapid 5"},
            {"G21 G52 X5.\nG0 X10.\nM30", "rapid 15"},
            {"G21 G10 L2 P1 X5.\nG0 X10.\nM30", "rapid 15"},
            {"G21 G0 X10.\nG53 X0.\nM30", "rapid 10; rapid 10"},
            {"G21 G0 Z10.\nG91 G28 Z0.\nM30", "rapid 10; rapid 10"},
        });
}

TEST(NcInterpret, arcs_go_round_in_all_planes_by_middle_or_radius) {
  check(Dialect::kFanuc, {
                             {"G21 G17 G3 X0 Y0 I10. F100\nM30", "arc 62.8319 r10 @100"},
                             {"G21 G2 X10. Y10. I10. F100\nM30", "arc 15.708 r10 @100"},
                             {"G21 G3 X10. Y10. R10. F100\nM30", "arc 15.708 r10 @100"},
                             {"G21 G3 X10. Y10. R-10. F100\nM30", "arc 47.1239 r10 @100"},
                             {"G21 G18 G2 X10. Z10. K10. F100\nM30", "arc 15.708 r10 @100"},
                             {"G21 G19 G2 Y10. Z10. J10. F100\nM30", "arc 15.708 r10 @100"},
                             {"G21 G2 X10. Y10. I10. Z5. F100\nM30", "arc 16.4845 r10 @100"},
                         });
  const Done wrong = run("G21 G2 X10. Y0. I3. F100\nG2 X0. F100\nM30", as(Dialect::kFanuc));
  EXPECT_EQ(wrong.steps, "unknown; unknown");
  EXPECT_TRUE(wrong.has(NoteKind::kError, 1, "not as far from its middle"));
  EXPECT_TRUE(wrong.has(NoteKind::kError, 2, "without a middle"));
}

TEST(NcInterpret, a_dwell_is_what_its_control_takes_it_for) {
  check(Dialect::kFanuc, {{"G4 P1500\nM30", "dwell 1.5"}, {"G4 X1.5\nM30", "dwell 1.5"}});
  check(Dialect::kHaas, {{"G4 P1.5\nM30", "dwell 1.5"}, {"G4 P1500\nM30", "dwell 1.5"}});
  check(Dialect::kLinuxCnc, {{"G4 P1.5\nM2", "dwell 1.5"}});
  check(Dialect::kGrbl, {{"G4 P1.5\nM2", "dwell 1.5"}});
  check(Dialect::kMarlin, {{"G4 P1500", "dwell 1.5"}, {"G4 S2", "dwell 2"}});
  EXPECT_TRUE(run("G4 P1.5\nM30", as(Dialect::kFanuc)).has(NoteKind::kAssumed, 1, "milliseconds"));
}

TEST(NcInterpret, cycles_become_the_ways_of_each_hole) {
  check(Dialect::kFanuc,
        {
            {"G21 G0 Z20.\nG98 G81 X3. Y4. Z-5. R2. F100\nX6. Y8.\nG80\nM30",
             "rapid 20; rapid 5; rapid 18; cut 7 @100; rapid 25; rapid 5; rapid 18; cut 7 @100; "
             "rapid 25"},
            {"G21 G0 Z20.\nG99 G82 X3. Y4. Z-5. R2. P500 F100\nM30",
             "rapid 20; rapid 5; rapid 18; cut 7 @100; dwell 0.5; rapid 7"},
            {"G21 G0 Z20.\nG91 G81 X5. Z-6. R-18. K2 F100\nM30",
             "rapid 20; rapid 5; rapid 18; cut 6 @100; rapid 24; rapid 5; rapid 18; cut 6 @100; "
             "rapid 24"},
            {"G21 G0 Z20.\nG99 G84 Z-5. R2. F100\nM30",
             "rapid 20; rapid 18; cut 7 @100; block; cut 7 @100"},
            {"G21 G0 Z20.\nG81 Z-5. R2. K0 F100\nM30", "rapid 20"},
        });
  check(Dialect::kLinuxCnc,
        {{"G21 G0 Z20\nG99 G83 Z-6 R2 Q4 F100\nM2",
          "rapid 20; rapid 18; cut 4 @100; rapid 4; rapid 3.746; cut 4.254 @100; rapid 8"},
         {"G21 G0 Z20\nG99 G73 Z-6 R2 Q4 F100\nM2",
          "rapid 20; rapid 18; cut 4 @100; rapid 0.254; cut 4.254 @100; rapid 8"}});
}

TEST(NcInterpret, macros_are_computed_with_their_loops_and_jumps) {
  check(Dialect::kFanuc, {
                             {"G21 G91 F100\n#1=0\nWHILE[#1LT3]DO1\nG1 X[#1+1]\n#1=#1+1\nEND1\nM30",
                              "cut 1 @100; cut 2 @100; cut 3 @100"},
                             {"G21 G91 F100\n#1=2\nN10 G1 X1.\n#1=#1-1\nIF[#1GT0]GOTO10\nM30",
                              "cut 1 @100; cut 1 @100"},
                             {"G21 F100\nIF[#1EQ#0]THEN #2=7.\nG1 X#2\nM30", "cut 7 @100"},
                             {"G21 G1 F100 X[SQRT[9]+2*3-ROUND[0.6]]\nM30", "cut 8 @100"},
                             {"G21 G1 F100 X-#3\nM30", ""},
                             {"G21 F100\n#5=3.\n#[2+4]=#5*2\nG1 X##[#5+3]\nM30", "cut 6 @100"},
                         });
  check(Dialect::kLinuxCnc,
        {
            {"G21 G91 F100\n#<i>=0\no1 while [#<i> LT 2]\nG1 X[1+#<i>]\n#<i>=[#<i>+1]\n"
             "o1 endwhile\nM2",
             "cut 1 @100; cut 2 @100"},
            {"G21 G91 F100\no1 repeat [3]\nG1 X1\no1 endrepeat\nM2",
             "cut 1 @100; cut 1 @100; cut 1 @100"},
            {"G21 G91 F100\no1 do\n#1=[#1+1]\nG1 X#1\no1 while [#1 LT 2]\nM2",
             "cut 1 @100; cut 2 @100"},
            {"G21 F100\n#1=2\no1 if [#1 EQ 1]\nG1 X1\no1 elseif [#1 EQ 2]\nG1 X2\no1 else\nG1 X3\n"
             "o1 endif\nM2",
             "cut 2 @100"},
            {"G21 G91 F100\no1 while [1]\n#1=[#1+1]\no2 if [#1 GT 2]\no1 break\no2 endif\nG1 X1\n"
             "o1 endwhile\nM2",
             "cut 1 @100; cut 1 @100"},
        });
}

TEST(NcInterpret, sub_programs_are_called_in_the_file_and_beside_it) {
  check(Dialect::kFanuc,
        {
            {"O1\nG21 G91 F100\nM98 P20 L2\nM30\nO20\nG1 X1.\nM99", "cut 1 @100; cut 1 @100"},
            {"O1\nG21 G91 F100\nM98 P30020\nM30\nO20\nG1 X1.\nM99",
             "cut 1 @100; cut 1 @100; cut 1 @100"},
            {"O1\nG21 G91 F100\nG65 P20 A3. X4.\nM30\nO20\nG1 X#1\nX#24\nM99",
             "cut 3 @100; cut 4 @100"},
        });
  check(Dialect::kHaas, {{"O1\nG21 G91 F100\nM97 P50\nM30\nN50 G1 X1.\nM99", "cut 1 @100"}});
  check(Dialect::kLinuxCnc,
        {{"o9 sub\nG1 X#1\no9 endsub [#1 * 2]\nG21 G91 F100\no9 call [4]\nG1 X#<_value>\nM2",
          "cut 4 @100; cut 8 @100"}});

  Settings settings = as(Dialect::kFanuc);
  std::string asked;
  settings.lookup = [&](std::string_view wanted) -> std::optional<std::string> {
    asked = wanted;
    return "O77\nG1 X2.\nM99\n";
  };
  const Done done = run("G21 G91 F100\nM98 P77\nM30", settings);
  EXPECT_EQ(done.steps, "cut 2 @100");
  EXPECT_EQ(asked, "O0077");
  EXPECT_TRUE(done.reading.whole);
}

TEST(NcInterpret, what_cannot_be_computed_is_told_with_its_line) {
  const Done done = run("G21 G90 F100\nG1 X#100\nX5.\nIF[#500GT3]GOTO10\nM98 P4711\nN10 M30",
                        as(Dialect::kFanuc));
  EXPECT_EQ(done.steps, "unknown; unknown");
  EXPECT_TRUE(done.has(NoteKind::kUnknown, 2, "depends on #100, which the program does not set"));
  EXPECT_TRUE(done.has(NoteKind::kUnknown, 4, "depends on #500"));
  EXPECT_TRUE(done.has(NoteKind::kUnknown, 4, "a condition cannot be computed"));
  EXPECT_TRUE(done.has(NoteKind::kUnknown, 5, "calls O4711"));
  EXPECT_FALSE(done.reading.whole);

  Settings told = as(Dialect::kFanuc);
  told.variables["#100"] = 4;
  EXPECT_EQ(run("G21 G90 F100\nG1 X#100\nM30", told).steps, "cut 4 @100");
}

TEST(NcInterpret, what_is_not_modelled_is_told) {
  const struct {
    const char* text;
    const char* part;
  } cases[] = {
      {"G41 D1\nM30", "radius compensation"},   {"G68 X0 Y0 R30.\nM30", "rotation (G68)"},
      {"G51 P2000\nM30", "scaling (G51)"},      {"G16\nM30", "polar coordinates"},
      {"G66 P9000\nM30", "a modal call"},       {"G123.4\nM30", "G123.4 is not known here"},
      {"G12 I5.\nM30", "G12 is not known here"}};
  for (const auto& one : cases) {
    EXPECT_TRUE(run(one.text, as(Dialect::kFanuc)).has(NoteKind::kNotModelled, 1, one.part))
        << one.text;
  }
}

TEST(NcInterpret, errors_of_the_text_are_told) {
  const struct {
    const char* text;
    std::uint32_t line;
    const char* part;
  } cases[] = {
      {"G0 X1. (open\nM30", 1, "not closed"},     {"G0 X1.", 1, "ends without M30"},
      {"GOTO 5\nM30", 1, "there is no N5"},       {"WHILE[1]DO1\nM30", 1, "do not belong together"},
      {"X5.\nM30", 1, "no G0, G1, G2 or G3"},     {"#1=[1/0]\nM30", 1, "a division by zero"},
      {"#1=[2\nM30", 1, "a ] is missing"},        {"G1 X5.\nM30", 1, "before any feed"},
      {"G83 Z-5. R2. F100\nM30", 1, "without Q"}, {"G0 X\nM30", 1, "a value is missing"},
      {"M97 P5\nM30", 1, "M97 calls N5"}};
  for (const auto& one : cases) {
    EXPECT_TRUE(run(one.text, as(Dialect::kFanuc)).has(NoteKind::kError, one.line, one.part))
        << one.text;
  }
}

TEST(NcInterpret, ways_from_an_unknown_place_are_assumed_and_no_more) {
  Settings settings;
  settings.dialect = Dialect::kFanuc;
  EXPECT_EQ(
      run("G21 G54 G0 X5. Y5.\nX10.\nG91 G28 Z0.\nG28 Z0.\nG90 G55 X10.\nM30", settings).steps,
      "assumed; rapid 5; assumed; assumed");
  EXPECT_EQ(run("G21 T1 M6\nG0 Z5.\nZ3.\nM30", settings).steps,
            "assumed; tool 1; block; assumed; rapid 2");
}

TEST(NcInterpret, a_turning_program_is_told_by_its_tools) {
  const Done done =
      run("G21 G97 S500 M3\nT0101\nG0 X40. Z2.\nG1 Z-10. F100\nU2. W-1.\nM30", as(Dialect::kFanuc));
  EXPECT_EQ(done.steps, "spindle; block; tool 1; rapid 20.0998; cut 12 @100; cut 1.41421 @100");
  EXPECT_TRUE(done.has(NoteKind::kAssumed, 2, "a turning program"));
}

TEST(NcInterpret, a_printer_moves_at_its_feed_and_waits_for_heat) {
  const Done done = run("G28\nM109 S200\nG92 E0\nG90\nG0 X0 Y0 F6000\nG1 X10 E1 F1200\nG1 E0 F1800",
                        as(Dialect::kMarlin));
  EXPECT_EQ(done.steps, "wait; wait; unknown; cut 10 @1200; cut 1 @1800");
}

TEST(NcInterpret, the_switch_for_block_delete_is_the_callers) {
  Settings settings = as(Dialect::kFanuc);
  EXPECT_EQ(run("G21 F100\n/G1 X5.\nM30", settings).steps, "cut 5 @100");
  settings.block_delete = true;
  EXPECT_EQ(run("G21 F100\n/G1 X5.\nM30", settings).steps, "");
}

TEST(NcInterpret, least_increments_count_only_without_a_point) {
  Settings settings = as(Dialect::kFanuc);
  settings.least_increment = 0.001;
  EXPECT_EQ(run("G21 G0 X5000\nX6.\nM30", settings).steps, "rapid 5; rapid 1");
}

TEST(NcInterpret, comments_that_stand_alone_begin_sections) {
  EXPECT_EQ(run("( FACE )\nT1 M6 (not this)\n(MSG)\nM30", as(Dialect::kLinuxCnc)).steps,
            "[FACE]; tool 1; block; [MSG]");
}

TEST(NcInterpret, limits_end_what_would_not_end) {
  Settings settings = as(Dialect::kFanuc);
  settings.most_blocks = 1'000;
  const Done endless = run("N1 G4 P1\nGOTO1\nM30", settings);
  EXPECT_TRUE(endless.has(NoteKind::kLimit, 2, "1000 blocks were executed"));
  EXPECT_FALSE(endless.reading.whole);

  const Done holes = run("G21 G90\nG83 X1. Y1. Z-5. R1. Q0.01 F100 L500\nM30", settings);
  EXPECT_TRUE(holes.reading.cut) << "pecks are work too";
  EXPECT_FALSE(holes.reading.whole);
  const std::string wide = "G0 X1. (" + std::string(kBytesOfBlock, 'x') + ")\n";
  const Done long_lines = run("N1 " + wide + "GOTO1\nM30", settings);
  EXPECT_EQ(long_lines.reading.blocks, 668U) << "so are long lines";

  const Done deep = run("O1\nM98 P1\nM30", as(Dialect::kFanuc));
  EXPECT_TRUE(deep.has(NoteKind::kLimit, 2, "nested more than"));

  std::string many = "G21\n";
  for (std::size_t i = 0; i < 2 * kMostNotes; ++i) many += fmt::format("G0 X#{}\n", 500 + i);
  const Done noted = run(many + "M30", as(Dialect::kFanuc));
  EXPECT_EQ(noted.reading.notes.size(), kMostNotes);
  EXPECT_EQ(noted.reading.notes.back().kind, NoteKind::kLimit);

  std::string words = "G0";
  for (int i = 0; i < 200; ++i) words += " X1";
  EXPECT_TRUE(run(words + "\nM30", as(Dialect::kFanuc)).has(NoteKind::kLimit, 1, "100 words"));
}

TEST(NcInterpret, klartext_is_refused_with_its_reason) {
  const auto refused = interpret("0 BEGIN PGM A MM\n1 L X+5\n", {}, [](const Step&) {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnsupported);
}

TEST(NcInterpret, steps_that_were_kept_are_those_that_were_handed_on) {
  const std::string text = "(ROUGH)\nG21 G90 F100\nG1 X5.\nG2 X10. I2.5\nM30\n";
  const auto program = read(text, as(Dialect::kFanuc));
  ASSERT_TRUE(program.has_value());
  std::string kept;
  for (const Step& step : program->steps) kept += (kept.empty() ? "" : "; ") + name(step);
  EXPECT_EQ(kept, run(text, as(Dialect::kFanuc)).steps);
  EXPECT_EQ(kept, "[ROUGH]; cut 5 @100; arc 7.85398 r2.5 @100");
}

}  // namespace
}  // namespace heed::machines::nc

// Our interpreter against LinuxCNC's own (rs274, of Debian's linuxcnc-uspace), on the programs that
// come with it. Skipped where the package is not installed.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <numbers>
#include <sstream>

#include "machines/nc/nc.h"

namespace heed::machines::nc {
namespace {

constexpr const char* kShipped = "/usr/share/linuxcnc/ncfiles/";

struct Lengths {
  double cutting = 0, rapid = 0, dwell = 0;
};

std::string output_of(const std::string& command) {
  struct Closer {
    void operator()(std::FILE* file) const { static_cast<void>(::pclose(file)); }
  };
  const std::unique_ptr<std::FILE, Closer> pipe(::popen(command.c_str(), "r"));
  std::string all;
  char part[4096];
  while (const std::size_t got = std::fread(part, 1, sizeof part, pipe.get()))
    all.append(part, got);
  return all;
}

std::vector<double> numbers_of(std::string text) {
  for (char& c : text) c = c == ',' ? ' ' : c;
  std::istringstream in(text);
  std::vector<double> all;
  for (double number = 0; in >> number;) all.push_back(number);
  return all;
}

/// Adds up what rs274 says that the machine does: canonical calls in the program's units.
class Canon {
 public:
  void hear(const std::string& line) {
    const std::size_t open = line.find('(');
    const std::size_t close = line.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return;
    const std::size_t begin = line.rfind(' ', open) + 1;
    const std::string call = line.substr(begin, open - begin);
    const std::string words = line.substr(open + 1, close - open - 1);
    const std::vector<double> n = numbers_of(words);
    if (call == "USE_LENGTH_UNITS") set_unit(words.find("INCH") != std::string::npos ? 25.4 : 1);
    if (call == "SELECT_PLANE")
      plane_ = words.find("XZ") != std::string::npos   ? 1
               : words.find("YZ") != std::string::npos ? 2
                                                       : 0;
    if (call == "STRAIGHT_TRAVERSE") lengths.rapid += straight(n);
    if (call == "STRAIGHT_FEED") lengths.cutting += straight(n);
    if (call == "ARC_FEED") lengths.cutting += arc(n);
    if (call == "DWELL") lengths.dwell += n.at(0);
  }
  Lengths lengths;

 private:
  void set_unit(double unit) {
    for (double& at : at_) at *= unit_ / unit;
    unit_ = unit;
  }
  double straight(const std::vector<double>& n) {
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      sum += (n.at(i) - at_.at(i)) * (n.at(i) - at_.at(i));
      at_.at(i) = n.at(i);
    }
    return std::sqrt(sum) * unit_;
  }
  double arc(const std::vector<double>& n) {
    constexpr std::array<std::array<std::size_t, 3>, 3> kAxesOf = {
        {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}}};
    const auto [i, j, k] = kAxesOf.at(plane_);
    const double radius = std::hypot(at_.at(i) - n.at(2), at_.at(j) - n.at(3));
    const double from = std::atan2(at_.at(j) - n.at(3), at_.at(i) - n.at(2));
    const double to = std::atan2(n.at(1) - n.at(3), n.at(0) - n.at(2));
    const double turn = 2 * std::numbers::pi;
    double angle = std::fmod(n.at(4) > 0 ? to - from : from - to, turn);
    if (angle < 0) angle += turn;
    if (angle < 1e-4) angle += turn;  // as near as four decimals tell
    angle += turn * (std::fabs(n.at(4)) - 1);
    const double rise = n.at(5) - at_.at(k);
    at_.at(i) = n.at(0);
    at_.at(j) = n.at(1);
    at_.at(k) = n.at(5);
    return std::hypot(radius * angle, rise) * unit_;
  }

  std::array<double, 3> at_{};
  double unit_ = 1;
  std::size_t plane_ = 0;
};

Lengths by_rs274(const std::string& path) {
  // Tools without a length, as we know none.
  const std::string table = testing::TempDir() + "heed_rs274.tbl";
  std::ofstream tools(table);
  for (int tool = 1; tool <= 24; ++tool) tools << "T" << tool << " P" << tool << " Z0 D1\n";
  tools.close();
  std::istringstream said(
      output_of("timeout 60 rs274 -g -t " + table + " " + path + " 2>/dev/null"));
  Canon canon;
  for (std::string line; std::getline(said, line);) canon.hear(line);
  return canon.lengths;
}

Lengths by_us(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  Settings settings{.dialect = Dialect::kLinuxCnc};
  settings.start = Axes{};
  settings.offsets[1] = Axes{};
  Lengths lengths;
  const auto reading = interpret(text.str(), settings, [&](const Step& step) {
    const bool linear = step.radius > 0 || std::hypot(step.move[0], step.move[1], step.move[2]) > 0;
    if (step.kind == StepKind::kCut && linear) lengths.cutting += step.length;
    if (step.kind == StepKind::kRapid && linear) lengths.rapid += step.length;
    if (step.kind == StepKind::kDwell) lengths.dwell += step.seconds;
  });
  EXPECT_TRUE(reading.has_value()) << path;
  return lengths;
}

TEST(NcAgainstRs274, ways_and_dwells_are_those_of_linuxcncs_own_interpreter) {
  if (output_of("command -v rs274").empty()) GTEST_SKIP() << "linuxcnc-uspace is missing";
  // Left out: programs that rs274 itself gives up, that probe, or whose radius compensation,
  // splines or lathe cycles are not modelled.
  for (const char* name : {"3D_Chips", "3dtest", "arcspiral", "cds", "daisy", "factorial",
                           "flowsnake", "gridprobe", "lathe_pawn", "offsets", "plasmatest",
                           "retval", "roparams", "threading", "toplevel", "tort"}) {
    const std::string path = std::string(kShipped) + name + ".ngc";
    const Lengths theirs = by_rs274(path);
    const Lengths ours = by_us(path);
    EXPECT_NEAR(ours.cutting, theirs.cutting, 0.001 * theirs.cutting + 0.1) << name;
    EXPECT_NEAR(ours.rapid, theirs.rapid, 0.001 * theirs.rapid + 0.1) << name;
    EXPECT_NEAR(ours.dwell, theirs.dwell, 1e-3) << name;
  }
  for (const char* name : {"arcs", "curve", "exact", "free", "holes", "rapids", "slow", "zigzag"}) {
    const std::string path = std::string(HEED_SOURCE_DIR "/bench/nc/") + name + ".ngc";
    const Lengths theirs = by_rs274(path);
    const Lengths ours = by_us(path);
    EXPECT_NEAR(ours.cutting, theirs.cutting, 0.001 * theirs.cutting + 0.1) << name;
    EXPECT_NEAR(ours.rapid, theirs.rapid, 0.001 * theirs.rapid + 0.1) << name;
    EXPECT_NEAR(ours.dwell, theirs.dwell, 1e-3) << name;
  }
}

}  // namespace
}  // namespace heed::machines::nc

// What holds in a program until something else is said.
#pragma once

#include <optional>

#include "machines/nc/step.h"
#include "machines/nc/value.h"

namespace heed::machines::nc {

/// G codes are written in tenths here: G1 is 10, G38.2 is 382.
using Code = int;
constexpr Code kNoMotion = -1;
constexpr Code kG80 = 800;

constexpr double kInch = 25.4;

struct Modal {
  enum class FeedMode { kPerMinute, kInverseTime, kPerTurn };

  Code motion = kNoMotion;
  std::uint8_t plane = 0;  ///< 0 XY, 1 ZX, 2 YZ.
  bool inch = false;
  bool units_told = false;
  bool relative = false;
  bool arc_absolute = false;  ///< G90.1
  bool returns_to_r = false;  ///< G99
  bool diameter = false;      ///< G7
  FeedMode feed_mode = FeedMode::kPerMinute;
  Value feed = Value::unknown();  ///< As written.
  double feed_unit = 1;           ///< 25.4 if it was written under G20.
  Value rpm = Value::unknown();
  bool constant_surface = false;
  Value surface = Value::unknown();  ///< mm/min.
  double most_rpm = 0;               ///< Of constant surface speed; 0 if it is not limited.
  int turning = 0;                   ///< 1 M3, -1 M4.
  int system = 1;                    ///< G54 … G59.3.
  Corner corner = Corner::kMachine;
  double tolerance = 0;
  std::uint32_t tool = 0;
  Value selected = Value::of(0);

  double unit() const { return inch ? kInch : 1; }
  bool in_cycle() const { return motion > kG80 || (motion >= 730 && motion <= 760); }
  /// Turns a minute at a place of X (from the middle of the work, mm).
  std::optional<double> turns(std::optional<double> x) const;
  /// mm/s (degrees/s) along a way of a length; nothing if it is not known.
  std::optional<double> speed(double length, bool angular, std::optional<double> x) const;
};

}  // namespace heed::machines::nc

// How long ways take that follow each other: trapezoids of speed with look-ahead
// (docs/NC.md §4).
#pragma once

#include <functional>
#include <vector>

#include "machines/nc/estimate.h"

namespace heed::machines::nc {

/// A way with its limits.
struct Move {
  double length = 0;        ///< mm
  double speed = 0;         ///< Greatest, mm/s.
  double acceleration = 0;  ///< Along the way, mm/s².
  double entry = 0;         ///< The square of the greatest speed at its beginning.
  std::uint32_t line = 0;
  std::uint32_t place = 0;  ///< Whatever the user of a planner files it under.
  bool rapid = false;
  bool angular = false;  ///< Its length is in degrees.
};

class Planner {
 public:
  /// Hears of each way and its seconds, in their order, some ways after they were taken.
  using Done = std::function<void(const Move&, double seconds)>;

  Planner(const Constants& constants, Done done);
  /// A kRapid or kCut of positive length.
  void take(const Step& step, std::uint32_t place);
  /// The machine stands still: all that was taken is done.
  void stop();
  /// Seconds of a rapid that the text does not tell, from rest to rest.
  double assumed_way(const Step& step) const;
  /// Exact stops between ways so far.
  std::uint64_t stops() const { return stops_; }

 private:
  double corner(const Move& last, const Move& next, const Step& to) const;
  void plan();
  void finish(std::size_t count);

  const Constants& constants_;
  Done done_;
  Axes rapid_{}, acceleration_{};
  std::vector<Move> moves_;
  std::vector<double> speeds_;  ///< Squares, at the beginning of each.
  double begin_ = 0;            ///< The square of the speed at the beginning of the first one.
  Step last_;
  std::uint64_t stops_ = 0;
};

/// The seconds of a step for which the axes stand still, or go a way that the text does not tell.
void add_standing(const Step& step, const Constants& constants, const Planner& planner,
                  Seconds& seconds);

/// All seconds of a program's steps.
Seconds seconds_of(const Program& program, const Constants& constants);

}  // namespace heed::machines::nc

#include "machines/nc/planner.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace heed::machines::nc {
namespace {

/// Ways that are looked at together. Half of them are done once so many are there, which holds if
/// the machine can stop within the other half.
constexpr std::size_t kLookAhead = 512;
/// Below this angle (radians) there is no corner.
constexpr double kStraightOn = 1e-4;
constexpr double kLeast = 1e-9;

double square(double x) {
  return x * x;
}

/// Of a trapezoid between two speeds (squares).
double seconds_between(const Move& move, double begin, double end) {
  const double a = std::max(move.acceleration, kLeast);
  const double peak =
      std::sqrt(std::min(square(move.speed), (2 * a * move.length + begin + end) / 2));
  if (peak < kLeast) return 0;
  const double from = std::sqrt(begin);
  const double to = std::sqrt(end);
  const double changing = (2 * square(peak) - begin - end) / (2 * a);
  const double even = std::max(0.0, move.length - changing) / peak;
  return std::max(0.0, peak - from) / a + std::max(0.0, peak - to) / a + even;
}

}  // namespace

Planner::Planner(const Constants& constants, Done done)
    : constants_(constants), done_(std::move(done)) {
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    rapid_.at(axis) = std::max(kLeast, constants.rapid.at(axis) * constants.rapid_factor.value);
    acceleration_.at(axis) =
        std::max(kLeast, constants.acceleration.at(axis) * constants.acceleration_factor.value);
  }
  moves_.reserve(kLookAhead);
}

void Planner::take(const Step& step, std::uint32_t place) {
  Move move{.length = step.length, .line = step.line, .place = place};
  move.rapid = step.kind == StepKind::kRapid;
  const auto& way = step.move;
  move.angular = way[0] == 0 && way[1] == 0 && way[2] == 0 && way[6] == 0 && way[7] == 0 &&
                 way[8] == 0 && step.radius == 0;
  double fastest = std::numeric_limits<double>::infinity();
  double hardest = fastest;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    // Round, an axis of the plane goes as fast as the way itself.
    const bool in_plane = step.radius > 0 && axis < 3 && axis != 2U - step.plane;
    const double share = in_plane ? 1 : std::fabs(step.move.at(axis)) / step.length;
    if (share < kLeast) continue;
    fastest = std::min(fastest, rapid_.at(axis) / share);
    hardest = std::min(hardest, acceleration_.at(axis) / share);
  }
  move.speed = step.speed > 0 ? std::min(step.speed, fastest) : fastest;
  move.acceleration = hardest;
  if (step.radius > 0) {
    const double sideways = constants_.normal_share;
    move.speed = std::min(move.speed, std::sqrt(sideways * hardest * step.radius));
    move.acceleration *= std::sqrt(std::max(0.0, 1 - square(std::min(sideways, 0.99))));
  }
  move.speed = std::min(move.speed, step.length / std::max(constants_.block.value, kLeast));
  move.entry = moves_.empty() ? 0 : corner(moves_.back(), move, step);
  const bool stands = step.corner == Corner::kStop || (move.rapid && constants_.rapid_stops);
  if (stands) ++stops_;
  moves_.push_back(move);
  last_ = step;
  if (moves_.size() < kLookAhead) return;
  plan();
  finish(kLookAhead / 2);
}

/// The square of the speed at which a corner can be passed.
double Planner::corner(const Move& last, const Move& next, const Step& to) const {
  if (last_.corner == Corner::kStop) return 0;
  if (constants_.rapid_stops && (last.rapid || next.rapid)) return 0;
  double straight = 0;
  for (std::size_t i = 0; i < 3; ++i) straight += last_.to.at(i) * to.from.at(i);
  const double most = square(std::min(last.speed, next.speed));
  const double half = std::acos(std::clamp(straight, -1.0, 1.0)) / 2;
  if (half < kStraightOn) return straight > 0 ? most : 0;
  const double cosine = std::cos(half);
  if (cosine < kStraightOn) return 0;  // back the way that it came, or an axis of no direction
  double radius = std::min(last.length, next.length) / 2 / std::tan(half);
  if (last_.corner != Corner::kFree) {
    const double tolerance =
        last_.corner == Corner::kTolerance ? last_.tolerance : constants_.corner.value;
    radius = std::min(radius, tolerance * cosine / (1 - cosine));
  }
  const double sideways = constants_.normal_share * std::min(last.acceleration, next.acceleration);
  return std::min(most, sideways * radius);
}

void Planner::plan() {
  speeds_.resize(moves_.size() + 1);
  speeds_.back() = 0;
  for (std::size_t i = moves_.size(); i-- > 1;) {
    const Move& move = moves_[i];
    speeds_[i] = std::min(move.entry, speeds_[i + 1] + 2 * move.acceleration * move.length);
  }
  speeds_.front() = begin_;
  for (std::size_t i = 0; i + 1 < moves_.size(); ++i) {
    const Move& move = moves_[i];
    speeds_[i + 1] = std::min(speeds_[i + 1], speeds_[i] + 2 * move.acceleration * move.length);
  }
}

void Planner::finish(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    done_(moves_[i], seconds_between(moves_[i], speeds_[i], speeds_[i + 1]));
  }
  begin_ = count < moves_.size() ? speeds_[count] : 0;
  moves_.erase(moves_.begin(), moves_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Planner::stop() {
  if (moves_.empty()) return;
  plan();
  finish(moves_.size());
}

double Planner::assumed_way(const Step& step) const {
  Move move{.length = constants_.assumed_way.value};
  move.speed = move.acceleration = std::numeric_limits<double>::infinity();
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    if (step.move.at(axis) == 0) continue;
    move.speed = std::min(move.speed, rapid_.at(axis));
    move.acceleration = std::min(move.acceleration, acceleration_.at(axis));
  }
  if (!std::isfinite(move.speed)) return 0;
  return seconds_between(move, 0, 0);
}

Seconds seconds_of(const Program& program, const Constants& constants) {
  Seconds seconds;
  Planner planner(constants, [&](const Move& move, double took) {
    (move.rapid ? seconds.rapid : seconds.cutting) += took;
  });
  for (const Step& step : program.steps) {
    if (step.kind == StepKind::kRapid || step.kind == StepKind::kCut) {
      planner.take(step, 0);
      continue;
    }
    if (step.kind == StepKind::kSection) continue;
    planner.stop();
    add_standing(step, constants, planner, seconds);
  }
  planner.stop();
  seconds.standstill += static_cast<double>(planner.stops()) * constants.standstill.value;
  return seconds;
}

void add_standing(const Step& step, const Constants& constants, const Planner& planner,
                  Seconds& seconds) {
  switch (step.kind) {
    case StepKind::kBlock: seconds.standstill += constants.standstill.value; break;
    case StepKind::kAssumedWay: seconds.assumed += planner.assumed_way(step); break;
    case StepKind::kDwell: seconds.dwell += step.seconds; break;
    case StepKind::kToolChange: seconds.tool_change += constants.tool_change.value; break;
    case StepKind::kSpindle: seconds.spindle += constants.spindle.value; break;
    default: break;
  }
}

}  // namespace heed::machines::nc

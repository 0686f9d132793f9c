#include "machines/nc/mover.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace heed::machines::nc {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
/// Below this angle an arc is a whole circle, as in LinuxCNC.
constexpr double kWholeCircle = 1e-6;
/// By how much an arc's two radii may differ: mm, and of the radius.
constexpr double kRadiiApart = 0.05;
constexpr double kRadiiRatio = 0.005;

double length_of(std::span<const double> move) {
  double sum = 0;
  for (const double d : move) sum += d * d;
  return std::sqrt(sum);
}

/// XYZ, else UVW, else ABC: what a feed is measured along.
double way_length(const Axes& move) {
  const std::span<const double> all = move;
  if (const double xyz = length_of(all.subspan(0, 3)); xyz > 0) return xyz;
  if (const double uvw = length_of(all.subspan(6, 3)); uvw > 0) return uvw;
  return length_of(all.subspan(3, 3));
}

bool is_angular(const Axes& move) {
  const std::span<const double> all = move;
  return length_of(all.subspan(0, 3)) == 0 && length_of(all.subspan(6, 3)) == 0;
}

/// How far round from a to b, in (0, 2π].
double sweep(double from, double to) {
  double angle = std::fmod(to - from, kTurn);
  if (angle < 0) angle += kTurn;
  return angle < kWholeCircle ? angle + kTurn : angle;
}

struct Middle {
  double x = 0, y = 0;
  std::string_view wrong;
};

Middle middle_by_radius(double ex, double ey, double radius, bool counterclockwise) {
  const double chord = std::hypot(ex, ey);
  if (chord == 0) return {0, 0, "an arc by R that ends where it begins"};
  double height = radius * radius - chord * chord / 4;
  if (height < 0) {
    const double apart = chord / 2 - std::fabs(radius);
    if (apart > kRadiiApart) return {0, 0, "an arc whose R is too small for its ends"};
    height = 0;
  }
  height = std::sqrt(height);
  // Left of the chord for the shorter way counterclockwise.
  const double side = (radius > 0) == counterclockwise ? 1 : -1;
  return {ex / 2 - side * height * ey / chord, ey / 2 + side * height * ex / chord, {}};
}

}  // namespace

Plane plane_of(std::uint8_t plane) {
  if (plane == 1) return {2, 0, 1};
  if (plane == 2) return {1, 2, 0};
  return {0, 1, 2};
}

Mover::Mover(const Settings& settings, const Modal& modal, std::function<void(Step&)> take)
    : modal_(modal), take_(std::move(take)) {
  for (const auto& [system, offset] : settings.offsets) {
    for (std::size_t axis = 0; axis < kAxes; ++axis) offsets_[system].at(axis) = offset.at(axis);
  }
  if (!settings.start) return;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    places_.at(axis) = {settings.start->at(axis), Place::kMachine};
  }
}

std::optional<double> Mover::in_machine(std::size_t axis, const Place& place) const {
  if (place.frame == Place::kMachine) return place.at;
  const auto offset = offsets_.find(place.frame);
  if (offset == offsets_.end() || !offset->second.at(axis)) return std::nullopt;
  return place.at + *offset->second.at(axis);
}

std::optional<double> Mover::coordinate(std::size_t axis) const {
  const double shift = shift_.at(axis) + local_.at(axis);
  const Place& place = places_.at(axis);
  if (place.frame == modal_.system) return place.at - shift;
  const auto here = in_machine(axis, place);
  const auto origin = in_machine(axis, {0, modal_.system});
  if (!here || !origin) return std::nullopt;
  return *here - *origin - shift;
}

Target Mover::absolute(std::size_t axis, double coordinate) const {
  return Target::place({coordinate + shift_.at(axis) + local_.at(axis), modal_.system});
}

std::optional<double> Mover::way(std::size_t axis, const Target& target) const {
  switch (target.is) {
    case Target::Is::kStays: return 0;
    case Target::Is::kBy: return target.by;
    case Target::Is::kUnknown: return std::nullopt;
    case Target::Is::kTo: break;
  }
  const Place& here = places_.at(axis);
  if (here.frame == target.to.frame) {
    if (here.frame == Place::kNowhere) return std::nullopt;
    return target.to.at - here.at;
  }
  const auto from = in_machine(axis, here);
  const auto to = in_machine(axis, target.to);
  if (!from || !to) return std::nullopt;
  return *to - *from;
}

Place Mover::after(std::size_t axis, const Target& target) const {
  const Place& here = places_.at(axis);
  switch (target.is) {
    case Target::Is::kStays: return here;
    case Target::Is::kBy: return {here.at + target.by, here.frame};
    case Target::Is::kTo: return target.to;
    case Target::Is::kUnknown: break;
  }
  return {};
}

void Mover::give(Step& step) {
  step.corner = modal_.corner;
  step.tolerance = modal_.tolerance;
  take_(step);
}

void Mover::straight(StepKind kind, const Targets& targets) {
  Step step{.kind = kind};
  const std::optional<double> x_before = coordinate(0);
  Axes blind{};
  bool known = true;
  bool moves = false;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    const Target& target = targets.at(axis);
    if (!target.moves()) continue;
    const auto distance = way(axis, target);
    places_.at(axis) = after(axis, target);
    step.move.at(axis) = distance.value_or(0);
    blind.at(axis) = distance ? 0 : 1;
    known = known && distance.has_value();
    moves = moves || !distance || *distance != 0;
  }
  if (!moves) return;
  if (!known) {
    step.kind = kind == StepKind::kRapid ? StepKind::kAssumedWay : StepKind::kUnknownCut;
    step.move = blind;
    give(step);
    return;
  }
  step.length = way_length(step.move);
  const double linear = length_of(std::span<const double>(step.move).subspan(0, 3));
  for (std::size_t axis = 0; axis < 3 && linear > 0; ++axis) {
    step.from.at(axis) = step.move.at(axis) / linear;
  }
  step.to = step.from;
  if (kind == StepKind::kCut) {
    const auto x_after = coordinate(0);
    const auto x = x_before && x_after ? std::optional((*x_before + *x_after) / 2) : x_after;
    const auto speed = modal_.speed(step.length, is_angular(step.move), x);
    if (!speed) step.kind = StepKind::kUnknownCut;
    step.speed = speed.value_or(0);
  }
  give(step);
}

void Mover::unknown_cut(const Targets& targets) {
  Step step{.kind = StepKind::kUnknownCut};
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    places_.at(axis) = after(axis, targets.at(axis));
  }
  give(step);
}

std::string_view Mover::arc(const Targets& targets, const ArcWords& words, bool counterclockwise) {
  const Plane plane = plane_of(modal_.plane);
  Step step{.kind = StepKind::kCut, .plane = modal_.plane};
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    const auto distance = way(axis, targets.at(axis));
    if (!distance) {
      unknown_cut(targets);
      return {};
    }
    step.move.at(axis) = *distance;
  }
  const double ex = step.move.at(plane.first);
  const double ey = step.move.at(plane.second);
  Middle middle;
  if (words.radius) {
    middle = middle_by_radius(ex, ey, *words.radius, counterclockwise);
  } else if (!words.middle[0] && !words.middle[1]) {
    middle.wrong = "an arc without a middle (I, J, K) or radius (R)";
  } else if (words.absolute) {
    const auto x = coordinate(plane.first);
    const auto y = coordinate(plane.second);
    if (!x || !y) {
      unknown_cut(targets);
      return {};
    }
    middle = {words.middle[0].value_or(*x) - *x, words.middle[1].value_or(*y) - *y, {}};
  } else {
    middle = {words.middle[0].value_or(0), words.middle[1].value_or(0), {}};
  }
  const double begin = std::hypot(middle.x, middle.y);
  const double end = std::hypot(ex - middle.x, ey - middle.y);
  if (middle.wrong.empty() && (begin == 0 || end == 0)) middle.wrong = "an arc of no radius";
  if (middle.wrong.empty() && std::fabs(begin - end) > std::max(kRadiiApart, kRadiiRatio * begin)) {
    middle.wrong = "an arc whose end is not as far from its middle as its beginning";
  }
  if (!middle.wrong.empty()) {
    unknown_cut(targets);
    return middle.wrong;
  }
  const double from = std::atan2(-middle.y, -middle.x);
  const double to = std::atan2(ey - middle.y, ex - middle.x);
  const double angle = (counterclockwise ? sweep(from, to) : sweep(to, from)) +
                       kTurn * std::max(0.0, words.turns - 1);
  step.radius = (begin + end) / 2;
  const double round = step.radius * angle;
  const double rise = step.move.at(plane.third);
  step.length = std::hypot(round, rise);
  const double side = (counterclockwise ? 1 : -1) * round / step.length;
  step.from.at(plane.first) = -side * std::sin(from);
  step.from.at(plane.second) = side * std::cos(from);
  step.to.at(plane.first) = -side * std::sin(to);
  step.to.at(plane.second) = side * std::cos(to);
  step.from.at(plane.third) = step.to.at(plane.third) = rise / step.length;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    places_.at(axis) = after(axis, targets.at(axis));
  }
  const auto speed = modal_.speed(step.length, false, coordinate(0));
  if (!speed) step.kind = StepKind::kUnknownCut;
  step.speed = speed.value_or(0);
  give(step);
  return {};
}

void Mover::name_place(std::size_t axis, double coordinate) {
  Place& place = places_.at(axis);
  const auto now = this->coordinate(axis);
  if (now) {
    shift_.at(axis) += *now - coordinate;
    return;
  }
  // Where it is, is not known; that it has this coordinate from now on, is.
  place = {coordinate + shift_.at(axis) + local_.at(axis), modal_.system};
  offsets_[modal_.system].at(axis).reset();
}

void Mover::set_offset(int system, std::size_t axis, double offset) {
  Place& place = places_.at(axis);
  if (place.frame == system) {
    const auto here = in_machine(axis, place);
    place = here ? Place{*here, Place::kMachine} : Place{};
  }
  offsets_[system].at(axis) = offset;
}

bool Mover::move_system(int system, std::size_t axis, double coordinate) {
  const auto here = in_machine(axis, places_.at(axis));
  if (!here) return false;
  set_offset(system, axis, *here - coordinate - shift_.at(axis) - local_.at(axis));
  return true;
}

}  // namespace heed::machines::nc

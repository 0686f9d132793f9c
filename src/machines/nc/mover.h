// Where the axes are, and the ways that they go from there.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>

#include "machines/nc/interpret.h"
#include "machines/nc/modal.h"

namespace heed::machines::nc {

/// A place of one axis. Two places can be compared if they are of one frame, or if both frames'
/// offsets are known.
struct Place {
  static constexpr int kNowhere = -1;
  static constexpr int kMachine = 0;  ///< 1 to 9 are G54 to G59.3, 10 and more G54.1 P1 and more.
  static constexpr int kSecondReference = 1'000;

  double at = 0;
  int frame = kNowhere;
};

/// Where an axis shall go.
struct Target {
  enum class Is : std::uint8_t { kStays, kTo, kBy, kUnknown };
  Is is = Is::kStays;
  Place to;
  double by = 0;

  static Target place(Place place) { return {Is::kTo, place, 0}; }
  static Target distance(double by) { return {Is::kBy, {}, by}; }
  static Target unknown() { return {Is::kUnknown, {}, 0}; }
  bool moves() const { return is != Is::kStays; }
};
using Targets = std::array<Target, kAxes>;

/// The middle of an arc: its distance from the beginning in the two axes of the plane, or a radius.
struct ArcWords {
  std::array<std::optional<double>, 2> middle{};
  std::optional<double> radius;  ///< Negative: the longer way round.
  bool absolute = false;         ///< `middle` is in coordinates.
  double turns = 1;              ///< LinuxCNC's P.
};

class Mover {
 public:
  Mover(const Settings& settings, const Modal& modal, std::function<void(Step&)> take);

  const Place& place(std::size_t axis) const { return places_.at(axis); }
  /// In the coordinates of the system in force; nothing if it is not known.
  std::optional<double> coordinate(std::size_t axis) const;
  /// A coordinate of the system in force as a target.
  Target absolute(std::size_t axis, double coordinate) const;

  void rapid(const Targets& targets) { straight(StepKind::kRapid, targets); }
  void cut(const Targets& targets) { straight(StepKind::kCut, targets); }
  /// For what gives way by itself: a length or a feed that cannot be known.
  void unknown_cut(const Targets& targets);
  /// Gives what is wrong with it, or nothing.
  std::string_view arc(const Targets& targets, const ArcWords& words, bool counterclockwise);

  /// Says that what an axis is at is this coordinate (G92).
  void name_place(std::size_t axis, double coordinate);
  void clear_names() { shift_.fill(0); }
  void set_local(std::size_t axis, double shift) { local_.at(axis) = shift; }  ///< G52.
  /// G10 L2: where a system lies in machine coordinates.
  void set_offset(int system, std::size_t axis, double offset);
  /// G10 L20: moves a system so that the axis has this coordinate in it; false if it is not known
  /// where the axis is.
  bool move_system(int system, std::size_t axis, double coordinate);
  void forget(std::size_t axis) { places_.at(axis) = {}; }

 private:
  std::optional<double> in_machine(std::size_t axis, const Place& place) const;
  std::optional<double> way(std::size_t axis, const Target& target) const;
  Place after(std::size_t axis, const Target& target) const;
  void straight(StepKind kind, const Targets& targets);
  void give(Step& step);

  const Modal& modal_;
  std::function<void(Step&)> take_;
  std::map<int, std::array<std::optional<double>, kAxes>> offsets_;
  std::array<Place, kAxes> places_;
  Axes shift_{};  ///< G92
  Axes local_{};
};

/// The axes of a plane, and the one that stands on it.
struct Plane {
  std::size_t first, second, third;
};
Plane plane_of(std::uint8_t plane);

}  // namespace heed::machines::nc

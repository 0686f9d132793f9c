#include "machines/nc/machine_words.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "machines/nc/expression.h"

namespace heed::machines::nc {
namespace {

constexpr double kTold = 1.05;  ///< The spread of what somebody said.
constexpr double kMinute = 60;
constexpr double kLargest = 1e9;
constexpr std::string_view kAxisNames = "xyzabcuvw";

constexpr std::string_view kHelp =
    R"(  rapid=24000          mm/min, of X Y Z U V W; rapid_x=… of one axis
  rapid_rotary=5400    degrees/min, of A B C
  acceleration=3000    mm/s², of X Y Z U V W; acceleration_x=… of one axis
  acceleration_rotary=600   degrees/s², of A B C
  corner=0.02          mm by which corners may be rounded
  tool_change=6        s, from chip to chip
  spindle=1.5          s, to start the spindle
  standstill=0.05      s, at each exact stop and each block of M, S or T
  block=0.001          s that a block takes at least
  assumed_way=250      mm of rapids that the text does not tell (reference point, first way)
  rapid_stops=1        1: each rapid ends with an exact stop; 0: rapids flow into the next way
  error=0.1            what the model itself may be off, as a part of the total
)";

struct Named {
  std::string_view name;
  Constant Constants::* constant;
};
constexpr std::array<Named, 6> kNamed = {{{"corner", &Constants::corner},
                                          {"tool_change", &Constants::tool_change},
                                          {"spindle", &Constants::spindle},
                                          {"standstill", &Constants::standstill},
                                          {"block", &Constants::block},
                                          {"assumed_way", &Constants::assumed_way}}};

bool is_rotary(std::size_t axis) {
  return axis >= 3 && axis <= 5;
}

/// Sets the axes that "", "_rotary" or "_x" name; false if it is none of these.
bool set_axes(Axes& axes, std::string_view which, double value) {
  const std::size_t axis = which.size() == 2 ? kAxisNames.find(which[1]) : std::string_view::npos;
  if (which.starts_with('_') && axis != std::string_view::npos) {
    axes.at(axis) = value;
    return true;
  }
  if (!which.empty() && which != "_rotary") return false;
  for (std::size_t i = 0; i < kAxes; ++i) {
    if (is_rotary(i) == (which == "_rotary")) axes.at(i) = value;
  }
  return true;
}

/// What is told no longer hangs together with what was fitted.
void tell(Constants& constants, Constant Constants::* constant, double value) {
  constants.*constant = {value, kTold};
  const auto place =
      static_cast<std::size_t>(std::ranges::find(kConstants, constant) - kConstants.begin());
  for (std::size_t k = 0; k < kConstantCount; ++k) {
    constants.correlations.at(place).at(k) = constants.correlations.at(k).at(place) =
        k == place ? 1 : 0;
  }
}

/// What was fitted for all axes together becomes a part of each.
void fold(Constants& constants, Axes& axes, Constant Constants::* factor) {
  for (double& value : axes) value *= (constants.*factor).value;
  tell(constants, factor, 1);
}

bool set(Constants& constants, std::string_view name, double value) {
  const auto* const named = std::ranges::find(kNamed, name, &Named::name);
  if (named != kNamed.end()) {
    tell(constants, named->constant, value);
    return true;
  }
  if (name == "rapid_stops") {
    constants.rapid_stops = value != 0;
    return true;
  }
  if (name == "error") {
    constants.model_error = value;
    return true;
  }
  if (name.starts_with("rapid")) {
    fold(constants, constants.rapid, &Constants::rapid_factor);
    return set_axes(constants.rapid, name.substr(5), value / kMinute);
  }
  if (name.starts_with("acceleration")) {
    fold(constants, constants.acceleration, &Constants::acceleration_factor);
    return set_axes(constants.acceleration, name.substr(12), value);
  }
  return false;
}

std::string axes_words(const Axes& axes, double factor, std::string_view name) {
  std::string words =
      fmt::format("{}={:.6g} {}_rotary={:.6g}", name, axes[0] * factor, name, axes[3] * factor);
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    if (axes.at(axis) == axes[is_rotary(axis) ? 3 : 0]) continue;
    words += fmt::format(" {}_{}={:.6g}", name, kAxisNames[axis], axes.at(axis) * factor);
  }
  return words;
}

}  // namespace

Result<void> set_constant(Constants& constants, std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals != std::string_view::npos) {
    const auto value = parse_number(word.substr(equals + 1));
    const std::string_view name = word.substr(0, equals);
    const bool may_be_zero = name == "rapid_stops" || name == "error" || name == "standstill" ||
                             name == "spindle" || name == "tool_change";
    const bool fits = value && *value <= kLargest && (*value > 0 || (may_be_zero && *value == 0));
    if (fits && set(constants, name, *value)) return {};
  }
  return fail(ErrorKind::kInvalid, fmt::format("'{}' is no constant of a machine", word),
              fmt::format("write NAME=NUMBER, more than 0, with one of these names:\n{}", kHelp));
}

std::string constant_words(const Constants& constants) {
  std::string words =
      axes_words(constants.rapid, constants.rapid_factor.value * kMinute, "rapid") + ' ' +
      axes_words(constants.acceleration, constants.acceleration_factor.value, "acceleration");
  for (const Named& named : kNamed) {
    words += fmt::format(" {}={:.6g}", named.name, (constants.*named.constant).value);
  }
  return words + fmt::format(" rapid_stops={} error={:.3g}", constants.rapid_stops ? 1 : 0,
                             constants.model_error);
}

std::string_view machine_words_help() {
  return kHelp;
}

}  // namespace heed::machines::nc

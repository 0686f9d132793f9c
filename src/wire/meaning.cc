#include "wire/meaning.h"

#include <array>

#include "wire/fields.h"

namespace heed::wire {
namespace {

constexpr double kLongestWait = 600'000;  // ten minutes
constexpr Fields::Limits kAnyNumber = {-1e12, 1e12};

}  // namespace

std::optional<bool> Running::take(double value, Duration now) {
  const bool upwards = limits_.on > limits_.off;
  const bool on = upwards ? value >= limits_.on : value <= limits_.on;
  const bool off = upwards ? value <= limits_.off : value >= limits_.off;
  if (!runs_) {
    if (on || off) runs_ = on;
    return runs_;
  }
  if (*runs_ ? !off : !on) {
    other_since_.reset();
    return runs_;
  }
  if (!other_since_) other_since_ = now;
  if (now - *other_since_ >= (*runs_ ? limits_.off_after : limits_.on_after)) {
    runs_ = !*runs_;
    other_since_.reset();
  }
  return runs_;
}

void Running::forget() {
  runs_.reset();
  other_since_.reset();
}

double Count::take(double value, Duration now) {
  if (limits_.of_register) {
    take_register(value);
  } else {
    take_bit(value != 0, now);
  }
  return counts_ * limits_.each;
}

void Count::take_register(double value) {
  if (last_) {
    double step = value - *last_;
    if (step < 0) step += limits_.wraps_at;
    // More than half a turn in one round is a counter that began anew, from zero.
    counts_ += step <= limits_.wraps_at / 2 ? step : value;
  }
  last_ = value;
}

void Count::take_bit(bool on, Duration now) {
  if (!settled_) {
    settled_ = on;
    return;
  }
  if (on == *settled_) {
    other_since_.reset();
    return;
  }
  if (!other_since_) other_since_ = now;
  if (now - *other_since_ < limits_.debounce) return;
  settled_ = on;
  other_since_.reset();
  if (on != limits_.falling) ++counts_;
}

void Count::forget() {
  settled_.reset();
  other_since_.reset();
}

Result<RunningLimits> running_limits_of(const Json& object, const std::string& path, bool is_bit) {
  Fields fields(object, path);
  RunningLimits limits;
  if (!is_bit) fields.require_one_of({"on"});
  limits.on = fields.number("on", 1, kAnyNumber);
  limits.off = fields.number("off", is_bit ? 0 : limits.on, kAnyNumber);
  limits.on_after = Duration::milliseconds(fields.integer("on_after_ms", 1'000, {0, kLongestWait}));
  limits.off_after =
      Duration::milliseconds(fields.integer("off_after_ms", 3'000, {0, kLongestWait}));
  if (limits.off == limits.on) {
    fields.refuse("off", "this must not be equal to on",
                  "Leave room between the two, so that a value that trembles does not switch: "
                  "off a third into the gap, on two thirds.");
  }
  if (auto read = fields.done(); !read) return std::unexpected(read.error());
  return limits;
}

Result<CountLimits> count_limits_of(const Json& object, const std::string& path,
                                    CountLimits usual) {
  constexpr std::array<std::string_view, 2> kEdges = {"rising", "falling"};
  Fields fields(object, path);
  CountLimits limits = usual;
  if (limits.of_register) {
    limits.wraps_at = fields.number("wraps_at", usual.wraps_at, {2, 4'294'967'296.0});
  } else {
    limits.falling = fields.choice("edge", kEdges) == 1;
    limits.debounce = Duration::milliseconds(fields.integer("debounce_ms", 0, {0, kLongestWait}));
  }
  limits.each = fields.number("each", 1, {0.000'001, 1'000'000});
  if (auto read = fields.done(); !read) return std::unexpected(read.error());
  return limits;
}

}  // namespace heed::wire
